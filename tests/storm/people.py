"""What people do to a page, each deed with how often it happens."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sheetdesk.columns.base import Cell
from tests.storm.desk import HUMAN
from tests.storm.ledger import Ledger
from tests.storm.page import Page, Row

__all__ = ["DEEDS", "Deed", "Hands"]

TEXTS = ("title", "owner", "notes")
DAY = datetime(2026, 12, 1, 9, 0)


@dataclass
class Hands:
    """One person at a page: chance, what tells one typed value from another, who copied what."""

    chance: random.Random
    ledger: Ledger
    page: Page
    count: Callable[[], int]
    is_main: bool

    def value(self, column: str) -> Cell:
        """Something nobody typed before, where the column has more than a few values."""
        number = self.count()
        if column == "type":
            return self.chance.choice(["Hardware", "Software", "Network"])
        if column == "status":
            return self.chance.choice(["New", "In progress", "Resolved", "Closed"])
        if column in ("due", "created"):
            return DAY + timedelta(minutes=5 * number)
        if column == "updated":
            return DAY + timedelta(days=400, minutes=number)
        return f"{column} {number}"

    def tickets(self) -> list[Row]:
        """The rows in which a ticket stands."""
        return [
            row for row in self.page.rows if row.who and not row.who.startswith("note") and not row.is_blank
        ]

    def ticket(self) -> Row | None:
        rows = self.tickets()
        return self.chance.choice(rows) if rows else None

    def present(self, *columns: str) -> list[str]:
        return [column for column in columns if column in self.page.columns]

    def new_row(self, cells: dict[str, Cell], is_full: bool = True) -> Row:
        """A row of a new ticket; the program fills the formulas of a table."""
        row = Row(f"new {self.count()}", cells)
        like = next((r for r in self.page.rows if r.formulas), None)
        if like is not None and is_full:
            row.formulas = dict(like.formulas)
        return row


def edit(hands: Hands) -> str:
    row = hands.ticket()
    columns = hands.present(*HUMAN)
    if row is None or not columns:
        return ""
    column = hands.chance.choice(columns)
    row.cells[column] = hands.value(column)
    return f"types {row.cells[column]!r} into {column} of {row.who}"


def add_line(hands: Hands) -> str:
    row = hands.ticket()
    if row is None or "notes" not in hands.page.columns:
        return ""
    line = f"line {hands.count()}"
    old = row.cells.get("notes")
    row.cells["notes"] = f"{old}\n{line}" if isinstance(old, str) else line
    return f"adds {line!r} to the notes of {row.who}"


def clear(hands: Hands) -> str:
    row = hands.ticket()
    columns = hands.present("type", "owner", "due", "notes", "title")
    if row is None or not columns:
        return ""
    column = hands.chance.choice(columns)
    row.cells.pop(column, None)
    return f"clears {column} of {row.who}"


def fill_down(hands: Hands) -> str:
    rows = hands.tickets()
    columns = hands.present("type", "owner", "due")
    if len(rows) < 3 or not columns:
        return ""
    column = hands.chance.choice(columns)
    at = hands.chance.randrange(len(rows) - 2)
    value = rows[at].cells.get(column)
    for row in rows[at + 1 : at + 3]:
        row.cells[column] = value
        if value is None:
            row.cells.pop(column)
    return f"fills {column} down from {rows[at].who}"


def misspell(hands: Hands) -> str:
    row = hands.ticket()
    columns = hands.present("type", "status")
    if row is None or not columns:
        return ""
    column = hands.chance.choice(columns)
    text = str(hands.value(column))
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    row.cells[column] = hands.chance.choice([text.lower() + " ", text.upper(), f" {wide}"])
    return f"types {row.cells[column]!r} into {column} of {row.who}"


def bad_date(hands: Hands) -> str:
    row = hands.ticket()
    columns = hands.present("due", "created")
    if row is None or not columns:
        return ""
    column = hands.chance.choice(columns)
    row.cells[column] = f"soon {hands.count()}"
    return f"types {row.cells[column]!r} into {column} of {row.who}"


def bad_choice(hands: Hands) -> str:
    row = hands.ticket()
    columns = hands.present("status", "type")
    if row is None or not columns:
        return ""
    column = hands.chance.choice(columns)
    row.cells[column] = f"whatever {hands.count()}"
    return f"types {row.cells[column]!r} into {column} of {row.who}"


def sort_rows(hands: Hands) -> str:
    columns = hands.present("title", "owner", "due", "status")
    if not columns:
        return ""
    column = hands.chance.choice(columns)
    rows = hands.page.rows[: hands.page.depth]
    rows.sort(key=lambda row: (row.is_blank, str(row.cells.get(column, ""))), reverse=False)
    hands.page.rows[: hands.page.depth] = rows
    _take_notes_in(hands)
    return f"sorts all by {column}"


def sort_without_ids(hands: Hands) -> str:
    page = hands.page
    if "title" not in page.columns or "id" not in page.columns:
        return ""
    ids = [row.cells.get("id") for row in page.rows[: page.depth]]
    rows = page.rows[: page.depth]
    rows.sort(key=lambda row: (row.is_blank, str(row.cells.get("title", ""))))
    for row, name in zip(rows, ids, strict=True):
        row.cells["id"] = name
        if name is None:
            row.cells.pop("id")
    page.rows[: page.depth] = rows
    _take_notes_in(hands)
    return "sorts all columns but the ids"


def _take_notes_in(hands: Hands) -> None:
    """A note under what is no table, sorted along with it, is a row like any other from then on."""
    for row in hands.page.rows[: hands.page.depth]:
        if row.who.startswith("note"):
            row.who = f"new {hands.count()}"


def insert_row(hands: Hands) -> str:
    at = hands.chance.randrange(max(hands.page.depth, 1))
    column = hands.chance.choice(hands.present("title", "title", "owner") or ["notes"])
    if column not in hands.page.columns:
        return ""
    row = hands.new_row({column: hands.value(column)})
    hands.page.rows.insert(at, row)
    hands.page.depth += 1
    return f"inserts {row.who} with {column} {row.cells[column]!r}"


def append_row(hands: Hands) -> str:
    """At the end: in the table's blank rows, in a new row of it, or right below where it does not grow."""
    page = hands.page
    if "title" not in page.columns:
        return ""
    row = hands.new_row({"title": hands.value("title")})
    for column in hands.present("owner", "type", "due"):
        if hands.chance.random() < 0.4:
            row.cells[column] = hands.value(column)
    blank = next((at for at, r in enumerate(page.rows[: page.depth]) if r.is_blank), None)
    if blank is not None and hands.chance.random() < 0.5:
        page.rows[blank] = row
        return f"types {row.who} into a blank row: {row.cells}"
    if page.depth < len(page.rows) and not page.rows[page.depth].is_blank:
        return ""
    grows = hands.chance.random() < 0.7
    if not grows:
        row.formulas = {}
    if page.depth < len(page.rows):
        page.rows[page.depth] = row
    else:
        page.rows.append(row)
    page.depth += grows
    return f"types {row.who} {'at the end' if grows else 'below the table'}: {row.cells}"


