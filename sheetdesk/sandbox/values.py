"""What somebody types becomes a value and a number format, as USER_ENTERED does by the locale."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any

from sheetdesk.sandbox.date_input import read_moment
from sheetdesk.sandbox.locales import Locale, locale
from sheetdesk.sandbox.number_formats import shown

__all__ = ["entered", "read_number", "shown"]

Entered = tuple[dict[str, Any], dict[str, Any] | None]


def entered(
    text: str | float | bool, locale_name: str, now: datetime, cell_format: dict[str, Any] | None = None
) -> Entered:
    """The ExtendedValue of an input and the number format it brings, if any.

    An empty text is `{}`: it clears the cell. `now` gives the year of a date without one. A cell whose
    number format, `cell_format`, is plain text keeps every text as it is typed.
    """
    if isinstance(text, bool):
        return {"boolValue": text}, None
    if isinstance(text, int | float):
        return {"numberValue": text}, None
    if not text:
        return {}, None
    if cell_format and cell_format.get("type") == "TEXT":
        return {"stringValue": text}, None
    if text.startswith("'"):
        return {"stringValue": text[1:]}, None
    if text.startswith("=") and len(text) > 1:
        return {"formulaValue": text}, None
    facts = locale(locale_name)
    trimmed = text.strip()
    if trimmed.upper() in ("TRUE", "FALSE", facts.true, facts.false):
        return {"boolValue": trimmed.upper() in ("TRUE", facts.true)}, None
    found = read_number(trimmed, facts, now)
    if found is not None:
        number, number_format = found
        return {"numberValue": int(number) if number.is_integer() else number}, number_format
    if text.startswith("+") and len(text) > 1:
        # A phone number such as "+49 (30) 1" is a broken formula in Google, as people know.
        return {"formulaValue": f"={text}"}, None
    return {"stringValue": text}, None


def read_number(text: str, facts: Locale, now: datetime) -> tuple[float, dict[str, Any] | None] | None:
    """A number, percentage, amount, date or time in a text, and its format; None for any other text."""
    return _read_plain(text, facts) or read_moment(text, facts, now)


def _read_plain(text: str, facts: Locale) -> tuple[float, dict[str, Any] | None] | None:
    symbols = re.escape(facts.symbols)
    match = re.fullmatch(
        rf"(?P<paren>\()?(?P<sign>[+-]?)\s*(?P<before>[{symbols}]?)\s*(?P<inner>[+-]?)"
        rf"(?P<number>[\d{re.escape(_groups(facts))}{re.escape(facts.decimal)}]+(?:[eE][+-]?\d+)?)"
        rf"\s*(?P<after>[{symbols}%]?)(?(paren)\))",
        text,
    )
    if match is None or (match["sign"] and match["inner"]):
        return None
    number, is_grouped, places = _digits(match["number"], facts)
    if number is None:
        return None
    if "-" in (match["sign"], match["inner"]) or match["paren"]:
        number = -number
    decimals = "." + "0" * min(places, 2) if places else ""
    if match["after"] == "%":
        return number / 100, {"type": "PERCENT", "pattern": "0.00%" if places else "0%"}
    if match["before"] or match["after"]:
        pattern = facts.currency if places else facts.currency.replace(".00", "")
        return number, {"type": "CURRENCY", "pattern": pattern}
    if "e" in match["number"].lower():
        return number, {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if is_grouped:
        return number, {"type": "NUMBER", "pattern": "#,##0" + (".00" if decimals else "")}
    return number, None


def _groups(facts: Locale) -> str:
    return " \u00a0\u202f" if facts.group == "\u202f" else facts.group


def _digits(text: str, facts: Locale) -> tuple[float | None, bool, int]:
    """The number in a run of digits, whether it is grouped, and its decimal places."""
    mantissa, _, exponent = text.lower().partition("e")
    whole, point, part = mantissa.partition(facts.decimal)
    grouping = f"[{re.escape(_groups(facts))}]"
    is_grouped = re.search(grouping, whole) is not None
    if is_grouped and not re.fullmatch(rf"\d{{1,3}}(?:{grouping}\d{{3}})+", whole):
        return None, False, 0
    whole = re.sub(grouping, "", whole)
    if not re.fullmatch(r"\d*", part) or not (whole or part) or (point and not part and not whole):
        return None, False, 0
    number = float(f"{whole or 0}.{part or 0}" + (f"e{exponent}" if exponent else ""))
    return number if math.isfinite(number) else None, is_grouped, len(part)
