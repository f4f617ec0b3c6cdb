"""A small desk with every type of column, and random tables of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from sheetdesk.desk.desk import TableSpec
from sheetdesk.desk.template import parse_desk
from sheetdesk.table.change import CellChange, ChangeSet
from sheetdesk.table.table import Table, stored, table_of

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)

SMALL = """
name: Small
zone: Europe/London
ids: "T-{n:03}"
columns:
  - id
  - created
  - updated
  - title
  - {key: type, choices: [{key: hard, title: Hardware}, {key: soft, title: Software}]}
  - key: subtype
    choices: [{key: laptop, title: Laptop, parent: hard}, {key: office, title: Office, parent: soft}]
  - impact
  - urgency
  - {key: priority, formula: "matrix(impact, urgency)"}
  - status
  - owner
  - due
  - first_response
  - resolved
  - closed
  - satisfaction
  - tags
  - link
  - case
  - {key: bought, title: Bought, type: date}
  - {key: vip, title: VIP, type: flag}
  - {key: self, title: In their own words}
  - {key: age, title: Age, type: number, formula: "age_days(created)"}
matrix:
  cells:
    high: {high: p1, medium: p2, low: p3}
    medium: {high: p2, medium: p3, low: p3}
    low: {high: p3, medium: p3, low: p4}
lifecycle:
  - {from: new, to: [open, resolved]}
  - {from: open, to: [pending, resolved]}
  - {from: pending, to: [open]}
  - {from: resolved, to: [closed, open]}
  - {from: closed, to: open, roles: [boss]}
roles:
  boss: {title: Boss, edits: all, may: [add, archive, assign, approve]}
  agent: {title: Agent, edits: all, locks: [due], may: [add]}
  own: {title: Own tickets, hides: [tags], edits: [title], tickets: owner = me, may: [archive]}
people:
  - {name: Ann Example, role: boss}
  - {name: Ben Example, role: agent}
"""  # fmt: skip

DESK = parse_desk(SMALL)
TICKETS = DESK.tickets
IDS = [f"T-{number:03}" for number in range(1, 9)]

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 30), timezones=st.just(UTC)) | st.datetimes(
    datetime(2026, 3, 28, 22), datetime(2026, 3, 29, 4), timezones=st.just(UTC)
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "tags": WORDS,
    "person": st.sampled_from(["Ann Example", "Ben Example", "Cy"]),
    "ticket": st.sampled_from([*IDS, "T-999"]),
    "case": st.sampled_from(["K-001", "K-9"]),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "moment": MOMENTS,
    "date": st.dates(date(1900, 3, 1), date(9999, 12, 30)).map(pd.Timestamp),
    "flag": st.booleans(),
}


def values_of(spec: TableSpec, key: str) -> st.SearchStrategy[Any]:
    """Values that a column may hold, None among them."""
    column = spec.column(key)
    known = st.sampled_from([c.key for c in column.choices]) if column.choices else VALUES["text"]
    return st.none() | (known if column.type == "choice" else VALUES[column.type])


@st.composite
def tables(draw: st.DrawFn, spec: TableSpec = TICKETS, most: int = 5) -> Table:
    """Some rows in any order, each cell filled or not."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=most))
    columns = {
        key: draw(st.lists(values_of(spec, key), min_size=len(ids), max_size=len(ids)))
        for key in stored(spec)
    }
    return table_of(spec, columns, ids)


def tickets(**rows: Mapping[str, Any]) -> Table:
    """A drawn table: `T_001={"title": "ink"}`; a text that is a moment in a time column becomes one."""
    ids = [row.replace("_", "-") for row in rows]
    columns: dict[str, list[Any]] = {}
    for key in stored(TICKETS):
        values = [cells.get(key) for cells in rows.values()]
        if TICKETS.column(key).type == "moment":
            values = [moment(value) if isinstance(value, str) else value for value in values]
        columns[key] = values
    return table_of(TICKETS, columns, ids)


def moment(text: str) -> pd.Timestamp:
    """A moment in UTC."""
    return pd.Timestamp(text, tz="UTC")


def assert_same(left: Table, right: Table) -> None:
    """The same rows with the same values and types, in any order."""
    assert_frame_equal(left.frame.sort_index(), right.frame.sort_index())


def cell(row: str, column: str, before: Any, after: Any) -> ChangeSet:
    """A change of one cell."""
    return ChangeSet((CellChange(row, column, before, after),))
