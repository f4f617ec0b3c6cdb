"""What a ticket gets by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sheetdesk.desk.desk import Desk
from sheetdesk.table.fill import first_values, moved_on, seconds
from tests.desk import small
from tests.table import DESK, NOW

AT = seconds(NOW)


def test_a_moment_is_whole_seconds() -> None:
    assert seconds(NOW + timedelta(microseconds=999_999)) == AT


def test_a_new_ticket_gets_its_times_and_the_first_status() -> None:
    assert first_values(DESK, {"title": "ink"}, NOW) == {"created": AT, "updated": AT, "status": "new"}


def test_what_people_typed_stays() -> None:
    assert first_values(DESK, {"created": 5, "status": "open", "updated": 7}, NOW) == {}


DEFAULTS = """\
  - {key: score, type: number, default: 3}
  - {key: kind, choices: [One, Two], default: Two}
  - {key: asked, title: Asked, type: flag, default: true}
"""


def test_defaults_are_read_as_their_columns_are() -> None:
    found = first_values(small(DEFAULTS), {"score": 1.0}, NOW)
    assert (found["kind"], found["asked"]) == (small(DEFAULTS).column("kind").choices[1].key, True)
    assert "score" not in found


def test_a_desk_without_a_new_status_starts_with_its_first() -> None:
    desk = small()
    keys = [choice.key for choice in desk.column("status").choices]
    assert first_values(desk, {}, NOW)["status"] == keys[0]
    turned = desk.with_choices("status", desk.column("status").choices[1:])
    assert first_values(turned, {}, NOW)["status"] == keys[1]


def moved(before: dict[str, Any], after: dict[str, Any], desk: Desk = DESK) -> dict[str, Any]:
    return moved_on(desk, before, before | after, NOW)


def test_nothing_follows_from_nothing() -> None:
    assert moved({"status": "new", "title": "ink"}, {}) == {}


def test_any_change_is_noted() -> None:
    assert moved({"title": "ink"}, {"title": "laser"}) == {"updated": AT}
    assert moved({"title": "ink", "updated": AT}, {"title": "laser"}) == {}


@pytest.mark.parametrize(
    ("was", "now", "stamped"),
    [
        ("new", "open", "first_response"),
        ("new", "resolved", "first_response resolved"),
        ("new", "closed", "first_response resolved closed"),
        ("new", "cancelled", ""),
        ("new", None, ""),
        (None, "open", ""),
        ("open", "pending", ""),
        ("open", "resolved", "resolved"),
        ("resolved", "closed", "resolved closed"),
    ],
)
def test_a_status_stamps_the_times_it_tells(was: str | None, now: str | None, stamped: str) -> None:
    found = moved({"status": was}, {"status": now})
    assert found.pop("updated") == AT
    assert found == dict.fromkeys(stamped.split(), AT)


def test_a_persons_own_time_wins() -> None:
    found = moved({"status": "open", "resolved": None}, {"status": "resolved", "resolved": 5})
    assert found == {"updated": AT}
    assert moved({"status": "open", "resolved": 5}, {"status": "resolved"}) == {"updated": AT}
    assert "first_response" not in moved({"status": "new", "first_response": 5}, {"status": "open"})


def test_going_back_to_work_clears_the_ends() -> None:
    ended = {"status": "closed", "resolved": 5, "closed": 6}
    assert moved(ended, {"status": "open"}) == {"updated": AT, "resolved": None, "closed": None}
    assert moved(ended | {"closed": None}, {"status": "open"}) == {"updated": AT, "resolved": None}
    assert moved(ended, {"status": "open", "resolved": 9}) == {"updated": AT, "closed": None}
    assert moved(ended, {"status": "cancelled"}) == {"updated": AT}


def test_first_response_is_stamped_only_where_the_desk_says_so_and_has_it() -> None:
    typed = replace(DESK, first_response="typed")
    assert moved({"status": "new"}, {"status": "open"}, typed) == {"updated": AT}
    keys = [choice.key for choice in small().column("status").choices]
    assert moved({"status": keys[0]}, {"status": keys[-1]}, small()) == {}
