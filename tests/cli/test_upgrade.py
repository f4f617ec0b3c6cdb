"""`sheetdesk upgrade` says beforehand what its sync would take over and put back."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Shell
from tests.flows.workbook_desk import WorkbookDesk


def test_a_dry_run_tells_what_people_did_and_what_would_be_put_back(sheetdesk: Shell, tmp_path: Path) -> None:
    desk = WorkbookDesk(tmp_path / "desk")
    desk.given([{"title": "Printer"}, {"title": "Login"}])
    desk.sync()
    desk.types("T-001", "Title", "Scanner")
    desk.types("T-002", "Month", "March")
    desk.write(desk.text.replace("title: Hardware", "title: Machines"))
    for _ in range(2):
        said = sheetdesk("upgrade", desk.folder, "--dry-run")
        assert said.code == 0
        assert "~ T-001  Title  Printer → Scanner" in said.out
        assert "× T-002  Month  " in said.out
    facts = json.loads(sheetdesk("upgrade", desk.folder, "--dry-run", "--json").out)
    [main] = [sheet for sheet in facts["synced"]["sheets"] if sheet["key"] == "main"]
    assert [(r["row"], r["reason"]) for r in main["refusals"]] == [("T-002", "formula")]
    assert desk.cell("T-002", "Month") == "March"
    assert "× T-002  Month  " in sheetdesk("upgrade", desk.folder).out
    assert desk.value("T-001", "title") == "Scanner"
