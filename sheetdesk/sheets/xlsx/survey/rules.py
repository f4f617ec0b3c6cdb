"""The data validation of each column: the rule that most of its tickets' cells have, lists followed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.desk.propose_seen import SeenRule
from sheetdesk.sheets.xlsx.survey.area import TicketArea
from sheetdesk.sheets.xlsx.survey.lists import ListBook, parent_of, written_out
from sheetdesk.sheets.xlsx.survey.sheet import Block, SheetFacts, ValidationRule

__all__ = ["rules_of"]

KINDS = {
    "list": "list", "whole": "whole", "decimal": "number", "date": "date", "time": "time",
    "textLength": "length", "custom": "custom",
}  # fmt: skip
DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
MOST_PARENTS = 300
LONGEST_SOURCE = 200


def rules_of(
    facts: SheetFacts, area: TicketArea, rows: Sequence[Sequence[Cell]], lists: ListBook, tab: str
) -> dict[int, SeenRule]:
    """The rule of each column that has one, by place. A list below another is read after that one."""
    wanted = area.rows or (area.header + 1,)
    chosen: dict[int, tuple[int, ValidationRule]] = {}
    for rule in facts.rules:
        for place in area.titles:
            covered = sum(_inside(row, place, rule.blocks) for row in wanted)
            # Of a table that is still empty, or was filled on past its rules, the rule may lie further down.
            if not covered and any(b[1] <= place <= b[3] and b[2] > area.header for b in rule.blocks):
                covered = 1 if not area.rows else 0
            if covered and rule.kind in KINDS and covered > chosen.get(place, (0, rule))[0]:
                chosen[place] = covered, rule
    found: dict[int, SeenRule] = {}
    for place, (_, rule) in chosen.items():
        kind: Any = KINDS[rule.kind]
        seen = SeenRule(kind, source=rule.first[:LONGEST_SOURCE], blocks=rule.stops, prompt=rule.prompt)
        found[place] = _list(seen, rule, lists, tab) if kind == "list" else _bounds(seen, rule)
    for place, rule_seen in list(found.items()):
        if rule_seen.parent is not None:
            found[place] = _below(rule_seen, chosen[place][1], found, rows, wanted, lists, tab)
    return found


def _inside(row: int, place: int, blocks: Sequence[Block]) -> bool:
    return any(top <= row <= bottom and left <= place <= right for top, left, bottom, right in blocks)


def _list(seen: SeenRule, rule: ValidationRule, lists: ListBook, tab: str) -> SeenRule:
    values = written_out(rule.first)
    if values is None:
        values = lists.values(rule.first, tab)
    if values is not None:
        return replace(seen, values=values)
    parent = parent_of(rule.first)
    return replace(seen, parent=parent, is_open=parent is None)


def _below(
    seen: SeenRule,
    rule: ValidationRule,
    found: dict[int, SeenRule],
    rows: Sequence[Sequence[Cell]],
    wanted: Sequence[int],
    lists: ListBook,
    tab: str,
) -> SeenRule:
    """The values below each value of the column above."""
    place = seen.parent if seen.parent is not None else -1
    above = found.get(place)
    words = dict.fromkeys(above.values if above else ())
    for row in wanted:
        cell = rows[row][place] if row < len(rows) and 0 <= place < len(rows[row]) else None
        if not blank(cell) and len(words) < MOST_PARENTS:
            words.setdefault(cell.strip() if isinstance(cell, str) else plain(cell))
    below = tuple((word, values) for word in words if (values := lists.values(rule.first, tab, parent=word)))
    return replace(seen, below=below) if below else replace(seen, parent=None, is_open=True)


def _bounds(seen: SeenRule, rule: ValidationRule) -> SeenRule:
    """Bounds as numbers. An exclusive bound of whole numbers is the next one; others stay as they are."""
    first, second = (float(text) if DECIMAL.fullmatch(text) else None for text in (rule.first, rule.second))
    step = 1 if seen.kind in ("whole", "length") else 0
    low: float | None = None
    high: float | None = None
    if rule.operator == "between":
        low, high = first, second
    elif rule.operator == "equal":
        low = high = first
    elif rule.operator in ("greaterThanOrEqual", "greaterThan"):
        low = first + step * (rule.operator == "greaterThan") if first is not None else None
    elif rule.operator in ("lessThanOrEqual", "lessThan"):
        high = first - step * (rule.operator == "lessThan") if first is not None else None
    return replace(seen, minimum=low, maximum=high)
