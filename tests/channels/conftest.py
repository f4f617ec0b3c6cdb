"""A certificate authority of the tests' own."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

__all__ = ["Authority"]


class Authority:
    """Certificates for this machine, and the file that makes them trusted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._authority = trustme.CA()
        self._authority.cert_pem.write_to_path(path)

    def context(self, name: str = "127.0.0.1") -> ssl.SSLContext:
        """A server's side, for a server of this name."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(name).configure_cert(context)
        return context


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "ca.pem")
