"""Every language says the same things, and says everything that is asked of it."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sheetdesk
from sheetdesk.columns.base import Meaning
from sheetdesk.errors import FamilyMemberUnknown
from sheetdesk.locales.locale import load_locale, locales

PACKAGE = Path(sheetdesk.__file__).parent
EN = load_locale("en")
OTHERS = [code for code in locales() if code != "en"]


def words(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its dotted path, the synonyms' own words aside."""
    for key, value in tree.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield here, None
            yield from () if path == "synonyms" and key != "titles" else words(value, here)
        else:
            yield here, value


def facts(text: object) -> set[str]:
    """The facts that are to be filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(str(text)) if name is not None}


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_has_the_keys_of_english(code: str) -> None:
    ours, theirs = dict(words(EN.tree)), dict(words(load_locale(code).tree))
    # A language need not know other words for every column's title.
    assert {key for key in ours.keys() ^ theirs.keys() if not key.startswith("synonyms.titles.")} == set()


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_has_the_same_facts_in_every_language(code: str) -> None:
    theirs = dict(words(load_locale(code).tree))
    differing = {
        key: (facts(text), facts(theirs.get(key)))
        for key, text in words(EN.tree)
        if isinstance(text, str) and facts(text) != facts(theirs.get(key))
    }
    assert differing == {}


@pytest.mark.parametrize("code", locales())
def test_no_text_is_empty_or_ends_in_a_blank_that_nobody_meant(code: str) -> None:
    for key, text in words(load_locale(code).tree):
        if isinstance(text, str):
            assert text, key
            assert text == text.rstrip(), key


@pytest.mark.parametrize("code", locales())
def test_every_fact_is_a_name_and_never_a_way_into_an_object(code: str) -> None:
    for key, text in words(load_locale(code).tree):
        if isinstance(text, str):
            assert all(fact.isidentifier() for fact in facts(text)), key


@pytest.mark.parametrize("code", locales())
def test_synonyms_are_folded_and_mean_something_known(code: str) -> None:
    locale = load_locale(code)
    for column, known in locale.tree["synonyms"].items():
        if column == "titles":
            assert known.keys() <= locale.tree["columns"].keys()
            continue
        meanings = {meaning.value for meaning in Meaning} if column == "status" else set()
        for spelling, meant in known.items():
            assert spelling == spelling.casefold().strip()
            assert meant in meanings | locale.tree["choices"][column].keys()


@pytest.mark.parametrize("code", locales())
def test_a_title_of_another_source_means_one_column_only(code: str) -> None:
    seen: dict[str, str] = {}
    for column, titles in load_locale(code).tree["synonyms"]["titles"].items():
        for title in titles:
            assert seen.setdefault(title.casefold(), column) == column, title


def constants(key: ast.expr) -> Iterator[tuple[str, bool]]:
    """The key as written, or the constant it begins with, and whether that is all of it."""
    for option in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
        if isinstance(option, ast.Constant) and isinstance(option.value, str):
            yield option.value, True
        elif isinstance(option, ast.JoinedStr) and isinstance(option.values[0], ast.Constant):
            yield str(option.values[0].value), False


def section_of(scope: ast.AST) -> str | None:
    """What a function or class with a `text` of its own puts before every key: `guide.`."""
    if not isinstance(scope, ast.FunctionDef | ast.ClassDef):
        return None
    for node in scope.body:
        if isinstance(node, ast.FunctionDef) and node.name == "text":
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and call.args:
                    return next((key for key, whole in constants(call.args[0]) if not whole), None)
    return None


def asked(node: ast.AST, section: str = "") -> Iterator[tuple[int, str, bool]]:
    """Every call for words below `node`: its line, the key or its beginning, whether that is all of it."""
    section = section_of(node) or section
    if isinstance(node, ast.Call) and node.args:
        called = node.func
        own = ast.unparse(called) in ("text", "self.text")
        if (own and section) or (isinstance(called, ast.Attribute) and called.attr == "text"):
            yield from ((node.lineno, section * own + key, whole) for key, whole in constants(node.args[0]))
        elif ast.unparse(called).endswith("locale.section"):
            yield from ((node.lineno, key, whole) for key, whole in constants(node.args[0]))
    for child in ast.iter_child_nodes(node):
        yield from asked(child, section)


def keys_in_code() -> list[tuple[str, str, bool]]:
    """Where code asks for words: the place, and as `asked`."""
    return [
        (f"{path.relative_to(PACKAGE)}:{line}", key, whole)
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, key, whole in asked(ast.parse(path.read_text("utf-8")))
    ]


def stands(key: str, whole: bool) -> bool:
    """Whether there is such a text, or for the beginning of a key at least one that begins so."""
    node: Any = EN.tree
    *sections, last = key.split(".")
    for section in sections:
        if not isinstance(node, dict) or section not in node:
            return False
        node = node[section]
    return isinstance(node, dict) and (last in node if whole else any(name.startswith(last) for name in node))


def test_every_text_that_code_asks_for_stands_in_the_language_files() -> None:
    keys = keys_in_code()
    assert len(keys) > 100
    assert [(place, key) for place, key, whole in keys if not stands(key, whole)] == []


def test_a_text_is_found_by_its_path_and_filled_in() -> None:
    assert EN.text("expected.length", limit=3) == "at most 3 characters"
    assert EN.text("expected.length") == "at most {limit} characters"
    assert EN.text("complaint.twice", word="{braces}") == "'{braces}' stands twice"
    assert EN.section("choices.impact") == {"high": "High", "medium": "Medium", "low": "Low"}
    with pytest.raises(KeyError):
        EN.text("complaint.nothing")


def test_a_section_is_a_copy() -> None:
    EN.section("words")["yes"] = "changed"
    assert EN.text("words.yes") == "yes"


@pytest.mark.parametrize("code", ["zh", "zh-CN", "zh_TW", "ZH", "zh-Hans-CN"])
def test_a_language_is_known_by_any_of_its_codes(code: str) -> None:
    assert load_locale(code).code == "zh"
    assert hash(load_locale(code)) == hash(load_locale("zh"))


@pytest.mark.parametrize("code", ["fr", "", "zz-ZZ", "../en", "en.toml"])
def test_an_unknown_language_is_an_error_that_names_the_known(code: str) -> None:
    with pytest.raises(FamilyMemberUnknown, match="Known: en, zh"):
        load_locale(code)
