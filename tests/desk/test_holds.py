"""Which tickets a condition holds for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Choice, Column, plain
from sheetdesk.desk.condition import ME, All, Any_, Condition, Not, parse_condition
from sheetdesk.desk.condition import Test as Comparison
from sheetdesk.desk.holds import holds, holds_all

ZONE = ZoneInfo("Europe/London")
PRIORITY = (Choice("p1", "P1"), Choice("p2", "P2"), Choice("p3", "P3"))
COLUMNS = (
    Column("priority", "Priority", "choice", choices=PRIORITY),
    Column("owner", "Owner", "person"),
    Column("title", "Title"),
    Column("hours", "Hours", "number"),
    Column("created", "Created", "moment"),
    Column("day", "Day", "date"),
    Column("active", "Active", "flag"),
    Column("month", "Month", "choice", owner="formula"),
    Column("tags", "Tags", "tags"),
)
DTYPES = {"hours": "float64", "created": "datetime64[us, UTC]", "day": "datetime64[us]", "active": "boolean"}


def frame(**columns: list[Any]) -> pd.DataFrame:
    """Tickets by column, in the dtypes that the kinds of column keep."""
    length = max(len(found) for found in columns.values())
    return pd.DataFrame(
        {
            column.key: pd.Series(
                columns.get(column.key, [None] * length), dtype=DTYPES.get(column.key, "object")
            )
            for column in COLUMNS
        }
    )


def rows(text: str, me: str | None = None, **columns: list[Any]) -> list[int]:
    """The rows that the condition holds for."""
    mask = holds(parse_condition(text, COLUMNS), frame(**columns), COLUMNS, me=me, zone=ZONE)
    assert mask.dtype == bool
    return [row for row, found in enumerate(mask) if found]


def test_a_condition_on_ids_looks_at_the_index() -> None:
    tickets = frame(title=["a", "b", "c"]).set_axis(pd.Index(["T-1", "T-2", "T-3"], name="id"))
    columns = (Column("id", "ID", "id"), *COLUMNS)
    for text, found in (("id in (T-1, T-3)", [True, False, True]), ("id contains t-2", [False, True, False])):
        condition = parse_condition(text, columns)
        assert holds(condition, tickets, columns, me=None, zone=ZONE).tolist() == found


RANKS: list[Any] = ["p1", "p2", "p3", None]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("priority >= P2", [0, 1]), ("priority > P2", [0]), ("priority <= P2", [1, 2]),
        ("priority < P2", [2]),
        ("priority = P2", [1]), ("priority != P2", [0, 2, 3]), ("priority in (p1, p3)", [0, 2]),
        ("priority not in (p1, p3)", [1, 3]), ("priority is empty", [3]),
        ("priority is not empty", [0, 1, 2]),
        ("not priority = P2", [0, 2, 3]), ("not priority >= P2", [2, 3]), ("priority contains 2", [1]),
        ("priority not contains 2", [0, 2, 3]),
    ],
)  # fmt: skip
def test_a_choice_compares_by_rank_and_a_missing_one_holds_only_what_denies(
    text: str, found: list[int]
) -> None:
    assert rows(text, priority=RANKS) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("hours > 2", [2]), ("hours >= 2", [1, 2]), ("hours < 2", [0]), ("hours <= 2", [0, 1]),
    ("hours = 2", [1]),
     ("hours != 2", [0, 2, 3]), ("hours in (1, 3)", [0, 2]), ("hours not in (1, 3)", [1, 3]),
     ("hours is empty", [3])],
)  # fmt: skip
def test_a_missing_number_is_neither_more_nor_less(text: str, found: list[int]) -> None:
    assert rows(text, hours=[1, 2, 3, None]) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("title contains VPN", [0]), ("title not contains vpn", [1, 2, 3, 4]), ("title is empty", [2, 3]),
     ("title is not empty", [0, 1, 4]), ("title = 'The vpn'", [0]), ("title = 'the vpn'", []),
     ("title > b", [1]),
     ("title <= Z", [0, 2, 4]), ("title contains ''", [0, 1, 2, 4])],
)  # fmt: skip
def test_text_is_compared_to_the_letter_and_searched_in_any_case(text: str, found: list[int]) -> None:
    texts = ["The vpn", "zebra", "  ", None, "=1+1"]
    assert rows(text, title=texts) == found


def test_me_is_who_looks_and_nobody_is_nobody() -> None:
    owners: list[Any] = ["Ann", "Bo", None]
    assert rows("owner = me", "Ann", owner=owners) == [0]
    assert rows("owner in (me, Bo)", "Ann", owner=owners) == [0, 1]
    assert rows("owner != me", "Ann", owner=owners) == [1, 2]
    assert rows("owner = me", None, owner=owners) == []
    assert rows("owner != me", None, owner=owners) == [0, 1, 2]


def test_a_moment_is_compared_as_wall_time_in_the_desk_s_zone() -> None:
    created = [datetime(2026, 7, 1, 10, 59, tzinfo=UTC), datetime(2026, 7, 1, 11, tzinfo=UTC), None]
    assert rows("created >= '2026-07-01 12:00'", created=created) == [1]
    assert rows("created < '2026-07-01 12:00'", created=created) == [0]
    assert rows("created = '2026-07-01 12:00'", created=created) == [1]
    assert rows("created in ('2026-07-01 12:00', 2026-07-02)", created=created) == [1]
    assert rows("created >= 2026-07-01T11:00Z", created=created) == [1]


@pytest.mark.parametrize("wall", ["2026-03-29 01:30", "2026-10-25 01:30"])
def test_an_hour_that_dst_skips_or_doubles_can_be_compared(wall: str) -> None:
    created = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)]
    assert rows(f"created >= '{wall}'", created=created) == [1]


@pytest.mark.parametrize("edge", ["1900-03-01", "'9999-12-31 23:59:59'"])
def test_the_first_and_the_last_moment_can_be_compared(edge: str) -> None:
    created = [datetime(2026, 1, 1, tzinfo=UTC)]
    assert rows(f"created > {edge} or created < {edge}", created=created) == [0]


def test_a_day_is_compared_as_it_is() -> None:
    days = [datetime(2026, 7, 1), datetime(2026, 7, 2), None]
    assert rows("day > 2026-07-01", day=days) == [1]
    assert rows("day = 2026-07-01", day=days) == [0]
    assert rows("day not in (2026-07-01)", day=days) == [1, 2]


def test_a_flag_is_yes_or_no_or_neither() -> None:
    assert rows("active = yes", active=[True, False, None]) == [0]
    assert rows("active = 否", active=[True, False, None]) == [1]
    assert rows("active != yes", active=[True, False, None]) == [1, 2]
    assert rows("active in (yes, no)", active=[True, False, None]) == [0, 1]


def test_a_key_the_desk_no_longer_knows_has_no_rank() -> None:
    assert rows("priority >= p3", priority=["p1", "retired"]) == [0]
    assert rows("priority < p1", priority=["p1", "retired"]) == []


def test_no_tickets_hold_nothing() -> None:
    for text in (
        "priority >= p2",
        "owner = me",
        "title contains x",
        "hours > 1 or created > 2026-01-01",
        "active = yes",
    ):
        assert rows(text, priority=[]) == []


def seen(value: Any, column: Column) -> str:
    """The value as people see it in their sheet."""
    if column.type == "moment":
        return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"
    if column.type == "date":
        return f"{value:%Y-%m-%d}"
    titles = {choice.key: choice.title for choice in column.choices}
    return titles.get(value, plain(value))


def naive(condition: Condition, row: dict[str, Any], me: str | None) -> bool:
    """The same, one ticket at a time, as the documentation says it."""
    if isinstance(condition, All):
        return all(naive(part, row, me) for part in condition.parts)
    if isinstance(condition, Any_):
        return any(naive(part, row, me) for part in condition.parts)
    if isinstance(condition, Not):
        return not naive(condition.part, row, me)
    value, sign = row[condition.column], condition.sign
    column = next(column for column in COLUMNS if column.key == condition.column)
    if sign in ("empty", "filled"):
        return (value is None or (isinstance(value, str) and not value.strip())) == (sign == "empty")
    if value is None:
        return sign in ("!=", "not in", "lacks")

    def meant(wanted: Any) -> Any:
        if isinstance(wanted, datetime) and column.type == "moment" and wanted.tzinfo is None:
            # Between zones Python never calls a time in a doubled hour equal to another.
            return wanted.replace(tzinfo=ZONE).astimezone(UTC)
        return me if wanted is ME else wanted

    if sign in ("contains", "lacks"):
        return (str(condition.value).casefold() in seen(value, column).casefold()) == (sign == "contains")
    if sign in ("in", "not in"):
        return (value in [meant(wanted) for wanted in condition.value if meant(wanted) is not None]) == (
            sign == "in"
        )
    wanted = meant(condition.value)
    if sign in ("=", "!="):
        return bool(value == wanted) == (sign == "=")
    if column.choices:
        ranks = {choice.key: -rank for rank, choice in enumerate(column.choices)}
        if value not in ranks or wanted not in ranks:
            return False
        value, wanted = ranks[value], ranks[wanted]
    return bool(
        {"<": value < wanted, "<=": value <= wanted, ">": value > wanted, ">=": value >= wanted}[sign]
    )


NAMES = ["Ann", "Bo", "me"]
TEXTS = ["", " ", "a", "A", "ab", "b", "ß", "1", "２", "\u3000"]
KEYS = [*(choice.key for choice in PRIORITY), "retired"]
MOMENTS = [
    datetime(1900, 3, 1, tzinfo=UTC),
    datetime(2026, 7, 1, 11, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, 0, 1000, tzinfo=UTC),
    datetime(2200, 1, 1, tzinfo=UTC),
]
DAYS = [datetime(1900, 3, 1), datetime(2026, 7, 1), datetime(2026, 10, 25), datetime(2200, 1, 1)]
CELLS: dict[str, list[Any]] = {
    "priority": KEYS, "owner": NAMES, "title": TEXTS, "hours": [0.0, 1.0, -1.0, 2.5, 10.0],
    "created": MOMENTS, "day": DAYS, "active": [True, False], "month": ["2026-01", "2026-10"],
    "tags": ["vpn", "vpn, x"],
}  # fmt: skip
WANTED = CELLS | {
    "owner": [*NAMES, ME], "title": ["a", "A", "ab", "zz", ""], "hours": [0.0, 1.0, 2.5, 1e300],
    "created": [
        *MOMENTS, datetime(2026, 7, 1, 12), datetime(2026, 10, 25, 1, 30), datetime(9999, 12, 31, 23)
    ],
    "tags": ["vpn", "x"],
}  # fmt: skip
KEPT: dict[str, list[str]] = {
    "hours": ["float64", "Float64", "float32", "object", "category"],
    "created": ["datetime64[us, UTC]", "datetime64[ms, Asia/Shanghai]", "object"],
    "day": ["datetime64[us]", "datetime64[s]", "object"],
    "active": ["boolean", "object", "category", "float64"],
}
"""The dtypes in which a column may come, the usual one first."""
EQUAL, ORDERED = ["=", "!="], ["<", "<=", ">", ">="]
SEARCHED = ["a", "B", "p1", "tired", "1", ".5", "2026-10", "01:30", "true", "", "Z", "vp"]


def kept(cells: list[Any], dtype: Any) -> pd.Series[Any]:
    column: pd.Series[Any] = pd.Series(cells, dtype="object").astype(dtype)
    return column


def comparisons_of(key: str) -> st.SearchStrategy[Comparison]:
    known = st.sampled_from(WANTED[key])
    several = st.lists(known, min_size=1, max_size=3).map(tuple)
    signs = EQUAL if key in ("owner", "active") else EQUAL + ORDERED
    name: st.SearchStrategy[str] = st.just(key)
    return (
        st.builds(Comparison, name, st.sampled_from(signs), known)
        | st.builds(Comparison, name, st.sampled_from(["in", "not in"]), several)
        | st.builds(Comparison, name, st.sampled_from(["empty", "filled"]))
        | st.builds(Comparison, name, st.sampled_from(["contains", "lacks"]), st.sampled_from(SEARCHED))
    )


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.sampled_from([*CELLS]).flatmap(comparisons_of),
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Any_(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=5,
)
TICKETS = st.fixed_dictionaries({key: st.none() | st.sampled_from(cells) for key, cells in CELLS.items()})
DTYPE = st.fixed_dictionaries(
    {key: st.sampled_from(KEPT.get(key, ["object", "category", "str"])) for key in CELLS}
)


@settings(max_examples=80, deadline=None)
@given(
    conditions=st.lists(CONDITIONS, min_size=1, max_size=4),
    tickets=st.lists(TICKETS, max_size=6),
    me=st.none() | st.sampled_from(NAMES),
    dtypes=DTYPE,
)
def test_a_condition_holds_for_a_table_as_it_does_ticket_by_ticket(
    conditions: list[Condition], tickets: list[dict[str, Any]], me: str | None, dtypes: dict[str, str]
) -> None:
    table = pd.DataFrame({key: kept([t[key] for t in tickets], dtype) for key, dtype in dtypes.items()})
    found = holds_all(conditions, table, COLUMNS, me=me, zone=ZONE)
    assert [mask.tolist() for mask in found] == [
        [naive(condition, ticket, me) for ticket in tickets] for condition in conditions
    ]
    for condition, mask in zip(conditions, found, strict=True):
        assert mask.dtype == bool
        assert (holds(condition, table, COLUMNS, me=me, zone=ZONE) == mask).all()


@pytest.mark.parametrize("key", CELLS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_every_sign_is_right_for_every_kind_of_column(key: str, data: st.DataObject) -> None:
    test = data.draw(comparisons_of(key))
    cells = data.draw(st.lists(st.none() | st.sampled_from(CELLS[key]), max_size=8))
    for dtype in KEPT.get(key, ["object", "category", "str"]):
        table = pd.DataFrame({key: kept(cells, dtype)})
        found = holds(test, table, COLUMNS, me="Ann", zone=ZONE)
        assert found.tolist() == [naive(test, {key: cell}, "Ann") for cell in cells], dtype


def test_a_value_the_desk_no_longer_knows_has_no_rank_to_compare_with() -> None:
    gone = Comparison("priority", ">=", "retired")
    assert holds(gone, frame(priority=["p1", "retired"]), COLUMNS, me=None, zone=ZONE).tolist() == [False] * 2


def test_a_mask_belongs_to_who_asked_for_it() -> None:
    test = Comparison("owner", "=", "Ann")
    first, second = holds_all([test, test], frame(owner=["Ann", "Bo"]), COLUMNS, me=None, zone=ZONE)
    first[:] = True
    assert second.tolist() == [True, False]


def test_a_column_is_looked_through_once_for_all_rules() -> None:
    looked = 0

    class Titled(str):
        def casefold(self) -> str:
            nonlocal looked
            looked += 1
            return super().casefold()

    table = frame(title=[Titled("vpn"), Titled("vpn"), Titled("x")])
    asked = [parse_condition(f"title contains {word}", COLUMNS) for word in ("vpn", "x", "y", "vpn")]
    found = holds_all(asked, table, COLUMNS, me=None, zone=ZONE)
    assert [mask.tolist() for mask in found] == [[1, 1, 0], [0, 0, 1], [0, 0, 0], [1, 1, 0]]
    assert looked == 2


def test_conditions_without_parts_hold_for_all_or_none() -> None:
    table = frame(owner=["Ann", None])
    found = holds_all([All(()), Any_(())], table, COLUMNS, me=None, zone=ZONE)
    assert [mask.tolist() for mask in found] == [[True, True], [False, False]]
    assert holds_all([], table, COLUMNS, me=None, zone=ZONE) == []


def test_what_stands_in_a_cell_is_never_a_condition() -> None:
    hostile: list[Any] = ["priority = p1", "') or 1=1", "__import__('os')", "{0.__class__}", "%s", "=1+1"]
    assert rows("title = 'x'", title=hostile) == []
    assert rows("title contains priority", title=hostile) == [0]
