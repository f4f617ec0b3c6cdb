"""A mail to one person, handed to a mail server over SMTP."""

from __future__ import annotations

import hashlib
import re
import smtplib
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, make_msgid

from sheetdesk.channels._post import LATE, NOBODY, UNTRUSTED, timeout_s
from sheetdesk.channels._words import cut, one_line, plain
from sheetdesk.channels.base import SECONDS, TEXT, Addressee, Form, Kind, Message, Settings
from sheetdesk.errors import Cause, ChannelInvalid, ChannelRefused, ChannelUnreachable

__all__ = ["KIND", "Mail"]

PORTS = {"starttls": 587, "ssl": 465, "none": 25}
MAILBOX = re.compile(r"[^\s<>()\[\],;:\\\"\x00-\x1f\x7f@]{1,64}@[^\s<>()\[\],;:\\\"\x00-\x1f\x7f@]{1,255}")
ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}")
TITLE_BYTES = 500
NO_LOGIN = (530, 534, 535, 538)
IN_THE_CLEAR = Cause(
    "a password is not sent in the clear; set `security: starttls` or `ssl`",
    "密码不能明文发送；请设置 `security: starttls` 或 `ssl`",
)
INCAPABLE = Cause("the server cannot do what this mail needs", "服务器不支持这封邮件所需的功能")
NO_ADDRESS = Cause("the person has no mail address that could be used", "此人没有可用的邮件地址")
HERE = ("localhost", "127.0.0.1", "::1")

SERVER = Form(re.compile(r"[\w.:-]+"), Cause("the name of a server", "服务器的名称"))
PORT = Form(
    re.compile(r"[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]"),
    Cause("a number up to 65535", "不超过 65535 的数字"),
)
SECURITY = Form(
    re.compile("starttls|ssl|none"), Cause("one of starttls, ssl, none", "以下之一：starttls, ssl, none")
)
# The library sends no others.
LOGIN = Form(re.compile(r"[ -~]+"), Cause("letters, digits and signs of ASCII", "ASCII 的字母、数字和符号"))
SENDER = Form(
    re.compile(rf"{MAILBOX.pattern}|[^<>\x00-\x1f\x7f]*<{MAILBOX.pattern}>"),
    Cause("a mail address, or a name and <an address>", "邮件地址，或 姓名 <地址>"),
)


@dataclass(frozen=True)
class Mail:
    """Plain text only; the same message sent again has the same Message-ID."""

    settings: Settings

    def send(self, message: Message) -> None:
        channel = self.settings.channel
        if not _has_mail(message.to):
            raise ChannelRefused(channel=channel, reason=NO_ADDRESS)
        mail = _written(message, self.settings.get("from"))
        security = self.settings.get("security", "starttls")
        user, password = self.settings.get("user"), self.settings.get("password")
        server = self.settings.get("server")
        if user and security == "none" and server not in HERE:
            raise ChannelInvalid(channel=channel, reason=IN_THE_CLEAR)
        port = int(self.settings.get("port") or PORTS[security])
        context = _context(self.settings)
        code, told = 0, b""
        reason: Cause | None = None
        # Errors are made outside of `except`: a traceback would show what a server said as well.
        try:
            with closing(_session(server, port, security, context, timeout_s(self.settings))) as session:
                if user:
                    session.login(user, password)
                session.send_message(mail)
                # The mail has been taken: a farewell gone wrong must not have it sent again.
                with suppress(OSError):
                    session.quit()
            return
        except smtplib.SMTPRecipientsRefused as error:
            code, told = next(iter(error.recipients.values()))
        except smtplib.SMTPResponseException as error:
            code, told = error.smtp_code, _bytes(error.smtp_error)
        except smtplib.SMTPNotSupportedError:
            code, reason = 500, INCAPABLE
        except (OSError, ValueError) as error:
            reason = _trouble(error)
        _raise(channel, code, told, reason)


