"""Tickets that say the same: one requester, one title but for case, spaces and marks, not long apart."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any

import pandas as pd

from sheetdesk.columns.base import blank
from sheetdesk.desk.desk import Duration

__all__ = ["WITHIN", "duplicates"]

WITHIN = timedelta(days=7)


def duplicates(tickets: pd.DataFrame, within: Duration | None = None) -> dict[str, str]:
    """By id of each duplicate the id of the first ticket that says the same, in a chain of such tickets.

    Each of a chain came `within` that time (7 days where none is given) of the one before it. A ticket
    without a requester or title says nothing.
    """
    if "requester" not in tickets.columns:
        return {}
    limit = WITHIN if within is None else timedelta(hours=within.hours)
    rows = pd.DataFrame(
        {"said": [_said(*pair) for pair in zip(tickets["requester"], tickets["title"], strict=True)],
         "created": tickets["created"]},
        index=tickets.index,
    )  # fmt: skip
    rows = rows[rows["said"].notna() & rows["created"].notna()]
    rows = rows[rows.duplicated("said", keep=False)]
    found: dict[str, str] = {}
    for _, group in rows.groupby("said", sort=False):
        ordered = sorted((created, str(name)) for name, created in group["created"].items())
        first, last = ordered[0][1], ordered[0][0]
        for created, name in ordered[1:]:
            if created - last <= limit:
                found[name] = first
            else:
                first = name
            last = created
    return found


def _said(requester: Any, title: Any) -> str | None:
    if blank(requester) or blank(title) or not isinstance(requester, str) or not isinstance(title, str):
        return None
    words = [_folded(requester), _folded(title)]
    return "\0".join(words) if all(words) else None


def _folded(text: str) -> str:
    """Letters and digits alone."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum())
