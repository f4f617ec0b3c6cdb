"""Why something went wrong, as part of an error's sentence, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cause"]


@dataclass(frozen=True)
class Cause:
    """A half sentence of our own, or what somebody else said. As a text it is English."""

    en: str
    zh: str

    @classmethod
    def quoted(cls, text: str) -> Cause:
        """What somebody else said, as it was said."""
        return cls(text, f"“{text}”")

    def say(self, locale: str) -> str:
        """The words in a language (`zh`, `zh-CN`), English where it has none."""
        return self.zh if locale.split("-", maxsplit=1)[0] == "zh" else self.en

    def __str__(self) -> str:
        return self.en
