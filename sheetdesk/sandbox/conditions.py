"""Which cells a filter lets through: hidden values and the conditions of the filter menu."""

from __future__ import annotations

from collections.abc import Callable

from sheetdesk.sandbox.book import Json, Tab
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
    return condition is None or holds(condition, shown.value(tab, row, column), text)


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
