"""Ticket ids: their form, the next ones, and which texts are one.

A form is text with `{n:05}` (a counter, zero-filled), any of `{yyyy} {yy} {mm} {dd}` joined freely
(`{yyyymm}`), and `{check}` (a check digit, behind the counter). The counter runs per date part:
`{yyyymm}-{n:04}` starts anew each month. A counter only ever rises, so no id is used twice.
Source of the check digit: ISO/IEC 7812-1 annex B (Luhn), over the digits before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sheetdesk.errors import Cause

__all__ = ["IdForm", "IdFormInvalid", "luhn_digit"]

FIELD = re.compile(r"\{([^{}]*)\}")
WIDEST = 17
"""Digits of a counter; an id stays within what a number holds exactly."""
DATE_PART = re.compile(r"(yyyy|yy|mm|dd)+$")
COUNTER = re.compile(r"n(?::0?([0-9]{1,2}))?$")


class IdFormInvalid(ValueError):
    """A form that cannot make ids; the cause says why."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


def luhn_digit(digits: str) -> str:
    """The digit that makes `digits` + it a Luhn number."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


@dataclass(frozen=True)
class IdForm:
    """A parsed form. `period` of an id is its date part: the counter's scope."""

    text: str

    def __post_init__(self) -> None:
        names = FIELD.findall(self.text)
        if sum(1 for name in names if COUNTER.match(name)) != 1:
            raise IdFormInvalid(
                Cause("an id form needs one counter, such as {n:05}", "编号格式须有一个计数器，例如 {n:05}")
            )
        unknown = [n for n in names if not (COUNTER.match(n) or DATE_PART.match(n) or n == "check")]
        if unknown or "{" in FIELD.sub("", self.text) or "}" in FIELD.sub("", self.text):
            odd = f"{{{unknown[0] if unknown else ''}}}"
            raise IdFormInvalid(
                Cause(
                    f"'{odd}' is not one of {{n}} {{yyyymm}} {{check}}",
                    f"“{odd}”不是 {{n}}、{{yyyymm}}、{{check}} 之一",
                )
            )
        if re.search(r"[\s\x00-\x1f]", self.text) or self.text[:1] in "=+-@'":
            raise IdFormInvalid(
                Cause(
                    "an id may hold no blanks and not start with = + - @ '",
                    "编号不能含空格，也不能以 = + - @ ' 开头",
                )
            )
        (counter,) = (name for name in names if COUNTER.match(name))
        if not 1 <= _width(counter) <= WIDEST:
            raise IdFormInvalid(
                Cause(f"a counter is 1 to {WIDEST} digits wide", f"计数器的宽度为 1 至 {WIDEST} 位")
            )
        if names.count("check") > 1 or "check" in names[: names.index(counter)]:
            raise IdFormInvalid(
                Cause(
                    "one {check} at most, behind the counter: it guards what stands before it",
                    "{check} 至多一个，须在计数器之后：它校验的是前面的内容",
                )
            )
        pieces = re.split(r"\{[^{}]*\}", self.text)
        if any(a == "" for a in pieces[1:-1]) and ":" not in counter:
            raise IdFormInvalid(
                Cause(
                    "a counter beside another field needs a width, such as {n:04}",
                    "计数器与其他字段相邻时须给出宽度，例如 {n:04}",
                )
            )

    def period(self, when: datetime) -> str:
        """The date part of ids made at `when` (local wall time); "" for a form without one."""
        dates = [name for name in FIELD.findall(self.text) if DATE_PART.match(name)]
        return "".join(_date(name, when) for name in dates)

    def make(self, n: int, when: datetime) -> str:
        """The id with counter `n`."""

        def filled(match: re.Match[str]) -> str:
            name = match.group(1)
            if COUNTER.match(name):
                return str(n).zfill(_width(name))
            return "\0" if name == "check" else _date(name, when)

        text = FIELD.sub(filled, self.text)
        while "\0" in text:
            before = _digits(text.partition("\0")[0])
            text = text.replace("\0", luhn_digit(before), 1)
        return text

    def next_ids(self, counters: dict[str, int], moments: Sequence[datetime]) -> list[str]:
        """One new id a moment, in order; `counters` (last number used, by period) moves on."""
        made = []
        for when in moments:
            period = self.period(when)
            counters[period] = counters.get(period, 0) + 1
            made.append(self.make(counters[period], when))
        return made

    def parse(self, text: str) -> tuple[str, int] | None:
        """The (period, counter) of a text in this form with a right check digit, or None."""
        match = re.fullmatch(self._pattern(), text, re.ASCII)
        if match is None:
            return None
        groups = match.groupdict()
        period = "".join(digits for name, digits in groups.items() if name[0] == "d")
        if "check" in groups:
            before = _digits(text[: match.start("check")])
            if luhn_digit(before) != groups["check"]:
                return None
        return period, int(groups["n"])

    def _pattern(self) -> str:
        pieces = re.split(r"(\{[^{}]*\})", self.text)
        pattern = ""
        dates = 0
        for piece in pieces:
            name = piece[1:-1] if piece.startswith("{") else None
            if name is None:
                pattern += re.escape(piece)
            elif COUNTER.match(name):
                width = _width(name)
                pattern += rf"(?P<n>\d{{{width}}}|[1-9]\d{{{width},{WIDEST}}})"
            elif name == "check":
                pattern += r"(?P<check>\d)"
            else:
                pattern += rf"(?P<d{dates}>\d{{{len(name)}}})"
                dates += 1
        return pattern


def _width(counter: str) -> int:
    match = COUNTER.match(counter)
    return int(match[1] or 1) if match else 0


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def _date(name: str, when: datetime) -> str:
    parts = re.findall(r"yyyy|yy|mm|dd", name)
    year = f"{when.year:04}"
    words = {"yyyy": year, "yy": year[2:], "mm": f"{when.month:02}", "dd": f"{when.day:02}"}
    return "".join(words[part] for part in parts)
