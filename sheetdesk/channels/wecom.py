"""A WeCom group, by a group robot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sheetdesk.channels._post import check_code, json_of, post_json
from sheetdesk.channels._words import called, cut, harmless, name_before, one_line
from sheetdesk.channels.base import SECONDS, SERVICE, Kind, Message, Settings

__all__ = ["KIND", "WeCom"]

TEXT_BYTES = 2048
TOO_OFTEN = (45009, 45033, -1)
AGAIN_S = 60.0
MEANINGS = {
    -1: "it is busy",
    45009: "it is asked too often",
    45033: "it is asked too often",
    93000: "the robot is gone, or its address wrong",
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
