"""Any of the services that the Apprise package knows, by its kind of address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sheetdesk.channels._words import harmless, name_before, one_line
from sheetdesk.channels.base import TEXT, Form, Kind, Message, Settings
from sheetdesk.errors import Cause, ChannelInvalid, ChannelUnreachable

__all__ = ["KIND", "AppriseChannel"]

URL = Form(TEXT.pattern, Cause("an address as Apprise writes it", "Apprise 格式的地址"))


@dataclass(frozen=True)
class AppriseChannel:
    settings: Settings

    def send(self, message: Message) -> None:
        channel = self.settings.channel
        url = self.settings.get("url")
        try:
            import apprise
        except ImportError:
            reason = Cause(
                "this kind needs `pip install 'sheetdesk[notify]'`",
                "这种渠道需要 `pip install 'sheetdesk[notify]'`",
            )
            raise ChannelInvalid(channel=channel, reason=reason) from None
        with _silence("apprise"):
            sender = apprise.Apprise()
            if not sender.add(url):
                raise ChannelInvalid(channel=channel, reason=URL.asked("url"))
            is_sent = sender.notify(
                title=name_before(message) + harmless(one_line(message.title)),
                body=harmless(message.text),
                # Without it a ticket's text becomes HTML in a mail.
                body_format=apprise.NotifyFormat.TEXT,
            )
        if not is_sent:
            raise ChannelUnreachable(
                channel, Cause("Apprise could not send the message", "Apprise 未能发出消息")
            )


@contextmanager
def _silence(name: str) -> Iterator[None]:
    """No lines of a log meanwhile: they would show an address with its password."""
    logger = logging.getLogger(name)
    was = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = was


KIND = Kind({"url": URL}, {}, AppriseChannel)
