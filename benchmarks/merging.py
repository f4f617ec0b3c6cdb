"""What a three-way merge costs: CPU seconds, beside daff and what one would write with pandas.

    python -m benchmarks.merging [--rows 10000 100000] [--rounds 3]

Made-up tickets of 15 columns; on each side 1 % of all cells is edited, some of them the same. Every
variant runs in a process of its own; making the tables and importing libraries are not counted. What
each variant ends with is how many cells both sides changed apart; daff (the extra `bench`) and the two ways
with pandas know neither policies nor empty cells as values, so theirs may be a few less. The ratios are of
one run: absolute seconds drift.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.workbook import DESK, tickets
from sheetdesk.columns.base import Cell, Setting
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk
from sheetdesk.table.grid import Area, Grid, GridTable
from sheetdesk.table.merge import merge
from sheetdesk.table.plain import PlainRows, plain_rows, table_of_rows
from sheetdesk.table.reading import Known, read_grid
from sheetdesk.table.table import kind_of, stored

SHARE = 0.01


@dataclass(frozen=True)
class Sides:
    """The three sides as plain rows."""

    desk: Desk
    base: PlainRows
    ours: PlainRows
    theirs: PlainRows

    @property
    def policies(self) -> list[Any]:
        spec = self.desk.tickets
        return ["rules" if spec.column(key).owner == "rules" else "people" for key in stored(spec)]


def sides(rows: int) -> Sides:
    """The same for the same number of rows."""
    desk = parse_desk(DESK)
    base = plain_rows(tickets(desk, rows))
    return Sides(desk, base, edited(desk, base, 1), edited(desk, base, 2))


def edited(desk: Desk, base: PlainRows, seed: int) -> PlainRows:
    """The rows with 1 % of their cells changed to what stands elsewhere in the column."""
    keys = stored(desk.tickets)
    names = list(base)
    rng = np.random.default_rng(seed)
    count = int(len(names) * len(keys) * SHARE)
    rows = {name: list(cells) for name, cells in base.items()}
    picks = zip(
        rng.integers(0, len(names), (count, 2)).tolist(), rng.integers(0, len(keys), count), strict=True
    )
    for (row, other), column in picks:
        rows[names[row]][column] = base[names[other]][column]
    return {name: tuple(cells) for name, cells in rows.items()}


def ours(found: Sides) -> Callable[[], int]:
    """Our merge."""

    def work() -> int:
        made = merge(found.base, found.ours, found.theirs, found.policies)
        return len(made.clashes)

    return work


def daff_merge(found: Sides) -> Callable[[], int]:
    """daff's three-way merge into our side, by the id column."""
    import daff

    keys = ["id", *stored(found.desk.tickets)]

    def table(rows: PlainRows) -> Any:
        return daff.PythonTableView([keys, *([name, *cells] for name, cells in rows.items())])

    def work() -> int:
        flags = daff.CompareFlags()
        flags.addPrimaryKey("id")
        local, remote = table(found.ours), table(found.theirs)
        return int(daff.Merger(table(found.base), local, remote, flags).apply())

    return work


def frames(found: Sides) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    spec = found.desk.tickets
    base, our, their = (table_of_rows(spec, side).frame for side in (found.base, found.ours, found.theirs))
    return base, our, their


def pandas_compare(found: Sides) -> Callable[[], int]:
    """DataFrame.compare of each side with the base, joined."""
    base, our, their = frames(found)

    def work() -> int:
        left = base.compare(our).stack(level=0, future_stack=True).dropna(how="all")
        right = base.compare(their).stack(level=0, future_stack=True).dropna(how="all")
        both = left.add_suffix("_ours").join(right.add_suffix("_theirs"), how="outer")
        our_value, their_value = both["other_ours"], both["other_theirs"]
        return int((our_value.notna() & their_value.notna() & (our_value != their_value)).sum())

    return work


def pandas_masks(found: Sides) -> Callable[[], int]:
    """Masks of what each side changed, the merged frame, and what both changed apart."""
    base, our, their = frames(found)

    def differs(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
        return a.ne(b).fillna(True) & ~(a.isna() & b.isna())

    def work() -> int:
        o, t = our.reindex(base.index), their.reindex(base.index)
        mine, his = differs(o, base), differs(t, base)
        apart = mine & his & differs(o, t)
        o.where(~(his & ~apart), t)
        return int(apart.to_numpy().sum())

    return work


def reading(found: Sides) -> Callable[[], int]:
    """The cells of a sheet that nobody touched, read and merged."""
    return _read(found, found.base, found.base)


def reading_edits(found: Sides) -> Callable[[], int]:
    """The cells of a sheet with edits, read and merged with the store's."""
    return _read(found, found.ours, found.theirs)


def _read(found: Sides, our: PlainRows, their: PlainRows) -> Callable[[], int]:
    desk, spec = found.desk, found.desk.tickets
    setting = Setting(desk.locale, desk.zone)
    frame = table_of_rows(spec, their).frame
    columns = [spec.column(key) for key in ("id", *stored(spec))]
    shown: list[list[Cell]] = [["ID", *frame.index]]
    for column in columns[1:]:
        shown.append([column.title, *kind_of(column.type).show(frame[column.key], column, setting)])
    shown[0][0] = columns[0].title
    table = GridTable("tickets", 0, 0, len(frame), len(columns) - 1)
    grid = Grid(spec.title, len(frame) + 1, shown, tables=(table,))
    area = Area(grid, 0, len(frame), {place: column.title for place, column in enumerate(columns)}, table)

    def work() -> int:
        read = read_grid(area, spec, columns, setting, Known(found.base, our))
        made = merge(found.base, our, read.rows, found.policies)
        return len(made.clashes) + len(read.problems)

    return work


VARIANTS: dict[str, Callable[[Sides], Callable[[], int]]] = {
    "sheetdesk, merge": ours,
    "sheetdesk, read + merge, untouched": reading,
    "sheetdesk, read + merge, 1 % edited": reading_edits,
    "pandas, masks": pandas_masks,
    "pandas, compare and join": pandas_compare,
    "daff, merge": daff_merge,
}


def measure(variant: str, rows: int) -> dict[str, float]:
    """CPU seconds, and what was found."""
    VARIANTS[variant](sides(20))()
    work = VARIANTS[variant](sides(rows))
    gc.collect()
    start = time.process_time()
    found = work()
    return {"cpu_s": time.process_time() - start, "found": found}


def run(variant: str, rows: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.merging", "--one", variant, "--rows", str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def table(title: str, names: list[str], rows: int, rounds: int) -> None:
    """Print one table; the first name is what the others are compared with."""
    print(f"\n{title}, median of {rounds} interleaved rounds")
    print(f"{'':38}{'CPU s':>9}{'this/merge':>12}{'apart':>9}")
    results: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            results[name].append(run(name, rows))
    for name in names:
        pairs = zip(results[name], results[names[0]], strict=True)
        ratio = statistics.median(one["cpu_s"] / first["cpu_s"] for one, first in pairs)
        seconds = statistics.median(one["cpu_s"] for one in results[name])
        print(f"{name:38}{seconds:9.3f}{ratio:11.1f}×{results[name][0]['found']:9.0f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="+", type=int, default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.rows[0])))
        return
    for rows in options.rows:
        table(f"{rows:,} tickets × 15 columns", list(VARIANTS), rows, options.rounds)


if __name__ == "__main__":
    main()
