"""What business time costs for each row: CPU microseconds, beside what one would otherwise pick.

    python -m benchmarks.business_time [--rows 1000000] [--slow 300]

The same week with a lunch break, no holidays: pandas' CustomBusinessHour for due times, the package
business-duration (the extra `bench`) for elapsed ones. These two take one row at a time, so they get
`--slow` rows of the same draw; what each finds is compared with ours first, where it can hold the week at
all: business-duration knows no lunch break and gets a week without one. The ratios are of one run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import time as wall
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.desk.desk import Calendar

ZONE = ZoneInfo("UTC")
LUNCH = ((wall(9), wall(12)), (wall(13, 30), wall(18)))
WHOLE = ((wall(9), wall(18)),)


def working(hours: tuple[tuple[wall, wall], ...]) -> WorkingTime:
    """Monday to Friday."""
    return WorkingTime(Calendar("office", ZONE, (hours,) * 5 + ((),) * 2))


def drawn(rows: int) -> tuple[pd.Series[Any], np.ndarray[Any, Any]]:
    """Starts over three years, and hours from 1 to 40; the same for the same number of rows."""
    rng = np.random.default_rng(7)
    start = np.datetime64("2024-01-01T00:00:00", "us") + rng.integers(0, 3 * 365 * 86_400, rows) * 1_000_000
    return pd.Series(start).dt.tz_localize("UTC"), rng.integers(1, 41, rows)


def micros_a_row(work: Callable[[], Any], rows: int) -> tuple[float, Any]:
    begin = time.process_time()
    made = work()
    return (time.process_time() - begin) / rows * 1e6, made


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--slow", type=int, default=300)
    options = parser.parse_args()
    import business_duration

    start, hours = drawn(options.rows)
    due_us, due = micros_a_row(lambda: working(LUNCH).due(start, hours * 60), options.rows)
    elapsed_us, _ = micros_a_row(lambda: working(LUNCH).elapsed(start, due), options.rows)

    few, few_hours = start[: options.slow].dt.tz_localize(None), hours[: options.slow]
    offset = pd.offsets.CustomBusinessHour
    first, last = [wall(9), wall(13, 30)], [wall(12), wall(18)]
    pandas_us, theirs = micros_a_row(
        lambda: [at + offset(int(n), start=first, end=last) for at, n in zip(few, few_hours, strict=True)],
        options.slow,
    )
    # What ends exactly at closing, pandas puts at the next opening.
    ours = due[: options.slow].dt.tz_localize(None)
    same = [a == b or working(LUNCH).elapsed(a.tz_localize("UTC"), b.tz_localize("UTC")) == 0
            for a, b in zip(ours, theirs, strict=True)]  # fmt: skip

    ends = due[: options.slow].dt.tz_localize(None)
    duration_us, found = micros_a_row(
        lambda: [
            business_duration.businessDuration(a, b, starttime=wall(9), endtime=wall(18), unit="min")
            for a, b in zip(few, ends, strict=True)
        ],
        options.slow,
    )
    agree = np.isclose(found, working(WHOLE).elapsed(few.dt.tz_localize("UTC"), due[: options.slow]), atol=1)

    lines = [
        ("due: sheetdesk", due_us, 1, ""),
        ("due: pandas CustomBusinessHour", pandas_us, pandas_us / due_us, f"same: {sum(same)}"),
        ("elapsed: sheetdesk", elapsed_us, 1, ""),
        ("elapsed: business-duration", duration_us, duration_us / elapsed_us, f"same: {agree.sum()}"),
    ]
    print(f"{'':34}{'CPU us a row':>14}{'times ours':>12}")
    for name, micros, ratio, note in lines:
        print(f"{name:34}{micros:14.2f}{ratio:12.0f}  {note}")
    print(f"{options.rows:,} rows of ours, calendars laid out anew; {options.slow} of theirs")


if __name__ == "__main__":
    main()
