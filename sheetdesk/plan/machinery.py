"""The hidden tab that everything else leans on: named lists, matrix, the overdue list, the stamp.

Drop-downs follow the *Lists* tab live: each list here gathers its values from there, whatever order
the rows of that tab are in. Positions in this tab are known to nobody else; names are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sheetdesk.columns.base import Cell, Column, blank, plain
from sheetdesk.desk.desk import Desk
from sheetdesk.plan.formula import Expr, Field, Formula, Literal, Name, Op, Place, call, compare
from sheetdesk.plan.plan import CellPlan, NamePlan, SheetPlan, Span, TabPlan
from sheetdesk.table.grid import Grid
from sheetdesk.table.table import Table, kept_for

__all__ = [
    "KEY", "Machinery", "kept_machinery", "list_name", "machinery", "read_stamp", "stale_lists",
    "stamp_places",
]  # fmt: skip

KEY = "_sheetdesk"
TOP = 12
SPARE = 25
STAMP_ROW = 1
# Above every position (at most 10⁵) in hundredths with four digits of row.
PARENT = 1e12


def stamp_places(grid: Grid) -> dict[str, tuple[int, Cell]]:
    """Where each fact of the stamp stands in the hidden tab, by its key: the row, and what is there."""
    found = {}
    for row in range(STAMP_ROW, min(TOP, grid.rows)):
        key = grid.cell(row, 0)
        if isinstance(key, str) and key:
            found[key] = (row, grid.cell(row, 1))
    return found


def read_stamp(grid: Grid) -> dict[str, str]:
    """What sheetdesk last wrote about itself into this sheet; nothing here is to be trusted."""
    return {key: "" if blank(cell) else plain(cell) for key, (_, cell) in stamp_places(grid).items()}


def stale_lists(plan: SheetPlan, grid: Grid) -> Iterator[tuple[int, int, str | None]]:
    """What the hidden tab has otherwise of the lists that stand there as texts: what formulas compare with,
    and in a copy all that its drop-downs offer. Row, column, text; None for what is no more. Nothing where
    somebody else laid it out.
    """
    across = [n.source for n in plan.names if n.name == "sd_matrix_across" and isinstance(n.source, Span)]
    titles = {(r.row, r.column + place) for r in across for place in range(r.columns)}
    cells = {(cell.row, cell.column): cell.content for cell in plan.tab(KEY).cells}
    columns: dict[int, list[str]] = {}
    for (row, column), content in sorted(cells.items()):
        if row == TOP - 1:
            if (row, column) not in titles and grid.cell(row, column) != content:
                return
            columns[column] = []
        elif row >= TOP and column in columns:
            if isinstance(content, str):
                columns[column].append(content)
            else:
                # It is gathered from the Lists tab, live.
                del columns[column]
    wanted: dict[tuple[int, int], str | None] = {spot: str(cells[spot]) for spot in titles}
    for column, texts in columns.items():
        for offset in range(len(texts) + SPARE):
            wanted[TOP + offset, column] = texts[offset] if offset < len(texts) else None
    for (row, column), text in sorted(wanted.items()):
        if (grid.cell(row, column) or None) != (text or None):
            yield row, column, text


def list_name(source: str) -> str:
    """The defined name of a drop-down's values."""
    return f"sd_{source}"


@dataclass
class Machinery:
    """The hidden tab while it is drawn: cells and names, and where dependent lists stand."""

    cells: list[CellPlan] = field(default_factory=list)
    names: list[NamePlan] = field(default_factory=list)
    parts: dict[str, tuple[Place, Place]] = field(default_factory=dict)
    next_column: int = 3

    def put(self, row: int, column: int, content: Any) -> None:
        self.cells.append(CellPlan(row, column, content))

    def copied(self) -> Machinery:
        """One to go on drawing while this one stays."""
        return Machinery(list(self.cells), list(self.names), dict(self.parts), self.next_column)

    def block(self, title: str, values: list[Any], name: str = "", *, spare: int = 0) -> Place:
        """A column of values under a title, and so many cells to spare; its place, named where a name is
        given.
        """
        column = self.next_column
        self.next_column += 1
        self.put(TOP - 1, column, title)
        for offset, value in enumerate(values):
            self.put(TOP + offset, column, value)
        rows = max(len(values) + spare, 1)
        if name:
            self.names.append(NamePlan(name, Span(KEY, TOP, column, rows)))
        return Place(TOP, column, KEY, rows=rows)

    def tab(self, desk: Desk, stamp: Mapping[str, Any]) -> TabPlan:
        """The tab itself. `stamp` is what sync reads back."""
        self.put(0, 0, desk.locale.text("stamp.warning"))
        for offset, (key, value) in enumerate(stamp.items()):
            self.put(STAMP_ROW + offset, 0, key)
            self.put(STAMP_ROW + offset, 1, value)
        return TabPlan(
            KEY,
            KEY,
            cells=tuple(self.cells),
            protected=True,
            visibility="very_hidden",
            widths={0: 18, 1: 40},
        )


