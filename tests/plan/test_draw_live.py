"""A workbook somebody works in: edited tickets move the dashboard, edited lists move the drop-downs."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sheetdesk.columns.base import Setting
from sheetdesk.columns.moment import serial
from sheetdesk.plan.draw import draw
from sheetdesk.plan.machinery import KEY, list_name
from sheetdesk.sheets.xlsx.dialect import column_letters
from sheetdesk.table.table import kind_of, table_of
from tests.books import Book, Planned, at, book_of, demo_book, formulas_of, is_same, opened
from tests.libreoffice import OfficeCell, Question, needs_libreoffice, recalculate_each

EDITS = 120
SCRATCH = 60
"""The first of the columns far right of the tickets in which formulas of ours are tried out."""

Cells = dict[str, str | float | None]


def edited(book: Book, now: datetime) -> tuple[pd.DataFrame, Cells]:
    """The tickets after many people's edits, and the cells those edits were typed into."""
    rng = random.Random(11)
    desk, frame = book.desk, book.tickets.copy()
    _, table = book.plan.table("tickets")
    setting = Setting(desk.locale, desk.zone)
    local = [now + timedelta(hours=hours) for hours in (-2000, -90, -30, -3, 1, 3, 5, 200)]
    values: dict[str, Sequence[Any]] = {
        "status": [choice.key for choice in desk.column("status").choices],
        "impact": [choice.key for choice in desk.column("impact").choices],
        "owner": [*[None] * 6, *(person.name for person in desk.people)],
        "due": [None, *local],
        "created": local[:4],
        "resolved": [None, *local[:4]],
        "satisfaction": [None, 1.0, 3.0, 4.0, 5.0],
    }
    cells: Cells = {}
    for _ in range(EDITS):
        row, key = rng.randrange(len(frame)), rng.choice(list(values))
        value = rng.choice(values[key])
        frame.at[frame.index[row], key] = value
        column = desk.column(key)
        kind = kind_of(column.type)
        (shown,) = kind.show(pd.Series([value], dtype=kind.dtype), column, setting)
        typed = serial(shown) if isinstance(shown, datetime) else shown
        cells[f"{column_letters(table.index(key))}{row + 2}"] = typed
    return frame, cells


