"""What a drawn workbook holds for whom, and how it reads when names are strange."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from sheetdesk.desk.template import parse_desk
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.plan.formula import Formula
from sheetdesk.plan.machinery import list_name
from tests.books import (
    LANGUAGES,
    NOW,
    TRADES,
    at,
    blocks_of,
    book_of,
    demo_book,
    desk_named,
    formulas_of,
    is_same,
)
from tests.libreoffice import Question, needs_libreoffice, recalculate_each
from tests.sheets.contract import planned

STRANGE = (
    "=cmd|'/C calc'!A0",
    "<>",
    "*",
    "?ne",
    "~tilde",
    "Ann*",
    "Annette",
    ">5",
    'O\'Neil & "Co"',
    "张示例",
    "TRUE",
    "007",
    "7",
    "1e5",
    "#N/A",
)
"""Names that COUNTIFS would read as a wildcard, a comparison or a value if they were pasted into it."""


@needs_libreoffice
def test_owners_with_strange_names_are_counted_right(tmp_path: Path) -> None:
    desk = parse_desk("name: '=Odd'\ncolumns: [title, owner, due, priority]\n")
    now = datetime.now(UTC)
    owners = [name for place, name in enumerate(STRANGE, 1) for _ in range(place)]
    status = desk.open_statuses()[0].key
    columns = {
        "title": [f"=1+{place}" for place in range(len(owners))],
        "owner": owners,
        "status": [status] * len(owners),
        "created": [now - timedelta(days=place, hours=1) for place in range(len(owners))],
        "due": [now - timedelta(hours=place % 5 - 1.5) for place in range(len(owners))],
    }
    book = book_of(desk, columns, [f"T-{place}" for place in range(len(owners))], now)
    question = Question(book.write(tmp_path / "odd.xlsx"), blocks_of(book.plan))
    (answer,) = recalculate_each([question], desk.zone.key)
    wrong = []
    for cell in formulas_of(book.plan):
        found = at(next(iter(answer[cell.tab].values())), cell.place)
        if not is_same(cell, found):
            wrong.append((cell.tab, cell.place, cell.value, found))
    assert wrong == []
    # Each has as many as its place in the list.
    cells = {(c.row, c.column): c.content for c in book.plan.tab("dashboard").cells}
    counts = {
        content: cells[row, column + 2].value  # type: ignore[union-attr]
        for (row, column), content in cells.items()
        if content in STRANGE and isinstance(cells.get((row, column + 2)), Formula)
    }
    assert counts == {name: place for place, name in enumerate(STRANGE, 1)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trade", TRADES)
def test_a_copy_for_a_role_holds_nothing_that_the_role_may_not_see(trade: str, language: str) -> None:
    book = demo_book(trade, language, 40)
    for role in book.desk.roles:
        plan = draw(book.desk, book.tables, NOW, audience=Audience(role, is_copy=True))
        keys = {column.key for column in plan.table("tickets")[1].columns}
        hidden = {column.key for column in book.desk.tickets.columns} - role.sees
        assert keys & hidden <= {"month", "hours", "overdue", "is_open"}
        for key in hidden - {"month", "hours", "overdue", "is_open"}:
            column = book.desk.column(key)
            assert f"Field(table='tickets', column='{key}')" not in repr(plan), (role.key, key)
            if column.type == "text":
                texts = {str(text) for text in book.tickets[key].dropna() if len(str(text)) > 8}
                seen = {str(cell) for column in plan.table("tickets")[1].columns for cell in column.cells}
                assert not texts & seen, (role.key, key)
        assert {tab.key for tab in plan.tabs} <= {
            "tickets",
            "dashboard",
            "cases",
            "guide",
            "definitions",
            "_sheetdesk",
        }
        assert all(tab.protected for tab in plan.tabs if tab.table is not None)


def test_a_copy_is_open_only_where_its_role_may_edit() -> None:
    book = demo_book("it-service", "en", 10)
    for role in book.desk.roles:
        plan = draw(book.desk, book.tables, NOW, audience=Audience(role, is_copy=True))
        unlocked = {column.key for column in plan.table("tickets")[1].columns if column.style.unlocked}
        assert unlocked == {key for key in role.edits if book.desk.column(key).owner == "people"}


def test_a_worked_out_column_without_its_inputs_keeps_its_values_and_no_formula() -> None:
    book = demo_book("it-service", "en", 20)
    role = replace(book.desk.roles[0], sees=frozenset({"id", "title", "status", "hours", "overdue"}))
    whole, part = (
        draw(book.desk, book.tables, NOW, audience=Audience(whom, is_copy=True)).table("tickets")[1]
        for whom in (book.desk.roles[0], role)
    )
    for key in ("hours", "overdue"):
        mine, theirs = whole.columns[whole.index(key)], part.columns[part.index(key)]
        assert mine.formula is not None
        assert theirs.formula is None
        assert list(mine.cells) == list(theirs.cells)


def test_no_column_is_checked_against_a_list_that_the_workbook_lacks() -> None:
    plan = planned()
    names = {named.name for named in plan.names}
    checks = [
        column.check
        for tab in plan.tabs
        for column in (tab.table.columns if tab.table else ())
        if column.check is not None and column.check.kind == "list"
    ]
    assert "sd_type" not in names
    assert checks
    assert {list_name(check.source) for check in checks} <= names


def test_a_view_holds_its_tickets_and_columns() -> None:
    book = demo_book("it-service", "en", 60)
    view = next(view for view in book.desk.views if view.key == "overdue")
    _, table = draw(book.desk, book.tables, NOW, audience=Audience(view=view)).table("tickets")
    due, is_open = (
        book.tickets["due"] < NOW,
        book.tickets["status"].isin([c.key for c in book.desk.open_statuses()]),
    )
    assert list(table.columns[table.index("id")].cells) == list(book.tickets.index[due & is_open])
    assert set(view.columns) <= {column.key for column in table.columns}
    assert "description" not in {column.key for column in table.columns}


def test_a_desk_without_tickets_has_no_pivots_but_says_why() -> None:
    book = demo_book("it-service", "en", 0)
    tab = book.plan.tab("pivots")
    assert (tab.pivots, tab.slicers, tab.charts) == ((), (), ())
    assert desk_named("it-service", "en").locale.text("pivots.empty") in [cell.content for cell in tab.cells]


def test_the_dashboard_shows_the_whole_team_so_that_new_work_is_seen() -> None:
    book = demo_book("it-service", "en", 0)
    said = {cell.content for cell in book.plan.tab("dashboard").cells}
    assert {person.name for person in book.desk.people} <= said


def test_a_row_that_is_overdue_and_stale_says_both_in_its_title_cell() -> None:
    highlights = demo_book("it-service", "en", 5).plan.table("tickets")[1].highlights
    first = next(place for place, found in enumerate(highlights) if not found.columns and found.when)
    row = highlights[first]
    before = [found for found in highlights[:first] if found.style.fill == row.style.fill]
    # The first that holds is all that LibreOffice applies, so each says whole what it says.
    assert {found.columns for found in before} == {("id", "due"), ("title",)}


def test_frames_with_missing_values_draw_blank_cells() -> None:
    desk = desk_named("bugs", "zh")
    book = book_of(desk, {"title": pd.Series([None, "x"], dtype="object")}, ["A", "B"])
    for column in book.plan.table("tickets")[1].columns:
        if column.formula is None and column.key not in ("id", "title"):
            assert list(column.cells) == [None, None]
