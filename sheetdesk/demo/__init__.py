"""Believable tickets from a seed, to try a desk with before the first real one comes in.

The same desk, seed and moment give the same tickets. People, addresses and numbers are made up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.columns.base import Choice, Column, Meaning
from sheetdesk.demo.story import Story, arrivals, due_after, statuses, tell
from sheetdesk.demo.values import LATE, own_value
from sheetdesk.demo.words import Words, load_words
from sheetdesk.desk.condition import Condition, Not, Test
from sheetdesk.desk.desk import Desk, Duration, Person, SlaPolicy
from sheetdesk.desk.holds import holds
from sheetdesk.desk.ids import IdForm
from sheetdesk.families import member

__all__ = ["Demo", "make_demo"]

Row = dict[str, Any]
# From the highest down: most tickets are ordinary, few touch the whole company.
SKEWS = {"priority": (4, 16, 58, 22), "impact": (1, 3, 8), "urgency": (2, 5, 3)}
RATINGS = (3, 5, 14, 38, 40)
TOLD = frozenset(
    {
        "id", "created", "updated", "title", "description", "status", "owner", "requester", "contact",
        "due", "first_response", "resolved", "closed", "satisfaction", "link", "notes",
    }
)  # fmt: skip
BUSY = {Meaning.PENDING: "pending", Meaning.ON_HOLD: "on_hold", Meaning.OPEN: "open"}


@dataclass(frozen=True)
class Demo:
    """`tickets` as a store would hold them, `counters` the last number used of each id period."""

    tickets: pd.DataFrame
    counters: dict[str, int]


def make_demo(desk: Desk, count: int, seed: int, now: datetime) -> Demo:
    """`count` tickets of the 120 days before `now`, an aware moment; the index holds their ids."""
    rng = random.Random(seed)
    now = now.astimezone(UTC)
    created = arrivals(rng, count, now, desk.zone)
    counters: dict[str, int] = {}
    ids = IdForm(desk.ids).next_ids(counters, [moment.astimezone(desk.zone) for moment in created])
    pick = _pickers(desk)
    rows = [_chosen(desk, pick, rng) for _ in created]
    for row, moment, ticket in zip(rows, created, ids, strict=True):
        row |= {"created": moment, "id": ticket}
    _Cast(desk, rng, now, count).play(rows, _policies(desk, rows))
    return Demo(_frame(desk, rows, ids), counters)


def _frame(desk: Desk, rows: list[Row], ids: list[str]) -> pd.DataFrame:
    index = pd.Index(ids, dtype="object", name="id")
    columns = {}
    for column in desk.tickets.columns:
        if column.key != "id" and column.owner != "formula":
            dtype = member("columns", column.type).KIND.dtype
            columns[column.key] = pd.Series([row.get(column.key) for row in rows], index=index, dtype=dtype)
    return pd.DataFrame(columns, index=index)


Picker = dict[str, tuple[list[str], list[float]]]


def _pickers(desk: Desk) -> dict[str, Picker]:
    """For each choice column and each parent ("" for none): keys and running weights."""
    pickers: dict[str, Picker] = {}
    for column in _in_order(desk):
        by_parent: dict[str, list[Choice]] = {}
        for choice in column.choices:
            by_parent.setdefault(choice.parent if column.depends_on else "", []).append(choice)
        pickers[column.key] = {
            parent: ([c.key for c in choices], list(accumulate(_weights(column, choices))))
            for parent, choices in by_parent.items()
        }
    return pickers


def _in_order(desk: Desk) -> list[Column]:
    """The choice columns people fill, a parent before what depends on it, without status."""
    waiting = [
        c for c in desk.tickets.columns if c.type == "choice" and c.owner == "people" and c.key != "status"
    ]
    ordered: list[Column] = []
    while waiting:
        left = {column.key for column in waiting}
        ready = [column for column in waiting if column.depends_on not in left] or waiting
        ordered += ready
        waiting = [column for column in waiting if column not in ready]
    return ordered


def _weights(column: Column, choices: list[Choice]) -> list[float]:
    skew = SKEWS.get(column.key)
    if skew is not None and len(skew) == len(choices):
        return [float(weight) for weight in skew]
    if skew is not None:
        return [1.8**place for place in range(len(choices))]
    # The default is the ordinary case; otherwise what a team lists first is what it meets most.
    return [
        6.0 if choice.key == column.default else 1 / (place + 1.6) for place, choice in enumerate(choices)
    ]


def _chosen(desk: Desk, pickers: dict[str, Picker], rng: random.Random) -> Row:
    """The choices a requester makes; a value that only finished work has is left for later."""
    row: Row = {}
    for key, picker in pickers.items():
        column = desk.column(key)
        parent = row.get(column.depends_on) if column.depends_on else ""
        keys, running = picker.get(parent or "", ((), ()))
        is_sure = column.required or key == "type" or key in SKEWS
        if keys and key not in LATE and (is_sure or rng.random() < 0.95):
            row[key] = rng.choices(keys, cum_weights=running)[0]
    matrix = desk.matrix
    if matrix is not None:
        row[matrix.column] = matrix.cells.get((row.get(matrix.rows, ""), row.get(matrix.across, "")))
    return row


def _policies(desk: Desk, rows: list[Row]) -> list[SlaPolicy | None]:
    """The policy of each ticket: the first that names it, else one for all others."""
    chosen: list[SlaPolicy | None] = [next((p for p in desk.sla if p.when is None), None)] * len(rows)
    known = [c for c in desk.tickets.columns if c.type == "choice" and c.key not in ("status", *LATE)]
    frame = pd.DataFrame({c.key: pd.Series([r.get(c.key) for r in rows], dtype="object") for c in known})
    for policy in reversed([p for p in desk.sla if p.when is not None]):
        if policy.when is not None and _looks_at(policy.when) <= set(frame.columns):
            matches = holds(policy.when, frame, desk.tickets.columns, me=None, zone=desk.zone)
            for place in np.flatnonzero(matches):
                chosen[place] = policy
    return chosen


def _looks_at(condition: Condition) -> set[str]:
    if isinstance(condition, Test):
        return {condition.column}
    if isinstance(condition, Not):
        return _looks_at(condition.part)
    return {key for part in condition.parts for key in _looks_at(part)}


class _Cast:
    """Who asks, who works, and what they write: one seed's people over all its tickets."""

    def __init__(self, desk: Desk, rng: random.Random, now: datetime, count: int) -> None:
        self.desk, self.rng, self.now = desk, rng, now
        self.words: Words = load_words(desk.locale.code)
        self.requesters = [self.words.person(rng) for _ in range(max(12, count // 5))]
        meanings: dict[Meaning, list[str]] = {}
        choices = desk.column("status").choices if desk.has("status") else ()
        for choice in choices:
            if choice.meaning is not None:
                meanings.setdefault(choice.meaning, []).append(choice.key)
        self.statuses = statuses(meanings)
        ranks = desk.column("priority").choices if desk.has("priority") else ()
        self.urgent = {choice.key for choice in ranks[:1]} if len(ranks) > 1 else set()
        self.titles = {c.key: {o.key: o.title for o in c.choices} for c in desk.tickets.columns if c.choices}
        self.texts = [c for c in desk.tickets.columns if c.key not in TOLD and c.owner == "people"]
        self.keys = {c.key: c for c in desk.tickets.columns}
        # A day from midnight to midnight has equal ends.
        self.always_open = {
            calendar.key
            for calendar in desk.calendars
            if all(d and d[0][0] == d[0][1] for d in calendar.week)
        }
        self.latest: dict[tuple[Any, Any], Row] = {}

    def play(self, rows: list[Row], policies: list[SlaPolicy | None]) -> None:
        """Fills every row, in order of creation."""
        for row, policy in zip(rows, policies, strict=True):
            self._act(row, policy)

    def _act(self, row: Row, policy: SlaPolicy | None) -> None:
        rng, created, zone = self.rng, row["created"], self.desk.zone
        due = self._due(created, policy, policy.resolution) if policy is not None else None
        answer = self._due(created, policy, policy.first_response) if policy is not None else None
        story = tell(
            rng, created, due, answer,
            is_urgent=row.get("priority") in self.urgent, now=self.now, zone=zone,
        )  # fmt: skip
        options = self.statuses[story.meaning]
        name, contact = self.requesters[int(len(self.requesters) * rng.random() ** 1.7)]
        row |= {
            "status": rng.choice(options) if options else None,
            "owner": self._owner(row.get("type", "")) if story.is_owned else None,
            "requester": name,
            "contact": contact if rng.random() < 0.93 else None,
            "due": due, "first_response": story.first_response, "resolved": story.resolved,
            "closed": story.closed, "updated": story.updated,
        }  # fmt: skip
        self._link(row, story)
        self._write(row, story)

    def _due(self, created: datetime, policy: SlaPolicy, target: Duration | None) -> datetime | None:
        if target is None:
            return None
        worked = policy.clock == "business" and policy.calendar not in self.always_open
        return due_after(created, target, self.desk.zone, in_working_time=worked)

    def _owner(self, type_key: str) -> str | None:
        """Somebody with the skill, the better the likelier; without skills anybody."""
        able = [(p.name, p.share * p.skills[type_key] ** 2) for p in self.desk.people if type_key in p.skills]
        able = able or [(person.name, person.share) for person in _workers(self.desk)]
        if not able:
            return None
        return self.rng.choices([name for name, _ in able], [weight for _, weight in able])[0]

    def _link(self, row: Row, story: Story) -> None:
        """Some tickets say again what another said shortly before."""
        kind = (row.get("type"), row.get("subtype"))
        before = self.latest.get(kind)
        self.latest[kind] = row
        share = 0.4 if story.meaning is Meaning.CANCELLED else 0.025
        is_near = before is not None and row["created"] - before["created"] < timedelta(days=4)
        if before is not None and is_near and self.desk.has("link") and self.rng.random() < share:
            row["link"] = before["id"]
            row["title"] = before.get("title")

    def _write(self, row: Row, story: Story) -> None:
        rng, words = self.rng, self.words
        facts = {key: titles[row[key]] for key, titles in self.titles.items() if row.get(key) in titles}
        is_done = story.resolved is not None
        for column in self.texts:
            value = own_value(column, row, facts, words, rng, is_done=is_done, desk=self.desk)
            if value is not None:
                row[column.key] = value
                if column.type == "text":
                    facts[column.key] = value
        type_key, subtype_key = row.get("type") or "", row.get("subtype") or ""
        if row.get("title") is None:
            row["title"] = words.title(type_key, subtype_key, facts, rng)
        if rng.random() < 0.92:
            row["description"] = words.description(type_key, facts, rng)
        rating = self.keys.get("satisfaction")
        if rating is not None and is_done and rng.random() < 0.4:
            row["satisfaction"] = _rating(rating, row, rng)
        self._note(row, story, facts)
        for key in ("title", "description", "notes", "requester", "contact"):
            limit = self.keys[key].max_length if key in self.keys else None
            if limit and row.get(key):
                row[key] = row[key][:limit]

    def _note(self, row: Row, story: Story, facts: dict[str, str]) -> None:
        kind, share = BUSY.get(story.meaning, "done"), 0.3
        if row.get("link"):
            kind, share, facts["link"] = "duplicate", 1, row["link"]
        elif story.was_reopened:
            kind, share = "reopened", 1
        elif story.meaning is Meaning.CANCELLED:
            kind, share = "cancelled", 0.7
        elif story.meaning is Meaning.NEW:
            share = 0
        elif story.meaning in BUSY:
            share = 0.6
        if self.rng.random() < share:
            row["notes"] = self.words.note(kind, facts, self.rng)


def _workers(desk: Desk) -> list[Person]:
    skilled = [person for person in desk.people if person.skills]
    return skilled or list(desk.people)


def _rating(column: Column, row: Row, rng: random.Random) -> float | None:
    """Mostly content; less so where the promise was broken."""
    low, high = column.minimum or 0, column.maximum or 5
    is_late = row.get("due") is not None and row["resolved"] > row["due"]
    grade = rng.choices(range(5), RATINGS[::-1] if is_late and rng.random() < 0.4 else RATINGS)[0]
    return float(round(low + (high - low) * grade / 4))
