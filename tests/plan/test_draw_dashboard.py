"""Every number in a workbook is a live formula: recalculated it gives what was planned, and it moves."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from sheetdesk.plan.machinery import KEY
from sheetdesk.plan.plan import SheetPlan
from tests.books import LANGUAGES, TRADES, at, blocks_of, demo_book, formulas_of, is_same, spoiled
from tests.libreoffice import OfficeCell, Question, needs_libreoffice, recalculate_each

Answer = dict[str, list[list[OfficeCell]]]


@cache
def answers(language: str) -> dict[str, tuple[SheetPlan, Answer]]:
    """The plan of each trade's workbook, and its cells as LibreOffice works them out in the desk's zone."""
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
    blocks = [{tab: block for tab, ranges in answer.items() for block in ranges.values()} for answer in found]
    return {trade: (book.plan, answer) for (trade, book), answer in zip(books.items(), blocks, strict=True)}


@needs_libreoffice
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trade", TRADES)
def test_every_formula_recalculated_gives_its_planned_value(trade: str, language: str) -> None:
    plan, answer = answers(language)[trade]
    cells = list(formulas_of(plan))
    wrong = [(c.tab, c.place, c.value, at(answer[c.tab], c.place)) for c in cells]
    assert [row for row, cell in zip(wrong, cells, strict=True) if not is_same(cell, row[3])] == []
    assert {cell.tab for cell in cells} == {plan.tab(key).title for key in ("tickets", "dashboard", KEY)}
    assert len(cells) > 700
