"""The examples run, on a little of the real input where it is there and on made-up input everywhere."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import openpyxl
import pytest

from examples.main_job import main_job
from examples.replay_events import read_events, replay
from sheetdesk.flows import open_desk
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.package import Package
from tests.conftest import shared_folder

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 31, 6, 30, tzinfo=UTC)
INCIDENTS = shared_folder() / "data" / "tickets" / "uci_incidents_last_state.csv.gz"
WORK_ORDERS = shared_folder() / "data" / "tickets" / "zh_rental_workorders_pseudonymised.csv"
ROWS = 400
FIRST_DAY = date(2016, 2, 29)


def tickets_of(path: Path, tab: str) -> Sequence[tuple[object, ...]]:
    """The rows of a tab, header aside."""
    book = openpyxl.load_workbook(path, read_only=True)
    rows = list(book[tab].iter_rows(min_row=2, values_only=True))
    book.close()
    return rows


@pytest.mark.shared_data
@pytest.mark.skipif(not INCIDENTS.exists(), reason=f"no shared file {INCIDENTS.name}")
def test_incidents_of_a_service_desk_become_a_workbook(tmp_path: Path) -> None:
    with gzip.open(INCIDENTS, "rt", encoding="utf-8") as source:
        short = tmp_path / "incidents.csv"
        short.write_text("".join(islice(source, ROWS + 1)), "utf-8")
    path = main_job("it-service", tmp_path / "desk", [short], now=NOW)
    rows = tickets_of(path, "Tickets")
    assert (len(rows), rows[0][0]) == (ROWS, "INC0000045")
    assert check_package(Package.read(path)) == []


@pytest.mark.shared_data
@pytest.mark.skipif(not WORK_ORDERS.exists(), reason=f"no shared file {WORK_ORDERS.name}")
def test_work_orders_of_a_chinese_team_become_a_workbook_and_come_again_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = tmp_path / "orders.csv"
    with WORK_ORDERS.open(encoding="utf-8") as source:
        short.write_text("".join(islice(source, ROWS + 1)), "utf-8")
    start = str(ROOT / "examples" / "rental.yaml")
    for _ in range(2):
        path = main_job(start, tmp_path / "desk", [short], "export", NOW)
    rows = tickets_of(path, "工单")
    assert (len(rows), rows[0][0], rows[0][3]) == (ROWS, "WO-00001", "合租")
    assert "0 added, 0 updated, 0 set aside" in capsys.readouterr().out
    assert check_package(Package.read(path)) == []


def test_the_example_runs_as_a_command(tmp_path: Path) -> None:
    made_up = tmp_path / "tickets.csv"
    made_up.write_text("Ticket,Subject,State,Opened\nA-1,Printer,Open,2026-03-01 09:00\n", "utf-8")
    command = [sys.executable, "examples/main_job.py", "it-service", str(tmp_path / "desk"), str(made_up)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "tickets.csv: 1 added, 0 updated, 0 set aside" in done.stdout
    assert "s of CPU" in done.stdout


EVENTS = shared_folder() / "data" / "tickets" / "uci_incident_events_sample.csv"


@pytest.mark.shared_data
@pytest.mark.skipif(not EVENTS.exists(), reason=f"no shared file {EVENTS.name}")
def test_a_day_of_a_service_desk_is_lived_again_through_sync_and_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [event for event in read_events(EVENTS) if event.at.date() == FIRST_DAY]
    done = replay(events, tmp_path / "desk", days=1)
    rows = tickets_of(tmp_path / "desk" / "tickets.xlsx", "Tickets")
    assert len([row for row in rows if row[0]]) == done.tickets >= 10
    assert done.owners
    assert {name for name, _ in done.messages} >= set(done.owners.values())
    told = capsys.readouterr().out
    for ticket, owner in done.owners.items():
        assert f"{ticket} goes to {owner}" in told
    with open_desk(tmp_path / "desk") as opened:
        assert opened.store.audit([opened.desk.tickets]).is_whole
        states = opened.store.table(opened.desk.tickets).frame["sla_state"]
        assert states.notna().all()
        assert set(done.broken) >= set(states.index[states.isin(["overdue", "breached"])])
