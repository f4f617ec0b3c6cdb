"""The rows of a big table as sheet XML, column by column and in chunks.

A cell is written by its column's kind, never by its content. Texts stand in the sheet itself
(inline strings), so rows need no other part and half a million of them need no memory.
Source: ECMA-376 part 1, 18.3.1.4 (`c`), 22.9.2.19 (`_xHHHH_` escapes).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import numpy as np

from sheetdesk.columns.base import Cell, CellKind
from sheetdesk.columns.moment import MomentCells
from sheetdesk.plan.plan import ColumnPlan
from sheetdesk.sheets.xlsx.dialect import column_letters

__all__ = ["escape_text", "rows_xml"]

CHUNK = 4_096
EPOCH = np.datetime64("1899-12-30", "us")
DAY_US = 86_400_000_000.0
# What XML cannot carry, a carriage return that parsers would fold, and text that looks like an escape.
ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
CONTROLS = bytes(code for code in range(1, 32) if code not in (9, 10))
FEW = 200


def escape_text(text: str) -> str:
    """Text as it stands inside `<t>`; reading it back gives it to the letter."""
    text = ESCAPED.sub(lambda m: "_x005F_" if m.group() == "_" else f"_x{ord(m.group()):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rows_xml(
    columns: Sequence[ColumnPlan],
    styles: Sequence[int],
    formulas: Sequence[str],
    count: int,
    first_row: int,
    left: int,
) -> Iterator[bytes]:
    """`<row>` elements for `count` rows, in chunks; row numbers from `first_row` (from 1).

    `styles` are cell format indexes, `formulas` the text inside `<f>`, one a column ("" for none).
    """
    for start in range(0, count, CHUNK):
        stop = min(start + CHUNK, count)
        numbers = _encoded([str(first_row + offset) for offset in range(start, stop)])
        pieces: list[Any] = [repeat(b'<row r="'), numbers]
        opening = '">'
        for place, column in enumerate(columns):
            pieces += [
                repeat(f'{opening}<c r="{column_letters(left + place)}'.encode()),
                numbers,
                _tails(column, styles[place], formulas[place], start, stop),
            ]
            opening = ""
        pieces.append(repeat(b"</row>"))
        yield b"".join(chain.from_iterable(zip(*pieces, strict=False)))


def _encoded(texts: Sequence[str]) -> list[bytes]:
    """Each text as UTF-8: encoded as one, a tenth of the cost of one by one."""
    return "\x00".join(texts).encode().split(b"\x00")


def _tails(column: ColumnPlan, style: int, formula: str, start: int, stop: int) -> Sequence[bytes]:
    """What stands behind the cell's row number: format, type, value and end, a cell each."""
    cells = column.cells[start:stop]
    head = f'" s="{style}"'
    computed = f"<f>{formula}</f>" if formula else ""
    if column.kind in (CellKind.TEXT, CellKind.FLAG):
        return _few_or_each(cells, lambda texts: _text_tails(texts, head, computed))
    if column.kind is CellKind.NUMBER:
        return _few_or_each(cells, lambda numbers: _number_tails(_plain_numbers(numbers), head, computed))
    return _number_tails(_serials(cells), head, computed)


def _few_or_each(
    cells: Sequence[Cell], write: Callable[[Sequence[Cell]], Sequence[bytes]]
) -> Sequence[bytes]:
    """A tail a cell; where there are few different cells, each is written once and shared."""
    different = set(cells)
    if len(different) > FEW:
        return write(cells)
    each = list(different)
    tails = dict(zip(each, write(each), strict=True))
    return [tails[cell] for cell in cells]


def _number_tails(numbers: Sequence[float], head: str, computed: str) -> list[bytes]:
    if computed:
        blank = f'{head} t="str">{computed}<v></v></c>'.encode()
    else:
        blank = f"{head}/>".encode()
    opening, end = f"{head}>{computed}<v>".encode(), b"</v></c>"
    texts = _encoded([repr(number) for number in numbers])
    return [blank if text == b"nan" else b"".join((opening, text, end)) for text in texts]


def _plain_numbers(cells: Sequence[Cell]) -> list[float]:
    """Numbers to write, NaN where there is none; whole ones without a fraction."""
    values = [np.nan if cell is None else float(cell) for cell in cells]  # type: ignore[arg-type]
    return [int(n) if n == n and n.is_integer() and abs(n) < 1e15 else n for n in values]


def _serials(cells: Sequence[Cell]) -> list[float]:
    """Times as day numbers, NaN where there is none."""
    moments = cells.array if isinstance(cells, MomentCells) else np.asarray(cells, dtype="datetime64[us]")
    serials = (moments - EPOCH).astype("int64") / DAY_US
    serials[np.isnat(moments)] = np.nan
    return serials.tolist()  # type: ignore[no-any-return]


def _text_tails(cells: Sequence[Cell], head: str, computed: str) -> list[bytes]:
    texts: list[str] = ["" if cell is None else cell for cell in cells]  # type: ignore[misc]
    # All texts at once: a search or replacement in one long text costs a tenth of one a cell.
    joined = "\x00".join(texts)
    if joined.count("\x00") != len(texts) - 1 or _needs_escapes(joined):
        data = "\x00".join(escape_text(text) for text in texts).encode()
    else:
        data = joined.encode().replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    if computed:
        opening, end = f'{head} t="str">{computed}<v>'.encode(), b"</v></c>"
        return [b"".join((opening, text, end)) for text in data.split(b"\x00")]
    opening, end = f'{head} t="inlineStr"><is><t xml:space="preserve">'.encode(), b"</t></is></c>"
    blank = f"{head}/>".encode()
    return [b"".join((opening, text, end)) if text else blank for text in data.split(b"\x00")]


def _needs_escapes(joined: str) -> bool:
    try:
        data = joined.encode()
    except UnicodeEncodeError:
        return True
    if len(data.translate(None, CONTROLS)) != len(data) or "\ufffe" in joined or "\uffff" in joined:
        return True
    return "_x" in joined and ESCAPED.search(joined) is not None
