"""A role's copy holds nothing that the role may not see, in no part of the file, and is locked."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from sheetdesk.desk.desk import Desk, Role
from sheetdesk.desk.template import parse_desk, templates
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.sheets.xlsx.render import render_package
from sheetdesk.table.access import may_edit, visible
from sheetdesk.table.derive import derive
from sheetdesk.table.seed import seed_tables
from sheetdesk.table.table import Table, stored, table_of

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
DESKS = {name: parse_desk(text, name) for name, text in templates().items()}
CASES = [(name, role.key) for name, desk in DESKS.items() for role in desk.roles]

# What openpyxl does not know it says; it is only our reader here.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

every_copy = pytest.mark.parametrize(("name", "key"), CASES, ids=[f"{n}-{k}" for n, k in CASES])


@cache
def marked(name: str) -> tuple[Table, dict[tuple[str, str], str]]:
    """Tickets of every status, each cell with a value that stands nowhere else; how it is written."""
    desk = DESKS[name]
    statuses = [choice.key for choice in desk.column("status").choices]
    ids = [f"{'id'}MARK{place}x" for place in range(len(statuses) * 2)]
    columns: dict[str, list[Any]] = {}
    marks = {(ticket, "id"): ticket for ticket in ids}
    for number, key in enumerate(stored(desk.tickets)):
        column = desk.column(key)
        values: list[Any] = []
        for place, ticket in enumerate(ids):
            if key == "status":
                value: Any = statuses[place % len(statuses)]
            elif column.type == "choice":
                value = column.choices[place % len(column.choices)].key if column.choices else None
            elif column.type in ("moment", "date"):
                # A year that no other cell has: its day number is found in any dialect.
                day = datetime(1910 + number * 2 + place // 12, 1 + place % 12, 3, 11, 17, tzinfo=UTC)
                day += timedelta(seconds=number * 60 + place)
                value = pd.Timestamp(day) if column.type == "moment" else pd.Timestamp(day.date())
                wall = value.tz_convert(desk.zone).tz_localize(None) if column.type == "moment" else value
                marks[ticket, key] = str((wall - pd.Timestamp("1899-12-30")) / pd.Timedelta(1, "D"))[:13]
            elif column.type == "number":
                value = 70_000 + number * 100 + place + 0.25
                marks[ticket, key] = str(value)
            elif column.type == "flag":
                value = True
            else:
                value = marks[ticket, key] = f"{key}MARK{place}x"
            values.append(value)
        columns[key] = values
    return table_of(desk.tickets, columns, ids), marks


@cache
def copy_of(name: str, key: str, person: str | None = None) -> bytes:
    desk, role = DESKS[name], DESKS[name].role(key)
    tables = {**seed_tables(desk), "tickets": marked(name)[0]}
    plan = draw(desk, tables, NOW, audience=Audience(role, person, is_copy=True))
    file = io.BytesIO()
    render_package(plan).write(file)
    return file.getvalue()


def parts(copy: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(copy)) as package:
        for part in package.namelist():
            yield part, package.read(part).decode("utf-8", "replace")


def seen(desk: Desk, role: Role, name: str, person: str | None = None) -> set[str]:
    """The tickets that the role sees."""
    table = marked(name)[0]
    mask = visible(desk, role.tickets, derive(desk, table, NOW), person)
    return set(np.asarray(table.frame.index)[mask])


@every_copy
def test_no_part_of_a_copy_holds_a_value_of_a_hidden_column_or_ticket(name: str, key: str) -> None:
    desk, role = DESKS[name], DESKS[name].role(key)
    tickets = seen(desk, role, name)
    _, marks = marked(name)
    hidden = {
        mark for (ticket, column), mark in marks.items() if ticket not in tickets or column not in role.sees
    }
    shown = {mark for (ticket, column), mark in marks.items() if ticket in tickets and column in role.sees}
    whole = dict(parts(copy_of(name, key)))
    text = "\n".join(whole.values())
    assert [mark for mark in sorted(hidden - shown) if mark in text] == []
    assert [mark for mark in sorted(shown) if mark not in text] == []
    assert not [
        part for part in whole if "pivot" in part.lower() or ("comments" in part and "MARK" in whole[part])
    ]


@every_copy
def test_a_hidden_column_of_choices_leaves_no_list_of_them(name: str, key: str) -> None:
    desk, role = DESKS[name], DESKS[name].role(key)
    open_words = {
        c.title for column in desk.tickets.columns if column.key in role.sees for c in column.choices
    }
    hidden = [column for column in desk.tickets.columns if column.choices and column.key not in role.sees]
    lists = {f">sd_{column.key}<" for column in hidden} | {f'"sd_{column.key}"' for column in hidden}
    words = {c.title for column in hidden for c in column.choices} - open_words
    cells = "\n".join(
        text for part, text in parts(copy_of(name, key)) if "worksheets/" in part or "workbook" in part
    )
    assert [word for word in sorted(lists) if word in cells] == []
    assert [word for word in sorted(words) if f"<t>{word}</t>" in cells] == []


@pytest.mark.parametrize("name", DESKS)
def test_a_persons_copy_holds_nothing_of_anybody_elses_tickets(name: str) -> None:
    desk = DESKS[name]
    for role in desk.roles:
        if " = me" not in role.tickets_text and " = 我" not in role.tickets_text:
            continue
        person = "ownerMARK1x"
        tickets = seen(desk, role, name, person)
        _, marks = marked(name)
        text = "\n".join(text for _, text in parts(copy_of(name, role.key, person)))
        others = [mark for (ticket, _), mark in marks.items() if ticket not in tickets and mark in text]
        assert others == []


@every_copy
def test_a_copy_is_locked_but_for_what_its_role_may_edit(name: str, key: str) -> None:
    desk, role = DESKS[name], DESKS[name].role(key)
    book = openpyxl.load_workbook(io.BytesIO(copy_of(name, key)))
    for sheet in book.worksheets:
        assert sheet.protection.sheet is True
    sheet = book[desk.tickets.title]
    titles = {column.title: column for column in desk.tickets.columns}
    count = len(seen(desk, role, name))
    for place, header in enumerate(sheet[1], 1):
        column = titles[str(header.value)]
        can = may_edit(role, column)
        assert header.protection.locked
        for row in range(2, 2 + count):
            cell = sheet.cell(row, place)
            assert cell.protection.locked is not can, f"{column.key} {cell.coordinate}"
        # Neighbours of one look stand in one entry of the file.
        [below] = [
            look.protection.locked
            for look in sheet.column_dimensions.values()
            if (look.min or 0) <= place <= (look.max or 0)
        ]
        if "add" in role.may or not can:
            assert below is not can, f"below {column.key}"


def test_the_main_sheet_of_a_desk_is_open() -> None:
    desk = DESKS["it-service.en"]
    tables = {**seed_tables(desk), "tickets": marked("it-service.en")[0]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.xlsx"
        with path.open("wb") as file:
            render_package(draw(desk, tables, NOW, audience=Audience(desk.role("technician")))).write(file)
        assert not openpyxl.load_workbook(path)[desk.tickets.title].protection.sheet
