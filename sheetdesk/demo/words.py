"""The words of made-up tickets: names, titles, descriptions, notes, values for own columns.

They stand in `texts.<language>.toml`; a language without such a file speaks English.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["Words", "load_words"]

SLOT = re.compile(r"\{(\w+)\}")
DIGITS = re.compile(r"#+")
BESIDE_HAN = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])")


@dataclass(frozen=True)
class Words:
    """One language's words. Every draw takes its randomness from outside."""

    tree: dict[str, dict[str, Any]]

    def fill(self, text: str, facts: dict[str, str], rng: random.Random) -> str:
        """`text` with slots and digits filled.

        What was drawn joins `facts`, so that a ticket agrees with itself.
        """

        def drawn(match: re.Match[str]) -> str:
            name = match.group(1)
            if name not in facts:
                facts[name] = _digits(rng.choice(self._drawable(name)), rng)
            return facts[name]

        return _digits(SLOT.sub(drawn, text), rng)

    def _drawable(self, name: str) -> list[str]:
        drawable: list[str] = self.tree["slots"].get(name) or self.tree["fields"][name]
        return drawable

    def person(self, rng: random.Random) -> tuple[str, str]:
        """A made-up name and a way to reach it that belongs to nobody."""
        words = self.tree["people"]
        facts = {"first": rng.choice(words["first"]), "last": rng.choice(words["last"])}
        facts["mail"] = f"{facts['first']}.{facts['last']}".lower()
        name = self.fill(words["name"], facts, rng)
        return name, self.fill(rng.choice(words["contact"]), facts, rng)

    def title(self, type_key: str, subtype_key: str, facts: dict[str, str], rng: random.Random) -> str:
        """What such a ticket is about; `facts` may give `type` and `subtype` as titles."""
        known = self.tree["titles"].get(f"{type_key}.{subtype_key}")
        if known is None and "type" in facts:
            facts.setdefault("subtype", facts["type"])
            known = self.tree["generic"]["titles"]
        title = _sentence(self.fill(rng.choice(known or self.tree["generic"]["plain"]), facts, rng))
        # A further fact, if it is not told yet, keeps many tickets of one kind apart.
        suffix = rng.choice(self.tree["suffix"][self._family(type_key)])
        is_new = facts.keys().isdisjoint(SLOT.findall(suffix))
        return _sentence(title + self.fill(suffix, facts, rng)) if is_new and rng.random() < 0.55 else title

    def description(self, type_key: str, facts: dict[str, str], rng: random.Random) -> str:
        """Two or three sentences that fit the type."""
        details = self.tree["details"].get(type_key, self.tree["generic"]["details"])
        closing = rng.sample(self.tree["closing"][self._family(type_key)], rng.choice((1, 1, 2)))
        facts.setdefault("hour", rng.choice(self.tree["notes"]["hours"]))
        sentences = [_sentence(self.fill(text, facts, rng)) for text in (rng.choice(details), *closing)]
        # Chinese sentences end in a wide full stop and need no blank behind it.
        return " ".join(sentences).replace("。 ", "。")

    def _family(self, type_key: str) -> str:
        families = self.tree["families"]
        return next((name for name, types in families.items() if type_key in types), "request")

    def note(self, kind: str, facts: dict[str, str], rng: random.Random) -> str:
        """A remark of the team on an `open`, `pending`, `on_hold`, `done` … ticket."""
        facts.setdefault("hour", rng.choice(self.tree["notes"]["hours"]))
        return _sentence(self.fill(rng.choice(self.tree["notes"][kind]), facts, rng))

    def value(self, column: str, facts: dict[str, str], rng: random.Random) -> str | None:
        """A value for a column that goes by this name in many desks; None for an unknown one."""
        known = self.tree["fields"].get(column)
        return self.fill(rng.choice(known), facts, rng) if known else None

    def tags(self, rng: random.Random) -> str:
        """One or two tags."""
        return ", ".join(rng.sample(self.tree["tags"]["any"], rng.choice((1, 1, 2))))


def _digits(text: str, rng: random.Random) -> str:
    """Every run of # as digits, the first of them not 0; a single one is at least 2."""

    def number(match: re.Match[str]) -> str:
        length = len(match.group())
        return str(rng.randrange(max(2, 10 ** (length - 1)), 10**length))

    return DIGITS.sub(number, text) if "#" in text else text


def _sentence(text: str) -> str:
    """With a capital, and with blanks between Chinese and the letters or digits beside it."""
    return BESIDE_HAN.sub(" ", text[:1].upper() + text[1:])


@cache
def load_words(code: str) -> Words:
    """The words of a language."""
    file = resources.files("sheetdesk.demo").joinpath(f"texts.{code}.toml")
    if not file.is_file():
        return load_words("en")
    return Words(tomllib.loads(file.read_text("utf-8")))
