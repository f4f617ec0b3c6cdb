"""The journal's chain: whatever is edited, removed or re-ordered inside it shows."""

from __future__ import annotations

import pytest

from sheetdesk.store.journal import broken_entry
from sheetdesk.store.store import Write, open_store
from sheetdesk.table.change import diff
from sheetdesk.table.table import empty_table
from tests.store import Place, run_sql
from tests.table import NOW, TICKETS, tickets


@pytest.fixture
def whole(place: Place) -> Place:
    """A store with six entries in two runs."""
    states = [
        tickets(T_001={"title": "ink"}, T_002={"title": "a"}, T_003={}),
        tickets(T_001={"title": "laser", "vip": True}, T_002={"title": "b"}, T_003={}),
    ]
    with open_store(place) as store:
        before = empty_table(TICKETS)
        for version, after in enumerate(states):
            write = Write(before, diff(before, after))
            store.commit(version, [write], by="test", why="import", run=f"r{version}", now=NOW)
            before = after
    return place


def broken(place: Place) -> int | None:
    with open_store(place) as store, store._engine.begin() as connection:
        return broken_entry(connection)


def test_a_journal_that_nobody_touched_is_whole(whole: Place) -> None:
    assert broken(whole) is None


def test_an_empty_journal_is_whole(place: Place) -> None:
    assert broken(place) is None


@pytest.mark.parametrize(
    "change",
    [
        "by = 'cli:eve'", "why = 'rule'", "run = 'r9'", "row_id = 'T-009'", "kind = 'added'",
        "column_key = 'notes'", "table_key = 'people'", "seen_from = seen_from + 1", "seen_to = seen_to - 1",
        "chain = zeroblob(32)", "values_digest = zeroblob(32)",
    ],
)  # fmt: skip
def test_an_edited_entry_shows(whole: Place, change: str) -> None:
    run_sql(whole, f"UPDATE entries SET {change} WHERE number = 4")
    assert broken(whole) == 4


@pytest.mark.parametrize("column", ["before", "after"])
def test_an_edited_value_shows(whole: Place, column: str) -> None:
    run_sql(whole, f"""UPDATE entry_values SET {column} = '"forged"' WHERE number = 4""")
    assert broken(whole) == 4


def test_a_changed_salt_shows(whole: Place) -> None:
    run_sql(whole, "UPDATE entry_values SET salt = zeroblob(16) WHERE number = 2")
    assert broken(whole) == 2


def test_swapped_values_show(whole: Place) -> None:
    run_sql(
        whole,
        "UPDATE entry_values SET number = 99 WHERE number = 1",
        "UPDATE entry_values SET number = 1 WHERE number = 2",
        "UPDATE entry_values SET number = 2 WHERE number = 99",
    )
    assert broken(whole) == 1


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_removed_entry_shows_at_the_next_one(whole: Place, number: int) -> None:
    run_sql(whole, f"DELETE FROM entries WHERE number = {number}")
    assert broken(whole) == number + 1


def test_a_removed_entry_shows_even_when_the_rest_is_numbered_anew(whole: Place) -> None:
    run_sql(
        whole,
        "DELETE FROM entries WHERE number = 3",
        "DELETE FROM entry_values WHERE number = 3",
        *(f"UPDATE entries SET number = {n - 1} WHERE number = {n}" for n in (4, 5, 6)),
        *(f"UPDATE entry_values SET number = {n - 1} WHERE number = {n}" for n in (4, 5, 6)),
    )  # fmt: skip
    assert broken(whole) == 3


def test_re_ordered_entries_show(whole: Place) -> None:
    run_sql(
        whole,
        "UPDATE entries SET number = 99 WHERE number = 4",
        "UPDATE entries SET number = 4 WHERE number = 5",
        "UPDATE entries SET number = 5 WHERE number = 99",
    )
    assert broken(whole) == 4


def test_erased_values_leave_the_chain_whole_and_read_as_missing(whole: Place) -> None:
    run_sql(whole, "DELETE FROM entry_values WHERE number = 1")
    assert broken(whole) is None
    with open_store(whole) as store:
        assert [e.after for e in store.entries([TICKETS])][:2] == [None, {"title": "a"}]
