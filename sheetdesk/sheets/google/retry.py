"""When a call is made again: how long to wait, and whether what went wrong can have reached Google."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from requests import exceptions
from urllib3 import exceptions as below

from sheetdesk.errors import Cause

__all__ = ["Trouble", "backoff_s", "retry_after_s", "trouble"]

FIRST_S = 1.0
CEILING_S = 32.0
DAY_S = 86_400.0

UNSENT = (below.NewConnectionError, below.ConnectTimeoutError, below.NameResolutionError, below.ProxyError)


@dataclass(frozen=True)
class Trouble:
    """A call without a usable answer. `is_sent` is False when Google certainly did nothing of it."""

    reason: Cause
    is_sent: bool
    retry_after_s: float | None = None
    is_foreign: bool = False
    """Something that is not Google answered."""
    quota: Cause | None = None
    """The quota that is spent, when that is all."""


def backoff_s(tries: int, random: Callable[[], float]) -> float:
    """Seconds to wait after so many tries: anything up to a ceiling that doubles each time.

    Source: "full jitter", the AWS Architecture Blog, "Exponential Backoff And Jitter".
    """
    # A power of many tries would be no float any more.
    return random() * min(CEILING_S, FIRST_S * 2.0 ** min(tries - 1, 16))


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds until Google wants to be asked again; a moment counts from its own clock."""
    text = (headers.get("Retry-After") or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(float(text), DAY_S)
    moment, now = _moment(text), _moment(headers.get("Date") or "")
    if moment is None or now is None:
        return None
    return min(max((moment - now).total_seconds(), 0.0), DAY_S)


def trouble(error: exceptions.RequestException | below.HTTPError | OSError) -> Trouble:
    """What went wrong on the way, in own words: a library's could repeat an address or a header."""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Trouble(
            Cause("its certificate is not to be trusted", "其证书不可信"), is_sent=False, is_foreign=True
        )
    is_sent = not any(isinstance(cause, (*UNSENT, exceptions.ConnectTimeout)) for cause in causes)
    if any(isinstance(cause, below.NameResolutionError) for cause in causes):
        return Trouble(Cause("its name is not known here", "本机查不到它的域名"), is_sent)
    if any(isinstance(cause, below.ProxyError) for cause in causes):
        return Trouble(Cause("the proxy does not let it through", "代理不放行"), is_sent)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Trouble(Cause("nobody listens there", "对方没有服务在监听"), is_sent)
    # The library counts every connection that could not be made among those that came too late.
    made = [cause for cause in causes if not isinstance(cause, below.NewConnectionError)]
    if any(isinstance(cause, (exceptions.Timeout, below.TimeoutError, TimeoutError)) for cause in made):
        return Trouble(Cause("it did not answer in time", "没有及时应答"), is_sent)
    if any(isinstance(cause, exceptions.InvalidURL | exceptions.InvalidSchema) for cause in causes):
        return Trouble(Cause("its address cannot be called", "其地址无法访问"), is_sent=False)
    broken, missing = Cause("the connection broke off", "连接中断"), Cause("no connection", "没有连接")
    return Trouble(broken if is_sent else missing, is_sent)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that is inside of it: libraries wrap by argument, by `reason` and by cause."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inside = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
        waiting += [other for other in inside if isinstance(other, BaseException)]


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
