"""The few shared strings that a patch asks for, out of a part that may hold hundreds of thousands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sheetdesk.errors import PatchRefused
from sheetdesk.sheets.xlsx.byte_pairs import pair_places
from sheetdesk.sheets.xlsx.check.styles import Strings
from sheetdesk.sheets.xlsx.patch.layout import has_mark
from sheetdesk.sheets.xlsx.patch.markup import decoded
from sheetdesk.sheets.xlsx.patch.zip import BadZip
from sheetdesk.sheets.xlsx.stretches import Stretch

__all__ = ["FewTexts", "few_texts", "indexes_in"]

STRING = b"<si>"
DECLARED = re.compile(rb"\buniqueCount=\"([0-9]{1,9})\"")
INDEX = re.compile(rb't="s"[^<>]*><v>([0-9]{1,9})</v>')
LONGEST = 1 << 20
"""A string of more bytes is none of a program's: a cell holds 32,767 letters."""


def indexes_in(xml: bytes) -> frozenset[int]:
    """The shared strings that cells ask for, as most programs spell it."""
    return frozenset(map(int, INDEX.findall(xml)))


@dataclass(frozen=True)
class FewTexts:
    """Some shared strings as they stand in the part, by their index; `head` is what stands before all."""

    part: str
    head: bytes
    found: Mapping[int, bytes]

    def text(self, index: int) -> str | None:
        """The plain text of one, None where there is none of this index."""
        if index not in self.found:
            return None
        return Strings(self.part, self.head + self.found[index], (len(self.head),)).text(0)


def few_texts(part: str, stretches: Iterable[Stretch], wanted: Collection[int]) -> FewTexts | None:
    """The shared strings of these indexes, as far as there are any.

    The part never stands in memory whole. None where only the whole will do: a string is not spelled as
    programs spell it, `<si>` without a prefix, so that there are not as many of these as the part says, there
    is a comment anywhere, or something is the matter.
    """
    found: dict[int, bytes] = {}
    left = sorted(wanted, reverse=True)
    head = rest = b""
    # So many strings end before `rest`, which begins with the next.
    count = 0
    try:
        for stretch in stretches:
            plain = bytes(stretch.unpacked())
            if not (head or rest) and decoded(part, plain).xml is not plain:
                return None
            rest += plain
            starts = _starts(rest)
            if starts is None:
                return None
            if len(starts):
                head = head or rest[: starts[0]]
                last = count + len(starts) - 1
                while left and left[-1] < last:
                    index = left.pop()
                    found[index] = rest[starts[index - count] : starts[index - count + 1]]
                count, rest = last, rest[starts[-1] :]
            if len(rest) > LONGEST:
                return None
    except (BadZip, PatchRefused):
        return None
    declared = DECLARED.search(head)
    if declared is None or int(declared[1]) != count + 1:
        return None
    if left and left[-1] == count:
        found[count] = rest
    return FewTexts(part, head, found)


def _starts(xml: bytes) -> npt.NDArray[np.intp] | None:
    """Where strings begin; None where something may be one that is spelled otherwise, or a comment."""
    if has_mark(xml, 0, b"!"):
        return None
    letters = np.frombuffer(xml, "uint8")
    # What stands at the very end is looked at again with what follows it.
    starts = [np.zeros(0, np.intp)]
    for places in pair_places(xml, STRING[:2], 0, len(xml) - 2):
        items = places[letters[places + 2] == STRING[2]]
        if (letters[items + 3] != STRING[3]).any():
            return None
        starts.append(np.sort(items, kind="stable"))
    return np.concatenate(starts)
