"""A spreadsheet program of nobody's: it writes the tickets' tab anew as it has it, and keeps the rest."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial
from sheetdesk.sheets.memory import MemoryTab
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.package import relations_of
from sheetdesk.sheets.xlsx.patch.workbook import Workbook
from sheetdesk.table.grid import Grid, cell_name

__all__ = ["written"]

TYPES = "[Content_Types].xml"


def written(archive: Archive, old: Grid, tab: MemoryTab, times: Collection[int]) -> Archive:
    """The workbook with the tab as it is now, where `old` stood; `times` are columns that show times."""
    sheet = Workbook.of(archive).tab(old.title)
    text = archive.bytes(sheet).decode()
    moment = _moment_style(text, old)
    body = "".join(_row(tab, row, moment, times) for row in range(tab.grid.rows))
    text = re.sub(
        r"<sheetData>.*</sheetData>|<sheetData/>",
        lambda _: f"<sheetData>{body}</sheetData>",
        text,
        flags=re.S,
    )
    text = re.sub(r'<dimension ref="[^"]*"/>', "", text)
    changed: dict[str, bytes | None] = {}
    tables = [part for kind, part in archive.targets(sheet).values() if kind.endswith("/table")]
    for part in tables:
        if tab.tables:
            changed[part] = _table(archive.bytes(part).decode(), tab).encode()
            continue
        # The table is a plain range now.
        changed[part] = None
        text = re.sub(r"<tableParts.*?</tableParts>", "", text, flags=re.S)
        relations = relations_of(sheet)
        name = part.rpartition("/")[2]
        links = re.sub(rf'<Relationship [^>]*/{name}"[^>]*/>', "", archive.bytes(relations).decode())
        changed[relations] = links.encode()
        types = re.sub(rf'<Override [^>]*/{name}"[^>]*/>', "", archive.bytes(TYPES).decode())
        changed[TYPES] = types.encode()
    changed[sheet] = text.encode()
    return archive.with_parts(changed)


def _moment_style(text: str, old: Grid) -> str:
    """The style of a cell that shows a time."""
    for place, column in enumerate(old.columns):
        for row, cell in enumerate(column):
            if isinstance(cell, datetime):
                found = re.search(rf'<c r="{cell_name(row, place)}" s="(\d+)"', text)
                if found:
                    return found[1]
    raise ValueError("no cell of the tab shows a time")


def _row(tab: MemoryTab, row: int, moment: str, times: Collection[int]) -> str:
    cells = []
    for place in range(len(tab.grid.columns)):
        spot = row, place
        if spot in tab.cells or spot in tab.formulas:
            cells.append(_cell(cell_name(*spot), tab.cells.get(spot), tab.formulas.get(spot), moment))
        elif place in times and row:
            # An empty cell keeps its format.
            cells.append(f'<c r="{cell_name(*spot)}" s="{moment}"/>')
    return f'<row r="{row + 1}">{"".join(cells)}</row>'


def _cell(name: str, value: Cell, formula: str | None, moment: str) -> str:
    inside = "" if formula is None else f"<f>{escape(formula)}</f>"
    if isinstance(value, datetime):
        return f'<c r="{name}" s="{moment}">{inside}<v>{serial(value)!r}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{name}" t="b">{inside}<v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{name}">{inside}<v>{value!r}</v></c>'
    if value is None:
        return f'<c r="{name}">{inside}</c>'
    if formula is not None:
        return f'<c r="{name}" t="str">{inside}<v>{escape(value)}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def _table(text: str, tab: MemoryTab) -> str:
    """The table part with the columns in their order and the rows that it has now."""
    [table] = tab.tables
    known = {
        int(number): inside or ""
        for number, inside in re.findall(
            r'<tableColumn id="(\d+)"[^>]*?(?:/>|>(.*?)</tableColumn>)', text, re.S
        )
    }
    columns = [
        f'<tableColumn id="{number}" name={quoteattr(str(tab.cells.get((0, place), "")))}>'
        f"{known.get(number, '')}</tableColumn>"
        for place, number in enumerate(table.column_ids)
    ]
    whole = f'<tableColumns count="{len(columns)}">{"".join(columns)}</tableColumns>'
    text = re.sub(r"<tableColumns .*</tableColumns>", lambda _: whole, text, flags=re.S)
    block = f"{cell_name(0, 0)}:{cell_name(table.bottom, table.right)}"
    return re.sub(r' ref="[^"]*"', f' ref="{block}"', text)
