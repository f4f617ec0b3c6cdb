"""A piece of a sheet's bytes that is looked at in thousands of places at once.

Whether the same words stand in ten thousand places, numpy tells in the time in which Python looks at
some hundred of them. Nothing here knows what the bytes mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Chunk", "Flags", "Pieces", "Places"]

Places = npt.NDArray[np.intp]
"""Places in a chunk, in order."""
Flags = npt.NDArray[np.bool_]

LONGEST_WORD = 40
"""Bytes of a piece up to which pieces are laid side by side, each as wide as the longest."""
MOST_DIGITS = 18


class Chunk:
    """Some bytes, and the code of each of them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.codes = np.frombuffer(data, np.uint8)

    def begun(self, *words: bytes) -> list[Places]:
        """Where each of these words stands. They begin with the same byte and differ in the next."""
        is_next = np.zeros(max(len(self.codes) - 1, 0), np.bool_)
        for word in words:
            is_next |= self.codes[1:] == word[1]
        # What begins right is rare enough to be looked at one by one.
        places = np.flatnonzero(is_next & (self.codes[:-1] == words[0][0]))
        codes = self.codes[places + 1]
        found = [places[codes == word[1]] for word in words]
        return [
            places if self.all_say(places, word) else places[self.say(places, word)]
            for places, word in zip(found, words, strict=True)
        ]

    def wide(self, places: Places, width: int) -> npt.NDArray[np.uint8]:
        """`width` bytes from each place, a row each; those that lie outside of the chunk are 0."""
        if not len(places) or (places[0] >= 0 and places[-1] <= len(self.data) - width):
            return self._cut(places, width).view(np.uint8).reshape(len(places), width)
        is_within = (places >= 0) & (places <= len(self.data) - width)
        wide = np.zeros((len(places), width), np.uint8)
        wide[is_within] = self.wide(places[is_within], width)
        # The others begin or end at an edge: they are few.
        for row in np.flatnonzero(~is_within).tolist():
            start = int(places[row])
            codes = self.codes[max(start, 0) : max(start + width, 0)]
            wide[row, max(-start, 0) : max(-start, 0) + len(codes)] = codes
        return wide

    def same(self, places: Places, others: Places, width: int) -> bool:
        """Whether the `width` bytes at each place are those at the other place."""
        if len(places) and max(places[-1], others[-1]) + width > len(self.data):
            return False
        return self._cut(places, width).tobytes() == self._cut(others, width).tobytes()

    def all_say(self, places: Places, words: bytes) -> bool:
        """Whether the words stand in all of the places."""
        if not len(places) or not words:
            return True
        if places[0] < 0 or places[-1] + len(words) > len(self.data):
            return False
        return self._cut(places, len(words)).tobytes() == words * len(places)

    def say(self, places: Places, words: bytes) -> Flags:
        """In which of the places the words stand."""
        alike: Flags = (self.wide(places, len(words)) == np.frombuffer(words, np.uint8)).all(axis=1)
        return alike

    def _cut(self, places: Places, width: int) -> npt.NDArray[Any]:
        # Each item begins one byte behind the one before it: numpy copies whole items, not bytes.
        count = len(self.data) - width + 1
        items: npt.NDArray[Any] = np.ndarray((max(count, 0),), f"V{width}", self.data, strides=(1,))
        return items[places]


@dataclass(frozen=True)
class Pieces:
    """What stands between each start and its end, in one chunk; no end lies before its start."""

    chunk: Chunk
    starts: Places
    ends: Places

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def widths(self) -> Places:
        return self.ends - self.starts

    @cached_property
    def width(self) -> int:
        """Of the widest."""
        return int(self.widths.max(initial=0))

    def where(self, chosen: Flags) -> Pieces:
        return Pieces(self.chunk, self.starts[chosen], self.ends[chosen])

    def words(self) -> list[bytes]:
        """Each piece by itself."""
        data = self.chunk.data
        return [data[start:end] for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True)]

    def joined(self) -> bytes:
        """The pieces one behind the other, a NUL between two."""
        if self.width > LONGEST_WORD:
            return b"\x00".join(self.words())
        wide = self.chunk.wide(self.starts, self.width + 1)
        places, ends = np.arange(self.width + 1), self.widths[:, None]
        wide[places == ends] = 0
        return wide[places <= ends].tobytes()[:-1]

    def listed(self) -> bytes | None:
        """The pieces as a list in JSON, as they stand; None where one is long or no single word."""
        width = self.width
        if width > LONGEST_WORD:
            return None
        wide = self.chunk.wide(self.starts, width + 1)
        # 255 for the bytes that belong to no piece.
        behind = (np.arange(width + 1) >= self.widths[:, None]).view(np.uint8) * np.uint8(255)
        wide = (wide & ~behind) | (behind & ord(" "))
        wide[:, width] = ord(",")
        data = wide.tobytes()
        # White space and commas are what was put there, and nothing else.
        blanks = len(self) * width - int(self.widths.sum())
        if data.count(b" ") != blanks or data.count(b",") != len(self) or (wide < ord(" ")).any():
            return None
        return b"[%b]" % data[:-1]

    def numbers(self) -> Places | None:
        """The pieces as whole numbers, 0 or more; None where one has other than digits, or more than fit."""
        width = self.width
        if width > MOST_DIGITS or not self.widths.all():
            return None
        digits = self.chunk.wide(self.ends - width, width) - np.uint8(ord("0"))
        is_before = np.arange(width) < width - self.widths[:, None]
        if is_before.any():
            digits[is_before] = 0
        if (digits > 9).any():
            return None
        numbers = np.zeros(len(self), np.intp)
        for place in range(width):
            numbers = numbers * 10 + digits[:, place]
        return numbers
