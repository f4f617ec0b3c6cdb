"""A Feishu or Lark group, by a custom bot."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any

from sheetdesk.channels._post import TOO_OFTEN as OFTEN
from sheetdesk.channels._post import check_code, json_of, post_json
from sheetdesk.channels._words import called, cut, harmless, name_before, name_of, one_line
from sheetdesk.channels.base import SECONDS, SERVICE, TEXT, Kind, Message, Settings
from sheetdesk.errors import Cause

__all__ = ["KIND", "Feishu"]

TEXT_BYTES = 9_000
BAD_REQUEST = 9499
TOO_OFTEN = (11232, BAD_REQUEST)
AGAIN_S = 60.0
MEANINGS = {
    19001: Cause("the bot is gone, or its address wrong", "机器人已不在，或地址有误"),
    19021: Cause("the secret is wrong, or this machine's clock", "密钥有误，或本机时钟不准"),
    19022: Cause("this machine is not on the bot's list", "本机不在机器人的 IP 白名单中"),
    19024: Cause("the bot asks for a keyword in the message", "机器人要求消息中含有关键词"),
    11232: OFTEN,
}


@dataclass(frozen=True)
class Feishu:
    settings: Settings

    def send(self, message: Message) -> None:
        member = called(message.to)
        lead = f'<at user_id="{member}">{name_of(message.to)}</at> ' if member else name_before(message)
        text = f"{lead}{harmless(one_line(message.title))}\n{harmless(message.text)}"
        facts: dict[str, Any] = {"msg_type": "text", "content": {"text": cut(text.strip(), TEXT_BYTES)}}
        secret = self.settings.get("secret")
        if secret:
            moment = str(int(time.time()))
            facts |= {"timestamp": moment, "sign": _sign(moment, secret)}
        answer = json_of(self.settings.channel, post_json(self.settings, self.settings.get("url"), facts))
        code = answer.get("code", answer.get("StatusCode"))
        # One code for two things: a bot that is asked too often, and a message it does not understand.
        is_wrong = code == BAD_REQUEST and "bad request" in str(answer.get("msg", "")).lower()
        temporary = (11232,) if is_wrong else TOO_OFTEN
        check_code(self.settings.channel, code, MEANINGS, temporary, AGAIN_S)


def _sign(moment: str, secret: str) -> str:
    """The signature of a moment. The text to sign is the key here, and nothing is what is signed."""
    digest = hmac.new(f"{moment}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


KIND = Kind({"url": SERVICE}, {"secret": TEXT, "timeout_s": SECONDS}, Feishu)
