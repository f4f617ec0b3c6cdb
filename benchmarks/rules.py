"""What it costs to hold a hundred rules against all tickets: CPU seconds, beside what one would pick.

    PYTHONPATH=. python -m benchmarks.rules [--rows 100000] [--rules 100] [--slow 2000]

The same rules as expressions of pandas' `DataFrame.eval`, and of rule-engine and simpleeval (the extra
`bench`) where these are there. The last two take one ticket at a time, so they get `--slow` of the
same tickets; what each finds is compared with ours. The ratios are of one run.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetdesk.columns.base import Choice, Column
from sheetdesk.desk.actions import RuleWords
from sheetdesk.desk.condition import Condition
from sheetdesk.desk.holds import holds, holds_all
from sheetdesk.desk.rule import parse_rule

Mask = npt.NDArray[np.bool_]

TYPES = ("account", "hardware", "software", "network", "mail", "printing", "security")
STATUSES = ("new", "open", "pending", "resolved", "closed")
PRIORITIES = ("p1", "p2", "p3", "p4")
THINGS = ("vpn", "laptop", "printer", "mailbox", "licence", "phone", "screen", "password", "toner", "wifi")
COLUMNS = (
    Column("title", "Title"),
    Column("type", "Type", "choice", choices=tuple(Choice(key, key) for key in TYPES)),
    Column("status", "Status", "choice", choices=tuple(Choice(key, key) for key in STATUSES)),
    Column("priority", "Priority", "choice", choices=tuple(Choice(key, key) for key in PRIORITIES)),
    Column("owner", "Owner", "person"),
    Column("hours", "Hours", "number"),
    Column("created", "Created", "moment"),
)


def drawn(rows: int) -> pd.DataFrame:
    """Tickets with a title each of its own, a tenth of them without an owner; the same for as many rows."""
    rng = np.random.default_rng(7)
    things, others = (np.array(THINGS)[rng.integers(0, len(THINGS), rows)] for _ in range(2))
    titles = [f"The {a} and the {b} of desk {n}" for n, (a, b) in enumerate(zip(things, others, strict=True))]
    owners = np.array([f"Person {n}" for n in range(40)], dtype=object)[rng.integers(0, 40, rows)]
    owners[rng.random(rows) < 0.1] = None
    start = np.datetime64("2025-01-01T00:00:00", "us") + rng.integers(0, 365 * 86_400, rows) * 1_000_000
    return pd.DataFrame(
        {
            "title": pd.Series(titles, dtype=object),
            "type": pd.Series(np.array(TYPES, dtype=object)[rng.integers(0, len(TYPES), rows)], dtype=object),
            "status": pd.Series(np.array(STATUSES, dtype=object)[rng.integers(0, 5, rows)], dtype=object),
            "priority": pd.Series(np.array(PRIORITIES, dtype=object)[rng.integers(0, 4, rows)], dtype=object),
            "owner": pd.Series(owners, dtype=object),
            "hours": rng.random(rows) * 100,
            "created": pd.Series(start).dt.tz_localize("UTC"),
        }
    )


def asked(rules: int) -> list[tuple[str, str, str]]:
    """Each rule's `when`, the same as pandas evaluates it, and as the engines of one ticket do.

    Ranks are spelled out for the others, which would compare `p1` and `p2` as text.
    """
    found = []
    for n in range(rules):
        kind, status, other = TYPES[n % 7], STATUSES[n % 5], STATUSES[(n + 1) % 5]
        thing, hours, urgent = THINGS[n % 10], n % 60, PRIORITIES[: n % 3 + 1]
        day = f"2025-{n % 12 + 1:02}-{n % 28 + 1:02}"
        listed = "[" + ", ".join(f"'{key}'" for key in urgent) + "]"
        shapes = [
            (
                f"type = {kind} and priority >= {urgent[-1]} and owner is empty",
                f"type == '{kind}' and priority in {listed} and owner.isna()",
                f"type == '{kind}' and priority in {listed} and owner == NONE",
            ),
            (
                f"title contains {thing} and status in ({status}, {other})",
                f"title.str.contains('{thing}', case=False, regex=False)"
                f" and status in ['{status}', '{other}']",
                f"'{thing}' in lowered and status in ['{status}', '{other}']",
            ),
            (
                f"hours > {hours} and (status = {status} or type != {kind})",
                f"hours > {hours} and (status == '{status}' or type != '{kind}')",
                f"hours > {hours} and (status == '{status}' or type != '{kind}')",
            ),
            (
                f"created >= {day} and owner = 'Person {n % 40}'",
                f"created >= @pd.Timestamp('{day}', tz='UTC') and owner == 'Person {n % 40}'",
                f"day >= '{day}' and owner == 'Person {n % 40}'",
            ),
        ]
        found.append(shapes[n % len(shapes)])
    return found


def cpu_s(work: Callable[[], list[Mask]]) -> tuple[float, list[Mask]]:
    begin = time.process_time()
    made = work()
    return time.process_time() - begin, made


def engine(name: str, expressions: Sequence[str]) -> list[Callable[[dict[str, Any]], Any]] | None:
    """Each expression as a test of one ticket; None where the package is not there."""
    try:
        module: Any = importlib.import_module(name)
    except ModuleNotFoundError:
        return None
    if name == "rule_engine":
        return [module.Rule(text.replace("NONE", "null")).matches for text in expressions]

    def tested(text: str) -> Callable[[dict[str, Any]], Any]:
        judge = module.EvalWithCompoundTypes()
        parsed = judge.parse(text.replace("NONE", "None"))

        def test(ticket: dict[str, Any]) -> Any:
            judge.names = ticket
            return judge.eval(text, previously_parsed=parsed)

        return test

    return [tested(text) for text in expressions]


def one_by_one(tests: Sequence[Callable[[Any], Any]], rows: Sequence[Any]) -> list[Mask]:
    return [np.array([bool(test(row)) for row in rows]) for test in tests]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--slow", type=int, default=2_000)
    options = parser.parse_args()
    tickets = drawn(options.rows)
    rules = asked(options.rules)
    words = RuleWords(COLUMNS)

    conditions: list[Condition] = []

    def read() -> list[Mask]:
        conditions.extend(parse_rule(when, "flag seen", words).when for when, _, _ in rules)
        return []

    read_s, _ = cpu_s(read)
    ours_s, ours = cpu_s(lambda: holds_all(conditions, tickets, COLUMNS, me=None, zone="UTC"))
    apart_s, apart = cpu_s(lambda: [holds(c, tickets, COLUMNS, me=None, zone="UTC") for c in conditions])
    eval_s, evaluated = cpu_s(lambda: [np.asarray(tickets.eval(text), dtype=bool) for _, text, _ in rules])

    lines = [
        ("sheetdesk: reading the rules", read_s, options.rows, ""),
        ("sheetdesk: holds_all", ours_s, options.rows, ""),
        ("sheetdesk: holds, one by one", apart_s, options.rows, _same(ours, apart)),
        ("pandas: DataFrame.eval", eval_s, options.rows, _same(ours, evaluated)),
    ]
    few = tickets[: options.slow]
    rows = [
        {**row, "lowered": row["title"].lower(), "day": str(row["created"].date())}
        for row in few.assign(owner=few["owner"].astype(object).where(few["owner"].notna(), None)).to_dict(
            "records"
        )
    ]
    for name in ("rule_engine", "simpleeval"):
        tests = engine(name, [text for _, _, text in rules])
        if tests is not None:
            took_s, found = cpu_s(partial(one_by_one, tests, rows))
            lines.append((name, took_s, options.slow, _same([mask[: options.slow] for mask in ours], found)))
    print(f"{'':32}{'CPU s':>9}{'ns a rule and ticket':>22}{'times holds_all':>17}")
    base = ours_s / options.rows
    for name, took_s, count, note in lines:
        each = took_s / count
        print(f"{name:32}{took_s:9.3f}{each / options.rules * 1e9:22.1f}{each / base:17.2f}  {note}")
    print(f"{options.rules} rules, {options.rows:,} tickets; {options.slow:,} of them one at a time")


def _same(ours: Sequence[Mask], theirs: Sequence[Mask]) -> str:
    same = sum(bool((a == b).all()) for a, b in zip(ours, theirs, strict=True))
    return f"same: {same}"


if __name__ == "__main__":
    main()
