"""The JSON Schema that editors check a desk file against."""

from __future__ import annotations

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from sheetdesk.desk.file import json_schema
from sheetdesk.desk.template import templates
from sheetdesk.desk.tree import read_tree

SCHEMA = json_schema()
TREES: dict[str, Any] = {name: read_tree(text)[0].value for name, text in templates().items()}


def mistakes(tree: object) -> list[str]:
    """Where the schema refuses the tree."""
    return [error.json_path for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(tree)]


def test_it_is_a_schema_of_draft_2020_12() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", sorted(TREES))
def test_it_takes_every_template(name: str) -> None:
    assert mistakes(TREES[name]) == []


@pytest.mark.parametrize(
    ("place", "word"),
    [((), "nmae"), (("columns", 4), "chioces"), (("columns", 4, "choices", 0), "titel"),
    (("roles", "admin"), "seees"),
     (("attention",), "due"), (("people", 0), "phone")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["it-service.en", "it-service.zh"])
def test_it_refuses_a_misspelt_setting(name: str, place: tuple[str | int, ...], word: str) -> None:
    tree = read_tree(templates()[name])[0].value
    node = tree
    for part in place:
        node = node[part]
    node[word] = "x"
    assert mistakes(tree)


@pytest.mark.parametrize(
    ("key", "value"),
    [("columns", []), ("columns", [None]), ("zone", 5), ("sheetdesk", 2), ("attention", {"due_soon": "4x"})],
)  # fmt: skip
def test_it_refuses_what_reading_refuses(key: str, value: object) -> None:
    assert mistakes({"name": "A", "columns": ["id"], key: value})


@pytest.mark.parametrize(
    "more",
    [{"columns": ["id", {"key": "a", "choices": ["x", {"title": "y"}]}]}, {"lifecycle": [{"from": "new",
    "to": "open"}]},
     {"ids": "T-{n}"}, {"roles": {"负责人": {"title": "A"}}}],
)  # fmt: skip
def test_it_takes_the_short_forms(more: dict[str, object]) -> None:
    assert mistakes({"name": "A", "columns": ["id"]} | more) == []
