"""`sheetdesk probe` tells what it saw beside what was expected, and deletes what it made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.sheets.google import opening
from sheetdesk.sheets.google.client import Google
from tests.cli.conftest import Shell
from tests.sheets.google.empty import Empty, session_over
from tests.sheets.google.scripted import SHEET


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> Empty:
    adapter = Empty()

    def opened(environment: Any, *, named: Any = None, warn: Any = None, **options: Any) -> Google:
        if warn is not None:
            warn(Path("key.json"))
        return Google(session_over(adapter), **options)

    monkeypatch.setattr(opening, "open_google", opened)
    return adapter


def test_each_finding_stands_beside_what_was_expected(sheetdesk: Shell, empty: Empty) -> None:
    said = sheetdesk("probe", "--only", 2, "--only", 6, "--only", 9, lang="en")
    assert said.code == 1
    assert said.out.splitlines()[1:4] == [
        "×  2  A batch deletes what is not there",
        "      expected: it is refused, and nothing of it is applied",
        '      seen: outcome "applied", cell null',
    ]
    assert "by hand: undo the batch in the browser; copy a tagged row;" in said.out
    assert said.out.splitlines()[-1] == "0 as expected, 2 otherwise, 1 to be judged by a person."
    assert said.err == "Other users of this machine can read the key key.json: chmod 600 it.\n"


def test_it_speaks_chinese(sheetdesk: Shell, empty: Empty) -> None:
    said = sheetdesk("probe", "--only", 6, lang="zh")
    assert "×  6  下拉列表中的标记，然后排序" in said.out
    assert "人工：在浏览器中撤销该批次；复制带标记的行；" in said.out


def test_nothing_that_differs_is_no_failure(sheetdesk: Shell, empty: Empty) -> None:
    assert sheetdesk("probe", "--only", 9).code == 0


def test_the_spreadsheet_it_made_is_deleted_even_when_it_fails(sheetdesk: Shell, empty: Empty) -> None:
    sheetdesk("probe", "--only", 9)
    assert empty.asked[0] == ("POST", "/v4/spreadsheets")
    assert empty.asked[-1] == ("DELETE", f"/drive/v3/files/{SHEET}")
    empty.refuses = ("addSheet",)
    said = sheetdesk("probe", "--only", 9)
    assert said.code == 3
    assert empty.asked[-1] == ("DELETE", f"/drive/v3/files/{SHEET}")


def test_in_a_spreadsheet_that_is_named_only_its_own_tabs_go(sheetdesk: Shell, empty: Empty) -> None:
    sheetdesk("probe", "--sheet", "1other", "--only", 9)
    assert {path for _, path in empty.asked} == {
        "/v4/spreadsheets/1other", "/v4/spreadsheets/1other:batchUpdate",
    }  # fmt: skip
    assert empty.kinds[-1] == "deleteSheet"


def test_what_is_to_be_kept_is_kept(sheetdesk: Shell, empty: Empty) -> None:
    said = sheetdesk("probe", "--only", 9, "--keep", lang="en")
    assert f"Kept: {SHEET}." in said.out
    assert "DELETE" not in {method for method, _ in empty.asked}


def test_scripts_get_json(sheetdesk: Shell, empty: Empty) -> None:
    said = sheetdesk("probe", "--only", 2, "--json", lang="en")
    assert json.loads(said.out) == {
        "sheet": SHEET, "kept": False,
        "probes": [{
            "probe": 2, "title": "A batch deletes what is not there",
            "expected": "it is refused, and nothing of it is applied",
            "seen": {"outcome": "applied", "cell": None}, "holds": False, "by_hand": [],
        }],
    }  # fmt: skip


def test_without_credentials_it_says_what_is_missing(
    sheetdesk: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SHEETDESK_GOOGLE_CREDENTIALS", "SHEETDESK_GOOGLE_SANDBOX", "GOOGLE_APPLICATION_CREDENTIALS",
                 "XDG_CONFIG_HOME", "CLOUDSDK_CONFIG"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    said = sheetdesk("probe", lang="en")
    assert said.code == 2
    assert "SHEETDESK_GOOGLE_CREDENTIALS" in said.err
