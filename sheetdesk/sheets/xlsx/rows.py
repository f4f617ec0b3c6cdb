"""The rows of a big table as sheet XML, column by column and in chunks.

A cell is written by its column's kind, never by its content. Texts stand in the sheet itself
(inline strings), so rows need no other part and half a million of them need no memory.
Source: ECMA-376 part 1, 18.3.1.4 (`c`), 22.9.2.19 (`_xHHHH_` escapes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any

import numpy as np

from sheetdesk.columns.base import Cell, CellKind
from sheetdesk.plan.plan import ColumnPlan
from sheetdesk.sheets.xlsx.dialect import column_letters

__all__ = ["escape_text", "rows_xml", "serial"]

CHUNK = 4_096
EPOCH = np.datetime64("1899-12-30", "us")
DAY_US = 86_400_000_000.0
# What XML cannot carry, a carriage return that parsers would fold, and text that looks like an escape.
ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
CONTROLS = bytes(code for code in range(1, 32) if code not in (9, 10))
FEW = 200


def serial(moment: datetime) -> float:
    """Excel's day number of a naive datetime."""
    return (moment - datetime(1899, 12, 30)).total_seconds() / 86_400


def escape_text(text: str) -> str:
    """Text as it stands inside `<t>`; reading it back gives it to the letter."""
    text = ESCAPED.sub(lambda m: "_x005F_" if m.group() == "_" else f"_x{ord(m.group()):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rows_xml(
    columns: Sequence[ColumnPlan], styles: Sequence[int], formulas: Sequence[str], count: int, first_row: int,
    left: int,
) -> Iterator[bytes]:  # fmt: skip
    """`<row>` elements for `count` rows, in chunks; row numbers from `first_row` (from 1).

    `styles` are cell format indexes, `formulas` the text inside `<f>`, one a column ("" for none).
    """
    for start in range(0, count, CHUNK):
        stop = min(start + CHUNK, count)
        numbers = [str(first_row + offset) for offset in range(start, stop)]
        pieces: list[Any] = [repeat('<row r="'), numbers]
        opening = '">'
        for place, column in enumerate(columns):
            pieces += [
                repeat(f'{opening}<c r="{column_letters(left + place)}'),
                numbers,
                _tails(column, styles[place], formulas[place], start, stop),
            ]
            opening = ""
        pieces.append(repeat("</row>"))
        yield "".join(chain.from_iterable(zip(*pieces, strict=False))).encode()


def _tails(column: ColumnPlan, style: int, formula: str, start: int, stop: int) -> list[str]:
    """What stands behind the cell's row number: format, type, value and end, a cell each."""
    cells = column.cells[start:stop]
    head = f'" s="{style}"'
    computed = f"<f>{formula}</f>" if formula else ""
    if column.kind in (CellKind.TEXT, CellKind.FLAG):
        return _text_tails(cells, head, computed)
    numbers = _numbers(cells, column.kind)
    if computed:
        blank = f'{head} t="str">{computed}<v></v></c>'
    else:
        blank = f"{head}/>"
    open_tag = f"{head}>{computed}<v>"
    return [blank if n != n else f"{open_tag}{n!r}</v></c>" for n in numbers]


def _numbers(cells: Sequence[Cell], kind: CellKind) -> list[float]:
    """Numbers to write, NaN where there is none; times as day numbers."""
    if kind is CellKind.NUMBER:
        values = [np.nan if cell is None else float(cell) for cell in cells]  # type: ignore[arg-type]
        return [int(n) if n == n and n.is_integer() and abs(n) < 1e15 else n for n in values]
    moments = np.asarray(cells, dtype="datetime64[us]")
    serials = (moments - EPOCH).astype("int64") / DAY_US
    serials[np.isnat(moments)] = np.nan
    return serials.tolist()  # type: ignore[no-any-return]


def _text_tails(cells: Sequence[Cell], head: str, computed: str) -> list[str]:
    different = set(cells)
    if len(different) < FEW:
        # A drop-down's few words: each is written once.
        each = list(different)
        tails = dict(zip(each, _each_text_tail(each, head, computed), strict=True))
        return [tails[cell] for cell in cells]
    return _each_text_tail(cells, head, computed)


def _each_text_tail(cells: Sequence[Cell], head: str, computed: str) -> list[str]:
    texts: list[str] = ["" if cell is None else cell for cell in cells]  # type: ignore[misc]
    # All texts at once: a search or replacement in one long text costs a tenth of one a cell.
    joined = "\x00".join(texts)
    if joined.count("\x00") != len(texts) - 1 or _needs_escapes(joined):
        texts = [escape_text(text) for text in texts]
        joined = "\x00".join(texts)
    else:
        joined = joined.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        texts = joined.split("\x00")
    if computed:
        return [f'{head} t="str">{computed}<v>{text}</v></c>' for text in texts]
    space = ' xml:space="preserve"' if _has_outer_space(joined) else ""
    open_tag = f'{head} t="inlineStr"><is><t{space}>'
    blank = f"{head}/>"
    return [f"{open_tag}{text}</t></is></c>" if text else blank for text in texts]


def _needs_escapes(joined: str) -> bool:
    try:
        data = joined.encode()
    except UnicodeEncodeError:
        return True
    if len(data.translate(None, CONTROLS)) != len(data) or "\ufffe" in joined or "\uffff" in joined:
        return True
    return "_x" in joined and ESCAPED.search(joined) is not None


def _has_outer_space(joined: str) -> bool:
    ends = (joined[:1] + joined[-1:]).strip(" \t\n") != joined[:1] + joined[-1:]
    return ends or any(f"\x00{s}" in joined or f"{s}\x00" in joined for s in " \t\n")
