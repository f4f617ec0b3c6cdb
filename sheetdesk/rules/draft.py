"""The tickets while rules work on them: who wrote which cell first, and what is left to people.

Of two rules that would write one cell in a run the first does. A cell that a person changed after a rule
wrote it is the person's, unless the column is the rules' own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import pandas as pd

from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import Desk
from sheetdesk.rules.base import Left, Ruled
from sheetdesk.rules.past import Past
from sheetdesk.table.change import CellChange, ChangeSet, apply, plain_value, same_value
from sheetdesk.table.derive import derive
from sheetdesk.table.fill import moved_on
from sheetdesk.table.plain import decoded_one, encoded_one
from sheetdesk.table.problems import find_transition_problems
from sheetdesk.table.table import Table, stored

__all__ = ["RECKONED", "Draft"]

RECKONED = "sla"
"""The rule that reckons promises: what it writes is no sign of work on a ticket."""

LAST_WORD = ("assigned_because", "escalated")
"""Columns that tell what rules did, all of them: the reason goes with the owner, a level only rises."""


class Draft:
    """`tickets` are as the changes so far leave them; `whole` has the worked-out columns too."""

    def __init__(self, desk: Desk, tickets: Table, past: Past, now: datetime) -> None:
        self.desk = desk
        self.tickets = tickets
        self.past = past
        self.now = now
        self.before = tickets
        self.whole = derive(desk, tickets, now)
        self.left: list[Left] = []
        # The tickets that changed, in the order in which that was settled.
        self.moved: list[str] = []
        self._writer: dict[tuple[str, str], str] = {}
        self._pending: dict[tuple[str, str], CellChange] = {}
        # From what each cell was before the run to what it is by now.
        self._made: dict[tuple[str, str], CellChange] = {}

    def value(self, row: str, column: str) -> Any:
        """What a cell holds by now."""
        made = self._made.get((row, column))
        if made is not None:
            return made.after
        return plain_value(self.whole.at[row, column])

    def propose(self, rule: str, row: str, column: str, value: Any) -> bool:
        """Change a cell, if the rule may; whether it holds the value now."""
        before, value = self.value(row, column), plain_value(value)
        return same_value(before, value) or self.make(rule, CellChange(row, column, before, value))

    def make(self, rule: str, change: CellChange) -> bool:
        """Make a change, if the rule may; its `before` is what the cell holds now."""
        row, column = change.row, change.column
        why = self._why_not(rule, change)
        if why is not None:
            self.left.append(Left(rule, change, why, self._writer.get((row, column), "")))  # type: ignore[arg-type]
            return False
        self._writer[row, column] = rule
        self._pending[row, column] = change
        first = self._made.get((row, column), change)
        self._made[row, column] = CellChange(row, column, first.before, change.after)
        return True

    def changed_at(self, row: str, columns: Collection[str]) -> datetime | None:
        """When one of these cells last changed: now, where this run did it."""
        return self.now if self._changes(row, columns) else self.past.changed_at(row, columns)

    def changed_by(self, row: str, columns: Collection[str]) -> str:
        """Who did that, as the journal says it; "" where nothing is known."""
        made = self._changes(row, columns)
        return f"rule:{self._writer[row, made[-1]]}" if made else self.past.changed_by(row, columns)

    def _changes(self, row: str, columns: Collection[str]) -> list[str]:
        found = ((key, self._made.get((row, key))) for key in columns)
        return [key for key, made in found if made and not same_value(made.before, made.after)]

    def settle(self) -> None:
        """Take what was proposed into the table, so that the rules that follow see it."""
        cells = tuple(self._pending.values())
        self._pending = {}
        if not cells:
            return
        self.tickets = apply(self.tickets, ChangeSet(cells))
        rows = list(dict.fromkeys(cell.row for cell in cells))
        self.moved += rows
        changed = derive(self.desk, Table(self.tickets.spec, self.tickets.frame.loc[rows]), self.now)
        whole = self.tickets.frame.copy()
        for key in self.whole.columns:
            if key not in whole.columns:
                values = self.whole[key].copy()
                values.loc[rows] = changed[key]
                whole[key] = values
        self.whole = whole[list(self.whole.columns)]

    def changes(self, rows: Collection[str] | None = None) -> list[Ruled]:
        """What the run comes to, cell by cell, with what follows from a status that moved; of `rows` alone
        where they are given.
        """
        found: list[Ruled] = []
        touched: dict[str, None] = {}
        for (row, column), change in self._made.items():
            if rows is not None and row not in rows:
                continue
            rule = self._writer[row, column]
            if not same_value(change.before, change.after):
                found.append(Ruled(rule, change))
                if rule != RECKONED and self.desk.column(column).owner == "people":
                    touched[row] = None
        for row in touched:
            found += self._follow(row)
        return found

    def _follow(self, row: str) -> list[Ruled]:
        """The times that a changed ticket gets by itself."""
        keys = stored(self.desk.tickets)
        was, now = (
            {key: encoded_one(plain_value(frame.at[row, key])) for key in keys}
            for frame in (self.before.frame, self.tickets.frame)
        )
        return [
            Ruled(
                "times",
                CellChange(
                    row,
                    key,
                    decoded_one(now[key], self.desk.column(key).type),
                    decoded_one(value, self.desk.column(key).type),
                ),
            )
            for key, value in moved_on(self.desk, was, now, self.now).items()
        ]

    def _why_not(self, rule: str, change: CellChange) -> str | None:
        row, column = change.row, change.column
        if column not in LAST_WORD and self._writer.get((row, column), rule) != rule:
            return "written"
        if self.desk.column(column).owner == "people" and self.past.is_peoples(row, column):
            return "people"
        return self._no_way(change) if column == "status" else None

    def _no_way(self, change: CellChange) -> str | None:
        """Why a rule may not move a ticket there: nobody may, or a person must approve it."""
        target = self.desk.column("status").choice(change.after)
        review = self.desk.review
        if review is not None and target is not None and target.meaning is review.before:
            return "review"
        return "lifecycle" if find_transition_problems(self.desk, [change], None) else None


def open_mask(desk: Desk, frame: pd.DataFrame) -> pd.Series[bool]:
    """Which tickets count as backlog."""
    keys: Collection[str] = [choice.key for choice in desk.open_statuses()]
    return frame["status"].isin(keys)


def is_open(desk: Desk, status: Any) -> bool:
    """Whether a ticket with this status is still to be worked on."""
    choice = desk.column("status").choice(status)
    meaning: Meaning | None = choice.meaning if choice else None
    return meaning is not None and meaning.is_open
