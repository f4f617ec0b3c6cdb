"""In which language the command line speaks, and how columns are laid out."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetdesk.cli import words
from sheetdesk.cli.words import aligned, speak, spoken_locale
from sheetdesk.locales.locale import load_locale
from tests.cli.conftest import Shell


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_spoken", "")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "SHEETDESK_LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("LANG", "zh_CN.UTF-8", "zh"), ("LANG", "C.UTF-8", "en"), ("LC_ALL", "C", "en"),
        ("LANG", "fr_FR", "en"),
        ("SHEETDESK_LANG", "zh", "zh"), ("SHEETDESK_LANG", "ZH-Hans", "zh"), ("LC_MESSAGES", "en_GB", "en"),
    ],
)  # fmt: skip
def test_the_environment_says_the_language(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str
) -> None:
    monkeypatch.setenv(name, value)
    assert spoken_locale() == code


def test_without_an_environment_it_speaks_english() -> None:
    assert spoken_locale() == "en"


def test_a_desk_that_was_read_says_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB")
    speak(load_locale("zh"))
    assert spoken_locale() == "zh"


def test_the_persons_own_choice_wins_over_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEETDESK_LANG", "en")
    speak(load_locale("zh"))
    assert spoken_locale() == "en"


def test_errors_speak_the_desks_language_once_it_is_read(sheetdesk: Shell, tmp_path: Path) -> None:
    sheetdesk("new", "bugs", tmp_path, "--lang", "zh")
    assert "本工单台中没有" in sheetdesk("build", tmp_path, "--role", "x").err


def test_columns_are_aligned_by_width_on_the_screen() -> None:
    assert aligned([["工单", "b"], ["a", "bb", "c"], []]) == ["工单  b", "a     bb  c", ""]
    assert aligned([]) == []
