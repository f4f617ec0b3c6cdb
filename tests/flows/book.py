"""A workbook as a person has it open: cells typed, rows sorted, copied and deleted, and saved again.

On purpose none of our own reading and writing of workbooks: a second opinion on the same file.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from lxml import etree

__all__ = ["Book", "Tab", "Value"]

Value = str | float | None

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EPOCH = datetime(1899, 12, 30)


def tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def letters(column: int) -> str:
    """`B` for 1."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(text: str) -> int:
    """1 for `B`."""
    found = 0
    for letter in text:
        found = found * 26 + ord(letter) - 64
    return found - 1


class Book:
    """All parts of a file. What is not touched is saved as it was, byte for byte."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as file:
            self.parts = {info.filename: file.read(info) for info in file.infolist()}
        self.tabs: dict[str, Tab] = {}

    def titles(self) -> dict[str, str]:
        """The part of each tab by its title."""
        related = self.related("xl/workbook.xml")
        root = etree.fromstring(self.parts["xl/workbook.xml"])
        return {str(n.get("name")): related[str(n.get(f"{{{REL}}}id"))] for n in root.iter(tag("sheet"))}

    def related(self, part: str) -> dict[str, str]:
        """The parts that a part refers to, by id."""
        folder, name = part.rsplit("/", 1)
        rels = self.parts.get(f"{folder}/_rels/{name}.rels")
        found = {}
        for node in etree.fromstring(rels) if rels else ():
            target = str(node.get("Target"))
            whole = target[1:] if target.startswith("/") else os.path.normpath(f"{folder}/{target}")
            found[str(node.get("Id"))] = whole
        return found

    def tab(self, title: str = "Tickets") -> Tab:
        """A tab to read and change; changes are written by `save`."""
        if title not in self.tabs:
            self.tabs[title] = Tab(self, self.titles()[title])
        return self.tabs[title]

    def rename_tab(self, old: str, new: str) -> None:
        """Call a tab otherwise, as a person does: names that point there follow."""
        text = self.parts["xl/workbook.xml"].decode()
        text = text.replace(f'<sheet name="{old}"', f'<sheet name="{new}"').replace(f">{old}!", f">'{new}'!")
        self.parts["xl/workbook.xml"] = text.encode()

    def drop_table(self, title: str = "Tickets") -> None:
        """Make a range of a tab's table; formulas become what they show, as a program cannot name it."""
        tab = self.tab(title)
        owner = f"xl/worksheets/_rels/{tab.part.rsplit('/', 1)[1]}.rels"
        rels = etree.fromstring(self.parts[owner])
        for node in list(rels):
            if str(node.get("Type")).endswith("/table"):
                rels.remove(node)
        self.parts[owner] = etree.tostring(rels)
        assert tab.table_part is not None
        del self.parts[tab.table_part]
        kinds = etree.fromstring(self.parts["[Content_Types].xml"])
        for node in list(kinds):
            if node.get("PartName") == f"/{tab.table_part}":
                kinds.remove(node)
        self.parts["[Content_Types].xml"] = etree.tostring(kinds)
        for node in tab.root.findall(tag("tableParts")):
            tab.root.remove(node)
        for formula in list(tab.root.iter(tag("f"))):
            parent = formula.getparent()
            assert parent is not None
            parent.remove(formula)
        tab.table_part = None

    def bytes(self) -> bytes:
        """The file as it would be saved."""
        import io

        for tab in self.tabs.values():
            tab.write()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in self.parts.items():
                file.writestr(zipfile.ZipInfo(name, (2026, 11, 2, 9, 0, 0)), content, zipfile.ZIP_DEFLATED, 1)
        return buffer.getvalue()

    def save(self, *, by_rename: bool = True) -> None:
        """Save as Excel does, a new file under the old name; or over the old bytes."""
        content = self.bytes()
        if by_rename:
            part = self.path.with_name(f"{os.getpid()}{id(self):x}.tmp")
            part.write_bytes(content)
            part.replace(self.path)
        else:
            self.path.write_bytes(content)


