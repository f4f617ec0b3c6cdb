"""Texts: TEXT, VALUE, LEFT, MID, TRIM, SUBSTITUTE, JOIN, HYPERLINK and the like."""

from __future__ import annotations

import re

from sheetdesk.sandbox.formulas.blocks import Array, Value, flat
from sheetdesk.sandbox.formulas.functions.function import Function, textual
from sheetdesk.sandbox.formulas.scalars import Context, Error, Scalar, to_bool, to_number, to_text
from sheetdesk.sandbox.number_formats import shown_number

__all__ = ["FUNCTIONS"]

MOST_SIGNS = 32_000
NOT_FOUND = Error("VALUE", "The text is not found.")
BELOW = Error("VALUE", "A number here must be at least 1.")


def _text(context: Context, value: Scalar, pattern: Scalar) -> Scalar:
    """A number by a pattern; a text that reads as a number is one, any other stays as it is."""
    number, shape = to_number(value, context), to_text(pattern, context)
    if isinstance(shape, Error):
        return shape
    if isinstance(value, bool):
        return to_text(value, context)
    if isinstance(number, Error):
        return value
    return shown_number(number, shape, context.facts) if shape else ""


def _left(text: str, count: int = 1) -> Scalar:
    return text[:count] if count >= 0 else BELOW


def _right(text: str, count: int = 1) -> Scalar:
    return (text[-count:] if count else "") if count >= 0 else BELOW


def _mid(text: str, start: int, count: int) -> Scalar:
    return text[start - 1 : start - 1 + count] if start > 0 and count >= 0 else BELOW


def _substitute(text: str, old: str, new: str, place: int = 0) -> Scalar:
    if not old or not place:
        return text.replace(old, new) if old else text
    parts = text.split(old)
    if place >= len(parts) or place < 0:
        return text
    return old.join(parts[:place]) + new + old.join(parts[place:])


def _find(wanted: str, text: str, start: int = 1) -> Scalar:
    found = text.find(wanted, start - 1) if start > 0 else -1
    return NOT_FOUND if found < 0 else float(found + 1)


def _search(wanted: str, text: str, start: int = 1) -> Scalar:
    return _find(wanted.casefold(), text.casefold(), start)


def _replace(text: str, start: int, count: int, new: str) -> Scalar:
    return text[: start - 1] + new + text[start - 1 + count :] if start > 0 else BELOW


def _repeated(text: str, count: int) -> Scalar:
    if count < 0 or len(text) * count > MOST_SIGNS:
        return Error("VALUE", f"The result of REPT is longer than {MOST_SIGNS} signs.")
    return text * count


def _trim(text: str) -> Scalar:
    return re.sub(" +", " ", text.strip(" "))


def _concatenate(context: Context, *values: Value) -> Value:
    return _joined(context, "", values)


def _join(context: Context, between: Scalar, *values: Value) -> Value:
    return _joined(context, between, values)


def _textjoin(context: Context, between: Scalar, skips_empty: Scalar, *values: Value) -> Value:
    skips = to_bool(skips_empty)
    if isinstance(skips, Error):
        return skips
    kept = [one for value in values for one in flat(value) if not skips or one not in (None, "")]
    return _joined(context, between, tuple(kept))


def _joined(context: Context, between: Scalar, values: tuple[Value, ...]) -> Value:
    texts = []
    for value in values:
        for one in flat(value):
            text = to_text(one, context)
            if isinstance(text, Error):
                return text
            texts.append(text)
    separator = to_text(between, context)
    return separator if isinstance(separator, Error) else separator.join(texts)


def _split(context: Context, value: Scalar, signs: Scalar, each: Scalar = True, drop: Scalar = True) -> Value:
    text, by = to_text(value, context), to_text(signs, context)
    if isinstance(text, Error):
        return text
    if isinstance(by, Error) or not by:
        return by if isinstance(by, Error) else BELOW
    pattern = f"[{re.escape(by)}]" if to_bool(each) is True else re.escape(by)
    parts: list[str] = [part for part in re.split(pattern, text) if part or to_bool(drop) is not True]
    if not parts:
        return ""
    read: list[Scalar] = []
    for part in parts:
        number = to_number(part, context)
        read.append(part if isinstance(number, Error) else number)
    return Array([[one] for one in read])


def _value(context: Context, value: Scalar) -> Scalar:
    return to_number(value, context)


def _exact(context: Context, left: Scalar, right: Scalar) -> Scalar:
    return to_text(left, context) == to_text(right, context)


def _hyperlink(context: Context, link: Scalar, label: Scalar = None) -> Scalar:
    return to_text(link, context) if label is None else label


FUNCTIONS: dict[str, Function] = {
    "TEXT": Function(_text, "ss", 2, 2),
    "VALUE": Function(_value, "s", 1, 1),
    "TO_TEXT": Function(lambda context, value: to_text(value, context), "s", 1, 1),
    "LEN": textual(lambda text: float(len(text)), "t"),
    "LEFT": textual(_left, "tN"),
    "RIGHT": textual(_right, "tN"),
    "MID": textual(_mid, "tnn"),
    "TRIM": textual(_trim, "t"),
    "UPPER": textual(lambda text: text.upper(), "t"),
    "LOWER": textual(lambda text: text.lower(), "t"),
    "PROPER": textual(lambda text: text.title(), "t"),
    "SUBSTITUTE": textual(_substitute, "tttN"),
    "REPLACE": textual(_replace, "tnnt"),
    "FIND": textual(_find, "ttN"),
    "SEARCH": textual(_search, "ttN"),
    "REPT": textual(_repeated, "tn"),
    "CHAR": textual(chr, "n"),
    "REGEXMATCH": textual(lambda text, pattern: re.search(pattern, text) is not None, "tt"),
    "EXACT": Function(_exact, "ss", 2, 2),
    "CONCATENATE": Function(_concatenate, "b", 1),
    "CONCAT": Function(_concatenate, "ss", 2, 2),
    "JOIN": Function(_join, "sb", 2),
    "TEXTJOIN": Function(_textjoin, "ssb", 3),
    "SPLIT": Function(_split, "ssss", 2, 4),
    "HYPERLINK": Function(_hyperlink, "ss", 1, 2),
}
