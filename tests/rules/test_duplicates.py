"""Tickets that say the same."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest

from sheetdesk.desk.durations import parse_duration
from sheetdesk.rules.duplicates import duplicates
from tests.clock.stories import moment

TIME = "datetime64[us, UTC]"


def said(*rows: tuple[Any, Any, str | None]) -> pd.DataFrame:
    """Requester, title, created."""
    return pd.DataFrame(
        {
            "requester": [row[0] for row in rows],
            "title": [row[1] for row in rows],
            "created": pd.Series(
                [None if row[2] is None else pd.Timestamp(moment(row[2])) for row in rows], dtype=TIME
            ).array,
        },
        index=pd.Index([f"T-{number:02}" for number in range(1, len(rows) + 1)], dtype="object"),
    )


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Printer broken", "printer  broken!", True),
        ("打印机坏了", "打印机坏了。", True),
        ("Ｐrinter", "printer", True),
        ("Printer 2", "Printer 3", False),
        ("...", "...", False),
        (None, None, False),
        ("", "", False),
    ],
)
def test_titles_are_the_same_but_for_case_spaces_and_marks(first: str, second: str, same: bool) -> None:
    found = duplicates(said(("Rae", first, "Mon 09:00"), ("rae ", second, "Mon 10:00")))
    assert found == ({"T-02": "T-01"} if same else {})


def test_two_requesters_say_two_things() -> None:
    assert duplicates(said(("Rae", "ink", "Mon 09:00"), ("Sam", "ink", "Mon 10:00"))) == {}
    assert duplicates(said((None, "ink", "Mon 09:00"), (None, "ink", "Mon 10:00"))) == {}
    # Where one name ends and the title begins is not lost.
    assert duplicates(said(("Rae", "xink", "Mon 09:00"), ("Raex", "ink", "Mon 10:00"))) == {}


@pytest.mark.parametrize(("second", "linked"), [("Mon 11:00", True), ("Mon 11:01", False)])
def test_what_came_within_the_time_is_a_duplicate_and_later_is_not(second: str, linked: bool) -> None:
    found = duplicates(said(("Rae", "ink", "Mon 09:00"), ("Rae", "ink", second)), parse_duration("2h"))
    assert bool(found) is linked


def test_a_chain_is_linked_to_its_first_and_a_gap_begins_another() -> None:
    times = ("Mon 09:00", "Mon 11:00", "Mon 13:00", "Tue 09:00", "Tue 10:00")
    found = duplicates(said(*(("Rae", "ink", at) for at in times)), parse_duration("2h"))
    assert found == {"T-02": "T-01", "T-03": "T-01", "T-05": "T-04"}


def test_a_week_counts_where_no_time_is_given() -> None:
    assert duplicates(said(("Rae", "ink", "Mon 09:00"), ("Rae", "ink", "+Mon 09:00"))) == {"T-02": "T-01"}
    assert duplicates(said(("Rae", "ink", "Mon 09:00"), ("Rae", "ink", "+Mon 09:01"))) == {}


def test_of_the_same_moment_the_smaller_id_is_first_whatever_the_order_of_rows() -> None:
    frame = said(*(("Rae", "ink", "Mon 09:00"),) * 4)
    wanted = {"T-02": "T-01", "T-03": "T-01", "T-04": "T-01"}
    assert duplicates(frame) == wanted
    ids = list(frame.index)
    random.Random(4).shuffle(ids)
    assert duplicates(frame.loc[ids]) == wanted


def test_a_ticket_without_creation_and_a_desk_without_requesters_have_no_duplicates() -> None:
    frame = said(("Rae", "ink", None), ("Rae", "ink", "Mon 09:00"))
    assert duplicates(frame) == {}
    assert duplicates(frame.drop(columns="requester")) == {}
    assert duplicates(frame.iloc[:0]) == {}
