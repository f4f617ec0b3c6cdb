"""Rows that are not imported: why, and the file they go to, so that people can mend and import them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sheetdesk.columns.base import Cell, Problem, blank, plain
from sheetdesk.desk.desk import Desk
from sheetdesk.intake.base import RawGrid
from sheetdesk.intake.header import Layout
from sheetdesk.intake.identity import bad_ids
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.read_rows import RowReading

__all__ = [
    "AsideRow", "aside_rows", "aside_text", "brought_ids", "left_out", "row_problems", "sets_aside",
]  # fmt: skip

ALWAYS_WHOLE = ("id", "")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class AsideRow:
    """A row that is not imported: its number in the file, its cells as found, and why."""

    number: int
    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...]


def brought_ids(reading: RowReading, count: int) -> list[str | None]:
    """The ids that the file brings, by row."""
    given = reading.values.get("id")
    return [None] * count if given is None else given.tolist()


def row_problems(
    desk: Desk, layout: Layout, reading: RowReading, ids: Sequence[str | None]
) -> dict[int, list[Problem]]:
    """By row, all that is wrong with it: cells, id, too many cells, or nothing that says anything."""
    problems = {row: list(found) for row, found in reading.problems.items()}
    for row, problem in bad_ids(ids, desk.locale).items():
        problems.setdefault(row, []).append(problem)
    wide = desk.locale.text("import.too_wide", count=layout.width)
    for row, cells in enumerate(layout.rows):
        if len(cells) > layout.width and any(not blank(cell) for cell in cells[layout.width :]):
            extra = ", ".join(plain(cell) for cell in cells[layout.width :] if not blank(cell))
            problems.setdefault(row, []).append(Problem("shape", "", extra, wide, row=row))
    given = [series.notna().to_numpy() for key, series in reading.values.items() if key != "id"]
    filled = np.logical_or.reduce(given) if given else np.zeros(len(layout.rows), dtype=bool)
    nothing = desk.locale.text("import.no_content")
    for row in np.flatnonzero(~filled).tolist():
        problems.setdefault(row, [Problem("shape", "", "", nothing, row=row)])
    return problems


def sets_aside(desk: Desk, problems: Sequence[Problem], options: ImportOptions) -> bool:
    """Whether a row with these problems is no ticket."""
    if not options.keep_good:
        return True
    required = {column.key for column in desk.tickets.columns if column.required}
    return any(p.kind != "unreadable" or p.column in ALWAYS_WHOLE or p.column in required for p in problems)


def aside_rows(
    desk: Desk,
    layout: Layout,
    grid: RawGrid,
    problems: Mapping[int, Sequence[Problem]],
    aside: Collection[int],
) -> tuple[AsideRow, ...]:
    """The rows set aside, in the file's order; what was no row at all comes with its raw text."""
    expected = desk.locale.text("import.json_line")
    rows = [AsideRow(layout.numbers[row], tuple(layout.rows[row]), tuple(problems[row])) for row in aside]
    rows += [
        AsideRow(broken.number, (broken.raw,), (Problem("shape", "", broken.reason, expected),))
        for broken in grid.broken
    ]
    return tuple(sorted(rows, key=lambda row: row.number))


def left_out(
    layout: Layout,
    problems: Mapping[int, Sequence[Problem]],
    aside: Collection[int],
    ids: Sequence[str],
) -> tuple[Problem, ...]:
    """The unreadable cells of tickets that were taken without them, by row number and ticket."""
    return tuple(
        replace(problem, row=layout.numbers[row], ticket=ids[row])
        for row, found in sorted(problems.items())
        if row not in aside
        for problem in found
    )


def _reason(problem: Problem, desk: Desk) -> str:
    """Why, as a sentence: the column, what stands there, and what would be right."""
    title = desk.column(problem.column).title if problem.column and desk.has(problem.column) else ""
    raw = problem.raw if len(problem.raw) <= 80 else f"{problem.raw[:79]}…"
    text = desk.locale.text("import.aside_cell", column=title, raw=raw, expected=problem.expected)
    if problem.near:
        text += desk.locale.text("import.aside_near", near=problem.near)
    return text


def aside_text(titles: Sequence[str], rows: Sequence[AsideRow], desk: Desk) -> str:
    """The CSV text of rows set aside: number, the cells as found, the reasons last.

    It can be opened in a spreadsheet: a cell that would be a formula there gets an apostrophe.
    """
    locale = desk.locale
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([locale.text("import.row"), *map(_safe, titles), locale.text("import.reason")])
    for row in rows:
        cells = [*row.cells[: len(titles)], *[None] * (len(titles) - len(row.cells))]
        reasons = "; ".join(_reason(problem, desk) for problem in row.problems)
        writer.writerow([row.number, *map(_safe, cells), _safe(reasons)])
    return out.getvalue()


def _safe(cell: Cell) -> str:
    text = "" if cell is None else cell if isinstance(cell, str) else plain(cell)
    shown = unicodedata.normalize("NFKC", text)
    risky = text.startswith(FORMULA_SIGNS) or shown.strip().startswith(FORMULA_SIGNS)
    text = text.encode("utf-8", "replace").decode("utf-8") if not text.isprintable() else text
    return f"'{text}" if risky else text
