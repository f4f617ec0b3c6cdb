"""Which cells a filter lets through: hidden values and the conditions of the filter menu."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta

from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.date_formats import serial
from sheetdesk.sandbox.date_input import read_moment
from sheetdesk.sandbox.locales import locale
from sheetdesk.sandbox.shown import Shown

__all__ = ["UnknownCondition", "lets_through"]


class UnknownCondition(Exception):
    """A condition that is not worked out here."""


def lets_through(shown: Shown, tab: Tab, row: int, column: int, criteria: Json) -> bool:
    """Whether a cell passes FilterCriteria. Raises UnknownCondition."""
    if criteria.get("visibleBackgroundColorStyle") or criteria.get("visibleForegroundColorStyle"):
        raise UnknownCondition("a colour")
    text = shown.text(tab, row, column)
    if text in criteria.get("hiddenValues", ()):
        return False
    condition = criteria.get("condition")
    if condition is None:
        return True
    value = shown.value(tab, row, column)
    if condition.get("type") in DATES:
        number_format = shown.number_format(tab, row, column) or {}
        return number_format.get("type") in ("DATE", "DATE_TIME") and date_holds(shown, condition, value)
    return holds(condition, value, text)


def holds(condition: Json, value: Json | None, text: str) -> bool:
    kind: str = condition.get("type", "")
    given = [one.get("userEnteredValue", "") for one in condition.get("values", ())]
    if kind in ("BLANK", "NOT_BLANK"):
        return (text == "") == (kind == "BLANK")
    if kind in TEXTS:
        return TEXTS[kind](text.casefold(), given[0].casefold())
    if kind in NUMBERS:
        number = (value or {}).get("numberValue")
        try:
            bounds = [float(one) for one in given]
        except ValueError as error:
            raise UnknownCondition(f"{kind} with {given}") from error
        return isinstance(number, int | float) and NUMBERS[kind](number, *bounds)
    raise UnknownCondition(kind)


def date_holds(shown: Shown, condition: Json, value: Json | None) -> bool:
    """Whether the day of a date stands to that of the condition as its type says."""
    number = (value or {}).get("numberValue")
    (given,) = condition.get("values") or [{}]
    bound = day_of(shown, given)
    return isinstance(number, int | float) and DATES[condition["type"]](math.floor(number), bound)


def day_of(shown: Shown, given: Json) -> int:
    """The serial number of the day that a ConditionValue names. Raises UnknownCondition."""
    today = shown.wall()
    if given.get("relativeDate") in RELATIVE:
        return math.floor(serial(RELATIVE[given["relativeDate"]](today)))
    text = str(given.get("userEnteredValue", ""))
    moment = read_moment(text, locale(shown.locale), today)
    if moment is None or moment[1]["type"] == "TIME":
        raise UnknownCondition(f"a date that is {text or given}")
    return math.floor(moment[0])


def months_before(day: datetime, months: int) -> datetime:
    """The same day so many months before; the last one of a month that is too short for it."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return day.replace(year=years, month=month + 1, day=min(day.day, monthrange(years, month + 1)[1]))


RELATIVE: dict[str, Callable[[datetime], datetime]] = {
    "PAST_YEAR": lambda today: months_before(today, 12),
    "PAST_MONTH": lambda today: months_before(today, 1),
    "PAST_WEEK": lambda today: today - timedelta(days=7),
    "YESTERDAY": lambda today: today - timedelta(days=1),
    "TODAY": lambda today: today,
    "TOMORROW": lambda today: today + timedelta(days=1),
}
DATES: dict[str, Callable[[int, int], bool]] = {
    "DATE_EQ": lambda day, other: day == other,
    "DATE_BEFORE": lambda day, other: day < other,
    "DATE_AFTER": lambda day, other: day > other,
}
TEXTS: dict[str, Callable[[str, str], bool]] = {
    "TEXT_EQ": lambda text, other: text == other,
    "TEXT_NOT_EQ": lambda text, other: text != other,
    "TEXT_CONTAINS": lambda text, other: other in text,
    "TEXT_NOT_CONTAINS": lambda text, other: other not in text,
    "TEXT_STARTS_WITH": lambda text, other: text.startswith(other),
    "TEXT_ENDS_WITH": lambda text, other: text.endswith(other),
}
NUMBERS: dict[str, Callable[..., bool]] = {
    "NUMBER_EQ": lambda number, other: number == other,
    "NUMBER_NOT_EQ": lambda number, other: number != other,
    "NUMBER_GREATER": lambda number, other: number > other,
    "NUMBER_GREATER_THAN_EQ": lambda number, other: number >= other,
    "NUMBER_LESS": lambda number, other: number < other,
    "NUMBER_LESS_THAN_EQ": lambda number, other: number <= other,
    "NUMBER_BETWEEN": lambda number, low, high: low <= number <= high,
    "NUMBER_NOT_BETWEEN": lambda number, low, high: not low <= number <= high,
}
