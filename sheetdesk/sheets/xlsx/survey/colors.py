"""Which single values a tab's conditional formats colour, and how."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.sheets.xlsx.survey.area import TicketArea
from sheetdesk.sheets.xlsx.survey.sheet import ColorRule, SheetFacts, blocks_of, column_number

__all__ = ["colors_of"]

TEXT = re.compile(r'=?"((?:[^"]|"")*)"')
IS_VALUE = re.compile(r'\$?([A-Za-z]{1,3})\$?[0-9]+\s*=\s*"((?:[^"]|"")*)"')
ONE_CELL = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}")


def colors_of(
    facts: SheetFacts, area: TicketArea, rows: Sequence[Sequence[Cell]], fills: Sequence[str]
) -> dict[int, tuple[tuple[str, str], ...]]:
    """(value, RRGGBB) by place, of rules that colour the cells, or the rows, with one value.

    Of two rules for one value the first in the file wins, as it does where people look.
    """
    found: dict[int, dict[str, str]] = {}
    first = area.rows[0] if area.rows else area.header + 1
    for rule in facts.colors:
        color = fills[rule.fill] if rule.fill < len(fills) else ""
        value, place = _value(rule, rows)
        if not color or not value:
            continue
        places = [place] if place is not None else [
            spot for spot in area.titles
            if any(b[1] <= spot <= b[3] and b[2] >= first for b in rule.blocks)
        ]  # fmt: skip
        for spot in places:
            if spot in area.titles:
                found.setdefault(spot, {}).setdefault(value, color)
    return {place: tuple(colors.items()) for place, colors in found.items()}


def _value(rule: ColorRule, rows: Sequence[Sequence[Cell]]) -> tuple[str, int | None]:
    """The one value a rule is about, and the column in which it must stand, None for the cell's own."""
    if rule.kind == "cellIs" and rule.operator == "equal":
        return _word(rule.formula, rows), None
    if rule.kind in ("containsText", "beginsWith") and rule.text:
        return rule.text.strip(), None
    if rule.kind == "expression" and (match := IS_VALUE.fullmatch(rule.formula)):
        return match[2].replace('""', '"').strip(), column_number(match[1])
    return "", None


def _word(formula: str, rows: Sequence[Sequence[Cell]]) -> str:
    if match := TEXT.fullmatch(formula):
        return match[1].replace('""', '"').strip()
    if ONE_CELL.fullmatch(formula):
        row, column, _, _ = next(blocks_of(formula.replace("$", "")))
        cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
        return "" if blank(cell) else plain(cell)
    return formula if re.fullmatch(r"[0-9]{1,9}", formula) else ""