def delete_row(hands: Hands) -> str:
    row = hands.ticket()
    if row is None or len(hands.tickets()) < 3:
        return ""
    at = hands.page.rows.index(row)
    del hands.page.rows[at]
    hands.page.depth -= at < hands.page.depth
    return f"deletes {row.who}"


def duplicate_row(hands: Hands) -> str:
    row = hands.ticket()
    if row is None:
        return ""
    copy = row.copied(f"copy {hands.count()}")
    hands.ledger.copy(copy.who, row.who)
    at = hands.page.rows.index(row)
    told = f"copies {row.who} as {copy.who}"
    if hands.chance.random() < 0.6 and "title" in hands.page.columns:
        copy.cells["title"] = hands.value("title")
        told += f" and calls that {copy.cells['title']!r}"
    hands.page.rows.insert(at + 1, copy)
    hands.page.depth += at < hands.page.depth
    return told


def move_row(hands: Hands) -> str:
    rows = hands.page.rows
    if hands.page.depth < 2:
        return ""
    source, target = (hands.chance.randrange(hands.page.depth) for _ in range(2))
    row = rows.pop(source)
    rows.insert(target, row)
    return f"moves {row.who or 'a blank row'} to place {target}"


def cut_row(hands: Hands) -> str:
    """Cut and paste over a blank row at the end, which leaves a hole."""
    page = hands.page
    row = hands.ticket()
    if row is None:
        return ""
    at = page.rows.index(row)
    if at >= page.depth:
        return ""
    hole = Row("", {}, dict(row.formulas))
    page.rows[at] = hole
    blank = next((p for p, r in enumerate(page.rows[: page.depth]) if r.is_blank and r is not hole), None)
    if blank is not None:
        page.rows[blank] = row
    elif page.depth == len(page.rows):
        page.rows.append(row)
        page.depth += 1
    else:
        page.rows[at] = row
        return ""
    return f"cuts {row.who} and pastes it elsewhere"


def paste_id(hands: Hands) -> str:
    rows = [row for row in hands.tickets() if row.cells.get("id")]
    if len(rows) < 2:
        return ""
    one, other = hands.chance.sample(rows, 2)
    other.cells["id"] = one.cells["id"]
    return f"pastes the id of {one.who} over that of {other.who}"


def clear_id(hands: Hands) -> str:
    row = hands.ticket()
    if row is None or "id" not in hands.page.columns:
        return ""
    row.cells.pop("id", None)
    return f"clears the id of {row.who}"


