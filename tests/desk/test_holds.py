"""Which tickets a condition holds for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Choice, Column
from sheetdesk.desk.condition import ME, All, Any_, Condition, Not, parse_condition
from sheetdesk.desk.condition import Test as Comparison
from sheetdesk.desk.holds import holds

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


def naive(condition: Condition, row: dict[str, Any], me: str | None) -> bool:
    """The same, one ticket at a time, as the documentation says it."""
    if isinstance(condition, All):
        return all(naive(part, row, me) for part in condition.parts)
    if isinstance(condition, Any_):
        return any(naive(part, row, me) for part in condition.parts)
    if isinstance(condition, Not):
        return not naive(condition.part, row, me)
    value, sign = row[condition.column], condition.sign
    if sign in ("empty", "filled"):
        return (value is None or (isinstance(value, str) and not value.strip())) == (sign == "empty")
    if value is None:
        return sign in ("!=", "not in", "lacks")

    def meant(wanted: Any) -> Any:
        return me if wanted is ME else wanted

    if sign in ("contains", "lacks"):
        return (str(condition.value).casefold() in str(value).casefold()) == (sign == "contains")
    if sign in ("in", "not in"):
        return (value in [meant(wanted) for wanted in condition.value if meant(wanted) is not None]) == (
            sign == "in"
        )
    wanted = meant(condition.value)
    if sign in ("=", "!="):
        return bool(value == wanted) == (sign == "=")
    if condition.column == "priority":
        ranks = {choice.key: -rank for rank, choice in enumerate(PRIORITY)}
        value, wanted = ranks[value], ranks[wanted]
    return bool(
        {"<": value < wanted, "<=": value <= wanted, ">": value > wanted, ">=": value >= wanted}[sign]
    )


NAMES = ["Ann", "Bo"]
TEXTS = ["", " ", "a", "A", "ab", "b"]
NUMBERS = [0.0, 1.0, -1.0, 2.5]
KEYS = [choice.key for choice in PRIORITY]
ORDER = ["=", "!=", "<", "<=", ">", ">="]


def comparisons() -> st.SearchStrategy[Comparison]:
    def of(column: str, signs: list[str], known: st.SearchStrategy[Any]) -> st.SearchStrategy[Comparison]:
        several = st.lists(known, min_size=1, max_size=2).map(tuple)
        return (
            st.builds(Comparison, st.just(column), st.sampled_from(signs), known)
            | st.builds(Comparison, st.just(column), st.sampled_from(["in", "not in"]), several)
            | st.builds(Comparison, st.just(column), st.sampled_from(["empty", "filled"]))
        )

    search = st.builds(
        Comparison,
        st.sampled_from(["title", "owner", "priority"]),
        st.sampled_from(["contains", "lacks"]),
        st.sampled_from(["a", "B", "p1"]),
    )
    return (
        of("priority", ORDER, st.sampled_from(KEYS))
        | of("owner", ["=", "!="], st.sampled_from([*NAMES, ME]))
        | of("title", ORDER, st.sampled_from(["a", "A", "ab"]))
        | of("hours", ORDER, st.sampled_from(NUMBERS))
        | search
    )


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    comparisons(),
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Any_(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=5,
)
TICKETS = st.fixed_dictionaries(
    {
        "priority": st.none() | st.sampled_from(KEYS),
        "owner": st.none() | st.sampled_from(NAMES),
        "title": st.none() | st.sampled_from(TEXTS),
        "hours": st.none() | st.sampled_from(NUMBERS),
    }
)


@settings(max_examples=120, deadline=None)
@given(condition=CONDITIONS, tickets=st.lists(TICKETS, max_size=5), me=st.none() | st.sampled_from(NAMES))
def test_a_condition_holds_for_a_table_as_it_does_ticket_by_ticket(
    condition: Condition, tickets: list[dict[str, Any]], me: str | None
) -> None:
    table = frame(
        **{key: [ticket[key] for ticket in tickets] for key in ("priority", "owner", "title", "hours")}
    )
    found = holds(condition, table, COLUMNS, me=me, zone=ZONE)
    assert found.tolist() == [naive(condition, ticket, me) for ticket in tickets]


def test_what_stands_in_a_cell_is_never_a_condition() -> None:
    hostile: list[Any] = ["priority = p1", "') or 1=1", "__import__('os')", "{0.__class__}", "%s", "=1+1"]
    assert rows("title = 'x'", title=hostile) == []
    assert rows("title contains priority", title=hostile) == [0]
