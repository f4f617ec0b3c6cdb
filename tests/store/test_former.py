"""Rows that were kept under other keys than the desk has now."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from sheetdesk.columns.base import Choice
from sheetdesk.desk.desk import TableSpec
from sheetdesk.store import schema
from sheetdesk.store.store import Store, Write, open_store
from sheetdesk.table.change import CellChange, ChangeSet
from sheetdesk.table.former import former_choices, former_columns, under_current_keys
from tests.table import NOW, TICKETS, tickets


def kept(path: Path, row: str) -> dict[str, object]:
    """A row as it stands in the database."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        text = connection.scalar(sa.select(schema.rows.c.cells).where(schema.rows.c.id == row))
    engine.dispose()
    found: dict[str, object] = json.loads(str(text))
    return found


def filled(path: Path) -> Store:
    store = open_store(path)
    table = tickets(T_001={"title": "Ink"}, T_002={"title": "Paper"})
    write = Write(store.table(TICKETS), ChangeSet(added=table.frame))
    store.commit(0, [write], by="t", why="import", run="r", now=NOW)
    return store


def renamed(spec: TableSpec) -> TableSpec:
    """The title under another key."""
    columns = (replace(c, key="headline", was=("title",)) if c.key == "title" else c for c in spec.columns)
    return replace(spec, columns=tuple(columns))


def without_title(spec: TableSpec) -> TableSpec:
    return replace(spec, columns=tuple(column for column in spec.columns if column.key != "title"))


def test_a_row_is_read_by_the_keys_of_today_and_rewritten_only_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with filled(path) as store:
        spec = renamed(TICKETS)
        table = store.table(spec)
        assert table.frame["headline"].tolist() == ["Ink", "Paper"]
        change = ChangeSet((CellChange("T-001", "headline", "Ink", None),))
        store.commit(1, [Write(table, change)], by="t", why="sync", run="r2", now=NOW)
        assert store.table(spec).frame["headline"].tolist() == [None, "Paper"]
        assert "title" not in kept(path, "T-001")
        assert kept(path, "T-002")["title"] == "Paper"
        assert store.audit([spec]).is_whole
        assert [e.column for e in store.entries([spec], row="T-001")] == ["", "headline"]
        assert store.table_at(spec, 1).frame["headline"].tolist() == ["Ink", "Paper"]


def test_what_a_lost_column_held_stays_until_it_comes_back(tmp_path: Path) -> None:
    with filled(tmp_path / "desk.db") as store:
        spec = without_title(TICKETS)
        table = store.table(spec)
        key = table.frame.columns[0]
        column = spec.column(key)
        assert column.type in ("text", "choice", "person", "moment")
        gone = ChangeSet(removed=table.frame.loc[["T-002"]])
        store.commit(1, [Write(table, gone)], by="t", why="sync", run="r2", now=NOW)
        back = ChangeSet(added=store.archived(spec).frame)
        store.commit(2, [Write(store.table(spec), back)], by="t", why="sync", run="r3", now=NOW)
        assert sorted(store.table(TICKETS).frame["title"]) == ["Ink", "Paper"]


def test_a_former_key_that_another_column_has_means_that_one() -> None:
    columns = (replace(TICKETS.column("title"), key="headline", was=("title", "status")), *TICKETS.columns)
    former = former_columns(replace(TICKETS, columns=columns))
    assert former == {}
    assert under_current_keys({"a": 1, "b": 2}, {"a": "b"}) == {"b": 2}
    assert under_current_keys({"a": 1}, {"a": "b"}) == {"b": 1}


def test_former_choices_are_those_that_are_gone() -> None:
    choices = (Choice("new", "New"), Choice("doing", "Doing", was=("open", "new")))
    columns = tuple(replace(c, choices=choices) if c.key == "status" else c for c in TICKETS.columns)
    assert former_choices(replace(TICKETS, columns=columns))["status"] == {"open": "doing"}
