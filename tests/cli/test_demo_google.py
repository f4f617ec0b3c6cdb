"""`sheetdesk demo --google`: people at work in a local Google Sheets, and sync behind them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.flows import open_desk, opening
from sheetdesk.plan import draw
from sheetdesk.sheets.google.render import book
from tests.cli.conftest import Shell
from tests.cli.test_sandbox import running

WAIT_S = 240
EDITED = "The printer on floor 3 jams again"
TYPED = "No network in room 12"
ACTS = [("edit", True), ("row", True), ("rule", False), ("rule", True), ("sort", True)]
"""What the demo does as people, and whether it may."""
SMALL = """
name: A small desk
locale: %s
ids: "T-{n}"
columns:
  - id
  - title
  - {key: type, choices: [{key: net, title: Network}, {key: desk, title: Desks}]}
  - status
  - owner
  - {key: due, owner: rules}
  - assigned_because
  - created
roles:
  admin: {title: Admin, edits: all, may: [add, assign]}
sheets: [{key: main, file: tickets.xlsx, role: admin}]
people: [{name: Ann Example, role: admin, mail: ann@example.com, skills: {net: 5}}]
rules: [{key: give, when: owner is empty, then: "assign skill:type"}]
"""
"""Few columns and no reports: the sandbox has little to work out."""
STARTED = f"""
from sheetdesk.cli import main
from sheetdesk.flows import opening
opening.read_template = lambda *_: {SMALL % "en"!r}
main()
"""


def ask(address: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
        return json.loads(answer.read())


def read_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    said = ""
    until = time.monotonic() + WAIT_S
    while word not in said and (line := process.stdout.readline()):
        said += line
        assert time.monotonic() < until
    assert word in said, said
    return said


def titles(folder: Path) -> dict[str, str]:
    with open_desk(folder) as opened:
        frame = opened.store.table(opened.desk.tickets).frame
        return {str(ticket): str(title) for ticket, title in frame["title"].items()}


def test_a_newcomer_sees_the_loop_and_then_their_own_typing_merged(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    line = [sys.executable, "-c", STARTED, "demo", str(folder), "--google", "--lang", "en"]
    environment = {**os.environ, "SHEETDESK_LANG": "en", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*line, "--tickets", "8", "--rounds", "1000"], text=True, encoding="utf-8", env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            said = read_until(process, "Your turn")
            found = re.search(r"(http://127\.0\.0\.1:\d+)/#([\w-]+)", said)
            assert found
            address, file = found.groups()
            view = ask(address, f"/page/files/{file}")
            cell = {"file": file, "tab": view["tab"], "row": 2, "column": 1}
            ask(address, "/page/act", {**cell, "act": "edit", "text": "Typed on the page"})
            merged = read_until(process, "→ Typed on the page")
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=WAIT_S)
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, "")
    assert re.search(rf"~ T-3  Title  .* → {EDITED}\n", said)
    assert re.search(rf"\+ T-9  Title: {TYPED} · Type: Network · ", said)
    assert "Due, which the rules write. The spreadsheet's protection refuses it." in said
    assert "× T-5  Due  is written by rules; put back\n" in said
    owner = re.search(r"The new row became T-9; its owner is (\w+ Example)\.\n  Why: (.*)\n", said)
    assert owner
    assert owner[2].startswith(f"{owner[1]}, best of ")
    assert "9 of 9 rows have the ID and title of one ticket after the sort." in said
    assert re.match(r"~ T-\d+  Title  ", merged)
    assert f"SHEETDESK_GOOGLE_SANDBOX=http://127.0.0.1:8765 sheetdesk sync {folder}" in rest
    kept = titles(folder)
    assert kept["T-3"] == EDITED
    assert kept["T-9"] == TYPED
    assert "Typed on the page" in kept.values()


def test_a_script_gets_the_loop_as_json_and_can_go_on_from_what_is_kept(
    sheetdesk: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "read_template", lambda *_: SMALL % "zh")
    monkeypatch.setenv("SHEETDESK_GOOGLE_SANDBOX", "http://127.0.0.1:1")
    said = sheetdesk("demo", tmp_path / "d", "--google", "--json", "--tickets", 6, "--lang", "zh")
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out)
    assert [(act["act"], act["done"]) for act in told["acts"]] == ACTS
    (sheet,) = told["sync"]["sheets"]
    assert (sheet["state"], sheet["named"]) == ("synced", 1)
    assert [(one["column"], one["reason"]) for one in sheet["refusals"]] == [("due", "owner")]
    (new,) = told["new"]
    assert (new["ticket"], new["owner"]) == ("T-7", "Ann Example")
    assert new["because"].startswith("Ann Example，1 人中最合适：")
    assert (told["rows"], told["rows_in_place"]) == (7, 7)
    assert os.environ["SHEETDESK_GOOGLE_SANDBOX"] == "http://127.0.0.1:1"
    with running("--state", told["state"]) as sandbox:
        monkeypatch.setenv("SHEETDESK_GOOGLE_SANDBOX", sandbox.address)
        again = sheetdesk("sync", tmp_path / "d", lang="en")
    assert (again.code, again.out) == (0, "Nothing has changed.\n")


def test_the_default_template_goes_through_its_first_round(
    sheetdesk: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Fewer empty rows below the tickets: the sandbox works all of them out.
    monkeypatch.setattr(draw, "REACH", 20)
    monkeypatch.setattr(book, "SPARE_ROWS", 20)
    said = sheetdesk("demo", tmp_path / "d", "--google", "--json", "--tickets", 3, "--lang", "zh")
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out)
    assert [(act["act"], act["done"]) for act in told["acts"]] == ACTS
    (sheet,) = told["sync"]["sheets"]
    assert (sheet["state"], sheet["named"], sheet["problems"]) == ("synced", 1, [])
    (new,) = told["new"]
    assert new["ticket"] == "IT-00004"
    assert re.match(rf"{new['owner']}，\d 人中最合适：", new["because"])
    assert (told["rows"], told["rows_in_place"]) == (4, 4)


def test_a_desk_that_is_there_is_left_alone(sheetdesk: Shell, desk: Path) -> None:
    assert sheetdesk("demo", desk, "--google").code == 2
    assert not (desk / "google.json").exists()
    said = sheetdesk("demo", desk, "--port", 1, lang="en")
    assert (said.code, "belong to --google" in said.err) == (2, True)
