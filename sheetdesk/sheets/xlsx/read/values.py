"""The values of many cells of one type and format, out of what stands in them.

Source: ECMA-376 part 1, 18.18.11 (ST_CellType), 18.3.1.96 (`v`).
"""

from __future__ import annotations

import json
import math

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.moments import iso_moment, moments
from sheetdesk.sheets.xlsx.read.found import Book
from sheetdesk.sheets.xlsx.read.text import Unsure, texts_of

__all__ = ["values_of"]

FLAGS: dict[bytes, Cell] = {b"1": True, b"0": False, b"true": True, b"false": False, b"": None}


def values_of(data: bytes, kind: str, style: str, book: Book, *, trimmed: bool) -> list[Cell]:
    """A value a cell; `data` is what stands in the cells, joined by NUL. Raises Unsure.

    `trimmed` texts lose the white space at their ends.
    """
    if kind == "n":
        return _numbers(data, style, book)
    if kind == "s":
        return _shared(data, book)
    if kind in ("inlineStr", "str", "e"):
        return [text or None for text in texts_of(data, trimmed=trimmed)]
    if kind == "b":
        try:
            return [FLAGS[word] for word in data.split(b"\x00")]
        except KeyError as error:
            raise Unsure from error
    if kind == "d":
        # White space around a date is none of it.
        return [iso_moment(text) for text in texts_of(data, trimmed=True)]
    raise Unsure


def _numbers(data: bytes, style: str, book: Book) -> list[Cell]:
    if data.translate(None, b"0123456789+-.eE\x00"):
        raise Unsure
    words = data.split(b"\x00")
    if b"" in words:
        filled = [word for word in words if word]
        found = iter(_numbers(b"\x00".join(filled), style, book) if filled else ())
        return [next(found) if word else None for word in words]
    try:
        numbers = list(map(float, words))
    except ValueError as error:
        raise Unsure from error
    if not all(map(math.isfinite, numbers)):
        raise Unsure
    if book.shows_date(style):
        return moments(numbers, book.epoch_1904)
    return [*numbers]


def _shared(data: bytes, book: Book) -> list[Cell]:
    if data.translate(None, b"0123456789\x00"):
        raise Unsure
    try:
        # The JSON reader is the quickest way to many whole numbers, and refuses what is none.
        places = json.loads(b"[%b]" % data.replace(b"\x00", b","))
        return list(map(book.strings.__getitem__, places))
    except (ValueError, IndexError) as error:
        raise Unsure from error
