"""Filters: the basic filter, which hides and sorts for everyone, and filter views, which are only kept."""

from __future__ import annotations

from sheetdesk.sandbox.api import not_emulated
from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.conditions import UnknownCondition, lets_through
from sheetdesk.sandbox.ranges import Box, grid_range, overlap, tidy
from sheetdesk.sandbox.ranges import box as box_of
from sheetdesk.sandbox.requests.sorting import sort_box

__all__ = ["HANDLERS"]

TABLE_OVERLAP = "You can't add a basic filter over a table. Set the filter of the table instead."


def both_ways(asked: Json) -> Json:
    """Criteria by column and filterSpecs, which answers hold side by side, each from the other."""
    specs = {spec.get("columnIndex", 0): spec for spec in asked.get("filterSpecs") or ()}
    criteria = {int(at): rule for at, rule in (asked.get("criteria") or {}).items()}
    for at, rule in criteria.items():
        specs.setdefault(at, {"columnIndex": at, "filterCriteria": rule})
    criteria |= {at: spec["filterCriteria"] for at, spec in specs.items() if "filterCriteria" in spec}
    found = {name: part for name, part in asked.items() if part and name not in ("criteria", "filterSpecs")}
    if criteria:
        found["criteria"] = {str(at): criteria[at] for at in sorted(criteria)}
    if specs:
        found["filterSpecs"] = [{**specs[at], "columnIndex": at} for at in sorted(specs)]
    return found


def placed(batch: Batch, asked: Json) -> tuple[Tab, Json]:
    """The tab of a filter, and the filter with the range it stands for."""
    if asked.get("tableId"):
        for tab in batch.book.tabs:
            for table in tab.tables:
                if table["tableId"] == asked["tableId"]:
                    return tab, {**asked, "range": table["range"]}
        batch.refuse(f"No table with id: {asked['tableId']}")
    if asked.get("namedRangeId"):
        named = batch.book.named_ranges.get(asked["namedRangeId"])
        if named is None:
            batch.refuse(f"No named range with id: {asked['namedRangeId']}")
        return batch.tab(named["range"].get("sheetId")), {**asked, "range": named["range"]}
    tab, _ = batch.area(asked.get("range") if asked.get("range") is not None else {})
    return tab, {**asked, "range": tidy(asked.get("range") or {})}


def set_basic_filter(batch: Batch, body: Json) -> None:
    """Set the one filter of a tab: rows are sorted as it says, and those it does not let through hidden."""
    tab, asked = placed(batch, both_ways(body.get("filter") or {}))
    place = box_of(asked["range"], tab)
    if not asked.get("tableId") and any(overlap(box_of(table["range"], tab), place) for table in tab.tables):
        batch.refuse(TABLE_OVERLAP)
    show_all(tab)
    # Recorded: its range is answered with all its ends, those that were left open among them.
    tab.basic_filter = {**asked, "range": grid_range(tab.id, place)}
    below = Box(min(place.r0 + 1, place.r1), place.r1, place.c0, place.c1)
    if asked.get("sortSpecs"):
        batch.check(tab, [below])
        sort_box(
            batch.book,
            tab,
            below,
            asked["sortSpecs"],
            batch.shown(),
            metadata_follows=batch.metadata_follows_sort,
        )
    hide(batch, tab, below, asked)


def show_all(tab: Tab) -> None:
    for row, metadata in list(tab.row_metadata.items()):
        if "hiddenByFilter" in metadata:
            rest = {name: part for name, part in metadata.items() if name != "hiddenByFilter"}
            if rest:
                tab.row_metadata[row] = rest
            else:
                del tab.row_metadata[row]


def hide(batch: Batch, tab: Tab, place: Box, asked: Json) -> None:
    rules = {int(at): rule for at, rule in asked.get("criteria", {}).items() if rule}
    if not rules:
        return
    shown = batch.shown()
    try:
        for row in range(place.r0, place.r1):
            if not all(lets_through(shown, tab, row, at, rule) for at, rule in rules.items()):
                tab.row_metadata[row] = {**tab.row_metadata.get(row, {}), "hiddenByFilter": True}
    except UnknownCondition as error:
        raise not_emulated(f"requests[{batch.index}].{batch.kind} with the condition {error}") from error


def clear_basic_filter(batch: Batch, body: Json) -> None:
    """Take the filter away; its rows are shown again."""
    tab = batch.tab(body.get("sheetId"))
    tab.basic_filter = None
    show_all(tab)


def existing(batch: Batch, number: int | None) -> tuple[Tab, int]:
    for tab in batch.book.tabs:
        for at, view in enumerate(tab.filter_views):
            if view["filterViewId"] == number:
                return tab, at
    batch.refuse(f"No filter view with id: {number}")


def is_taken(batch: Batch, number: int) -> bool:
    return any(view["filterViewId"] == number for tab in batch.book.tabs for view in tab.filter_views)


def add_filter_view(batch: Batch, body: Json) -> Json:
    """Keep a filter that each person may put on for themselves."""
    asked = body.get("filter") or {}
    number = asked.get("filterViewId") or batch.new_id()
    if is_taken(batch, number):
        batch.refuse(f"A filter view with the ID {number} already exists.")
    tab, view = placed(batch, both_ways(asked))
    view = {"filterViewId": number, "title": asked.get("title") or f"Filter {len(tab.filter_views) + 1}"} | {
        name: part for name, part in view.items() if name not in ("filterViewId", "title")
    }
    tab.filter_views.append(view)
    return {"filter": view}


def update_filter_view(batch: Batch, body: Json) -> None:
    """Change what the mask names; criteria and filterSpecs stand for each other."""
    asked = body.get("filter") or {}
    mask = batch.mask(body.get("fields"))
    tab, at = existing(batch, asked.get("filterViewId"))
    old = dict(tab.filter_views[at])
    if mask.reaches("criteria") and mask.reaches("filterSpecs") and not mask.is_all:
        pass
    elif mask.reaches("criteria"):
        old.pop("filterSpecs", None)
    elif mask.reaches("filterSpecs"):
        old.pop("criteria", None)
    merged = {**mask.merge(old, asked), "filterViewId": old["filterViewId"]}
    target, view = placed(batch, both_ways(merged))
    del tab.filter_views[at]
    if target is tab:
        tab.filter_views.insert(at, view)
    else:
        target.filter_views.append(view)


def duplicate_filter_view(batch: Batch, body: Json) -> Json:
    """Copy a filter view."""
    tab, at = existing(batch, body.get("filterId"))
    source = tab.filter_views[at]
    view = {**source, "filterViewId": batch.new_id(), "title": f"Copy of {source['title']}"}
    tab.filter_views.append(view)
    return {"filter": view}


def delete_filter_view(batch: Batch, body: Json) -> None:
    """Forget a filter view."""
    tab, at = existing(batch, body.get("filterId"))
    del tab.filter_views[at]


HANDLERS: dict[str, Handler] = {
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "addFilterView": add_filter_view,
    "updateFilterView": update_filter_view,
    "duplicateFilterView": duplicate_filter_view,
    "deleteFilterView": delete_filter_view,
}