def kept_machinery(
    desk: Desk, columns: Sequence[Column], choices: Table, team: Table, *, is_copy: bool, cases: bool
) -> Machinery:
    """`machinery`, drawn once while Lists and Team stay as they are; a copy has neither of the two tabs."""
    keys = [column.key for column in columns]
    people = [str(name) for name in team.frame.index] if "owner" in keys else []
    made = kept_for(
        choices,
        f"machinery {is_copy} {cases} {' '.join(keys)}",
        (desk, team.frame),
        lambda: machinery(desk, columns, choices, is_copy=is_copy, people=people, cases=cases),
    )
    return made.copied()


def machinery(
    desk: Desk,
    columns: Sequence[Column],
    lists: Table,
    *,
    is_copy: bool,
    people: list[str],
    cases: bool = False,
) -> Machinery:
    """The named lists of the columns that a book has, as the choices table `lists` has them. In a book that
    is no copy that stands as the Lists tab, beside a Team tab, and values are gathered live from those two;
    `cases` says that it has a Cases tab to choose from.
    """
    present = {column.key for column in columns}
    made = Machinery()
    made.block("open", [choice.title for choice in desk.open_statuses()], "sd_open")
    words = [desk.locale.text("words.yes"), desk.locale.text("words.no")]
    place = made.block("yes_no", words, list_name("yes_no"))
    made.names.append(NamePlan("sd_no", Span(KEY, TOP + 1, place.column)))
    for column in columns:
        if column.choices and column.owner != "formula":
            # Below a column that the book lacks there is nothing to choose by.
            known = column if column.depends_on in present else replace(column, depends_on="")
            _list(made, desk, known, lists, is_copy=is_copy)
    if not is_copy:
        named = [c.title for c in desk.table("choices").column("column").choices]
        made.block("lists", named, list_name("column"))
        name = Field("people", "id")
        made.names.append(NamePlan(list_name("people"), _filled(name)))
    else:
        _named(made, "people", made.block("people", list(people), spare=SPARE))
    if cases:
        made.names.append(NamePlan(list_name("cases"), _filled(Field("cases", "id"))))
    if desk.matrix is not None and {desk.matrix.rows, desk.matrix.across} <= present:
        _matrix(made, desk)
    return made


def _filled(column: Field) -> Expr:
    """A table's column, down to its last filled cell."""
    first = call("INDEX", column, 1)
    count = call("MAX", 1, call("COUNTA", column))
    return Op(":", first, call("INDEX", column, count))


def _list(made: Machinery, desk: Desk, column: Column, lists: Table, *, is_copy: bool) -> None:
    # Values of one parent stand together: the drop-down shows one block.
    slots = _slots(desk, column, lists)
    titles: list[Any] = [title for _, title, _ in slots]
    under: list[Any] = [parent for _, _, parent in slots]
    if not is_copy:
        titles, under = _live(made, desk, column, slots)
    # What people add to the lists comes into a copy by and by.
    spare = SPARE if is_copy else 0
    values = made.block(column.key, titles, spare=spare)
    _named(made, column.key, values)
    if column.depends_on:
        made.parts[column.key] = (values, made.block(f"{column.key} <", under, spare=spare))


def _named(made: Machinery, source: str, values: Place) -> None:
    """Name the values of a drop-down, down to the last that is filled."""
    found = call("MAX", 1, call("COUNTIF", values, "?*"))
    whole = Op(":", Place(TOP, values.column, KEY), call("INDEX", values, found))
    made.names.append(NamePlan(list_name(source), whole))