def _raise(channel: str, code: int, told: bytes, reason: Cause | None) -> None:
    """The error for what a server said: its numbers, none of its words."""
    number = ENHANCED.search(told)
    shown = f"{code} {number.group().decode('ascii')}" if number else str(code)
    reason = reason or Cause(f"the server answered {shown}", f"服务器应答 {shown}")
    if code in NO_LOGIN:
        login = Cause(f"{reason.en}: user and password do not do", f"{reason.zh}：用户名和密码不被接受")
        raise ChannelInvalid(channel=channel, reason=login)
    if 500 <= code < 600:
        raise ChannelRefused(channel=channel, reason=reason)
    raise ChannelUnreachable(channel, reason)


def _trouble(error: OSError | ValueError) -> Cause:
    """What went wrong on the way, without the error's own words."""
    # smtplib makes a broken connection of a server that says nothing.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return LATE
    if isinstance(error, ssl.SSLCertVerificationError):
        return UNTRUSTED
    if isinstance(error, ConnectionRefusedError):
        return NOBODY
    kind = type(error).__name__
    return Cause(f"the connection broke off ({kind})", f"连接中断（{kind}）")


def _session(server: str, port: int, security: str, context: ssl.SSLContext, wait_s: float) -> smtplib.SMTP:
    """A connection as safe as was asked for, before anything is said on it."""
    # Asking the network for this machine's own name can take longer than the mail.
    here = name if "." in (name := socket.gethostname()) and name.isascii() else "[127.0.0.1]"
    if security == "ssl":
        return smtplib.SMTP_SSL(server, port, local_hostname=here, timeout=wait_s, context=context)
    session = smtplib.SMTP(server, port, local_hostname=here, timeout=wait_s)
    if security == "starttls":
        try:
            session.starttls(context=context)
        except BaseException:
            session.close()
            raise
    return session


def _context(settings: Settings) -> ssl.SSLContext:
    """Certificates are checked, against the machine's authorities or those of the file `ca`."""
    path = settings.get("ca")
    try:
        return ssl.create_default_context(cafile=path or None)
    except (OSError, ValueError):
        pass
    raise ChannelInvalid(
        channel=settings.channel, reason=Cause("the file `ca` holds no certificates", "`ca` 文件中没有证书")
    )


def _written(message: Message, sender: str) -> EmailMessage:
    """The mail. Everything people wrote is one line or the body: nothing becomes a header."""
    name, _, address = sender.rstrip(" >").rpartition("<")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(name.strip(' "'), address.strip())
    mail["To"] = _address(message.to.name, message.to.mail.strip())
    mail["Subject"] = cut(one_line(message.title), TITLE_BYTES)
    mail["Date"] = format_datetime(localtime())
    mail["Message-ID"] = _message_id(message.key, address.rpartition("@")[2])
    # Keeps notes of absence from coming back.
    mail["Auto-Submitted"] = "auto-generated"
    if message.is_urgent:
        mail["Importance"] = "high"
    # Base64 passes every server, however long the lines.
    mail.set_content(plain(message.text), charset="utf-8", cte="base64")
    return mail


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(display_name=one_line(name), username=user, domain=domain)


def _message_id(key: str, domain: str) -> str:
    if not key:
        return make_msgid(domain=domain)
    return f"<{hashlib.sha256(key.encode('utf-8')).hexdigest()[:40]}@{domain}>"


def _has_mail(addressee: Addressee) -> bool:
    return MAILBOX.fullmatch(addressee.mail.strip()) is not None


def _complaints(settings: Mapping[str, str]) -> list[Cause]:
    """A password without its user, or one that everybody on the way could read."""
    wrong = []
    if bool(settings.get("user")) != bool(settings.get("password")):
        wrong.append(Cause("'user' and 'password' go together", "“user”和“password”须同时填写"))
    if settings.get("user") and settings.get("security") == "none" and settings.get("server") not in HERE:
        wrong.append(IN_THE_CLEAR)
    return wrong


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode("utf-8", "replace")


KIND = Kind(
    required={"server": SERVER, "from": SENDER},
    optional={
        "port": PORT,
        "security": SECURITY,
        "user": LOGIN,
        "password": LOGIN,
        "ca": TEXT,
        "timeout_s": SECONDS,
    },
    opened=Mail,
    reaches=_has_mail,
    complaints=_complaints,
)
