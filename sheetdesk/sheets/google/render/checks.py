"""What may be typed: drop-downs, dates and numbers as data validation.

Google shows the drop-down of a dependent column whole: a list cannot follow the row it stands in. So a
value that does not belong below its parent is marked instead (`misplaced`).
"""

from __future__ import annotations

from collections.abc import Collection

from sheetdesk.columns.base import CellCheck
from sheetdesk.plan.formula import Field, Place
from sheetdesk.plan.machinery import list_name
from sheetdesk.plan.plan import ColumnPlan, SheetPlan, TablePlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.dialect import (
    Writer,
    block_of,
    column_letters,
    column_range,
    standing_texts,
)

__all__ = ["draw_check", "draw_checks", "misplaced"]

FIRST_DAY, LAST_DAY = "2000-01-01", "2099-12-31"


def draw_checks(
    book: Book, tab: TabPlan, table: TablePlan, keys: Collection[str] | None = None
) -> list[Request]:
    """The validation of each column that has one; of the columns in `keys` alone where given."""
    found = []
    for column in table.columns:
        if column.check is not None and (keys is None or column.key in keys):
            found.append(draw_check(book, tab, table, column, column.check))
    return found


def draw_check(book: Book, tab: TabPlan, table: TablePlan, column: ColumnPlan, check: CellCheck) -> Request:
    """One column's validation, down to the last row of its tab."""
    rule: Request = {
        "condition": _condition(book.plan, table, column, check),
        "strict": check.blocks,
        "showCustomUi": True,
    }
    # One text for both, before somebody types and after it was refused.
    parts = (column.prompt, column.refusal if check.kind == "length" or not column.prompt else "")
    message = " ".join(part for part in parts if part)
    if message:
        rule["inputMessage"] = message
    block = book.column_block(tab, table, column.key)
    return {"setDataValidation": {"range": block, "rule": rule, "filteredRowsIncluded": True}}


def _condition(plan: SheetPlan, table: TablePlan, column: ColumnPlan, check: CellCheck) -> Request:
    if check.kind == "list":
        return _listed(plan, check)
    if check.kind in ("date", "moment"):
        return _test("DATE_BETWEEN", FIRST_DAY, LAST_DAY)
    cell = f"${column_letters(table.left + table.index(column.key))}{table.top + 2}"
    low, high = check.minimum, check.maximum
    if check.kind == "length":
        return _test("CUSTOM_FORMULA", f"=LEN({cell})<={high or 0:g}")
    if check.kind == "whole":
        bounds = [f"{cell}>={low:.15g}"] if low is not None else []
        bounds += [f"{cell}<={high:.15g}"] if high is not None else []
        return _test(
            "CUSTOM_FORMULA", f"=AND({','.join([f'ISNUMBER({cell})', f'INT({cell})={cell}', *bounds])})"
        )
    if low is not None and high is not None:
        return _test("NUMBER_BETWEEN", f"{low:.15g}", f"{high:.15g}")
    if low is not None:
        return _test("NUMBER_GREATER_THAN_EQ", f"{low:.15g}")
    return _test("NUMBER_LESS_THAN_EQ", "1000000000000000" if high is None else f"{high:.15g}")


def _test(kind: str, *values: str) -> Request:
    return {"type": kind, "values": [{"userEnteredValue": value} for value in values]}


def _listed(plan: SheetPlan, check: CellCheck) -> Request:
    """The values of a list that never changes are given; others stay where people keep them."""
    block = block_of(plan, list_name(check.source))
    if isinstance(block, Field):
        return _test("ONE_OF_RANGE", f"={column_range(plan, block)}")
    values = standing_texts(plan, block)
    # One that looks like a formula would be taken for one.
    if values and not any(value.startswith(("=", "+")) for value in values):
        return _test("ONE_OF_LIST", *values)
    place = Place(block.row, block.column, block.tab, block.rows, block.columns)
    return _test("ONE_OF_RANGE", Writer(plan).text(place))


def misplaced(plan: SheetPlan, table: TablePlan, column: ColumnPlan) -> str:
    """The test, for the header's row, that a value stands in its list but not below its parent, or ""."""
    check = column.check
    keys = {other.key for other in table.columns}
    if check is None or check.depends_on not in keys or check.source not in plan.list_parts:
        return ""
    values, above = (Writer(plan, mode="rule").of(part) for part in plan.list_parts[check.source])
    mine, parent = (
        f"${column_letters(table.left + table.index(key))}{table.top + 1}"
        for key in (column.key, check.depends_on)
    )
    return f'=AND({mine}<>"",COUNTIFS({values},{mine},{above},{parent})=0)'