def junk_id(hands: Hands) -> str:
    row = hands.ticket()
    if row is None or "id" not in hands.page.columns:
        return ""
    names: list[Cell] = [f"junk {hands.count()}", f"T-{500 + hands.count()}", 77.0]
    row.cells["id"] = hands.chance.choice(names)
    return f"types {row.cells['id']!r} over the id of {row.who}"


def type_over_machine(hands: Hands) -> str:
    row = hands.ticket()
    if row is None or "updated" not in hands.page.columns:
        return ""
    row.cells["updated"] = hands.value("updated")
    return f"types {row.cells['updated']} into updated of {row.who}"


def type_over_formula(hands: Hands) -> str:
    row = hands.ticket()
    if row is None or "month" not in hands.page.columns:
        return ""
    row.cells["month"] = f"month {hands.count()}"
    row.formulas.pop("month", None)
    return f"types {row.cells['month']!r} over the formula of {row.who}"


def move_column(hands: Hands) -> str:
    page = hands.page
    if not page.is_table or not hands.is_main:
        return ""
    source, target = (hands.chance.randrange(page.width) for _ in range(2))
    name = page.columns.pop(source)
    page.columns.insert(target, name)
    return f"moves column {name} to place {target}"


def swap_columns(hands: Hands) -> str:
    page = hands.page
    if not page.is_table or not hands.is_main:
        return ""
    one, other = (hands.chance.randrange(page.width) for _ in range(2))
    page.columns[one], page.columns[other] = page.columns[other], page.columns[one]
    return f"swaps columns {page.columns[one]} and {page.columns[other]}"


def insert_column(hands: Hands) -> str:
    """A column of one's own in the middle of the table."""
    page = hands.page
    if not page.is_table or not hands.is_main:
        return ""
    name = f"own {hands.count()}"
    at = hands.chance.randrange(1, page.width + 1)
    page.columns.insert(at, name)
    page.titles[name] = f"Column {name}"
    page.numbers[name] = max(page.numbers.values(), default=0) + 1
    page.width += 1
    return f"inserts column {name} at place {at}"


def add_column(hands: Hands) -> str:
    """A column of one's own beside the table."""
    page = hands.page
    if not hands.is_main:
        return ""
    name = f"own {hands.count()}"
    page.columns.append(name)
    page.titles[name] = f"Beside {name}"
    return f"writes column {name} beside the table"


def write_own(hands: Hands) -> str:
    row = hands.ticket()
    own = [name for name in hands.page.columns if name.startswith("own ")]
    if row is None or not own:
        return ""
    column = hands.chance.choice(own)
    row.cells[column] = f"mine {hands.count()}"
    return f"writes {row.cells[column]!r} into {column} beside {row.who}"


def write_note(hands: Hands) -> str:
    """A note some rows under the table."""
    page = hands.page
    columns = hands.present("owner", "type", "due")
    if not columns or "title" not in page.columns:
        return ""
    while len(page.rows) < page.depth + 3:
        page.rows.append(Row())
    text: Cell = f"remember {hands.count()}"
    cells: dict[str, Cell] = {hands.chance.choice(columns): text}
    row = Row(f"note {hands.count()}", cells)
    page.rows.append(row)
    return f"writes {row.cells} under the table"


def rename_column(hands: Hands) -> str:
    page = hands.page
    if not page.is_table or not hands.is_main:
        return ""
    name = hands.chance.choice(hands.present("title", "owner", "notes", "due", "type"))
    page.titles[name] = f"{name} as we say {hands.count()}"
    return f"calls column {name} {page.titles[name]!r}"


def delete_column(hands: Hands) -> str:
    page = hands.page
    columns = hands.present("owner", "due", "notes", "type")
    if not page.is_table or not hands.is_main or not columns:
        return ""
    name = hands.chance.choice(columns)
    page.columns.remove(name)
    page.numbers.pop(name, None)
    page.width -= 1
    return f"deletes column {name}"


def make_range(hands: Hands) -> str:
    if not hands.page.is_table or not hands.is_main:
        return ""
    hands.page.is_table = False
    return "makes the table a plain range"


Deed = Callable[[Hands], str]
"""One thing done to a page; what it was, "" where it could not be done."""

DEEDS: dict[Deed, float] = {
    edit: 30, add_line: 6, clear: 6, fill_down: 3, misspell: 4, bad_date: 3, bad_choice: 2,
    sort_rows: 5, sort_without_ids: 0.4, insert_row: 4, append_row: 9, delete_row: 4,
    duplicate_row: 4, move_row: 4, cut_row: 2, paste_id: 1.5, clear_id: 2, junk_id: 2,
    type_over_machine: 2, type_over_formula: 2, move_column: 1.5, swap_columns: 1.5,
    insert_column: 1.5, add_column: 1, write_own: 3, write_note: 1.5, rename_column: 1.5,
    delete_column: 0.5, make_range: 0.3,
}  # fmt: skip
