"""The dashboard's numbers, each as a formula together with the value that formula has now.

The formula is for the sheet, the value for viewers that never calculate; both say the same thing
about the tickets. Values are worked out from the typed frame at the plan's local time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetdesk.desk.desk import Desk
from sheetdesk.plan.formula import (
    Call,
    Expr,
    Field,
    Formula,
    Literal,
    Op,
    Place,
    call,
    compare,
    count_where,
)
from sheetdesk.plan.formulas import NOW

__all__ = ["Figures", "Mask"]

Mask = npt.NDArray[np.bool_]
Walls = npt.NDArray[np.datetime64]
TODAY = Call("TODAY", ())
DASH = "–"


def monday(back: int = 0) -> Expr:
    """The Monday of this week, or of `back` weeks ago, as a day number."""
    weekday = call("WEEKDAY", TODAY, 2)
    return Op("-", Op("+", Op("-", TODAY, weekday), Literal(1)), Literal(7 * back))


def after(moment: Expr, sign: str = ">=") -> Expr:
    """A COUNTIFS criterion: at or after a moment."""
    return Op("&", Literal(sign), moment)


class Figures:
    """Numbers about one frame of tickets, `now` being local wall time."""

    def __init__(self, desk: Desk, frame: pd.DataFrame, now: datetime) -> None:
        self.desk = desk
        self.frame = frame
        self.now = now
        self.monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
        self.is_open: Mask = frame["is_open"].to_numpy() == 1
        self._local: dict[str, Walls] = {}

    def local(self, key: str) -> Walls:
        """A moment column as wall time; all missing where the desk has no such column."""
        if key not in self._local:
            self._local[key] = self._walls(key)
        return self._local[key]

    def _walls(self, key: str) -> Walls:
        if key not in self.frame:
            return np.full(len(self.frame), np.datetime64("NaT"), dtype="datetime64[us]")
        local = pd.DatetimeIndex(self.frame[key].array).tz_convert(self.desk.zone).tz_localize(None)
        walls: Walls = local.to_numpy("datetime64[us]")
        return walls

    def column(self, key: str) -> Field:
        return Field("tickets", key)

    def open(self) -> Formula:
        return Formula(count_where((self.column("is_open"), 1)), int(self.is_open.sum()))

    def unowned(self) -> Formula:
        """Open tickets less those whose owner is a text of at least one character."""
        owned = count_where((self.column("is_open"), 1), (self.column("owner"), "?*"))
        everything = count_where((self.column("is_open"), 1))
        missing = self.frame["owner"].isna().to_numpy()
        return Formula(Op("-", everything, owned), int((self.is_open & missing).sum()))

    def overdue(self) -> Formula:
        past = count_where((self.column("is_open"), 1), (self.column("due"), after(NOW, "<")))
        return Formula(past, int(self.overdue_mask().sum()))

    def overdue_mask(self) -> Mask:
        late: Mask = self.is_open & (self.local("due") < np.datetime64(self.now))
        return late

    def due_soon(self) -> Formula:
        hours = self.desk.attention.due_soon_hours
        until = Op("+", NOW, Literal(hours / 24))
        due = self.column("due")
        soon = count_where((self.column("is_open"), 1), (due, after(NOW)), (due, after(until, "<")))
        local = self.local("due")
        now = np.datetime64(self.now)
        mask = self.is_open & (local >= now) & (local < np.datetime64(self.now + timedelta(hours=hours)))
        return Formula(soon, int(mask.sum()))

    def since_monday(self, key: str) -> Formula:
        mask = self.local(key) >= np.datetime64(self.monday)
        return Formula(count_where((self.column(key), after(monday()))), int(mask.sum()))

    def mean_hours(self) -> Formula:
        since = (self.now - timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
        recent = self.frame["hours"][self.local("resolved") >= np.datetime64(since)].dropna()
        criterion = after(Op("-", TODAY, Literal(30)))
        mean = call("AVERAGEIFS", self.column("hours"), self.column("resolved"), criterion)
        return Formula(call("IFERROR", mean, DASH), float(recent.mean()) if len(recent) else DASH)

    def satisfaction(self) -> Formula:
        ratings = self.frame["satisfaction"].dropna()
        good = count_where((self.column("satisfaction"), ">=4"))
        every = count_where((self.column("satisfaction"), ">0"))
        value = float((ratings >= 4).mean()) if len(ratings) else DASH
        return Formula(call("IFERROR", Op("/", good, every), DASH), value)

    def open_with(self, pairs: Sequence[tuple[str, Place, str | None]]) -> Formula:
        """Open tickets whose column (first) equals the text in a cell (second) of key (third)."""
        criteria: list[tuple[Expr, Expr | str | float]] = [(self.column("is_open"), 1)]
        mask = self.is_open.copy()
        for key, place, value in pairs:
            criteria.append((self.column(key), place))
            mask &= (self.frame[key].to_numpy() == value).astype(bool)
        return Formula(count_where(*criteria), int(mask.sum()))

    def in_week(self, key: str, start_cell: Place, start: datetime) -> Formula:
        """Tickets whose moment lies in the week that starts at the day in `start_cell`."""
        local = self.local(key)
        mask = (local >= np.datetime64(start)) & (local < np.datetime64(start + timedelta(days=7)))
        return Formula(_in_week(key, start_cell), int(mask.sum()))

    def week_start(self, back: int) -> Formula:
        return Formula(monday(back), self.monday - timedelta(days=7 * back))

    def aged(self, low: float, high: float | None) -> Formula:
        """Open tickets older than `low` days, up to `high`."""
        created = self.column("created")
        local = self.local("created")
        criteria: list[tuple[Expr, Expr | str | float]] = [(self.column("is_open"), 1)]
        mask = self.is_open & ~np.isnat(local)
        if low > 0:
            criteria.append((created, after(Op("-", NOW, Literal(low)), "<")))
            mask &= local < np.datetime64(self.now - timedelta(days=low))
        if high is not None:
            criteria.append((created, after(Op("-", NOW, Literal(high)))))
            mask &= local >= np.datetime64(self.now - timedelta(days=high))
        elif low <= 0:
            criteria.append((created, ">0"))
        return Formula(count_where(*criteria), int(mask.sum()))

    def overdue_rows(self, most: int) -> tuple[list[Formula], list[Formula], list[int]]:
        """The `most` overdue tickets, longest first: due times, row numbers, and positions.

        The k-th due time is the k-th smallest among open tickets past due; its row is the m-th with
        that due time, m counting equal due times above it. Places are relative: see `overdue_at`.
        """
        local = self.local("due")
        mask = self.overdue_mask()
        places = np.flatnonzero(mask)
        ordered = places[np.argsort(local[places], kind="stable")][:most]
        dues = [local[place] for place in ordered]
        times, rows = [], []
        for k in range(most):
            value: Any = dues[k].item() if k < len(dues) else ""
            times.append(Formula(_overdue_due(k), value, is_array=True))
            rows.append(Formula(Literal(0), int(ordered[k]) + 1 if k < len(dues) else "", is_array=True))
        return times, rows, [int(place) for place in ordered]

    def overdue_at(self, first: Place, here: Place) -> Expr:
        """The row number of the ticket whose due time stands in `here`, the list starting at `first`."""
        return _overdue_at(first, here)


# Formulas that stand in many cells of every dashboard follow from their places alone.


@lru_cache(256)
def _in_week(key: str, start_cell: Place) -> Expr:
    column = Field("tickets", key)
    until = after(Op("+", start_cell, Literal(7)), "<")
    return count_where((column, after(start_cell)), (column, until))


@lru_cache(64)
def _overdue_due(k: int) -> Expr:
    due, still = Field("tickets", "due"), compare(Field("tickets", "is_open"), "=", 1)
    late = Op("*", Op("*", still, compare(due, "<>", "")), compare(due, "<", NOW))
    return call("IFERROR", call("SMALL", call("IF", late, due), k + 1), "")


@lru_cache(256)
def _overdue_at(first: Place, here: Place) -> Expr:
    due, still = Field("tickets", "due"), compare(Field("tickets", "is_open"), "=", 1)
    number = Op("+", Op("-", call("ROW", due), call("ROW", call("INDEX", due, 1))), Literal(1))
    same = call("IF", Op("*", still, compare(due, "=", here)), number)
    earlier = call("COUNTIF", Op(":", first, here), here)
    return call("IF", compare(here, "=", ""), "", call("SMALL", same, earlier))
