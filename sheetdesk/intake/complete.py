"""What a source leaves out and a ticket must have: a title, a time of creation, a status, defaults.

Only new tickets are completed, and every derivation is said aloud.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from sheetdesk.columns.base import Choice, Meaning, Setting
from sheetdesk.desk.desk import Desk
from sheetdesk.table.table import kind_of

__all__ = ["Values", "complete_times", "complete_words"]

Values = dict[str, "pd.Series[Any]"]
TIMES = ("first_response", "resolved", "closed", "updated")
TITLE_CHARS = 80


def complete_times(desk: Desk, values: Values, count: int, now: datetime) -> tuple[Values, list[str]]:
    """The values with `created` filled: from the earliest time in the row, else `now`."""
    moment = pd.Timestamp(now).tz_convert("UTC").as_unit("us")
    created = values.get("created", pd.Series([pd.NaT] * count, dtype="datetime64[us, UTC]"))
    missing = created.isna()
    if not missing.any():
        return values, []
    notes = []
    given = [values[key] for key in TIMES if key in values]
    if given:
        earliest = pd.concat(given, axis=1).min(axis=1).astype("datetime64[us, UTC]")
        created = created.where(~missing, earliest)
        found = int((missing & created.notna()).sum())
        if found:
            notes.append(desk.locale.text("import.created_from", count=found))
    left = int(created.isna().sum())
    if left:
        created = created.fillna(moment)
        notes.append(desk.locale.text("import.created_now", count=left))
    return {**values, "created": created}, notes


def complete_words(
    desk: Desk, values: Values, ids: Sequence[str], new_choices: Mapping[str, tuple[Choice, ...]]
) -> tuple[Values, list[str]]:
    """The values with status, title and the columns' defaults filled."""
    notes: list[str] = []
    done = dict(values)
    _complete_status(desk, done, len(ids), notes)
    _complete_title(desk, done, ids, new_choices, notes)
    for column in desk.tickets.columns:
        if column.default is None or column.owner != "people" or column.key == "status":
            continue
        read = kind_of(column.type).read([column.default], column, Setting(desk.locale, desk.zone)).values
        if column.key in done:
            done[column.key] = done[column.key].where(done[column.key].notna(), read.iloc[0])
        else:
            done[column.key] = read.take([0] * len(ids)).reset_index(drop=True)
    return done, notes


def _complete_status(desk: Desk, values: Values, count: int, notes: list[str]) -> None:
    status = values.get("status", pd.Series([None] * count, dtype="object"))
    missing = status.isna()
    if not missing.any():
        return
    column = desk.column("status")
    ended = [*desk.status_keys(Meaning.RESOLVED), *desk.status_keys(Meaning.CLOSED)]
    closed = [*desk.status_keys(Meaning.CLOSED), *ended]
    first = [*desk.status_keys(Meaning.NEW), *(choice.key for choice in column.choices)][0]
    start = first
    if column.default is not None:
        setting = Setting(desk.locale, desk.zone)
        start = kind_of("choice").read([column.default], column, setting).values.iloc[0] or first
    status = status.where(~missing, start)
    for key, choices in (("resolved", ended), ("closed", closed)):
        if key in values and choices:
            status = status.where(~(missing & values[key].notna()), choices[0])
    values["status"] = status
    shown = column.choice(start)
    title = shown.title if shown else start
    notes.append(desk.locale.text("import.status_derived", count=int(missing.sum()), default=title))


def _complete_title(
    desk: Desk,
    values: Values,
    ids: Sequence[str],
    new_choices: Mapping[str, tuple[Choice, ...]],
    notes: list[str],
) -> None:
    title = values.get("title", pd.Series([None] * len(ids), dtype="object"))
    missing = title.isna()
    if not missing.any():
        return
    shown: dict[str, dict[str, str]] = {}
    for key in ("type", "subtype"):
        if key in values and desk.column(key).type == "choice":
            choices = (*desk.column(key).choices, *new_choices.get(key, ()))
            shown[key] = {choice.key: choice.title for choice in choices}
    limit = desk.column("title").max_length or TITLE_CHARS
    used: dict[str, None] = {}
    made = title.tolist()
    for row in missing.to_numpy().nonzero()[0].tolist():
        description = values["description"].iloc[row] if "description" in values else None
        words = [(key, titles.get(values[key].iloc[row])) for key, titles in shown.items()]
        parts = [(key, word) for key, word in words if word]
        if description:
            parts = [("description", " ".join(str(description)[: 4 * TITLE_CHARS].split())[:TITLE_CHARS])]
        used |= dict.fromkeys(key for key, _ in parts)
        text = " / ".join(word for _, word in parts) or desk.locale.text("import.untitled", id=ids[row])
        used |= {} if parts else {"id": None}
        made[row] = text[:limit].rstrip()
    values["title"] = pd.Series(made, dtype="object")
    titles = ", ".join(f"“{desk.column(key).title}”" for key in used)
    notes.append(desk.locale.text("import.title_composed", count=int(missing.sum()), parts=titles))
