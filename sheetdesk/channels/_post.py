"""One call to a web service, and what its answer means: taken, not now, or never.

No redirect is followed, since the message and its signature would go to whom nobody named. Errors are
told in own words: an address is a password, and what a server says could repeat it.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from email.message import Message as Headers
from email.utils import parsedate_to_datetime
from typing import IO, Any
from urllib.parse import urlsplit

from sheetdesk.channels.base import Settings
from sheetdesk.errors import Cause, ChannelInvalid, ChannelRefused, ChannelUnreachable

__all__ = [
    "FOREIGN",
    "LATE",
    "NOBODY",
    "TOO_OFTEN",
    "UNTRUSTED",
    "check_code",
    "json_of",
    "post",
    "post_json",
    "timeout_s",
]

ANSWER_BYTES = 65_536
DAY_S = 86_400.0
NOT_NOW = (408, 425, 429)
NOT_OURS = (401, 403, 404, 410)
"""The address or its key is wrong: a matter of settings, and no fault of the message."""

BROKEN_OFF = Cause("the connection broke off", "连接中断")
FOREIGN = Cause("its answer is not the service's", "应答并非来自该服务")
LATE = Cause("it did not answer in time", "对方没有及时应答")
NO_URL = Cause("'url' is no address that can be called", "“url”不是可以访问的地址")
NOBODY = Cause("nobody listens there", "对方没有服务在监听")
TOO_OFTEN = Cause("it is asked too often", "请求过于频繁")
UNTRUSTED = Cause("its certificate is not to be trusted", "对方的证书不可信")


def timeout_s(settings: Settings) -> float:
    """How long a service may keep us waiting."""
    return float(settings.get("timeout_s", "10"))


def post_json(settings: Settings, url: str, facts: Mapping[str, Any]) -> bytes:
    """Send facts as JSON; the answer's body. Raises as `post`."""
    return post(settings, url, json.dumps(facts, ensure_ascii=False).encode("utf-8"), {})


def post(settings: Settings, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Send a body of JSON; the body of an answer that says it was taken.

    Raises ChannelUnreachable, ChannelRefused, and ChannelInvalid for what is no address or not ours.
    """
    channel, wait_s = settings.channel, timeout_s(settings)
    fields = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "sheetdesk", **headers}
    # Errors are made outside of `except`: a traceback would show the one with the address as well.
    try:
        request = urllib.request.Request(url, data=body, headers=fields, method="POST")
        opener = _opener(url, settings.environment)
        return _answered(channel, opener, request, wait_s)
    except (ValueError, OverflowError, http.client.InvalidURL):
        pass
    raise ChannelInvalid(channel=channel, reason=NO_URL)


def _answered(
    channel: str, opener: urllib.request.OpenerDirector, request: urllib.request.Request, wait_s: float
) -> bytes:
    status, fields, body = 0, Headers(), b""
    reason: Cause | None = None
    until = time.monotonic() + wait_s
    try:
        with opener.open(request, timeout=wait_s) as answer:
            status, fields = answer.status, answer.headers
            body, reason = _body(answer, until)
    except urllib.error.HTTPError as answer:
        status, fields = answer.code, answer.headers
        answer.close()
    except http.client.InvalidURL:
        raise
    except (OSError, http.client.HTTPException) as error:
        reason = _trouble(error)
    if reason:
        raise ChannelUnreachable(channel, reason)
    if 200 <= status < 300:
        return body
    if status in NOT_NOW or status >= 500:
        answered = Cause(f"it answered HTTP {status}", f"应答为 HTTP {status}")
        raise ChannelUnreachable(channel, answered, _retry_after_s(fields))
    if status in NOT_OURS:
        unknown = Cause(
            f"the service does not know us, HTTP {status}", f"对方服务不认可此地址或密钥，HTTP {status}"
        )
        raise ChannelInvalid(channel=channel, reason=unknown)
    if 300 <= status < 400:
        moved = Cause(f"it wants to send us elsewhere, HTTP {status}", f"对方要求改去别处，HTTP {status}")
        raise ChannelRefused(channel=channel, reason=moved)
    raise ChannelRefused(channel=channel, reason=Cause(f"HTTP {status}", f"应答为 HTTP {status}"))


def json_of(channel: str, body: bytes) -> dict[str, Any]:
    """The facts of an answer. Raises ChannelUnreachable: what is no JSON came from something between."""
    try:
        facts = json.loads(body)
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        raise ChannelUnreachable(channel, FOREIGN)
    return facts


def check_code(
    channel: str, code: object, meanings: Mapping[int, Cause], temporary: Collection[int], again_s: float
) -> None:
    """Nothing, when an answer's own code is 0. Raises ChannelUnreachable for a `temporary` one, to be tried
    again after `again_s`, else ChannelRefused.
    """
    if not isinstance(code, int) or isinstance(code, bool):
        raise ChannelUnreachable(channel, FOREIGN)
    if code == 0:
        return
    answered = Cause(f"the service answered {code}", f"对方服务应答 {code}")
    if code in meanings:
        why = meanings[code]
        answered = Cause(f"the service answered {code} ({why.en})", f"对方服务应答 {code}（{why.zh}）")
    if code in temporary:
        raise ChannelUnreachable(channel, answered, again_s)
    raise ChannelRefused(channel=channel, reason=answered)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


def _opener(url: str, environment: Mapping[str, str]) -> urllib.request.OpenerDirector:
    """Calls by the proxy that the environment names, if any, and with certificates checked."""
    parts = urlsplit(url)
    # Asking for the port says when it is none; a call would go to another one.
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    named = {name.lower(): value for name, value in environment.items()}
    proxy = named.get(f"{parts.scheme}_proxy", "")
    aside = named.get("no_proxy", "")
    direct = not proxy or urllib.request.proxy_bypass_environment(host, {"no": aside})  # type: ignore[attr-defined]
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.ProxyHandler({} if direct else {parts.scheme: proxy}),
        _Stay(),
    ]
    if parts.scheme == "https":
        # Reading the machine's certificates takes a thirtieth of a second.
        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context()))
    return urllib.request.build_opener(*handlers)


def _body(answer: http.client.HTTPResponse, until: float) -> tuple[bytes, Cause | None]:
    """What an answer holds, and what is wrong with it: too much, or drop by drop."""
    body = b""
    while part := answer.read1(ANSWER_BYTES):
        body += part
        if len(body) > ANSWER_BYTES:
            return b"", Cause("its answer is too long", "应答过长")
        if time.monotonic() > until:
            return b"", LATE
    # Reading in parts passes over an end that came too early.
    return body, BROKEN_OFF if answer.length else None


def _trouble(error: OSError | http.client.HTTPException) -> Cause:
    """What went wrong on the way, without the error's own words."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return LATE
    if isinstance(cause, ssl.SSLCertVerificationError):
        return UNTRUSTED
    if isinstance(cause, ConnectionRefusedError):
        return NOBODY
    if isinstance(cause, OSError) and not isinstance(cause, ConnectionError):
        kind = type(cause).__name__
        return Cause(f"no connection ({kind})", f"无法建立连接（{kind}）")
    return BROKEN_OFF


def _retry_after_s(fields: Mapping[str, str] | Headers) -> float | None:
    """Seconds until a service wants to be asked again; a moment counts from its own clock."""
    text = str(fields.get("Retry-After") or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(float(text), DAY_S)
    moment, now = _moment(text), _moment(str(fields.get("Date") or ""))
    if moment is None or now is None:
        return None
    return min(max((moment - now).total_seconds(), 0.0), DAY_S)


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
