"""A number as a date, a time of day or a duration, by a pattern such as `yyyy-mm-dd h:mm`.

Source: Google's guide to date and number formats (Sheets API).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache

from sheetdesk.sandbox.locales import Locale

__all__ = [
    "EPOCH",
    "is_date_pattern",
    "moment",
    "serial",
    "shown_date",
]

EPOCH = datetime(1899, 12, 30)
DAY_MS = 86_400_000
TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"?)|\\(?P<escaped>.)|(?P<elapsed>\[(?:h+|m+|s+)\])|(?P<meta>\[[^\]]*\])"""
    r"""|(?P<half>am/pm|a/p|(?<![a-z])[ap]m(?![a-z]))|(?P<fraction>\.0+)"""
    r"""|(?P<part>y+|d+|h+|s+|m+)|_(?P<space>.)|\*.|(?P<literal>.)""",
    re.IGNORECASE | re.DOTALL,
)


def moment(number: float) -> datetime:
    """The wall time of a serial number, to the millisecond. Raises OverflowError past the year 9999."""
    return EPOCH + timedelta(milliseconds=round(number * DAY_MS))


def serial(at: datetime) -> float:
    """Days since 1899-12-30 of a wall time."""
    return (at.replace(tzinfo=None) - EPOCH) / timedelta(days=1)


@cache
def tokens(pattern: str) -> tuple[tuple[str, str], ...]:
    """(kind, text) of each piece; `m` has become `minute` or `month` by what stands beside it."""
    found: list[tuple[str, str]] = []
    for match in TOKEN.finditer(pattern):
        kind = match.lastgroup
        text = match.group(kind) if kind else ""
        if kind == "part":
            kind = {"y": "year", "d": "day", "h": "hour", "s": "second", "m": "m"}[text[0].lower()]
        elif kind == "quoted":
            kind, text = "literal", text.strip('"')
        elif kind in ("escaped", "literal"):
            kind = "literal"
        elif kind == "space":
            kind, text = "literal", " "
        if kind and kind != "meta":
            found.append((kind, text))
    return tuple(_minutes(found))


def _minutes(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    units = [place for place, (kind, _) in enumerate(found) if kind not in ("literal", "half", "fraction")]
    for order, place in enumerate(units):
        kind, text = found[place]
        if kind != "m":
            continue
        before = found[units[order - 1]] if order else ("", "")
        after = found[units[order + 1]] if order + 1 < len(units) else ("", "")
        after_hour = before[0] == "hour" or before[1].lower().startswith("[h")
        before_second = after[0] == "second" or after[1].lower().startswith("[s")
        is_minute = text.islower() and len(text) < 3 and (after_hour or before_second)
        found[place] = ("minute" if is_minute else "month", text)
    return found


def is_date_pattern(section: str) -> bool:
    """Whether a section shows a moment or a duration: it has a date's letters and no digits of a number."""
    pieces = tokens(section)
    if any(kind == "elapsed" for kind, _ in pieces):
        return True
    bare = re.sub(r'"[^"]*"?|\\.|\[[^\]]*\]', "", section)
    if re.search(r"[#?@]|(?<![.0])0", bare):
        return False
    return any(kind in ("year", "month", "day", "hour", "minute", "second") for kind, _ in pieces)


def shown_date(number: float, section: str, facts: Locale) -> str:
    """A serial number by one section of a pattern. Raises OverflowError for what is no date."""
    pieces = tokens(section)
    digits = next((len(text) - 1 for kind, text in pieces if kind == "fraction"), 0)
    unit = 10 ** (3 - min(digits, 3))
    ms = round(number * DAY_MS)
    if digits:
        ms = (ms + unit // 2) // unit * unit
    elapsed = any(kind == "elapsed" for kind, _ in pieces)
    sign = "-" if elapsed and ms < 0 else ""
    if elapsed:
        ms = abs(ms)
    at = EPOCH + timedelta(milliseconds=ms)
    twelve = any(kind == "half" for kind, _ in pieces)
    units = {text[1].lower() for kind, text in pieces if kind == "elapsed"}
    # A smaller elapsed unit beside a larger one shows the rest.
    rests = {"h": DAY_MS * 10**9, "m": 60 if "h" in units else 10**12}
    rests["s"] = 60 if "m" in units else 3600 if "h" in units else 10**15
    return sign + "".join(
        _elapsed(text, ms, rests) if kind == "elapsed" else _piece(kind, text, at, twelve, facts)
        for kind, text in pieces
    )


def _elapsed(text: str, ms: int, rests: dict[str, int]) -> str:
    unit = text[1].lower()
    whole = ms // 1000 // {"h": 3600, "m": 60, "s": 1}[unit]
    return str(whole % rests[unit]).zfill(len(text) - 2)


def _piece(kind: str, text: str, at: datetime, twelve: bool, facts: Locale) -> str:
    width = len(text)
    if kind == "literal":
        return text
    if kind == "fraction":
        return facts.decimal + f"{at.microsecond // 1000:03d}".ljust(width - 1, "0")[: width - 1]
    if kind == "half":
        word = facts.halves[at.hour >= 12]
        if "/" in text and width == 3:
            word = "AP"[at.hour >= 12]
        return word.lower() if text.islower() and word.isascii() and width == 3 else word
    if kind == "hour":
        return str((at.hour + 11) % 12 + 1 if twelve else at.hour).zfill(min(width, 2))
    if kind == "minute":
        return str(at.minute).zfill(min(width, 2))
    if kind == "second":
        return str(at.second).zfill(min(width, 2))
    if kind == "year":
        return f"{at.year:04d}" if width > 2 else f"{at.year % 100:02d}"
    if kind == "month":
        names = {3: facts.short_months[at.month - 1], 5: facts.months[at.month - 1][:1]}
        return str(at.month).zfill(width) if width < 3 else names.get(width, facts.months[at.month - 1])
    if width < 3:
        return str(at.day).zfill(width)
    return (facts.short_days if width == 3 else facts.days)[at.weekday()]
