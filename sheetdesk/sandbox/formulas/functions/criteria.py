"""The criteria of COUNTIF and its like: a value, a comparison such as `>5`, a text with wildcards.

`*` stands for any text, `?` for one sign, `~` before either for itself. A comparison with a number or
a date finds only numbers. Assumed from Google's behaviour where its help is silent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sheetdesk.sandbox.formulas.blocks import Block
from sheetdesk.sandbox.formulas.scalars import Context, Scalar, compare, key_of
from sheetdesk.sandbox.values import read_number

__all__ = ["has_wildcard", "matching", "wildcard"]

SIGNS = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
Test = Callable[[Scalar], bool]


def matching(
    block: Block, column: int, criterion: Scalar, context: Context, among: Sequence[int] | None = None
) -> Sequence[int]:
    """The rows of a block's column that meet a criterion, in order; with `among`, those of these rows."""
    sign, wanted = _read(criterion, context)
    if sign == "=" and not isinstance(wanted, re.Pattern) and among is None:
        places = block.places(column)
        if wanted == "":
            # A criterion of nothing finds empty cells and empty texts.
            return sorted(places.get("", []) + places.get(None, []))
        return places.get(key_of(wanted), [])
    test, values = _test(sign, wanted), block.column(column)
    if among is None:
        return [row for row, value in enumerate(values) if test(value)]
    return [row for row in among if test(values[row])]


def _read(criterion: Scalar, context: Context) -> tuple[str, Scalar | re.Pattern[str]]:
    if criterion is None:
        return "=", ""
    if not isinstance(criterion, str):
        return "=", criterion
    match = SIGNS.fullmatch(criterion)
    sign, text = (match.group(1) or "=", match.group(2)) if match else ("=", criterion)
    if text.upper() in ("TRUE", "FALSE", context.facts.true, context.facts.false):
        return sign, text.upper() in ("TRUE", context.facts.true)
    number = read_number(text.strip(), context.facts, context.now) if text.strip() else None
    if number is not None:
        return sign, float(number[0])
    if sign in ("=", "<>") and has_wildcard(text):
        return sign, wildcard(text)
    return sign, text


def _test(sign: str, wanted: Scalar | re.Pattern[str]) -> Test:
    if isinstance(wanted, re.Pattern):
        found = wanted.fullmatch
        if sign == "=":
            return lambda value: isinstance(value, str) and found(value) is not None
        return lambda value: not (isinstance(value, str) and found(value) is not None)
    if sign == "=":
        if wanted == "":
            return lambda value: value is None or value == ""
        same = key_of(wanted)
        return lambda value: key_of(value) == same
    if sign == "<>":
        if wanted == "":
            return lambda value: value is not None
        key = key_of(wanted)
        return lambda value: key_of(value) != key
    if isinstance(wanted, float):
        return _numbers(sign, wanted)
    holds = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0)}[sign]
    kind = type(wanted)
    return lambda value: type(value) is kind and compare(value, wanted) in holds


def _numbers(sign: str, limit: float) -> Test:
    if sign == "<":
        return lambda value: type(value) is float and value < limit
    if sign == "<=":
        return lambda value: type(value) is float and value <= limit
    if sign == ">":
        return lambda value: type(value) is float and value > limit
    return lambda value: type(value) is float and value >= limit


def has_wildcard(text: str) -> bool:
    return any(sign in text for sign in "*?~")


def wildcard(text: str) -> re.Pattern[str]:
    """A text with wildcards as a pattern for whole texts."""
    parts = re.findall(r"~[*?~]|.", text, re.DOTALL)
    signs = {"*": ".*", "?": "."}
    pattern = "".join(signs.get(part) or re.escape(part[-1]) for part in parts)
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)
