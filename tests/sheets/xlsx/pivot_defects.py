"""Mistakes in pivot tables, groups, slicers and pivot charts; with those of caches, all 56.

Two have no rule. Nothing in the package contradicts itself there: `VALIDATOR_ONLY` takes a schema
to see, `WARNED` opens in Excel, which only refuses such a name when typed.
"""

from __future__ import annotations

from lxml import etree

from sheetdesk.sheets.xlsx.package import Package
from tests.sheets.xlsx.cache_defects import CACHE_DEFECTS, VALIDATOR_ONLY
from tests.sheets.xlsx.defect import Defect, change, find, remove
from tests.sheets.xlsx.good_book import (
    BY_MONTH,
    BY_STATUS,
    CACHE,
    CHART,
    PIVOT_SLICER,
    TABLE_SLICER,
    WORKBOOK,
    edited,
)
from tests.sheets.xlsx.good_pivots import STATUS

__all__ = ["PIVOT_DEFECTS", "VALIDATOR_ONLY", "WARNED"]


def pivot_field_short(package: Package) -> None:
    remove(package, BY_STATUS, "pivotFields/pivotField", 7)
    change(package, BY_STATUS, "pivotFields", count="7")


def row_field_without_axis(package: Package) -> None:
    change(package, BY_STATUS, "pivotFields/pivotField", STATUS, axis=None)


def axis_without_items(package: Package) -> None:
    with edited(package, BY_STATUS) as root:
        field = find(root, "pivotFields/pivotField", STATUS)
        field.remove(find(field, "items"))


def item_off_the_list(package: Package) -> None:
    change(package, BY_STATUS, "pivotFields/pivotField/items/item", 0, x="17")


def wrong_items_count(package: Package) -> None:
    change(package, BY_STATUS, "pivotFields/pivotField/items", 0, count="9")


def line_off_the_list(package: Package) -> None:
    change(package, BY_STATUS, "rowItems/i/x", 2, v="8")


def wrong_line_count(package: Package) -> None:
    change(package, BY_STATUS, "rowItems", count="9")


def row_field_off_the_list(package: Package) -> None:
    change(package, BY_STATUS, "rowFields/field", x="40")


def no_data_flag(package: Package) -> None:
    change(package, BY_STATUS, "pivotFields/pivotField", 0, dataField=None)


def values_on_axis_of_one(package: Package) -> None:
    with edited(package, BY_STATUS) as root:
        axis = etree.fromstring(f'<colFields xmlns="{etree.QName(root).namespace}" count="1"/>')
        etree.SubElement(axis, f"{{{etree.QName(root).namespace}}}field", x="-2")
        find(root, "colItems").addprevious(axis)


def two_values_on_no_axis(package: Package) -> None:
    remove(package, BY_MONTH, "colFields/field", 1)
    change(package, BY_MONTH, "colFields", count="1")


def malformed_location(package: Package) -> None:
    change(package, BY_STATUS, "location", ref="A3-B8")


def small_location(package: Package) -> None:
    change(package, BY_STATUS, "location", ref="A3:B6")


def overlapping_location(package: Package) -> None:
    change(package, BY_MONTH, "location", ref="B5:J11")


def no_room_for_pages(package: Package) -> None:
    change(package, BY_STATUS, "location", ref="A1:B6")


def pivot_twice(package: Package) -> None:
    change(package, BY_MONTH, "", name="By status")


def value_called_as_field(package: Package) -> None:
    change(package, BY_STATUS, "dataFields/dataField", name="Ticket")


def value_twice(package: Package) -> None:
    change(package, BY_MONTH, "dataFields/dataField", 1, name="Tickets by month")


def group_base_off_the_list(package: Package) -> None:
    change(package, CACHE, "cacheFields/cacheField/fieldGroup", base="30")


def wrong_group_count(package: Package) -> None:
    change(package, CACHE, "cacheFields/cacheField/fieldGroup/groupItems", count="12")


def slicer_of_unknown_pivot(package: Package) -> None:
    change(package, PIVOT_SLICER, "pivotTables/pivotTable", name="By nobody")


def slicer_of_wrong_sheet(package: Package) -> None:
    change(package, PIVOT_SLICER, "pivotTables/pivotTable", tabId="9")


def slicer_of_wrong_cache(package: Package) -> None:
    change(package, PIVOT_SLICER, "data/tabular", pivotCacheId="7")


def slicer_without_name(package: Package) -> None:
    with edited(package, WORKBOOK) as root:
        names = find(root, "definedNames")
        for node in [node for node in names if node.get("name") == "Slicer_Status"]:
            names.remove(node)


def slicer_of_unknown_slicer_cache(package: Package) -> None:
    change(package, "xl/slicers/slicer1.xml", "slicer", cache="Slicer_State")


def slicer_of_no_field(package: Package) -> None:
    change(package, PIVOT_SLICER, "", sourceName="State")


def slicer_of_unknown_table(package: Package) -> None:
    change(package, TABLE_SLICER, "extLst/ext/tableSlicerCache", tableId="5")


def chart_of_unknown_pivot(package: Package) -> None:
    with edited(package, CHART) as root:
        find(root, "pivotSource/name").text = "[]Pivots!By nobody"


WARNED = Defect("data name = field name", value_called_as_field)
PIVOT_DEFECTS = (
    *CACHE_DEFECTS,
    Defect("one pivotField too few", pivot_field_short, "pivot-fields"),
    Defect("row field without axis", row_field_without_axis, "pivot-axis"),
    Defect("axis without items", axis_without_items, "pivot-items"),
    Defect("item x out of range", item_off_the_list, "pivot-items"),
    Defect("items count wrong", wrong_items_count, "pivot-items"),
    Defect("rowItems v out of range", line_off_the_list, "pivot-lines"),
    Defect("rowItems count wrong", wrong_line_count, "pivot-lines"),
    Defect("rowFields index out of range", row_field_off_the_list, "pivot-axis"),
    Defect("dataField flag missing", no_data_flag, "pivot-values"),
    Defect("-2 on axis with one data field", values_on_axis_of_one, "pivot-axis"),
    Defect("two data fields, no -2", two_values_on_no_axis, "pivot-axis"),
    Defect("location malformed", malformed_location, "pivot-location"),
    Defect("location too small", small_location, "pivot-location"),
    Defect("location overlaps other pivot", overlapping_location, "pivot-location"),
    Defect("page field, no room above", no_room_for_pages, "pivot-page"),
    Defect("pivot name twice", pivot_twice, "pivot-name"),
    WARNED,
    Defect("data name twice", value_twice, "pivot-values"),
    Defect("fieldGroup base out of range", group_base_off_the_list, "group"),
    Defect("groupItems count wrong", wrong_group_count, "group"),
    Defect("slicer: pivot name unknown", slicer_of_unknown_pivot, "slicer-cache"),
    Defect("slicer: tabId wrong", slicer_of_wrong_sheet, "slicer-cache"),
    Defect("slicer: pivotCacheId wrong", slicer_of_wrong_cache, "slicer-cache"),
    Defect("slicer: defined name missing", slicer_without_name, "slicer-cache"),
    Defect("slicer: cache name unknown", slicer_of_unknown_slicer_cache, "slicer"),
    Defect("slicer: sourceName no field", slicer_of_no_field, "slicer-cache"),
    Defect("table slicer: tableId wrong", slicer_of_unknown_table, "slicer-cache"),
    Defect("chart pivotSource unknown pivot", chart_of_unknown_pivot, "chart"),
)
