"""The command line as a real process: quick help, pipes, completion."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
SCRIPT = str(Path(sys.executable).with_name("sheetdesk"))


def run(*line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        line, env=ENVIRONMENT | environment, capture_output=True, text=True, check=False, timeout=50
    )


def test_help_imports_no_heavy_library() -> None:
    code = """
import sys
from sheetdesk.cli import main
sys.argv = ["sheetdesk", "--help"]
try:
    main()
except SystemExit as stop:
    assert not stop.code
heavy = {"pandas", "sqlalchemy", "pydantic", "numpy", "openpyxl", "xlsxwriter", "ruamel"}
print("HEAVY", *heavy & set(sys.modules))
"""
    done = run(sys.executable, "-c", code)
    assert done.stdout.endswith("HEAVY\n"), done.stdout + done.stderr


def test_the_package_runs_as_a_module(tmp_path: Path) -> None:
    done = run(sys.executable, "-m", "sheetdesk", "check", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "No desk file" in done.stderr


def test_a_language_of_the_environment_is_spoken(tmp_path: Path) -> None:
    done = run(SCRIPT, "history", str(tmp_path), "X", SHEETDESK_LANG="zh")
    assert done.returncode == 2
    assert "处没有工单台文件" in done.stderr


def test_the_completion_script_is_printed() -> None:
    done = run(SCRIPT, _SHEETDESK_COMPLETE="bash_source")
    assert done.returncode == 0
    assert "_SHEETDESK_COMPLETE=bash_complete" in done.stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [("sheetdesk b", "plain,build\n"), ("sheetdesk new it", "plain,it-service\n")],
)
def test_completion_offers_commands_and_templates(words: str, offered: str) -> None:
    done = run(
        SCRIPT, _SHEETDESK_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" "))
    )
    assert done.stdout == offered


def test_a_reader_that_goes_away_leaves_no_traceback() -> None:
    process = subprocess.Popen(
        [SCRIPT, "schema"], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(50) == 1
