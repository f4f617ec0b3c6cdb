"""Where in a tab the tickets stand: header, columns, rows. Everything around them is left alone.

A native table says it itself, a filter says where the header is; elsewhere the header is the row with
the most known titles. The table ends at a column that has neither a title nor a cell.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.desk.header import find_header, find_totals
from sheetdesk.desk.titles import fold_title, numbering_titles, standard_titles
from sheetdesk.sheets.xlsx.survey.parts import TablePart
from sheetdesk.sheets.xlsx.survey.sheet import Block, SheetFacts, blocks_of

__all__ = ["TicketArea", "find_tickets"]

DEEPEST_HEADER = 30
LONGEST_TITLE = 200


@dataclass(frozen=True)
class TicketArea:
    """`titles` by place; `header` is the row in which most of them stand; `rows` are the tickets'.

    `dropped` counts totals, repeated headers and remarks below; `beside` are titles outside.
    """

    table: str
    header: int
    titles: dict[int, str]
    rows: tuple[int, ...]
    dropped: int
    beside: tuple[str, ...]


def find_tickets(
    rows: Sequence[Sequence[Cell]], facts: SheetFacts, tables: Sequence[TablePart]
) -> TicketArea | None:
    """The area of the tab's tickets, None for a tab without two titles beside each other."""
    known = standard_titles("en").keys()
    found = find_header(rows, known)
    if facts.filter is not None and facts.filter[0] < min(len(rows), DEEPEST_HEADER):
        filtered = facts.filter[0]
        if _hits(rows, filtered, known) >= _hits(rows, found, known):
            found = filtered
    table = _best_table(rows, tables, known)
    if table is not None:
        part, block = table
        if _hits(rows, block[0], known, block) >= _hits(rows, found, known):
            return _area(rows, facts, (block[0], block[0]), block, part)
    if not 0 <= found < len(rows):
        return None
    top, bottom = _lines(rows, facts.merged, found)
    whole = (top, 0, len(rows) - 1, max((len(row) for row in rows), default=0) - 1)
    return _area(rows, facts, (top, bottom), whole, None)


def _best_table(
    rows: Sequence[Sequence[Cell]], tables: Sequence[TablePart], known: Collection[str]
) -> tuple[TablePart, Block] | None:
    found: list[tuple[int, int, int, TablePart, Block]] = []
    for table in tables:
        block = next(blocks_of(table.ref), None)
        if block is not None and table.headers and block[0] < len(rows):
            size = (block[2] - block[0]) * (block[3] - block[1])
            found.append((_hits(rows, block[0], known, block), size, -len(found), table, block))
    best = max(found, key=lambda option: option[:3], default=None)
    return None if best is None else best[3:]


def _hits(
    rows: Sequence[Sequence[Cell]], row: int, known: Collection[str], block: Block | None = None
) -> int:
    cells = rows[row] if row < len(rows) else ()
    inside = cells[block[1] : block[3] + 1] if block else cells
    return len({fold_title(cell) for cell in inside if isinstance(cell, str)} & set(known))


def _lines(rows: Sequence[Sequence[Cell]], merged: Sequence[Block], header: int) -> tuple[int, int]:
    """The first and last row of a header that merged cells make more than one row high."""
    top = bottom = header
    for first, left, last, right in merged:
        if left == right and first <= header <= last and last - first <= 3:
            top, bottom = min(top, first), max(bottom, last)
    # A title over several columns has their own titles in the row below it.
    wide = [block for block in merged if block[0] == block[2] == header and block[3] > block[1]]
    below = rows[header + 1] if header + 1 < len(rows) else ()
    if bottom == header and wide:
        under = [
            below[place] for _, left, _, right in wide for place in range(left, min(right + 1, len(below)))
        ]
        if under and all(isinstance(cell, str) and len(cell) <= LONGEST_TITLE for cell in under):
            bottom = header + 1
    return top, bottom


