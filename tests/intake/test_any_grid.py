"""Whatever stands in a file, an import works out a plan in which every row is accounted for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.errors import IntakeError
from sheetdesk.intake.base import RawGrid
from sheetdesk.intake.describe import aside_csv, describe
from sheetdesk.table.change import apply
from sheetdesk.table.table import empty_table

from . import desk_of, plan_of

DESK = desk_of()
TITLES = [
    *(column.title for column in DESK.tickets.columns),
    "Subject",
    "Zodiac",
    "",
    None,
    "状态",
    "tag_1",
    7,
]
WORDS = [
    "New",
    "Closed",
    "High",
    "Hardware",
    "Laptop",
    "2026-03-01",
    "03/04/2026",
    "?",
    "1",
    "合计",
    "T-00003",
]
CELLS = (
    st.none()
    | st.sampled_from(WORDS)
    | st.text(max_size=12)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.datetimes(min_value=datetime(1800, 1, 1))
)


@given(
    titles=st.lists(st.sampled_from(TITLES), min_size=1, max_size=8),
    rows=st.lists(st.lists(CELLS, max_size=9), max_size=7),
    before=st.lists(st.lists(CELLS, max_size=2), max_size=2),
    options=st.fixed_dictionaries(
        {name: st.booleans() for name in ("add_choices", "keep_good", "history", "add_people")}
    ),
)
def test_every_grid_gives_a_plan_that_can_be_carried_out_and_repeated(
    titles: list[Any], rows: list[list[Any]], before: list[list[Any]], options: dict[str, Any]
) -> None:
    grid = RawGrid("any", [*before, titles, *rows])
    try:
        plan = plan_of(grid, DESK, **options)
    except IntakeError:
        return
    counts = plan.counts
    if not options["history"]:
        assert counts.read == counts.added + counts.updated + counts.unchanged + counts.aside
    assert counts.aside == len(plan.aside)
    tickets = apply(empty_table(DESK.tickets), plan.changes)
    assert not tickets.frame[["created", "title", "status"]].isna().any(axis=None)
    assert not tickets.frame.index.has_duplicates
    assert describe(plan, DESK)
    assert aside_csv(plan, DESK).count("\r\n") >= len(plan.aside)
    desk = DESK
    for key, choices in plan.new_choices.items():
        desk = desk.with_choices(key, [*desk.column(key).choices, *choices])
    again = plan_of(grid, desk, before=plan, **options)
    assert again.changes.added is None
    assert not again.entries
    if options["add_choices"]:
        assert not again.changes
