"""What to change on a table's tab: columns that are new, and of the others what the plan changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sheetdesk.plan.plan import ColumnPlan, TablePlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.checks import draw_checks
from sheetdesk.sheets.google.render.highlights import BELOW, highlight_rules
from sheetdesk.sheets.google.render.names import column_mark
from sheetdesk.sheets.google.render.standing import TORN, Standing
from sheetdesk.sheets.google.render.styles import format_of
from sheetdesk.sheets.google.render.table import column_formats, header_cell
from sheetdesk.sheets.google.render.tabs import pixels_wide

__all__ = ["change_table", "changed_rules"]


def change_table(
    old: Book, new: Book, tab: TabPlan, standing: Standing, places: Mapping[str, int]
) -> Iterator[Request]:
    """The requests for a tab that stands; `new` and `old` are laid out as it stands."""
    table = tab.table
    if table is None:
        return
    sheet = new.sheet(tab.key)
    _, columns = standing.grid(sheet)
    missing = 1 + max(places[column.key] for column in table.columns if column.key in places) - columns
    if missing > 0:
        yield {"appendDimension": {"sheetId": sheet, "dimension": "COLUMNS", "length": missing}}
    before = _old_table(old, tab.key)
    if any(f"{table.name}.{key}" not in standing.columns for key in places):
        yield from _widened(new, tab, table, standing)
    for column in table.columns:
        if column.key not in places:
            continue
        if f"{table.name}.{column.key}" not in standing.columns:
            yield from _new_column(new, tab, table, column)
        else:
            yield from _changed_column(old, new, before, tab, table, column, standing)
    # A column that the plan lost is people's from now on.
    for key in {column.key for column in before.columns if column.key in places} if before else ():
        if all(column.key != key for column in table.columns):
            number = new.ids.column(table.name, key)
            if f"{table.name}.{key}" in standing.columns:
                lookup = {"developerMetadataLookup": {"metadataId": number}}
                yield {"deleteDeveloperMetadata": {"dataFilter": lookup}}
    known = {column.key for column in before.columns} if before is not None else set()
    is_torn = any(f"{table.name}.{key}" not in standing.columns for key in known & places.keys())
    yield from changed_rules(old, new, tab, standing, is_torn=is_torn)


def _old_table(old: Book, key: str) -> TablePlan | None:
    return next((tab.table for tab in old.plan.tabs if tab.key == key), None)


def _widened(new: Book, tab: TabPlan, table: TablePlan, standing: Standing) -> Iterator[Request]:
    """Name, filter and bands drawn out to take in new columns; what people filter by stays."""
    sheet = standing.sheets[new.sheet(tab.key)]
    block = new.table_block(tab, table)
    number = str(new.ids.of("name", table.name))
    if number in standing.names:
        named = {"namedRangeId": number, "name": table.name, "range": block}
        yield {"updateNamedRange": {"namedRange": named, "fields": "range"}}
    if "basicFilter" in sheet:
        found = sheet["basicFilter"]
        kept = {key: found[key] for key in ("filterSpecs", "sortSpecs") if key in found}
        yield {"setBasicFilter": {"filter": {**kept, "range": block}}}
    bands = new.ids.of("bands", table.name)
    if any(band.get("bandedRangeId") == bands for band in sheet.get("bandedRanges", ())):
        band = {"bandedRangeId": bands, "range": new.table_block(tab, table, header=False)}
        yield {"updateBanding": {"bandedRange": band, "fields": "range"}}


def _new_column(new: Book, tab: TabPlan, table: TablePlan, column: ColumnPlan) -> Iterator[Request]:
    yield column_mark(new, tab, table, column.key)
    yield from column_formats(new, tab, table, [column.key])
    yield _header(new, tab, table, column, "userEnteredValue,userEnteredFormat,note")
    yield from draw_checks(new, tab, table, [column.key])
    yield _sized(new, tab, table, column, "pixelSize,hiddenByUser")


def _header(new: Book, tab: TabPlan, table: TablePlan, column: ColumnPlan, fields: str) -> Request:
    place = table.left + table.index(column.key)
    start = {"sheetId": new.sheet(tab.key), "rowIndex": table.top, "columnIndex": place}
    rows = [{"values": [header_cell(new, table, column)]}]
    return {"updateCells": {"start": start, "rows": rows, "fields": fields}}


def _sized(new: Book, tab: TabPlan, table: TablePlan, column: ColumnPlan, fields: str) -> Request:
    place = table.left + table.index(column.key)
    block = {
        "sheetId": new.sheet(tab.key),
        "dimension": "COLUMNS",
        "startIndex": place,
        "endIndex": place + 1,
    }
    properties = {"pixelSize": pixels_wide(column.width_chars), "hiddenByUser": column.hidden}
    chosen = {key: value for key, value in properties.items() if key in fields.split(",")}
    return {"updateDimensionProperties": {"range": block, "properties": chosen, "fields": fields}}


def _changed_column(
    old: Book,
    new: Book,
    before: TablePlan | None,
    tab: TabPlan,
    table: TablePlan,
    column: ColumnPlan,
    standing: Standing,
) -> Iterator[Request]:
    was = next((c for c in before.columns if c.key == column.key), None) if before else None
    if before is None or was is None:
        yield from _new_column(new, tab, table, column)
        return
    place = table.left + table.index(column.key)
    found = standing.cells(new.sheet(tab.key)).get((table.top, place), {}).get("userEnteredValue", {})
    # A formula that speaks of a column which is gone does so no more when that is back.
    is_torn = TORN in found.get("formulaValue", "")
    # People may call a column of theirs what they like.
    is_own = "formulaValue" not in found and found.get("stringValue", was.title) != was.title
    head = _changed(header_cell(old, before, was), header_cell(new, table, column))
    head += ["userEnteredValue"] if is_torn and "userEnteredValue" not in head else []
    if head and (column.is_ours or not is_own):
        yield _header(new, tab, table, column, ",".join(head))
    looks = _changed(format_of(was.style), format_of(column.style))
    if looks:
        fields = ",".join(f"userEnteredFormat.{part}" for part in looks)
        yield from column_formats(new, tab, table, [column.key], fields)
    checks = draw_checks(new, tab, table, [column.key])
    if checks != draw_checks(old, tab, before, [column.key]):
        block = new.column_block(tab, table, column.key)
        yield from checks or [{"setDataValidation": {"range": block, "filteredRowsIncluded": True}}]
    yield from _changed_size(new, was, tab, table, column, standing)


def _changed(was: Request, now: Request) -> list[str]:
    """The parts in which they differ: what people made of the others is theirs."""
    return sorted(part for part in was.keys() | now.keys() if was.get(part) != now.get(part))


def _changed_size(
    new: Book, was: ColumnPlan, tab: TabPlan, table: TablePlan, column: ColumnPlan, standing: Standing
) -> Iterator[Request]:
    """A width or a hiding that the plan changed and people did not."""
    found = standing.widths(new.sheet(tab.key)).get(table.left + table.index(column.key), {})
    fields = []
    if was.width_chars != column.width_chars and found.get("pixelSize") == pixels_wide(was.width_chars):
        fields.append("pixelSize")
    if was.hidden != column.hidden and found.get("hiddenByUser", False) == was.hidden:
        fields.append("hiddenByUser")
    if fields:
        yield _sized(new, tab, table, column, ",".join(fields))


def changed_rules(
    old: Book, new: Book, tab: TabPlan, standing: Standing, *, is_torn: bool = False
) -> Iterator[Request]:
    """Our conditional formats taken away and set anew before people's, where the plan has others. `is_torn`:
    some went with a column that comes back, or speak of it.
    """
    wanted = highlight_rules(new, tab)
    drawn = next((highlight_rules(old, other) for other in old.plan.tabs if other.key == tab.key), [])
    if drawn == wanted and not is_torn:
        return
    sheet = new.sheet(tab.key)
    ours = {_test(rule) for rule in drawn}
    standing_rules: list[Any] = standing.sheets[sheet].get("conditionalFormats", [])
    for index in reversed(range(len(standing_rules))):
        test = _test(standing_rules[index])
        if test in ours or (is_torn and TORN in test and test.startswith(BELOW)):
            yield {"deleteConditionalFormatRule": {"sheetId": sheet, "index": index}}
    for index, rule in enumerate(wanted):
        yield {"addConditionalFormatRule": {"index": index, "rule": rule}}


def _test(rule: Request) -> str:
    """The formula that a rule asks, which tells it from every other; "" for a rule of another kind."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    if condition.get("type") != "CUSTOM_FORMULA":
        return ""
    return str(condition["values"][0].get("userEnteredValue", ""))
