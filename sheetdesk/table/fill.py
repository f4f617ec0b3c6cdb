"""What a ticket gets by itself when people add it or move it on: times, first status, defaults.

A time that is stamped here is the moment a change was seen; a person's own entry always wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sheetdesk.columns.base import Meaning, Setting
from sheetdesk.desk.desk import Desk
from sheetdesk.table.plain import EPOCH, encoded
from sheetdesk.table.table import kind_of

__all__ = ["first_values", "moved_on"]

ENDED = (Meaning.RESOLVED, Meaning.CLOSED)


def first_values(desk: Desk, cells: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a new ticket with these plain cells still needs: created, status, the columns' defaults."""
    given = {key: value for key, value in cells.items() if value is not None}
    found: dict[str, Any] = {}
    for column in desk.tickets.columns:
        if column.key in given or column.owner == "formula" or column.key == "id":
            continue
        if column.key in ("created", "updated"):
            found[column.key] = seconds(now)
        elif column.default is not None:
            setting = Setting(desk.locale, desk.zone)
            values = kind_of(column.type).read([column.default], column, setting).values
            found[column.key] = encoded(values, column.type)[0]
    if "status" not in given and found.get("status") is None:
        keys = [*desk.status_keys(Meaning.NEW), *(c.key for c in desk.column("status").choices)]
        found["status"] = keys[0]
    return {key: value for key, value in found.items() if value is not None}


def moved_on(
    desk: Desk, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """What follows from a change of a ticket's plain cells: `updated`, and the times its status tells.

    Leaving *new* is the first response where the desk says so; an ended status stamps `resolved` and
    `closed`, and going back to work clears them. What the change itself sets is left alone.
    """
    changed = {key for key, value in after.items() if before.get(key) != value}
    if not changed:
        return {}
    found: dict[str, Any] = {"updated": seconds(now)}
    if "status" in changed:
        was, is_now = _meaning(desk, before.get("status")), _meaning(desk, after.get("status"))
        left_new = was is Meaning.NEW and is_now not in (None, Meaning.NEW, Meaning.CANCELLED)
        if left_new and desk.first_response == "left_new" and after.get("first_response") is None:
            found["first_response"] = seconds(now)
        if is_now in ENDED and after.get("resolved") is None:
            found["resolved"] = seconds(now)
        if is_now is Meaning.CLOSED and after.get("closed") is None:
            found["closed"] = seconds(now)
        if was in ENDED and is_now is not None and is_now.is_open:
            found |= {"resolved": None, "closed": None}
    return {
        key: value
        for key, value in found.items()
        if desk.has(key) and key not in changed and before.get(key) != value
    }


def _meaning(desk: Desk, status: Any) -> Meaning | None:
    choice = desk.column("status").choice(status)
    return choice.meaning if choice else None


def seconds(now: datetime) -> int:
    """The moment as a plain value, whole seconds: what a cell shows and gives back unchanged."""
    return int((now - EPOCH).total_seconds()) * 1_000_000
