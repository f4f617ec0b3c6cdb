"""Servers on this machine that answer as the services do, rightly or wrongly."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

__all__ = ["Answer", "Call", "PostOffice", "Service", "closed_port", "post_office", "serving", "silent_port"]


@dataclass(frozen=True)
class Answer:
    """What a service says to a call; `waits` never says it, `breaks` hangs up in the middle."""

    status: int = 200
    body: bytes = b""
    fields: dict[str, str] = field(default_factory=dict)
    waits: bool = False
    breaks: bool = False


@dataclass(frozen=True)
class Call:
    path: str
    fields: dict[str, str]
    body: bytes

    @property
    def facts(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    address: str
    answer: Answer
    calls: list[Call] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[Service]:
    """A service on the loopback that keeps its calls."""
    service = Service("", answer)

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.calls.append(Call(self.path, dict(self.headers.items()), body))
            said = service.answer
            if said.waits:
                service.is_over.wait()
                return
            self.send_response_only(said.status)
            for name, value in said.fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body) + (10 if said.breaks else 0)))
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Nothing: a client that goes away is what the test is about."""

    server = Quiet(("127.0.0.1", 0), Listener)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    service.address = f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    try:
        yield service
    finally:
        service.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def silent_port() -> Iterator[int]:
    """A port where calls come through and nobody ever says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that is taken and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@dataclass
class PostOffice:
    """A mail server: what it says to an addressee and to a mail, and the mails it took.

    `breaks` is where it hangs up: at the `mail` or at the `farewell`.
    """

    port: int = 0
    to_addressee: str = "250 OK"
    to_mail: str = "250 OK"
    to_farewell: str = "221 Bye"
    breaks: str = ""
    password: bytes = b""
    taken: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    was_secret: list[bool] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_addressee.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_addressee

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._break(server, "mail")
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        if self.to_mail.startswith("250"):
            self.taken.append(found)
            self.to.append(envelope.rcpt_tos)
            self.was_secret.append(session.ssl is not None)
        return self.to_mail

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._break(server, "farewell")
        return self.to_farewell

    def _break(self, server: SMTP, place: str) -> None:
        """Hang up, when this is the place for it."""
        if self.breaks == place:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()

    def authenticated(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any
    ) -> AuthResult:
        assert isinstance(told, LoginPassword)
        self.users.append(told.login)
        return AuthResult(success=told.password == self.password, handled=False)


@contextmanager
def post_office(
    office: PostOffice, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[PostOffice]:
    """A mail server on the loopback, until the block ends."""
    loop = asyncio.new_event_loop()

    def line() -> SMTP:
        return SMTP(
            office,
            hostname="post.test",
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=bool(office.password),
            auth_require_tls=starttls is not None,
            authenticator=office.authenticated if office.password else None,
            loop=loop,
        )

    async def opened() -> asyncio.Server:
        return await loop.create_server(line, "127.0.0.1", 0, ssl=tls)

    async def closed(server: asyncio.Server) -> None:
        server.close()
        ours = asyncio.current_task()
        rest = [task for task in asyncio.all_tasks() if task is not ours]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(opened(), loop).result()
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        asyncio.run_coroutine_threadsafe(closed(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
