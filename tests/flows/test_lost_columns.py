"""A column that somebody deleted at Google: told of until an upgrade has put it back, as the list of problems
promises.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.flows import Synced
from sheetdesk.flows.journal import verify
from sheetdesk.plan import draw
from tests.flows.online import ME, Online

ROWS: list[dict[str, Any]] = [{"title": "Printer", "type": "hard", "status": "open"}, {"title": "Login"}]
REACH = 20
ASKED = (
    "sheets(properties,protectedRanges,conditionalFormats,"
    "data.rowData.values(userEnteredValue,dataValidation))"
)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer empty rows below the tickets: the sandbox works all of them out."""
    monkeypatch.setattr(draw, "REACH", REACH)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Online:
    made = Online(tmp_path_factory.mktemp("online") / "desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "REACH", REACH)
        made.given(ROWS)
        made.sync()
    return made


def lost(synced: Synced) -> list[str]:
    return [p.raw for sheet in synced.sheets for p in sheet.problems if p.kind == "lost_column"]


def delete(desk: Online, title: str) -> None:
    number = next(s["properties"]["sheetId"] for s in standing(desk) if "Tickets" in s["properties"]["title"])
    at = desk.place(title)
    block = {"sheetId": number, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    assert desk.person(ME).tries([{"deleteDimension": {"range": block}}]) is None


def standing(desk: Online) -> list[dict[str, Any]]:
    sheets: list[dict[str, Any]] = desk.looking.get(desk.id, ASKED)["sheets"]
    return sheets


def guarded(desk: Online) -> dict[str, Any]:
    """What of the tickets is protected, checked and coloured, by the titles of columns."""
    [tickets] = [s for s in standing(desk) if s["properties"]["title"] == "Tickets"]
    grid = desk.tab()
    titles = [grid.cell(0, at) for at in range(len(grid.columns))]
    locked: list[Any] = []
    for lock in tickets["protectedRanges"]:
        block = lock["range"]
        columns = titles[block.get("startColumnIndex", 0) : block.get("endColumnIndex")]
        locked += [(title, block.get("startRowIndex"), block.get("endRowIndex")) for title in columns]
    checks = tickets["data"][0]["rowData"][1]["values"]
    found = [(title, cell.get("dataValidation")) for title, cell in zip(titles, checks, strict=False)]
    checked = {title: (check["condition"]["type"], check["inputMessage"]) for title, check in found if check}
    formats = [rule["booleanRule"]["format"] for rule in tickets["conditionalFormats"]]
    return {"locked": sorted(locked, key=str), "checked": checked, "formats": formats}


@pytest.mark.parametrize("title", ["Type", "Status", "Risk", "Month"])
def test_an_upgrade_puts_a_deleted_column_of_a_spreadsheet_back(
    begun: Online, tmp_path: Path, title: str
) -> None:
    desk = begun.twin(tmp_path / "desk")
    before, cells = guarded(desk), [desk.cell(name, title) for name in ("T-001", "T-002")]
    delete(desk, title)
    for _ in range(2):
        assert lost(desk.sync()) == [title]
    assert [(s.kind, s.facts["title"]) for s in desk.upgrade(dry_run=True).steps] == [("column_lost", title)]
    assert desk.upgrade().is_done
    assert desk.upgrade().steps == ()
    assert [desk.cell(name, title) for name in ("T-001", "T-002")] == cells
    assert "#REF!" not in json.dumps(standing(desk))
    assert guarded(desk) == before
    desk.sync()
    assert [(s.state, s.entries, s.problems) for s in desk.sync().sheets] == [("quiet", [], [])]
    with desk.desk() as opened:
        assert verify(opened).is_whole