class Tab:
    """One worksheet: rows count from 1 as on the screen, columns go by the title in the first row."""

    def __init__(self, book: Book, part: str) -> None:
        self.book, self.part = book, part
        self.root = etree.fromstring(book.parts[part])
        found = self.root.find(tag("sheetData"))
        assert found is not None
        self.data = found
        strings = book.parts.get("xl/sharedStrings.xml")
        self.strings = [
            "".join(t.text or "" for t in node.iter(tag("t")))
            for node in (etree.fromstring(strings) if strings else ())
        ]
        tables = [p for p in book.related(part).values() if "/tables/" in p and p in book.parts]
        self.table_part = tables[0] if tables else None
        self.table = etree.fromstring(book.parts[tables[0]]) if tables else None

    # What is read

    def rows(self) -> dict[int, etree._Element]:
        return {int(str(node.get("r"))): node for node in self.data}

    def cell(self, row: int, column: int) -> etree._Element | None:
        node = self.rows().get(row)
        name = f"{letters(column)}{row}"
        return None if node is None else next((c for c in node if c.get("r") == name), None)

    def value(self, row: int, column: int) -> Value:
        cell = self.cell(row, column)
        if cell is None:
            return None
        if cell.get("t") == "inlineStr":
            return "".join(t.text or "" for t in cell.iter(tag("t"))) or None
        node = cell.find(tag("v"))
        if node is None or node.text is None:
            return None
        if cell.get("t") == "s":
            return self.strings[int(node.text)]
        return node.text if cell.get("t") in ("str", "e", "b") else float(node.text)

    def formula(self, row: int, title: str) -> str | None:
        cell = self.cell(row, self.column(title))
        node = cell.find(tag("f")) if cell is not None else None
        return None if node is None else node.text

    def titles(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for column in range(60):
            value = self.value(1, column)
            if value is not None:
                found.setdefault(str(value), column)
        return found

    def column(self, title: str) -> int:
        return self.titles()[title]

    def bottom(self) -> int:
        """The last row of the table; of the cells where there is none."""
        if self.table is None or self.table_part is None:
            return max(self.rows(), default=1)
        return int(re.findall(r"\d+", str(self.table.get("ref")))[1])

    def row_of(self, name: str, title: str = "ID") -> int:
        """The first row with this in the column."""
        column = self.column(title)
        return next(row for row in sorted(self.rows()) if self.value(row, column) == name)

    # What is changed

    def type(self, row: int, title: str, value: Value, *, formula: str = "") -> None:
        """Type into a cell; its format stays."""
        self.type_at(row, self.column(title), value, formula=formula)

    def type_at(self, row: int, column: int, value: Value, *, formula: str = "") -> None:
        line = self.rows().get(row)
        if line is None:
            line = etree.Element(tag("row"), r=str(row))
            after = [n for r, n in self.rows().items() if r < row]
            self.data.insert(len(after), line)
        cell = self.cell(row, column)
        if cell is None:
            cell = etree.Element(tag("c"), r=f"{letters(column)}{row}")
            before = [c for c in line if number(re.sub(r"\d", "", str(c.get("r")))) < column]
            line.insert(len(before), cell)
        for node in list(cell):
            cell.remove(node)
        cell.attrib.pop("t", "")
        if formula:
            etree.SubElement(cell, tag("f")).text = formula
        if isinstance(value, str):
            cell.set("t", "str" if formula else "inlineStr")
            inside = cell if formula else etree.SubElement(cell, tag("is"))
            etree.SubElement(inside, tag("v" if formula else "t")).text = value
        elif value is not None:
            etree.SubElement(cell, tag("v")).text = repr(float(value))

    def reach(self, bottom: int) -> None:
        """Make the table end at this row."""
        assert self.table is not None
        for node in (self.table, *self.table.iter(tag("autoFilter"))):
            node.set("ref", re.sub(r"\d+$", str(bottom), str(node.get("ref"))))

    def delete_row(self, row: int) -> None:
        """Delete a whole row: what is below moves up."""
        bottom = self.bottom()
        for place, node in sorted(self.rows().items()):
            if place == row:
                self.data.remove(node)
            elif place > row:
                self._renumber(node, place - 1)
        if self.table is not None:
            self.reach(bottom - 1)

    def sort(self, key: Callable[[int], object], *, headed: bool = True) -> None:
        """Put the rows in the order of `key` of each row: those below the first, or without `headed` all."""
        rows = self.rows()
        order = sorted((row for row in rows if row > 1 or not headed), key=key)  # type: ignore[arg-type]
        places = sorted(order)
        for place, row in zip(places, order, strict=True):
            self._renumber(rows[row], place)
        self.data[:] = sorted(self.data, key=lambda node: int(str(node.get("r"))))

    def copy_row(self, row: int, to: int) -> None:
        """Copy a whole row over another place."""
        known = self.rows()
        if to in known:
            self.data.remove(known[to])
        copy = etree.fromstring(etree.tostring(known[row]))
        self._renumber(copy, to)
        self.data.append(copy)
        self.data[:] = sorted(self.data, key=lambda node: int(str(node.get("r"))))

    def hide_row(self, row: int) -> None:
        self.rows()[row].set("hidden", "1")

    def delete_column(self, title: str) -> None:
        """Delete a whole column of the sheet and of its table."""
        gone = self.column(title)
        for node in self.data:
            for cell in list(node):
                place = number(re.sub(r"\d", "", str(cell.get("r"))))
                if place == gone:
                    node.remove(cell)
                elif place > gone:
                    cell.set("r", f"{letters(place - 1)}{node.get('r')}")
        if self.table is not None:
            columns = self.table.find(tag("tableColumns"))
            assert columns is not None
            columns.remove(next(n for n in columns if n.get("name") == title))
            columns.set("count", str(len(columns)))
            first, last = str(self.table.get("ref")).split(":")
            end = number(re.sub(r"\d", "", last)) - 1
            ref = f"{first}:{letters(end)}{re.sub(r'[A-Z]', '', last)}"
            for node in (self.table, *self.table.iter(tag("autoFilter"))):
                node.set("ref", ref)

    def _renumber(self, node: etree._Element, row: int) -> None:
        node.set("r", str(row))
        for cell in node:
            cell.set("r", re.sub(r"\d+$", str(row), str(cell.get("r"))))

    def write(self) -> None:
        self.book.parts[self.part] = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")
        if self.table is not None and self.table_part is not None:
            self.book.parts[self.table_part] = etree.tostring(
                self.table, xml_declaration=True, encoding="UTF-8"
            )

    def drawn(self, titles: Mapping[str, str]) -> list[list[str]]:
        """The rows below the first that have anything in these columns; `titles` says how to show times."""
        places = self.titles()
        found = []
        for row in sorted(self.rows())[1:]:
            cells = [_shown(self.value(row, places[title]), form) for title, form in titles.items()]
            if any(cells):
                found.append(cells)
        return found


def _shown(value: Value, form: str) -> str:
    if isinstance(value, float):
        if form:
            return f"{EPOCH + timedelta(days=value) + timedelta(milliseconds=1):{form}}"
        return f"{value:g}"
    return "" if value is None else value.replace("\n", " / ")
