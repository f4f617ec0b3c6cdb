"""The contract that every kind of column keeps, run on every file in the folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import CELL_LIMIT, UNWRITABLE, CellCheck, CellKind, Column
from tests.columns import (
    HOSTILE,
    KINDS,
    LANGUAGES,
    STATUS,
    ZONES,
    column_of,
    kind,
    read,
    series,
    setting,
    values,
)

every_kind = pytest.mark.parametrize("name", KINDS)

WRITABLE = st.text(max_size=40).filter(lambda text: not UNWRITABLE.search(text) and "\r" not in text)
WORDS = st.text(st.characters(categories=("L", "Nd")), min_size=1, max_size=12)
PEOPLE = ("Ann Example", "李 娜", "Zoë O'Neil", "Łukasz")

# What a typed cell folds away is no value of these kinds.
FOLDED = WORDS.map(lambda word: read("ticket", [word]).values[0])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WRITABLE.filter(lambda text: bool(text.strip())),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "choice": st.sampled_from([choice.key for choice in STATUS]),
    "flag": st.booleans(),
    "person": st.sampled_from(PEOPLE),
    "case": FOLDED,
    "ticket": FOLDED,
    "tags": st.lists(FOLDED, min_size=1, max_size=4, unique=True).map(", ".join),
    "date": st.dates(date(1900, 3, 1), date(9999, 12, 31)).map(lambda d: pd.Timestamp(d.isoformat())),
    "moment": st.datetimes(datetime(1900, 3, 3), datetime(9999, 12, 29), timezones=st.just(UTC)),
}


def doubled(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall time of this moment came a first time an hour or so before."""
    return moment.astimezone(zone).fold == 1


def test_every_kind_has_values_to_test_it_with() -> None:
    assert set(VALUES) == set(KINDS)


@every_kind
@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_shown_is_read_back(name: str, language: str, data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from(ZONES))
    found = data.draw(st.lists(st.none() | VALUES[name], max_size=6))
    if name == "moment":
        assume(not any(moment and doubled(moment, ZoneInfo(zone)) for moment in found))
    at = setting(
        language, zone, people=frozenset(PEOPLE), day_first=data.draw(st.sampled_from([None, True, False]))
    )
    column = column_of(name)
    kept = series(name, found)

    reading = kind(name).read(list(kind(name).show(kept, column, at)), column, at)

    assert reading.problems == []
    pd.testing.assert_series_equal(reading.values, kept, check_names=False)


@every_kind
def test_nothing_is_no_value_and_no_problem(name: str) -> None:
    reading = read(name, [None, "", "  ", "\u3000\n", float("nan")])
    assert reading.problems == []
    assert values(reading) == [None] * 5


@every_kind
def test_missing_values_are_shown_as_empty_cells(name: str) -> None:
    shown = kind(name).show(series(name, [None, None]), column_of(name), setting())
    assert list(shown) == [None, None]


@every_kind
def test_a_column_without_tickets_is_read_and_shown(name: str) -> None:
    reading = read(name, [])
    assert len(reading.values) == 0
    assert str(reading.values.dtype) == kind(name).dtype
    assert list(kind(name).show(reading.values, column_of(name), setting())) == []


@every_kind
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cell_whatever_it_holds_stops_the_reading(name: str, language: str) -> None:
    reading = read(name, HOSTILE, setting(language, "America/New_York", people=frozenset(PEOPLE)))
    assert len(reading.values) == len(HOSTILE)
    assert str(reading.values.dtype) == kind(name).dtype
    for problem in reading.problems:
        assert problem.column == f"a_{name}"
        assert problem.expected
        assert values(reading)[problem.row] is None


CELLS = st.none() | st.text() | st.floats() | st.integers() | st.booleans() | st.datetimes()


@every_kind
@settings(max_examples=60, deadline=None)
@given(cells=st.lists(CELLS, max_size=5), day_first=st.sampled_from([None, True, False]))
def test_a_cell_is_understood_or_a_problem_that_names_its_place(
    name: str, cells: list[Any], day_first: bool | None
) -> None:
    reading = read(name, cells, setting(day_first=day_first))
    assert [problem.row for problem in reading.problems] == sorted({p.row for p in reading.problems})
    assert all(values(reading)[problem.row] is None for problem in reading.problems)
    assert {problem.kind for problem in reading.problems} <= {"unreadable"}


