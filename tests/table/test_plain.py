"""Plain values: typed values there and back, equal exactly when the typed ones are."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given, settings

from sheetdesk.table.change import diff
from sheetdesk.table.plain import decoded_one, encoded, encoded_one, plain_rows, row_texts, table_of_rows
from sheetdesk.table.table import Table, empty_table, stored
from tests.table import TICKETS, assert_same, moment, tables, tickets


@settings(max_examples=40)
@given(tables())
def test_a_table_is_the_same_after_it_was_plain(table: Table) -> None:
    rows = plain_rows(table)
    assert_same(table_of_rows(TICKETS, rows), table)
    assert json.loads(json.dumps(list(rows.values()))) == [list(row) for row in rows.values()]


@settings(max_examples=40)
@given(tables(most=3), tables(most=3))
def test_rows_are_equal_as_plain_values_exactly_where_the_tables_do_not_differ(a: Table, b: Table) -> None:
    assert (plain_rows(a) == plain_rows(b)) is not bool(diff(a, b))


@settings(max_examples=30)
@given(tables())
def test_one_value_is_encoded_and_decoded_as_its_column_is(table: Table) -> None:
    for key in stored(TICKETS):
        kind = TICKETS.column(key).type
        for value, whole in zip(table.frame[key], encoded(table.frame[key], kind), strict=True):
            if whole is None:
                assert decoded_one(None, kind) is None
            else:
                assert encoded_one(value) == whole
                assert decoded_one(whole, kind) == value


def test_a_table_without_rows_keeps_its_types() -> None:
    assert_same(table_of_rows(TICKETS, {}), empty_table(TICKETS))
    assert plain_rows(empty_table(TICKETS)) == {}


def test_moments_are_microseconds_and_days_are_texts() -> None:
    table = tickets(
        T_001={"created": "1970-01-01 00:00:01.000002", "bought": pd.Timestamp("2026-03-31"), "vip": True}
    )
    row = dict(zip(stored(TICKETS), plain_rows(table)["T-001"], strict=True))
    assert (row["created"], row["bought"], row["vip"], row["due"]) == (1_000_002, "2026-03-31", True, None)


def test_a_rows_text_leaves_out_what_is_missing() -> None:
    table = tickets(T_001={"title": "墨\n水", "satisfaction": 4.0}, T_002={})
    assert row_texts(TICKETS, table.frame) == ['{"title":"墨\\n水","satisfaction":4.0}', "{}"]


@pytest.mark.parametrize(("value", "kind"), [("soon", "moment"), ("soon", "date"), ("2026-3-1", "date")])
def test_what_was_typed_and_is_no_time_stays_as_typed(value: str, kind: str) -> None:
    assert decoded_one(value, kind) == value


def test_a_moment_far_away_is_no_other_one() -> None:
    far = tickets(T_001={"due": moment("9999-12-30 23:59:59")})
    assert_same(table_of_rows(TICKETS, plain_rows(far)), far)
