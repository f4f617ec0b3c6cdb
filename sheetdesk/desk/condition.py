"""Which tickets are meant: `owner = me and (priority >= P2 or 状态 属于 (新建, 处理中))`.

One small language, English and Chinese words mixed at will, full-width signs folded. It compares
columns with values and joins comparisons; there is nothing to call, and text from cells is data,
never a condition. `>=` on a choice column means "as urgent or more": choices are listed highest first.

    condition  := all ("or" all)*          all  := one ("and" one)*
    one        := "not" one | "(" condition ")" | column test
    test       := sign value | "in" "(" value, … ")" | "contains" value | "is" ["not"] "empty"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sheetdesk.columns.base import Column, plain
from sheetdesk.columns.flag import NO, YES
from sheetdesk.columns.moment import EARLIEST, LATEST, parse_moment
from sheetdesk.columns.number import parse_number
from sheetdesk.errors import near

__all__ = ["All", "Any_", "Condition", "ConditionInvalid", "Not", "Test", "parse_condition",
           "speaks_of_me"]  # fmt: skip

LONGEST = 2_000
DEEPEST = 20

WORDS = {
    "or": ("or", "或", "或者"), "and": ("and", "且", "并且", "和"), "not": ("not", "非"),
    "in": ("in", "属于"), "not in": ("不属于",), "contains": ("contains", "包含"),
    "lacks": ("不包含",), "is": ("is",), "empty": ("empty", "空"),
    "is empty": ("为空",), "is not empty": ("不为空", "非空"), "me": ("me", "我"),
}  # fmt: skip
MEANS = {word: kind for kind, words in WORDS.items() for word in words}
SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "==": "=", "=": "=", "!=": "!="}
SIGNS |= {sign: sign for sign in (">=", "<=", ">", "<")}
TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"[^"]*"|'[^']*'|“[^”]*”|「[^」]*」)
    | (?P<sign>>=|<=|<>|!=|==|[=<>≥≤≠])
    | (?P<mark>[(),、])
    | (?P<word>[^\s"'“”「」=<>!≥≤≠(),、]+)
    )""",
    re.VERBOSE,
)


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
ME = object()


