"""Groups of rows or columns that can be folded: nested by their depth."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.requests.dimensions import size, span
from sheetdesk.sandbox.shift import Axis

__all__ = ["HANDLERS"]


def add_dimension_group(batch: Batch, body: Json) -> Json:
    """Fold a span one level deeper; the controls move behind the group."""
    tab, axis, start, end = span(batch, body.get("range"))
    batch.check_all(tab)
    groups = changed(tab, axis, start, end, 1)
    name = "rowGroupControlAfter" if axis == "ROWS" else "columnGroupControlAfter"
    tab.properties = {**tab.properties, "gridProperties": {**tab.properties["gridProperties"], name: True}}
    return {"dimensionGroups": groups}


def delete_dimension_group(batch: Batch, body: Json) -> Json:
    """Take a span one level up."""
    tab, axis, start, end = span(batch, body.get("range"))
    batch.check_all(tab)
    if not any(overlaps(group, start, end) for group in groups_of(tab, axis)):
        batch.refuse("There are no groups in the range.")
    groups = changed(tab, axis, start, end, -1)
    return {"dimensionGroups": groups} if groups else {}


def overlaps(group: Json, start: int, end: int) -> bool:
    place = group["range"]
    return bool(place.get("startIndex", 0) < end and start < place["endIndex"])


def groups_of(tab: Tab, axis: Axis) -> list[Json]:
    return tab.row_groups if axis == "ROWS" else tab.column_groups


def changed(tab: Tab, axis: Axis, start: int, end: int, step: int) -> list[Json]:
    """The groups after a span went deeper or higher, which the tab keeps; a folded one stays folded."""
    old = groups_of(tab, axis)
    depth = [0] * (size(tab, axis) + 1)
    for group in old:
        for at in range(group["range"].get("startIndex", 0), group["range"]["endIndex"]):
            depth[at] += 1
    for at in range(start, min(end, len(depth) - 1)):
        depth[at] = max(0, depth[at] + step)
    folded = {
        (group["range"].get("startIndex", 0), group["range"]["endIndex"])
        for group in old
        if group.get("collapsed")
    }
    groups: list[Json] = []
    for level in range(1, max(depth) + 1):
        first: int | None = None
        for at, deep in enumerate(depth):
            if deep >= level and first is None:
                first = at
            elif deep < level and first is not None:
                place: Json = {"sheetId": tab.id} if tab.id else {}
                place |= {"dimension": axis, "startIndex": first, "endIndex": at}
                found: Json = {"range": place, "depth": level}
                groups.append(found | ({"collapsed": True} if (first, at) in folded else {}))
                first = None
    if axis == "ROWS":
        tab.row_groups = groups
    else:
        tab.column_groups = groups
    return groups


def update_dimension_group(batch: Batch, body: Json) -> None:
    """Fold or unfold one group, which hides or shows what is in it."""
    asked = body.get("dimensionGroup") or {}
    mask = batch.mask(body.get("fields"))
    tab, axis, start, end = span(batch, asked.get("range"))
    groups = groups_of(tab, axis)
    for at, group in enumerate(groups):
        place = group["range"]
        if (place.get("startIndex", 0), place["endIndex"], group["depth"]) == (
            start,
            end,
            asked.get("depth"),
        ):
            new = {**mask.merge(group, asked), "range": place, "depth": group["depth"]}
            groups[at] = {name: part for name, part in new.items() if part is not False}
            metadata = tab.row_metadata if axis == "ROWS" else tab.column_metadata
            for index in range(start, end):
                rest = {
                    name: part for name, part in metadata.get(index, {}).items() if name != "hiddenByUser"
                }
                metadata[index] = rest | ({"hiddenByUser": True} if new.get("collapsed") else {})
            return
    batch.refuse("There is no group with that range and depth.")


HANDLERS: dict[str, Handler] = {
    "addDimensionGroup": add_dimension_group,
    "deleteDimensionGroup": delete_dimension_group,
    "updateDimensionGroup": update_dimension_group,
}
