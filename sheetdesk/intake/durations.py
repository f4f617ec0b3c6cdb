"""Durations as people and their tools write them, as hours: `1小时20分`, `35 min`, `1:30:00`."""

from __future__ import annotations

import re

__all__ = ["parse_hours"]

UNITS = {
    "d": 24.0, "day": 24.0, "天": 24.0, "日": 24.0,
    "h": 1.0, "hr": 1.0, "hour": 1.0, "小时": 1.0, "时": 1.0, "个小时": 1.0, "钟头": 1.0,
    "m": 1 / 60, "min": 1 / 60, "minute": 1 / 60, "分": 1 / 60, "分钟": 1 / 60,
    "s": 1 / 3600, "sec": 1 / 3600, "second": 1 / 3600, "秒": 1 / 3600, "秒钟": 1 / 3600,
}  # fmt: skip
PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+|[天日个小时钟头分秒]+)[\s,]*")
CLOCK = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?$")


def parse_hours(text: str) -> float | None:
    """The hours of a duration; a day counts as 24. None when it is none, or a number without a unit."""
    text = text.strip().casefold()
    if match := CLOCK.match(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return hours + minutes / 60 + seconds / 3600
    total, at = 0.0, 0
    while match := PART.match(text, at):
        unit = match.group(2)
        factor = UNITS.get(unit, UNITS.get(unit.removesuffix("s")))
        if factor is None:
            return None
        total += float(match.group(1)) * factor
        at = match.end()
    return round(total, 6) if at and at == len(text) else None
