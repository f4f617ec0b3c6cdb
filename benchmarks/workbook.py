"""What the workbook costs: CPU seconds and peak memory, beside what one would otherwise use.

    python -m benchmarks.workbook [--rows 10000 100000 500000] [--rounds 3]

Every variant runs in a process of its own on the same made-up tickets; making the tickets and
importing libraries are not counted. The table is of ratios from one run: absolute seconds drift.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from sheetdesk.columns.base import CellKind
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk
from sheetdesk.plan.draw import draw
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.xlsx.render import render
from sheetdesk.table.seed import seed_tables
from sheetdesk.table.table import Table, table_of

NOW = datetime(2026, 3, 31, 6, 30, tzinfo=UTC)
DESK = """
name: Benchmark
locale: zh
zone: Asia/Shanghai
columns:
  - id
  - created
  - title
  - description
  - {key: type, choices: [网络, 硬件, 软件, 账号, 打印]}
  - key: subtype
    choices:
      - {title: 无线, parent: 网络}
      - {title: 有线, parent: 网络}
      - {title: 笔记本, parent: 硬件}
      - {title: 邮箱, parent: 软件}
      - {title: 密码, parent: 账号}
      - {title: 卡纸, parent: 打印}
  - priority
  - status
  - owner
  - due
  - resolved
