"""`python -m tests.storm`: what it exits with, and which seeds it keeps."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.storm import __main__ as program
from tests.storm.oracle import Violation
from tests.storm.simulator import Outcome


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The seeds of schedules that break a rule; none is really run."""
    seeds: set[int] = set()

    def storm(seed: int, *_: Any, **__: Any) -> Outcome:
        violations = [Violation("I3", f"lost {seed}"), Violation("I1", "more")] if seed in seeds else []
        return Outcome(seed, violations, Counter(saves=1), [f"story of {seed}"])

    monkeypatch.setattr(program, "storm", storm)
    monkeypatch.setattr(program, "online_storm", storm)
    return seeds


def test_seeds_that_break_a_rule_are_kept_behind_those_of_before(
    broken: set[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "seeds.txt"
    broken |= {12, 14}
    for more in (["--short"], ["--files"], ["--google"]):
        assert program.main(["--seeds", "5", "--start", "10", "--kept", str(kept), *more]) == 1
        assert "2 of 5 schedules violated" in capsys.readouterr().out
    assert kept.read_text("utf-8").splitlines() == [
        f"{kind} {seed} I3  lost {seed}" for kind in ("memory", "files", "google") for seed in (12, 14)
    ]


def test_where_nothing_breaks_no_file_is_made(
    broken: set[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "seeds.txt"
    assert program.main(["--seeds", "5", "--kept", str(kept)]) == 0
    assert "0 of 5 schedules violated" in capsys.readouterr().out
    # Those that are known to break everything are no news.
    broken |= {1, 2}
    for opponent in ("--naive", "--a1"):
        assert program.main(["--seeds", "5", "--kept", str(kept), opponent]) == 1
    assert not kept.exists()


def test_one_schedule_is_told_whole_and_not_kept(
    broken: set[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "seeds.txt"
    assert program.main(["--one", "3", "--kept", str(kept)]) == 0
    broken |= {3}
    assert program.main(["--one", "3", "--kept", str(kept)]) == 1
    assert capsys.readouterr().out.splitlines() == ["story of 3"] * 2 + ["I3  lost 3", "I1  more"]
    assert not kept.exists()
