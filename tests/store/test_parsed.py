"""What a store has read it parses again only where it changed, and finds what one that reads all would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.desk.template import parse_desk
from sheetdesk.store.bases import Agreement, Base, BaseWrite, as_read
from sheetdesk.store.rows import table_of_cells
from sheetdesk.store.store import Store, open_store
from sheetdesk.table.plain import plain_rows
from sheetdesk.table.table import Table, stored, table_of
from tests.store.test_store import FEW, keep
from tests.table import IDS, SMALL, TICKETS, assert_same, tables, tickets, values_of


@pytest.fixture(autouse=True, scope="module")
def few() -> Iterator[None]:
    """No table is too small to be brought up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sheetdesk.store.parsed.FEW", 0)
        yield


Row = tuple[str, dict[str, Any]]
"""Its id, and what it holds by column key."""


def with_row(table: Table, name: str, cells: dict[str, Any]) -> Table:
    """The table in which a row holds this; one that is not there is its last."""
    ids = [*table.frame.index, *([] if name in table.frame.index else [name])]

    def cell(key: str, row: str) -> Any:
        return cells[key] if row == name else table.frame.at[row, key]

    columns = {key: [cell(key, row) for row in ids] for key in stored(TICKETS)}
    return table_of(TICKETS, columns, ids)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A row's id and what it is to hold."""
    return draw(st.sampled_from(IDS)), {key: draw(values_of(TICKETS, key)) for key in stored(TICKETS)}


@settings(max_examples=12, deadline=None, phases=FEW)
@given(tables(most=8), st.lists(rows(), min_size=2, max_size=4), tables())
def test_a_table_that_was_read_before_is_what_a_new_reader_finds(
    tmp_path_factory: pytest.TempPathFactory,
    first: Table,
    changed: list[tuple[str, dict[str, Any]]],
    last: Table,
) -> None:
    path = tmp_path_factory.mktemp("store") / "desk.db"
    with open_store(path) as store:
        table = first
        keep(store, table)
        for row in changed:
            table = with_row(store.table(TICKETS), *row)
            keep(store, table)
            with open_store(path) as other:
                assert_same(store.table(TICKETS), other.table(TICKETS))
        keep(store, last)
        with open_store(path) as other:
            assert_same(store.table(TICKETS), other.table(TICKETS))


def many(**changed: str) -> Table:
    """Eight tickets; these titles are others."""
    return tickets(**{name.replace("-", "_"): {"title": changed.get(name[2:], "ink")} for name in IDS})


def test_only_rows_that_changed_are_parsed_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    make = table_of_cells

    def counted(spec: Any, ids: list[str], cells: Any) -> Table:
        counts.append(len(ids))
        return make(spec, ids, cells)

    monkeypatch.setattr("sheetdesk.store.parsed.table_of_cells", counted)
    keep(store, many())
    assert store.table(TICKETS).frame["title"].tolist() == ["ink"] * 8
    counts.clear()
    keep(store, many(**{"003": "paper"}))
    assert store.table(TICKETS).frame["title"].tolist() == ["ink", "ink", "paper", *["ink"] * 5]
    assert counts == [1]


def test_a_base_is_what_was_kept_at_its_stamp_however_often_it_was_read(store: Store) -> None:
    was, now = many(), many(**{"003": "paper", "005": "toner"})
    bases = {2: Base(plain_rows(was)), as_read(2): Base(plain_rows(now), frozenset({"T-001"}))}
    agreed = store.agree(Agreement("main", stamp=2), [BaseWrite(TICKETS, 2, Base(), bases[2])])
    assert store.base("main", TICKETS, 2) == bases[2]
    agreed = Agreement("main", serial=agreed.serial, stamp=3)
    store.agree(agreed, [BaseWrite(TICKETS, 3, bases[2], bases[3])])
    for stamp in (3, 2, 3):
        assert store.base("main", TICKETS, stamp) == bases[stamp]


def test_a_choice_with_another_key_is_parsed_anew(path: Path) -> None:
    text = SMALL.replace("{key: soft, title", "{key: app, was: soft, title")
    renamed = parse_desk(text.replace("parent: soft", "parent: app"))
    with open_store(path) as store:
        wanted = tickets(T_001={"type": "soft"})
        base = Base(plain_rows(wanted))
        store.agree(Agreement("main", stamp=2), [BaseWrite(TICKETS, 2, Base(), base)])
        place = stored(TICKETS).index("type")
        assert store.base("main", TICKETS, 2).rows["T-001"][place] == "soft"
        assert store.base("main", renamed.tickets, 2).rows["T-001"][place] == "app"
        assert store.base("main", TICKETS, 2).rows["T-001"][place] == "soft"
