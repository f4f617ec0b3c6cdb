"""The words that conditions and rules are made of, and the error that says where they make no sense.

English and Chinese words are mixed at will and full-width signs folded, character by character, so that
a position is always one of the text as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sheetdesk.columns.base import UNWRITABLE, plain
from sheetdesk.errors import Cause, near

__all__ = ["LONGEST", "LanguageInvalid", "Named", "Reader", "Token", "check_text", "fold", "known_names",
           "read_tokens"]  # fmt: skip

LONGEST = 2_000
LONGEST_NAME = 8

WORDS = {
    "or": ("or", "或", "或者"), "and": ("and", "且", "并且", "和", "与", "及"), "not": ("not", "非"),
    "in": ("in", "属于"), "not in": ("不属于",), "contains": ("contains", "包含"),
    "lacks": ("不包含",), "is": ("is",), "empty": ("empty", "空"),
    "is empty": ("为空",), "is not empty": ("不为空", "非空"), "me": ("me", "我"),
    "when": ("when", "if", "当", "如果"), "then": ("then", "则", "那么"), "for": ("for", "持续", "达"),
    "now": ("now", "立即"), "as": ("as", "为"), "at": ("at",), "due": ("due",), "before": ("before",),
    "after": ("after",), "before due": ("到期前",), "after due": ("到期后",), "at due": ("到期时",),
    "within": ("within",), "inside": ("内",), "skill": ("skill:", "技能:"), "channel": ("channel:", "频道:"),
    "anyone": ("anyone", "任何人"),
    "duplicates": ("duplicates", "重复"),
}  # fmt: skip
MEANS = {word: kind for kind, words in WORDS.items() for word in words}
TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"[^"]*"|'[^']*'|“[^”]*”|「[^」]*」)
    | (?P<sign>>=|<=|<>|!=|==|[=<>≥≤≠])
    | (?P<mark>[(),、])
    # The apostrophe of Ann's or O'Brien starts no quote.
    | (?P<word>(?:[^\s"'“”「」=<>!≥≤≠(),、]|(?<=[A-Za-z])'(?=[A-Za-z]+(?:[\s),;、]|$)))+)
    )""",
    re.VERBOSE,
)

T = TypeVar("T")


class LanguageInvalid(ValueError):
    """A condition or action nobody can read: `position` counts characters from 0 of `text`."""

    def __init__(self, text: str, position: int, why: Cause) -> None:
        super().__init__(text, position, why)
        self.text, self.position, self.why = text, position, why

    @property
    def reason(self) -> str:
        """Why, in English and without the text."""
        return self.why.en

    def say(self, locale: str) -> str:
        """The reason, and below it the text with a mark under its position."""
        indent = " " * sum(map(_width, self.text[: self.position]))
        return f"{self.why.say(locale)}\n    {''.join(map(_shown, self.text))}\n    {indent}^"

    @property
    def cause(self) -> Cause:
        """The same as part of another error."""
        return Cause.retold(self, self.say("zh"))

    def __str__(self) -> str:
        return self.say("en")


def _shown(sign: str) -> str:
    """What stands for the character where a person reads the error, on one line."""
    kind = unicodedata.category(sign)
    # A mark that turns the direction of writing would move the text away from the caret.
    return "" if kind == "Cf" else " " if kind in ("Cc", "Zl", "Zp") else "�" if kind == "Cs" else sign


def _width(sign: str) -> int:
    if unicodedata.category(sign) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


@dataclass(frozen=True)
class Token:
    """`text` is folded, `typed` to the letter; both without quotes. `end` is behind the quotes."""

    kind: str
    text: str
    typed: str
    position: int
    end: int

    @property
    def means(self) -> str | None:
        return MEANS.get(self.text.lower()) if self.kind == "word" else None


@dataclass(frozen=True)
class Named:
    """A choice that a text names from `start` to `end`, quotes and all, by its column's key and its own."""

    start: int
    end: int
    column: str
    choice: str


def check_text(text: str, longest: int = LONGEST) -> None:
    """Raises LanguageInvalid for a text that is too long, or that no cell can hold."""
    if len(text) > longest:
        raise LanguageInvalid(
            text[:60], 0, Cause(f"longer than {longest} characters", f"超过 {longest} 个字符")
        )
    unwritable = UNWRITABLE.search(text)
    if unwritable:
        raise LanguageInvalid(
            text, unwritable.start(), Cause("no cell can hold this character", "单元格不能存放这个字符")
        )


def fold(text: str) -> str:
    """The text with full-width signs as plain ones, as long as it was."""
    return "".join(f if len(f := unicodedata.normalize("NFKC", c)) == 1 else c for c in text)