def cards_by_hand(book: Book, frame: pd.DataFrame, now: datetime) -> dict[str, float]:
    """The dashboard's cards, counted ticket by ticket."""
    desk, zone = book.desk, book.desk.zone
    local = now.astimezone(zone)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    month = (local - timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
    is_open = {c.key: c.meaning.is_open for c in desk.column("status").choices if c.meaning}
    found = dict.fromkeys(("open", "unowned", "overdue", "due_soon", "created_week", "resolved_week"), 0.0)
    hours, ratings = [], []
    for ticket in frame.to_dict("records"):
        due, created, resolved = ticket["due"], ticket["created"], ticket["resolved"]
        if is_open.get(ticket["status"]):
            found["open"] += 1
            found["unowned"] += ticket["owner"] is None
            found["overdue"] += due is not pd.NaT and due < now
            found["due_soon"] += due is not pd.NaT and now <= due < now + timedelta(hours=4)
        found["created_week"] += created >= monday
        found["resolved_week"] += resolved is not pd.NaT and resolved >= monday
        if resolved is not pd.NaT and resolved >= month:
            hours.append(
                resolved.astimezone(zone).replace(tzinfo=None) - created.astimezone(zone).replace(tzinfo=None)
            )
        if ticket["satisfaction"] == ticket["satisfaction"]:
            ratings.append(ticket["satisfaction"] >= 4)
    mean = sum(hours, timedelta()) / len(hours) / timedelta(hours=1)
    return found | {"mean_hours": mean, "satisfaction": sum(ratings) / len(ratings)}


def cards_shown(book: Book, block: list[list[OfficeCell]]) -> dict[str, OfficeCell]:
    titles = book.desk.locale.section("dashboard")
    keys = (
        "open",
        "unowned",
        "overdue",
        "due_soon",
        "created_week",
        "resolved_week",
        "mean_hours",
        "satisfaction",
    )
    label = next(row for row in range(10) if titles["open"] in block[row])
    return {key: block[label + 1][block[label].index(titles[key])] for key in keys}


def counts_owner(cell: Planned) -> bool:
    """Whether it counts what an owner has, or what nobody has."""
    return "Field(table='tickets', column='owner')" in repr(cell.expr) and "COUNTIFS" in repr(cell.expr)


@needs_libreoffice
def test_edited_tickets_move_the_whole_dashboard(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    book = demo_book("it-service", "en", 120, now=now)
    frame, cells = edited(book, now)
    after = book_of(book.desk, {str(key): frame[key] for key in frame}, list(frame.index), now)
    dashboard, tickets = (book.plan.tab(key).title for key in ("dashboard", "tickets"))
    question = Question(
        book.write(tmp_path / "book.xlsx"), {dashboard: ["A1:R95"], tickets: ["A1:AL121"]}, {tickets: cells}
    )
    (answer,) = recalculate_each([question], book.desk.zone.key)
    block = answer[dashboard]["A1:R95"]
    shown, counted = cards_shown(book, block), cards_by_hand(book, frame, now)
    assert shown == pytest.approx(counted)
    assert counted != pytest.approx(cards_by_hand(book, book.tickets, now))
    # Everything else, worked-out columns too, is what a sheet drawn from the edited tickets shows;
    # but for who stands in the list of owners, which is settled when a sheet is drawn.
    wrong = [
        (cell.tab, cell.place, cell.value, found)
        for cell in formulas_of(after.plan)
        if cell.tab in answer and not (cell.tab == dashboard and counts_owner(cell))
        for found in [at(next(iter(answer[cell.tab].values())), cell.place)]
        if not is_same(cell, found)
    ]
    assert wrong == []
    names = {str(row[1]): row[3] for row in block if row[1] in {p.name for p in book.desk.people}}
    open_keys = {choice.key for choice in book.desk.open_statuses()}
    load = frame["owner"][frame["status"].isin(open_keys)].value_counts()
    assert names == {name: load.get(name, 0) for name in names}
    assert len(names) > 3


def tried(formulas: Iterable[str], column: int) -> Cells:
    """Formulas of ours in the cells of one scratch column, from row 1."""
    return {f"{column_letters(SCRATCH + column)}{row}": text for row, text in enumerate(formulas, 1)}


def in_row(formula: str, row: int) -> str:
    """A rule for the table's first row as it holds for another row, in LibreOffice's spelling."""
    assert re.search(r"\$[A-Z]+2\b", formula)
    moved = re.sub(r"(\$[A-Z]+)2\b", rf"\g<1>{row}", formula)
    return "=" + moved.replace("'_sheetdesk'!", "$'_sheetdesk'.").replace(",", ";")


def column_of(block: list[list[OfficeCell]], column: int) -> list[OfficeCell]:
    return [row[column] for row in block]


@needs_libreoffice
def test_highlights_and_dependent_lists_speak_of_their_own_row(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    before = demo_book("it-service", "en", 120, now=now)
    frame, _ = edited(before, now)
    book = book_of(before.desk, {str(key): frame[key] for key in frame}, list(frame.index), now)
    path = book.write(tmp_path / "book.xlsx")
    desk, (tab, table) = book.desk, book.plan.table("tickets")
    sheet = opened(path)[tab.title]
    rules = [
        (str(block.sqref), rule.formula[0])
        for block, found in sheet.conditional_formatting._cf_rules.items()
        for rule in found
        if rule.formula
    ]
    first, last = column_letters(0), column_letters(len(table.columns) - 1)
    whole = [rule for block, rule in rules if block.startswith(f"{first}2:{last}")]
    titles = {block: rule for block, rule in rules if block.startswith(column_letters(table.index("title")))}
    owners = {block: rule for block, rule in rules if block.startswith(column_letters(table.index("owner")))}
    (over, soon), (stale,), (nobody,) = whole, titles.values(), owners.values()
    (list_rule,) = (
        rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.formula1 and rule.formula1.startswith("OFFSET(")
    )
    rows = range(2, len(frame) + 2)
    edits: Cells = {}
    for place, rule in enumerate((over, soon, stale, nobody)):
        edits |= tried((in_row(rule, row) for row in rows), place)
    edits |= tried((f"=ROWS({in_row(list_rule, row)[1:]})" for row in rows), 4)
    edits |= tried((f"=INDEX({in_row(list_rule, row)[1:]};1)" for row in rows), 5)
    edits |= tried(
        (f"=INDEX({in_row(list_rule, row)[1:]};ROWS({in_row(list_rule, row)[1:]}))" for row in rows), 6
    )
    block = f"{column_letters(SCRATCH)}1:{column_letters(SCRATCH + 6)}{len(frame)}"
    (answer,) = recalculate_each([Question(path, {tab.title: [block]}, {tab.title: edits})], desk.zone.key)
    found = answer[tab.title][block]
    is_open = frame["status"].isin([choice.key for choice in desk.open_statuses()])
    late, near = frame["due"] < now, frame["due"] < now + timedelta(hours=4)
    quiet = frame[["created", "updated"]].max(axis=1) < now - timedelta(days=5)
    expected = [is_open & late, is_open & near, is_open & quiet, is_open & frame["owner"].isna()]
    for place, holds in enumerate(expected):
        assert column_of(found, place) == holds.astype(float).tolist()
    assert [0 < holds.sum() < len(frame) for holds in expected] == [True] * 4
    below = {kind.key: [c.title for c in desk.column("subtype").choices if c.parent == kind.key]
             for kind in desk.column("type").choices}  # fmt: skip
    for row, key in enumerate(frame["type"]):
        size, *ends = found[row][4:]
        if key is None:
            assert isinstance(size, dict)
        else:
            assert (size, ends) == (len(below[key]), [below[key][0], below[key][-1]])


def names_shown(answer: list[list[OfficeCell]]) -> dict[str, list[OfficeCell]]:
    """The lists tried out, a column each under its name's size."""
    return {
        NAMED[column]: [row[column] for row in answer[1:] if row[column] != "-"]
        for column in range(len(NAMED))
    }


NAMED = ("type", "subtype", "impact", "status", "people")
LONGEST = 40


def lists_tried() -> Cells:
    cells: Cells = {}
    for place, key in enumerate(NAMED):
        name = list_name(key)
        each = (f'=IF({k}>ROWS({name});"-";INDEX({name};{k}))' for k in range(1, LONGEST))
        cells |= tried([f"=ROWS({name})", *each], place)
    return cells


def in_use(choices: pd.DataFrame, key: str) -> list[str]:
    """The values of one drop-down by hand: those in use, by parent, then by position, then by row."""
    parents = [*in_use(choices, "type")] if key == "subtype" else []
    own = [
        (
            parents.index(row["parent"]) if row["parent"] in parents else 999,
            row["position"],
            place,
            row["value"],
        )
        for place, row in enumerate(choices.to_dict("records"))
        if row["column"] == key and row["value"] and row["active"] is not False
    ]
    return [value for *_, value in sorted(own)]


def typed_into_lists(book: Book, changes: Sequence[tuple[str, str, Any]]) -> tuple[pd.DataFrame, Cells]:
    """The choices after changes (row, column, value), and the cells they were typed into."""
    _, table = book.plan.table("choices")
    frame = book.tables["choices"].frame.astype("object").copy()
    no = book.desk.locale.text("words.no")
    titles = {choice.key: choice.title for choice in book.desk.table("choices").column("column").choices}
    cells: Cells = {}
    for row, key, value in changes:
        frame.at[row, key] = value
        shown = no if value is False else titles[value] if key == "column" else value
        cells[f"{column_letters(table.index(key))}{list(frame.index).index(row) + 2}"] = shown
    return frame, cells


@needs_libreoffice
@pytest.mark.parametrize("language", ["zh"])
def test_lists_follow_what_is_typed_into_their_tab(tmp_path: Path, language: str) -> None:
    book = demo_book("it-service", language, 20)
    desk, path = book.desk, book.write(tmp_path / "book.xlsx")
    kinds = {choice.key: choice.title for choice in desk.column("type").choices}
    changes: list[list[tuple[str, str, Any]]] = [
        [],
        # Renamed, moved between two others, emptied, taken out of use, given another parent or list.
        [("type/mail", "value", "<Post>"), ("subtype/mailbox", "parent", "<Post>"),
         ("subtype/calendar", "parent", "<Post>"), ("subtype/delivery", "parent", "<Post>")],
        [("type/security", "position", 1.5), ("subtype/vpn", "position", 0.0),
         ("status/closed", "position", 2.25)],
        [("type/hardware", "active", False), ("subtype/wifi", "active", False),
         ("subtype/vpn", "value", None)],
        [("subtype/wifi", "parent", kinds["hardware"]), ("impact/low", "column", "type"),
         ("impact/low", "position", 3.0)],
        [("type/mail", "position", "soon"), ("type/account", "position", None)],
    ]  # fmt: skip
    sheet, lists = book.plan.tab("tickets").title, book.plan.tab("choices").title
    block = f"{column_letters(SCRATCH)}1:{column_letters(SCRATCH + len(NAMED) - 1)}{LONGEST}"
    frames, questions = [], []
    for some in changes:
        frame, cells = typed_into_lists(book, some)
        frames.append(frame)
        questions.append(Question(path, {sheet: [block]}, {lists: cells, sheet: lists_tried()}))
    for frame, answer in zip(frames, recalculate_each(questions), strict=True):
        frame["position"] = [p if isinstance(p, float) and p == p else 0.0 for p in frame["position"]]
        shown = names_shown(answer[sheet][block])
        assert {key: shown[key] for key in NAMED[:-1]} == {key: in_use(frame, key) for key in NAMED[:-1]}
        assert shown["people"] == [person.name for person in desk.people]


@needs_libreoffice
def test_a_shuffled_and_longer_lists_tab_draws_as_it_recalculates(tmp_path: Path) -> None:
    before = demo_book("it-service", "en", 20)
    desk = before.desk
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()}
        for row in before.tables["choices"].frame.reset_index().to_dict("records")
    ]
    for key, value, parent, position in (
        ("subtype", "Tablet", "Hardware", 2.5),
        ("type", "Vehicles", None, 4.5),
        ("subtype", "Van", "Vehicles", 1.0),
    ):
        row: dict[str, Any] = {"id": f"{key}/{value}", "column": key, "value": value, "parent": parent}
        rows.append(row | {"position": position, "active": True})
    random.Random(3).shuffle(rows)
    columns: dict[str, list[Any]] = {key: [row.get(key) for row in rows] for key in rows[0]}
    choices = table_of(desk.table("choices"), columns, columns["id"])
    frame, tables = choices.frame, {**before.tables, "choices": choices}
    book = replace(before, tables=tables, plan=draw(desk, tables, datetime.now(UTC)))
    path = book.write(tmp_path / "book.xlsx")
    sheet = book.plan.tab("tickets").title
    block = f"{column_letters(SCRATCH)}1:{column_letters(SCRATCH + len(NAMED) - 1)}{LONGEST}"
    question = Question(path, {sheet: [block], KEY: ["A1:Z90"]}, {sheet: lists_tried()})
    (answer,) = recalculate_each([question], desk.zone.key)
    shown = names_shown(answer[sheet][block])
    assert {key: shown[key] for key in NAMED[:-1]} == {key: in_use(frame, key) for key in NAMED[:-1]}
    planned = [cell for cell in formulas_of(book.plan) if cell.tab == KEY]
    found = [at(answer[KEY]["A1:Z90"], cell.place) for cell in planned]
    assert [(c.place, c.value, f) for c, f in zip(planned, found, strict=True) if not is_same(c, f)] == []
