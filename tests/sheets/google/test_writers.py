"""Nothing in the package writes by a place that may have moved, or lets Google parse what it writes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sheetdesk
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


EXPRESSIONS = {"render", "writing.py", "turn.py"}
"""Where formulas may be written: what draws the plan's own, and the header that lost its formula."""


def formulas(source: str) -> int:
    """How many places make a cell's formula: `formulaValue` as the key of what is sent."""
    count = 0
    for node in ast.walk(ast.parse(source)):
        keys: list[ast.expr | None] = []
        if isinstance(node, ast.Dict):
            keys = list(node.keys)
        elif isinstance(node, ast.Assign):
            keys = [target.slice for target in node.targets if isinstance(target, ast.Subscript)]
        elif isinstance(node, ast.Call):
            keys = [ast.Constant(word.arg) for word in node.keywords]
        count += sum(isinstance(key, ast.Constant) and key.value == "formulaValue" for key in keys)
    return count


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_formula_is_only_made_of_the_plans_own(path: Path) -> None:
    place = path.relative_to(Path(package.__file__).parent).parts[0]
    if place not in EXPRESSIONS:
        assert formulas(path.read_text("utf-8")) == 0


def test_of_what_sync_writes_only_mended_headers_are_formulas() -> None:
    folder = Path(package.__file__).parent
    writers = {}
    for path in folder.glob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        puts = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Put"]
        texts = [call.args[3] for call in puts if len(call.args) > 3]
        texts += [word.value for call in puts for word in call.keywords if word.arg in ("formula", None)]
        if texts:
            writers[path.name] = [ast.unparse(text).split("(")[0] for text in texts]
    assert writers == {"writing.py": ["overlay_formula", "worked_out"]}


def test_a_formula_made_of_anything_would_be_found() -> None:
    assert formulas("a = {'formulaValue': x}; b['formulaValue'] = y; dict(formulaValue=z)") == 3
    assert formulas("cell.get('formulaValue'); 'formulaValue' in cell") == 0


def imported(source: str) -> set[str]:
    """The libraries that a module imports, also by their names as texts."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            names += [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
    return {name.split(".")[0] for name in names}


def test_google_is_spoken_to_by_its_own_folder_alone() -> None:
    root, home = Path(sheetdesk.__file__).parent, Path(package.__file__).parent
    others = [path for path in sorted(root.rglob("*.py")) if home not in path.parents]
    assert len(others) > 300
    offenders = [
        path.relative_to(root).as_posix()
        for path in others
        if imported(path.read_text("utf-8")) & {"gspread", "google", "googleapiclient"}
    ]
    assert offenders == []


def test_an_import_of_google_would_be_found() -> None:
    source = "import gspread.utils; from google.auth import x; import_module('googleapiclient.discovery')"
    assert imported(source) == {"gspread", "google", "googleapiclient"}


def test_a_writer_by_place_would_be_found() -> None:
    assert found("tab.update_acell('A1', 1); from gspread import append_row; x = 'USER_ENTERED'") == {
        "update_acell", "append_row", "USER_ENTERED",
    }  # fmt: skip
