"""The formulas behind worked-out columns: what the sheet computes where `table/derive.py` does."""

from __future__ import annotations

from sheetdesk.columns.base import Column
from sheetdesk.desk.standard import parse_formula
from sheetdesk.plan.formula import Call, Expr, Literal, Name, Op, This, both, call, compare

__all__ = ["NOW", "column_formula", "is_open"]

NOW = Call("NOW", ())


def is_open(status: Expr) -> Expr:
    """Whether a status is one of the open ones; nothing is not."""
    return compare(call("COUNTIF", Name("sd_open"), status), ">", 0)


def column_formula(column: Column) -> Expr:
    """What stands in every cell of a worked-out column. Raises ValueError for an unknown formula."""
    name, keys = parse_formula(column.formula)
    cells = [This(key) for key in keys]
    if name == "month":
        # Not TEXT(…, "yyyy-mm"): its letters depend on the language of the program.
        month = call("RIGHT", Op("&", Literal("0"), call("MONTH", cells[0])), 2)
        text = Op("&", Op("&", call("YEAR", cells[0]), Literal("-")), month)
        # IFERROR, because somebody may paste a text where a time belongs.
        return call("IFERROR", call("IF", compare(cells[0], "=", ""), "", text), "")
    if name == "hours":
        gone = call("OR", compare(cells[0], "=", ""), compare(cells[1], "=", ""))
        return call("IFERROR", call("IF", gone, "", Op("*", Op("-", cells[1], cells[0]), Literal(24))), "")
    if name == "late":
        due, done = cells
        # Short on purpose: it stands in every row. A time that is not there counts as 0.
        end = call("IF", compare(done, "<>", ""), done, call("IF", is_open(This("status")), NOW, 0))
        return call("IF", both(compare(due, "<>", ""), compare(end, ">", due)), 1, 0)
    if name == "is_open":
        return call("IF", is_open(cells[0]), 1, 0)
    if name == "age_days":
        return call("IFERROR", call("IF", compare(cells[0], "=", ""), "", Op("-", NOW, cells[0])), "")
    if name == "matrix":
        row = call("MATCH", cells[0], Name("sd_matrix_rows"), 0)
        across = call("MATCH", cells[1], Name("sd_matrix_across"), 0)
        return call("IFERROR", call("INDEX", Name("sd_matrix"), row, across), "")
    raise ValueError(column.formula)