@every_kind
def test_reading_one_cell_at_a_time_is_the_same_as_the_whole_column(name: str) -> None:
    at = setting(people=frozenset(PEOPLE))
    whole = read(name, HOSTILE, at)
    alone = [read(name, [cell], at) for cell in HOSTILE]
    assert values(whole) == [values(reading)[0] for reading in alone]
    assert [p.raw for p in whole.problems] == [p.raw for reading in alone for p in reading.problems]


NEAR_THE_EDGES = st.sampled_from(
    [
        None, "", datetime(1900, 2, 28, 23, 59, 59, 999_999), datetime(1900, 3, 1),
        datetime(2026, 3, 8, 2, 30), datetime(2026, 11, 1, 1, 30, 0, 7), datetime(2026, 11, 1, 1, 30, fold=1),
        datetime(2026, 3, 31), datetime(2026, 3, 31, 0, 0, 0, 1), datetime(2026, 3, 31, tzinfo=UTC),
        datetime(2026, 3, 31, 4, tzinfo=UTC), datetime(9999, 12, 31), datetime(9999, 12, 31, 23, 59, 59, 1),
        1, 1.0, True, "1", "TRUE", "new", "待处理", " NEW ", "Ann Example", "ann  example", "nobody", 46112,
        "2026-03-31", "\ud800", "\x00", "a\rb",
    ]
)  # fmt: skip


@every_kind
@settings(max_examples=100, deadline=None)
@given(cells=st.lists(NEAR_THE_EDGES, max_size=8))
def test_what_a_cell_means_does_not_depend_on_its_neighbours(name: str, cells: list[Any]) -> None:
    at = setting(zone="America/New_York", people=frozenset(PEOPLE))
    whole = read(name, cells, at)
    alone = [read(name, [cell], at) for cell in cells]
    assert values(whole) == [values(reading)[0] for reading in alone]
    told = [replace(p, row=row) for row, reading in enumerate(alone) for p in reading.problems]
    assert whole.problems == told


@every_kind
def test_a_kind_says_how_its_cells_are_written_and_checked(name: str) -> None:
    assert isinstance(kind(name).cell_kind, CellKind)
    check = kind(name).check(column_of(name))
    assert check is None or isinstance(check, CellCheck)


@pytest.mark.parametrize(
    ("name", "more", "check"),
    [
        ("text", {}, None),
        ("text", {"max_length": 200}, CellCheck("length", minimum=0, maximum=200)),
        ("number", {}, CellCheck("number")),
        ("number", {"decimals": 0, "minimum": 1, "maximum": 5}, CellCheck("whole", minimum=1, maximum=5)),
        ("choice", {}, CellCheck("list", source="a_choice")),
        ("choice", {"depends_on": "type"}, CellCheck("list", source="a_choice", depends_on="type")),
        ("flag", {}, CellCheck("list", source="yes_no")),
        ("person", {}, CellCheck("list", source="people")),
        ("date", {}, CellCheck("date")),
        ("moment", {}, CellCheck("moment")),
        ("case", {}, CellCheck("list", source="cases", blocks=False)),
        ("ticket", {}, None),
        ("tags", {}, None),
    ],
)
def test_a_spreadsheet_is_told_what_to_refuse(
    name: str, more: dict[str, Any], check: CellCheck | None
) -> None:
    assert kind(name).check(column_of(name, **more)) == check


def test_a_moment_survives_wherever_its_desk_stands() -> None:
    at = datetime(2026, 7, 1, 12, tzinfo=UTC)
    for zone in ZONES:
        shown = list(kind("moment").show(series("moment", [at]), column_of("moment"), setting(zone=zone)))
        assert shown == [at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)]


def test_the_cell_limit_is_counted_as_spreadsheets_count() -> None:
    column, at = Column("a", "A"), setting()
    assert values(kind("text").read(["🙂" * (CELL_LIMIT // 2)], column, at)) != [None]
    assert values(kind("text").read(["🙂" * (CELL_LIMIT // 2 + 1)], column, at)) == [None]
