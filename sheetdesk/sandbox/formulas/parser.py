"""Formula texts as trees, by the separators of the spreadsheet's locale."""

from __future__ import annotations

import re
from functools import lru_cache

from sheetdesk.sandbox.a1 import column_index
from sheetdesk.sandbox.formulas.lexer import REFERENCE, Token, Unparsable, template, tokens
from sheetdesk.sandbox.formulas.scalars import Error, Scalar
from sheetdesk.sandbox.formulas.syntax import (
    ArrayLiteral,
    Binary,
    Call,
    Constant,
    Name,
    Node,
    Range,
    Slot,
    TableColumn,
    Unary,
)
from sheetdesk.sandbox.locales import Locale
from sheetdesk.sandbox.number_formats import ERROR_TEXTS

__all__ = ["parse", "read_range"]

LEVELS = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
# How deep functions and brackets may stand in one another.
DEEPEST = 60
ERRORS = {text: kind for kind, text in ERROR_TEXTS.items()}
WHOLE = re.compile(REFERENCE)
PLACE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?")


# A formula is asked for by every state of a book, and its references stand in many others.
@lru_cache(maxsize=10_000)
def parse(text: str, facts: Locale) -> tuple[Node, tuple[Range, ...]]:
    """The tree of a formula that begins with `=`, and what its slots refer to. Raises Unparsable."""
    shape, references = template(text.removeprefix("="), facts.decimal)
    return _tree(shape, facts), tuple(read_range(reference) for reference in references)


@lru_cache(maxsize=10_000)
def _tree(shape: str, facts: Locale) -> Node:
    return _Parser(shape, facts).whole()


@lru_cache(maxsize=10_000)
def read_range(text: str) -> Range:
    """A reference token: `A1`, `'My tab'!$A2:A`, `2:3`."""
    match = WHOLE.fullmatch(text)
    if match is None:
        raise Unparsable(text)
    tab = match["tab"]
    if tab is not None and tab.startswith("'"):
        tab = tab[1:-1].replace("''", "'")
    first, last = match["first"] or match["cell"], match["last"] or match["cell"]
    rows, columns = [], []
    for end in (first, last):
        place = PLACE.fullmatch(end)
        letters, digits = place.groups() if place else (None, None)
        columns.append(None if letters is None else column_index(letters))
        rows.append(None if digits is None else int(digits) - 1)
    return Range(tab, *_span(rows[0], rows[1]), *_span(columns[0], columns[1]))


def _span(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    if first is not None and last is not None:
        return min(first, last), max(first, last) + 1
    # A2:A and A:A2 both go on from row 2.
    start = first if first is not None else last
    return start, None


class _Parser:
    def __init__(self, text: str, facts: Locale) -> None:
        found = tokens(text, facts.decimal)
        self.tokens = [token for token in found if token.kind != "space"]
        self.facts = facts
        self.text = text
        self.place = 0
        self.slots = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.level(0)
        if self.place < len(self.tokens):
            raise Unparsable(self.text)
        return node

    def sign(self, *signs: str) -> str:
        """Take the next token if it is one of these signs."""
        if self.place < len(self.tokens):
            token = self.tokens[self.place]
            if token.kind == "sign" and token.text in signs:
                self.place += 1
                return token.text
        return ""

    def expect(self, sign: str) -> None:
        if not self.sign(sign):
            raise Unparsable(self.text)

    def level(self, level: int) -> Node:
        if level == len(LEVELS):
            self.depth += 1
            if self.depth > DEEPEST:
                raise Unparsable(self.text)
            node = self.signed()
            self.depth -= 1
            return node
        node = self.level(level + 1)
        while sign := self.sign(*LEVELS[level]):
            node = Binary(sign, node, self.level(level + 1))
        return node

    def signed(self) -> Node:
        """A minus binds tighter than `^`: -2^2 is 4."""
        if sign := self.sign("-", "+"):
            return Unary(sign, self.signed())
        node = self.ranged()
        while self.sign("%"):
            node = Unary("%", node)
        return node

    def ranged(self) -> Node:
        node = self.atom()
        while self.sign(":"):
            node = Binary(":", node, self.atom())
        return node

    def next(self) -> Token:
        if self.place >= len(self.tokens):
            raise Unparsable(self.text)
        self.place += 1
        return self.tokens[self.place - 1]

    def atom(self) -> Node:
        token = self.next()
        if token.kind == "number":
            return Constant(float(token.text.replace(self.facts.decimal, ".")))
        if token.kind == "text":
            return Constant(token.text[1:-1].replace('""', '"'))
        if token.kind == "slot":
            self.slots += 1
            return Slot(self.slots - 1)
        if token.kind == "error":
            kind = ERRORS[token.text[token.text.rindex("#") :]]
            return Constant(Error(kind, "Reference does not exist." if kind == "REF" else ""))
        if token.kind == "table":
            table, _, part = token.text.partition("[")
            return TableColumn(table, part[:-1])
        if token.kind == "word":
            return self.word(token.text)
        if token.text == "(":
            node = self.level(0)
            self.expect(")")
            return node
        if token.text == "{":
            return self.array()
        raise Unparsable(self.text)

    def word(self, word: str) -> Node:
        if self.sign("("):
            return Call(word.upper(), self.arguments())
        truth: dict[str, Scalar] = {"TRUE": True, "FALSE": False}
        truth |= {self.facts.true: True, self.facts.false: False}
        return Constant(truth[word.upper()]) if word.upper() in truth else Name(word)

    def arguments(self) -> tuple[Node, ...]:
        separators = (";",) if self.facts.decimal == "," else (",", ";")
        if self.sign(")"):
            return ()
        given: list[Node] = []
        while True:
            given.append(Constant(None) if self.peeks(*separators, ")") else self.level(0))
            if self.sign(")"):
                return tuple(given)
            if not self.sign(*separators):
                raise Unparsable(self.text)

    def peeks(self, *signs: str) -> bool:
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        return token is not None and token.kind == "sign" and token.text in signs

    def array(self) -> Node:
        columns = (self.facts.column,) if self.facts.decimal == "," else (",", "\\")
        rows: list[tuple[Node, ...]] = []
        row: list[Node] = []
        if self.sign("}"):
            raise Unparsable(self.text)
        while True:
            row.append(self.level(0))
            if self.sign(*columns):
                continue
            rows.append(tuple(row))
            row = []
            if self.sign("}"):
                return ArrayLiteral(tuple(rows))
            self.expect(";")
