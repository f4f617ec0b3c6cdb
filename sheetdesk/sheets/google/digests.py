"""What tells one content of tabs from every other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from sheetdesk.columns.base import Cell
from sheetdesk.table.grid import Grid

__all__ = ["Digests"]

STEP = 8_192
"""So many cells are packed at a time, all into the same few pages of memory."""

MOMENTS = (re.compile(rb"\xb3\d{4}-\d\d-\d\dT"), re.compile(rb"\xba\d{4}-\d\d-\d\dT"))
"""How a moment is packed: as a text of 19 letters, or of 26 with microseconds."""

_pack_into = msgspec.msgpack.Encoder().encode_into


class Digests:
    """Makes digests, and keeps those of single columns: one that nobody edits stays the same object."""

    def __init__(self) -> None:
        # Each with what it is of, so that no other object gets its number.
        self._known: dict[tuple[int, bool], tuple[Sequence[Any], bytes]] = {}
        self._buffer = bytearray()

    def of(self, grids: Sequence[Grid]) -> str:
        """The digest of these tabs."""
        parts = hashlib.sha256()
        for grid in grids:
            parts.update(repr((grid.title, grid.tables, sorted(grid.errors), grid.merged)).encode())
            for place, column in enumerate(grid.columns):
                parts.update(self._known_of(column, is_text_asked=False))
                parts.update(self._known_of(grid.formulas.get(place, ()), is_text_asked=True))
        return parts.hexdigest()

    def _known_of(self, column: Sequence[Any], *, is_text_asked: bool) -> bytes:
        """The digest of a column's cells, or of which of them have a text."""
        key = id(column), is_text_asked
        known = self._known.get(key)
        if known is None:
            parts = hashlib.sha256()
            for start in range(0, len(column), STEP):
                cells = column[start : start + STEP]
                self._add(parts, [text is not None for text in cells] if is_text_asked else cells)
            known = self._known[key] = column, parts.digest()
        return known[1]

    def _add(self, parts: hashlib._Hash, cells: Sequence[Cell]) -> None:
        """Add cells, as bytes that tell them from all others. Moments are packed as texts."""
        packed = self._buffer
        try:
            _pack_into(cells, packed)
        except (UnicodeEncodeError, OverflowError):
            # Half of a surrogate pair has no UTF-8, and a whole number may be longer than there is room for.
            _pack_into(repr(list(cells)).encode("utf-8", "surrogatepass"), packed)
        parts.update(packed)
        # Most columns lack one of a moment's signs, which takes a tenth of the time to tell.
        if b":" in packed and b"-" in packed and any(form.search(packed) for form in MOMENTS):
            _pack_into([isinstance(cell, datetime) for cell in cells], packed)
            parts.update(packed)
