"""One try of one call to Google: compact, compressed, signed, without redirects, within its time."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
import urllib3
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import Request
from requests.auth import AuthBase

from sheetdesk import __version__
from sheetdesk.errors import Cause, CredentialsRefused
from sheetdesk.sheets.google.retry import Trouble, trouble

__all__ = ["UNPACKING_ERROR", "Answer", "Call", "Counts", "Transport"]

CONNECT_S = 10.0
READ_TRY_S = 60.0
SIGN_IN_S = 20.0
CHUNK_BYTES = 65_536
GZIP_FROM_BYTES = 32_768

# Google compresses only for clients that say so in both headers.
HEADERS = {"Accept-Encoding": "gzip", "User-Agent": f"sheetdesk/{__version__} (gzip)"}

GZIP = ("gzip", "x-gzip")
GZIP_BITS = zlib.MAX_WBITS | 16

PIECE_BYTES, PACKED_BYTES = 1 << 18, 1 << 14
"""An answer is read in pieces of about this length, packed or not, which stay in the processor's cache."""

SIGN_IN = {
    "invalid_grant": Cause(
        "the key or sign-in was withdrawn, or this machine's clock is wrong",
        "密钥或登录已撤销，或本机时钟不准",
    ),
    "invalid_client": Cause("the client they were made for is gone", "其所属的客户端已不存在"),
    "unauthorized_client": Cause("the account may not use these services", "该帐号无权使用这些服务"),
    "access_denied": Cause("access was denied", "访问被拒绝"),
}


def _packing() -> tuple[Callable[[bytes], bytes], Callable[[int], Any], type[Exception]]:
    """What packs, what unpacks and what that raises: ISA-L's where it is installed (half the work to unpack,
    a tenth to pack), else zlib's.
    """
    try:
        from isal import isal_zlib
    except ImportError:
        return partial(zlib.compress, level=5, wbits=GZIP_BITS), zlib.decompressobj, zlib.error
    return partial(isal_zlib.compress, level=1, wbits=GZIP_BITS), isal_zlib.decompressobj, isal_zlib.error  # type: ignore[return-value]


PACK, UNPACKER, UNPACKING_ERROR = _packing()


@dataclass
class Counts:
    """What was asked of Google so far. Bytes are those on the wire, bodies only."""

    reads: int = 0
    writes: int = 0
    drive: int = 0
    retries: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    waited_s: float = 0.0


@dataclass(frozen=True)
class Call:
    """One thing to ask. `kind` is "read", "write" or "drive", `sheet` the spreadsheet it is about; one
    with `once` must not be made twice.
    """

    method: str
    url: str
    kind: str
    sheet: str
    once: bool
    params: Mapping[str, Any]
    body: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """What came back, in the parts in which it came; together they are a gzip where it `is_packed`."""

    status: int
    headers: Mapping[str, str]
    parts: Sequence[bytes]
    is_packed: bool = False

    def pieces(self) -> Iterator[bytes]:
        """The body from its beginning to its end. Raises UNPACKING_ERROR."""
        step = PACKED_BYTES if self.is_packed else PIECE_BYTES
        pieces = (part[start : start + step] for part in self.parts for start in range(0, len(part), step))
        if not self.is_packed:
            yield from pieces
            return
        unpacker = UNPACKER(GZIP_BITS)
        for piece in pieces:
            yield unpacker.decompress(piece)
        if not unpacker.eof:
            raise UNPACKING_ERROR("cut short")

    @property
    def body(self) -> bytes:
        """All of it. Raises UNPACKING_ERROR."""
        return b"".join(self.pieces())


class _Bearer(AuthBase):
    """Signs a call. As `auth`, it also keeps a .netrc file from putting its own word there."""

    def __init__(self, credentials: Credentials | None) -> None:
        self._credentials = credentials

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._credentials is not None:
            self._credentials.apply(request.headers)  # type: ignore[no-untyped-call]
        return request


