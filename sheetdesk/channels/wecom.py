"""A WeCom group, by a group robot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sheetdesk.channels._post import TOO_OFTEN as OFTEN
from sheetdesk.channels._post import check_code, json_of, post_json
from sheetdesk.channels._words import called, cut, harmless, name_before, one_line
from sheetdesk.channels.base import SECONDS, SERVICE, Kind, Message, Settings
from sheetdesk.errors import Cause

__all__ = ["KIND", "WeCom"]

TEXT_BYTES = 2048
TOO_OFTEN = (45009, 45033, -1)
AGAIN_S = 60.0
MEANINGS = {
    -1: Cause("it is busy", "对方系统繁忙"),
    45009: OFTEN,
    45033: OFTEN,
    93000: Cause("the robot is gone, or its address wrong", "机器人已不在，或地址有误"),
}


@dataclass(frozen=True)
class WeCom:
    settings: Settings

    def send(self, message: Message) -> None:
        member = called(message.to)
        lead = "" if member else name_before(message)
        text = f"{lead}{harmless(one_line(message.title))}\n{harmless(message.text)}"
        words: dict[str, Any] = {"content": cut(text.strip(), TEXT_BYTES)}
        if member:
            words["mentioned_list"] = [member]
        facts = {"msgtype": "text", "text": words}
        answer = json_of(self.settings.channel, post_json(self.settings, self.settings.get("url"), facts))
        check_code(self.settings.channel, answer.get("errcode"), MEANINGS, TOO_OFTEN, AGAIN_S)


KIND = Kind({"url": SERVICE}, {"timeout_s": SECONDS}, WeCom)
