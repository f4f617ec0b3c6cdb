"""Counting and adding up what meets criteria: COUNT, COUNTIF, COUNTIFS, SUMIF, SUMIFS, AVERAGEIFS …"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from sheetdesk.sandbox.formulas.blocks import Array, Block, Value, flat
from sheetdesk.sandbox.formulas.functions.criteria import matching
from sheetdesk.sandbox.formulas.functions.function import Function
from sheetdesk.sandbox.formulas.scalars import Context, Error, Scalar, to_number

__all__ = ["FUNCTIONS"]

SIZES = Error("VALUE", "Array arguments to this function are of different size.")
NONE = Error("DIVIDE_BY_ZERO", "Evaluation of this function caused a divide by zero error.")


def _block(value: Value) -> Block:
    return value if isinstance(value, Block) else Array([[value]])


def _count(context: Context, *values: Value) -> Value:
    found = 0
    for value in values:
        if isinstance(value, Block):
            found += sum(type(one) is float for one in value.by_row())
        elif value is not None:
            found += not isinstance(to_number(value, context), Error)
    return float(found)


def _counta(context: Context, *values: Value) -> Value:
    """An empty text counts; a cell with nothing does not, but an argument that is nothing does."""
    return float(
        sum(
            sum(one is not None for one in value.by_row()) if isinstance(value, Block) else 1
            for value in values
        )
    )


def _countblank(context: Context, *values: Value) -> Value:
    return float(sum(one is None or one == "" for value in values for one in flat(value)))


def _countunique(context: Context, *values: Value) -> Value:
    return float(len({one for value in values for one in flat(value) if one is not None}))


def _places(context: Context, pairs: tuple[Value, ...]) -> list[Sequence[int]] | Error:
    """For each column of the ranges, which have one size, the rows that meet every criterion."""
    if len(pairs) % 2:
        return Error("N_A", "Ranges and criteria come in pairs.")
    for value in pairs[::2]:
        if isinstance(value, Error):
            return value
    blocks = [_block(value) for value in pairs[::2]]
    if len({(block.rows, block.columns) for block in blocks}) > 1:
        return SIZES
    criteria = [value.at(0, 0) if isinstance(value, Block) else value for value in pairs[1::2]]
    kept: list[Sequence[int]] = []
    for column in range(blocks[0].columns):
        rows: Sequence[int] | None = None
        for block, criterion in zip(blocks, criteria, strict=True):
            rows = matching(block, column, criterion, context, rows)
        kept.append(rows or ())
    return kept


def _countifs(context: Context, *pairs: Value) -> Value:
    places = _places(context, pairs)
    return places if isinstance(places, Error) else float(sum(len(rows) for rows in places))


def _picked(context: Context, summed: Value, pairs: tuple[Value, ...]) -> list[float] | Error:
    """The numbers of one range where others meet their criteria."""
    places = _places(context, pairs)
    if isinstance(places, Error):
        return places
    block, tested = _block(summed), _block(pairs[0])
    if (block.rows, block.columns) != (tested.rows, tested.columns):
        return SIZES
    found: list[float] = []
    for column, rows in enumerate(places):
        values = block.column(column) if rows else []
        for row in rows:
            value = values[row]
            if type(value) is float:
                found.append(value)
            elif isinstance(value, Error):
                return value
    return found


def _many(compute: Callable[[list[float]], Scalar]) -> Function:
    """SUMIFS and its like: the range that is added up comes first; unlike COUNTIFS they do not spread."""

    def call(context: Context, summed: Value, *pairs: Value) -> Value:
        found = _picked(context, summed, pairs)
        return found if isinstance(found, Error) else compute(found)

    return Function(call, "bbs", 3, repeat=2, spreads=False)


def _one(compute: Callable[[list[float]], Scalar]) -> Function:
    """SUMIF and AVERAGEIF: the range that is added up comes last, or is the one that is tested."""

    def call(context: Context, tested: Value, criterion: Scalar, summed: Value = None) -> Value:
        found = _picked(context, tested if summed is None else summed, (tested, criterion))
        return found if isinstance(found, Error) else compute(found)

    return Function(call, "bsb", 2, 3)


def _mean(found: Iterable[float]) -> Scalar:
    numbers = list(found)
    return math.fsum(numbers) / len(numbers) if numbers else NONE


FUNCTIONS: dict[str, Function] = {
    "COUNT": Function(_count, "b", 1, keeps_errors=True),
    "COUNTA": Function(_counta, "b", 1, keeps_errors=True),
    "COUNTBLANK": Function(_countblank, "b", 1, keeps_errors=True),
    "COUNTUNIQUE": Function(_countunique, "b", 1),
    "COUNTIF": Function(_countifs, "bs", 2, 2, keeps_errors=True),
    "COUNTIFS": Function(_countifs, "bs", 2, repeat=2, keeps_errors=True),
    "SUMIF": _one(math.fsum),
    "SUMIFS": _many(math.fsum),
    "AVERAGEIF": _one(_mean),
    "AVERAGEIFS": _many(_mean),
    "MAXIFS": _many(lambda found: max(found, default=0.0)),
    "MINIFS": _many(lambda found: min(found, default=0.0)),
}
