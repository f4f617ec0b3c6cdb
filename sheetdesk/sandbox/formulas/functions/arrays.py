"""Arrays from arrays: FILTER, SORT, UNIQUE, TRANSPOSE, FLATTEN, SEQUENCE."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key, partial
from typing import Any

from sheetdesk.sandbox.formulas.blocks import Array, Block, Value, flat
from sheetdesk.sandbox.formulas.functions.function import Function, as_int
from sheetdesk.sandbox.formulas.scalars import Context, Error, Key, Scalar, compare, key_of, to_bool

__all__ = ["FUNCTIONS"]

MOST_CELLS = 10_000_000
NOTHING = Error("N_A", "No matches are found in FILTER evaluation.")
SIZES = Error("N_A", "FILTER has mismatched range sizes.")


def _block(value: Value) -> Block:
    return value if isinstance(value, Block) else Array([[value]])


def _lines(value: Value) -> list[list[Scalar]]:
    block = _block(value)
    return [block.row(row) for row in range(block.rows)]


def _filter(context: Context, source: Value, *conditions: Value) -> Value:
    block = _block(source)
    across = _block(conditions[0]).rows == 1 and block.columns > 1
    count = block.columns if across else block.rows
    kept = [True] * count
    for condition in conditions:
        truths = list(flat(condition))
        if len(truths) != count:
            return SIZES
        # An error in a condition keeps its row out.
        kept = [keep and to_bool(truth) is True for keep, truth in zip(kept, truths, strict=True)]
    if not any(kept):
        return NOTHING
    columns = [block.column(column) for column in range(block.columns)]
    if across:
        return Array([column for column, keep in zip(columns, kept, strict=True) if keep])
    return Array([[one for one, keep in zip(column, kept, strict=True) if keep] for column in columns])


def _order(left: Scalar, right: Scalar) -> int:
    """Errors and then nothing come last."""
    places = [2 if one is None or one == "" else int(isinstance(one, Error)) for one in (left, right)]
    return places[0] - places[1] if any(places) else compare(left, right)


def _key(by_value: Callable[[Scalar], Any], values: list[Scalar], place: int) -> Any:
    return by_value(values[place])


def _sort(context: Context, source: Value, *keys: Value) -> Value:
    lines = _lines(source)
    pairs: list[tuple[list[Scalar], bool]] = []
    for by, up in zip(keys[::2] or (1.0,), keys[1::2] or (True,), strict=False):
        rising = to_bool(up if not isinstance(up, Block) else up.at(0, 0))
        if isinstance(by, Block):
            values = list(flat(by))
        else:
            column = as_int(by, context)
            if isinstance(column, Error):
                return column
            if not 1 <= column <= len(lines[0]):
                return Error("VALUE", f"There is no column {column} to sort by.")
            values = [line[column - 1] for line in lines]
        if len(values) != len(lines):
            return Error("N_A", "SORT has mismatched range sizes.")
        pairs.append((values, rising is True))
    order = list(range(len(lines)))
    for values, rising in reversed(pairs):
        # What is empty stays at the end whichever way the sort goes.
        filled = [place for place in order if values[place] not in (None, "")]
        empty = [place for place in order if values[place] in (None, "")]
        by_value = cmp_to_key(_order)
        order = sorted(filled, key=partial(_key, by_value, values), reverse=not rising) + empty
    return Array.of_rows([lines[place] for place in order])


def _unique(context: Context, source: Value, by_column: Scalar = False, once: Scalar = False) -> Value:
    lines = _lines(source)
    if to_bool(by_column) is True:
        lines = [list(line) for line in zip(*lines, strict=True)]
    seen: dict[tuple[Key, ...], list[list[Scalar]]] = {}
    for line in lines:
        # Unlike in a comparison, capitals matter here.
        seen.setdefault(tuple(one if isinstance(one, str) else key_of(one) for one in line), []).append(line)
    kept = [same[0] for same in seen.values() if len(same) == 1 or to_bool(once) is not True]
    if not kept:
        return Error("N_A", "No unique values are found.")
    return Array(kept) if to_bool(by_column) is True else Array.of_rows(kept)


def _transpose(context: Context, source: Value) -> Value:
    return Array(_lines(source))


def _flatten(context: Context, *sources: Value) -> Value:
    return Array([[one for source in sources for one in flat(source)]])


def _sequence(
    context: Context, rows: Scalar, columns: Scalar = 1.0, start: Scalar = 1.0, step: Scalar = 1.0
) -> Value:
    sizes = [as_int(value, context) for value in (rows, columns)]
    for size in sizes:
        if isinstance(size, Error):
            return size
        if not 1 <= size <= MOST_CELLS:
            return Error("NUM", "SEQUENCE needs at least one row and column, and no more than fit a book.")
    first = start if isinstance(start, float) else 1.0
    by = step if isinstance(step, float) else 1.0
    down, across = (size if isinstance(size, int) else 1 for size in sizes)
    if down * across > MOST_CELLS:
        return Error("NUM", "SEQUENCE gives more cells than fit a book.")
    return Array.of_rows([[first + by * (row * across + c) for c in range(across)] for row in range(down)])


FUNCTIONS: dict[str, Function] = {
    "FILTER": Function(_filter, "bb", 2, is_array=True),
    "SORT": Function(_sort, "bbb", 1, repeat=2, is_array=True),
    "UNIQUE": Function(_unique, "bss", 1, 3),
    "TRANSPOSE": Function(_transpose, "b", 1, 1),
    "FLATTEN": Function(_flatten, "b", 1),
    "SEQUENCE": Function(_sequence, "ssss", 1, 4),
}
