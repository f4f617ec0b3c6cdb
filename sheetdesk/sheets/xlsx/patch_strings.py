"""The few shared strings that a patch asks for, out of a part that may hold hundreds of thousands."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from sheetdesk.sheets.xlsx.check_styles import Strings

__all__ = ["SharedTexts"]

STRING = b"<si>"
PIECE = 1 << 14


@dataclass(frozen=True)
class SharedTexts:
    """Shared strings by their index. `before` counts, piece by piece, those that start before it."""

    part: str
    xml: bytes
    before: tuple[int, ...]

    @classmethod
    def of(cls, part: str, xml: bytes) -> SharedTexts | None:
        """None where a string is not spelled as programs spell it: `<si>`, no prefix, no comment anywhere."""
        # A piece ends where a string that starts in it would.
        counts = [xml.count(STRING, at, at + PIECE + len(STRING) - 1) for at in range(0, len(xml), PIECE)]
        before = tuple(accumulate(counts, initial=0))
        if before[-1] != xml.count(STRING[:-1]) or b":si" in xml or b"<!" in xml:
            return None
        return cls(part, xml, before)

    def text(self, index: int) -> str | None:
        """The plain text of one string, None where there is none of this index."""
        if not 0 <= index < self.before[-1]:
            return None
        piece = bisect_right(self.before, index) - 1
        at = self.xml.find(STRING, piece * PIECE)
        for _ in range(index - self.before[piece]):
            at = self.xml.find(STRING, at + 1)
        return Strings(self.part, self.xml, (at,)).text(0)
