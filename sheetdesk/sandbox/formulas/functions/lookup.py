"""Finding values and places: lookups, MATCH, INDEX, INDIRECT, OFFSET, and the numbers of rows and columns."""

from __future__ import annotations

from sheetdesk.sandbox.formulas.blocks import Area, Array, Block, Value, first
from sheetdesk.sandbox.formulas.functions.criteria import has_wildcard, wildcard
from sheetdesk.sandbox.formulas.functions.function import Evaluator, Function, as_int
from sheetdesk.sandbox.formulas.scalars import Context, Error, Scalar, compare, key_of, to_bool, to_text
from sheetdesk.sandbox.formulas.syntax import Node

__all__ = ["FUNCTIONS"]

RANGE = Error("N_A", "Argument must be a range.")
R1C1 = Error("REF", "The sandbox reads no R1C1 references in INDIRECT.")
OUTSIDE = Error("NUM", "Function INDEX parameter value is out of range.")


def _block(value: Value) -> Block:
    return value if isinstance(value, Block) else Array([[value]])


def _turned(block: Block) -> Block:
    """A row as a column."""
    return Array([block.row(0)]) if block.rows == 1 and block.columns > 1 else block


def _exact(block: Block, key: Scalar) -> int | None:
    """The first row of the first column that equals a key; a text may hold wildcards."""
    if key is None:
        return None
    rows = block.places(0).get(key_of(key))
    if rows:
        return rows[0]
    if isinstance(key, str) and has_wildcard(key):
        matches = wildcard(key).fullmatch
        for row, value in enumerate(block.column(0)):
            if isinstance(value, str) and matches(value):
                return row
    return None


def _missing(key: Scalar, name: str) -> Error:
    shown = f"{key:g}" if isinstance(key, float) else "" if key is None else key
    return Error("N_A", f"Did not find value '{shown}' in {name} evaluation.")


def _vlookup(
    context: Context, key: Scalar, searched: Value, place: Scalar, is_sorted: Scalar = True
) -> Value:
    block, index, near = _block(searched), as_int(place, context), to_bool(is_sorted)
    if isinstance(index, Error):
        return index
    if isinstance(near, Error):
        return near
    if not 1 <= index <= block.columns:
        words = f"VLOOKUP evaluates to an out of bounds range: column {index} of {block.columns}."
        return Error("REF" if index > block.columns else "VALUE", words)
    row = block.last_up_to(0, key) if near and key is not None else _exact(block, key)
    return _missing(key, "VLOOKUP") if row is None else block.at(row, index - 1)


def _hlookup(
    context: Context, key: Scalar, searched: Value, place: Scalar, is_sorted: Scalar = True
) -> Value:
    block = _block(searched)
    turned = Array([block.row(row) for row in range(block.rows)])
    return _vlookup(context, key, turned, place, is_sorted)


def _match(context: Context, key: Scalar, searched: Value, how: Scalar = 1.0) -> Value:
    block, kind = _turned(_block(searched)), as_int(how, context)
    if isinstance(kind, Error):
        return kind
    if block.columns > 1:
        return Error("N_A", "MATCH range must be a single row or a single column.")
    row: int | None
    if kind == 0:
        row = _exact(block, key)
    elif kind > 0:
        row = block.last_up_to(0, key)
    else:
        values = list(enumerate(block.column(0)))
        fitting = [at for at, value in values if type(value) is type(key) and compare(value, key) >= 0]
        row = fitting[-1] if fitting else None
    return _missing(key, "MATCH") if row is None else float(row + 1)


def _xlookup(
    context: Context,
    key: Scalar,
    searched: Value,
    results: Value,
    missing: Scalar = None,
    match_mode: Scalar = 0.0,
    search_mode: Scalar = 1.0,
) -> Value:
    if isinstance(key, Error):
        return key
    for block in (searched, results):
        if isinstance(block, Error):
            return block
    line, mode, order = _turned(_block(searched)), as_int(match_mode, context), as_int(search_mode, context)
    row = _xmatch(line, key, mode if isinstance(mode, int) else 0, order if isinstance(order, int) else 1)
    found, across = _block(results), _block(searched).rows == 1
    if (found.columns if across else found.rows) != line.rows:
        return Error("VALUE", "Array arguments to XLOOKUP are of different size.")
    if row is None:
        return _missing(key, "XLOOKUP") if missing is None else missing
    if across:
        column = found.column(row)
        return column[0] if len(column) == 1 else Array([column])
    values = found.row(row)
    return values[0] if len(values) == 1 else Array([[value] for value in values])


