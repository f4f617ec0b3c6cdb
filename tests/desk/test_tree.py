"""A YAML text becomes plain values that know their lines; editing it leaves its comments alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.desk.template import templates
from sheetdesk.desk.tree import MOST_NODES, edit_text, read_tree


def value(text: str) -> Any:
    """What a text without mistakes holds."""
    tree, complaints = read_tree(text)
    assert complaints == []
    return tree.value


def complaint(text: str) -> tuple[int, str, str]:
    """The one thing wrong with a text: line, path, words."""
    (found,) = read_tree(text)[1]
    return found.line, found.path, found.text


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "y", "n", "On", "YES", "tRUE", "nULL", "0138001",
"007", "1_000",
                                  "0x1F", "0o17", "1:30", "12:30:45", "2026-03-31", "09:00-12:00", ".inf",
                                  ".nan", "1e9999",
                                  "1.2.3", "+", "-", "."])  # fmt: skip
def test_what_only_looks_like_something_else_stays_text(word: str) -> None:
    assert value(f"a: {word}" if word != "-" else "a: '-'") == {"a": word}


@pytest.mark.parametrize(
    ("word", "meant"),
    [("true", True), ("FALSE", False), ("~", None), ("", None), ("null", None), ("12", 12), ("-3", -3),
    ("0", 0),
     ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("'12'", "12"), ('"true"', "true"),
     ("|\n  12", "12"),
     (">\n  a\n  b", "a b"), ("9999999999999999999", "9999999999999999999")],
)  # fmt: skip
def test_numbers_and_truth_values_are_those_of_yaml_1_2_and_quotes_make_text(
    word: str, meant: object
) -> None:
    found = value(f"a: {word}")["a"]
    assert found == meant
    assert type(found) is type(meant) or str(found) == meant


def test_every_value_knows_its_line() -> None:
    tree, _ = read_tree("# comment\nname: A\nlist:\n  - one\n  - two: 2\n    three:\n      3\nempty: {}\n")
    assert tree.line(("name",)) == 2
    assert tree.line(("list", 0)) == 4
    assert tree.line(("list", 1, "two")) == 5
    assert tree.line(("list", 1, "three")) == 6
    assert tree.line(("list", 1, "missing", "deeper")) == 5
    assert tree.line(("nowhere",)) == 2
    assert read_tree("")[0].line(("a",)) == 0


def test_a_key_that_stands_twice_is_told_where_it_stands_again() -> None:
    assert complaint("a:\n  b: 1\n  c: 2\n  b: 3\n") == (4, "a.b", "'b' stands here twice")


def test_a_key_is_text_even_where_it_is_a_number_or_a_list() -> None:
    assert value("1: a\n0138001: b\nyes: c\n? [x]\n: d\n") == {"1": "a", "0138001": "b", "yes": "c", "?": "d"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n\tb: 2\n", 2), ("a: [1, 2\nb: 3\n", 2), ("a: 'open\n", 2), ("a: b: c\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: *nobody\n", 1), ("%YAML 9.9\n---\na: 1\n", 1), ("a: @x\n", 1), ("}\n", 1),
    ],
)  # fmt: skip
def test_what_is_not_yaml_is_told_with_its_line(text: str, line: int) -> None:
    found, _, words = complaint(text)
    assert found == line
    assert words.startswith("not YAML: ")


def test_control_characters_are_not_yaml() -> None:
    assert complaint("a: \x00")[2].startswith("not YAML: ")
    assert complaint("a: \x1b")[2].startswith("not YAML: ")


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert value("\ufeffname: A\n") == {"name": "A"}


def test_an_empty_text_holds_nothing() -> None:
    assert value("") is None
    assert value("# only a comment\n") is None


def test_a_text_that_unfolds_without_measure_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert complaint("\n".join(lines))[2] == f"more than {MOST_NODES} values"


@pytest.mark.parametrize(
    "text", ["a: &a [*a]\n", "a: &a {b: *a}\n", "[" * 2000, "{a: " * 2000, "- " * 500 + "x"]
)
def test_a_text_without_a_bottom_is_refused(text: str) -> None:
    assert complaint(text)[2] == "more than 40 levels deep"


def test_an_anchor_stands_for_its_value() -> None:
    assert value("a: &x {k: 1}\nb: *x\n") == {"a": {"k": 1}, "b": {"k": 1}}


@pytest.mark.parametrize(
    "text",
    ["a: !!python/object/apply:os.system [ls]\n", "a: !!python/name:os.system x\n", "a: !custom {b: 1}\n"],
)
def test_a_tag_constructs_nothing(text: str) -> None:
    assert value(text)["a"] in (["ls"], "x", {"b": 1})


SIGNS = "a:-[]{}&*!|>'\"#%@`, \n\t?01"


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), max_size=60) | st.text(SIGNS, max_size=60))
def test_no_text_stops_the_reading(text: str) -> None:
    tree, complaints = read_tree(text)
    assert complaints or tree.value is None or isinstance(tree.value, dict | list | str | int | float | bool)


COMMENTED = """\
# At the top.
name: "Quoted"   # beside

