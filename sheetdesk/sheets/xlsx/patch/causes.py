"""Why cells and columns of a sheet are left as they are, in both languages."""

from __future__ import annotations

from sheetdesk.errors import Cause

__all__ = [
    "covered", "fed_from_elsewhere", "holds_array", "no_formula", "no_room_below", "no_room_beside",
    "off_the_sheet", "part_of", "several_tables",
]  # fmt: skip

DATA_TABLE = Cause("a data table", "模拟运算表")
ARRAY = Cause("a formula that fills several cells", "数组公式")


def off_the_sheet(row: int, column: int) -> Cause:
    return Cause(f"row {row}, column {column} is not on a sheet", f"第 {row} 行第 {column} 列超出工作表范围")


def covered(name: str, area: str) -> Cause:
    return Cause(f"{name} is covered by the merged cells {area}", f"{name} 被合并单元格 {area} 覆盖")


def no_formula(name: str) -> Cause:
    return Cause(f"{name} holds no formula to keep", f"{name} 中没有可保留的公式")


def holds_array(name: str) -> Cause:
    return Cause(f"{name} holds {ARRAY.en}", f"{name} 中是{ARRAY.zh}")


def part_of(name: str, kind: str, area: str) -> Cause:
    """`kind` is the `t` of the formula."""
    what = DATA_TABLE if kind == "dataTable" else ARRAY
    return Cause(f"{name} is part of {what.en} in {area}", f"{name} 属于 {area} 的{what.zh}")


def no_room_below(name: str) -> Cause:
    return Cause(f"no room below the table at {name}", f"表格下方放不下，{name} 处已有内容")


def no_room_beside(name: str) -> Cause:
    return Cause(f"no room for a new column: {name} is in the way", f"新列放不下，{name} 处已有内容")


def several_tables(header: int) -> Cause:
    return Cause(f"several tables have their header in row {header}", f"有多个表格的标题行在第 {header} 行")


def fed_from_elsewhere(table: str) -> Cause:
    return Cause(f"the table {table} is fed from elsewhere", f"表格 {table} 的数据来自外部")
