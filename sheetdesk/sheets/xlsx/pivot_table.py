"""One native pivot table as XML: where it stands, its fields, its lines, its figures.

The lines and positions come from the PivotLayout; nothing is worked out here.
Source: ECMA-376 part 1, 18.10 (PivotTables); the shapes Excel itself writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lxml import etree
from xlsxwriter.utility import xl_range

from sheetdesk.plan.pivot import PivotLayout, PivotLine
from sheetdesk.plan.pivot_source import PivotAxis, PivotSource
from sheetdesk.plan.plan import TablePlan
from sheetdesk.sheets.xlsx.markup import MAIN, X14, child, document, element, extension, xstring
from sheetdesk.sheets.xlsx.package import parse
from sheetdesk.sheets.xlsx.pivot_cache import date_format

__all__ = ["number_formats", "pivot_table"]

PIVOT_EXT = "{962EF5D1-5CA2-4c93-8EF4-DBF5C05439D2}"
# The field that stands for "the values" when there are several.
VALUES = -2
BUILT_IN = {
    "General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10, "0.00E+00": 11,
    "mm-dd-yy": 14, "h:mm": 20, "m/d/yy h:mm": 22, "[h]:mm:ss": 46, "@": 49,
}  # fmt: skip


def number_formats(styles: bytes) -> dict[str, int]:
    """The ids of the number formats that a workbook with this styles part knows."""
    own = parse(styles).iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt")
    return {str(node.get("formatCode")): int(str(node.get("numFmtId"))) for node in own} | BUILT_IN


def pivot_table(
    layout: PivotLayout,
    table: TablePlan,
    source: PivotSource,
    *,
    cache: int,
    sliced: Collection[str],
    formats: Mapping[str, int],
) -> bytes:
    """The pivot's part. `cache` is the workbook's id of its cache, `sliced` the slicers' columns."""
    plan = layout.plan
    fields = {column.key: place for place, column in enumerate(table.columns)}
    root = element(f"{{{MAIN}}}pivotTableDefinition")
    for name, setting in {
        "name": xstring(plan.name),
        "cacheId": str(cache),
        "applyNumberFormats": "0",
        "applyBorderFormats": "0",
        "applyFontFormats": "0",
        "applyPatternFormats": "0",
        "applyAlignmentFormats": "0",
        "applyWidthHeightFormats": "1",
        "dataCaption": "Values",
        "grandTotalCaption": xstring(layout.words.grand_total),
        # An average of nothing must not look like a fault.
        "showError": "1",
        "updatedVersion": "6",
        "minRefreshableVersion": "3",
        "itemPrintTitles": "1",
        "createdVersion": "6",
        "indent": "0",
        "outline": "1",
        "outlineData": "1",
        "multipleFieldFilters": "0",
        "rowHeaderCaption": xstring(layout.row_caption),
    }.items():
        root.set(name, setting)
    if plan.columns:
        root.set("colHeaderCaption", xstring(layout.column_caption))
    _location(root, layout)
    _fields(root, layout, table, source, sliced)
    _axis(root, "row", [fields[key] for key in plan.rows], layout.row_lines)
    across = [fields[key] for key in plan.columns] + [VALUES] * (len(plan.values) > 1)
    _axis(root, "col", across, layout.column_lines)
    if plan.pages:
        pages = child(root, "pageFields", count=len(plan.pages))
        for key in plan.pages:
            child(pages, "pageField", fld=fields[key], hier=-1)
    figures = child(root, "dataFields", count=len(plan.values))
    for value, title in zip(plan.values, layout.value_titles, strict=True):
        figure = child(figures, "dataField", name=xstring(title), fld=fields[value.column])
        if value.how != "sum":
            figure.set("subtotal", value.how)
        figure.set("baseField", "0")
        figure.set("baseItem", "0")
        if formats.get(value.number_format):
            figure.set("numFmtId", str(formats[value.number_format]))
    child(
        root,
        "pivotTableStyleInfo",
        name="PivotStyleLight16",
        showRowHeaders=1,
        showColHeaders=1,
        showRowStripes=0,
        showColStripes=0,
        showLastColumn=1,
    )
    extra = extension(root, PIVOT_EXT, "x14", X14)
    etree.SubElement(extra, f"{{{X14}}}pivotTableDefinition").set("hideValuesRow", "1")
    return document(root)


def _location(root: etree._Element, layout: PivotLayout) -> None:
    plan, many = layout.plan, len(layout.plan.values) > 1
    bottom, right = layout.top + layout.rows - 1, layout.left + layout.columns - 1
    node = child(
        root,
        "location",
        ref=xl_range(layout.top, layout.left, bottom, right),
        firstHeaderRow=0 if many and not plan.columns else 1,
        firstDataRow=layout.header_rows,
        firstDataCol=1,
    )
    if plan.pages:
        node.set("rowPageCount", str(len(plan.pages)))
        node.set("colPageCount", "1")


def _fields(
    root: etree._Element,
    layout: PivotLayout,
    table: TablePlan,
    source: PivotSource,
    sliced: Collection[str],
) -> None:
    plan = layout.plan
    axes = dict.fromkeys(plan.rows, "axisRow")
    axes |= dict.fromkeys(plan.columns, "axisCol") | dict.fromkeys(plan.pages, "axisPage")
    counted = {value.column for value in plan.values}
    fields = child(root, "pivotFields", count=len(table.columns))
    for column in table.columns:
        field = child(fields, "pivotField")
        if column.key in axes:
            field.set("axis", axes[column.key])
        if column.key in counted:
            field.set("dataField", "1")
        if date_format(column):
            field.set("numFmtId", str(date_format(column)))
        field.set("showAll", "0")
        if column.key in axes or column.key in sliced:
            _items(field, source.axis(column.key))


def _items(field: etree._Element, axis: PivotAxis) -> None:
    """The items in display order, which is the order the cache has them in."""
    items = child(field, "items", count=len(axis.items) + 1)
    for place, used in enumerate(axis.used):
        item = child(items, "item")
        if not used:
            item.set("m", "1")
        item.set("x", str(place))
    child(items, "item", t="default")


def _axis(root: etree._Element, side: str, fields: Sequence[int], lines: Sequence[PivotLine]) -> None:
    if fields:
        listed = child(root, f"{side}Fields", count=len(fields))
        for field in fields:
            child(listed, "field", x=field)
    items = child(root, f"{side}Items", count=len(lines))
    for line in lines:
        item = child(items, "i")
        if line.is_grand:
            item.set("t", "grand")
        if line.repeated:
            item.set("r", str(line.repeated))
        if line.value:
            item.set("i", str(line.value))
        for position in line.positions:
            # Without `v` it is the first.
            child(item, "x", **({"v": position} if position else {}))
