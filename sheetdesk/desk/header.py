"""Which row of a tab is the header, and which rows below it are totals and footers.

People put much else into a table: titles and remarks above the header, totals and page numbers below
the tickets.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from statistics import median_low

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.columns.moment import parse_moment
from sheetdesk.columns.number import parse_number
from sheetdesk.desk.titles import fold_title

__all__ = ["find_header", "find_totals"]

SEARCHED = 30
LONGEST_TITLE = 120
TAIL = 10
TOTALS = re.compile(
    r"(grand total|sub-?total|totals?|sum|average|count|合计|总计|小计|共计|总数|平均)"
    r"\s*[:：]?\s*[\d,.]*",
    re.IGNORECASE,
)
FOOTERS = re.compile(
    r"共\s*\d+\s*[条行单个页].*|第\s*\d+\s*页.*|page \d+.*|\d+ (rows|records|results).*"
    r"|(exported|generated|printed|downloaded)\b.*|(导出|打印|制表|生成)(时间|日期|人).*",
    re.IGNORECASE,
)


def find_header(rows: Sequence[Sequence[Cell]], known: Collection[str]) -> int:
    """The row with most `known` (folded) titles; else the first as full as those below, and all words."""
    searched = [(place, row) for place, row in enumerate(rows[:200]) if any(not blank(c) for c in row)]
    first = searched[0][0] if searched else 0
    best, most = first, 0
    for place, row in searched[:SEARCHED]:
        words = [(i, fold_title(cell)) for i, cell in enumerate(row) if isinstance(cell, str)]
        below = [other for spot, other in searched if spot > place and list(other) != list(row)]
        hits = sum(
            word in known and not any(i < len(o) and fold_title(o[i]) == word for o in below)
            for i, word in words
            if word
        )
        if hits > most and all(len(word) <= LONGEST_TITLE for _, word in words):
            best, most = place, hits
    counts = {place: sum(not blank(cell) for cell in row) for place, row in searched}
    if most >= 2 or (most == 1 and counts[best] * 2 >= max(counts.values())):
        return best
    typical = median_low(counts.values()) if counts else 0
    for place, row in searched[:SEARCHED]:
        cells = [cell for cell in row if not blank(cell)]
        distinct = len({plain(cell) for cell in cells}) == len(cells)
        if len(cells) * 2 > typical and distinct and all(_is_word(cell) for cell in cells):
            return place
    return first


def _is_word(cell: Cell) -> bool:
    if isinstance(cell, bool | int | float | datetime):
        return False
    text = plain(cell)
    return len(text) <= LONGEST_TITLE and parse_number(text) is None and parse_moment(text, True) is None


def find_totals(rows: Sequence[Sequence[Cell]], filled: Sequence[int], last: int) -> set[int]:
    """The positions of totals and footers among the rows up to `last`; `filled` counts each row's cells."""
    found: set[int] = set()
    counts = sorted(count for count in filled if count)
    typical = counts[len(counts) * 3 // 4] if counts else 0
    seen = 0
    for index in range(last, -1, -1):
        if not filled[index]:
            continue
        seen += 1
        if seen > TAIL:
            break
        words = [plain(cell) for cell in rows[index] if isinstance(cell, str) and not blank(cell)]
        total = any(TOTALS.fullmatch(word) for word in words) and filled[index] * 2 <= max(typical, 3)
        footer = filled[index] <= 2 < typical and any(FOOTERS.fullmatch(word) for word in words)
        if total or footer:
            found.add(index)
    return found
