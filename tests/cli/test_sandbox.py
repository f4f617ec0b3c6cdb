"""`sheetdesk sandbox` as a real process: its address, its state file, its end at a signal."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell

WAIT_S = 30


class Running:
    """A running sandbox and where it is."""

    def __init__(self, *options: object, lang: str = "en") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sheetdesk", "sandbox", "--port", "0", *map(str, options)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "SHEETDESK_LANG": lang, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.first = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", self.first)
        assert found, self.first + self.process.communicate()[1]
        self.address = found[0]

    def ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            return json.loads(answer.read())

    def end(self, name: signal.Signals) -> tuple[int, str, str]:
        """Exit code and what was printed since the first line."""
        self.process.send_signal(name)
        out, err = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, out, err


@contextmanager
def running(*options: object, lang: str = "en") -> Iterator[Running]:
    started = Running(*options, lang=lang)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.process.communicate()


@pytest.mark.parametrize(
    ("lang", "name", "first", "last"),
    [
        ("en", signal.SIGINT, "A local Google Sheets is at ", "The sandbox has ended.\n"),
        ("zh", signal.SIGTERM, "本机 Google 表格已在 ", "沙盒已结束。\n"),
    ],
)
def test_it_says_where_it_is_and_ends_cleanly_at_a_signal(
    lang: str, name: signal.Signals, first: str, last: str
) -> None:
    with running(lang=lang) as sandbox:
        assert sandbox.first.startswith(first)
        assert sandbox.ask("/page/files") == []
        assert sandbox.end(name) == (0, last, "")


def test_its_spreadsheets_are_there_again_the_next_time(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with running("--state", state) as sandbox:
        made = sandbox.ask("/v4/spreadsheets", {"properties": {"title": "Tickets"}})["spreadsheetId"]
        assert sandbox.end(signal.SIGTERM)[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    with running("--state", state, "--test-routes") as sandbox:
        assert sandbox.ask("/page/files") == [{"id": made, "title": "Tickets"}]
        assert sandbox.ask("/_sandbox/log")["log"] == []


def test_a_file_that_is_no_state_is_refused_and_left_alone(sheetdesk: Shell, tmp_path: Path) -> None:
    state = tmp_path / "notes.txt"
    state.write_text("to do", "utf-8")
    said = sheetdesk("sandbox", "--port", 0, "--state", state, lang="zh")
    assert (said.code, said.out) == (2, "")
    assert "不是沙盒保存的表格" in said.err
    assert state.read_text("utf-8") == "to do"


def test_a_port_in_use_is_told(sheetdesk: Shell) -> None:
    with running() as sandbox:
        said = sheetdesk("sandbox", "--port", sandbox.address.rpartition(":")[2])
    assert (said.code, said.out) == (3, "")
    assert "in use" in said.err
