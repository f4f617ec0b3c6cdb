"""What the columns' tests share: settings, one-column readings, and cells people really leave behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from sheetdesk.columns.base import Cell, Choice, Column, ColumnType, Meaning, Reading, Setting
from sheetdesk.families import member, members
from sheetdesk.locales.locale import load_locale

ZONES = ("Asia/Shanghai", "Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "UTC")
LANGUAGES = ("en", "zh")

KINDS = members("columns")

STATUS = (
    Choice("new", "待处理", meaning=Meaning.NEW),
    Choice("open", "In progress", meaning=Meaning.OPEN, was=("Doing", "W I P")),
    Choice("wait", "Waiting（vendor）", meaning=Meaning.ON_HOLD),
    Choice("done", "Resolved", meaning=Meaning.RESOLVED),
)

HOSTILE: list[Cell] = [
    None, "", "   ", "\u3000", float("nan"), float("inf"), float("-inf"), 0, 1, -1, 0.0, -0.0, 1e308, 5e-324,
    10**400, -(10**400), 2**63, True, False, datetime(2026, 3, 31, 14, 30), datetime(1, 1, 1),
    datetime(9999, 12, 31, 23, 59, 59, 999_999), "１２３", "#N/A", "#REF!", "#DIV/0!", "trailing   ", "\ttab",
    "line\nfeed", "carriage\r\nreturn", "\x00", "\x07bell", "\x1b[31m", "\ud800", "\udfff lone", "\ufffe",
    "\uffff",
    "x" * 40_000, "9" * 40_000, "\u202egnp.exe", "\u200f\u200e", "\u200b", "🙂🏳️‍🌈", "=1+1",
    "=HYPERLINK(\"http://x\")",
    "+1", "-1", "@SUM(A1)", "'quoted", "1e999", "1e", "NaN", "inf", "-", ".", "%", ",", "0x1F", "1_000",
    "2026-13-45", "0000-00-00", "0001-01-01T00:00:00+14:00", "9999-12-31 23:59:59-12:00", "99/99/9999",
    "2026-03-31 25:61", "2026-03-31 10:00+99:99", "٢٠٢٦", "²", "½", "null", "None", "{n}", "{0.__class__}",
    "%s",
]  # fmt: skip


def kind(name: str) -> ColumnType:
    """The kind of column called `name`."""
    found: ColumnType = member("columns", name).KIND
    return found


def setting(language: str = "en", zone: str = "Asia/Shanghai", **more: Any) -> Setting:
    """A setting; `more` as in Setting."""
    return Setting(load_locale(language), ZoneInfo(zone), **more)


def column_of(name: str, **more: Any) -> Column:
    """A column of this kind, with choices where it needs them."""
    choices = STATUS if name == "choice" else ()
    return Column(**{"key": f"a_{name}", "title": name, "type": name, "choices": choices} | more)


def read(name: str, cells: Sequence[Cell], at: Setting | None = None, **more: Any) -> Reading:
    """What these cells mean in a column of this kind."""
    return kind(name).read(cells, column_of(name, **more), at or setting())


def values(reading: Reading) -> list[Any]:
    """The values, None where one is missing."""
    return [
        None if gone else value for value, gone in zip(reading.values, reading.values.isna(), strict=True)
    ]


def value(name: str, cell: Cell, at: Setting | None = None, **more: Any) -> Any:
    """What one cell means, None for nothing or a Problem."""
    return values(read(name, [cell], at, **more))[0]


def series(name: str, found: Sequence[Any]) -> pd.Series[Any]:
    """Values in the dtype that the kind keeps."""
    return pd.Series(list(found), dtype=kind(name).dtype)
