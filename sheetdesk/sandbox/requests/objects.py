"""What floats over the cells: charts and slicers. They are kept and answered, not drawn."""

from __future__ import annotations

from sheetdesk.sandbox.api import not_emulated
from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.fieldmask import Mask
from sheetdesk.sandbox.formats import kept

__all__ = ["HANDLERS"]

SIZE: Json = {"widthPixels": 600, "heightPixels": 371}


def placed(batch: Batch, position: Json) -> tuple[Tab, Json]:
    """The tab of an object and its position, with Google's size where none is given.

    A new tab is added for one that shall have it to itself.
    """
    if position.get("newSheet"):
        own = add_object_tab(batch)
        return own, {"sheetId": own.id}
    overlay = position.get("overlayPosition")
    if overlay is None:
        batch.refuse("position.overlayPosition is required.")
    anchor = overlay.get("anchorCell") or {}
    tab = batch.tab(anchor.get("sheetId"))
    if (anchor.get("rowIndex") or 0) >= tab.row_count or (anchor.get("columnIndex") or 0) >= tab.column_count:
        batch.refuse("position.overlayPosition.anchorCell must lie in the grid.")
    cell: Json = {"sheetId": tab.id} if tab.id else {}
    cell |= {name: anchor[name] for name in ("rowIndex", "columnIndex") if anchor.get(name)}
    kept_overlay = {**SIZE, **{name: part for name, part in overlay.items() if part}, "anchorCell": cell}
    return tab, {"overlayPosition": kept_overlay}


def add_object_tab(batch: Batch) -> Tab:
    """A tab without a grid, at the end."""
    number = 1
    while batch.book.tab_titled(f"Chart{number}"):
        number += 1
    place: Json = {"sheetId": batch.new_id(), "title": f"Chart{number}", "index": len(batch.book.tabs)}
    batch.book.tabs.append(Tab({**place, "sheetType": "OBJECT"}))
    return batch.book.tabs[-1]


def taken(batch: Batch, number: int) -> bool:
    return any(
        number in (item.get("chartId"), item.get("slicerId"))
        for tab in batch.book.tabs
        for item in (*tab.charts, *tab.slicers)
    )


def new_number(batch: Batch, asked: int | None) -> int:
    if asked and taken(batch, asked):
        batch.refuse(f"An object with the ID {asked} already exists.")
    return asked or batch.new_id()


def add_chart(batch: Batch, body: Json) -> Json:
    """Put a chart over the cells."""
    asked = body.get("chart") or {}
    if not asked.get("spec"):
        batch.refuse("chart.spec is required.")
    tab, position = placed(batch, asked.get("position") or {})
    chart = {
        "chartId": new_number(batch, asked.get("chartId")),
        "spec": completed(batch, asked["spec"]),
        "position": position,
    }
    if asked.get("border"):
        chart["border"] = kept(asked["border"])
    tab.charts.append(chart)
    return {"chart": chart}


def completed(batch: Batch, spec: Json) -> Json:
    """A chart's spec as it is kept."""
    if spec.get("dataSourceChartProperties"):
        raise not_emulated(f"requests[{batch.index}].{batch.kind} of a data source")
    return {"hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS", **kept(spec)}


def add_slicer(batch: Batch, body: Json) -> Json:
    """Put a slicer over the cells."""
    asked = body.get("slicer") or {}
    if not (asked.get("spec") or {}).get("dataRange"):
        batch.refuse("slicer.spec.dataRange is required.")
    batch.area(asked["spec"]["dataRange"])
    tab, position = placed(batch, asked.get("position") or {})
    slicer = {
        "slicerId": new_number(batch, asked.get("slicerId")),
        "spec": kept(asked["spec"]),
        "position": position,
    }
    tab.slicers.append(slicer)
    return {"slicer": slicer}


def existing(batch: Batch, number: int | None, *names: str) -> tuple[Tab, list[Json], int]:
    """The tab, the list of it and the place in the list of an object."""
    for tab in batch.book.tabs:
        for name in names:
            items: list[Json] = getattr(tab, name)
            for at, item in enumerate(items):
                if item["chartId" if name == "charts" else "slicerId"] == number:
                    return tab, items, at
    batch.refuse(f"No object with id: {number}")


def update_chart_spec(batch: Batch, body: Json) -> None:
    """Give a chart another spec; there is no mask, all of it is replaced."""
    _, items, at = existing(batch, body.get("chartId"), "charts")
    if not body.get("spec"):
        batch.refuse("spec is required.")
    items[at] = {**items[at], "spec": completed(batch, body["spec"])}


def update_slicer_spec(batch: Batch, body: Json) -> None:
    """Change what the mask names."""
    mask = batch.mask(body.get("fields"))
    _, items, at = existing(batch, body.get("slicerId"), "slicers")
    items[at] = {**items[at], "spec": mask.merge(items[at]["spec"], kept(body.get("spec") or {}))}


def update_position(batch: Batch, body: Json) -> Json:
    """Move an object or give it another size. The mask starts inside `newPosition.overlayPosition`."""
    tab, items, at = existing(batch, body.get("objectId"), "charts", "slicers")
    asked = body.get("newPosition") or {}
    if asked.get("sheetId"):
        raise not_emulated(f"requests[{batch.index}].{batch.kind} to an object's own sheet")
    if asked.get("newSheet"):
        target, position = placed(batch, asked)
    else:
        mask = batch.mask(body.get("fields"))
        inner = Mask(tuple(route[1:] if route[0] == "overlayPosition" else route for route in mask.routes))
        overlay = inner.merge(
            items[at]["position"].get("overlayPosition", {}), asked.get("overlayPosition") or {}
        )
        target, position = placed(batch, {"overlayPosition": overlay})
    moved = {**items[at], "position": position}
    if target is tab:
        items[at] = moved
    else:
        del items[at]
        (target.charts if "chartId" in moved else target.slicers).append(moved)
        remove_empty(batch, tab)
    return {"position": position}


def remove_empty(batch: Batch, tab: Tab) -> None:
    """A tab that was an object's own goes with it."""
    if tab.properties["sheetType"] == "OBJECT" and not tab.charts:
        batch.book.tabs.remove(tab)
        batch.book.renumber()


def update_border(batch: Batch, body: Json) -> None:
    """Change the border of a chart."""
    mask = batch.mask(body.get("fields"))
    _, items, at = existing(batch, body.get("objectId"), "charts")
    border = mask.merge(items[at].get("border"), kept(body.get("border") or {}))
    rest = {name: part for name, part in items[at].items() if name != "border"}
    items[at] = rest | ({"border": border} if border else {})


def delete_object(batch: Batch, body: Json) -> None:
    """Take a chart or slicer away."""
    tab, items, at = existing(batch, body.get("objectId"), "charts", "slicers")
    del items[at]
    remove_empty(batch, tab)


HANDLERS: dict[str, Handler] = {
    "addChart": add_chart,
    "updateChartSpec": update_chart_spec,
    "addSlicer": add_slicer,
    "updateSlicerSpec": update_slicer_spec,
    "updateEmbeddedObjectPosition": update_position,
    "updateEmbeddedObjectBorder": update_border,
    "deleteEmbeddedObject": delete_object,
}