class ConditionInvalid(ValueError):
    """A condition nobody can read: `position` counts characters from 0 of `text`."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        # A caret under the place, counting a wide character as two.
        before = text[:position]
        indent = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before)
        shown = re.sub(r"[\n\r\t]", " ", text)
        super().__init__(f"{reason}\n    {shown}\n    {' ' * indent}^")
        self.text, self.position, self.reason = text, position, reason


@dataclass(frozen=True)
class _Token:
    """`text` is folded, `typed` to the letter; both without quotes."""

    kind: str
    text: str
    typed: str
    position: int


def parse_condition(text: str, columns: Sequence[Column]) -> Condition:
    """The condition in `text` over `columns`, named by key or title. Raises ConditionInvalid."""
    if len(text) > LONGEST:
        raise ConditionInvalid(text[:60], 0, f"longer than {LONGEST} characters")
    return _Parser(text, columns).whole()


def speaks_of_me(condition: Condition | None) -> bool:
    """Whether what it means depends on who is looking."""
    if isinstance(condition, Test):
        return condition.value is ME or (isinstance(condition.value, tuple) and ME in condition.value)
    if isinstance(condition, Not):
        return speaks_of_me(condition.part)
    return condition is not None and any(speaks_of_me(part) for part in condition.parts)


class _Parser:
    def __init__(self, text: str, columns: Sequence[Column]) -> None:
        self.text = text
        # A key is stable, so it wins over another column's title.
        self.columns = {plain(column.title).casefold(): column for column in columns}
        self.columns |= {column.key.casefold(): column for column in columns}
        self.tokens = self._tokens()
        self.at = 0
        self.depth = 0

    def _tokens(self) -> list[_Token]:
        # Folding character by character keeps positions those of the text as typed.
        folded = "".join(f if len(f := unicodedata.normalize("NFKC", c)) == 1 else c for c in self.text)
        end = len(folded.rstrip())
        tokens = []
        position = 0
        while position < end:
            match = TOKEN.match(folded, position)
            if match is None or match.lastgroup is None:
                position = end - len(folded[position:end].lstrip())
                raise ConditionInvalid(self.text, position, "cannot be read from here")
            kind = match.lastgroup
            start, stop = match.span(kind)
            inner = slice(start + 1, stop - 1) if kind == "quoted" else slice(start, stop)
            tokens.append(_Token(kind, folded[inner], self.text[inner], start))
            position = match.end()
        return tokens

    def whole(self) -> Condition:
        condition = self._or()
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            raise self._wrong(token, f"'{token.text}' does not belong here; join with `and` or `or`")
        return condition

    def _wrong(self, token: _Token | None, reason: str) -> ConditionInvalid:
        return ConditionInvalid(self.text, len(self.text) if token is None else token.position, reason)

    def _peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _is(self, kind: str) -> bool:
        token = self._peek()
        return token is not None and token.kind == "word" and MEANS.get(token.text.lower()) == kind

    def _take(self, kind: str) -> bool:
        found = self._is(kind)
        self.at += found
        return found

    def _mark(self, mark: str) -> bool:
        token = self._peek()
        found = token is not None and token.kind == "mark" and token.text == mark
        self.at += found
        return found

    def _or(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._wrong(self._peek(), f"more than {DEEPEST} levels deep")
        parts = [self._and()]
        while self._take("or"):
            parts.append(self._and())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def _and(self) -> Condition:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        negated = False
        while self._take("not"):
            negated = not negated
        if self._mark("("):
            inner = self._or()
            if not self._mark(")"):
                raise self._wrong(self._peek(), "a closing bracket is missing")
        else:
            inner = self._test()
        return Not(inner) if negated else inner

    def _column(self) -> Column:
        token = self._peek()
        if token is None or token.kind in ("sign", "mark"):
            raise self._wrong(token, "a column is expected here")
        self.at += 1
        name = token.text
        # A title of several words may stand without quotes: take the longest run that is one.
        best = None
        words = name
        for ahead in range(self.at, min(self.at + 4, len(self.tokens)) + 1):
            if plain(words).casefold() in self.columns:
                best = (ahead, self.columns[plain(words).casefold()])
            if ahead < len(self.tokens) and self.tokens[ahead].kind == "word":
                words = f"{words} {self.tokens[ahead].text}"
            else:
                break
        if best is None:
            like = near(name, [c.key for c in self.columns.values()] + [*self.columns])
            raise self._wrong(token, f"no column '{name}'" + (f", did you mean '{like}'?" if like else ""))
        self.at = best[0]
        return best[1]

    def _test(self) -> Test:
        column = self._column()
        token = self._peek()
        if token is None:
            raise self._wrong(None, f"a test such as `= …` or `is empty` must follow '{column.key}'")
        if token.kind == "sign":
            self.at += 1
            sign = SIGNS[token.text]
            if sign not in ("=", "!=") and column.type in ("person", "flag"):
                raise self._wrong(token, f"'{column.key}' has no order; use = or !=")
            return Test(column.key, sign, self._value(column))  # type: ignore[arg-type]
        if self._take("is empty"):
            return Test(column.key, "empty")
        if self._take("is not empty"):
            return Test(column.key, "filled")
        if self._take("is"):
            negated = self._take("not")
            if not self._take("empty"):
                raise self._wrong(self._peek(), "only `is empty` and `is not empty` follow `is`")
            return Test(column.key, "filled" if negated else "empty")
        if self._take("contains"):
            return Test(column.key, "contains", self._text())
        if self._take("lacks"):
            return Test(column.key, "lacks", self._text())
        negated = self._take("not in") or self._take("not")
        if (negated and self._is("contains")) and self._take("contains"):
            return Test(column.key, "lacks", self._text())
        if self._take("in") or negated:
            return Test(column.key, "not in" if negated else "in", self._values(column))
        raise self._wrong(token, f"'{token.text}' is no test; use = != < > in, contains, is empty")

    def _values(self, column: Column) -> tuple[Any, ...]:
        if not self._mark("("):
            raise self._wrong(self._peek(), "a list in brackets is expected, such as (a, b)")
        values = [self._value(column)]
        while self._mark(",") or self._mark("、"):
            values.append(self._value(column))
        if not self._mark(")"):
            raise self._wrong(self._peek(), "a closing bracket is missing")
        return tuple(values)

    def _text(self) -> str:
        token = self._peek()
        if token is None or token.kind not in ("word", "quoted"):
            raise self._wrong(token, "a text is expected here")
        self.at += 1
        return token.typed

    def _value(self, column: Column) -> Any:
        token = self._peek()
        typed = self._text()
        if column.type == "text":
            return typed
        # Other kinds are folded when a cell is read, so they are here.
        text = " ".join(plain(typed).split())
        if column.type == "person":
            quoted = token is not None and token.kind == "quoted"
            return ME if not quoted and MEANS.get(text.lower()) == "me" else text
        if column.type == "flag":
            if text.casefold() not in YES | NO:
                raise self._wrong(token, f"'{text}' is neither yes nor no")
            return text.casefold() in YES
        if column.type == "choice":
            if not column.choices:
                return text
            for words in (lambda c: (c.title,), lambda c: (c.key,), lambda c: c.was):
                for choice in column.choices:
                    if text.casefold() in (plain(word).casefold() for word in words(choice)):
                        return choice.key
            like = near(text, [word for c in column.choices for word in (c.title, c.key)])
            raise self._wrong(
                token,
                f"'{text}' is not a value of '{column.key}'" + (f", did you mean '{like}'?" if like else ""),
            )
        if column.type == "number":
            number = parse_number(text)
            if number is None:
                raise self._wrong(token, f"'{text}' is not a number, and '{column.key}' holds numbers")
            return number
        if column.type in ("moment", "date"):
            moment = parse_moment(text, None)
            out = moment is None or not EARLIEST <= moment.replace(tzinfo=None) <= LATEST
            if out or (column.type == "date" and moment is not None and moment.tzinfo is not None):
                raise self._wrong(token, f"'{text}' is not a date; write 2026-03-31")
            return moment
        return text
