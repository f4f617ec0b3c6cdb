"""The form of ids that a team already has, guessed from the ids themselves.

`BUG-0042` is `BUG-{n:04}`, `202603-0007` is `{yyyymm}-{n:04}`, and 1, 2, 3 is `{n}`. The last run of
digits counts; a run before it is a date where all of them are days or months, else it must be the same
everywhere. A guess holds when most ids are of its form and hardly any stands twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sheetdesk.columns.base import Cell, blank, plain
from sheetdesk.desk.ids import IdForm, IdFormInvalid

__all__ = ["DEFAULT_FORM", "IdGuess", "guess_ids"]

DEFAULT_FORM = "T-{n:05}"
MOST = 0.8
ALONE = 0.95
RUNS = re.compile(r"[0-9]+|[^0-9]+")
DATES = {8: ("yyyymmdd",), 6: ("yyyymm", "yymmdd"), 4: ("yyyy", "yymm")}
CERTAIN = ("yyyymmdd", "yyyymm", "yyyy")
"""Also where all ids are of one month these are no accident."""


@dataclass(frozen=True)
class IdGuess:
    """`form` None: no form fits. Counts of rows: all, with an id, with an id of the form, doubled."""

    form: str | None
    rows: int
    filled: int
    fitting: int
    doubled: int

    @property
    def holds(self) -> bool:
        """The ids can go on being the ids."""
        return not self.rows or (
            self.form is not None
            and self.filled >= MOST * self.rows
            and self.fitting >= MOST * self.filled
            and self.filled - self.doubled >= ALONE * self.filled
        )


def guess_ids(cells: Sequence[Cell]) -> IdGuess:
    """What the cells of an id column say; without any the form is open and nothing is against it."""
    texts = [plain(cell) for cell in cells if not blank(cell)]
    form = _form(texts)
    parsed = IdForm(form) if form is not None else None
    fitting = sum(parsed.parse(text) is not None for text in texts) if parsed else 0
    return IdGuess(form, len(cells), len(texts), fitting, len(texts) - len(set(texts)))


def _form(texts: Sequence[str]) -> str | None:
    """The form of most of the texts, or None."""
    split = [RUNS.findall(text) for text in texts]
    shapes = Counter(tuple("" if part[0].isdigit() else part for part in parts) for parts in split)
    if not shapes:
        return None
    shape = shapes.most_common(1)[0][0]
    alike = [parts for parts in split if tuple("" if p[0].isdigit() else p for p in parts) == shape]
    places = [place for place, part in enumerate(shape) if not part]
    if not places:
        return None
    pieces = list(shape)
    for place in places[:-1]:
        piece = _before([parts[place] for parts in alike])
        if piece is None:
            return None
        pieces[place] = piece
    pieces[places[-1]] = _counter([parts[places[-1]] for parts in alike])
    text = "".join(pieces)
    if any(sign in part for part in shape for sign in "{}"):
        return None
    try:
        IdForm(text)
    except IdFormInvalid:
        return None
    return text


def _before(runs: Sequence[str]) -> str | None:
    """What a run of digits before the counter is: a date, the same text everywhere, or unknown."""
    dated = _date(runs)
    if len(set(runs)) == 1:
        return f"{{{dated}}}" if dated in CERTAIN else runs[0]
    return f"{{{dated}}}" if dated else None


def _counter(runs: Sequence[str]) -> str:
    widths = set(map(len, runs))
    for length in (8, 6):
        starts = [run[:length] for run in runs]
        if len(widths) == 1 and len(runs[0]) >= length + 2 and (dated := _date(starts)) in CERTAIN:
            return f"{{{dated}}}{{n:0{len(runs[0]) - length}}}"
    zeros = any(run.startswith("0") and len(run) > 1 for run in runs)
    return f"{{n:0{min(widths)}}}" if zeros and min(widths) > 1 else "{n}"


def _date(runs: Sequence[str]) -> str | None:
    """The date part that all runs can be, longest year first."""
    if len(set(map(len, runs))) != 1:
        return None
    return next(
        (form for form in DATES.get(len(runs[0]), ()) if all(_is_date(run, form) for run in runs)), None
    )


def _is_date(run: str, form: str) -> bool:
    digits = {"y": "", "m": "", "d": ""}
    for char, letter in zip(run, form, strict=True):
        digits[letter] += char
    year = int(digits["y"]) if len(digits["y"]) == 4 else 2000 + int(digits["y"])
    if not 2000 <= year < 2100:
        return False
    try:
        date(year, int(digits["m"] or 1), int(digits["d"] or 1))
    except ValueError:
        return False
    return True
