"""A service desk's past, lived again: its event log typed into the sheet day by day, synced, ruled.

    python -m examples.replay_events incident_event_log.csv --days 10

The log is that of UCI's incident management data set (DOI 10.24432/C57S4H): one row for every change of
an incident. What happened since the last sync is typed into a real workbook, as people would; then the
sheet is synced. What the rules did is printed: who got a ticket and why, which promises broke, and what
people were told. Owners are left to the rules: the log's own are not typed in.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import openpyxl

import sheetdesk
from sheetdesk.channels.memory import Memory
from sheetdesk.desk.template import read_template
from sheetdesk.desk.tree import edit_text
from sheetdesk.flows import open_desk, sync
from sheetdesk.flows.opening import write_desk
from sheetdesk.flows.telling import send_notices

STATUS = {
    "New": "New", "Active": "In progress", "Awaiting User Info": "Waiting for requester",
    "Awaiting Problem": "Waiting for supplier", "Awaiting Vendor": "Waiting for supplier",
    "Awaiting Evidence": "Waiting for requester", "Resolved": "Resolved", "Closed": "Closed",
}  # fmt: skip
LEVELS = {"1 - High": 0, "2 - Medium": 1, "3 - Low": 2}
HOURS = (time(11), time(14), time(17, 30))


@dataclass(frozen=True)
class Event:
    """One row of the log: when, and how the incident was from then on."""

    number: str
    at: datetime
    status: str
    kind: int
    impact: int
    urgency: int
    requester: str


@dataclass
class Replayed:
    """What came of it: owners by ticket, tickets in the order their promise broke, messages."""

    owners: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    tickets: int = 0


def read_events(path: Path) -> list[Event]:
    """The events of the log in the order in which they happened."""
    with path.open(encoding="utf-8", newline="") as file:
        found = [event for row in csv.DictReader(file) if (event := _event(row)) is not None]
    return sorted(found, key=lambda event: event.at)


def _event(row: Mapping[str, str]) -> Event | None:
    status = STATUS.get(row["incident_state"])
    if status is None:
        return None
    at = datetime.strptime(row["sys_updated_at"], "%d/%m/%Y %H:%M")
    digits = "".join(c for c in row["category"] if c.isdigit())
    impact, urgency = (LEVELS.get(row[name], 2) for name in ("impact", "urgency"))
    return Event(row["number"], at, status, int(digits or 0), impact, urgency, row["caller_id"])


def replay(
    events: Sequence[Event], folder: Path, *, start: date | None = None, days: int = 10, quiet: bool = False
) -> Replayed:
    """Live the days again in a desk made in `folder`."""
    desk = write_desk(folder, _desk_text())
    first = start or events[0].at.date()
    chosen = [event for event in events if first <= event.at.date() < first + timedelta(days=days)]
    memory, done = Memory(), Replayed()
    with open_desk(desk) as opened:
        sheetdesk.build(opened, now=_utc(datetime.combine(first, time(0))))
    page = Page(folder / "tickets.xlsx")
    place = 0
    for moment in _moments(first, days):
        since = place
        while place < len(chosen) and chosen[place].at <= moment:
            place += 1
        now = _utc(moment)
        with open_desk(desk) as opened:
            page.type_in(chosen[since:place], opened)
            synced = sync(opened, now=now)
            send_notices(opened, now=now, environment={}, open_channel=lambda *_: memory)
        _tell(synced, memory, moment, done, quiet=quiet)
    done.tickets = len({event.number for event in chosen[:place]})
    return done


def _desk_text() -> str:
    """The desk that ships for IT, on the hours of the log, with messages kept in memory."""
    text = read_template("it-service", "en")
    changes = [(("zone",), "UTC"), (("sheets", 0, "file"), "tickets.xlsx")]
    telling = "channels:\n  log: {kind: memory}\nnotify: {default: log, quiet: false}\n"
    return f"{edit_text(text, changes)}\n{telling}"


def _moments(first: date, days: int) -> Iterator[datetime]:
    for day in range(days):
        for hour in HOURS:
            yield datetime.combine(first + timedelta(days=day), hour)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


class Page:
    """The ticket sheet as somebody at a spreadsheet program has it: rows found by what stands in them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def type_in(self, events: Sequence[Event], opened: sheetdesk.OpenDesk) -> None:
        """Every event as a person would type it: a new row, or a cell changed in the incident's row."""
        if not events:
            return
        desk = opened.desk
        titles = {key: desk.column(key).title for key in
                  ("created", "title", "type", "impact", "urgency", "status", "requester")}  # fmt: skip
        words = {key: [choice.title for choice in desk.column(key).choices] for key in
                 ("type", "impact", "urgency")}  # fmt: skip
        with warnings.catch_warnings():
            # Slicers are dropped by this program, and put back by the sync that follows.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(self.path)
        tab = book[desk.tickets.title]
        places = {str(cell.value): place for place, cell in enumerate(tab[1], 1)}
        rows = {
            str(tab.cell(row, places[titles["title"]]).value).partition(" ")[0]: row
            for row in range(2, tab.max_row + 1)
            if tab.cell(row, places[titles["title"]]).value
        }
        for event in events:
            row = rows.get(event.number)
            cells: dict[str, str | datetime] = {}
            if row is None:
                row = rows[event.number] = max(rows.values(), default=1) + 1
                cells = {
                    "created": event.at, "title": f"{event.number} category {event.kind}",
                    "type": words["type"][event.kind % len(words["type"])], "requester": event.requester,
                }  # fmt: skip
            cells |= {
                "impact": words["impact"][event.impact], "urgency": words["urgency"][event.urgency],
                "status": event.status,
            }  # fmt: skip
            for key, value in cells.items():
                tab.cell(row, places[titles[key]]).value = value
        book.save(self.path)


def _tell(synced: object, memory: Memory, moment: datetime, done: Replayed, *, quiet: bool) -> None:
    """What the rules did in this sync."""
    ran = getattr(synced, "ran", None)
    lines = []
    for ruled in ran.changes if ran is not None else ():
        change = ruled.change
        if change.column == "owner" and change.after:
            done.owners[change.row] = change.after
            lines.append(f"  {change.row} goes to {change.after}")
        if change.column == "assigned_because" and change.row in done.owners:
            lines.append(f"    {change.after}")
        if change.column == "sla_state" and change.after in ("overdue", "breached"):
            if change.row not in done.broken:
                done.broken.append(change.row)
            lines.append(f"  {change.row} is {change.after}")
    for message in memory.sent:
        done.messages.append((message.to.name, message.title))
        lines.append(f"  to {message.to.name}: {message.title}")
    memory.sent.clear()
    if lines and not quiet:
        print(f"{moment:%Y-%m-%d %H:%M}")
        print("\n".join(lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("log", type=Path, help="the event log, a CSV file")
    parser.add_argument("--days", type=int, default=10)
    parser.add_argument("--start", type=date.fromisoformat, help="the first day; that of the log by default")
    parser.add_argument("--folder", type=Path, help="where to keep the desk; a temporary folder by default")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        found = replay(
            read_events(given.log), given.folder or Path(spare) / "desk", start=given.start, days=given.days
        )
    print(
        f"{found.tickets} tickets, {len(found.owners)} assigned, {len(found.broken)} with a broken promise, "
        f"{len(found.messages)} messages."
    )
