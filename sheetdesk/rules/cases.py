"""Rules tried on tickets that are written down: given, then, as YAML beside the desk.

    - case: network tickets go to somebody who knows networks
      now: 2026-03-02 10:00
      given: {type: Network, status: New, created: 2026-03-02 09:00}
      then: {owner: Ann}
      told: [owner]

Columns and values are named as in the sheet. `given` may be a list of tickets; then `then` is one too,
in the same order. What `then` does not name may become anything; empty is `null`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from sheetdesk.columns.base import Column, Setting, plain
from sheetdesk.columns.moment import parse_moment
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.tree import Tree, read_tree
from sheetdesk.errors import Complaint, DeskInvalid, near
from sheetdesk.rules.base import Outcome
from sheetdesk.rules.engine import Given, run_rules
from sheetdesk.table.change import ChangeSet, Entry, apply, plain_value, same_value
from sheetdesk.table.derive import derive
from sheetdesk.table.fill import first_values
from sheetdesk.table.plain import decoded_one, encoded_one
from sheetdesk.table.table import Table, kind_of, stored, table_of
from sheetdesk.table.tell import shown

__all__ = ["Case", "failures", "read_cases"]

KEYS = ("case", "now", "given", "then", "told")


@dataclass(frozen=True)
class Case:
    """Tickets as typed values by column key, at a moment; what they must become, and who must be told."""

    name: str
    line: int
    now: datetime
    given: tuple[Mapping[str, Any], ...]
    then: tuple[Mapping[str, Any], ...] = ()
    told: frozenset[str] | None = None


def read_cases(text: str, desk: Desk, path: object = "cases.yaml") -> list[Case]:
    """The cases in a YAML text. Raises DeskInvalid, with a line for every mistake."""
    tree, complaints = read_tree(text)
    found: list[Case] = []
    entries = tree.value if isinstance(tree.value, list) else []
    if not isinstance(tree.value, list) and not complaints:
        complaints.append(Complaint("", 1, "a list of cases is expected: - {case: …, given: …, then: …}"))
    for index, entry in enumerate(entries):
        reader = _Reader(desk, tree, index)
        case = reader.case(entry)
        complaints += reader.complaints
        if case is not None:
            found.append(case)
    if complaints:
        raise DeskInvalid(path, complaints)
    return found


def failures(case: Case, given: Given, addressed: Callable[[Given, Outcome], Iterable[str]]) -> list[str]:
    """What does not come about, in words; `given` is the desk's own, of which rules and team are used.

    `addressed(given, outcome)` tells who would be told, as names.
    """
    desk = given.desk
    names = [f"CASE-{number}" for number in range(1, len(case.given) + 1)]
    keys = stored(desk.tickets)
    rows = [_completed(desk, cells, case.now) for cells in case.given]
    table = table_of(desk.tickets, {key: [row.get(key) for row in rows] for key in keys}, names)
    entries = [_added(table, name, case.now) for name in names]
    tried = replace(
        given, tickets=table, entries=entries, live=frozenset(names), states={}, now=case.now,
        more=lambda _: (),
    )  # fmt: skip
    outcome = run_rules(tried)
    changes = ChangeSet(tuple(ruled.change for ruled in outcome.changes))
    after = derive(desk, apply(table, changes), case.now)
    found = [f"rule {key}: {text}" for key, text in outcome.failures.items()]
    for name, wanted in zip(names, case.then, strict=False):
        for key, value in wanted.items():
            is_now = plain_value(after.at[name, key])
            if not same_value(is_now, value):
                title = desk.column(key).title
                ends = [shown(desk, desk.tickets, key, v) for v in (value, is_now)]
                found.append(f"{title}: {ends[0]} ≠ {ends[1]}")
    if case.told is not None:
        told = set(addressed(tried, outcome))
        found += [f"told: {name} ≠ -" for name in sorted(case.told - told)]
        found += [f"told: - ≠ {name}" for name in sorted(told - case.told)]
    return found


def _completed(desk: Desk, cells: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    plain_cells = {key: encoded_one(value) for key, value in cells.items()}
    more = first_values(desk, plain_cells, now)
    filled = {key: decoded_one(v, desk.column(key).type) for key, v in more.items() if key not in cells}
    return {**filled, **cells}


def _added(table: Table, name: str, now: datetime) -> Entry:
    cells = {key: plain_value(table.frame.at[name, key]) for key in table.frame.columns}
    created = cells.get("created")
    moment = now if created is None else created.to_pydatetime()
    after = {key: value for key, value in cells.items() if value is not None}
    return Entry("tickets", name, "added", "", None, after, moment, moment, "cases", "import")


@dataclass
class _Reader:
    """Reads one case and collects what is wrong with it."""

    desk: Desk
    tree: Tree
    index: int
    complaints: list[Complaint] = field(default_factory=list)

    def case(self, entry: Any) -> Case | None:
        if not isinstance(entry, dict) or "given" not in entry:
            self.complain((), "a case needs `given:`, a ticket or a list of them")
            return None
        for key in entry:
            if key not in KEYS:
                like = near(str(key), KEYS)
                self.complain(
                    (key,), f"'{key}' is not known here{f', did you mean {like!r}?' if like else ''}"
                )
        now = self.moment(entry.get("now"))
        given = tuple(self.ticket(cells, ("given",)) for cells in _listed(entry["given"]))
        then = tuple(self.ticket(cells, ("then",), then=True) for cells in _listed(entry.get("then") or {}))
        if len(then) > len(given):
            self.complain(("then",), "more tickets are expected than given")
        told = entry.get("told")
        names = (
            None
            if told is None
            else frozenset(str(one) for one in (told if isinstance(told, list) else [told]))
        )
        name = str(entry.get("case") or f"#{self.index + 1}")
        return Case(name, self.tree.line((self.index,)), now, given, then, names)

    def moment(self, raw: Any) -> datetime:
        found = None if raw is None else parse_moment(str(raw), None)
        if found is None:
            text = "a case needs `now:`" if raw is None else f"'{raw}' is not a time"
            self.complain(("now",), f"{text}; write 2026-03-31 14:30")
            return datetime(2000, 1, 1, tzinfo=UTC)
        return found if found.tzinfo else found.replace(tzinfo=self.desk.zone)

    def ticket(self, cells: Any, path: tuple[str, ...], *, then: bool = False) -> dict[str, Any]:
        if not isinstance(cells, dict):
            self.complain(path, "a ticket is expected: {column: value, …}")
            return {}
        found: dict[str, Any] = {}
        names = {plain(c.title).casefold(): c for c in self.desk.tickets.columns}
        names |= {c.key.casefold(): c for c in self.desk.tickets.columns}
        for word, raw in cells.items():
            column = names.get(plain(str(word)).casefold())
            if column is None or (not then and (column.owner == "formula" or column.key == "id")):
                like = near(str(word), names)
                hint = f", did you mean '{like}'?" if like and column is None else ""
                self.complain((*path, word), f"no column '{word}' to give{hint}")
                continue
            found[column.key] = self.value(column, raw, (*path, word))
        return found

    def value(self, column: Column, raw: Any, path: tuple[Any, ...]) -> Any:
        if raw is None:
            return None
        cell = raw if isinstance(raw, bool | int | float) else str(raw)
        reading = kind_of(column.type).read([cell], column, Setting(self.desk.locale, self.desk.zone))
        if reading.problems:
            self.complain(path, f"'{raw}' is no value of '{column.key}': {reading.problems[0].expected}")
            return None
        values: pd.Series[Any] = reading.values
        return plain_value(values.iloc[0])

    def complain(self, path: tuple[Any, ...], text: str) -> None:
        whole = (self.index, *path)
        self.complaints.append(Complaint(".".join(map(str, whole)), self.tree.line(whole), text))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
