"""The values of many cells of one type and format, out of what stands in them.

Source: ECMA-376 part 1, 18.18.11 (ST_CellType), 18.3.1.96 (`v`).
"""

from __future__ import annotations

import math
from contextlib import suppress

import msgspec

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.moments import iso_moment, moments
from sheetdesk.sheets.xlsx.read.chunk import Pieces
from sheetdesk.sheets.xlsx.read.found import Book
from sheetdesk.sheets.xlsx.read.text import Unsure, texts_of

__all__ = ["values_of"]

FLAGS: dict[bytes, Cell] = {b"1": True, b"0": False, b"true": True, b"false": False, b"": None}
# The JSON reader is the quickest way to many numbers, and refuses what is none.
read_numbers = msgspec.json.Decoder(list[float]).decode


def values_of(pieces: Pieces, kind: str, style: str, book: Book, *, trimmed: bool) -> list[Cell]:
    """A value a cell; `pieces` are what stands in the cells. Raises Unsure.

    `trimmed` texts lose the white space at their ends.
    """
    if kind == "n":
        return _numbers(pieces, style, book)
    if kind == "s":
        return _shared(pieces, book)
    if kind in ("inlineStr", "str", "e"):
        return [text or None for text in texts_of(pieces.joined(), trimmed=trimmed)]
    if kind == "b":
        try:
            return [FLAGS[word] for word in pieces.words()]
        except KeyError as error:
            raise Unsure from error
    if kind == "d":
        # White space around a date is none of it.
        return [iso_moment(text) for text in texts_of(pieces.joined(), trimmed=True)]
    raise Unsure


def _numbers(pieces: Pieces, style: str, book: Book) -> list[Cell]:
    is_filled = pieces.widths > 0
    if not is_filled.all():
        filled = pieces.where(is_filled)
        found = iter(_numbers(filled, style, book) if len(filled) else ())
        return [next(found) if filled else None for filled in is_filled.tolist()]
    numbers = _floats(pieces)
    if book.shows_date(style):
        return moments(numbers, book.epoch_1904)
    return [*numbers]


def _floats(pieces: Pieces) -> list[float]:
    """What `float` makes of each piece. Raises Unsure where one is no plain number, or too large for one."""
    listed = pieces.listed()
    if listed is not None:
        with suppress(msgspec.DecodeError):
            return read_numbers(listed)
    # One that JSON does not know, such as `.5` or `+1`.
    words = pieces.words()
    if b"".join(words).translate(None, b"0123456789+-.eE"):
        raise Unsure
    try:
        numbers = list(map(float, words))
    except ValueError as error:
        raise Unsure from error
    if not all(map(math.isfinite, numbers)):
        raise Unsure
    return numbers


def _shared(pieces: Pieces, book: Book) -> list[Cell]:
    places = pieces.numbers()
    if places is None or places.max(initial=-1) >= len(book.strings):
        raise Unsure
    found: list[Cell] = book.texts[places].tolist()
    return found
