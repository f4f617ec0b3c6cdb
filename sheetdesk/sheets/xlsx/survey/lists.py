"""The values behind a drop-down: written out, in a range, behind a name, or below another column's value.

A list's formula is followed, never calculated by a program: references, defined names, table columns,
and INDIRECT, OFFSET, INDEX, SUBSTITUTE, MATCH, COUNTA and COUNTIF as people use them for lists. What is
beyond that has no values here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.sheets.xlsx.survey.parts import TablePart
from sheetdesk.sheets.xlsx.survey.sheet import Block, blocks_of, column_number

__all__ = ["ListBook", "parent_of", "written_out"]

Rows = Sequence[Sequence[Cell]]
Area = tuple[str, Block]

MOST_VALUES = 1_000
MOST_CELLS = 50_000
DEEPEST = 8
REFERENCE = re.compile(
    r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<bare>[^'!\[\]\s(),\"&+]+))!)?"
    r"(?P<range>\$?[A-Za-z]{1,3}\$?[0-9]+(?::\$?[A-Za-z]{1,3}\$?[0-9]+)?|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3})"
)
CALL = re.compile(r"(?:_xlfn\.)?([A-Za-z]+)\((.*)\)", re.DOTALL)
COLUMN_OF = re.compile(r"([^\[\]]+)\[(?:#Data\],\[)?([^\[\]#]+)\]")
OTHER_CELL = re.compile(r"(?<![!:$A-Za-z0-9_.])\$?([A-Za-z]{1,3})[0-9]+(?![:0-9(A-Za-z_])")
WHOLE = re.compile(r"[+-]?[0-9]{1,7}")
LITERAL = re.compile(r'"((?:[^"]|"")*)"')


def written_out(formula: str) -> tuple[str, ...] | None:
    """The values of a list that stands in the formula itself (`"a,b"`), None for any other."""
    match = LITERAL.fullmatch(formula)
    if match is None:
        return None
    words = (word.strip() for word in match[1].replace('""', '"').split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def parent_of(formula: str) -> int | None:
    """The place of the column in whose cell of the same row the list depends, or None."""
    match = OTHER_CELL.search(LITERAL.sub("", formula))
    return column_number(match[1]) if match else None


@dataclass(frozen=True)
class ListBook:
    """A workbook as its lists see it: names (case-folded), tables and tabs' rows by title."""

    names: Mapping[str, str]
    tables: Mapping[str, tuple[str, TablePart]]
    rows: Callable[[str], Rows]

    def values(self, formula: str, tab: str, parent: str | None = None) -> tuple[str, ...] | None:
        """The values that the list's formula in a cell of the tab gives, None where they cannot be found.

        `parent` is what stands in the cell of the row's other column that the list depends on.
        """
        area = self._area(formula.removeprefix("=").strip(), tab, parent, 0)
        if area is None:
            return None
        shown = dict.fromkeys(_shown(cell) for cell in self._cells(area) if not blank(cell))
        return tuple(shown)[:MOST_VALUES]

    def _cells(self, area: Area) -> list[Cell]:
        title, (top, left, bottom, right) = area
        rows = self.rows(title)
        found: list[Cell] = []
        for row in rows[top : bottom + 1]:
            found += row[left : right + 1]
            if len(found) > MOST_CELLS:
                break
        return found

    def _area(self, text: str, tab: str, parent: str | None, depth: int) -> Area | None:
        """The block of cells that an expression stands for."""
        if depth > DEEPEST:
            return None
        if match := REFERENCE.fullmatch(text):
            title = (match["quoted"] or "").replace("''", "'") or match["bare"] or tab
            block = next(blocks_of(match["range"].replace("$", "")), None)
            return None if block is None or title.startswith("[") else (title, block)
        if match := COLUMN_OF.fullmatch(text):
            return self._table_column(match[1].strip(), match[2].strip())
        if text.casefold() in self.names:
            return self._area(self.names[text.casefold()], tab, parent, depth + 1)
        if text.casefold() in self.tables:
            name, table = self.tables[text.casefold()]
            return self._table_column(text, table.columns[0]) if len(table.columns) == 1 else None
        match = CALL.fullmatch(text)
        if match is None:
            return None
        parts = _arguments(match[2])
        name = match[1].upper()
        if name == "INDIRECT" and parts:
            inner = self._word(parts[0], parent)
            return None if inner is None else self._area(inner, tab, parent, depth + 1)
        if name == "OFFSET" and 3 <= len(parts) <= 5:
            return self._offset(parts, tab, parent, depth + 1)
        if name == "INDEX" and len(parts) == 3:
            return self._index(parts, tab, parent, depth + 1)
        return None

    def _table_column(self, name: str, column: str) -> Area | None:
        tab, table = self.tables.get(name.casefold(), ("", None))
        block = next(blocks_of(table.ref), None) if table else None
        if table is None or block is None or column not in table.columns:
            return None
        place = block[1] + table.columns.index(column)
        return tab, (block[0] + table.headers, place, block[2] - table.totals, place)

    def _offset(self, parts: list[str], tab: str, parent: str | None, depth: int) -> Area | None:
        anchor = self._area(parts[0], tab, parent, depth)
        if anchor is None:
            return None
        title, (top, left, bottom, right) = anchor
        sizes = (bottom - top + 1, right - left + 1)
        moves = [self._number(part, tab, parent, depth) if part else 0 for part in parts[1:3]]
        shape = [
            self._number(part, tab, parent, depth) if part else size
            for part, size in zip([*parts[3:], *("" for _ in range(5 - len(parts)))], sizes, strict=True)
        ]
        down, across, height, width = *moves, *shape
        if down is None or across is None or height is None or width is None or height < 1 or width < 1:
            return None
        if top + down < 0 or left + across < 0:
            return None
        return title, (top + down, left + across, top + down + height - 1, left + across + width - 1)

    def _index(self, parts: list[str], tab: str, parent: str | None, depth: int) -> Area | None:
        """A whole column of a block: `INDEX(block, 0, MATCH(…))`."""
        block = self._area(parts[0], tab, parent, depth)
        row = self._number(parts[1], tab, parent, depth) if parts[1] else 0
        column = self._number(parts[2], tab, parent, depth)
        if block is None or row != 0 or column is None or column < 1:
            return None
        title, (top, left, bottom, right) = block
        place = left + column - 1
        return (title, (top, place, bottom, place)) if place <= right else None

    def _number(self, text: str, tab: str, parent: str | None, depth: int) -> int | None:
        """The whole number of an expression: numbers, COUNTA, COUNTIF, MATCH, added and subtracted."""
        if depth > DEEPEST:
            return None
        total = 0
        for sign, term in _terms(text):
            value = self._term(term, tab, parent, depth + 1)
            if value is None:
                return None
            total += sign * value
        return total

    def _term(self, text: str, tab: str, parent: str | None, depth: int) -> int | None:
        if WHOLE.fullmatch(text):
            return int(text)
        match = CALL.fullmatch(text)
        if match is None:
            return None
        parts = _arguments(match[2])
        name = match[1].upper()
        if name == "COUNTA" and len(parts) == 1:
            area = self._area(parts[0], tab, parent, depth)
            return None if area is None else sum(not blank(cell) for cell in self._cells(area))
        if name == "COUNTIF" and len(parts) == 2:
            area, wanted = self._area(parts[0], tab, parent, depth), self._word(parts[1], parent)
            if area is None or wanted is None:
                return None
            cells = [_shown(cell) for cell in self._cells(area) if not blank(cell)]
            return len(cells) if wanted in ("?*", "*", "<>") else sum(_same(cell, wanted) for cell in cells)
        if name == "MATCH" and len(parts) in (2, 3):
            area, wanted = self._area(parts[1], tab, parent, depth), self._word(parts[0], parent)
            cells = [] if area is None else [_shown(cell) for cell in self._cells(area)]
            places = [place for place, cell in enumerate(cells, 1) if wanted and _same(cell, wanted)]
            return places[0] if places else None
        return None

    def _word(self, text: str, parent: str | None) -> str | None:
        """The text of an expression: texts, the other column's cell, SUBSTITUTE, joined by `&`."""
        words = []
        for part in _split(text, "&"):
            literal = LITERAL.fullmatch(part)
            call = CALL.fullmatch(part)
            if literal:
                words.append(literal[1].replace('""', '"'))
            elif OTHER_CELL.fullmatch(part):
                words.append(parent)
            elif call and call[1].upper() in ("SUBSTITUTE", "TRIM"):
                words.append(self._replaced(_arguments(call[2]), parent))
            else:
                return None
        return None if None in words else "".join(word for word in words if word)

    def _replaced(self, parts: list[str], parent: str | None) -> str | None:
        found = [self._word(part, parent) for part in parts]
        if len(found) == 1:
            return found[0]
        if len(found) != 3 or None in found or not found[1]:
            return None
        return str(found[0]).replace(str(found[1]), str(found[2]))


def _shown(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else "" if cell is None else plain(cell)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _arguments(text: str) -> list[str]:
    return _split(text, ",")


def _split(text: str, sign: str) -> list[str]:
    """The parts of an expression between signs that stand in no bracket and no text."""
    parts, depth, start = [], 0, 0
    quote = ""
    for place, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == sign and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def _terms(text: str) -> list[tuple[int, str]]:
    """`COUNTA(A:A)-1` as its terms, each with its sign."""
    found = []
    for place, part in enumerate(_split(text, "+")):
        for number, term in enumerate(_split(part, "-")):
            if term or number or place:
                found.append((1 if number == 0 else -1, term))
    return found
