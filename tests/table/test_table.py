"""Tables: typed columns in the desk's order, whatever is given."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from sheetdesk.table.plain import plain_rows
from sheetdesk.table.table import Table, empty_table, kept_for, kind_of, stored, table_of
from tests.table import TICKETS, tickets


def test_a_table_keeps_every_column_but_ids_and_worked_out_ones() -> None:
    assert "id" not in stored(TICKETS)
    assert "month" not in stored(TICKETS)
    assert list(empty_table(TICKETS).frame) == list(stored(TICKETS))


def test_each_column_has_its_kinds_dtype_even_where_nothing_is_given() -> None:
    frame = table_of(TICKETS, {}, ["T-001"]).frame
    assert {key: str(frame[key].dtype) for key in frame} == {
        key: kind_of(TICKETS.column(key).type).dtype for key in stored(TICKETS)
    }


def test_missing_text_is_none_whatever_it_came_as() -> None:
    frame = table_of(TICKETS, {"title": pd.Series([pd.NA, float("nan"), "a"])}, ["a", "b", "c"]).frame
    assert frame["title"].tolist() == [None, None, "a"]


def test_a_given_series_is_taken_by_position() -> None:
    given = pd.Series(["x", "y"], index=[7, 8])
    assert table_of(TICKETS, {"title": given}, ["a", "b"]).frame["title"].tolist() == ["x", "y"]


def test_a_tables_length_is_its_tickets() -> None:
    assert len(tickets(T_001={}, T_002={})) == 2


def test_what_follows_from_a_table_is_worked_out_again_only_from_other_values() -> None:
    table, other = tickets(T_001={}), tickets(T_001={})
    given, equal, made = [1], [1], []

    def count(table: Table, given: list[int], name: str = "count") -> int:
        return kept_for(table, name, (stored, given), lambda: made.append(name) or len(made))  # type: ignore[func-returns-value]

    assert [count(table, given), count(table, given)] == [1, 1]
    assert count(table, equal) == 2
    assert count(other, equal) == 3
    assert count(other, equal, "another") == 4
    assert count(other, equal) == 3
    # More is given, or less.
    assert kept_for(other, "count", (stored, equal, made), lambda: 5) == 5
    assert count(other, equal) == 5


def test_a_table_made_from_another_keeps_nothing_of_what_was_worked_out_from_that() -> None:
    whole = table_of(TICKETS, {"title": ["ink", "toner"]}, ["T-1", "T-2"])
    assert list(plain_rows(whole)) == ["T-1", "T-2"]
    assert list(plain_rows(replace(whole, frame=whole.frame.loc[["T-2"]]))) == ["T-2"]
