"""How the package is laid out (architecture.md, §2): what may import what, and where things live."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import sheetdesk

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sheetdesk"
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
PARTS = sorted({module.split("/")[0].removesuffix(".py") for module in MODULES} - {"__init__", "__main__"})

EARLY = (
    *("errors", "whole_file", "no_collection", "families", "locales"),
    *("columns", "desk", "table", "plan", "clock", "rules"),
)
MAY_IMPORT: dict[str, tuple[str, ...]] = {part: EARLY[:place] for place, part in enumerate(EARLY)} | {
    "sheets": EARLY,
    "store": EARLY,
    "channels": EARLY,
    "intake": EARLY,
    "demo": ("errors", "families", "locales", "columns", "desk"),
    "flows": (*EARLY, "sheets", "store", "channels", "intake", "demo"),
    "sandbox": ("errors",),
    "cli": (*EARLY, "sheets", "store", "channels", "intake", "demo", "flows", "sandbox"),
    "__main__": ("cli",),
    "__init__": (),
}
"""What each part may import: only what stands before it, and none of those that stand beside it."""

HOMES = {
    "apprise": ("channels/",),
    "click": ("cli/",),
    "google": ("sheets/google/",),
    "gspread": ("sheets/google/",),
    "holidays": ("clock/",),
    "keyring": ("channels/",),
    "lxml": ("sheets/xlsx/",),
    "msgspec": ("sheets/google/", "sheets/xlsx/read/values.py"),
    "openpyxl": ("sheets/xlsx/",),
    "xlsxwriter": ("sheets/xlsx/",),
    "python_calamine": ("intake/xlsx.py", "sheets/xlsx/"),
    "pydantic": ("desk/",),
    "requests": ("sheets/google/", "sandbox/adapter.py"),
    "ruamel": ("desk/tree.py",),
    "sqlalchemy": ("store/",),
    "tomllib": ("locales/locale.py", "demo/words.py", "flows/wording.py"),
}
"""The one home of each heavy library."""

LONG = {
    "desk/build_parts.py": 400,
    "desk/desk.py": 362,
    "desk/file.py": 330,
    "plan/draw_dashboard.py": 340,
}
"""Modules of more than 300 lines and how long each may get: one noun or one table that reads better whole."""


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text("utf-8"))


def part_of(module: str) -> str:
    return module.split("/", maxsplit=1)[0].removesuffix(".py")


@cache
def imported(module: str) -> tuple[str, ...]:
    return tuple(_imported(module))


def _imported(module: str) -> Iterator[str]:
    """The full names of what a module imports, wherever in it; what is for type checkers alone aside."""
    checkers = {
        inner
        for node in ast.walk(tree(module))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree(module)):
        if node in checkers:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by dots"
            name = node.module or ""
            yield from (f"sheetdesk.{alias.name}" for alias in node.names) if name == "sheetdesk" else (name,)


@cache
def called(module: str) -> frozenset[str]:
    """The plain names that a module calls."""
    return frozenset(
        node.func.id
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )


# By part: a test for each of five hundred modules would cost more than what it looks at.
EVERY_PART = [*PARTS, "__init__", "__main__"]
each_part = pytest.mark.parametrize("part", EVERY_PART)


def modules_of(part: str) -> list[str]:
    return [module for module in MODULES if part_of(module) == part]


def test_every_part_has_its_place_in_the_order() -> None:
    assert set(PARTS) <= set(MAY_IMPORT)
    assert sorted(module for part in EVERY_PART for module in modules_of(part)) == MODULES


@each_part
def test_a_module_imports_only_what_stands_before_it(part: str) -> None:
    for module in modules_of(part):
        ours = {name.split(".")[1] for name in imported(module) if name.startswith("sheetdesk.")}
        assert ours - {part, "__version__"} <= set(MAY_IMPORT[part]), module


@each_part
def test_a_heavy_library_has_one_home(part: str) -> None:
    for module in modules_of(part):
        for name in imported(module):
            homes = HOMES.get(name.split(".")[0])
            assert homes is None or module.startswith(homes), f"{name} in {module}"


@each_part
def test_a_module_is_short_enough_to_be_read_at_one_sitting(part: str) -> None:
    for module in modules_of(part):
        lines = (PACKAGE / module).read_text("utf-8").count("\n")
        assert lines <= LONG.get(module, 300), module


def test_a_long_module_is_excused_only_while_it_is_long() -> None:
    long = {module for module in MODULES if (PACKAGE / module).read_text("utf-8").count("\n") > 300}
    assert long == set(LONG)
    assert max(LONG.values()) <= 500


RUNS_SCRIPTS = ("flows/scripts.py", "rules/script.py")
"""Where a team's own code runs, which may raise anything."""


@pytest.mark.parametrize("part", [part for part in EVERY_PART if part != "cli"])
def test_errors_are_caught_by_name_and_only_commands_print(part: str) -> None:
    for module in modules_of(part):
        if module in RUNS_SCRIPTS:
            continue
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, module
                names = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
                assert "Exception" not in names, module
                # Cleaning up is fine as long as the error goes on.
                assert "BaseException" not in names or isinstance(node.body[-1], ast.Raise), module
        assert "print" not in called(module), module


@each_part
def test_nothing_is_evaluated(part: str) -> None:
    for module in modules_of(part):
        assert not {"eval", "exec", "compile", "__import__"} & called(module), module
        libraries = {name.split(".")[0] for name in imported(module)}
        assert not {"pickle", "marshal", "shelve"} & libraries, module


@each_part
def test_a_module_says_in_its_first_sentence_what_it_is(part: str) -> None:
    for module in modules_of(part):
        if not module.endswith("__init__.py"):
            said = (ast.get_docstring(tree(module)) or "").split("\n")[0]
            assert said.rstrip(".:").strip(), module


@each_part
def test_what_a_module_calls_public_stands_in_it(part: str) -> None:
    for module in modules_of(part):
        name = f"sheetdesk.{module.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__")
        # Importing __main__ runs the program.
        if name != "sheetdesk.__main__":
            found = import_module(name)
            missing = [word for word in getattr(found, "__all__", ()) if not hasattr(found, word)]
            assert not missing, module


def test_pyproject_ships_every_package_and_every_word() -> None:
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    packages = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in PACKAGE.rglob("__init__.py")
    }
    assert set(shipped["packages"]) == packages | {"sheetdesk.templates"}
    assert len(shipped["packages"]) == len(set(shipped["packages"]))
    data = {
        (path.parent.relative_to(ROOT).as_posix().replace("/", "."), f"*{path.suffix}")
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    listed = {(package, kind) for package, kinds in shipped["package-data"].items() for kind in kinds}
    assert listed == data | {("sheetdesk.templates", "*.yaml")}


def test_every_folder_with_modules_is_a_package() -> None:
    assert {path.parent for path in PACKAGE.rglob("*.py")} == {
        path.parent for path in PACKAGE.rglob("__init__.py")
    }


@pytest.mark.parametrize("name", sheetdesk.__all__)
def test_a_public_name_can_be_imported(name: str) -> None:
    assert getattr(sheetdesk, name) is not None
    assert name in dir(sheetdesk)


def test_what_is_not_public_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sheetdesk.nothing


def test_importing_the_library_imports_nothing_heavy() -> None:
    loaded = "import sys, sheetdesk; print(*{name.split('.')[0] for name in sys.modules})"
    found = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "sheetdesk" in found
    assert not ({"pandas", "numpy", *HOMES} - {"tomllib"}) & set(found)
