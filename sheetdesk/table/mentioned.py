"""Cells that name choices by their titles, when these change: each goes on to mean what it meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.mentions import TEXTS, Mentions, retold
from sheetdesk.table.change import CellChange, ChangeSet, apply
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.seed import with_tables
from sheetdesk.table.table import Table, stored
from sheetdesk.table.taken import ReadTable
from sheetdesk.table.titles import called, titles_of

__all__ = ["InTexts", "in_texts", "retold_base", "retold_cells", "retold_parents", "with_retold"]

InTexts = Callable[[str, str, Any], bool]
"""Whether a cell, by id, column key and plain value, means another choice by another of a sheet's titles."""


def retold_cells(old: Desk, new: Desk, table: Table) -> tuple[CellChange, ...]:
    """What has to change in a table of the `old` desk so that its cells say the same by the titles of the
    `new` one.
    """
    keys = TEXTS.get(table.spec.key, ())
    if not keys or old is new or titles_of(old) == titles_of(new):
        return ()
    was, now = Mentions(old), Mentions(new)
    made = []
    for row in table.frame.index:
        above = _above(new, table.frame.at[row, "column"]) if "column" in table.frame else ""
        for key in keys:
            text = table.frame.at[row, key]
            if isinstance(text, str) and (said := retold(text, key, was, now, above)) != text:
                made.append(CellChange(str(row), key, text, said))
    return tuple(made)


def retold_parents(old: Desk, new: Desk, before: Table, after: Table) -> tuple[CellChange, ...]:
    """The same for the choices, which people have just changed; but for those that they called so already."""
    known = {cell.row: cell.after for cell in retold_cells(old, new, before)}
    return tuple(c for c in retold_cells(old, new, after) if known.get(c.row) != c.before)


def retold_base(read: ReadTable, retold: Sequence[CellChange]) -> ReadTable:
    """The reading beside a base that says the same as before: what people typed is no conflict with it."""
    places = {key: place for place, key in enumerate(stored(read.spec))}
    base = dict(read.base)
    for cell in retold:
        place, rows = places[cell.column], (base.get(cell.row), read.reading.rows.get(cell.row))
        was, found = (None if row is None else row[place] for row in rows)
        if was == cell.before and found != was:
            base[cell.row] = (*base[cell.row][:place], cell.after, *base[cell.row][place + 1 :])
    return replace(read, base=base) if retold else read


def with_retold(
    desk: Desk, tables: Mapping[str, Table], changes: Mapping[str, ChangeSet]
) -> dict[str, ChangeSet]:
    """The changes to some of the tables, and what those to the choices ask of all cells that name choices by
    title, but for those that change themselves.
    """
    after = apply(tables["choices"], changes.get("choices", ChangeSet()))
    old, new = with_tables(desk, tables["choices"]), with_tables(desk, after)
    made = dict(changes)
    for key in TEXTS:
        own = made.get(key, ChangeSet())
        cells = {(cell.row, cell.column) for cell in own.cells}
        gone = set() if own.removed is None else set(own.removed.index)
        asked = retold_cells(old, new, tables[key])
        more = [c for c in asked if (c.row, c.column) not in cells and c.row not in gone]
        if more:
            made[key] = replace(own, cells=(*own.cells, *more))
    return made


def _above(desk: Desk, column: Any) -> str:
    return desk.column(column).depends_on if isinstance(column, str) and desk.has(column) else ""


def in_texts(
    desk: Desk, key: str, titles: Sequence[PlainRows], ours: PlainRows, listed: PlainRows | None = None
) -> InTexts | None:
    """Whether cells of a table mean one choice by one of the `titles` and another by others; None where they
    cannot. What `ours` holds is none to doubt, nor what it means by the sheet's own `listed` titles.
    """
    columns = TEXTS.get(key, ())
    different = [one for place, one in enumerate(titles) if one not in titles[:place]]
    if not columns or len(different) < 2:
        return None
    places = {column: place for place, column in enumerate(stored(desk.table(key)))}
    now, said = Mentions(desk), [Mentions(_called(desk, one)) for one in different]
    lists = Mentions(_called(desk, listed)) if listed is not None and key == "choices" else now
    over = sorted({column.depends_on for column in desk.tickets.columns}) if key == "choices" else [""]

    def is_doubtful(row: str, column: str, value: Any) -> bool:
        if column not in columns or not isinstance(value, str):
            return False
        holds = ours[row][places[column]] if row in ours else None
        above = _above(desk, ours[row][places["column"]]) if row in ours and key == "choices" else ""
        if isinstance(holds, str) and value == retold(holds, column, now, lists, above):
            return False
        meant = [[one.meant(column, value, above) for above in over] for one in said]
        return any(one != meant[0] for one in meant)

    return is_doubtful


def _called(desk: Desk, titles: PlainRows) -> Desk:
    """The desk with its choices called so."""
    known = desk.tickets
    tickets = replace(known, columns=called(known.columns, "tickets", titles))
    return replace(desk, tables=tuple(tickets if table is known else table for table in desk.tables))
