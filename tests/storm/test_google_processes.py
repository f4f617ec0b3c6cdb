"""Real syncs beside people at a served sandbox, killed at any moment: nothing typed is lost or doubled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.storm.google.processes import run

pytestmark = pytest.mark.by_hand


@pytest.mark.parametrize("is_tagged", [False, True])
def test_nothing_typed_at_google_is_lost_while_syncs_are_killed(tmp_path: Path, *, is_tagged: bool) -> None:
    found = run(tmp_path, 60, int(os.environ.get("SHEETDESK_SEED", "1")), is_tagged=is_tagged)
    assert found.wrong == [], found
    assert found.ended[-9] > 1
    assert found.deeds.total() > 30
