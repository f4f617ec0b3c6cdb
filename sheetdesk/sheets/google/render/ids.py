"""Ids of what sheetdesk makes in a spreadsheet, worked out from names.

The same thing has the same id in every publication, so that it is known again wherever people moved
it and whatever they called it. Google lets the maker choose the ids of tabs, charts, filter views …
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

__all__ = ["KEY", "Ids"]

KEY = "sd"
"""The key of every piece of developer metadata that is sheetdesk's."""

# Ids are 32-bit and above zero; below this many a tab would look as if people had made it.
LEAST = 1_000


@dataclass(frozen=True)
class Ids:
    """The ids of one spreadsheet. Another `seed` gives others, should one be taken already."""

    seed: str = ""

    def of(self, *names: str) -> int:
        """The id of what has these names, such as `("tab", "tickets")`: from 1,000 up to 2³¹ - 1."""
        number = crc32("/".join((self.seed, *names)).encode()) & 0x7FFFFFFF
        return number if number >= LEAST else number + LEAST

    def tab(self, key: str) -> int:
        """The sheetId of the tab of this key."""
        return self.of("tab", key)

    def column(self, table: str, key: str) -> int:
        """The metadataId of a column's mark."""
        return self.of("column", table, key)
