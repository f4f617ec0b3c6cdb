"""How far a formula's result may reach, and what a part of it reads, told from its text alone.

Whoever reads an empty cell asks the formulas above and left of it whether they fill it; the narrower
this answer, the fewer formulas are worked out, and the fewer seem to depend on themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sheetdesk.sandbox.formulas.syntax import (
    ArrayLiteral,
    Binary,
    Call,
    Constant,
    Name,
    Node,
    Range,
    Slot,
    TableColumn,
    Unary,
)

__all__ = ["columns_wide", "may_spill", "might_spill", "slots_of"]

Named = Callable[[Slot | Name], Range | None]

ARRAYS = {
    "ARRAYFORMULA",
    "FILTER",
    "SORT",
    "UNIQUE",
    "TRANSPOSE",
    "OFFSET",
    "SPLIT",
    "SEQUENCE",
    "FLATTEN",
    "INDIRECT",
}
CHOICES = {"IF": 1, "IFERROR": 0, "IFNA": 0, "IFS": 0, "CHOOSE": 1, "SWITCH": 1}
ONE = {
    *("SUM", "COUNT", "COUNTA", "COUNTBLANK", "AVERAGE", "MIN", "MAX", "SUMPRODUCT", "AND", "OR", "ROWS"),
    *(
        "SUMIFS",
        "AVERAGEIFS",
        "MAXIFS",
        "MINIFS",
        "JOIN",
        "TEXTJOIN",
        "CONCATENATE",
        "COLUMNS",
        "TODAY",
        "NOW",
    ),
}


SPILLING = re.compile(
    rf"\{{|\)\s*:|:\s*[A-Z]+\(|\b(?:{'|'.join(sorted(ARRAYS))}|INDEX|XLOOKUP)\b", re.IGNORECASE
)


def might_spill(text: str) -> bool:
    """Whether it is worth to look closer at a formula's text."""
    return SPILLING.search(text) is not None


def may_spill(node: Node, named: Named) -> bool:
    """Whether a whole formula may fill more than its own cell."""
    if isinstance(node, ArrayLiteral):
        return len(node.rows) > 1 or len(node.rows[0]) > 1 or may_spill(node.rows[0][0], named)
    if isinstance(node, Unary):
        return may_spill(node.operand, named)
    if isinstance(node, Binary):
        return node.sign == ":"
    if not isinstance(node, Call):
        return False
    if node.function in CHOICES:
        return any(may_spill(argument, named) for argument in node.arguments[CHOICES[node.function] :])
    if node.function == "INDEX":
        return _index_spills(node, named)
    if node.function == "XLOOKUP":
        return len(node.arguments) > 2 and columns_wide(node.arguments[2], named) != 1
    return node.function in ARRAYS


def _index_spills(node: Call, named: Named) -> bool:
    """INDEX gives a whole row or column where a number is 0 or left out; else one cell."""
    places = [argument for argument in node.arguments[1:] if argument != Constant(None)]
    if any(isinstance(place, Constant) and place.value == 0.0 for place in places):
        return True
    if len(places) == 2:
        return False
    return len(places) == 0 or columns_wide(node.arguments[0], named) != 1


def columns_wide(node: Node, named: Named) -> int | None:
    """How many columns a result has at most; None: it cannot be told."""
    if isinstance(node, Constant):
        return 1
    if isinstance(node, Slot | Name):
        where = named(node)
        if where is None or where.start_col is None or where.end_col is None:
            return None
        return where.end_col - where.start_col
    if isinstance(node, TableColumn):
        return None if "#" in node.part or not node.part else 1
    if isinstance(node, Unary):
        return columns_wide(node.operand, named)
    if isinstance(node, Binary):
        if node.sign == ":":
            return None
        return _widest([columns_wide(node.left, named), columns_wide(node.right, named)])
    if isinstance(node, ArrayLiteral):
        widths = [columns_wide(part, named) for part in node.rows[0]]
        return None if None in widths else sum(width or 0 for width in widths)
    return _called(node, named)


def _called(node: Call, named: Named) -> int | None:
    if node.function in ONE:
        return 1
    parts = list(node.arguments)
    if node.function in ("VLOOKUP", "MATCH", "XLOOKUP") and len(parts) > 2:
        # The range that is searched says nothing about the result.
        parts = [parts[0], parts[2]]
    elif node.function in ("COUNTIF", "COUNTIFS"):
        parts = parts[1::2]
    elif node.function in ("SUMIF", "AVERAGEIF"):
        parts = parts[1:2]
    elif node.function in ("FILTER", "SORT", "UNIQUE"):
        parts = parts[:1]
    elif node.function in ("TRANSPOSE", "OFFSET", "SPLIT", "SEQUENCE", "INDEX", "INDIRECT"):
        return None
    return _widest([columns_wide(part, named) for part in parts])


def _widest(widths: list[int | None]) -> int | None:
    return None if None in widths else max((width or 1 for width in widths), default=1)


def slots_of(node: Node) -> tuple[int, ...] | None:
    """The slots that a part of an array formula reads; None where its value depends on the formula's cell."""
    if isinstance(node, Slot):
        return (node.number,)
    if isinstance(node, Call):
        if node.function in ("ROW", "COLUMN") and not node.arguments:
            return None
        return _together(node.arguments)
    if isinstance(node, Binary):
        return _together((node.left, node.right))
    if isinstance(node, Unary):
        return slots_of(node.operand)
    if isinstance(node, ArrayLiteral):
        return _together(part for row in node.rows for part in row)
    return ()


def _together(nodes: Iterable[Node]) -> tuple[int, ...] | None:
    found: list[int] = []
    for node in nodes:
        slots = slots_of(node)
        if slots is None:
            return None
        found += slots
    return tuple(found)