def read_tokens(text: str, start: int = 0, stop: int | None = None) -> Iterator[Token]:
    """The tokens between two places of `text`, as far as they are asked for. Raises LanguageInvalid."""
    folded = fold(text[:stop])
    end = len(folded.rstrip())
    position = start
    while position < end:
        match = TOKEN.match(folded, position)
        if match is None or match.lastgroup is None:
            position = end - len(folded[position:end].lstrip())
            raise LanguageInvalid(text, position, Cause("cannot be read from here", "从这里起无法识别"))
        kind = match.lastgroup
        first, last = match.span(kind)
        inner = slice(first + 1, last - 1) if kind == "quoted" else slice(first, last)
        yield Token(kind, folded[inner], text[inner], first, last)
        position = match.end()


def known_names(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """What names mean, folded as they are looked up; of equal ones the last counts."""
    return {_folded_name(name): meant for name, meant in pairs}


def _folded_name(name: str) -> str:
    return " ".join(plain(name).split()).casefold()


class Reader:
    """Walks along the tokens of a part of `text` that ends at `end`.

    `somebody_looks` False: nobody is `me`. `named` gets the choices that are named on the way.
    """

    def __init__(
        self, text: str, tokens: Iterable[Token], end: int, *, somebody_looks: bool = True,
        named: list[Named] | None = None,
    ) -> None:  # fmt: skip
        self.text = text
        self.named = [] if named is None else named
        self.somebody_looks = somebody_looks
        self.tokens = list(tokens)
        self.end = end
        self.at = 0

    def wrong(self, token: Token | None, reason: Cause) -> LanguageInvalid:
        return LanguageInvalid(self.text, self.end if token is None else token.position, reason)

    def unknown(self, token: Token | None, reason: Cause, word: str, known: Iterable[str]) -> LanguageInvalid:
        """`reason`, and what of `known` was likely meant by `word`."""
        like = near(word, known)
        hint = Cause(f", did you mean '{like}'?", f"，是否想写“{like}”？")
        return self.wrong(token, reason + hint if like else reason)

    def peek(self, ahead: int = 0) -> Token | None:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def next_is(self, kind: str) -> bool:
        token = self.peek()
        return token is not None and token.means == kind

    def take(self, kind: str) -> bool:
        found = self.next_is(kind)
        self.at += found
        return found

    def part(self, kind: str) -> None:
        """Parts a word of this kind from what is glued to it: `持续30分钟`, `skill:network`."""
        token = self.peek()
        if token is None or token.kind != "word":
            return
        for word in WORDS[kind]:
            place = len(word)
            rest = token.text[place:]
            if token.text.lower().startswith(word) and rest and (word[-1] == ":" or rest[0].isdigit()):
                middle = token.position + place
                self.tokens[self.at : self.at + 1] = [
                    Token("word", token.text[:place], token.typed[:place], token.position, middle),
                    Token("word", rest, token.typed[place:], middle, token.end),
                ]
                return

    def mark(self, mark: str) -> bool:
        token = self.peek()
        found = token is not None and token.kind == "mark" and token.text == mark
        self.at += found
        return found

    def name(self, known: Mapping[str, T]) -> T | None:
        """What the longest run from here that is a known name means; stays here where none is.

        A name of several words, or with brackets as in `用时（小时）`, may stand without quotes.
        """
        first = self.peek()
        if first is None or first.kind not in ("word", "quoted"):
            return None
        best = None
        for length in range(1, LONGEST_NAME + 1):
            last = self.peek(length - 1)
            if last is None or (length > 1 and (first.kind == "quoted" or last.kind not in ("word", "mark"))):
                break
            run = first.typed if length == 1 else self.text[first.position : last.end]
            meant = known.get(_folded_name(run))
            best = best if meant is None else (length, meant)
        if best is None:
            return None
        self.at += best[0]
        return best[1]

    def rest(self, until: Callable[[Token], bool] = lambda token: False) -> Token | None:
        """All up to `until` or the end as one token; None where nothing is left.

        Words keep the blanks between them; something quoted that stands alone loses its quotes.
        """
        first = self.at
        while (token := self.peek()) is not None and not until(token):
            self.at += 1
        run = self.tokens[first : self.at]
        if len(run) < 2:
            return run[0] if run else None
        start, end = run[0].position, run[-1].end
        return Token("word", fold(self.text[start:end]), self.text[start:end], start, end)

    def finish(self, after: Cause | None) -> None:
        """Raises LanguageInvalid where something is left; `after` says what may stand there, if anything."""
        token = self.peek()
        if token is not None:
            odd = Cause(f"'{token.text}' does not belong here", f"“{token.text}”不应在此")
            raise self.wrong(token, odd if after is None else odd + after)
