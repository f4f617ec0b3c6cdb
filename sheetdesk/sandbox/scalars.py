"""Single values of a JSON body read as the type of their field, as leniently as Google's front end does."""

from __future__ import annotations

import re
from typing import Any

from sheetdesk.sandbox.message_types import Field

__all__ = ["Unfit", "quoted", "scalar", "without_surrogates"]


class Unfit(ValueError):
    """A value that is not of its type; its words are how Google quotes it."""


def scalar(field: Field, part: Any) -> Any:
    """A value of a field that is no message. Raises Unfit."""
    if field.kind == "string" and isinstance(part, str):
        return without_surrogates(part)
    if field.kind == "bool":
        return _flag(part)
    if field.kind == "enum":
        return _enum(field, part)
    if field.kind in _WHOLE:
        number = _whole(part, *_WHOLE[field.kind])
        return str(number) if field.kind == "int64" else number
    if field.kind in ("double", "float"):
        return _number(part)
    raise Unfit(quoted(part))


def without_surrogates(text: str) -> str:
    """The text with halves of surrogate pairs replaced, as Google reads them."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_WHOLE = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1), "int64": (-(2**63), 2**63 - 1)}
_YES = frozenset({"true", "t", "yes", "y", "1"})
_NO = frozenset({"false", "f", "no", "n", "0"})


def _flag(part: Any) -> bool:
    if isinstance(part, bool):
        return part
    if isinstance(part, str) and part.isascii() and part.lower() in _YES | _NO:
        return part.lower() in _YES
    if isinstance(part, int | float) and part in (0, 1):
        return bool(part)
    raise Unfit(quoted(part))


def _whole(part: Any, least: int, most: int) -> int:
    number: int | None = None
    if isinstance(part, str):
        # Spaces around are refused, other blanks are not.
        if (
            part[:1] != " "
            and part[-1:] != " "
            and re.fullmatch(r"[+-]?[0-9]{1,40}", part.strip("\t\n\v\f\r"))
        ):
            number = int(part)
    elif not isinstance(part, bool) and (
        isinstance(part, int) or (isinstance(part, float) and part == part // 1)
    ):
        number = int(part)
    if number is None or not least <= number <= most:
        raise Unfit(quoted(part))
    return number


def _number(part: Any) -> float | int:
    if isinstance(part, str) and re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", part):
        return float(part)
    if isinstance(part, str) and part in ("NaN", "Infinity", "-Infinity"):
        return float(part)
    if isinstance(part, int | float) and not isinstance(part, bool):
        return part
    raise Unfit(quoted(part))


def _enum(field: Field, part: Any) -> str | int:
    if isinstance(part, str):
        if part in field.values:
            return part
        upper = "".join(letter.upper() if letter.isascii() else letter for letter in part).replace("-", "_")
        if upper in field.values:
            return upper
        if not 0 <= _whole(part, *_WHOLE["int32"]) < len(field.values):
            raise Unfit(quoted(part))
    number = _whole(part, *_WHOLE["int32"])
    # A number that the enum does not declare passes the front end.
    return field.values[number] if 0 <= number < len(field.values) else number


def quoted(part: Any) -> str:
    """A value as refusals quote it: nothing in a text is escaped, a float has 15 digits or 17."""
    if isinstance(part, str):
        return f'"{part}"'
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, float) or (isinstance(part, int) and not -(2**63) <= part < 2**64):
        short = f"{float(part):.15g}"
        return short if float(short) == part else f"{float(part):.17g}"
    return str(part)
