"""The few shared strings that a patch asks for, out of a part that may hold hundreds of thousands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sheetdesk.sheets.xlsx.byte_pairs import pair_places
from sheetdesk.sheets.xlsx.check.styles import Strings
from sheetdesk.sheets.xlsx.patch.layout import has_mark

__all__ = ["SharedTexts"]

STRING = b"<si>"


@dataclass(frozen=True)
class SharedTexts:
    """Shared strings by their index. `starts` are the places of all of them in the part."""

    part: str
    xml: bytes
    starts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, part: str, xml: bytes) -> SharedTexts | None:
        """None where a string is not spelled as programs spell it: `<si>`, no prefix, no comment anywhere."""
        if has_mark(xml, 0, b"!"):
            return None
        for places in pair_places(xml, b":s"):
            if any(xml.startswith(b"i", place + 2) for place in places.tolist()):
                return None
        letters = np.frombuffer(xml, "uint8")
        starts = []
        for places in pair_places(xml, STRING[:2], 0, len(xml) - 2):
            items = places[letters[places + 2] == STRING[2]]
            if any(letters[items + 3] != STRING[3]):
                return None
            starts.append(np.sort(items, kind="stable"))
        return cls(part, xml, np.concatenate(starts) if starts else np.zeros(0, np.intp))

    def text(self, index: int) -> str | None:
        """The plain text of one string, None where there is none of this index."""
        if not 0 <= index < len(self.starts):
            return None
        return Strings(self.part, self.xml, (int(self.starts[index]),)).text(0)
