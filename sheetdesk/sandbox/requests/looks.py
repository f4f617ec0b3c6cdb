"""How ranges look by rule: conditional formats and alternating colours."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.formats import kept
from sheetdesk.sandbox.ranges import box, overlap, tidy

__all__ = ["HANDLERS"]


def kept_rule(batch: Batch, rule: Json | None) -> tuple[Tab, Json]:
    """A conditional format as it is kept, and its tab: all its ranges lie in one."""
    if not rule or not rule.get("ranges"):
        batch.refuse("rule.ranges is required.")
    if (rule.get("booleanRule") is None) == (rule.get("gradientRule") is None):
        batch.refuse("Exactly one of rule.booleanRule and rule.gradientRule must be set.")
    tabs = [batch.area(one)[0] for one in rule["ranges"]]
    if any(tab is not tabs[0] for tab in tabs):
        batch.refuse("All ranges of a rule must lie in one sheet.")
    return tabs[0], {**kept(rule), "ranges": [tidy(one) for one in rule["ranges"]]}


def add_rule(batch: Batch, body: Json) -> None:
    """Insert a rule at its place in the order; the first that holds wins."""
    tab, rule = kept_rule(batch, body.get("rule"))
    batch.check(tab, [box(one, tab) for one in rule["ranges"]])
    index = body.get("index") or 0
    if index > len(tab.conditional_formats):
        batch.refuse(f"index[{index}] must not be past the end of the rules[{len(tab.conditional_formats)}].")
    tab.conditional_formats.insert(index, rule)


def existing_rule(batch: Batch, tab: Tab, index: int) -> Json:
    if not 0 <= index < len(tab.conditional_formats):
        batch.refuse(f"No conditional format on sheet: {tab.id} at index: {index}")
    rule = tab.conditional_formats[index]
    batch.check(tab, [box(one, tab) for one in rule["ranges"]])
    return rule


def update_rule(batch: Batch, body: Json) -> Json:
    """Replace the rule at a place, or move it to another."""
    index, asked = body.get("index") or 0, body.get("rule")
    if asked is not None:
        tab, rule = kept_rule(batch, asked)
        old = existing_rule(batch, tab, index)
        tab.conditional_formats[index] = rule
        return {"oldRule": old, "newRule": rule, "oldIndex": index, "newIndex": index}
    tab = batch.tab(body.get("sheetId"))
    old = existing_rule(batch, tab, index)
    target = body.get("newIndex") or 0
    del tab.conditional_formats[index]
    tab.conditional_formats.insert(target, old)
    return {"oldRule": old, "newRule": old, "oldIndex": index, "newIndex": target}


def delete_rule(batch: Batch, body: Json) -> Json:
    """Take a rule away; those after it move up."""
    tab, index = batch.tab(body.get("sheetId")), body.get("index") or 0
    rule = existing_rule(batch, tab, index)
    del tab.conditional_formats[index]
    return {"rule": rule}


def add_banding(batch: Batch, body: Json) -> Json:
    """Colour rows or columns by turns; two such ranges never overlap."""
    asked = kept(body.get("bandedRange") or {})
    number = asked.get("bandedRangeId") or batch.new_id()
    if any(band["bandedRangeId"] == number for tab in batch.book.tabs for band in tab.banded_ranges):
        batch.refuse(f"A banded range with the ID {number} already exists.")
    tab, band = checked_band(batch, {**asked, "bandedRangeId": number}, None)
    tab.banded_ranges.append(band)
    return {"bandedRange": band}


def checked_band(batch: Batch, band: Json, own: Json | None) -> tuple[Tab, Json]:
    tab, place = batch.area(band.get("range"))
    batch.check(tab, [place])
    if not band.get("rowProperties") and not band.get("columnProperties"):
        batch.refuse("At least one of rowProperties and columnProperties must be set.")
    if any(other is not own and overlap(box(other["range"], tab), place) for other in tab.banded_ranges):
        batch.refuse(
            "You cannot add alternating background colors to a range that already has alternating background "
            "colors."
        )
    return tab, {**band, "range": tidy(band["range"])}


def existing_band(batch: Batch, number: int | None) -> tuple[Tab, int]:
    for tab in batch.book.tabs:
        for at, band in enumerate(tab.banded_ranges):
            if band["bandedRangeId"] == number:
                batch.check(tab, [box(band["range"], tab)])
                return tab, at
    batch.refuse(f"No banded range with id: {number}")


def update_banding(batch: Batch, body: Json) -> None:
    """Change what the mask names."""
    asked = kept(body.get("bandedRange") or {})
    mask = batch.mask(body.get("fields"))
    tab, at = existing_band(batch, asked.get("bandedRangeId"))
    old = tab.banded_ranges[at]
    target, band = checked_band(batch, {**mask.merge(old, asked), "bandedRangeId": old["bandedRangeId"]}, old)
    if target is tab:
        tab.banded_ranges[at] = band
    else:
        del tab.banded_ranges[at]
        target.banded_ranges.append(band)


def delete_banding(batch: Batch, body: Json) -> None:
    """Take the colours away."""
    tab, at = existing_band(batch, body.get("bandedRangeId"))
    del tab.banded_ranges[at]


HANDLERS: dict[str, Handler] = {
    "addConditionalFormatRule": add_rule,
    "updateConditionalFormatRule": update_rule,
    "deleteConditionalFormatRule": delete_rule,
    "addBanding": add_banding,
    "updateBanding": update_banding,
    "deleteBanding": delete_banding,
}