def _area(
    rows: Sequence[Sequence[Cell]],
    facts: SheetFacts,
    lines: tuple[int, int],
    block: Block,
    table: TablePart | None,
) -> TicketArea | None:
    top, bottom = lines
    titles = {}
    for place in range(block[1], block[3] + 1):
        cells = [row[place] for row in rows[top : bottom + 1] if place < len(row) and not blank(row[place])]
        text = cells[-1] if cells else None
        words = " ".join((text if isinstance(text, str) else "" if text is None else plain(text)).split())
        if words and len(words) <= LONGEST_TITLE:
            titles[place] = words
    last = block[2] - (table.totals if table else 0)
    run, beside = (tuple(titles), ()) if table else _run(rows, titles, bottom, last)
    if len(run) < 2:
        return None
    kept = {place: titles[place] for place in run}
    tickets, dropped = _tickets(rows, facts, kept, bottom + 1, last)
    name = table.name if table else ""
    return TicketArea(name, bottom, kept, tickets, dropped, tuple(titles[place] for place in beside))


def _run(
    rows: Sequence[Sequence[Cell]], titles: dict[int, str], header: int, last: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The places of the titles that belong together, and those of the others.

    A column without a title does not part them while it has cells and a title follows.
    """
    known = standard_titles("en")
    runs: list[list[int]] = []
    for place in titles:
        between = range(runs[-1][-1] + 1, place) if runs else range(0)
        if runs and len(between) <= 1 and all(_filled(rows, spot, header, last) for spot in between):
            runs[-1].append(place)
        else:
            runs.append([place])
    best = max(runs, key=lambda run: (sum(fold_title(titles[p]) in known for p in run), len(run)), default=[])
    return tuple(best), tuple(place for place in titles if place not in best)


def _filled(rows: Sequence[Sequence[Cell]], place: int, header: int, last: int) -> bool:
    return any(place < len(row) and not blank(row[place]) for row in rows[header + 1 : last + 1])


def _tickets(
    rows: Sequence[Sequence[Cell]], facts: SheetFacts, titles: dict[int, str], first: int, last: int
) -> tuple[tuple[int, ...], int]:
    """The tickets' rows, and how many rows that are none were left out among and below them."""
    formulas = {place: facts.marks[place].formulas for place in titles if place in facts.marks}
    filled: dict[int, list[int]] = {}
    for number in range(first, min(last + 1, len(rows))):
        row = rows[number]
        # What the sheet works out itself makes no ticket: formulas are often filled down in advance.
        places = [
            place
            for place in titles
            if place < len(row) and not blank(row[place]) and number not in formulas.get(place, ())
        ]
        if places:
            filled[number] = places
    body = [[row[place] if place < len(row) else None for place in titles] for row in rows[first : last + 1]]
    counts = [len(filled.get(first + place, ())) for place in range(len(body))]
    end = max((place for place, count in enumerate(counts) if count), default=-1)
    none = {first + place for place in find_totals(body, counts, end)}
    titled = list(titles.values())
    none |= {
        number
        for number in filled
        if [" ".join(plain(cell).split()) for cell in body[number - first]] == titled
    }
    counted = numbering_titles() | {word for word, keys in standard_titles("en").items() if "id" in keys}
    numbering = {place for place, title in titles.items() if fold_title(title) in counted}
    typical = sorted(counts, reverse=True)[: max(sum(map(bool, counts)) // 2, 1)]
    usual = typical[-1] if typical else 0
    for number in sorted(filled, reverse=True):
        alone = set(filled[number]) <= numbering and len(titles) > 1
        # Remarks stand below a blank row, in one cell or two.
        remark = len(filled[number]) * 4 <= usual and (number - 1 not in filled or number + 1 in none)
        if alone or remark:
            none.add(number)
        elif number not in none:
            break
    tickets = tuple(number for number in filled if number not in none)
    return tickets, len(none & filled.keys())
