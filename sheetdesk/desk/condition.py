"""Which tickets are meant: `owner = me and (priority >= P2 or 状态 属于 (新建, 处理中))`.

One small language, English and Chinese words mixed at will, full-width signs folded. It compares
columns with values and joins comparisons; there is nothing to call, and text from cells is data,
never a condition. `>=` on a choice column means "as urgent or more": choices are listed highest first.

    condition  := all ("or" all)*          all  := one ("and" one)*
    one        := "not" one | "(" condition ")" | column test
    test       := sign value | "in" "(" value, … ")" | "contains" value | "is" ["not"] "empty"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sheetdesk.columns.base import Column
from sheetdesk.desk.language_causes import JOINED, UNCLOSED
from sheetdesk.desk.tokens import LanguageInvalid, Named, Reader, Token, check_text, read_tokens
from sheetdesk.desk.value import ME, choice_names, column_names, read_column, read_value
from sheetdesk.errors import Cause

__all__ = ["ME", "All", "Any_", "Condition", "ConditionInvalid", "Not", "Test", "parse_condition",
           "read_condition", "speaks_of_me"]  # fmt: skip

DEEPEST = 20

SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "==": "=", "=": "=", "!=": "!="}
SIGNS |= {sign: sign for sign in (">=", "<=", ">", "<")}


@dataclass(frozen=True)
class Test:
    """One comparison of a column. `value` is a key, number, moment, text, tuple of these, or ME."""

    column: str
    sign: Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "lacks", "empty", "filled"]
    value: Any = None


@dataclass(frozen=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any_:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    part: Condition


Condition = Test | All | Any_ | Not
ConditionInvalid = LanguageInvalid


def parse_condition(text: str, columns: Sequence[Column]) -> Condition:
    """The condition in `text` over `columns`, named by key or title. Raises ConditionInvalid."""
    check_text(text)
    reader = Reader(text, read_tokens(text), len(text))
    condition = read_condition(reader, columns)
    reader.finish(JOINED)
    return condition


def read_condition(reader: Reader, columns: Sequence[Column]) -> Condition:
    """The condition that starts here, as far as it goes. Raises ConditionInvalid."""
    return _Parser(reader, columns).either()


def speaks_of_me(condition: Condition | None) -> bool:
    """Whether what it means depends on who is looking."""
    if isinstance(condition, Test):
        return condition.value is ME or (isinstance(condition.value, tuple) and ME in condition.value)
    if isinstance(condition, Not):
        return speaks_of_me(condition.part)
    return condition is not None and any(speaks_of_me(part) for part in condition.parts)


class _Parser:
    def __init__(self, reader: Reader, columns: Sequence[Column]) -> None:
        self.reader = reader
        self.columns = column_names(columns)
        self.depth = 0

    def either(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.reader.wrong(
                self.reader.peek(), Cause(f"more than {DEEPEST} levels deep", f"嵌套超过 {DEEPEST} 层")
            )
        parts = [self._all()]
        while self.reader.take("or"):
            parts.append(self._all())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._one()]
        while self.reader.take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        reader = self.reader
        negated = False
        while reader.take("not"):
            negated = not negated
        if reader.mark("("):
            inner = self.either()
            if not reader.mark(")"):
                raise reader.wrong(reader.peek(), UNCLOSED)
        else:
            inner = self._test()
        return Not(inner) if negated else inner

    def _test(self) -> Test:
        reader = self.reader
        column = read_column(reader, self.columns)
        token = reader.peek()
        if token is None:
            raise reader.wrong(
                None,
                Cause(
                    f"a test such as `= …` or `is empty` must follow '{column.key}'",
                    f"“{column.key}”之后应有条件，例如 `= …` 或 `为空`",
                ),
            )
        if token.kind == "sign":
            reader.at += 1
            sign = SIGNS[token.text]
            if sign not in ("=", "!=") and column.type in ("person", "flag"):
                raise reader.wrong(
                    token,
                    Cause(
                        f"'{column.key}' has no order; use = or !=",
                        f"“{column.key}”没有大小之分，请用 = 或 !=",
                    ),
                )
            return Test(column.key, sign, self._value(column))  # type: ignore[arg-type]
        if reader.take("is empty"):
            return Test(column.key, "empty")
        if reader.take("is not empty"):
            return Test(column.key, "filled")
        if reader.take("is"):
            negated = reader.take("not")
            if not reader.take("empty"):
                raise reader.wrong(
                    reader.peek(),
                    Cause(
                        "only `is empty` and `is not empty` follow `is`",
                        "`is` 之后只能是 `empty` 或 `not empty`",
                    ),
                )
            return Test(column.key, "filled" if negated else "empty")
        if reader.take("contains"):
            return Test(column.key, "contains", self._text().typed)
        if reader.take("lacks"):
            return Test(column.key, "lacks", self._text().typed)
        negated = reader.take("not in") or reader.take("not")
        if negated and reader.take("contains"):
            return Test(column.key, "lacks", self._text().typed)
        if reader.take("in") or negated:
            return Test(column.key, "not in" if negated else "in", self._values(column))
        raise reader.wrong(
            token,
            Cause(
                f"'{token.text}' is no test; use = != < > in, contains, is empty",
                f"“{token.text}”不是条件，请用 = != < >、属于、包含、为空",
            ),
        )

    def _values(self, column: Column) -> tuple[Any, ...]:
        reader = self.reader
        if not reader.mark("("):
            raise reader.wrong(
                reader.peek(),
                Cause("a list in brackets is expected, such as (a, b)", "此处应为括号中的列表，例如 (a, b)"),
            )
        values = [self._value(column)]
        while reader.mark(",") or reader.mark("、"):
            values.append(self._value(column))
        if not reader.mark(")"):
            raise reader.wrong(reader.peek(), UNCLOSED)
        return tuple(values)

    def _text(self) -> Token:
        token = self.reader.peek()
        if token is None or token.kind not in ("word", "quoted"):
            raise self.reader.wrong(token, Cause("a text is expected here", "此处应为文本"))
        self.reader.at += 1
        return token

    def _value(self, column: Column) -> Any:
        # A title of several words may stand without quotes.
        reader, first = self.reader, self.reader.peek()
        choice = reader.name(choice_names(column)) if column.type == "choice" else None
        if choice is None or first is None:
            return read_value(reader, self._text(), column)
        end = reader.tokens[reader.at - 1].end
        reader.named.append(Named(first.position, end, column.key, choice.key))
        return choice.key