class Transport:
    """Calls that one account makes over one session; what their answers mean is not looked at."""

    def __init__(
        self, credentials: Credentials | None, session: requests.Session, clock: Callable[[], float],
        gzip_from_bytes: int | None = GZIP_FROM_BYTES,
    ) -> None:  # fmt: skip
        self.session = session
        self.counts = Counts()
        self._credentials = credentials
        self._clock = clock
        self._gzip_from = gzip_from_bytes
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Transport({self.account or 'no account'})"

    @property
    def account(self) -> str:
        """The address that spreadsheets are shared with; "" when it is not known."""
        return str(getattr(self._credentials, "service_account_email", "") or "")

    def sign_in(self, *, anew: bool = False) -> Trouble | None:
        """Make sure of a token, a new one with `anew`. Raises CredentialsRefused."""
        if self._credentials is None:
            return None
        refusal: Cause
        with self._lock:
            try:
                # `before_request` would look up more, from a thread of its own and without a time limit.
                if anew or not self._credentials.valid:
                    ask = partial(Request(self.session), timeout=SIGN_IN_S)
                    self._credentials.refresh(ask)  # type: ignore[no-untyped-call]
                return None
            except RefreshError as error:
                if error.retryable:
                    return Trouble(Cause("signing in did not work for now", "暂时无法登录"), is_sent=False)
                refusal = _why(error)
            except GoogleAuthError as error:
                cause = error.__cause__ or error.__context__
                if isinstance(cause, requests.RequestException):
                    why = trouble(cause).reason
                    return Trouble(Cause(f"signing in: {why}", f"登录时{why.say('zh')}"), is_sent=False)
                return Trouble(Cause("signing in did not work", "无法登录"), is_sent=False)
        # Raised out here: a traceback would show the one with Google's whole answer as well.
        raise CredentialsRefused(self.account, refusal)

    def attempt(self, call: Call, until: float) -> Answer | Trouble:
        """One try of a call, over by `until` on the clock: the answer, read to its end."""
        now = self._clock()
        over = min(until, now + READ_TRY_S) if call.kind != "write" else until
        headers, body = dict(HEADERS), call.body
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            if self._gzip_from is not None and len(body) >= self._gzip_from:
                headers["Content-Encoding"] = "gzip"
                body = PACK(body)
        self._count(call, len(body or b""))
        try:
            response = self.session.request(
                call.method, call.url, params=dict(call.params), data=body, headers=headers,
                auth=_Bearer(self._credentials), allow_redirects=False, stream=True,
                timeout=(min(CONNECT_S, max(over - now, 0.1)), max(over - now, 0.1)),
            )  # fmt: skip
            with response:
                found = self._read(response, over)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            return trouble(error)
        if found is None:
            return Trouble(Cause("it did not answer in time", "没有及时应答"), is_sent=True)
        return Answer(response.status_code, response.headers, *found)

    def _read(self, response: requests.Response, over: float) -> tuple[list[bytes], bool] | None:
        """The whole body, in parts, and whether it is packed; None when it takes too long: the library's
        limit is for each piece alone.
        """
        raw, parts = response.raw, []
        is_wire = isinstance(raw, urllib3.BaseHTTPResponse)
        read = partial(raw.read1, decode_content=False) if is_wire else raw.read1
        while part := read(CHUNK_BYTES):
            parts.append(part)
            if self._clock() > over:
                return None
        with self._lock:
            self.counts.received_bytes += raw.tell()
        return parts, is_wire and response.headers.get("Content-Encoding", "").lower() in GZIP

    def _count(self, call: Call, size: int) -> None:
        with self._lock:
            self.counts.reads += call.kind == "read"
            self.counts.writes += call.kind == "write"
            self.counts.drive += call.kind == "drive"
            self.counts.sent_bytes += size


def _why(error: RefreshError) -> Cause:
    """The reason of a sign-in that failed, by its code: the text beside it may name anything."""
    facts = next((one for one in error.args if isinstance(one, dict)), {})
    code = str(facts.get("error", ""))
    return SIGN_IN.get(code, Cause("signing in with them fails", "无法用它登录"))
