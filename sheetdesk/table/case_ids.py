"""Cases that a desk file gives no id keep the one they got, wherever they stand in a later one.

A case is known by what it says: the same to the letter, else the same problem, else the most similar one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher

__all__ = ["case_ids"]

ALIKE = 0.6
"""A problem whose words were changed is the same as long as so much of it is."""

NUMBERED = re.compile(r"K-(\d{3,9})")
Case = Mapping[str, str]


def case_ids(
    cases: Sequence[Case],
    named: Collection[str],
    before: Mapping[str, Case],
    others: Iterable[tuple[str, str]],
    used: Collection[str],
) -> list[str]:
    """The ids of a desk file's `cases`, of which those in `named` have one of their own.

    `before` are the last desk file's cases by their ids, `others` the ids and problems of further rows that
    there are or were; `used` ids no other case may get.
    """
    ids = [case["id"] if case["id"] in named else "" for case in cases]
    left = {name: case for name, case in before.items() if name not in named}

    def take(same: Callable[[Case, Case], bool]) -> None:
        for place, case in enumerate(cases):
            name = next((n for n, old in left.items() if same(old, case)), "") if not ids[place] else ""
            if name:
                ids[place] = name
                del left[name]

    take(lambda old, new: _said(old) == _said(new))
    take(lambda old, new: _words(old["problem"]) == _words(new["problem"]))
    alike = [
        (SequenceMatcher(None, _words(old["problem"]), _words(case["problem"])).ratio(), -place, name)
        for place, case in enumerate(cases)
        if not ids[place]
        for name, old in left.items()
    ]
    for ratio, place, name in sorted(alike, reverse=True):
        if ratio >= ALIKE and name in left and not ids[-place]:
            ids[-place] = name
            del left[name]
    rest = {_words(problem): name for name, problem in others if name not in {*ids, *before, *named}}
    for place, case in enumerate(cases):
        ids[place] = ids[place] or rest.pop(_words(case["problem"]), "")
    taken = {*ids, *used, *before, *named}
    for place, case in enumerate(cases):
        if not ids[place]:
            ids[place] = case["id"] if case["id"] not in taken else _next(taken)
            taken.add(ids[place])
    return ids


def _said(case: Case) -> tuple[str, ...]:
    return tuple(case[key] for key in ("problem", "type", "cause", "solution"))


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _next(taken: Collection[str]) -> str:
    numbers = [int(found[1]) for found in map(NUMBERED.fullmatch, taken) if found]
    return f"K-{max(numbers, default=0) + 1:03}"
