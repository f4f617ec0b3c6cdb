"""Real people's processes beside real syncs, killed at any moment: nothing typed is lost or doubled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.flows.kill import run
from tests.store.postgres import MISSING, find_programs, running

SEED = int(os.environ.get("SHEETDESK_SEED", "1"))


pytestmark = pytest.mark.by_hand


def test_nothing_typed_is_lost_while_syncs_are_killed(tmp_path: Path) -> None:
    report = run(tmp_path / "desk", 60, SEED, enough=(16, 7))
    assert report.wrong == []
    assert report.saves.total() >= 16
    assert report.ended[-9] > 1


def test_two_syncs_at_once_do_no_harm(tmp_path: Path) -> None:
    report = run(tmp_path / "desk", 60, SEED + 10, syncs=2, longest_s=4, enough=(12, 4))
    assert report.wrong == []
    assert report.saves.total() >= 12
    assert report.ended.total() >= 4


def test_two_syncs_at_once_on_postgresql_do_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = find_programs()
    if programs is None:
        pytest.skip(MISSING)
    with running(programs) as url:
        monkeypatch.setenv("SHEETDESK_STORE", f"{url}&desk=shared")
        report = run(tmp_path / "desk", 60, SEED + 20, syncs=2, longest_s=4, enough=(12, 4))
    assert report.wrong == []
    assert report.saves.total() >= 12
    assert report.ended.total() >= 4
