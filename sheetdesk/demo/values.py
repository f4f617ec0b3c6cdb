"""Values of made-up tickets for the columns a desk has of its own, by key where it is a usual one."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta
from typing import Any

from sheetdesk.columns.base import Column
from sheetdesk.demo.words import Words
from sheetdesk.desk.desk import Desk

__all__ = ["LATE", "own_value"]

LATE = {
    "finding": 0.95,
    "remedy": 0.8,
    "compensation": 0.3,
    "fixed_in": 0.9,
    "cost": 0.55,
    "labour": 0.8,
}
"""Columns that only finished work fills, and how often it does."""


def own_value(
    column: Column, row: dict[str, Any], facts: dict[str, str], words: Words, rng: random.Random,
    *, is_done: bool, desk: Desk,
) -> Any:  # fmt: skip
    """A fitting value, or None to leave the cell empty. Choices made before are kept."""
    if column.key in row:
        return row[column.key]
    is_late = column.key in LATE
    if is_late and (not is_done or (row.get("finding") == "not_upheld" and column.key != "finding")):
        return None
    share = 1.0 if column.required else LATE.get(column.key, 0.6)
    if rng.random() >= share:
        return None
    if column.type == "text":
        return _text(column, facts, words, rng)
    if column.type == "choice":
        fitting = [
            c.key for c in column.choices if not column.depends_on or c.parent == row.get(column.depends_on)
        ]
        return rng.choice(fitting) if is_late and fitting else None
    if column.type == "number":
        return _number(column, rng)
    if column.type == "date":
        day: datetime = row["created"].astimezone(desk.zone) + timedelta(days=rng.randint(1, 21))
        return day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    if column.type == "moment":
        spent: timedelta = row["updated"] - row["created"]
        return (row["created"] + spent * rng.random()).replace(second=0, microsecond=0)
    return _other(column, row, words, rng, desk)


def _other(column: Column, row: dict[str, Any], words: Words, rng: random.Random, desk: Desk) -> Any:
    if column.type == "flag":
        return rng.random() < 0.25
    if column.type == "tags":
        return words.tags(rng) if column.required or rng.random() < 0.4 else None
    if column.type == "person" and desk.people:
        return rng.choice(desk.people).name
    if column.key == "case":
        fitting = [case["id"] for case in desk.cases if case.get("type") and case["type"] == row.get("type")]
        return rng.choice(fitting) if fitting and rng.random() < 0.4 else None
    return None


def _text(column: Column, facts: dict[str, str], words: Words, rng: random.Random) -> str | None:
    value = words.value(column.key, facts, rng)
    if value is None and column.default is not None:
        value = str(column.default)
    if value is None and column.required:
        value = words.title("", "", {}, rng)
    return value[: column.max_length] if value and column.max_length else value


def _number(column: Column, rng: random.Random) -> float | None:
    """Within the column's bounds and decimals; small where the bounds are, else like a price."""
    low = 0.0 if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    low = min(low, high)
    decimals = 2 if column.decimals is None else column.decimals
    if high - low <= 10:
        amount = rng.uniform(low, high)
    else:
        amount = low + rng.lognormvariate(0.8 if high <= 1000 else 4.5, 0.8)
    step = 10.0**-decimals
    lowest, highest = math.ceil(low / step), math.inf if high == math.inf else math.floor(high / step)
    if lowest > highest:
        return None
    return round(min(max(round(amount / step), lowest), highest) * step, decimals)
