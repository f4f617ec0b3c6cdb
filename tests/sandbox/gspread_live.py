"""A pytest plugin for gspread's own suite: its requests go to a sandbox's address instead of to Google.

It stands in for the recorder that the suite imports, and is loaded by name in another process, with
nothing of ours beside it.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ADDRESS = os.environ.get("SHEETDESK_SANDBOX_ADDRESS", "")
GOOGLE = ("https://sheets.googleapis.com", "https://www.googleapis.com")


def no_recorder() -> None:
    """Give the suite what it imports of its recorder, which records nothing."""
    recorder, errors = ModuleType("vcr"), ModuleType("vcr.errors")

    class VCR:
        @staticmethod
        def ensure_suffix(suffix: str) -> str:
            return suffix

    class CannotOverwriteExistingCassetteException(Exception):
        pass

    vars(recorder).update(VCR=VCR, errors=errors)
    vars(errors).update(CannotOverwriteExistingCassetteException=CannotOverwriteExistingCassetteException)
    sys.modules |= {"vcr": recorder, "vcr.errors": errors}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "vcr: recorded elsewhere, live here")
    if not ADDRESS:
        raise pytest.UsageError("SHEETDESK_SANDBOX_ADDRESS names no sandbox")
    import gspread.http_client
    import requests

    def no_waiting(seconds: float) -> None:
        raise RuntimeError(f"the suite would wait {seconds} s after an error")

    # Trying again would only hide what went wrong.
    vars(gspread.http_client)["time"] = SimpleNamespace(sleep=no_waiting)
    sent = requests.Session.request

    def request(self: requests.Session, method: str, url: str, *rest: Any, **named: Any) -> Any:
        for start in GOOGLE:
            if url.startswith(start):
                return sent(self, method, ADDRESS + url.removeprefix(start), *rest, **named)
        raise AssertionError(f"a request to {url}, which is not Google's")

    requests.Session.request = request  # type: ignore[method-assign, assignment]


# The suite imports its recorder before any hook is called.
no_recorder()
