"""Nothing in the package writes by a place that may have moved, or lets Google parse what it writes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sheetdesk.sheets.google as package

MODULES = sorted(Path(package.__file__).parent.rglob("*.py"))
BANNED = {
    "append_row", "append_rows", "insert_row", "insert_rows", "insert_cols", "add_rows", "add_cols",
    "update_cell", "update_cells", "update_acell", "delete_rows", "values_append", "values_update",
    "values_batch_update", "batch_clear", "BackOffHTTPClient",
}  # fmt: skip


def found(source: str) -> set[str]:
    words = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.alias):
            words.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words |= {"USER_ENTERED"} & set(node.value.split())
    return words & (BANNED | {"USER_ENTERED"})


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_writer_by_place_is_used(path: Path) -> None:
    assert found(path.read_text("utf-8")) == set()


def test_a_writer_by_place_would_be_found() -> None:
    assert found("tab.update_acell('A1', 1); from gspread import append_row; x = 'USER_ENTERED'") == {
        "update_acell", "append_row", "USER_ENTERED",
    }  # fmt: skip
