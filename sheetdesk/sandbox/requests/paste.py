"""Copying and cutting cells: copyPaste and cutPaste."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.fieldmask import Mask, parse
from sheetdesk.sandbox.ranges import Box, contains, grid_range, overlap
from sheetdesk.sandbox.ranges import box as box_of
from sheetdesk.sandbox.references import copied, moved_cells
from sheetdesk.sandbox.shown import Shown
from sheetdesk.sandbox.writes import grow

__all__ = ["HANDLERS"]

VALUE = ("userEnteredValue", "textFormatRuns", "chipRuns", "pivotTable")
PASTED = {
    "PASTE_NORMAL": "*",
    "PASTE_NO_BORDERS": "*",
    "PASTE_VALUES": ",".join(VALUE),
    "PASTE_FORMULA": ",".join(VALUE),
    "PASTE_FORMAT": "userEnteredFormat,textFormatRuns",
    "PASTE_DATA_VALIDATION": "dataValidation",
    "PASTE_CONDITIONAL_FORMATTING": "",
}
"""Each kind of paste with what it takes of a cell."""


def copy_paste(batch: Batch, body: Json) -> None:
    """Copy a range over another, again and again where that is a multiple of it."""
    tab, source = batch.area(body.get("source"))
    target, place = batch.area(body.get("destination"))
    kind = pasted(batch, body)
    is_turned = body.get("pasteOrientation") == "TRANSPOSE"
    height, width = source.r1 - source.r0, source.c1 - source.c0
    if is_turned:
        height, width = width, height
    down = repeats(place.r1 - place.r0, height)
    right = repeats(place.c1 - place.c0, width)
    area = Box(place.r0, place.r0 + down * height, place.c0, place.c0 + right * width)
    batch.check(target, [area])
    size = target.row_count, target.column_count
    grow(batch.book, target, area.r1, area.c1)
    if size != (target.row_count, target.column_count):
        batch.still = None
    cells = taken(tab, source)
    merges = [box_of(merge, tab) for merge in tab.merges]
    shown = batch.shown_still() if kind == "PASTE_VALUES" else None
    if (
        shown is None
        or shown.is_touched(target, area)
        or any("pivotTable" in cell for cell in cells.values())
    ):
        batch.still = None
    written: dict[int, dict[int, Json]] = {}
    for row in range(area.r0, area.r1):
        for column in range(area.c0, area.c1):
            y, x = (row - area.r0) % height, (column - area.c0) % width
            if is_turned:
                y, x = x, y
            old = (source.r0 + y, source.c0 + x)
            cell = as_pasted(cells.get(old, {}), kind, shown, tab, old, (row, column))
            written.setdefault(row, {})[column] = merged(kind, target.cell(row, column), cell)
    for row, line in written.items():
        target.put(row, line)
    if kind in ("PASTE_NORMAL", "PASTE_NO_BORDERS", "PASTE_FORMAT") and not is_turned:
        for top in range(area.r0, area.r1, height):
            for left in range(area.c0, area.c1, width):
                carry_merges(target, merges, source, top - source.r0, left - source.c0)
    if (
        kind in ("PASTE_NORMAL", "PASTE_FORMAT", "PASTE_CONDITIONAL_FORMATTING")
        and tab is target
        and not is_turned
    ):
        for top in range(area.r0, area.r1, height):
            for left in range(area.c0, area.c1, width):
                carry_rules(tab, source, top - source.r0, left - source.c0)


def pasted(batch: Batch, body: Json) -> str:
    kind = body.get("pasteType") or "PASTE_NORMAL"
    if kind not in PASTED:
        batch.refuse(f"pasteType {kind} is unknown.")
    return str(kind)


def repeats(room: int, need: int) -> int:
    return room // need if room % need == 0 else 1


def taken(tab: Tab, place: Box) -> dict[tuple[int, int], Json]:
    return {
        (row, column): cell
        for row in range(place.r0, min(place.r1, len(tab.rows)))
        for column, cell in (tab.rows[row] or {}).items()
        if place.c0 <= column < place.c1
    }


def as_pasted(
    cell: Json, kind: str, shown: Shown | None, tab: Tab, old: tuple[int, int], new: tuple[int, int]
) -> Json:
    """The cell as it comes to lie elsewhere: its value alone, or its formula with references moved."""
    if shown is not None:
        value = shown.value(tab, *old)
        rest = {name: part for name, part in cell.items() if name != "userEnteredValue"}
        return rest if value is None or "errorValue" in value else {**rest, "userEnteredValue": value}
    formula = cell.get("userEnteredValue", {}).get("formulaValue")
    if formula is not None:
        text = copied(formula, new[0] - old[0], new[1] - old[1])
        cell = {**cell, "userEnteredValue": {"formulaValue": text}}
    if kind == "PASTE_NO_BORDERS" and "borders" in cell.get("userEnteredFormat", {}):
        form = {name: part for name, part in cell["userEnteredFormat"].items() if name != "borders"}
        cell = {**cell, "userEnteredFormat": form}
    return cell


def merged(kind: str, old: Json, new: Json) -> Json:
    fields = PASTED[kind]
    mask: Mask | None = parse(fields) if fields else None
    return old if mask is None else mask.merge(old, new)


def carry_merges(target: Tab, merges: list[Box], source: Box, down: int, right: int) -> None:
    place = Box(source.r0 + down, source.r1 + down, source.c0 + right, source.c1 + right)
    inside = [merge for merge in merges if contains(source, merge)]
    if place == source:
        return
    kept = [merge for merge in target.merges if not overlap(box_of(merge, target), place)]
    added = [Box(m.r0 + down, m.r1 + down, m.c0 + right, m.c1 + right) for m in inside]
    target.merges = kept + [grid_range(target.id, merge) for merge in added]


def carry_rules(tab: Tab, source: Box, down: int, right: int) -> None:
    """Conditional formats that hold in the source hold in its copy too."""
    if not down and not right:
        return
    rules = []
    for rule in tab.conditional_formats:
        added = []
        for written in rule.get("ranges", ()):
            part = box_of(written, tab)
            if overlap(part, source):
                shared = Box(
                    max(part.r0, source.r0) + down,
                    min(part.r1, source.r1) + down,
                    max(part.c0, source.c0) + right,
                    min(part.c1, source.c1) + right,
                )
                if not any(contains(box_of(other, tab), shared) for other in rule["ranges"]):
                    added.append(grid_range(tab.id, shared))
        rules.append({**rule, "ranges": [*rule["ranges"], *added]} if added else rule)
    tab.conditional_formats = rules


def cut_paste(batch: Batch, body: Json) -> None:
    """Move a range: what read it follows, what lay at the destination is overwritten."""
    tab, source = batch.area(body.get("source"))
    corner = body.get("destination") or {}
    target = batch.tab(corner.get("sheetId"))
    kind = pasted(batch, body)
    down = (corner.get("rowIndex") or 0) - source.r0
    right = (corner.get("columnIndex") or 0) - source.c0
    place = Box(source.r0 + down, source.r1 + down, source.c0 + right, source.c1 + right)
    batch.check(tab, [source])
    batch.check(target, [place])
    grow(batch.book, target, place.r1, place.c1)
    cells = taken(tab, source)
    mask = parse(PASTED[kind]) if PASTED[kind] else None
    if mask is None:
        return
    for row in range(source.r0, min(source.r1, len(tab.rows))):
        held = [column for column in tab.rows[row] or () if source.c0 <= column < source.c1]
        if held:
            tab.put(row, {column: mask.merge(tab.cell(row, column), {}) for column in held})
    for y in range(place.r1 - place.r0):
        line = {}
        for x in range(place.c1 - place.c0):
            old = target.cell(place.r0 + y, place.c0 + x)
            new = cells.get((source.r0 + y, source.c0 + x), {})
            line[place.c0 + x] = mask.merge(old, new)
        target.put(place.r0 + y, line)
    if kind == "PASTE_NORMAL":
        inside = [box_of(merge, tab) for merge in tab.merges if contains(source, box_of(merge, tab))]
        tab.merges = [merge for merge in tab.merges if box_of(merge, tab) not in inside]
        carry_merges(target, inside, source, down, right)
        carry_names(batch, tab, target, source, down, right)
    if tab is target:
        follow(batch, tab, source, down, right)


def carry_names(batch: Batch, tab: Tab, target: Tab, source: Box, down: int, right: int) -> None:
    """A named range that was cut as a whole names the cells where they are now."""
    for key, named in list(batch.book.named_ranges.items()):
        place = box_of(named["range"], tab)
        if named["range"].get("sheetId", 0) == tab.id and contains(source, place):
            moved = Box(place.r0 + down, place.r1 + down, place.c0 + right, place.c1 + right)
            batch.book.named_ranges[key] = {**named, "range": grid_range(target.id, moved)}


def follow(batch: Batch, tab: Tab, source: Box, down: int, right: int) -> None:
    """References into the cut range point to where it went."""

    def to(row: int, column: int) -> tuple[int, int] | None:
        inside = source.r0 <= row < source.r1 and source.c0 <= column < source.c1
        return (row + down, column + right) if inside else None

    for home, row, column, formula in list(batch.book.formulas()):
        text = moved_cells(formula, tab.title, to, is_home=home is tab)
        if text != formula:
            home.put(row, {column: {**home.cell(row, column), "userEnteredValue": {"formulaValue": text}}})


HANDLERS: dict[str, Handler] = {"copyPaste": copy_paste, "cutPaste": cut_paste}
