"""A client for whom the environment says: Google with somebody's credentials, or a sandbox without any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from sheetdesk.errors import SandboxAddressInvalid
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.google.credentials import find_identity

__all__ = ["SandboxAdapter", "google_session", "open_google", "sandbox_session"]

VARIABLE = "SHEETDESK_GOOGLE_SANDBOX"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
GOOGLE = (".googleapis.com", ".google.com")
CONNECTIONS = 8


def open_google(
    environment: Mapping[str, str],
    *,
    named: Path | None = None,
    sandbox: str = "",
    warn: Callable[[Path], None] | None = None,
    **options: Any,
) -> Google:
    """A client for the sandbox that is named, or that SHEETDESK_GOOGLE_SANDBOX names, else for Google as
    `find_identity` says. `options` are those of Google; `warn` is told of a key that others can read.

    Raises SandboxAddressInvalid, CredentialsMissing, CredentialsUnreadable.
    """
    address = sandbox or environment.get(VARIABLE, "")
    if address:
        return Google(sandbox_session(address), None, links_to=f"{address.rstrip('/')}/#", **options)
    identity = find_identity(environment, named)
    if identity.is_exposed and warn is not None:
        warn(identity.path)
    return Google(google_session(), identity.credentials, **options)


def google_session() -> requests.Session:
    """Connections that are kept; trying again is not theirs to decide."""
    session = requests.Session()
    session.mount("https://", HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=0))
    return session


def sandbox_session(address: str) -> requests.Session:
    """A session whose every call goes to a sandbox on this machine. Raises SandboxAddressInvalid."""
    session = requests.Session()
    # No proxy and no .netrc stands between this machine and itself.
    session.trust_env = False
    adapter = SandboxAdapter(address)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return session


class SandboxAdapter(HTTPAdapter):
    """Sends what is meant for Google to a sandbox, and nothing anywhere else."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        try:
            port = parts.port
        except ValueError:
            port = None
        is_whole = parts.scheme == "http" and parts.hostname in LOOPBACK and port is not None
        if not is_whole or parts.username is not None or parts.path.strip("/") or parts.query:
            raise SandboxAddressInvalid(address=_shown(address))
        host = f"[{parts.hostname}]" if parts.hostname == "::1" else parts.hostname
        self._base = f"http://{host}:{port}"
        super().__init__(pool_maxsize=CONNECTIONS, max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        if not (parts.hostname or "").endswith(GOOGLE):
            raise requests.exceptions.InvalidURL("only calls to Google go to the sandbox")
        request.url = f"{self._base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **options)


def _shown(address: str) -> str:
    """An address without what could be a password in it."""
    return address.rsplit("@", maxsplit=1)[-1] if "@" in address else address
