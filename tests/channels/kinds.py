"""For each kind of channel that calls a web service: how to set it up, and how the service agrees."""

from __future__ import annotations

from dataclasses import dataclass

from sheetdesk.channels.base import Addressee, Channel, Message, open_channel
from sheetdesk.desk.automation import ChannelSpec
from tests.channels.servers import Answer, Service

__all__ = ["ENVIRONMENT", "KINDS", "LI", "PASSWORD", "SECRET", "Web", "message", "opened"]

PASSWORD = "tok3n+of/address"
SECRET = "s3cret=of+signature"
ENVIRONMENT = {"HOOK_TOKEN": PASSWORD, "HOOK_SECRET": SECRET}

LI = Addressee("李娜", "li.na@example.com", "U0LI")


@dataclass(frozen=True)
class Web:
    """`agrees` is what the service says to a call it took; `signs` whether it has a secret."""

    agrees: Answer
    signs: bool = False
    expects_json: bool = False


KINDS = {
    "webhook": Web(Answer(204), signs=True),
    "slack": Web(Answer(200, b"ok")),
    "teams": Web(Answer(202)),
    "feishu": Web(
        Answer(200, b'{"code":0,"msg":"success","data":{},"StatusCode":0}'), signs=True, expects_json=True
    ),
    "dingtalk": Web(Answer(200, b'{"errcode":0,"errmsg":"ok"}'), signs=True, expects_json=True),
    "wecom": Web(Answer(200, b'{"errcode":0,"errmsg":"ok"}'), expects_json=True),
}


def opened(kind: str, where: Service | str, **settings: str) -> Channel:
    """A channel of this kind to a service, with every password it can have taken from the environment."""
    address = where if isinstance(where, str) else where.address
    known = {"url": address + "/hook/${HOOK_TOKEN}?access_token=${HOOK_TOKEN}"}
    if KINDS[kind].signs:
        known["secret"] = "${HOOK_SECRET}"
    return open_channel(ChannelSpec("ours", kind, known | settings), ENVIRONMENT)


def message(title: str = "Ink is out", text: str = "Printer 4 on floor 3", to: Addressee = LI) -> Message:
    return Message(to, title, text)
