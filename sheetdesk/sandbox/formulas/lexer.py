"""A formula's text in pieces: references with their tab, texts, numbers, names and signs.

References are found in every locale alike; only numbers and separators depend on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

__all__ = ["REFERENCE", "Token", "Unparsable", "template", "tokens"]

CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]+"
END = r"(?:\$?[A-Za-z]{1,3}(?:\$?[0-9]+)?|\$?[0-9]+)"
TITLE = r"'(?:[^']|'')+'|[^\W\d][\w.]*+"
REFERENCE = rf"(?:(?P<tab>{TITLE})!)?(?:(?P<first>{END}):(?P<last>{END})|(?P<cell>{CELL}))(?![\w.(!\[])"
SLOT = "\0"
TEXT = r'"(?:[^"]|"")*"'
ERROR = r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|ERROR!)"
TABLE = r"[^\W\d]\w*\[(?:[^\[\]]|\[[^\]]*\])*\]"
WORD = r"[^\W\d][\w.]*"
SIGN = r"<>|<=|>=|[-+*/^&=<>%:(){},;\\]"


class Unparsable(ValueError):
    """A text that is no formula."""


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is one of slot, text, error, table, number, word, sign, space."""

    kind: str
    text: str
    start: int


@cache
def _pattern(decimal: str) -> re.Pattern[str]:
    number = rf"(?:\d+(?:{re.escape(decimal)}\d*)?|{re.escape(decimal)}\d+)(?:[eE][+-]?\d+)?"
    kinds = {
        "slot": SLOT,
        "sign": SIGN,
        "space": r"\s+",
        "text": TEXT,
        "reference": re.sub(r"\?P<\w+>", "?:", REFERENCE),
        "error": rf"(?:(?:{TITLE})!)?{ERROR}",
        "table": TABLE,
        "number": number,
        "word": WORD,
    }
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds.items()))


def template(text: str, decimal: str = ".") -> tuple[str, list[str]]:
    """The formula with a slot for each reference, and the references in their order. Raises Unparsable."""
    if SLOT in text:
        raise Unparsable(text)
    references: list[str] = []

    def slotted(match: re.Match[str]) -> str:
        if match.lastgroup != "reference":
            return match.group()
        references.append(match.group())
        return SLOT

    return _pattern(decimal).sub(slotted, text), references


def tokens(text: str, decimal: str = ".") -> list[Token]:
    """The pieces of a template without its `=`. Raises Unparsable at a sign that belongs to none."""
    pattern, found, place = _pattern(decimal), [], 0
    while place < len(text):
        match = pattern.match(text, place)
        if match is None or match.lastgroup is None:
            raise Unparsable(text)
        found.append(Token(match.lastgroup, match.group(), place))
        place = match.end()
    return found
