"""Changes: what `diff` finds is what `apply` does, and its inverse takes it back."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings

from sheetdesk.table.change import ChangeSet, apply, diff, same_value
from sheetdesk.table.table import Table, empty_table
from tests.table import TICKETS, assert_same, cell, moment, tables, tickets


@settings(max_examples=30, deadline=None)
@given(tables(), tables())
def test_applying_a_diff_gives_the_other_table_and_its_inverse_gives_the_first(a: Table, b: Table) -> None:
    changes = diff(a, b)
    assert_same(apply(a, changes), b)
    assert_same(apply(b, changes.inverse()), a)


@settings(max_examples=20, deadline=None)
@given(tables())
def test_equal_tables_differ_in_nothing_whatever_the_order_of_their_rows(table: Table) -> None:
    assert not diff(table, Table(table.spec, table.frame.iloc[::-1]))


def test_no_change_leaves_the_table_as_it_is() -> None:
    table = tickets(T_001={"title": "ink"})
    assert_same(apply(table, ChangeSet()), table)


def test_an_emptied_table_keeps_the_types_of_its_columns() -> None:
    table = tickets(T_001={"title": "ink", "vip": True, "due": "2026-01-01"})
    assert_same(apply(table, diff(table, empty_table(TICKETS))), empty_table(TICKETS))


def test_adding_no_row_changes_nothing() -> None:
    table = tickets(T_001={"title": "ink"})
    assert_same(apply(table, ChangeSet(added=table.frame.iloc[:0])), table)


def test_a_cell_that_is_filled_changed_and_emptied_is_one_change_each() -> None:
    before = tickets(T_001={"title": "ink"}, T_002={"title": "toner"}, T_003={})
    after = tickets(T_003={"title": "paper"}, T_001={"title": "laser"}, T_002={})
    found = [(c.row, c.column, c.before, c.after) for c in diff(before, after).cells]
    assert found == [
        ("T-003", "title", None, "paper"),
        ("T-001", "title", "ink", "laser"),
        ("T-002", "title", "toner", None),
    ]


def test_changed_values_are_plain_python_values() -> None:
    before = tickets(T_001={"vip": True, "satisfaction": 1.0})
    after = tickets(T_001={"vip": False, "satisfaction": 2.0})
    assert [type(c.after) for c in diff(before, after).cells] == [float, bool]


def test_the_table_that_a_change_is_applied_to_stays_as_it_was() -> None:
    table = tickets(T_001={"title": "ink"})
    apply(table, cell("T-001", "title", "ink", "laser"))
    assert_same(table, tickets(T_001={"title": "ink"}))


def test_the_last_of_two_changes_of_one_cell_holds() -> None:
    table = tickets(T_001={"title": "ink"})
    twice = ChangeSet(
        cell("T-001", "title", "ink", "a").cells + cell("T-001", "title", "a", "b").cells,
    )
    after = apply(table, twice)
    assert after.frame.at["T-001", "title"] == "b"
    assert_same(apply(after, twice.inverse()), table)


def test_a_column_may_be_called_self() -> None:
    table = tickets(T_001={"self": "a"})
    assert apply(table, cell("T-001", "self", "a", "b")).frame.at["T-001", "self"] == "b"


def test_a_change_of_a_row_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cannot change 'T-009': no such row"):
        apply(tickets(T_001={}), cell("T-009", "title", None, "x"))


def test_a_change_of_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cannot change 'colour': no such column"):
        apply(tickets(T_001={}), cell("T-001", "colour", None, "x"))


def test_removing_a_row_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cannot remove 'T-009': no such row"):
        apply(tickets(T_001={}), ChangeSet(removed=tickets(T_009={}).frame))


def test_adding_a_row_that_is_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cannot add 'T-001': it is there"):
        apply(tickets(T_001={}), ChangeSet(added=tickets(T_001={}).frame))


def test_a_change_set_is_true_when_it_changes_anything() -> None:
    frame = tickets(T_001={}).frame
    assert not ChangeSet()
    assert all([cell("a", "b", 1, 2), ChangeSet(added=frame), ChangeSet(removed=frame)])


def test_missing_equals_missing_and_nothing_else() -> None:
    assert same_value(None, pd.NA)
    assert same_value(pd.NaT, float("nan"))
    assert not same_value(None, "")
    assert not same_value(0.0, None)
    assert same_value(moment("2026-01-01"), moment("2026-01-01"))
