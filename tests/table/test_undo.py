"""Undo: a run is taken back, but for what has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from hypothesis import given, settings

from sheetdesk.table.change import ChangeSet, Entry, apply, diff
from sheetdesk.table.table import Table
from sheetdesk.table.undo import undo_of
from tests.table import assert_same, cell, tables, tickets

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def entry(kind: Any, row: str, column: str = "", before: Any = None, after: Any = None) -> Entry:
    return Entry("tickets", row, kind, column, before, after, WHEN, WHEN, "test", "test")


def journal(changes: ChangeSet) -> list[Entry]:
    """What the journal would keep of a change: rows without their missing cells."""

    def cells(row: Any) -> dict[str, Any]:
        return {key: value for key, value in row.items() if not pd.isna(value)}

    found = []
    for kind, frame in (("removed", changes.removed), ("added", changes.added)):
        for row, values in [] if frame is None else frame.astype("object").iterrows():
            whole = cells(values)
            before, after = (whole, None) if kind == "removed" else (None, whole)
            found.append(entry(kind, str(row), "", before, after))
    return found + [entry("changed", c.row, c.column, c.before, c.after) for c in changes.cells]


def undone(
    table: Table, run: Sequence[Entry], later: Sequence[Entry] = ()
) -> tuple[Table, list[tuple[str, str]]]:
    undoing = undo_of(table, run, later)
    return apply(table, undoing.changes), list(undoing.moved)


@settings(max_examples=15, deadline=None)
@given(tables(), tables())
def test_a_run_that_nothing_followed_is_taken_back_whole_and_undoing_that_restores_it(
    a: Table, b: Table
) -> None:
    back = undo_of(b, journal(diff(a, b)), [])
    assert back.moved == ()
    assert_same(apply(b, back.changes), a)
    again, moved = undone(a, journal(back.changes))
    assert moved == []
    assert_same(again, b)


@settings(max_examples=15, deadline=None)
@given(tables(), tables(), tables())
def test_what_came_later_is_never_undone(a: Table, b: Table, c: Table) -> None:
    run, later = journal(diff(a, b)), journal(diff(b, c))
    after, moved = undone(c, run, later)
    since = {(c.row, c.column) for c in diff(b, c).cells}
    assert not since & {(c.row, c.column) for c in diff(c, after).cells}
    left = {row for row, _ in moved}
    assert {e.row for e in run if e.kind == "added"} & {row for row, _ in since} <= left


def test_the_count_is_that_of_cells_and_rows() -> None:
    before = tickets(T_001={"title": "ink", "status": "new"}, T_002={})
    after = tickets(T_001={"title": "a", "status": "open"}, T_003={}, T_004={})
    assert undo_of(after, journal(diff(before, after)), []).count == 5


def test_a_cell_that_moved_since_is_left_and_named() -> None:
    run = [
        entry("changed", "T-001", "title", "ink", "laser"),
        entry("changed", "T-001", "status", "new", "open"),
    ]
    now = tickets(T_001={"title": "toner", "status": "open"})
    after, moved = undone(now, run, journal(cell("T-001", "title", "laser", "toner")))
    assert moved == [("T-001", "title")]
    assert [after.frame.at["T-001", key] for key in ("title", "status")] == ["toner", "new"]


def test_a_cell_that_came_back_to_what_the_run_made_it_is_undone() -> None:
    later = [entry("changed", "T-001", "title", "b", "c"), entry("changed", "T-001", "title", "c", "b")]
    after, moved = undone(
        tickets(T_001={"title": "b"}), [entry("changed", "T-001", "title", "a", "b")], later
    )
    assert (after.frame.at["T-001", "title"], moved) == ("a", [])


def test_a_row_added_and_changed_since_stays() -> None:
    later = [entry("changed", "T-001", "title", "ink", "laser")]
    after, moved = undone(tickets(T_001={"title": "laser"}), [entry("added", "T-001", after={})], later)
    assert list(after.frame.index) == ["T-001"]
    assert moved == [("T-001", "")]


def test_a_row_added_and_archived_since_is_named() -> None:
    later = [entry("removed", "T-001", before={})]
    assert undo_of(tickets(), [entry("added", "T-001", after={})], later).moved == (("T-001", ""),)


def test_a_row_added_and_changed_by_the_run_itself_goes() -> None:
    run = [entry("added", "T-001", after={}), entry("changed", "T-001", "title", None, "ink")]
    after, moved = undone(tickets(T_001={"title": "ink"}), run)
    assert (len(after), moved) == (0, [])


def test_a_row_that_the_run_added_and_that_is_gone_needs_nothing() -> None:
    run = [entry("added", "T-001", after={}), entry("changed", "T-001", "title", None, "ink")]
    undoing = undo_of(tickets(), run, [])
    assert (undoing.count, undoing.moved) == (0, ())


def test_a_cell_changed_twice_by_the_run_goes_back_to_the_first_value() -> None:
    run = [entry("changed", "T-001", "title", "a", "b"), entry("changed", "T-001", "title", "b", "c")]
    now = tickets(T_001={"title": "c"})
    undoing = undo_of(now, run, [])
    assert undoing.changes == cell("T-001", "title", "c", "a")


def test_a_row_that_the_run_changed_and_then_archived_comes_back_as_it_was() -> None:
    run = [entry("changed", "T-001", "title", "a", "b"), entry("removed", "T-001", before={"title": "b"})]
    after, moved = undone(tickets(), run)
    assert (after.frame.at["T-001", "title"], moved) == ("a", [])


def test_a_row_that_the_run_replaced_comes_back_as_it_was() -> None:
    run = [entry("removed", "T-001", before={"title": "a"}), entry("added", "T-001", after={"title": "b"})]
    after, moved = undone(tickets(T_001={"title": "b"}), run)
    assert (after.frame.at["T-001", "title"], moved) == ("a", [])


def test_a_row_that_somebody_brought_back_already_is_named() -> None:
    run = [entry("removed", "T-001", before={"title": "a"})]
    undoing = undo_of(tickets(T_001={"title": "a"}), run, [entry("added", "T-001", after={})])
    assert (undoing.count, undoing.moved) == (0, (("T-001", ""),))


def test_a_changed_cell_whose_row_or_column_is_gone_is_named() -> None:
    run = [entry("changed", "T-001", "title", "a", "b"), entry("changed", "T-002", "colour", "a", "b")]
    undoing = undo_of(tickets(T_002={}), run, [entry("removed", "T-001", before={})])
    assert set(undoing.moved) == {("T-001", "title"), ("T-002", "colour")}


def test_a_row_whose_values_were_erased_comes_back_empty() -> None:
    after, _ = undone(tickets(), [entry("removed", "T-001")])
    assert after.frame.loc["T-001"].isna().all()
