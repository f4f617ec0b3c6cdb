"""Protected ranges: add, update, delete."""

from __future__ import annotations

from sheetdesk.sandbox.access import REFUSAL, can_edit
from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.ranges import tidy

__all__ = ["HANDLERS"]

TARGETS = ("range", "namedRangeId", "tableId")
"""What a protection can stand for: one of these."""


def add_protected_range(batch: Batch, body: Json) -> Json:
    """Protect cells. Whoever adds a protection may always edit; the reply names the editors asked for."""
    asked = body.get("protectedRange") or {}
    number = asked.get("protectedRangeId")
    if number is not None and found(batch, number) is not None:
        batch.refuse(f"A protected range with the ID {number} already exists.")
    editors = given(asked.get("editors") or {})
    protection: Json = {
        "protectedRangeId": batch.new_id() if number is None else number,
        **facts(batch, asked),
    }
    tab = home(batch, protection)
    tab.protected_ranges.append({**protection, "editors": with_caller(batch, editors)})
    return {"protectedRange": {**protection, "requestingUserCanEdit": True, "editors": editors}}


def facts(batch: Batch, asked: Json) -> Json:
    """What is kept of a protection beside its id and editors."""
    kept: Json = {}
    for name in (*TARGETS, "description", "warningOnly", "unprotectedRanges"):
        if asked.get(name):
            kept[name] = asked[name]
        elif name == "range" and asked.get("range") is not None and not asked.get("namedRangeId"):
            kept[name] = {}
    if sum(name in kept for name in TARGETS) != 1:
        batch.refuse("Exactly one of range, namedRangeId and tableId must be set.")
    if "range" in kept:
        batch.area(kept["range"])
        kept["range"] = tidy(kept["range"])
    if "unprotectedRanges" in kept:
        kept["unprotectedRanges"] = [tidy(free) for free in kept["unprotectedRanges"]]
    return kept


def home(batch: Batch, protection: Json) -> Tab:
    """The tab that a protection lies in. Raises ApiError for a name or table that is not there."""
    if "namedRangeId" in protection:
        named = batch.book.named_ranges.get(protection["namedRangeId"])
        if named is None:
            batch.refuse(f"No named range with id: {protection['namedRangeId']}")
        return batch.tab(named["range"].get("sheetId"))
    if "tableId" in protection:
        for tab in batch.book.tabs:
            if any(table["tableId"] == protection["tableId"] for table in tab.tables):
                return tab
        batch.refuse(f"No table with id: {protection['tableId']}")
    return batch.tab(protection["range"].get("sheetId"))


def given(editors: Json) -> Json:
    return {name: part for name, part in editors.items() if part}


def with_caller(batch: Batch, editors: Json) -> Json:
    users = list(editors.get("users", ()))
    return {**editors, "users": users if batch.caller.email in users else [*users, batch.caller.email]}


def found(batch: Batch, number: int | None) -> tuple[Tab, int] | None:
    for tab in batch.book.tabs:
        for at, protection in enumerate(tab.protected_ranges):
            if protection["protectedRangeId"] == number:
                return tab, at
    return None


def existing(batch: Batch, number: int | None) -> tuple[Tab, int]:
    """Where a protection is kept. Raises ApiError where there is none, or the caller may not change it."""
    place = found(batch, number)
    if place is None:
        batch.refuse(f"No protected range with id: {number}")
    tab, at = place
    if not can_edit(tab.protected_ranges[at], batch.caller):
        batch.refuse(REFUSAL)
    return tab, at


def update_protected_range(batch: Batch, body: Json) -> None:
    """Change what the mask names; a new target takes the place of the old one, of whatever kind."""
    asked = body.get("protectedRange") or {}
    mask = batch.mask(body.get("fields"))
    tab, at = existing(batch, asked.get("protectedRangeId"))
    old = tab.protected_ranges[at]
    if any(asked.get(name) and mask.reaches(name) for name in TARGETS):
        old = {name: part for name, part in old.items() if name not in TARGETS}
    merged = mask.merge(old, asked)
    new: Json = {"protectedRangeId": old["protectedRangeId"], **facts(batch, merged)}
    new["editors"] = with_caller(batch, given(merged.get("editors") or {}))
    target = home(batch, new)
    if target is tab:
        tab.protected_ranges[at] = new
    else:
        del tab.protected_ranges[at]
        target.protected_ranges.append(new)


def delete_protected_range(batch: Batch, body: Json) -> None:
    """Take a protection away."""
    tab, at = existing(batch, body.get("protectedRangeId"))
    del tab.protected_ranges[at]


HANDLERS: dict[str, Handler] = {
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
}
