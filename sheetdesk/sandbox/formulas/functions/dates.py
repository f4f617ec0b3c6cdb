"""Dates and times as serial numbers: TODAY, NOW, DATE, EDATE, WEEKDAY, NETWORKDAYS and the like."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta

from sheetdesk.sandbox.date_formats import EPOCH, moment, serial
from sheetdesk.sandbox.formulas.blocks import Value, flat
from sheetdesk.sandbox.formulas.functions.function import Function, numeric
from sheetdesk.sandbox.formulas.scalars import Context, Error, Scalar, to_number

__all__ = ["FUNCTIONS"]


FIRST_DAY, LAST_DAY = -693_593, 2_958_465
NO_DAY = Error("NUM", "A number here is no day between the years 1 and 9999.")


def _now(context: Context) -> Scalar:
    return serial(context.now)


def _today(context: Context) -> Scalar:
    return float(math.floor(serial(context.now)))


def _part(read: Callable[[datetime], float]) -> Function:
    return numeric(lambda number: float(read(moment(number))), 1)


def _date(year: float, month: float, day: float) -> Scalar:
    """Months and days beyond their range run on into the next or previous ones."""
    year = year + 1900 if year < 1900 else year
    months = int(year) * 12 + int(month) - 1
    start = datetime(months // 12, months % 12 + 1, 1)
    return serial(start + timedelta(days=int(day) - 1))


def _time(hour: float, minute: float, second: float) -> Scalar:
    return (int(hour) * 3600 + int(minute) * 60 + int(second)) % 86400 / 86400


def _moved(number: float, count: float) -> tuple[int, int, int]:
    """The year and month so many months after a day, and that day of the month."""
    at = moment(math.floor(number))
    months = at.year * 12 + at.month - 1 + int(count)
    return months // 12, months % 12 + 1, at.day


def _edate(number: float, count: float) -> Scalar:
    year, month, day = _moved(number, count)
    return serial(datetime(year, month, min(day, monthrange(year, month)[1])))


def _eomonth(number: float, count: float) -> Scalar:
    year, month, _ = _moved(number, count)
    return serial(datetime(year, month, monthrange(year, month)[1]))


def _weekday(number: float, kind: float = 1) -> Scalar:
    """1: Sunday is 1; 2: Monday is 1; 3: Monday is 0."""
    monday = moment(math.floor(number)).weekday()
    if kind not in (1, 2, 3):
        return Error("NUM", "WEEKDAY knows the types 1, 2 and 3.")
    return float({1: (monday + 1) % 7 + 1, 2: monday + 1, 3: monday}[int(kind)])


def _holidays(context: Context, given: Value) -> set[int]:
    return {int(one) for one in flat(given) if isinstance(one, float)}


def _workday(day: int, holidays: set[int]) -> bool:
    return (EPOCH + timedelta(days=day)).weekday() < 5 and day not in holidays


def _networkdays(context: Context, start: Scalar, end: Scalar, free: Value = None) -> Value:
    first, last = to_number(start, context), to_number(end, context)
    if isinstance(first, Error):
        return first
    if isinstance(last, Error):
        return last
    low, high = sorted((math.floor(first), math.floor(last)))
    if low < FIRST_DAY or high > LAST_DAY:
        return NO_DAY
    holidays = _holidays(context, free)
    count = sum(_workday(day, holidays) for day in range(low, high + 1))
    return float(count if first <= last else -count)


def _add_workdays(context: Context, start: Scalar, count: Scalar, free: Value = None) -> Value:
    first, days = to_number(start, context), to_number(count, context)
    if isinstance(first, Error):
        return first
    if isinstance(days, Error):
        return days
    if not (FIRST_DAY <= first <= LAST_DAY and FIRST_DAY <= first + 2 * days <= LAST_DAY):
        return NO_DAY
    day, left, holidays = math.floor(first), abs(int(days)), _holidays(context, free)
    step = 1 if days > 0 else -1
    while left:
        day += step
        left -= _workday(day, holidays)
    return float(day)


def _datedif(start: float, end: float) -> Scalar:
    return float(math.floor(end) - math.floor(start))


def _datevalue(number: float) -> Scalar:
    return float(math.floor(number))


FUNCTIONS: dict[str, Function] = {
    "NOW": Function(_now, "", 0, 0),
    "TODAY": Function(_today, "", 0, 0),
    "DATE": numeric(_date, 3),
    "TIME": numeric(_time, 3),
    "YEAR": _part(lambda at: at.year),
    "MONTH": _part(lambda at: at.month),
    "DAY": _part(lambda at: at.day),
    "HOUR": _part(lambda at: at.hour),
    "MINUTE": _part(lambda at: at.minute),
    "SECOND": _part(lambda at: at.second),
    "ISOWEEKNUM": _part(lambda at: at.isocalendar().week),
    "EDATE": numeric(_edate, 2),
    "EOMONTH": numeric(_eomonth, 2),
    "WEEKDAY": numeric(_weekday, 1, 2),
    "DAYS": numeric(lambda end, start: _datedif(start, end), 2),
    "DATEVALUE": numeric(_datevalue, 1),
    "TIMEVALUE": numeric(lambda number: number % 1, 1),
    "NETWORKDAYS": Function(_networkdays, "ssb", 2, 3),
    "WORKDAY": Function(_add_workdays, "ssb", 2, 3),
}
