"""A desk with promises, rules and channels, tickets in its store alone, a mailbox for what is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from sheetdesk.channels.base import Channel, Message
from sheetdesk.desk.automation import ChannelSpec
from sheetdesk.flows import OpenDesk
from sheetdesk.flows.running import Ran, run
from sheetdesk.flows.telling import Sent, send_notices
from sheetdesk.store.outbox import KeptNotice
from sheetdesk.store.store import Write
from sheetdesk.table.change import Entry, diff
from sheetdesk.table.table import table_of
from tests.flows.team import Team

__all__ = ["MONDAY", "RULES", "Mailbox", "Ruled", "ruled_desk"]

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai on a plain working day."""

RULES = """
  - {key: give, when: status = new and owner is empty, then: assign anyone}
  - {key: hot, title: Hot one, when: priority = p1, then: [notify boss, "set notes = looked at"]}
"""

DESK = """
name: Ruled
locale: LOCALE
zone: Asia/Shanghai
ids: "T-{n:03}"
columns:
  - id
  - created
  - title
  - priority
  - status
  - owner
  - requester
  - contact
  - due
  - sla_state
  - sla
  - resolved
  - closed
  - flags
  - updated
  - notes
roles:
  boss: {title: Boss, edits: all, may: [add, archive, assign, approve]}
  agent: {title: Agent, edits: all, hides: [notes, contact], may: [add, assign]}
people:
  - {name: Ann Example, role: boss, mail: ann@example.com, cap: 0}
  - {name: Ben Example, role: agent, mail: ben@example.com}
sheets:
  - {key: main, file: tickets.xlsx, role: boss}
calendars:
  office: {zone: Asia/Shanghai, country: CN, week: {mon-fri: ["09:00-18:00"]}, settled: [2026, 2027]}
sla:
  - {key: top, when: priority = p1, resolution: 4h, pauses: [pending]}
  - {key: rest, resolution: 3wd, pauses: [pending]}
rules:
RULES
CHANNELS
"""


def ruled_desk(rules: str = RULES, more: str = "", locale: str = "en") -> str:
    """A desk file; `more` are further parts of it."""
    return (
        DESK.replace("LOCALE", locale)
        .replace("RULES\n", f"{rules.strip(chr(10))}\n")
        .replace("CHANNELS", more)
    )


@dataclass
class Mailbox:
    """A channel of every key that keeps what it gets; `trouble` is raised by the channels it names."""

    got: list[tuple[str, Message]] = field(default_factory=list)
    trouble: dict[str, Exception] = field(default_factory=dict)

    def open(self, spec: ChannelSpec, environment: Mapping[str, str]) -> Channel:
        return _Box(self, spec.key)

    @property
    def titles(self) -> list[str]:
        return [message.title for _, message in self.got]

    @property
    def names(self) -> list[str]:
        return [message.to.name for _, message in self.got]


@dataclass
class _Box:
    mailbox: Mailbox
    key: str

    def send(self, message: Message) -> None:
        if self.key in self.mailbox.trouble:
            raise self.mailbox.trouble[self.key]
        self.mailbox.got.append((self.key, message))


class Ruled(Team):
    """A team whose rules run at a moment that the test gives."""

    def __init__(self, folder: Path, desk: str = "", *, rules: str = RULES, more: str = "") -> None:
        super().__init__(folder, desk or ruled_desk(rules, more))
        self.now = MONDAY
        self.mailbox = Mailbox()

    def tickets(self, *rows: Mapping[str, Any], by: str = "test") -> None:
        """Tickets in the store alone, by key of column; what is not said is new and of now."""
        with self.desk() as opened:
            spec, store = opened.desk.tickets, opened.store
            before = store.table(spec)
            known = len(before)
            filled: list[dict[str, Any]] = [
                {"title": f"Ink {place}", "status": "new", "priority": "p3", "created": self.now, **row}
                for place, row in enumerate(rows, known + 1)
            ]
            keys = [column.key for column in spec.columns if column.key in before.frame.columns]
            columns: dict[str, list[Any]] = {key: [] for key in keys}
            for row in filled:
                for key in keys:
                    value = row.get(key)
                    columns[key].append(
                        pd.Timestamp(value).tz_convert("UTC").as_unit("us")
                        if isinstance(value, datetime)
                        else value
                    )
            ids = [f"T-{number:03}" for number in range(known + 1, known + len(rows) + 1)]
            new = table_of(spec, columns, ids)
            whole = {key: [*before.frame[key].tolist(), *new.frame[key].tolist()] for key in keys}
            after = table_of(spec, whole, [*map(str, before.frame.index), *ids])
            store.commit(
                store.version, [Write(before, diff(before, after))], by=by, why="import", run="given",
                now=self.now, counters={"": known + len(rows)},
            )  # fmt: skip

    def run(self, **options: Any) -> Ran:
        with self.desk() as opened:
            return run(opened, now=self.now, **options)

    def send(
        self,
        environment: Mapping[str, str] | None = None,
        opening: Callable[[ChannelSpec, Mapping[str, str]], Channel] | None = None,
    ) -> Sent:
        """Send what is due, into the mailbox or by real channels."""
        with self.desk() as opened:
            return send_notices(
                opened, now=self.now, environment=environment or {}, open_channel=opening or self.mailbox.open
            )

    def notices(self) -> list[KeptNotice]:
        with self.desk() as opened:
            return opened.store.outbox.notices()

    def states(self) -> list[str]:
        return [notice.state for notice in self.notices()]

    def keep(self, *notices: Mapping[str, Any]) -> None:
        """Notices into the outbox, as a run would."""
        with self.desk() as opened:
            keep(opened, notices, self.now)

    def version(self) -> int:
        with self.desk() as opened:
            return opened.store.version

    def cells(self, row: str) -> dict[str, Any]:
        with self.desk() as opened:
            cells = opened.store.table(opened.desk.tickets).frame.loc[row]
            return {str(key): value for key, value in cells.items()}

    def rewrite(self, old: str, new: str) -> None:
        """Somebody edits the desk file."""
        path = self.folder / "desk.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def written(self, run: str) -> list[Entry]:
        return [entry for entry in self.entries() if entry.run == run]


def keep(opened: OpenDesk, notices: Sequence[Mapping[str, Any]], now: datetime) -> None:
    known = len(opened.store.outbox.notices())
    facts = {
        f"n{number:03}": {
            "rule": "hot", "title": "Hot one", "ticket": "T-001", "about": "fired", "urgent": False,
            "to": {"kind": "person", "key": "Ann Example"}, "facts": {}, **notice,
        }
        for number, notice in enumerate(notices, known + 1)
    }  # fmt: skip
    opened.store.commit(opened.store.version, [], by="rules", why="rule", run="kept", now=now, notices=facts)