people: [{name: 张三}, {name: 李四}, {name: 王五}, {name: Ann}, {name: Ben}]
"""
WORDS = [
    *(
        "网络",
        "打印机",
        "无法",
        "连接",
        "请",
        "尽快",
        "处理",
        "重启",
        "无效",
        "证书",
        "过期",
        "账号",
        "锁定",
        "联系人",
    ),
    *("printer", "offline", "since", "this", "morning", "room", "302", "VPN", "error", "0x80"),
]


def tickets(desk: Desk, rows: int) -> Table:
    """Tickets with mixed texts of about 200 characters; the same for the same number of rows."""
    rng = np.random.default_rng(7)
    seconds = np.sort(rng.integers(0, 300 * 86_400, rows))
    created = pd.Series(pd.Timestamp(NOW) - pd.to_timedelta(seconds[::-1], unit="s")).dt.as_unit("us")
    words = np.array(WORDS, dtype=object)
    picks = rng.integers(0, len(words), (rows, 45))
    texts = [" ".join(words[row]) for row in picks]
    choices = {
        key: [c.key for c in desk.column(key).choices] for key in ("type", "subtype", "priority", "status")
    }
    drawn = {
        key: np.array(keys, dtype=object)[rng.integers(0, len(keys), rows)] for key, keys in choices.items()
    }
    done = pd.Series(drawn["status"]).isin(["resolved", "closed"])
    resolved = (created + pd.to_timedelta(rng.integers(600, 400_000, rows), unit="s")).where(done)
    names = np.array([person.name for person in desk.people], dtype=object)
    columns: dict[str, Any] = {
        **drawn,
        "created": created,
        "title": [text[:40] for text in texts],
        "description": texts,
        "owner": names[rng.integers(0, len(names), rows)],
        "due": created + pd.Timedelta(days=2),
        "resolved": resolved,
    }
    return table_of(desk.tickets, columns, [f"T-{n:06}" for n in range(1, rows + 1)])


def shown_frame(plan: SheetPlan) -> pd.DataFrame:
    """The same cells as a DataFrame, as somebody would pass it to pandas."""
    table = plan.tab("tickets").table
    assert table is not None
    return pd.DataFrame({column.title: list(column.cells) for column in table.columns})


def only_tickets(plan: SheetPlan) -> SheetPlan:
    """The Tickets tab with everything on it, and the lists it needs."""
    kept = tuple(tab for tab in plan.tabs if tab.key in ("tickets", "people", "choices", "_sheetdesk"))
    return replace(plan, tabs=kept, sources={}, layouts={})


def raw_xlsxwriter(plan: SheetPlan, path: Path) -> None:
    """The Tickets tab with the same features through xlsxwriter alone."""
    from xlsxwriter import Workbook

    from sheetdesk.sheets.xlsx.dialect import Writer
    from sheetdesk.sheets.xlsx.formats import Formats
    from sheetdesk.sheets.xlsx.table_tab import write_table

    table = plan.tab("tickets").table
    assert table is not None
    workbook = Workbook(str(path), {"default_format_properties": {"font_name": plan.font}})
    formats = Formats(workbook, plan.font, plan.size)
    worksheet = workbook.add_worksheet("tickets")
    write_table(worksheet, plan, table, formats)
    writer = Writer(plan, table)
    for place, column in enumerate(table.columns):
        fmt = formats.of(column.style)
        formula = writer.text(column.formula) if column.formula is not None else ""
        for row, cell in enumerate(column.cells, 1):
            if formula:
                worksheet.write_formula(row, place, formula, fmt, "" if cell is None else cell)
            elif cell is None:
                worksheet.write_blank(row, place, None, fmt)
            elif column.kind is CellKind.TEXT:
                worksheet.write_string(row, place, cell, fmt)
            elif column.kind is CellKind.NUMBER:
                worksheet.write_number(row, place, cell, fmt)
            else:
                worksheet.write_datetime(row, place, cell, fmt)
    workbook.close()


def variants() -> dict[str, Callable[[Desk, dict[str, Table], Path], Callable[[], None]]]:
    """Each variant prepares, and gives what is measured."""

    def full(desk: Desk, tables: dict[str, Table], path: Path) -> Callable[[], None]:
        return lambda: render(draw(desk, tables, NOW), path)

    def tab(desk: Desk, tables: dict[str, Table], path: Path) -> Callable[[], None]:
        plan = only_tickets(draw(desk, tables, NOW))
        return lambda: render(plan, path)

    def pandas(
        engine: Literal["xlsxwriter", "openpyxl"],
    ) -> Callable[[Desk, dict[str, Table], Path], Callable[[], None]]:
        def prepare(desk: Desk, tables: dict[str, Table], path: Path) -> Callable[[], None]:
            frame = shown_frame(draw(desk, tables, NOW))
            return lambda: frame.to_excel(path, index=False, engine=engine)

        return prepare

    def raw(desk: Desk, tables: dict[str, Table], path: Path) -> Callable[[], None]:
        plan = draw(desk, tables, NOW)
        return lambda: raw_xlsxwriter(plan, path)

    return {
        "sheetdesk, Tickets tab": tab,
        "sheetdesk, whole workbook": full,
        "xlsxwriter, Tickets tab": raw,
        "pandas.to_excel, xlsxwriter": pandas("xlsxwriter"),
        "pandas.to_excel, openpyxl": pandas("openpyxl"),
    }


def measure(variant: str, rows: int, zlib: bool) -> dict[str, float]:
    """CPU seconds, megabytes above what was in use before, and the file's megabytes."""
    if zlib:
        sys.modules["isal"] = None  # type: ignore[assignment]
    desk = parse_desk(DESK)
    tables = {**seed_tables(desk), "tickets": tickets(desk, rows)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        # Once small, so that imports are not counted.
        small = {**tables, "tickets": tickets(desk, 5)}
        variants()[variant](desk, small, path)()
        work = variants()[variant](desk, tables, path)
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        before = memory("VmRSS")
        start = time.process_time()
        work()
        seconds = time.process_time() - start
        return {"cpu_s": seconds, "peak_mb": memory("VmHWM") - before, "file_mb": path.stat().st_size / 1e6}


def memory(line: str) -> float:
    """Megabytes in a line of this process's status."""
    status = Path("/proc/self/status").read_text("ascii")
    return float(status.split(f"{line}:")[1].split()[0]) / 1024


def run(variant: str, rows: int, zlib: bool) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.workbook", "--one", variant, "--rows", str(rows)]
    done = subprocess.run(
        [*command, *(["--zlib"] if zlib else [])], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="+", type=int, default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[""], help="variants whose names hold one of these")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--zlib", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if options.one:
        print(json.dumps(measure(options.one, options.rows[0], options.zlib)))
        return
    for rows in options.rows:
        print(f"\n{rows:,} tickets × 15 columns, median of {options.rounds} interleaved rounds")
        print(f"{'':34}{'CPU s':>8}{'peak MB':>9}{'file MB':>9}{'pandas/this':>13}{'memory':>8}")
        names = [(name, False) for name in variants()]
        names[2:2] = [("sheetdesk, Tickets tab", True), ("sheetdesk, whole workbook", True)]
        chosen = [*options.only, "pandas.to_excel, xlsxwriter"]
        names = [name for name in names if any(part in name[0] for part in chosen)]
        results: dict[tuple[str, bool], list[dict[str, float]]] = {name: [] for name in names}
        for _ in range(options.rounds):
            for name in names:
                results[name].append(run(*name[:1], rows, name[1]))
        base = results["pandas.to_excel, xlsxwriter", False]
        for name in names:
            found = results[name]
            ratio = statistics.median(b["cpu_s"] / f["cpu_s"] for b, f in zip(base, found, strict=True))
            peak = statistics.median(f["peak_mb"] / b["peak_mb"] for b, f in zip(base, found, strict=True))
            median: Any = {key: statistics.median(f[key] for f in found) for key in found[0]}
            label = name[0] + (" (zlib)" if name[1] else "")
            print(
                f"{label:34}{median['cpu_s']:8.2f}{median['peak_mb']:9.0f}{median['file_mb']:9.1f}"
                f"{ratio:12.1f}×{peak:7.2f}×"
            )


if __name__ == "__main__":
    main()
