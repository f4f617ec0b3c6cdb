"""How long a time is meant: `30m`, `4h`, `2d`, `3wd`, `4小时`."""

from __future__ import annotations

import re

from sheetdesk.desk.desk import Duration

__all__ = ["parse_duration"]

SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(\S+)\s*$")
UNITS = {
    "m": "minutes", "min": "minutes", "分钟": "minutes", "h": "hours", "小时": "hours", "d": "days",
    "天": "days", "wd": "working days", "工作日": "working days", "个工作日": "working days",
}  # fmt: skip


def parse_duration(text: str) -> Duration:
    """`30m`, `4h`, `2d`, `3wd`, `4小时`. Raises ValueError."""
    match = SPAN.match(text)
    if match is None or match.group(2) not in UNITS:
        raise ValueError(text)
    return Duration(float(match.group(1)), UNITS[match.group(2)])  # type: ignore[arg-type]
