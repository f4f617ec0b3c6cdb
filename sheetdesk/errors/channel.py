"""Errors of the ways to tell people."""

from __future__ import annotations

from typing import ClassVar

from sheetdesk.errors.cause import Cause
from sheetdesk.errors.tree import SheetdeskError

__all__ = ["AddresseeUnknown", "ChannelError", "ChannelInvalid", "ChannelRefused", "ChannelUnreachable"]


class ChannelError(SheetdeskError):
    pass


class AddresseeUnknown(ChannelError):
    exit_code = 2
    words: ClassVar = {
        "en": "Nobody is called '{word}' in this desk{hint}. "
        "Name a role, a person, channel:KEY or an address.",
        "zh": "本服务台中没有“{word}”{hint}。请给出角色、人员、channel:键 或邮件地址。",
    }

    def __init__(self, word: str, like: str | None) -> None:
        super().__init__(word=word, hint=f" ({like}?)" if like else "")


class ChannelInvalid(ChannelError):
    exit_code = 2
    words: ClassVar = {
        "en": "The channel '{channel}' cannot be used: {reason}. Mend `channels:` or what it names.",
        "zh": "无法使用通知渠道“{channel}”：{reason}。请改正 `channels:` 或其引用的内容。",
    }


class ChannelRefused(ChannelError):
    words: ClassVar = {
        "en": "The channel '{channel}' did not take a message: {reason}. Trying again would not help.",
        "zh": "通知渠道“{channel}”拒收消息：{reason}。重试无用。",
    }


class ChannelUnreachable(ChannelError):
    words: ClassVar = {
        "en": "The channel '{channel}' cannot be reached now: {reason}. The message is still to be sent.",
        "zh": "通知渠道“{channel}”暂时不通：{reason}。消息留待重发。",
    }

    def __init__(self, channel: str, reason: Cause, retry_after_s: float | None = None) -> None:
        super().__init__(channel=channel, reason=reason)
        self.retry_after_s = retry_after_s
