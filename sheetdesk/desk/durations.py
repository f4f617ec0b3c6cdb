"""How long a time is meant: `30m`, `4h`, `2d`, `3wd`, `4小时`."""

from __future__ import annotations

import re

from sheetdesk.desk.desk import Duration
from sheetdesk.desk.tokens import Reader
from sheetdesk.errors import Cause

__all__ = ["parse_duration", "read_duration"]

SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(\S+)\s*$")
AMOUNT = re.compile(r"\d+(\.\d+)?$")
UNITS = {
    "m": "minutes", "min": "minutes", "分钟": "minutes", "h": "hours", "小时": "hours", "d": "days",
    "天": "days", "wd": "working days", "工作日": "working days", "个工作日": "working days",
}  # fmt: skip
LONGEST_HOURS = 24 * 3660


def parse_duration(text: str) -> Duration:
    """`30m`, `4h`, `2d`, `3wd`, `4小时`. Raises ValueError."""
    match = SPAN.match(text)
    if match is None or match.group(2) not in UNITS:
        raise ValueError(text)
    return Duration(float(match.group(1)), UNITS[match.group(2)])  # type: ignore[arg-type]


def read_duration(reader: Reader, *, ending: str = "") -> Duration:
    """The length of time that stands here; `ending` may be glued to it. Raises LanguageInvalid.

    More than nothing and at most ten years: no rule waits longer.
    """
    token = reader.peek()
    reader.at += 1
    text = token.text.lower() if token is not None and token.kind == "word" else ""
    unit = reader.peek()
    if AMOUNT.match(text) and unit is not None and unit.kind == "word":
        reader.at += 1
        text += unit.text.lower()
    try:
        span = parse_duration(text.removesuffix(ending))
    except ValueError:
        ask = Cause("write 30m, 2h, 1d or 1wd (working days)", "请写 30m、2h、1d 或 1wd（工作日）")
        if text:
            ask = Cause(f"'{text}' is no length of time; {ask.en}", f"“{text}”不是时长；{ask.zh}")
        raise reader.wrong(token, ask) from None
    if span.unit == "working days" and span.amount % 1:
        raise reader.wrong(
            token, Cause(f"'{text}' is no whole number of working days", f"“{text}”不是整数个工作日")
        )
    if not 0 < span.hours <= LONGEST_HOURS:
        raise reader.wrong(
            token,
            Cause(
                f"'{text}' is not more than nothing and at most ten years", f"“{text}”须大于零且不超过十年"
            ),
        )
    return span
