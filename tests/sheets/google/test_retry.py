"""How long to wait, and whether what broke can have reached Google."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.sheets.google.retry import CEILING_S, backoff_s, retry_after_s, trouble


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_waiting_is_never_longer_than_the_ceiling(tries: int, chance: float) -> None:
    assert 0 <= backoff_s(tries, lambda: chance) <= CEILING_S


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None), ({"Retry-After": "0"}, 0.0), ({"Retry-After": " 7 "}, 7.0), ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None), ({"Retry-After": "999999999"}, 86_400.0),
        ({"Retry-After": "Fri, 27 Nov 2026 10:00:40 GMT"}, None),
        ({"Retry-After": "Fri, 27 Nov 2026 09:00:00 GMT", "Date": "Fri, 27 Nov 2026 10:00:00 GMT"}, 0.0),
        ({"Retry-After": "٣"}, None),
    ],
)  # fmt: skip
def test_what_google_asks_for_is_understood(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers) == wait_s


def wrapped(below: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/", below))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "reason", "is_sent"),
    [
        (wrapped(urllib3.exceptions.NameResolutionError("x", None, socket.gaierror())),  # type: ignore[arg-type]
         "its name is not known here", False),
        (wrapped(urllib3.exceptions.ProxyError("x", OSError())), "the proxy does not let it through", False),
        (wrapped(urllib3.exceptions.NewConnectionError(None, "x")), "no connection", False),  # type: ignore[arg-type]
        (requests.ConnectTimeout(), "it did not answer in time", False),
        (requests.ReadTimeout(), "it did not answer in time", True),
        (urllib3.exceptions.ReadTimeoutError(None, "/", "x"), "it did not answer in time", True),  # type: ignore[arg-type]
        (requests.exceptions.ChunkedEncodingError(), "the connection broke off", True),
        (urllib3.exceptions.ProtocolError(), "the connection broke off", True),
        (ConnectionResetError(), "the connection broke off", True),
        (requests.exceptions.SSLError(urllib3.exceptions.SSLError(ssl.SSLCertVerificationError())),
         "its certificate is not to be trusted", False),
        (requests.exceptions.InvalidURL("secret"), "its address cannot be called", False),
    ],
)  # fmt: skip
def test_trouble_on_the_way_is_told_in_own_words(error: OSError, reason: str, is_sent: bool) -> None:
    found = trouble(error)
    assert (str(found.reason), found.is_sent) == (reason, is_sent)
