"""A DingTalk group, by a custom robot."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sheetdesk.channels._post import TOO_OFTEN as OFTEN
from sheetdesk.channels._post import check_code, json_of, post_json
from sheetdesk.channels._words import called, cut, harmless, name_before, one_line
from sheetdesk.channels.base import SECONDS, SERVICE, TEXT, Kind, Message, Settings
from sheetdesk.errors import Cause

__all__ = ["KIND", "DingTalk"]

TEXT_BYTES = 9_000
TOO_OFTEN = (130101, 410100)
# A robot that was asked too often is silent for ten minutes.
AGAIN_S = 600.0
MEANINGS = {
    130101: OFTEN,
    410100: OFTEN,
    300001: Cause("the token is wrong", "token 有误"),
    310000: Cause(
        "the secret is wrong, this machine is not on the robot's list, or it asks for a keyword",
        "密钥有误，或本机不在机器人的 IP 白名单中，或机器人要求消息含有关键词",
    ),
}


@dataclass(frozen=True)
class DingTalk:
    settings: Settings

    def send(self, message: Message) -> None:
        url, secret = self.settings.get("url"), self.settings.get("secret")
        if secret:
            url += ("&" if "?" in url else "?") + _signed(str(int(time.time() * 1000)), secret)
        member = called(message.to)
        lead = f"@{member} " if member else name_before(message)
        text = f"{lead}{harmless(one_line(message.title))}\n{harmless(message.text)}"
        facts: dict[str, Any] = {
            "msgtype": "text",
            "text": {"content": cut(text.strip(), TEXT_BYTES)},
            "at": {"atUserIds": [member] if member else [], "isAtAll": False},
        }
        answer = json_of(self.settings.channel, post_json(self.settings, url, facts))
        check_code(self.settings.channel, answer.get("errcode"), MEANINGS, TOO_OFTEN, AGAIN_S)


def _signed(moment: str, secret: str) -> str:
    """The part of the address that proves the secret is known, percent-encoded here and nowhere else."""
    digest = hmac.new(secret.encode("utf-8"), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
    return urlencode({"timestamp": moment, "sign": base64.b64encode(digest).decode("ascii")})


KIND = Kind({"url": SERVICE}, {"secret": TEXT, "timeout_s": SECONDS}, DingTalk)
