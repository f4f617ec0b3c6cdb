"""Which ticket a row is: by the id it brings, or by having been imported before.

An id that a file brings is kept as typed. A row without one gets a new id, and its `origin`, a digest
of all its cells, is remembered: the same row in a later import is the same ticket. Rows that are
equal in every cell are told apart by their number.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sheetdesk.columns.base import Cell, Problem, blank, plain
from sheetdesk.desk.ids import IdForm
from sheetdesk.intake.header import Layout
from sheetdesk.intake.titles import fold_title
from sheetdesk.locales.locale import Locale

__all__ = ["Identity", "bad_ids", "identify", "new_ids", "repeated_ids"]

LONGEST_ID = 100
BAD_ID = re.compile(r"[=+\-@']|.*[\x00-\x1f\x7f\ud800-\udfff]", re.DOTALL)


@dataclass
class Identity:
    """By row: the `ids` that are known, None for a ticket that is new; and the `origins` of rows
    without an id. `again` are the rows that an earlier import brought, cell for cell.
    """

    ids: list[str | None]
    origins: dict[int, str] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)


def identify(layout: Layout, ids: Sequence[str | None], known: Mapping[str, str]) -> Identity:
    """The identity of every row; `ids` are what the file brings, `known` the tickets by origin."""
    identity = Identity(list(ids))
    titles = [fold_title(title) for title in layout.titles]
    seen: Counter[str] = Counter()
    for row, (brought, cells) in enumerate(zip(ids, layout.rows, strict=True)):
        if brought is not None:
            continue
        text = _text(titles, cells)
        seen[text] += 1
        origin = hashlib.sha256(f"{seen[text]}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()
        if origin in known:
            identity.ids[row] = known[origin]
            identity.again.add(row)
        else:
            identity.origins[row] = origin
    return identity


def _text(titles: Sequence[str], cells: Sequence[Cell]) -> str:
    pairs = [(title, plain(cell)) for title, cell in zip(titles, cells, strict=False) if not blank(cell)]
    return json.dumps(sorted(pairs), ensure_ascii=False)


def bad_ids(ids: Sequence[str | None], locale: Locale) -> dict[int, Problem]:
    """By row, the ids that cannot be one."""
    expected = locale.text("import.bad_id", limit=LONGEST_ID)
    return {
        row: Problem("id_form", "id", text, expected, row=row)
        for row, text in enumerate(ids)
        if text is not None and (len(text) > LONGEST_ID or BAD_ID.match(text))
    }


def repeated_ids(ids: Sequence[str | None], locale: Locale) -> dict[int, Problem]:
    """By row, the ids that stand further up already."""
    expected = locale.text("import.same_id")
    seen: set[str] = set()
    found = {}
    for row, text in enumerate(ids):
        if text is None:
            continue
        if text in seen:
            found[row] = Problem("duplicate", "id", text, expected, row=row)
        seen.add(text)
    return found


def new_ids(
    form: IdForm,
    counters: Mapping[str, int],
    brought: Sequence[str],
    moments: Sequence[datetime],
    taken: set[str],
) -> tuple[list[str], dict[str, int]]:
    """A new id for each moment (local wall time), and the counters moved on.

    Ids of the desk's own form that the file brought move the counters too: none is used twice.
    """
    moved = dict(counters)
    for text in brought:
        parsed = form.parse(text)
        if parsed is not None:
            moved[parsed[0]] = max(moved.get(parsed[0], 0), parsed[1])
    made = []
    for moment in moments:
        text = form.next_ids(moved, [moment])[0]
        while text in taken:
            text = form.next_ids(moved, [moment])[0]
        made.append(text)
    return made, moved
