"""One value in a formula: a number, a text, a truth value, nothing, or an error.

How each becomes another and how two compare is Google's: numbers before texts before truth values,
capitals do not matter, nothing is 0, "" or FALSE, whichever the other side is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sheetdesk.sandbox.locales import Locale
from sheetdesk.sandbox.number_formats import general
from sheetdesk.sandbox.values import read_number

__all__ = [
    "NOT_AVAILABLE",
    "Context",
    "Error",
    "Key",
    "Scalar",
    "compare",
    "key_of",
    "to_bool",
    "to_number",
    "to_text",
]


@dataclass(frozen=True, slots=True)
class Error:
    """An error value: `kind` is the API's ErrorType."""

    kind: str
    message: str


Scalar = float | str | bool | Error | None
Key = float | str | tuple[bool] | Error | None

NOT_AVAILABLE = Error("N_A", "Value not available.")


@dataclass(frozen=True)
class Context:
    """What a function may know beside its arguments: the locale and the wall time of the spreadsheet."""

    facts: Locale
    now: datetime


def to_number(value: Scalar, context: Context) -> float | Error:
    """A text becomes the number or date it reads as."""
    if type(value) is float:
        return value
    if value is None:
        return 0.0
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        found = read_number(value.strip(), context.facts, context.now)
        if found is None:
            words = f"'{value}' is a text and cannot be coerced to a number."
            return Error("VALUE", f"A number is expected here. But {words}")
        return float(found[0])
    return value


def to_text(value: Scalar, context: Context) -> str | Error:
    """A number gets up to 15 digits; unlike in Google, a date becomes its serial number."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return context.facts.true if value else context.facts.false
    if isinstance(value, Error):
        return value
    return general(value, context.facts, 15)


def to_bool(value: Scalar) -> bool | Error:
    """Numbers other than 0 are true; of the texts only TRUE and FALSE mean anything."""
    if isinstance(value, str):
        if value.upper() in ("TRUE", "FALSE"):
            return value.upper() == "TRUE"
        return Error("VALUE", f"A truth value is expected here. But '{value}' is a text.")
    return value if isinstance(value, Error) else bool(value)


def key_of(value: Scalar) -> Key:
    """What two equal values have in common; True is not 1, and capitals do not matter."""
    if isinstance(value, str):
        return value.casefold()
    return (value,) if isinstance(value, bool) else value


def compare(left: Scalar, right: Scalar) -> int:
    """-1, 0 or 1; neither side may be an error."""
    if left is None:
        left = _nothing_like(right)
    if right is None:
        right = _nothing_like(left)
    places = _rank(left), _rank(right)
    if places[0] != places[1]:
        return -1 if places[0] < places[1] else 1
    if isinstance(left, str) and isinstance(right, str):
        first, second = left.casefold(), right.casefold()
        return (first > second) - (first < second)
    one, two = _plain(left), _plain(right)
    return (one > two) - (one < two)


def _plain(value: Scalar) -> float:
    return value if isinstance(value, float) else float(value is True)


def _nothing_like(other: Scalar) -> Scalar:
    return "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0


def _rank(value: Scalar) -> int:
    return 1 if isinstance(value, str) else 2 if isinstance(value, bool) else 0
