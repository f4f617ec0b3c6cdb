"""Every error is in the tree, has its words in both languages, and gets every fact it speaks of."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import sheetdesk
from sheetdesk import errors
from sheetdesk.errors import (
    Complaint,
    DeskInvalid,
    FamilyMemberUnknown,
    FileMissing,
    GoogleError,
    MapUnknown,
    RoleUnknown,
    SheetdeskError,
    TabUnknown,
    TemplateUnknown,
    near,
)

PACKAGE = Path(sheetdesk.__file__).parent
ALL = {
    name: found
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, SheetdeskError)
}  # fmt: skip
every_error = pytest.mark.parametrize("name", ALL)


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_public_name_exists_and_every_error_is_public() -> None:
    assert all(hasattr(errors, name) for name in errors.__all__)
    assert set(ALL) <= set(errors.__all__)


@every_error
def test_every_error_is_drawn_in_the_tree_below_its_parent(name: str) -> None:
    lines = (errors.__doc__ or "").splitlines()
    depth = {
        words[0]: len(line) - len(line.lstrip(" │├└─"))
        for line in lines
        if (words := line.lstrip(" │├└─").split()) and words[0] in ALL
    }
    assert name in depth
    parent = ALL[name].__bases__[0].__name__
    if name != "SheetdeskError":
        assert depth[parent] == depth[name] - 4


@every_error
def test_an_error_says_the_same_facts_in_both_languages(name: str) -> None:
    words = ALL[name].words
    assert set(words) == {"en", "zh"}
    assert facts(words["en"]) == facts(words["zh"])


@every_error
def test_an_error_speaks_in_whole_sentences_and_ends_the_program_with_a_known_code(name: str) -> None:
    assert ALL[name].words["en"].endswith((".", "next_step}"))
    assert "  " not in ALL[name].words["en"]
    assert "!" not in ALL[name].words["en"]
    assert ALL[name].exit_code in (1, 2, 3)


def raised() -> list[tuple[str, str, set[str]]]:
    """Where an error that takes any facts is made: place, its name, the facts given."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ALL:
                given = {word.arg for word in node.keywords if word.arg}
                whole = all(word.arg for word in node.keywords)
                if whole and ALL[node.func.id].__init__ in (SheetdeskError.__init__, GoogleError.__init__):
                    found.append((f"{path.relative_to(PACKAGE)}:{node.lineno}", node.func.id, given))
    return found


def test_wherever_an_error_is_raised_it_gets_every_fact_it_speaks_of() -> None:
    made = raised()
    assert len(made) > 10
    missing = [
        (place, name, facts(ALL[name].words["en"]) - given)
        for place, name, given in made
        if facts(ALL[name].words["en"]) - given
    ]
    assert missing == []


def test_words_of_an_unknown_language_are_english_and_a_country_does_not_matter() -> None:
    error = FileMissing(path="a.csv")
    assert (
        str(error)
        == error.say("en-GB")
        == error.say("fr")
        == "No file at a.csv. Check the name and the folder."
    )
    assert error.say("zh-CN") == "a.csv 处没有文件。请检查文件名和文件夹。"
    assert error.facts == {"path": "a.csv"}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TemplateUnknown("it-servise", ["it-service"]), "No template 'it-servise' (it-service?)."),
        (TemplateUnknown("zzz", ["it-service"]), "No template 'zzz'."),
        (TabUnknown("a.xlsx", "Tickts", ["Tickets", "Team"]),
        "has no tab 'Tickts' (Tickets?). Tabs: Tickets, Team."),
        (TabUnknown("a.xlsx", "zzz", ["Tickets"]), "has no tab 'zzz'. Tabs: Tickets."),
        (MapUnknown("the desk", "ownr", ["owner"]), "is no column of the desk (owner?). Known: owner."),
        (MapUnknown("the desk", "zzz", ["owner"]), "is no column of the desk. Known: owner."),
        (RoleUnknown("role", "admn", ["admin"]), "No role 'admn' in this desk (admin?). Known: admin."),
        (RoleUnknown("role", "zzz", []), "No role 'zzz' in this desk. Known: ."),
        (FamilyMemberUnknown("columns", "txt", ["text"]),
        "'txt' is no kind of columns (text?). Known: text."),
        (FamilyMemberUnknown("columns", "zzz", ["text"]), "'zzz' is no kind of columns. Known: text."),
    ],
)  # fmt: skip
def test_a_word_that_is_not_known_comes_with_the_nearest_that_is(error: SheetdeskError, words: str) -> None:
    assert words in str(error)


def test_complaints_are_told_in_the_order_of_the_file() -> None:
    error = DeskInvalid(
        "desk.yaml", [Complaint("b", 9, "late"), Complaint("", 0, "whole"), Complaint("a", 2, "early")]
    )
    assert [complaint.line for complaint in error.complaints] == [0, 2, 9]
    assert str(error).splitlines()[1:4] == ["  -  whole", "  line 2  a: early", "  line 9  b: late"]


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [("statsu", ["Status", "owner"], "Status"), ("STATUS", ["status"], "status"),
    ("责认人", ["责任人", "状态"], "责任人"),
     ("zzz", ["status"], None), ("x", [], None), ("", ["status"], None)],
)  # fmt: skip
def test_the_near_name_is_the_one_most_likely_meant(word: str, known: list[str], found: str | None) -> None:
    assert near(word, known) == found