people:  # the team
  # above Ann
  - {name: Ann, cap: 3}   # flow
  - name: 'Bo'
    mail: bo@example.com # mail

ids: 0138001
# At the end.
"""


def test_comments_order_and_quotes_survive_an_edit() -> None:
    edited = edit_text(COMMENTED, [(("people", 0, "cap"), 5), (("people", 1, "mail"), "b@example.com")])
    assert edited == COMMENTED.replace("cap: 3", "cap: 5").replace("bo@example.com", "b@example.com")


def test_an_edit_may_add_a_setting() -> None:
    assert value(edit_text("name: A # keep\n", [(("zone",), "UTC")])) == {"name": "A", "zone": "UTC"}


@pytest.mark.parametrize("name", sorted(templates()))
def test_a_template_keeps_every_comment_and_value_through_an_edit(name: str) -> None:
    text = templates()[name]
    edited = edit_text(text, [(("name",), "Renamed")])
    assert [line for line in edited.splitlines() if line.lstrip().startswith("#")] == [
        line for line in text.splitlines() if line.lstrip().startswith("#")
    ]
    assert edited.count("#") == text.count("#")
    assert value(edited) == value(text) | {"name": "Renamed"}


@pytest.mark.parametrize(
    "found", ["plain", "两 字", "true", "null", "", " x ", "a: b", "# c", "- x", "12", "1e3", "'q'",
    '"', "a\nb", "\x07", "\x7f", "🙂",
              "\u2028", "{a}", "[x], y", "*a", "&a", "!t", "%", "@x", "C:\\x", 5, 1.5, True, None]
)  # fmt: skip
@pytest.mark.parametrize(
    "text", ["a: 1 # one\nb: 2\n", "{b: 2, a: 'x'} # one\n", "b: 2\na:\n", "a: |\n  x\n  y\nb: 2\n", "b: 2\n"]
)
def test_what_is_written_is_read_back(text: str, found: object) -> None:
    edited = edit_text(text, [(("a",), found)])
    assert value(edited) == {"a": found, "b": 2}
    assert edited.count("# one") == text.count("# one")


def test_a_setting_may_be_added_inside_another() -> None:
    assert (
        edit_text("l:\n  - k: 1\n    m: 2\n", [(("l", 0, "n"), "x")]) == "l:\n  - n: x\n    k: 1\n    m: 2\n"
    )


@pytest.mark.parametrize("path", [("a", "b"), ("l", 5), ("l",), ("none", "b"), ("e", "x")])
def test_what_cannot_be_set_is_refused(path: tuple[str | int, ...]) -> None:
    with pytest.raises(KeyError):
        edit_text("a: 1\nl: [1]\ne: {}\n", [(path, 1)])
