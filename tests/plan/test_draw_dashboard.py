"""Every number in a workbook is a live formula: recalculated it gives what was planned, and it moves."""

from __future__ import annotations

import zoneinfo
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sheetdesk.desk.template import parse_desk, read_template
from sheetdesk.plan.machinery import KEY, list_name
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.xlsx.dialect import column_letters, place_text
from sheetdesk.sheets.xlsx.rows import serial
from tests.books import LANGUAGES, TRADES, Book, Planned, book_of, demo_book, formulas_of, spoiled, uses_clock
from tests.libreoffice import OfficeCell, Question, needs_libreoffice, recalculate_each

Answer = dict[str, dict[str, list[list[OfficeCell]]]]


def blocks_of(plan: SheetPlan) -> dict[str, list[str]]:
    """The block of each tab that holds all its formulas."""
    lower: dict[str, tuple[int, int]] = defaultdict(lambda: (1, 1))
    for cell in formulas_of(plan):
        column, row = indexes(cell.place)
        lower[cell.tab] = max(lower[cell.tab][0], row), max(lower[cell.tab][1], column)
    return {tab: [f"A1:{column_letters(column)}{row + 1}"] for tab, (row, column) in lower.items()}


def indexes(place: str) -> tuple[int, int]:
    """(column, row) of a place, from 0."""
    letters = place.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1, int(place[len(letters) :]) - 1


def at(answer: Answer, tab: str, place: str) -> OfficeCell:
    column, row = indexes(place)
    (block,) = answer[tab].values()
    return block[row][column]


def is_same(cell: Planned, found: OfficeCell) -> bool:
    wanted = cell.value
    if isinstance(wanted, str) or isinstance(found, str) or found is None or isinstance(found, dict):
        return wanted == ("" if found is None else found)
    assert isinstance(wanted, int | float)
    # The clock has gone on since the plan was drawn: some minutes of a day.
    return abs(float(wanted) - found) <= (1e-2 if uses_clock(cell.expr) else 1e-6)


@cache
def answers(language: str) -> dict[str, tuple[SheetPlan, Answer]]:
    """The plan of each trade's workbook, and its cells as LibreOffice works them out in the desk's zone."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        now = datetime.now(UTC)
        books = {trade: demo_book(trade, language, now=now) for trade in TRADES}
        (zone,) = {book.desk.zone.key for book in books.values()}
        questions = [
            Question(
                spoiled(book.write(folder / f"{trade}.xlsx"), folder / f"spoiled-{trade}.xlsx"),
                blocks_of(book.plan),
            )
            for trade, book in books.items()
        ]
        found = recalculate_each(questions, zone)
    return {trade: (book.plan, answer) for (trade, book), answer in zip(books.items(), found, strict=True)}


@needs_libreoffice
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trade", TRADES)
def test_every_formula_recalculated_gives_its_planned_value(trade: str, language: str) -> None:
    plan, answer = answers(language)[trade]
    cells = list(formulas_of(plan))
    wrong = [(c.tab, c.place, c.value, at(answer, c.tab, c.place)) for c in cells]
    assert [row for row, cell in zip(wrong, cells, strict=True) if not is_same(cell, row[3])] == []
    assert {cell.tab for cell in cells} == {plan.tab(key).title for key in ("tickets", "dashboard", KEY)}
    assert len(cells) > 700
