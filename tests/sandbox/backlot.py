"""The tables of real Google answers that another project's source package holds.

They stay where they are: SHEETDESK_BACKLOT names the package, a `.tar.gz` or the folder it unpacks to.
"""

from __future__ import annotations

import ast
import os
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HOW = (
    "SHEETDESK_BACKLOT names no source package of backlot 0.1.0 (get one with "
    "`pip download --no-deps --no-binary :all: backlot==0.1.0`)"
)


@cache
def source() -> str | None:
    """The text of the module with the tables, or nothing where it is not given."""
    named = os.environ.get("SHEETDESK_BACKLOT")
    if not named:
        return None
    if Path(named).is_dir():
        found = sorted(Path(named).rglob("tests/test_google.py"))
        return found[0].read_text("utf-8") if found else None
    with tarfile.open(named) as package:
        member = next((name for name in package.getnames() if name.endswith("tests/test_google.py")), None)
        content = package.extractfile(member) if member else None
        return content.read().decode() if content else None


needs_backlot = pytest.mark.skipif(source() is None, reason=HOW)


@cache
def tree() -> ast.Module:
    return ast.parse(source() or "")


def table(name: str) -> Any:
    """The literal that a name of the module stands for."""
    for node in tree().body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == name for t in node.targets
        ):
            return literal(node.value)
    raise LookupError(name)


def cases(test: str, which: int = 0) -> list[Any]:
    """The rows of the `which`-th parametrize decorator of a test, counted from the top."""
    for node in tree().body:
        if isinstance(node, ast.FunctionDef) and node.name == test:
            call = node.decorator_list[which]
            assert isinstance(call, ast.Call)
            return list(literal(call.args[1]))
    raise LookupError(test)


def literal(node: ast.expr) -> Any:
    """A literal that may name other literals, unpack them, add and repeat them. Nothing is executed."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return table(node.id)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        items: list[Any] = []
        for item in node.elts:
            if isinstance(item, ast.Starred):
                items += literal(item.value)
            else:
                items.append(literal(item))
        return tuple(items) if isinstance(node, ast.Tuple) else items
    if isinstance(node, ast.Dict):
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                found |= literal(value)
            else:
                found[literal(key)] = literal(value)
        return found
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return literal(node.left) + literal(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return literal(node.left) * literal(node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -literal(node.operand)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "set":
        return []
    raise ValueError(ast.dump(node))
