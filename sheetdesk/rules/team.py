"""The team that tickets are assigned to: what the Team tab says of each member, and what it cannot mean.

What cannot be used counts as left empty, and is a Problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.columns.base import Problem, blank, plain
from sheetdesk.columns.number import parse_number
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.skills import SkillWords
from sheetdesk.errors import near

__all__ = ["Member", "Team", "is_absent", "on_shift", "read_team"]

MOST_TOLD = 8


@dataclass(frozen=True)
class Member:
    """One person. `skills` are levels by key of the type column, 5 the best; `cap` None: any number.

    `share` is the part of full time spent on tickets, 0 for none. Absence is from the first day to the
    last, both inclusive; without either end it has none there.
    """

    name: str
    mail: str = ""
    chat: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    share: float = 1.0
    cap: int | None = None
    shift: str = ""
    absent_from: date | None = None
    absent_to: date | None = None
    backup: str = ""


@dataclass(frozen=True)
class Team:
    """All members, in the order of the Team tab."""

    members: tuple[Member, ...] = ()

    @property
    def by_name(self) -> dict[str, Member]:
        return {member.name: member for member in self.members}


def is_absent(member: Member, day: date) -> bool:
    """Whether the member is away on a day of the desk's zone."""
    first, last = member.absent_from, member.absent_to
    if first is None and last is None:
        return False
    return (first is None or first <= day) and (last is None or day <= last)


def on_shift(member: Member, now: datetime, times: Mapping[str, WorkingTime]) -> bool:
    """Whether the member's calendar is open; without a shift always. Raises KeyError for no such calendar."""
    if not member.shift:
        return True
    return bool(times[member.shift].elapsed(now, now + timedelta(microseconds=1)) > 0)


def read_team(desk: Desk, people: pd.DataFrame) -> tuple[Team, list[Problem]]:
    """The members in the table's order, and a Problem for each cell that cannot be used.

    `people` is the frame of the people table, indexed by name. A column that it lacks is empty.
    """
    reader = _Reader(desk, {_folded(name): str(name) for name in people.index})
    rows = people.reindex(columns=COLUMNS).itertuples(name=None)
    members = tuple(reader.member(str(name), dict(zip(COLUMNS, cells, strict=True))) for name, *cells in rows)
    return Team(members), reader.problems


COLUMNS = ("mail", "chat", "skills", "share", "cap", "shift", "absent_from", "absent_to", "backup")


class _Reader:
    """Reads row by row and collects problems."""

    def __init__(self, desk: Desk, names: Mapping[str, str]) -> None:
        self.desk = desk
        self.names = names
        self.calendars = {_folded(calendar.key): calendar.key for calendar in desk.calendars}
        self.words = SkillWords(desk)
        self.problems: list[Problem] = []

    def member(self, name: str, cells: Mapping[str, Any]) -> Member:
        first, last = (self._day(name, key, cells[key]) for key in ("absent_from", "absent_to"))
        if first is not None and last is not None and last < first:
            other = self.desk.table("people").column("absent_from").title
            self._complain(name, "absent_to", last, self.text("day_after", other=other))
            last = None
        return Member(
            name,
            _text(cells["mail"]),
            _text(cells["chat"]),
            self._skills(name, cells["skills"]),
            self._share(name, cells["share"]),
            self._cap(name, cells["cap"]),
            self._shift(name, cells["shift"]),
            first,
            last,
            self._backup(name, cells["backup"]),
        )

    def _skills(self, name: str, cell: Any) -> dict[str, int]:
        skills: dict[str, int] = {}
        titles = self.words.titles
        for skill in () if blank(cell) else self.words.read(plain(cell)):
            if skill.key is None:
                hint = near(skill.word, titles) or ""
                choices = _some(titles) or self.desk.locale.text("words.none")
                example = hint or next(iter(titles), "…")
                expected = self.text("skill", example=example, choices=choices)
                self._complain(name, "skills", skill.typed, expected, hint)
            elif skill.level is None:
                self._complain(name, "skills", skill.typed, self.text("skill_level", skill=skill.word))
            else:
                skills[skill.key] = skill.level
        return skills

    def _share(self, name: str, cell: Any) -> float:
        number = 1.0 if blank(cell) else parse_number(plain(cell))
        if number is not None and 0 <= number <= 1:
            return number
        self._complain(name, "share", cell, self.text("number_between", low="0", high="1"))
        return 1.0

    def _cap(self, name: str, cell: Any) -> int | None:
        if blank(cell):
            return None
        number = parse_number(plain(cell))
        if number is not None and number >= 0 and number.is_integer():
            return int(number)
        self._complain(name, "cap", cell, self.text("whole_from", low="0"))
        return None

    def _day(self, name: str, key: str, cell: Any) -> date | None:
        if blank(cell):
            return None
        if isinstance(cell, datetime):
            return cell.date()
        try:
            return date.fromisoformat(plain(cell))
        except ValueError:
            self._complain(name, key, cell, self.text("date"))
            return None

    def _shift(self, name: str, cell: Any) -> str:
        if blank(cell):
            return ""
        key = self.calendars.get(_folded(cell))
        if key is None:
            known = list(self.calendars.values())
            choices = _some(known) or self.desk.locale.text("words.none")
            hint = near(plain(cell), known) or ""
            self._complain(name, "shift", cell, self.text("calendar", choices=choices), hint)
        return key or ""

    def _backup(self, name: str, cell: Any) -> str:
        if blank(cell):
            return ""
        backup = self.names.get(_folded(cell), "")
        if backup in ("", name):
            others = [other for other in self.names.values() if other != name]
            hint = "" if backup else near(plain(cell), others) or ""
            self._complain(name, "backup", cell, self.text("colleague"), hint)
            return ""
        return backup

    def text(self, key: str, **facts: object) -> str:
        return self.desk.locale.text(f"expected.{key}", **facts)

    def _complain(self, name: str, column: str, raw: Any, expected: str, hint: str = "") -> None:
        self.problems.append(Problem("team", column, plain(raw), expected, hint, ticket=name))


def _text(cell: Any) -> str:
    return "" if blank(cell) else str(cell).strip()


def _folded(word: Any) -> str:
    return " ".join(plain(word).split()).casefold()


def _some(words: list[str]) -> str:
    shown = ", ".join(words[:MOST_TOLD])
    return f"{shown} …" if len(words) > MOST_TOLD else shown
