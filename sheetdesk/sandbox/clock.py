"""What the clocks of a spreadsheet's zone show."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["wall_time"]


def wall_time(now: datetime, zone: str) -> datetime:
    """An instant (a naive one is UTC) on the clocks of a zone, without it; GMT for an unknown zone."""
    try:
        known = ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        known = ZoneInfo("Etc/GMT")
    aware = now if now.tzinfo is not None else now.replace(tzinfo=UTC)
    return aware.astimezone(known).replace(tzinfo=None)
