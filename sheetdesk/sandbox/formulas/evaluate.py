"""The value of one formula's tree, in the cell where it stands.

Inside ARRAYFORMULA and its like every sign and function goes place by place over whole ranges;
elsewhere a range beside a sign means its cell in the formula's own row or column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sheetdesk.sandbox.formulas.blocks import Area, Array, Block, Value, first, lifted
from sheetdesk.sandbox.formulas.functions import FUNCTIONS
from sheetdesk.sandbox.formulas.functions.function import Function
from sheetdesk.sandbox.formulas.lexer import Unparsable
from sheetdesk.sandbox.formulas.operators import BINARY, UNARY
from sheetdesk.sandbox.formulas.parser import read_range
from sheetdesk.sandbox.formulas.reach import slots_of
from sheetdesk.sandbox.formulas.scalars import NOT_AVAILABLE, Error, Scalar
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
from sheetdesk.sandbox.formulas.tables import table_range

if TYPE_CHECKING:
    from sheetdesk.sandbox.formulas.engine import Engine

__all__ = ["Evaluation"]

# What a reference from these fills its neighbours with; any other reference means one cell.
SPILLING = ("INDEX", "OFFSET", "INDIRECT", "XLOOKUP", "CHOOSE")


class Evaluation:
    """The evaluation of the formula in one cell."""

    def __init__(self, engine: Engine, slots: Sequence[Range], tab: str, row: int, column: int) -> None:
        self.engine, self.slots, self.tab, self.row, self.column = engine, slots, tab, row, column
        self.context = engine.context

    def result(self, node: Node) -> Scalar | Array:
        """What the cell gets: one value, or an array of more than one."""
        value = self.value(node, array=False)
        if isinstance(value, Area) and not (isinstance(node, Call) and node.function in SPILLING):
            return self.own(value)
        if isinstance(value, Area):
            value = Array(_columns(value))
        if isinstance(value, Block):
            return value.at(0, 0) if value.rows == value.columns == 1 else _array(value)
        return value

    def value(self, node: Node, *, array: bool) -> Value:
        """`array`: whether ranges are taken place by place."""
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Slot):
            return self.engine.area(self.slots[node.number], self.tab)
        if isinstance(node, Call):
            return self.call(node, array=array)
        if isinstance(node, Binary):
            if node.sign == ":":
                return self.between(node)
            left, right = self.value(node.left, array=array), self.value(node.right, array=array)
            return self.lift(partial(BINARY[node.sign], self.context), [left, right], array=array)
        if isinstance(node, Unary):
            operand = self.value(node.operand, array=array)
            return self.lift(partial(UNARY[node.sign], self.context), [operand], array=array)
        if isinstance(node, ArrayLiteral):
            return self.literal(node, array=array)
        return self.named(node)

    def named(self, node: Name | TableColumn) -> Value:
        if isinstance(node, TableColumn):
            sheets = self.engine.sheets.items()
            where = table_range(node, {title: sheet.tables for title, sheet in sheets})
            name = node.table
        else:
            where, name = self.engine.range_named(node.name), node.name
        if where is None:
            return Error("NAME", f"Unknown range name: '{name}'.")
        return self.engine.area(where, self.tab)

    def referred(self, text: str) -> Value:
        """The cells that a text names: a range, with or without its tab, or a named range."""
        title, sign, cells = text.strip().rpartition("!")
        try:
            where: Range | None = read_range(cells)
        except Unparsable:
            where = None if sign else self.engine.range_named(cells)
        if where is None:
            words = (
                f"Function INDIRECT parameter 1 value is '{text}'. It is not a valid cell/range reference."
            )
            return Error("REF", words)
        tab = title[1:-1].replace("''", "'") if title.startswith("'") else title
        return self.engine.area(replace(where, tab=tab) if sign else where, self.tab)

    def lift(self, function: Callable[..., Scalar], values: list[Value], *, array: bool) -> Value:
        """A function of single values; outside of arrays a range means the cell beside the formula."""
        if not array:
            values = [self.own(value) if isinstance(value, Area) else value for value in values]
        return lifted(function, values)

    def own(self, area: Area) -> Scalar:
        """The cell of a range in the formula's row or column."""
        row, column = self.row - area.top, self.column - area.left
        if area.rows == area.columns == 1:
            return area.at(0, 0)
        if area.columns == 1 and 0 <= row < area.rows:
            return area.at(row, 0)
        if area.rows == 1 and 0 <= column < area.columns:
            return area.at(0, column)
        return Error("VALUE", "An array value could not be found.")

    def between(self, node: Binary) -> Value:
        """From one reference to another: INDEX(A:A, 1):INDEX(A:A, 5)."""
        left, right = self.value(node.left, array=True), self.value(node.right, array=True)
        for side in (left, right):
            if isinstance(side, Error):
                return side
        if not isinstance(left, Area) or not isinstance(right, Area) or left.tab != right.tab:
            return Error("VALUE", "A range is expected on both sides of ':'.")
        top, start = min(left.top, right.top), min(left.left, right.left)
        bottom = max(left.top + left.rows, right.top + right.rows)
        end = max(left.left + left.columns, right.left + right.columns)
        return self.engine.area(Range(left.tab, top, bottom, start, end), self.tab)

    def literal(self, node: ArrayLiteral, *, array: bool) -> Value:
        """`{1,2;3,4}`: blocks beside and below each other, of fitting sizes."""
        columns: list[list[Scalar]] = []
        for place, parts in enumerate(node.rows):
            values = [self.value(part, array=array) for part in parts]
            height = max(value.rows if isinstance(value, Block) else 1 for value in values)
            if any((value.rows if isinstance(value, Block) else 1) != height for value in values):
                return Error("VALUE", "An array literal was missing values for one or more rows.")
            beside = [column for value in values for column in _columns(value)]
            if place == 0:
                columns = [list(column) for column in beside]
            elif len(beside) != len(columns):
                return Error("VALUE", "An array literal was missing values for one or more rows.")
            else:
                for column, more in zip(columns, beside, strict=True):
                    column += more
        return Array(columns)

    def call(self, node: Call, *, array: bool) -> Value:
        function = FUNCTIONS.get(node.function)
        if function is None:
            return self.engine.not_computed(node.function)
        count = len(node.arguments)
        if count < function.least or (function.most is not None and count > function.most):
            words = f"Wrong number of arguments to {node.function}. It got {count}."
            return Error("N_A", words)
        if function.lazy is not None:
            return function.lazy(self, node.arguments, array)
        inner = array or function.is_array
        values = [
            self.whole(argument)
            if inner and function.takes_at(place) == "b"
            else self.value(argument, array=inner)
            for place, argument in enumerate(node.arguments)
        ]
        return self.applied(function, values, array=inner)

    def whole(self, node: Node) -> Value:
        """An argument inside an array that a function takes as a block.

        A dashboard asks for the smallest, the second, the third … of one array: it is worked out once.
        """
        used = slots_of(node) if isinstance(node, Call | Binary) else None
        if used is None:
            return self.value(node, array=True)
        key = (node, self.tab, tuple(self.slots[number] for number in used))
        return self.engine.shared(key, partial(self.value, node, array=True))

    def applied(self, function: Function, values: list[Value], *, array: bool) -> Value:
        """A function over its arguments, place by place where one that takes a single value got a block."""
        takes = [function.takes_at(place) for place in range(len(values))]
        for place, value in enumerate(values):
            if takes[place] == "s" and isinstance(value, Area) and not array:
                values[place] = self.own(value)
            elif takes[place] == "s" and not function.spreads:
                values[place] = first(value)
        spread = [p for p, value in enumerate(values) if takes[p] == "s" and isinstance(value, Block)]
        if not spread:
            return self._apply(function, values)
        fixed = list(values)

        def one(*given: Scalar) -> Scalar:
            for place, value in zip(spread, given, strict=True):
                fixed[place] = value
            result = self._apply(function, fixed)
            return result.at(0, 0) if isinstance(result, Block) else result

        return lifted(one, [values[place] for place in spread])

    def _apply(self, function: Function, values: list[Value]) -> Value:
        if not function.keeps_errors:
            for value in values:
                if isinstance(value, Error):
                    return value
        if function.call is None:
            return NOT_AVAILABLE
        try:
            return function.call(self.context, *values)
        except ArithmeticError:
            return Error("NUM", "The result is no number that a cell can hold.")


def _array(block: Block) -> Array:
    return block if isinstance(block, Array) else Array(_columns(block))


def _columns(value: Value) -> list[list[Scalar]]:
    if isinstance(value, Block):
        return [value.column(column) for column in range(value.columns)]
    return [[value]]