def _live(
    made: Machinery, desk: Desk, column: Column, slots: Sequence[tuple[float, str, str]]
) -> tuple[list[Any], list[Any]]:
    """Formulas that gather a list from the Lists tab by position, one a slot, with spare slots.

    A slot's key is its position in hundredths, then its row in the Lists tab as four digits; a
    dependent list puts its parent's place before that, so that the values of one parent stand
    together however the tab is sorted. A position that is no number counts as 0.
    """
    table = "choices"
    value = Field(table, "value")
    row = Op("-", call("ROW", value), call("ROW", call("INDEX", value, 1)))
    # Over the tickets it may be called otherwise.
    called = {choice.key: choice.title for choice in desk.table(table).column("column").choices}
    mine = compare(Field(table, "column"), "=", called.get(column.key, column.title))
    filled = compare(value, "<>", "")
    used = compare(Field(table, "active"), "<>", Name("sd_no"))
    hundredths = call("ROUND", Op("*", Field(table, "position"), Literal(100)), 0)
    key: Expr = Op("+", Op("*", call("IFERROR", hundredths, 0), Literal(1e4)), row)
    if column.depends_on:
        parent = call("MATCH", Field(table, "parent"), Name(list_name(column.depends_on)), 0)
        key = Op("+", Op("*", call("IFERROR", parent, 999), Literal(PARENT)), key)
    wanted = call("IF", Op("*", Op("*", mine, filled), used), key)
    keys = made.block(f"{column.key} #", [])
    shown: list[Any] = []
    above: list[Any] = []
    for slot in range(len(slots) + SPARE):
        number, title, over = slots[slot] if slot < len(slots) else ("", "", "")
        place = Place(TOP + slot, keys.column)
        smallest = call("IFERROR", call("SMALL", wanted, slot + 1), "")
        made.put(TOP + slot, keys.column, Formula(smallest, number, is_array=True))
        index = Op("+", call("MOD", place, 1e4), Literal(1))
        blank = compare(place, "=", "")
        shown.append(Formula(call("IF", blank, "", call("INDEX", value, index)), title))
        parent_cell = Op("&", call("INDEX", Field(table, "parent"), index), Literal(""))
        above.append(Formula(call("IF", blank, "", parent_cell), over))
    return shown, above


def _slots(
    desk: Desk, column: Column, lists: Table, below: tuple[str, ...] = ()
) -> list[tuple[float, str, str]]:
    """(key, title, parent) of each value in use, in the order in which the formulas give them.

    `below` are the columns that this one is asked for: nothing in a desk file forbids a circle.
    """
    frame = lists.frame
    order: dict[str, int] = {}
    if column.depends_on and column.depends_on not in (column.key, *below):
        parents = _slots(desk, desk.column(column.depends_on), lists, (column.key, *below))
        for place, (_, title, _) in enumerate(parents, 1):
            order.setdefault(title, place)
    slots = []
    rows = zip(
        frame["column"], frame["value"], frame["parent"], frame["position"], frame["active"], strict=True
    )
    for place, (own, title, over, position, active) in enumerate(rows):
        if own == column.key and isinstance(title, str) and active is not False and str(active) != "False":
            parent = over if isinstance(over, str) else ""
            hundredths = 0 if position != position else math.floor(position * 100 + 0.5)
            number = hundredths * 1e4 + place
            if column.depends_on:
                number += order.get(parent, 999) * PARENT
            slots.append((number, title, parent))
    return sorted(slots)


def _matrix(made: Machinery, desk: Desk) -> None:
    matrix = desk.matrix
    if matrix is None:
        return
    rows = desk.column(matrix.rows).choices
    across = desk.column(matrix.across).choices
    titles = {choice.key: choice.title for choice in desk.column(matrix.column).choices}
    made.block("matrix", [choice.title for choice in rows], "sd_matrix_rows")
    first = made.next_column
    for choice in across:
        made.block(
            choice.title, [titles.get(matrix.cells.get((row.key, choice.key), ""), "") for row in rows]
        )
    made.names.append(NamePlan("sd_matrix", Span(KEY, TOP, first, len(rows), len(across))))
    made.names.append(NamePlan("sd_matrix_across", Span(KEY, TOP - 1, first, 1, len(across))))
