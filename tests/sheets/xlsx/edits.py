"""Mistakes that one changed attribute or one swapped text makes, and the words that tell of each."""

from __future__ import annotations

from dataclasses import dataclass

from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, relations_of
from tests.sheets.xlsx.good_book import (
    BY_DATE,
    BY_MONTH,
    BY_STATUS,
    CACHE,
    CHART,
    DASHBOARD,
    PIVOT_SLICER,
    PIVOTS,
    RECORDS,
    TABLE,
    TABLE_SLICER,
    TICKETS,
    WORKBOOK,
)
from tests.sheets.xlsx.good_pivots import HOURS

COMMENTS = "xl/comments1.xml"
STYLES = "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"
SOURCE = "cacheSource/worksheetSource"
FIELD = "pivotFields/pivotField"
SHARED = "cacheFields/cacheField/sharedItems"
VALUE = "dataFields/dataField"
CHECK = "dataValidations/dataValidation"
RULE = "conditionalFormatting/cfRule"
LINK = "hyperlinks/hyperlink"


@dataclass(frozen=True)
class Edit:
    """Attributes to set on the `place`-th element at `path`; None takes one away."""

    part: str
    path: str
    attributes: dict[str, str | None]
    says: str
    place: int = 0


@dataclass(frozen=True)
class Swap:
    """Texts to replace once each, in order."""

    part: str
    texts: dict[str, str]
    says: str


