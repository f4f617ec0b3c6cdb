"""Workbooks: one tab, the one that was named or the one that holds most."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)  # fmt: skip

from sheetdesk.columns.base import Cell
from sheetdesk.errors import Cause, FileBroken, FileLocked, FileUnreadable, TabUnknown
from sheetdesk.intake.base import RawGrid

__all__ = ["KIND", "XlsxKind"]


class XlsxKind:
    """Excel's own files and OpenDocument's."""

    endings = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

    def read(self, path: Path, tab: str = "") -> RawGrid:
        """The cells of one tab. A cell merged over several rows stands in each of them."""
        try:
            with CalamineWorkbook.from_path(path) as book:
                sheet = self._sheet(book, path, tab)
                rows = _rows(sheet)
        except PasswordError as error:
            raise FileLocked(path=path) from error
        except CalamineError as error:
            raise FileBroken(path=path, reason=_misread(error)) from error
        except OSError as error:
            raise FileUnreadable(path=path, reason=Cause.of_system(error), next_step="") from error
        return RawGrid(path.name, rows, how=sheet.name)

    def _sheet(self, book: CalamineWorkbook, path: Path, tab: str) -> CalamineSheet:
        names = [s.name for s in book.sheets_metadata if s.typ is SheetTypeEnum.WorkSheet]
        if tab:
            known = {name.strip().casefold(): name for name in names}
            if tab.strip().casefold() not in known:
                raise TabUnknown(path, tab, names)
            return book.get_sheet_by_name(known[tab.strip().casefold()])
        seen = [
            s.name
            for s in book.sheets_metadata
            if s.typ is SheetTypeEnum.WorkSheet and s.visible is SheetVisibleEnum.Visible
        ]
        sheets = [book.get_sheet_by_name(name) for name in seen or names]
        if not sheets:
            raise FileBroken(path=path, reason=Cause("no tab with cells", "没有含单元格的工作表"))
        return max(sheets, key=_filled)


def _misread(error: CalamineError) -> Cause:
    return Cause.retold(error, f"内容无法解析（“{error}”）")


def _filled(sheet: CalamineSheet) -> int:
    return sum(cell != "" for row in sheet.to_python() for cell in row)


def _rows(sheet: CalamineSheet) -> list[list[Cell]]:
    rows = [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and bottom < len(rows):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return rows


def _cell(value: Any) -> Cell:
    if value == "":
        return None
    if isinstance(value, datetime) or not isinstance(value, date | time | timedelta):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, timedelta):
        return f"{value / timedelta(hours=1):g}h"
    return value.isoformat("minutes" if not value.second else "seconds")


KIND = XlsxKind()
