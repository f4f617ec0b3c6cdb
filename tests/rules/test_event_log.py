"""A real event log: imported whole, its promises stand as when its events are replayed one by one."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.clock.history import Change, TicketHistory
from sheetdesk.clock.sla import standings
from sheetdesk.columns.base import Meaning
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk, read_template
from sheetdesk.flows.importing import import_tickets
from sheetdesk.flows.opening import open_desk, write_desk
from sheetdesk.intake.options import ImportOptions
from sheetdesk.rules.histories import tell_histories
from tests.conftest import shared_folder

LOG = shared_folder() / "data" / "tickets" / "uci_incident_events_sample.csv"
NOW = datetime(2016, 6, 1, tzinfo=UTC)
INCIDENTS = 300
COLUMNS = ["ticket", "target", "cycle", "policy", "started", "due", "ended", "used_min", "breached", "state"]


def desk_text() -> str:
    """The desk for IT with promises by urgency alone, which the log tells at every event."""
    text = read_template("it-service", "en").replace("zone: Europe/London", "zone: UTC")
    head, _, rest = text.partition("\nsla:\n")
    promises = (
        "  - {key: high, when: urgency = high, resolution: 8h, next_update: 4h, pauses: [pending, on hold]}\n"
        "  - {key: rest, resolution: 3wd, first_response: 2h, reopen: restarts}\n"
    )
    return f"{head}\nsla:\n{promises}{rest.partition(chr(10) * 2)[1]}{rest.partition(chr(10) * 2)[2]}"


def replayed(rows: list[dict[str, str]], desk: Desk) -> TicketHistory:
    """One incident's history, from its events as they stand in the file."""
    words = desk.import_mapping("servicenow").values
    # What the desk's mapping leaves to the words that every desk knows.
    status_words = {**words["status"], "Awaiting Problem": "on_hold", "Awaiting Evidence": "pending"}
    meanings = {choice.key: choice.meaning for choice in desk.column("status").choices}
    statuses: list[Change[Meaning]] = []
    policies: list[Change[str]] = []
    updates: list[datetime] = []
    status = rows[0]["incident_state"]
    created = moment(rows[0]["opened_at"])
    for row in rows:
        at = moment(row["sys_updated_at"])
        meaning = meanings.get(status_words.get(row["incident_state"], ""))
        if meaning is not None and (not statuses or statuses[-1].value is not meaning):
            statuses.append(Change(meaning, at, at))
        if row["incident_state"] != status:
            status = row["incident_state"]
            updates.append(at)
        policy = "high" if words["urgency"].get(row["urgency"]) == "high" else "rest"
        if not policies or policies[-1].value != policy:
            policies.append(Change(policy, at, at))
    left = [change.at for change in statuses if change.value not in (Meaning.NEW, Meaning.CANCELLED)]
    return TicketHistory(
        rows[0]["number"],
        created,
        tuple(statuses),
        tuple(policies),
        left[0] if left else None,
        tuple(updates),
    )


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


@pytest.mark.shared_data
@pytest.mark.skipif(not LOG.exists(), reason=f"no shared file {LOG.name}")
def test_an_imported_event_log_stands_as_its_events_replayed_one_by_one(tmp_path: Path) -> None:
    desk_file = write_desk(tmp_path / "desk", desk_text())
    with LOG.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    numbers = list(dict.fromkeys(row["number"] for row in lines))[:INCIDENTS]
    chosen = [row for row in lines if row["number"] in set(numbers)]
    short = tmp_path / "events.csv"
    with short.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(chosen[0]))
        writer.writeheader()
        writer.writerows(chosen)
    with open_desk(desk_file, NOW) as opened:
        desk = opened.desk
        options = ImportOptions(mapping=desk.import_mapping("servicenow"), add_choices=True, history=True)
        import_tickets(opened, short, options, now=NOW)
    with open_desk(desk_file, NOW) as opened:
        desk = opened.desk
        tickets = opened.store.table(desk.tickets).frame
        told = tell_histories(desk, tickets, opened.store.entries([desk.tickets]), NOW)
    by_number = defaultdict(list)
    for row in chosen:
        by_number[row["number"]].append(row)
    given = {number: replayed(rows, desk) for number, rows in by_number.items()}
    assert len(told) == len(given) == INCIDENTS
    times = {calendar.key: WorkingTime(calendar) for calendar in desk.calendars}
    # As all at once, and as it stood on several days while it went on.
    for day in (3, 5, 12, 40, 92):
        now = datetime(2016, 2, 29, tzinfo=UTC) + timedelta(days=day)
        found, wanted = (
            standings([h.until(now) for h in histories if h.created <= now], desk.sla, times, now)
            .sort_values(["ticket", "target", "cycle"])[COLUMNS].reset_index(drop=True)
            for histories in (told, [given[history.id] for history in told])
        )  # fmt: skip
        pd.testing.assert_frame_equal(found, wanted)
        assert len(found) > 20


def test_the_desk_of_the_log_is_in_order() -> None:
    assert [policy.key for policy in parse_desk(desk_text()).sla] == ["high", "rest"]
