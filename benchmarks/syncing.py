"""What one whole sync costs, beside the script that one would otherwise write.

    python -m benchmarks.syncing [--tickets 20000] [--rounds 3]

A desk from a template with made-up tickets, in a workbook and at a local Google Sheets (`sheetdesk sandbox`
in a process of its own, which is not counted). People have typed another title into 1 % of the rows. A sync
reads, merges, journals, runs the rules, counts the working time, writes what that came to, and what it agreed
on. The script reads the tickets, compares them with what it kept, keeps them, and writes another 1 % of the
cells: with openpyxl, which loses pivots and slicers, or at Google the whole table. Each variant runs in a new
process; importing libraries is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gspread
import gspread_dataframe
import openpyxl
import pandas as pd
import requests
from openpyxl.utils import get_column_letter

from benchmarks.google import spreadsheet
from benchmarks.workbook import memory
from sheetdesk.flows import demo, open_desk, sync
from sheetdesk.sandbox.front import Front
from sheetdesk.sandbox.server import Server
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TEMPLATE, TAB, TITLE, OWNER, SMALL = "it-service", "Tickets", "Title", "Owner", 50
SANDBOX = "SHEETDESK_GOOGLE_SANDBOX"
KEPT = "kept.pickle"
AT_GOOGLE = "google:"


def synced(folder: Path, minutes: int) -> None:
    """One sync, so long after the desk was made."""
    now = NOW + timedelta(minutes=minutes)
    with open_desk(folder, now) as desk:
        [sheet] = sync(desk, now=now).sheets
    if sheet.error is not None:
        raise SystemExit(str(sheet.error))


def made(folder: Path, count: int, address: str) -> None:
    """A desk whose sheet has been synced once, with what a script would have kept of it."""
    demo(folder, template=TEMPLATE, locale="en", count=count, seed=1, now=NOW, address=address)
    synced(folder, 5)
    with (folder / KEPT).open("wb") as file:
        pickle.dump(read(folder), file)


def workbook(folder: Path) -> Path:
    return next(folder.glob("*.xlsx"))


def tab_of(folder: Path) -> gspread.Worksheet:
    """The tickets' tab at Google."""
    with open_desk(folder) as desk:
        [state] = desk.store.sheets()
    found = spreadsheet(os.environ[SANDBOX], state.address.removeprefix(AT_GOOGLE), requests.Session())
    return found.worksheet(TAB)


def read(folder: Path) -> pd.DataFrame:
    """The tickets as a script reads them."""
    if SANDBOX in os.environ:
        found: pd.DataFrame = gspread_dataframe.get_as_dataframe(tab_of(folder))
        return found.dropna(how="all").astype("object")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return pd.read_excel(workbook(folder), sheet_name=TAB, dtype=object, engine="openpyxl")


def chosen(count: int, seed: int) -> list[int]:
    return random.Random(seed).sample(range(1, count), max(1, count // 100))


def typed(folder: Path, count: int, seed: int) -> None:
    """People type other titles into 1 % of the rows."""
    texts = {row: f"typed {seed} {row}" for row in chosen(count, seed)}
    if SANDBOX in os.environ:
        tab = tab_of(folder)
        place = tab.row_values(1).index(TITLE) + 1
        letter = get_column_letter(place)
        tab.batch_update([{"range": f"{letter}{row + 1}", "values": [[text]]} for row, text in texts.items()])
        return
    path = workbook(folder)
    place = list(read(folder).columns).index(TITLE)
    cells = tuple(CellEdit(row, place, text) for row, text in texts.items())
    with path.with_suffix(".new").open("wb") as file:
        patch(Archive.read(path), [TabEdits(TAB, cells)]).write(file)
    path.with_suffix(".new").replace(path)


def script(folder: Path, minutes: int) -> None:
    """What one would otherwise write."""
    now = read(folder)
    with (folder / KEPT).open("rb") as file:
        was: pd.DataFrame = pickle.load(file)
    differing = now.compare(was.reindex_like(now))
    with (folder / KEPT).open("wb") as file:
        pickle.dump(now, file)
    place = list(now.columns).index(OWNER)
    owners = dict.fromkeys(chosen(len(now), minutes), f"Keeper {minutes}")
    if SANDBOX in os.environ:
        for row, owner in owners.items():
            now.iat[row - 1, place] = owner
        gspread_dataframe.set_with_dataframe(tab_of(folder), now)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(workbook(folder))
    for row, owner in owners.items():
        book[TAB].cell(row + 1, place + 1).value = owner
    book.save(workbook(folder))
    if differing.empty:
        raise SystemExit("nothing was typed")


VARIANTS: dict[str, tuple[Callable[[Path, int], None], bool]] = {
    "sheetdesk sync, 1 % typed": (synced, True),
    "sheetdesk sync, nothing typed": (synced, False),
    "the script, 1 % typed": (script, True),
}


def measure(variant: str, folder: Path, small: Path, count: int, minutes: int) -> dict[str, float]:
    """CPU seconds, and megabytes above what was in use before."""
    work, is_typed = VARIANTS[variant]
    # Once small, so that imports are not counted.
    typed(small, SMALL, minutes)
    work(small, minutes)
    if is_typed:
        typed(folder, count, minutes)
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = memory("VmRSS")
    start = time.process_time()
    work(folder, minutes)
    return {"cpu_s": time.process_time() - start, "peak_mb": memory("VmHWM") - before}


@contextmanager
def served() -> Iterator[str]:
    """The address of a sandbox in another process."""
    command = [sys.executable, "-m", "benchmarks.syncing", "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def serve() -> None:
    server = Server(Front())
    print(server.address, flush=True)
    server.serve_forever()


def compared(name: str, at: Path, count: int, rounds: int) -> None:
    """All variants on copies of one desk, round after round."""
    address = AT_GOOGLE if SANDBOX in os.environ else ""
    made(at / "small", SMALL, address)
    made(at / "large", count, address)
    found: dict[str, list[dict[str, float]]] = {variant: [] for variant in VARIANTS}
    for turn in range(rounds):
        for place, (variant, results) in enumerate(found.items()):
            folders = [at / f"{size}.{turn}.{place}" for size in ("large", "small")]
            for folder in folders:
                shutil.copytree(at / folder.name.split(".")[0], folder)
            minutes = 10 + 5 * (turn * len(VARIANTS) + place)
            # What a variant before it did at Google stands there still.
            for folder in folders:
                synced(folder, minutes - 2)
            command = [
                sys.executable, "-m", "benchmarks.syncing", "--one", variant, "--tickets", str(count),
                "--minutes", str(minutes), "--at", *map(str, folders),
            ]  # fmt: skip
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            results.append(json.loads(done.stdout))
    print(f"\n{name}, {count} tickets: medians of {rounds}")
    median = {
        variant: {what: statistics.median(one[what] for one in results) for what in results[0]}
        for variant, results in found.items()
    }
    first = median["sheetdesk sync, 1 % typed"]["cpu_s"]
    for variant, facts in median.items():
        times = facts["cpu_s"] / first
        print(f"  {variant:30} {facts['cpu_s']:7.2f} CPU s {facts['peak_mb']:6.0f} MB {times:5.2f}x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--at", nargs=2, type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve()
    elif asked.one:
        print(json.dumps(measure(asked.one, asked.at[0], asked.at[1], asked.tickets, asked.minutes)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            compared("A workbook", Path(folder), asked.tickets, asked.rounds)
        with tempfile.TemporaryDirectory() as folder, served() as address:
            os.environ[SANDBOX] = address
            compared("At Google", Path(folder), asked.tickets, asked.rounds)


if __name__ == "__main__":
    main()
