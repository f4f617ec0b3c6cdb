"""A Slack channel, by an incoming webhook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sheetdesk.channels._post import FOREIGN, post_json
from sheetdesk.channels._words import called, cut, harmless, name_before, one_line
from sheetdesk.channels.base import SECONDS, SERVICE, Kind, Message, Settings
from sheetdesk.errors import ChannelUnreachable

__all__ = ["KIND", "Slack"]

BLOCK_CHARS = 3000
TEXT_BYTES = 12_000
MEMBER = re.compile(r"[UW][A-Z0-9]+")


@dataclass(frozen=True)
class Slack:
    """The person is called in a block of markup, all that people wrote stands in blocks of plain text."""

    settings: Settings

    def send(self, message: Message) -> None:
        member = called(message.to)
        mention = f"<@{member}>" if MEMBER.fullmatch(member) else ""
        title = ("" if mention else name_before(message)) + harmless(one_line(message.title))
        words = cut(f"{title}\n{harmless(message.text)}".strip(), TEXT_BYTES)
        blocks = [_block("mrkdwn", mention)] if mention else []
        blocks += [_block("plain_text", piece) for piece in _pieces(words)]
        facts = {
            # Only for notices on a phone and for readers that show no blocks.
            "text": f"{mention} {_escaped(cut(title, 500))}".strip(),
            "blocks": blocks,
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        answer = post_json(self.settings, self.settings.get("url"), facts)
        if answer.strip() != b"ok":
            raise ChannelUnreachable(self.settings.channel, FOREIGN)


def _block(kind: str, text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text}}


def _pieces(text: str) -> list[str]:
    """The text, escaped, in pieces that a block takes; no escaped sign is cut in two."""
    pieces = [""]
    for sign in map(_escaped, text):
        if len(pieces[-1]) + len(sign) > BLOCK_CHARS:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _escaped(text: str) -> str:
    """Text in which Slack finds none of its three control characters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


KIND = Kind({"url": SERVICE}, {"timeout_s": SECONDS}, Slack)
