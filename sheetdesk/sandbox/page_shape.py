"""What lies over the cells of a tab on the page: merged cells, and the places where charts stand."""

from __future__ import annotations

from sheetdesk.sandbox.book import Json, Tab

__all__ = ["charts", "spans"]


def spans(tab: Tab, row: int) -> dict[int, int]:
    """How many columns the merged cells of a row take, by their first column.

    The page draws rows one by one, so a merge of several rows spans its columns in each of them.
    """
    return {
        merge.get("startColumnIndex", 0): merge["endColumnIndex"] - merge.get("startColumnIndex", 0)
        for merge in tab.merges
        if merge.get("startRowIndex", 0) <= row < merge["endRowIndex"]
    }


def charts(tab: Tab) -> list[Json]:
    """Where charts stand over the cells: `row` and `column` they begin in, `size` in pixels, and `title`."""
    found = []
    for chart in tab.charts:
        place = chart.get("position", {}).get("overlayPosition")
        if place is None:
            continue
        anchor = place.get("anchorCell", {})
        spec = chart.get("spec", {})
        found.append(
            {
                "row": anchor.get("rowIndex", 0),
                "column": anchor.get("columnIndex", 0),
                "size": [place.get("widthPixels", 600), place.get("heightPixels", 371)],
                "title": spec.get("title") or spec.get("altText") or "",
            }
        )
    return found
