"""Whole syncs of a desk whose store is on a server: as with a file, and one run at a time."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

import pytest

from sheetdesk.cli import main, words
from tests.flows.team import DESK, Team
from tests.store import NewPlace, Place

ROWS = [{"ID": "T-001", "Title": "Ink", "Type": "Hardware"}, {"ID": "T-002", "Title": "Editor"}]


def made(folder: Path, place: Place) -> Team:
    """Two tickets in a workbook, and in the store at a place."""
    team = Team(folder / "desk", f"store: '{place}'\n{DESK}")
    team.given(ROWS)
    return team


def test_a_desk_on_a_server_is_synced_as_one_in_a_file(postgres: str, tmp_path: Path) -> None:
    team = made(tmp_path, f"{postgres}&desk=t{uuid.uuid4().hex[:12]}")
    begun = team.entries()[-1].number
    with team.people() as book:
        tab = book.tab()
        tab.type(tab.row_of("T-001"), "Title", "Ink is dry")
        tab.type(4, "Title", "Screen")
        tab.type(4, "Type", "Software")
    states = [(sheet.state, sheet.named) for _ in range(2) for sheet in team.sync().sheets]
    assert states == [("synced", 1), ("quiet", 0)]
    assert [(row, team.value(row, "title")) for row in team.ids()] == [
        ("T-001", "Ink is dry"), ("T-002", "Editor"), ("T-003", "Screen"),
    ]  # fmt: skip
    told = [(e.kind, e.row, e.column, e.by) for e in team.entries(begun) if e.why == "sync"]
    assert told == [
        ("changed", "T-001", "title", "sheet:tickets.xlsx"), ("added", "T-003", "", "sheet:tickets.xlsx"),
    ]  # fmt: skip
    assert team.tab().value(4, team.tab().column("ID")) == "T-003"
    assert not list(team.folder.glob("desk.db*"))
    team.assert_at_rest()


def test_a_run_that_finds_another_at_work_says_so_and_does_nothing(
    new_place: NewPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    team = made(tmp_path, new_place())
    with team.people() as book:
        book.tab().type(2, "Title", "Ink is dry")

    def command(lang: str) -> tuple[int, str, str]:
        monkeypatch.setattr(words, "_spoken", "")
        monkeypatch.setenv("SHEETDESK_LANG", lang)
        monkeypatch.setattr(sys, "argv", ["sheetdesk", "sync", str(team.folder), "--wait", "0"])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        return int(stop.value.code or 0), said.out, said.err

    before = team.state()
    with team.desk() as other, other.store.lease(1) as got:
        assert got
        assert command("en") == (
            3, "", "Another sync of this desk is still running after 0 s; nothing was done. "
            "It will do the work, or run this again.\n",
        )  # fmt: skip
        code, out, err = command("zh")
        assert (code, out) == (3, "")
        assert err == "本工单台的另一次同步 0 秒后仍在运行，未作任何操作。它会完成工作，或请稍后重试。\n"
    assert team.state() == before
    code, out, _ = command("en")
    assert code == 0
    assert "Ink → Ink is dry" in out
