"""A Teams channel or chat, by a workflow that posts what a webhook gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sheetdesk.channels._post import TOO_OFTEN, post_json
from sheetdesk.channels._words import called, cut, harmless, name_before, one_line
from sheetdesk.channels.base import SECONDS, SERVICE, Kind, Message, Settings
from sheetdesk.errors import Cause, ChannelRefused, ChannelUnreachable

__all__ = ["KIND", "Teams"]

TEXT_BYTES = 10_000
LINES = 100


@dataclass(frozen=True)
class Teams:
    """The person is called in a TextBlock, all that people wrote stands in TextRuns: these know no markup."""

    settings: Settings

    def send(self, message: Message) -> None:
        identity = called(message.to)
        title = ("" if identity else name_before(message)) + harmless(one_line(message.title))
        lines = cut(harmless(message.text).strip("\n"), TEXT_BYTES).split("\n")
        if len(lines) > LINES:
            lines = [*lines[: LINES - 1], "…"]
        card: dict[str, Any] = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": [_run(cut(title, 1000), weight="Bolder"), *map(_run, lines)],
        }
        if identity:
            # The name is set between tags and read as markup.
            name = "".join(filter(lambda sign: sign.isalnum() or sign in " .'-", one_line(message.to.name)))
            tag = f"<at>{name or 'you'}</at>"
            mentioned = {"id": identity, "name": name or "you"}
            card["body"].insert(0, {"type": "TextBlock", "text": tag, "wrap": True})
            card["msteams"] = {"entities": [{"type": "mention", "text": tag, "mentioned": mentioned}]}
        attachment = {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": None,
            "content": card,
        }
        facts = {"type": "message", "attachments": [attachment]}
        _check(self.settings.channel, post_json(self.settings, self.settings.get("url"), facts))


def _run(line: str, weight: str = "Default") -> dict[str, Any]:
    run = {"type": "TextRun", "text": line or " ", "weight": weight}
    return {"type": "RichTextBlock", "inlines": [run], "spacing": "None"}


def _check(channel: str, body: bytes) -> None:
    """Nothing, unless an answer of success tells of a failure further on, as connectors do."""
    told = body.lower()
    if b"http error 429" in told:
        raise ChannelUnreachable(channel, TOO_OFTEN, 60.0)
    if b"failed" in told or b'"error"' in told:
        raise ChannelRefused(channel=channel, reason=Cause("it could not post the message", "消息未能发布"))


KIND = Kind({"url": SERVICE}, {"timeout_s": SECONDS}, Teams)
