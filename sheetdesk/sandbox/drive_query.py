"""The search language of Drive's files.list: `name = 'x' and ('id' in parents or trashed = false)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sheetdesk.sandbox.drive_errors import invalid

__all__ = ["query"]

Test = Callable[[Mapping[str, Any]], bool]

TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<sign><=|>=|!=|=|<|>|\(|\))|(?P<word>[\w.]+))"""
)
FIELDS = ("name", "fullText", "mimeType", "modifiedTime", "viewedByMeTime", "createdTime", "trashed",
          "starred", "parents", "owners", "writers", "readers", "sharedWithMe")  # fmt: skip
"""The fields that can be asked for; of these only `starred` is always false here."""


def query(text: str) -> Test:
    """What a `q` selects, as a test of a file's full JSON. Raises ApiError with 400 for an unreadable one."""
    if not text.strip():
        return lambda file: True
    return _Reader(text).whole()


class _Reader:
    """Reads a query from left to right; `and` binds closer than `or`."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text.rstrip()):
            found = TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                raise invalid("q")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        self.place = 0

    def whole(self) -> Test:
        test = self.either()
        if self.place < len(self.tokens):
            raise invalid("q")
        return test

    def either(self) -> Test:
        tests = [self.both()]
        while self.word("or"):
            tests.append(self.both())
        return lambda file: any(test(file) for test in tests)

    def both(self) -> Test:
        tests = [self.term()]
        while self.word("and"):
            tests.append(self.term())
        return lambda file: all(test(file) for test in tests)

    def term(self) -> Test:
        if self.word("not"):
            denied = self.term()
            return lambda file: not denied(file)
        if self.sign("("):
            inner = self.either()
            if not self.sign(")"):
                raise invalid("q")
            return inner
        kind, left = self.next()
        if kind == "text":
            if not self.word("in"):
                raise invalid("q")
            return _contains(self.field(), _plain(left))
        if left == "sharedWithMe":
            return lambda file: bool(file.get("sharedWithMe"))
        if left not in FIELDS:
            raise invalid("q")
        _, sign = self.next()
        kind, right = self.next()
        if sign == "in":
            # gspread writes the folder at the wrong side of `in`, and is understood.
            return _contains(left, _plain(right))
        return _compared(left, sign, _plain(right) if kind == "text" else right)

    def field(self) -> str:
        kind, name = self.next()
        if kind != "word" or name not in FIELDS:
            raise invalid("q")
        return name

    def next(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise invalid("q")
        self.place += 1
        return self.tokens[self.place - 1]

    def word(self, wanted: str) -> bool:
        return self._skip(("word", wanted))

    def sign(self, wanted: str) -> bool:
        return self._skip(("sign", wanted))

    def _skip(self, token: tuple[str, str]) -> bool:
        if self.place < len(self.tokens) and self.tokens[self.place] == token:
            self.place += 1
            return True
        return False


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _contains(field: str, value: str) -> Test:
    return lambda file: value in file.get(field, ())


def _compared(field: str, sign: str, wanted: str) -> Test:
    def test(file: Mapping[str, Any]) -> bool:
        value = file.get(field, False)
        found = str(value).lower() if isinstance(value, bool) else str(value)
        # Names are compared whatever their case, as people look for them.
        left, right = found.casefold(), wanted.casefold()
        match sign:
            case "=":
                return left == right
            case "!=":
                return left != right
            case "contains":
                return right in left
            case "<":
                return left < right
            case "<=":
                return left <= right
            case ">":
                return left > right
            case _:
                return left >= right

    if sign not in ("=", "!=", "contains", "<", "<=", ">", ">="):
        raise invalid("q")
    return test
