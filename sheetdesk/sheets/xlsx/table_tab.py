"""A table on its tab: everything but the rows, which `rows.py` writes into the finished part."""

from __future__ import annotations

from typing import Any

from sheetdesk.columns.base import CellCheck
from sheetdesk.plan import looks
from sheetdesk.plan.machinery import list_name
from sheetdesk.plan.plan import ColumnPlan, Highlight, SheetPlan, TablePlan
from sheetdesk.sheets.xlsx.dialect import Writer, place_text, range_text
from sheetdesk.sheets.xlsx.formats import Formats

__all__ = ["table_body", "write_table"]

HEADER_HEIGHT = 34
TABLE_LOOK = "Table Style Light 1"


def write_table(worksheet: Any, plan: SheetPlan, table: TablePlan, formats: Formats) -> None:
    """Header, columns, validation, conditional formats and notes; below the header one empty row.

    The empty row carries each column's format: `table_body` finds the format indexes there.
    """
    writer = Writer(plan, table)
    columns = []
    for place, column in enumerate(table.columns):
        index = table.left + place
        fmt = formats.of(column.style)
        worksheet.set_column(index, index, column.width_chars, fmt, {"hidden": column.hidden})
        header: dict[str, Any] = {
            "header": column.title,
            "header_format": formats.of(_header_style(column)),
        }
        if column.formula is not None:
            header["formula"] = writer.text(column.formula)
        columns.append(header)
    top, left = table.top, table.left
    last = left + len(table.columns) - 1
    if table.row_height is not None:
        worksheet.set_default_row(table.row_height)
    worksheet.set_row(top, HEADER_HEIGHT)
    worksheet.add_table(
        top, left, top + 1, last,
        {"name": table.name, "columns": columns, "style": TABLE_LOOK, "banded_rows": table.banded},
    )  # fmt: skip
    for place, column in enumerate(table.columns):
        fmt = formats.of(column.style)
        if column.formula is None:
            worksheet.write_blank(top + 1, left + place, None, fmt)
        else:
            worksheet.write_formula(top + 1, left + place, writer.text(column.formula), fmt, "")
        if column.note:
            worksheet.write_comment(top, left + place, column.note, {"x_scale": 1.4, "author": "sheetdesk"})
        _write_check(worksheet, plan, table, column, left + place)
    area = range_text(top + 1, left, _last_row(table) - top, len(table.columns), fixed=False)
    # A serial number such as 007 is a text on purpose: no green corner for it.
    worksheet.ignore_errors({"number_stored_as_text": area})
    for highlight in table.highlights:
        _write_highlight(worksheet, plan, table, highlight, formats)


def _header_style(column: ColumnPlan) -> Any:
    if column.formula is not None or (column.check is None and column.refusal == "" and column.style.color):
        return looks.HEADER_MACHINE
    return looks.HEADER_REQUIRED if column.required else looks.HEADER


def _last_row(table: TablePlan) -> int:
    """The last row that is guided, from 0."""
    return min(table.top + max(table.rows, 1) + table.reach, 1_048_575)


def _write_check(worksheet: Any, plan: SheetPlan, table: TablePlan, column: ColumnPlan, index: int) -> None:
    if column.check is None and not column.prompt:
        return
    options = (
        {"validate": "any"} if column.check is None else _check_options(plan, table, column, column.check)
    )
    if column.prompt:
        options |= {"input_title": column.prompt_title, "input_message": column.prompt}
    if column.refusal:
        options |= {"error_title": plan.refusal_title, "error_message": column.refusal}
    worksheet.data_validation(table.top + 1, index, _last_row(table), index, options)


def _check_options(plan: SheetPlan, table: TablePlan, column: ColumnPlan, check: CellCheck) -> dict[str, Any]:
    stop = "stop" if check.blocks else "warning"
    if check.kind == "list":
        return {"validate": "list", "source": _list_source(plan, table, check), "error_type": stop}
    if check.kind in ("date", "moment"):
        # Day numbers, so that nothing depends on how a program writes dates.
        return {"validate": "custom", "value": _date_test(table, column, check.kind), "error_type": stop}
    kind = {"whole": "integer", "number": "decimal", "length": "length"}[check.kind]
    options: dict[str, Any] = {"validate": kind, "error_type": stop}
    low, high = check.minimum, check.maximum
    if low is not None and high is not None:
        return options | {"criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return options | {"criteria": ">=", "value": low}
    return options | {"criteria": "<=", "value": 1e15 if high is None else high}


def _date_test(table: TablePlan, column: ColumnPlan, kind: str) -> str:
    place = place_text(table.top + 1, table.left + table.index(column.key), fixed_row=False)
    whole = f",INT({place})={place}" if kind == "date" else ""
    return f"=AND(ISNUMBER({place}),{place}>=36526,{place}<73051{whole})"


def _list_source(plan: SheetPlan, table: TablePlan, check: CellCheck) -> str:
    parts = plan.list_parts
    if not check.depends_on or check.source not in parts:
        return f"={list_name(check.source)}"
    values, parents = parts[check.source]
    writer = Writer(plan, table, structured=False, row=table.top + 1)
    if all(column.key != check.depends_on for column in table.columns):
        return f"={list_name(check.source)}"
    above = place_text(table.top + 1, table.left + table.index(check.depends_on), fixed_row=False)
    first = writer.text(values)[1:].split(":")[0]
    over = writer.text(parents)[1:]
    return f"=OFFSET({first},MATCH({above},{over},0)-1,0,COUNTIF({over},{above}),1)"


def _write_highlight(
    worksheet: Any, plan: SheetPlan, table: TablePlan, highlight: Highlight, formats: Formats
) -> None:
    keys = [column.key for column in table.columns]
    chosen = [key for key in highlight.columns if key in keys] or keys
    if highlight.columns and not set(highlight.columns) & set(keys):
        return
    top, bottom = table.top + 1, _last_row(table)
    options: dict[str, Any] = {"format": formats.of(highlight.style, partial=True)}
    if highlight.duplicates:
        options |= {"type": "duplicate"}
    elif highlight.when is not None:
        writer = Writer(plan, table, structured=False, row=top)
        options |= {
            "type": "formula",
            "criteria": writer.text(highlight.when),
        }
    places = sorted(table.left + keys.index(key) for key in chosen)
    ranges = _runs(places)
    if len(ranges) > 1:
        blocks = [range_text(top, a, bottom - top + 1, b - a + 1, fixed=False) for a, b in ranges]
        options["multi_range"] = " ".join(blocks)
    worksheet.conditional_format(top, ranges[0][0], bottom, ranges[0][1], options)


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Neighbouring columns as (first, last) runs."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def table_body(table: TablePlan, writer: Writer) -> list[str]:
    """The text inside `<f>` of each column, "" where it has no formula."""
    return ["" if column.formula is None else writer.text(column.formula)[1:] for column in table.columns]
