"""`sheetdesk` runs one command line in this process and hands back what it printed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sheetdesk.cli import main, words
from sheetdesk.flows import demo
from tests.table import NOW


@dataclass(frozen=True)
class Said:
    """What a command line printed and its exit code."""

    code: int
    out: str
    err: str


Shell = Callable[..., Said]


@pytest.fixture
def sheetdesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "SHEETDESK_LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*line: object, lang: str = "") -> Said:
        monkeypatch.setattr(words, "_spoken", "")
        monkeypatch.setattr(sys, "argv", ["sheetdesk", *map(str, line)])
        if lang:
            monkeypatch.setenv("SHEETDESK_LANG", lang)
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        return Said(int(stop.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "desk"
    demo(folder, template="it-service", locale="en", count=5, seed=1, now=NOW)
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Path:
    """A demo desk of five tickets, to do with as a test likes."""
    return shutil.copytree(made, tmp_path / "desk")