def _xmatch(line: Block, key: Scalar, mode: int, order: int) -> int | None:
    rows = line.places(0).get(key_of(key), [])
    if rows:
        return rows[-1 if order < 0 else 0]
    if mode == 2 and isinstance(key, str):
        return _exact(line, key)
    if mode not in (-1, 1):
        return None
    best: int | None = None
    values = line.column(0)
    for row, value in enumerate(values):
        if type(value) is type(key) and compare(value, key) == mode:
            closer = best is None or compare(value, values[best]) == -mode
            best = row if closer else best
    return best


def _index(context: Context, searched: Value, row: Scalar = 0.0, column: Scalar = 0.0) -> Value:
    block, down, across = _block(searched), as_int(row, context), as_int(column, context)
    if isinstance(down, Error):
        return down
    if isinstance(across, Error):
        return across
    if block.rows == 1 and down > 1 and not across:
        # In a single row the one number counts columns.
        down, across = 1, down
    if not 0 <= down <= block.rows or not 0 <= across <= block.columns:
        return OUTSIDE
    top, rows = (down - 1, 1) if down else (0, block.rows)
    left, columns = (across - 1, 1) if across else (0, block.columns)
    if isinstance(block, Area):
        return Area(block.reader, block.tab, block.top + top, rows, block.left + left, columns)
    kept = [block.column(left + place)[top : top + rows] for place in range(columns)]
    return kept[0][0] if rows == columns == 1 else Array(kept)


def _row(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    return _numbered(evaluation, nodes, array=array, down=True)


def _column(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    return _numbered(evaluation, nodes, array=array, down=False)


def _numbered(evaluation: Evaluator, nodes: tuple[Node, ...], *, array: bool, down: bool) -> Value:
    """The numbers of a range's rows or columns; outside of arrays the first."""
    if not nodes:
        return float((evaluation.row if down else evaluation.column) + 1)
    area = evaluation.value(nodes[0], array=True)
    if not isinstance(area, Area):
        return area if isinstance(area, Error) else RANGE
    start, count = (area.top, area.rows) if down else (area.left, area.columns)
    if not array or count == 1:
        return float(start + 1)
    numbers: list[Scalar] = [float(start + 1 + place) for place in range(count)]
    return Array([numbers]) if down else Array([[number] for number in numbers])


def _offset(
    context: Context,
    base: Value,
    down: Scalar,
    right: Scalar,
    height: Scalar = None,
    width: Scalar = None,
) -> Value:
    if not isinstance(base, Area):
        return RANGE
    moves = [as_int(value, context) for value in (down, right)]
    sizes = [
        size if value is None else as_int(value, context)
        for value, size in ((height, base.rows), (width, base.columns))
    ]
    for number in moves + sizes:
        if isinstance(number, Error):
            return number
    (rows, columns), (tall, wide) = moves, sizes
    top, left = base.top + int(rows), base.left + int(columns)  # type: ignore[arg-type]
    if top < 0 or left < 0 or int(tall) < 1 or int(wide) < 1:  # type: ignore[arg-type]
        return Error("REF", "Function OFFSET evaluates to an out of bounds range.")
    return Area(base.reader, base.tab, top, int(tall), left, int(wide))  # type: ignore[arg-type]


def _indirect(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    """The cells that a text names; of several texts the first counts, in arrays too."""
    options = [first(evaluation.value(node, array=array)) for node in nodes]
    text, is_a1 = to_text(options[0], evaluation.context), to_bool(options[1] if len(nodes) > 1 else True)
    for option in (text, is_a1):
        if isinstance(option, Error):
            return option
    return evaluation.referred(str(text)) if is_a1 else R1C1


FUNCTIONS: dict[str, Function] = {
    "VLOOKUP": Function(_vlookup, "sbss", 3, 4),
    "HLOOKUP": Function(_hlookup, "sbss", 3, 4),
    "XLOOKUP": Function(_xlookup, "sbbsss", 3, 6, keeps_errors=True),
    "MATCH": Function(_match, "sbs", 2, 3),
    "INDEX": Function(_index, "bss", 1, 3, is_array=True, spreads=False),
    "INDIRECT": Function(None, "s", 1, 2, lazy=_indirect),
    "OFFSET": Function(_offset, "bssss", 3, 5),
    "ROW": Function(None, "b", 0, 1, lazy=_row),
    "COLUMN": Function(None, "b", 0, 1, lazy=_column),
    "ROWS": Function(lambda context, value: float(_block(value).rows), "b", 1, 1),
    "COLUMNS": Function(lambda context, value: float(_block(value).columns), "b", 1, 1),
}