EDITS = (
    Edit(WORKBOOK, "pivotCaches/pivotCache", {"cacheId": None}, "cacheId None is missing"),
    Edit(CACHE, "cacheFields/cacheField", {"name": "TITLE"}, "2 fields are called 'title'"),
    Edit(CACHE, SOURCE, {"name": None, "sheet": "Gone", "ref": "A1:H61"}, "'Gone' is no sheet"),
    Edit(CACHE, SOURCE, {"name": None, "sheet": "Tickets", "ref": "A1:H"}, "'A1:H' is no range"),
    Edit(CACHE, SOURCE, {"name": None, "sheet": "Tickets", "ref": "A1:G61"}, "8 fields over 7 columns"),
    Edit(CACHE, "cacheFields/cacheField", {"databaseField": "0"}, "7 fields for the 8 columns"),
    Edit(CACHE, "", {"recordCount": "61"}, "counts 61 records, Tickets has 60 rows"),
    Edit(CACHE, f"{SHARED}/d", {"v": "2026-01-02T00:00:00"}, "has the d '2026-01-02T00:00:00' 2 times"),
    Edit(CACHE, f"{SHARED}/d", {"v": "yesterday"}, "holds the date 'yesterday'"),
    Edit(CACHE, f"{SHARED}/d", {"v": "2025-01-02T00:00:00"}, "dates outside minDate"),
    Edit(CACHE, SHARED, {"minValue": "1001"}, "numbers outside minValue"),
    Edit(CACHE, SHARED, {"maxValue": None}, "numbers outside minValue"),
    Edit(CACHE, SHARED, {"containsInteger": None}, "containsInteger wrong"),
    Edit(CACHE, SHARED, {"containsInteger": "1"}, "containsInteger wrong", HOURS),
    Edit(
        CACHE,
        SHARED,
        {"containsString": None, "containsSemiMixedTypes": None},
        "'Ticket' claims text and has none",
    ),
    Edit(
        CACHE,
        "cacheFields/cacheField/fieldGroup/rangePr",
        {"groupBy": "quarters"},
        "groups by quarters and holds 14 groups",
    ),
    Edit(BY_STATUS, "location", {"firstDataCol": None}, "or firstDataCol is missing"),
    Edit(BY_STATUS, "location", {"rowPageCount": "0"}, "1 filters on 0 rows"),
    Edit(BY_DATE, "rowItems/i", {"i": "1"}, "<rowItems>[0] is for value 1"),
    Edit(BY_STATUS, "rowItems/i", {"r": "1"}, "<rowItems>[0] is 2 deep on 1 fields"),
    Edit(BY_STATUS, FIELD, {"axis": "axisRow"}, "field 0 says axisRow and is on none"),
    Edit(BY_STATUS, FIELD, {"dataField": "1"}, "field 1 is a dataField and no value is over it", 1),
    Edit(BY_STATUS, "pivotFields", {"count": "9"}, "says 9 fields and holds 8"),
    Edit(BY_STATUS, f"{FIELD}/items/item", {"x": "0"}, "field 2 has the item 0 2 times"),
    Edit(BY_STATUS, "rowFields", {"count": "2"}, "<rowFields> says 2 and holds 1"),
    Edit(BY_STATUS, "rowFields/field", {"x": "40"}, "<rowFields> names field 40 of 8"),
    Edit(BY_STATUS, "rowFields/field", {"x": "3"}, "field 3 is on two axes"),
    Edit(BY_STATUS, "rowFields/field", {"x": "-2"}, "dataOnRows is not set"),
    Edit(BY_MONTH, "colFields/field", {"x": "-2"}, "and have no dataPosition"),
    Edit(BY_STATUS, "pageFields/pageField", {"item": "9"}, "picks item 9 of 4"),
    Edit(BY_STATUS, "dataFields", {"count": "2"}, "says 2 values and holds 1"),
    Edit(BY_STATUS, VALUE, {"fld": "30"}, "is over field 30 of 8"),
    Edit(BY_STATUS, VALUE, {"numFmtId": "177"}, "has numFmtId 177"),
    Edit(BY_STATUS, VALUE, {"baseField": "8"}, "has baseField 8"),
    Edit(relations_of(BY_STATUS), "Relationship", {"Target": "../styles.xml"}, "and its cacheId means"),
    Edit(TABLE_SLICER, "", {"name": "Slicer_Status"}, "2 slicer caches are called"),
    Edit(TABLE_SLICER, "extLst/ext/tableSlicerCache", {"column": "9"}, "no column with id 9"),
    Edit(TABLE_SLICER, "extLst/ext/tableSlicerCache", {"column": "1"}, "'Priority' is not column 'Ticket'"),
    Edit(PIVOT_SLICER, "data/tabular", {"pivotCacheId": "7"}, "pivotCacheId 7 is the id of no"),
    Edit(PIVOT_SLICER, "data/tabular", {"pivotCacheId": "7"}, "uses the cache 1754082528, the slicer 7"),
    Edit(PIVOT_SLICER, "", {"sourceName": "Title"}, "field 'Title' of 'By status' has no items"),
    Edit(PIVOT_SLICER, "data/tabular/items", {"count": "5"}, "says 5 items and holds 4"),
    Edit(PIVOT_SLICER, "data/tabular/items/i", {"x": "1"}, "an item is there twice"),
    Edit(PIVOT_SLICER, "data/tabular/items/i", {"x": "4"}, "not among the 4 of the field"),
    Edit(WORKBOOK, "extLst/ext", {"uri": "{46BE6895-7355-4a93-B00E-2C351335B9C9}"}, "the other kind"),
    Edit(STYLES, "fonts", {"count": "9"}, "<fonts> says 9"),
    Edit(STRINGS, "", {"uniqueCount": "9"}, "says uniqueCount 9"),
    Edit(STRINGS, "", {"count": "9"}, "says count 9 below uniqueCount"),
    Edit(TABLE, "", {"displayName": "My table"}, "'My table' is no valid name"),
    Edit(TABLE, "", {"id": "0"}, "the id 0 is missing or shared"),
    Edit(TABLE, "", {"ref": "A1:H"}, "ref 'A1:H' is no range"),
    Edit(TABLE, "", {"ref": "A1:H1"}, "leaves no row under the header"),
    Edit(TABLE, "", {"headerRowCount": "0"}, "no header row to hold it"),
    Edit(TABLE, "tableColumns/tableColumn", {"name": ""}, "a column has no name"),
    Edit(TABLE, "tableColumns/tableColumn", {"id": "2"}, "the column id 2 is missing or shared"),
    Edit(TABLE, "tableColumns/tableColumn", {"dataDxfId": "9"}, "dataDxfId 9 of"),
    Edit(WORKBOOK, "sheets/sheet", {"sheetId": "x"}, "has no sheetId"),
    Edit(WORKBOOK, "bookViews/workbookView", {"activeTab": "7"}, "activeTab 7 is no sheet"),
    Edit(DASHBOARD, "dimension", {"ref": "A1:B2"}, "cells stand outside A1:B2"),
    Edit(DASHBOARD, "mergeCells/mergeCell", {"ref": "A1:?"}, "'A1:?' is no range"),
    Edit(TICKETS, RULE, {"priority": None}, "no priority from 1 up"),
    Edit(TICKETS, RULE, {"priority": "2"}, "2 rules have priority 2"),
    Edit(TICKETS, CHECK, {"type": "menu"}, "has the type 'menu'"),
    Edit(DASHBOARD, LINK, {"location": "Gone!A1"}, "leads to 'Gone', which is no sheet", 1),
    Edit(DASHBOARD, LINK, {"location": None}, "leads nowhere", 1),
    Edit(COMMENTS, "commentList/comment", {"ref": "F5:F6"}, "'F5:F6' is no cell"),
    Edit(CONTENT_TYPES, "Override", {"PartName": "/xl/gone.xml"}, "/xl/gone.xml is declared but not"),
    Edit(CONTENT_TYPES, "Default", {"Extension": "rel"}, "has no content type"),
    Edit(relations_of(WORKBOOK), "Relationship", {"Id": "rId2"}, "the id rId2 is there 2 times"),
    Edit("_rels/.rels", "Relationship", {"Type": "x/none"}, "no relation leads to a workbook"),
)
ROW_9 = '<row r="9"><c r="A9" t="{}"><v>{}</v></c></row></sheetData>'
SWAPS = (
    Swap(RECORDS, {'v="1000"': 'v="some"'}, "holds the number 'some'"),
    Swap(CACHE, {"<worksheetSource": "<sheetSource"}, "names no source"),
    Swap(
        CACHE,
        {'name="Title"': 'name="T"', 'name="Ticket"': 'name="Title"', 'name="T"': 'name="Ticket"'},
        "the fields are not in the order of Tickets",
    ),
    Swap(WORKBOOK, {"<pivotCache ": "<pivotCash "}, "is not among the pivotCaches"),
    Swap(
        CACHE,
        {"<rangePr": '<discretePr count="1"><x v="14"/></discretePr><rangePr'},
        "a group that is not there",
    ),
    Swap(PIVOTS, {"</sheetData>": '<row r="1048577"/></sheetData>'}, "row 1048577 is not on the sheet"),
    Swap(PIVOTS, {"</sheetData>": ROW_9.format("s", "x")}, "a shared string that is no number"),
    Swap(PIVOTS, {"</sheetData>": ROW_9.format("e", "#OOPS!")}, "A9 holds the error '#OOPS!'"),
    Swap(PIVOTS, {"</sheetData>": ROW_9.format("d", "soon")}, "A9 holds the date 'soon'"),
    Swap(PIVOTS, {"</sheetData>": ROW_9.format("n", "1e999")}, "holds the number '1e999'"),
    Swap(
        PIVOTS,
        {"<sheetData>": '<cols><col min="1" max="1" style="9"/></cols><sheetData>'},
        "column 1 uses style 9",
    ),
    Swap(PIVOTS, {"</sheetData>": '</sheetData><mergeCells count="0"/>'}, "<mergeCells> is empty"),
    Swap(PIVOTS, {"<sheetData>": "<sheetDate/><sheetData>"}, "<sheetDate> does not belong in"),
    Swap(PIVOTS, {"</sheetData>": "</sheetData><sheetProtection/><sheetProtection/>"}, "is there twice"),
    Swap(CHART, {'<c:fmtId val="0"/>': ""}, "has no fmtId"),
    Swap(
        BY_STATUS,
        {"<pivotTableStyleInfo": '<formats count="1"><format dxfId="9"/></formats><pivotTableStyleInfo'},
        "a format uses dxf 9",
    ),
    Swap(BY_STATUS, {'<items count="5">': '<items count="0"/><items count="5">'}, "an empty list of items"),
    Swap(
        DASHBOARD,
        {
            "<x14:slicerList>": "<x14:list>",
            "</x14:slicerList>": "</x14:list>",
            "<x14:slicer ": "<x14:none ",
        },
        "no extension lists xl/slicers/slicer1.xml",
    ),
    Swap(
        "xl/slicers/slicer1.xml",
        {"</slicers>": '<slicer name="Status" cache="Slicer_Status"/></slicers>'},
        "2 slicers are called 'Status'",
    ),
    Swap(STYLES, {"<fills ": "<none ", "</fills>": "</none>"}, "<fills> is missing or empty"),
    Swap(
        STYLES,
        {'<numFmts count="1">': '<numFmts count="2"><numFmt numFmtId="164" formatCode="0.000"/>'},
        "two number formats share an id",
    ),
    Swap(
        TABLE,
        {'<autoFilter ref="A1:H61"/>': '<autoFilter ref="A1:H61"><filterColumn colId="8"/></autoFilter>'},
        "the filter is on column 8",
    ),
    Swap(TICKETS, {'<c r="A1" t="s"><v>0</v></c>': ""}, "no cell stands over column 'Ticket'"),
    Swap(WORKBOOK, {"'Dash &amp; board'!$A$1": ""}, "'Board_title' refers to nothing"),
    Swap(WORKBOOK, {"<sheets>": "<sheet>", "</sheets>": "</sheet>"}, "has no sheets"),
    Swap(WORKBOOK, {'sheetId="2" r:id="rId2"': 'sheetId="2"'}, "'Pivots' names no part"),
    Swap(TICKETS, {"<formula>$C2": "<formula>=$C2"}, "begins with '='"),
    Swap(TICKETS, {"<formula>$C2": f"<formula>{'1+' * 4100}$C2"}, "characters, over 8192"),
    Swap(TICKETS, {"<formula1>0</formula1>": ""}, "has no formula"),
    Swap(
        relations_of(DASHBOARD),
        {"https://example.org/desk": "https://example.org/" + "x" * 2100},
        "has an address of 2120 characters",
    ),
    Swap(COMMENTS, {"<commentList>": '<commentList><comment ref="F5" authorId="0"/>'}, "F5 has 2 comments"),
    Swap(
        DASHBOARD,
        {"<hyperlinks>": "<hyperlinks>" + '<hyperlink ref="A1" location="A1"/>' * 65_530},
        "65532 links",
    ),
)
