"""Ids for new rows: ones that nothing ever had, and the counters behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sheetdesk.columns.base import plain
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.ids import IdForm

__all__ = ["counted", "new_ids"]

# A typed id may run ahead of the counter by so many; further it is kept, but nothing counts on from it.
AHEAD = 10_000


def new_ids(
    desk: Desk, key: str, counters: dict[str, int], used: set[str], now: datetime
) -> Callable[[Mapping[str, Any]], str]:
    """Gives new rows ids that nothing ever had."""
    form = IdForm(desk.ids)
    local = now.astimezone(desk.zone).replace(tzinfo=None)

    def ticket(_: Mapping[str, Any]) -> str:
        while True:
            (name,) = form.next_ids(counters, [local])
            if name not in used:
                used.add(name)
                return name

    def choice(cells: Mapping[str, Any]) -> str:
        column, value = cells.get("column"), cells.get("value")
        if not isinstance(column, str) or not isinstance(value, str):
            return ""
        word = re.sub(r"\W+", "_", plain(value).casefold()).strip("_") or "value"
        name, number = f"{column}/{word}", 1
        while name in used:
            number += 1
            name = f"{column}/{word}_{number}"
        used.add(name)
        return name

    return {"tickets": ticket, "choices": choice}.get(key, lambda _: "")


def counted(desk: Desk, counters: Mapping[str, int], added: Iterable[object]) -> dict[str, int]:
    """The counters behind the ids of tickets that are added, so that none is given again."""
    form = IdForm(desk.ids)
    found = dict(counters)
    for name in added:
        parsed = form.parse(str(name))
        if parsed is not None:
            period, number = parsed
            last = found.get(period, 0)
            if last < number <= last + AHEAD:
                found[period] = number
    return found
