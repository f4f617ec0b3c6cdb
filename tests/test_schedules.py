"""The schedules of `examples/` do what they say: cron, systemd, GitHub Actions and a Python script, each
against a local Google Sheets.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.flows import build, demo, open_desk, opening
from sheetdesk.flows.places import spreadsheet_id
from sheetdesk.sandbox import people
from sheetdesk.sandbox.access import OWNER
from sheetdesk.sandbox.front import Front
from sheetdesk.sandbox.people import Person
from sheetdesk.sandbox.server import Server
from sheetdesk.sheets.xlsx.stable import COMPOUND
from tests.cli.test_demo_google import SMALL
from tests.schedules import ROOT, Job, cron_job, github_job, library_job, systemd_job, unit

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
VARIABLE = "SHEETDESK_GOOGLE_SANDBOX"
JOBS: dict[str, Callable[[Path, Path, Mapping[str, str]], Job]] = {
    "cron": cron_job, "systemd": systemd_job, "github": github_job, "library": library_job,
}  # fmt: skip


@contextmanager
def serving(front: Front) -> Iterator[str]:
    server = Server(front)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Online:
    """A desk with ten tickets, and its spreadsheet in a sandbox."""

    def __init__(self, front: Front, address: str, folder: Path) -> None:
        self.front = front
        self.address = address
        self.folder = folder / "desk"
        self.programs = folder / "bin"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, address)
            patch.setattr(opening, "read_template", lambda *_: SMALL % "en")
            demo(self.folder, template="small", locale="en", count=10, seed=1, now=NOW, address="google:")
        self.programs.mkdir()
        program = self.programs / "sheetdesk"
        program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m sheetdesk "$@"\n')
        program.chmod(0o755)
        with open_desk(self.folder) as opened:
            (state,) = opened.store.sheets()
        self.person = Person(front.sandbox, spreadsheet_id(state.address) or "", OWNER)

    def job(self, name: str, **more: str) -> Job:
        return JOBS[name](
            self.folder, self.programs, {VARIABLE: self.address, "SHEETDESK_LANG": "en", **more}
        )

    def does(self, act: people.Act, **facts: Any) -> None:
        with self.front.lock:
            assert self.person.does(act, tab="Tickets", **facts)

    def titles(self) -> list[str]:
        with open_desk(self.folder) as opened:
            return list(opened.store.table(opened.desk.tickets).frame["title"])


@pytest.fixture(scope="module")
def online(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Online]:
    front = Front(seed=1)
    with serving(front) as address:
        yield Online(front, address, tmp_path_factory.mktemp("scheduled"))


@pytest.mark.parametrize("name", ["cron", "systemd", "library"])
def test_a_scheduled_sync_takes_in_what_was_typed(online: Online, name: str) -> None:
    online.does(people.edit, row=2, column=1, text=f"Typed before {name}")
    done = online.job(name).run()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Typed before {name}" in online.titles()
    # Neither cron's mail nor a log that others can read says what a ticket says.
    assert name == "systemd" or "Typed before" not in done.stdout


@pytest.mark.parametrize("name", ["cron", "github"])
def test_missing_credentials_end_a_scheduled_sync_with_code_2(online: Online, name: str) -> None:
    gone = "/nowhere/google.json"
    done = online.job(name, **{VARIABLE: "", "SHEETDESK_GOOGLE_CREDENTIALS": gone, "HOME": "/nowhere"}).run()
    # cron's line prints the log, whose own code is 0; GitHub's step writes the key file itself.
    said = done.stdout + done.stderr
    assert done.returncode == (0 if name == "cron" else 2), said
    assert ("CredentialsUnreadable" if name == "github" else gone) in said


def test_two_runs_at_once_wait_for_each_other(online: Online) -> None:
    online.does(people.edit, row=3, column=1, text="Typed before two")
    first, second = online.job("systemd").start(), online.job("library").start()
    ends = [(process.communicate(timeout=240), process.returncode) for process in (first, second)]
    assert [code for _, code in ends] == [0, 0], ends
    assert online.titles().count("Typed before two") == 1


def test_a_run_that_may_not_wait_says_that_another_is_at_it(online: Online) -> None:
    line = [str(online.programs / "sheetdesk"), "sync", str(online.folder), "--wait", "0", "--json"]
    with open_desk(online.folder) as opened, opened.store.lease(0) as lease:
        assert lease
        done = subprocess.run(line, env={VARIABLE: online.address}, capture_output=True, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit"], told["error_kind"], told["sheets"]) == (3, 3, "SyncRunning", [])


def test_githubs_step_prints_states_counts_and_duration_and_no_ticket(online: Online) -> None:
    online.does(people.type_below, texts=["", "A new row", "Network"])
    said = online.job("github").run().stdout
    assert "A new row" not in said
    assert "A new row" in online.titles()
    told = json.loads(said)
    assert (told["exit"], told["error_kind"]) == (0, None)
    assert 0 < told["duration_s"] < 240
    (sheet,) = told["sheets"]
    assert (sheet["key"], sheet["state"], sheet["error_kind"]) == ("main", "synced", None)
    assert sheet["counts"]["named"] == 1
    assert sheet["counts"]["written"] > 0


def test_rows_that_vanish_at_once_are_held_with_code_1(online: Online) -> None:
    online.does(people.delete_row, row=2, count=8)
    done = online.job("library").run()
    assert done.returncode == 1
    assert "main: held " in done.stdout
    assert "vanished=8" in done.stdout
    # systemd takes that for no failure: people have to act.
    assert unit("sheetdesk-sync.service")["Service"]["SuccessExitStatus"] == "1"


def test_a_file_that_somebody_has_open_is_no_failure_and_a_broken_one_is(
    online: Online, tmp_path: Path
) -> None:
    desk = tmp_path / "desk"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "read_template", lambda *_: SMALL % "en")
        demo(desk, template="small", locale="en", count=3, seed=1, now=NOW)
    (desk / "~$tickets.xlsx").write_bytes(b"\x03Ann" + b" " * 161)
    with open_desk(desk) as opened:
        build(opened, now=NOW, out=tmp_path / "copy.xlsx")
    environment = {"SHEETDESK_LANG": "en"}
    line = [str(online.programs / "sheetdesk"), "sync", str(desk), "main", "--json"]
    pending = subprocess.run(line, env=environment, capture_output=True, check=False)
    told = json.loads(pending.stdout)
    assert (pending.returncode, told["exit"], told["sheets"][0]["state"]) == (0, 0, "pending")
    # A zip that is not whole would be waited for; a workbook under a password is refused at once.
    (desk / "tickets.xlsx").write_bytes(COMPOUND + bytes(600))
    broken = library_job(desk, online.programs, environment).run()
    assert (broken.returncode, broken.stderr.partition(":")[0]) == (3, "PackageBroken")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_systemd_knows_every_setting(online: Online, tmp_path: Path) -> None:
    for name in ("sheetdesk-sync.service", "sheetdesk-sync.timer"):
        text = (ROOT / "examples" / "schedule" / name).read_text("utf-8")
        program = str(online.programs)
        (tmp_path / name).write_text(text.replace("/opt/sheetdesk/.venv/bin", program), "utf-8")
    line = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "sheetdesk-sync.timer")]
    said = subprocess.run(line, capture_output=True, text=True, check=False)
    assert "Unknown" not in said.stderr, said.stderr
    assert "Failed to parse" not in said.stderr, said.stderr
