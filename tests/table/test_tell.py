"""Changes in words: one line each, in local time, with titles instead of keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from sheetdesk.table.change import Entry
from sheetdesk.table.tell import describe_entry, shown
from tests.table import DESK, TICKETS, moment

WHEN = moment("2026-06-30 23:30").to_pydatetime()


def changed(column: str, before: Any, after: Any) -> Entry:
    return Entry("tickets", "T-001", "changed", column, before, after, WHEN, WHEN, "cli:ann", "import")


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("title", None, "-"), ("due", pd.NaT, "-"), ("satisfaction", float("nan"), "-"),
        ("status", "open", "In progress"), ("status", "lost", "lost"), ("title", "ink", "ink"),
        ("satisfaction", 4.0, "4"), ("satisfaction", 0.1, "0.1"), ("satisfaction", 1234567.0, "1234567"),
        ("due", moment("2026-06-30 23:30"), "2026-07-01 00:30"),
        ("bought", pd.Timestamp("2026-06-30"), "2026-06-30"), ("vip", True, "yes"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_in_the_sheet(column: str, value: Any, text: str) -> None:
    assert shown(DESK, TICKETS, column, value) == text


def test_a_changed_cell_is_told_with_titles_and_local_time() -> None:
    assert describe_entry(DESK, changed("status", "new", "open")) == (
        "2026-07-01 00:30  ~ T-001  Status  New → In progress  (cli:ann, import)"
    )


def test_an_interval_is_told_with_both_ends() -> None:
    entry = replace(changed("title", None, "ink"), seen_from=moment("2026-06-30 21:00").to_pydatetime())
    assert describe_entry(DESK, entry).startswith("2026-06-30 22:00 – 2026-07-01 00:30  ~ T-001")


def test_a_whole_row_is_told_by_its_cells() -> None:
    added = replace(changed("", None, {"title": "ink", "gone": 1, "vip": False}), kind="added")
    assert describe_entry(DESK, added) == "2026-07-01 00:30  + T-001  Title: ink · VIP: no  (cli:ann, import)"
    removed = replace(changed("", {"title": "ink"}, None), kind="removed")
    assert "  - T-001  Title: ink  " in describe_entry(DESK, removed)


def test_what_was_erased_or_belongs_to_no_column_any_more_is_told_without_it() -> None:
    assert describe_entry(DESK, replace(changed("", None, None), kind="added")).endswith(
        "T-001    (cli:ann, import)"
    )
    assert "T-001" in describe_entry(DESK, changed("colour", None, None))
