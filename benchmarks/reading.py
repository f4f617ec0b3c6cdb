"""What reading the tickets back costs: CPU seconds and peak memory, beside what one would otherwise use.

    python -m benchmarks.reading [--rows 100000] [--rounds 3]

Two files of the same tickets: as sheetdesk writes it (texts in the cells) and as Excel does (shared
strings). Every reader runs in a process of its own and inflates the file itself; writing the files
and importing libraries are not counted. sheetdesk reads formulas, errors and hidden rows as well and
makes a typed table, without looking for circles as in a sync; the others give values only. Of the rounds the
least is told: what else the machine does only adds to it.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from benchmarks.workbook import DESK, NOW, memory, only_tickets, raw_xlsxwriter, tickets
from sheetdesk.columns.base import Setting
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk
from sheetdesk.no_collection import no_collection
from sheetdesk.plan.draw import draw
from sheetdesk.sheets.xlsx.read.cells import TabCells, read_cells
from sheetdesk.sheets.xlsx.read.strings import read_strings
from sheetdesk.sheets.xlsx.read.styles import read_date_formats
from sheetdesk.sheets.xlsx.render import render
from sheetdesk.table.seed import seed_tables
from sheetdesk.table.table import Table, kind_of, table_of

PARTS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml")
SLOW = "pandas.read_excel, openpyxl"


def inflated(path: Path) -> list[bytes]:
    """The three parts that hold the tickets; through isal where it is installed, as sheetdesk writes."""
    with zipfile.ZipFile(path) as archive:
        try:
            from isal import isal_zlib
        except ImportError:
            return [archive.read(part) for part in PARTS]
        file = path.read_bytes()
        found = []
        for part in PARTS:
            info = archive.getinfo(part)
            # The lengths of the name and of what follows it stand in the local header.
            lengths = file[info.header_offset + 26 : info.header_offset + 30]
            start = (
                info.header_offset
                + 30
                + sum(int.from_bytes(lengths[place : place + 2], "little") for place in (0, 2))
            )
            packed = file[start : start + info.compress_size]
            found.append(isal_zlib.decompress(packed, -15, info.file_size))
        return found


@no_collection()
def cells_of(path: Path) -> TabCells:
    sheet, strings, styles = inflated(path)
    return read_cells(sheet, read_strings(strings), read_date_formats(styles))


@no_collection()
def table_from(path: Path, desk: Desk) -> Table:
    """The typed tickets of the file."""
    tab = cells_of(path)
    setting = Setting(desk.locale, desk.zone)
    read = {}
    for column, cells in zip(desk.tickets.columns, tab.columns, strict=True):
        if column.owner != "formula":
            reading = kind_of(column.type).read(cells[1:], column, setting)
            if reading.problems:
                raise SystemExit(f"{column.key}: {reading.problems[0]}")
            read[column.key] = reading.values
    return table_of(desk.tickets, read, read.pop("id"))


READERS: dict[str, Callable[[Path, Desk], object]] = {
    "sheetdesk, typed table": table_from,
    "sheetdesk, cells": lambda path, desk: cells_of(path),
    "python-calamine, rows": lambda path, desk: (
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    ),
    "pandas.read_excel, calamine": lambda path, desk: pd.read_excel(path, engine="calamine"),
    SLOW: lambda path, desk: pd.read_excel(path, engine="openpyxl"),
}


def write_files(folder: Path, rows: int) -> None:
    desk = parse_desk(DESK)
    for count, name in ((rows, ""), (5, "small-")):
        plan = only_tickets(draw(desk, {**seed_tables(desk), "tickets": tickets(desk, count)}, NOW))
        render(plan, folder / f"{name}inline.xlsx")
        raw_xlsxwriter(plan, folder / f"{name}shared.xlsx")


def measure(reader: str, folder: Path, name: str) -> dict[str, float]:
    """CPU seconds, and megabytes above what was in use before."""
    desk = parse_desk(DESK)
    # Once small, so that imports are not counted.
    READERS[reader](folder / f"small-{name}.xlsx", desk)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = memory("VmRSS")
    start = time.process_time()
    found = READERS[reader](folder / f"{name}.xlsx", desk)
    seconds = time.process_time() - start
    del found
    return {"cpu_s": seconds, "peak_mb": memory("VmHWM") - before}


def run(reader: str, folder: Path, name: str) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.reading"]
    done = subprocess.run(
        [*command, "--one", reader, name, str(folder)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        reader, name, folder = options.one
        print(json.dumps(measure(reader, Path(folder), name)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_files(folder, options.rows)
        for name in ("inline", "shared"):
            results: dict[str, list[dict[str, float]]] = {reader: [] for reader in READERS}
            for _ in range(options.rounds):
                for reader, found in results.items():
                    found.append(run(reader, folder, name))
            print(
                f"\n{options.rows:,} tickets × 15 columns, {name} strings; least of {options.rounds} rounds"
            )
            print(f"{'':32}{'CPU s':>8}{'peak MB':>9}{'openpyxl/this':>15}")
            least = {
                reader: {key: min(one[key] for one in found) for key in found[0]}
                for reader, found in results.items()
            }
            for reader, found_least in least.items():
                ratio = least[SLOW]["cpu_s"] / found_least["cpu_s"]
                print(f"{reader:32}{found_least['cpu_s']:8.2f}{found_least['peak_mb']:9.0f}{ratio:14.1f}×")


if __name__ == "__main__":
    main()
