"""What changing cells of a large workbook in place costs, beside loading and saving it.

    python -m benchmarks.patching [--rows 100000] [--edits 100] [--rounds 3] [--no-openpyxl]

Three workbooks of the same tickets: sheetdesk's own Tickets tab, in which some columns are formulas;
that tab with values in their place; and those values as Excel writes them (shared strings, the sheet
packed as one). Every variant runs in a process of its own each round, reads the file, changes the same cells
and writes another. Importing libraries is not counted. Of the rounds the least is told: what else the machine
does only adds to it. openpyxl takes a minute each time.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl

from benchmarks.workbook import DESK, NOW, memory, only_tickets, raw_xlsxwriter, tickets
from sheetdesk.desk.template import parse_desk
from sheetdesk.plan.draw import draw
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch
from sheetdesk.sheets.xlsx.patch.workbook import Workbook
from sheetdesk.sheets.xlsx.render import render
from sheetdesk.table.seed import seed_tables

TITLE_COLUMN = 2
BOOKS = {
    "formulas": "four of them formulas",
    "values": "values alone",
    "shared": "values alone, as Excel writes them",
}


def write_book(path: Path, rows: int, book: str) -> None:
    """A workbook whose first tab is a table of so many tickets."""
    desk = parse_desk(DESK)
    plan = only_tickets(draw(desk, {**seed_tables(desk), "tickets": tickets(desk, rows)}, NOW))
    if book == "formulas":
        render(plan, path)
        return
    tab = plan.tab("tickets")
    table = tab.table
    assert table is not None
    columns = tuple(replace(column, formula=None) for column in table.columns)
    plain = replace(tab, table=replace(table, columns=columns))
    plan = replace(plan, tabs=tuple(plain if tab.key == "tickets" else tab for tab in plan.tabs))
    if book == "values":
        render(plan, path)
    else:
        raw_xlsxwriter(plan, path)


def edits_of(rows: int, count: int) -> dict[int, str]:
    """New titles by row, from 0, all over the sheet."""
    chosen = random.Random(1).sample(range(1, rows), min(count, rows - 1))
    return {row: f"修改 changed {row}" for row in chosen}


def in_place(path: Path, target: Path, edits: dict[int, str]) -> None:
    """Change the cells with `patch`."""
    archive = Archive.read(path)
    # As a sync says of what it has read.
    cells = tuple(CellEdit(row, TITLE_COLUMN, text, differs=True) for row, text in edits.items())
    tab = next(iter(Workbook.of(archive).tabs))
    with target.open("wb") as file:
        patch(archive, [TabEdits(tab, cells)]).write(file)


def with_openpyxl(path: Path, target: Path, edits: dict[int, str]) -> None:
    """Load the workbook, change the cells, save it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row, text in edits.items():
        sheet.cell(row + 1, TITLE_COLUMN + 1).value = text
    book.save(target)


VARIANTS: dict[str, Callable[[Path, Path, dict[int, str]], None]] = {
    "sheetdesk": in_place,
    "openpyxl": with_openpyxl,
}


def measure(variant: str, path: Path, small: Path, edits: dict[int, str]) -> dict[str, float]:
    """CPU seconds, and megabytes above what was in use before."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "book.xlsx"
        # Once small, so that imports are not counted.
        VARIANTS[variant](small, target, {1: "warm"})
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        before = memory("VmRSS")
        start = time.process_time()
        VARIANTS[variant](path, target, edits)
        seconds = time.process_time() - start
        return {"cpu_s": seconds, "peak_mb": memory("VmHWM") - before, "file_mb": target.stat().st_size / 1e6}


def run(variant: str, folder: Path, book: str, rows: int, edits: int, zlib: bool) -> dict[str, float]:
    """One variant, measured in a new process."""
    command = [sys.executable, "-m", "benchmarks.patching", "--one", variant, "--folder", str(folder)]
    command += ["--books", book, "--rows", str(rows), "--edits", str(edits), *(["--zlib"] if zlib else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-openpyxl", action="store_true", help="leave out what takes minutes")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--zlib", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--books", nargs="+", choices=BOOKS, default=list(BOOKS))
    options = parser.parse_args()
    if options.one:
        if options.zlib:
            sys.modules["isal"] = None  # type: ignore[assignment]
        book, small = (options.folder / f"{name}{options.books[0]}.xlsx" for name in ("", "small-"))
        print(json.dumps(measure(options.one, book, small, edits_of(options.rows, options.edits))))
        return
    with tempfile.TemporaryDirectory() as name:
        for book in options.books:
            write_book(Path(name) / f"{book}.xlsx", options.rows, book)
            write_book(Path(name) / f"small-{book}.xlsx", 5, book)
        cases: list[tuple[str, int, bool]] = [
            ("sheetdesk", options.edits, False),
            ("sheetdesk", options.edits, True),
            ("sheetdesk", options.edits * 100, False),
        ]
        if not options.no_openpyxl:
            cases.append(("openpyxl", options.edits, False))
        results: dict[tuple[str, tuple[str, int, bool]], list[dict[str, float]]] = {}
        for _ in range(options.rounds):
            for book in options.books:
                for case in cases:
                    found = run(case[0], Path(name), book, options.rows, *case[1:])
                    results.setdefault((book, case), []).append(found)
        for book in options.books:
            show(options, book, {case: results[book, case] for case in cases})


def show(
    options: argparse.Namespace, book: str, results: dict[tuple[str, int, bool], list[dict[str, float]]]
) -> None:
    """Print one workbook's table."""
    least = {
        case: {key: min(one[key] for one in found) for key in found[0]} for case, found in results.items()
    }
    base = least.get(("openpyxl", options.edits, False), {}).get("cpu_s")
    print(f"\n{options.rows:,} tickets × 15 columns, {BOOKS[book]}; least of {options.rounds} rounds")
    print(f"{'':34}{'CPU s':>8}{'peak MB':>9}{'file MB':>9}{'openpyxl/this':>15}")
    for (variant, edits, zlib), found in least.items():
        label = f"{variant}, {edits:,} cells" + (" (zlib)" if zlib else "")
        ratio = f"{base / found['cpu_s']:14.0f}×" if base else ""
        print(f"{label:34}{found['cpu_s']:8.2f}{found['peak_mb']:9.0f}{found['file_mb']:9.1f}{ratio}")


if __name__ == "__main__":
    main()
