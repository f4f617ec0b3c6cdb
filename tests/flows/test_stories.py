"""Every story comes out as it is told, and leaves nothing to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.story import STORIES, play

NAMES = sorted(path.stem for path in STORIES.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_a_story_comes_out_as_it_is_told(name: str, tmp_path: Path) -> None:
    text = (STORIES / f"{name}.txt").read_text("utf-8")
    came_out, team = play(text, tmp_path / "desk")
    assert came_out == text
    team.assert_at_rest()


def test_the_stories_are_there() -> None:
    assert len(NAMES) > 25
