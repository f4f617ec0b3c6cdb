"""Named ranges: add, update, delete."""

from __future__ import annotations

import re

from sheetdesk.sandbox.a1 import is_reference
from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json
from sheetdesk.sandbox.ranges import grid_range

__all__ = ["HANDLERS"]

NAME = re.compile(r"[^\W\d][\w.]{0,249}")


def add_named_range(batch: Batch, body: Json) -> Json:
    """Name a range; ids are made of digits."""
    asked = body.get("namedRange") or {}
    key = asked.get("namedRangeId") or str(batch.new_id())
    if key in batch.book.named_ranges:
        batch.refuse(f"A named range with the ID {key} already exists.")
    named = {"namedRangeId": key, "name": asked.get("name"), "range": asked.get("range")}
    batch.book.named_ranges[key] = checked(batch, named)
    return {"namedRange": batch.book.named_ranges[key]}


def checked(batch: Batch, named: Json) -> Json:
    """The named range, if its name is one and free, and its range lies in a tab; open ends are the grid's."""
    name = named.get("name") or ""
    if not NAME.fullmatch(name) or is_reference(name) or name.upper() in ("TRUE", "FALSE"):
        batch.refuse(f"The name '{name}' is not a valid name for a named range.")
    for other in batch.book.named_ranges.values():
        if other["namedRangeId"] != named["namedRangeId"] and other["name"].casefold() == name.casefold():
            batch.refuse(f"A named range with the name '{name}' already exists.")
    tab, place = batch.area(named.get("range"))
    return {**named, "range": grid_range(tab.id, place)}


def update_named_range(batch: Batch, body: Json) -> None:
    """Give a named range another name or range."""
    asked = body.get("namedRange") or {}
    mask = batch.mask(body.get("fields"))
    old = batch.book.named_ranges.get(asked.get("namedRangeId") or "")
    if old is None:
        batch.refuse(f"No named range with id: {asked.get('namedRangeId')}")
    new = {**mask.merge(old, asked), "namedRangeId": old["namedRangeId"]}
    batch.book.named_ranges[old["namedRangeId"]] = checked(batch, new)


def delete_named_range(batch: Batch, body: Json) -> None:
    """Forget a name; the cells stay."""
    if batch.book.named_ranges.pop(body.get("namedRangeId") or "", None) is None:
        batch.refuse(f"No named range with id: {body.get('namedRangeId')}")


HANDLERS: dict[str, Handler] = {
    "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range,
}
