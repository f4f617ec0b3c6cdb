"""Dates and times as people type them: which texts a locale takes for a moment.

A numeric date follows the locale's order, a year first is a year everywhere, and what is no real
day stays text. Assumed from Google's behaviour; only the order by locale is documented.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sheetdesk.sandbox.date_formats import serial
from sheetdesk.sandbox.locales import ENGLISH_MONTHS, Locale

__all__ = ["read_moment"]

TIME = re.compile(
    r"(?P<before>上午|下午|午前|午後)?\s*(?P<hour>\d{1,3})(?::(?P<minute>\d{1,2}))?"
    r"(?::(?P<second>\d{1,2})(?:[.,](?P<part>\d{1,3}))?)?\s*(?P<half>[ap]\.?m\.?|[ap])?",
    re.IGNORECASE,
)
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})")
SHORT = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(\.?)")
MONTH_YEAR = re.compile(r"(\d{1,2})[-/](\d{4})")
CHINESE = re.compile(r"(?:(\d{4}|\d{2})\s*年)?\s*(\d{1,2})\s*月\s*(?:(\d{1,2})\s*[日号])?")

Day = tuple[int, int, int]
Moment = tuple[float, dict[str, Any]]


def read_moment(text: str, facts: Locale, now: datetime) -> Moment | None:
    """The serial number of a date, a time or both, with the format that shows it as it was typed."""
    time = _time(text)
    if time is not None:
        return time[0], {"type": "TIME", "pattern": time[1]}
    whole = _day(text, facts, now)
    if whole is not None:
        return whole[0], {"type": "DATE", "pattern": whole[1]}
    for place in (match.start() for match in re.finditer(r"\s+", text)):
        day, time = _day(text[:place].rstrip(","), facts, now), _time(text[place:].strip())
        if day is not None and time is not None and time[0] < 1:
            return day[0] + time[0], {"type": "DATE_TIME", "pattern": f"{day[1]} {time[1]}"}
    return None


def _time(text: str) -> tuple[float, str] | None:
    """A part of a day, or a duration, and its pattern."""
    match = TIME.fullmatch(text)
    if match is None or (match["minute"] is None and match["half"] is None and match["before"] is None):
        return None
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or "").lower()
    if minute > 59 or second > 59:
        return None
    if half or match["before"]:
        if not 1 <= hour <= 12:
            return None
        is_late = half.startswith("p") or match["before"] in ("下午", "午後")
        hour = hour % 12 + 12 * is_late
    part = int((match["part"] or "0").ljust(3, "0"))
    number = (hour * 3_600_000 + minute * 60_000 + second * 1000 + part) / 86_400_000
    pattern = "[h]:mm" if hour >= 24 else "h:mm"
    if match["second"] is not None:
        pattern += ":ss" + ("." + "0" * len(match["part"]) if match["part"] else "")
    if match["before"]:
        pattern = f"am/pm{pattern}"
    return number, pattern + (" am/pm" if half else "")


def _day(text: str, facts: Locale, now: datetime) -> tuple[float, str] | None:
    found = _year_first(text) or _numeric(text, facts) or _short(text, facts, now)
    found = found or _chinese(text, now) or _named(text, facts, now)
    if found is None:
        return None
    (year, month, day), pattern = found
    try:
        number = serial(datetime(year, month, day))
    except ValueError:
        return None
    return number, pattern


def _year_first(text: str) -> tuple[Day, str] | None:
    match = YEAR_FIRST.fullmatch(text)
    if match is None:
        return None
    year, sign, month, day = match.groups()
    widths = ("mm" if len(month) == 2 else "m", "dd" if len(day) == 2 else "d")
    return (int(year), int(month), int(day)), sign.join(("yyyy", *widths))


def _numeric(text: str, facts: Locale) -> tuple[Day, str] | None:
    match = NUMERIC.fullmatch(text)
    if match is None:
        return None
    first, sign, second, last = match.groups()
    if facts.order == "YMD":
        if len(last) == 4:
            # A year cannot come first here; Google then reads the month first.
            return (int(last), int(first), int(second)), sign.join(("m", "d", "yyyy"))
        return (_century(first), int(second), int(last)), sign.join(("yy", "m", "d"))
    year_pattern = "yyyy" if len(last) == 4 else "yy"
    if facts.order == "DMY":
        pattern = sign.join((_width("d", first), _width("m", second), year_pattern))
        return (_century(last), int(second), int(first)), pattern
    pattern = sign.join((_width("m", first), _width("d", second), year_pattern))
    return (_century(last), int(first), int(second)), pattern


def _width(letter: str, digits: str) -> str:
    return letter * 2 if digits.startswith("0") else letter


def _century(digits: str) -> int:
    """Two digits are a year from 1930 to 2029."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 30 else 1900)


def _short(text: str, facts: Locale, now: datetime) -> tuple[Day, str] | None:
    match = MONTH_YEAR.fullmatch(text)
    if match is not None:
        return (int(match[2]), int(match[1]), 1), "m/yyyy"
    match = SHORT.fullmatch(text)
    if match is None:
        return None
    first, sign, second, end = match.groups()
    if (sign == "." and "." not in facts.date) or (end and sign != "."):
        return None
    if facts.order == "DMY":
        return (now.year, int(second), int(first)), sign.join(("d", "m")) + end
    return (now.year, int(first), int(second)), sign.join(("m", "d")) + end


def _chinese(text: str, now: datetime) -> tuple[Day, str] | None:
    match = CHINESE.fullmatch(text)
    if match is None or not (match[1] or match[3]):
        return None
    pattern = ('yyyy"年"' if match[1] else "") + 'm"月"' + ('d"日"' if match[3] else "")
    year = _century(match[1]) if match[1] else now.year
    return (year, int(match[2]), int(match[3] or 1)), pattern


def _named(text: str, facts: Locale, now: datetime) -> tuple[Day, str] | None:
    """A date with the month as a word, in the locale's language or English."""
    words = [word for word in re.split(r"[\s,\-]+", text) if word]
    if not 2 <= len(words) <= 3:
        return None
    months = [_month(word, facts) for word in words]
    places = [place for place, month in enumerate(months) if month is not None]
    numbers = [word.rstrip(".") for place, word in enumerate(words) if place not in places]
    if len(places) != 1 or not all(re.fullmatch(r"\d{1,2}|\d{4}", number) for number in numbers):
        return None
    month = months[places[0]] or 0
    long = "mmmm" if len(words[places[0]].rstrip(".")) > 3 else "mmm"
    if len(numbers) == 1:
        if len(numbers[0]) == 4:
            return (int(numbers[0]), month, 1), f"{long} yyyy"
        pattern = f"{long} d" if places[0] == 0 else f"d {long}"
        return (now.year, month, int(numbers[0])), pattern
    if len(numbers[0]) == 4:
        return (int(numbers[0]), month, int(numbers[1])), f"yyyy {long} d"
    if places[0] == 0:
        return (_century(numbers[1]), month, int(numbers[0])), f"{long} d, yyyy"
    gap = "-" if "-" in text else " "
    return (_century(numbers[1]), month, int(numbers[0])), gap.join(("d", long, "yyyy"))


def _month(word: str, facts: Locale) -> int | None:
    word = word.rstrip(".").lower()
    for names in (facts.months, facts.short_months, ENGLISH_MONTHS):
        for number, name in enumerate(names, 1):
            if word == name.rstrip(".").lower():
                return number
    if word == "sept":
        return 9
    short = [name[:3].lower() for name in ENGLISH_MONTHS]
    return short.index(word) + 1 if word in short else None
