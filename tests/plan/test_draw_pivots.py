"""The Pivots tab of a whole workbook: refreshed by LibreOffice, each report says what pandas says."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest

from sheetdesk.plan.pivot import PivotPlan
from tests.books import LANGUAGES, TRADES, Book, demo_book, desk_named
from tests.libreoffice import OfficePivot, needs_libreoffice, pivots_of

Figures = dict[tuple[str, ...], float]
REPORTS = [
    (trade, language, report.key)
    for trade in TRADES
    for language in LANGUAGES
    for report in desk_named(trade, language).reports
]


@cache
def refreshed(language: str) -> dict[str, tuple[Book, dict[str, OfficePivot]]]:
    """Each trade's workbook with its pivots as one office refreshes them, its clock in the desks' zone."""
    # The real clock: LibreOffice works `overdue` out anew by its own while it loads a workbook.
    now = datetime.now(UTC)
    books = {trade: demo_book(trade, language, now=now) for trade in TRADES}
    (zone,) = {book.desk.zone.key for book in books.values()}
    with TemporaryDirectory() as folder:
        paths = [book.write(Path(folder) / f"{trade}.xlsx") for trade, book in books.items()]
        answers = pivots_of(paths, zone)
    return {trade: (book, found) for (trade, book), found in zip(books.items(), answers, strict=True)}


def office_figures(pivot: OfficePivot, plan: PivotPlan) -> Figures:
    """Its figures by row labels and what stands above; "" where a line adds up what stands below it."""
    depth = len(plan.rows)
    _, heads, *lines = pivot.cells
    labels, found = [""] * depth, {}
    for line in lines:
        for place, label in enumerate(line[:depth]):
            if label is not None:
                labels = [*labels[:place], str(label), *[""] * (depth - place - 1)]
        for head, figure in zip(heads[depth:], line[depth:], strict=True):
            if isinstance(figure, float):
                found[(*labels, str(head))] = figure
    return found


def pandas_figures(book: Book, plan: PivotPlan) -> Figures:
    """The same from the cells of the tickets tab, grouped by pandas."""
    _, table = book.plan.table("tickets")
    frame = pd.DataFrame(
        {column.key: pd.Series(list(column.cells), dtype="object") for column in table.columns}
    )
    for key in (*plan.rows, *plan.columns):
        frame[f"by {key}"] = frame[key].where(frame[key].notna(), "(empty)")
    hows: dict[str, Any] = {"average": "mean", "sum": lambda cells: cells.sum(min_count=1)}
    found: Figures = {}
    for value in plan.values:
        cells = frame[value.column] if value.how == "count" else frame[value.column].astype("float64")
        for rows in (plan.rows[:depth] for depth in range(len(plan.rows) + 1)):
            for across in ([*plan.columns], []):
                by = [f"by {key}" for key in (*rows, *across)]
                how = hows.get(value.how, value.how)
                if by:
                    made = cells.groupby([frame[key] for key in by]).agg(how).dropna().to_dict()
                else:
                    made = {(): cells.agg("mean" if value.how == "average" else value.how)}
                for labels, figure in made.items():
                    words = labels if isinstance(labels, tuple) else (labels,)
                    left = words[: len(rows)] or ("Total Result",)
                    left += ("",) * (len(plan.rows) - len(left))
                    head = words[len(rows) :] if across else ()
                    above = head or (("Total Result",) if plan.columns else (value.title,))
                    found[(*left, *above)] = float(figure)
    return {key: figure for key, figure in found.items() if figure}


@needs_libreoffice
@pytest.mark.parametrize(("trade", "language", "report"), REPORTS)
def test_a_refreshed_report_says_what_pandas_says(trade: str, language: str, report: str) -> None:
    book, pivots = refreshed(language)[trade]
    plan = book.plan.layouts[f"pivot_{report}"].plan
    figures = {key: figure for key, figure in office_figures(pivots[plan.name], plan).items() if figure}
    assert figures == pytest.approx(pandas_figures(book, plan))
    assert len(figures) > 4
