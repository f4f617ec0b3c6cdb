"""One request of every kind that batchUpdate knows, in an order in which each finds what it needs.

They are applied to a new spreadsheet whose only tab has the id 0.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def box(top: int, bottom: int, left: int, right: int, sheet_id: int = 0) -> Json:
    return {
        "sheetId": sheet_id,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def span(dimension: str, start: int, end: int, sheet_id: int = 0) -> Json:
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}


def text(value: str) -> Json:
    return {"userEnteredValue": {"stringValue": value}}


def number(value: float) -> Json:
    return {"userEnteredValue": {"numberValue": value}}


RED: Json = {"rgbColor": {"red": 0.9, "green": 0.2, "blue": 0.2}}
BORDER: Json = {"style": "SOLID", "colorStyle": {"themeColor": "TEXT"}}
TICKETS = [
    {"values": [text("Id"), text("Title"), text("Status"), text("Hours"), text("Owner")]},
    {"values": [text("T1"), text("No paper"), text("open"), number(2.5), text("Mia")]},
    {"values": [text("T2"), text(" New screen "), text("done"), number(1), text("Ben")]},
    {
        "values": [
            text("T3"),
            text("Password"),
            text("open"),
            {"userEnteredValue": {"formulaValue": "=1+2"}},
            {},
        ]
    },
]
CHART: Json = {
    "title": "Hours by owner",
    "basicChart": {
        "chartType": "COLUMN",
        "legendPosition": "BOTTOM_LEGEND",
        "axis": [{"position": "BOTTOM_AXIS", "title": "Owner"}, {"position": "LEFT_AXIS", "title": "Hours"}],
        "domains": [{"domain": {"sourceRange": {"sources": [box(0, 4, 4, 5)]}}}],
        "series": [{"series": {"sourceRange": {"sources": [box(0, 4, 3, 4)]}}, "targetAxis": "LEFT_AXIS"}],
        "headerCount": 1,
    },
}
OVERLAY: Json = {
    "overlayPosition": {
        "anchorCell": {"sheetId": 0, "rowIndex": 6, "columnIndex": 6},
        "offsetXPixels": 10,
        "widthPixels": 400,
        "heightPixels": 240,
    }
}

SAMPLES: list[tuple[str, Json]] = [
    (
        "updateSpreadsheetProperties",
        {"properties": {"title": "Desk", "timeZone": "Europe/Berlin"}, "fields": "title,timeZone"},
    ),
    (
        "updateSheetProperties",
        {
            "properties": {
                "sheetId": 0,
                "title": "Tickets",
                "gridProperties": {"frozenRowCount": 1},
                "tabColorStyle": RED,
            },
            "fields": "title,gridProperties.frozenRowCount,tabColorStyle",
        },
    ),
    (
        "addSheet",
        {
            "properties": {
                "sheetId": 7,
                "title": "Team",
                "gridProperties": {"rowCount": 60, "columnCount": 12},
            }
        },
    ),
    (
        "updateCells",
        {
            "start": {"sheetId": 0, "rowIndex": 0, "columnIndex": 0},
            "rows": TICKETS,
            "fields": "userEnteredValue",
        },
    ),
    ("appendCells", {"sheetId": 7, "rows": TICKETS[:2], "fields": "userEnteredValue"}),
    (
        "repeatCell",
        {
            "range": box(0, 1, 0, 5),
            "cell": {
                "userEnteredFormat": {
                    "textFormat": {"bold": True},
                    "backgroundColorStyle": {"themeColor": "ACCENT1"},
                }
            },
            "fields": "userEnteredFormat(textFormat.bold,backgroundColorStyle)",
        },
    ),
    (
        "updateBorders",
        {"range": box(0, 4, 0, 5), "top": BORDER, "bottom": BORDER, "innerHorizontal": {"style": "DOTTED"}},
    ),
    ("mergeCells", {"range": box(20, 22, 0, 3), "mergeType": "MERGE_ALL"}),
    ("unmergeCells", {"range": box(20, 22, 0, 3)}),
    ("insertDimension", {"range": span("ROWS", 30, 33), "inheritFromBefore": True}),
    ("deleteDimension", {"range": span("ROWS", 30, 33)}),
    ("appendDimension", {"sheetId": 7, "dimension": "ROWS", "length": 5}),
    ("moveDimension", {"source": span("COLUMNS", 20, 22), "destinationIndex": 18}),
    (
        "updateDimensionProperties",
        {"range": span("COLUMNS", 0, 1), "properties": {"pixelSize": 80}, "fields": "pixelSize"},
    ),
    ("autoResizeDimensions", {"dimensions": span("COLUMNS", 1, 2)}),
    ("addDimensionGroup", {"range": span("ROWS", 40, 44)}),
    (
        "updateDimensionGroup",
        {
            "dimensionGroup": {"range": span("ROWS", 40, 44), "depth": 1, "collapsed": True},
            "fields": "collapsed",
        },
    ),
    ("deleteDimensionGroup", {"range": span("ROWS", 40, 44)}),
    ("insertRange", {"range": box(50, 52, 0, 2), "shiftDimension": "ROWS"}),
    ("deleteRange", {"range": box(50, 52, 0, 2), "shiftDimension": "ROWS"}),
    (
        "copyPaste",
        {
            "source": box(0, 1, 0, 5),
            "destination": box(60, 61, 0, 5),
            "pasteType": "PASTE_FORMAT",
            "pasteOrientation": "NORMAL",
        },
    ),
    (
        "cutPaste",
        {
            "source": box(60, 61, 0, 5),
            "destination": {"sheetId": 0, "rowIndex": 62, "columnIndex": 0},
            "pasteType": "PASTE_NORMAL",
        },
    ),
    (
        "pasteData",
        {
            "coordinate": {"sheetId": 0, "rowIndex": 70, "columnIndex": 0},
            "data": "a;b\nc;d",
            "type": "PASTE_VALUES",
            "delimiter": ";",
        },
    ),
    ("textToColumns", {"source": box(70, 72, 0, 1), "delimiterType": "AUTODETECT"}),
    (
        "autoFill",
        {
            "useAlternateSeries": False,
            "sourceAndDestination": {"source": box(70, 72, 1, 2), "dimension": "ROWS", "fillLength": 2},
        },
    ),
    ("trimWhitespace", {"range": box(1, 4, 1, 2)}),
    ("deleteDuplicates", {"range": box(1, 4, 0, 5), "comparisonColumns": [span("COLUMNS", 0, 1)]}),
    ("randomizeRange", {"range": box(70, 72, 0, 2)}),
    ("findReplace", {"find": "paper", "replacement": "toner", "matchCase": True, "allSheets": True}),
    (
        "sortRange",
        {
            "range": box(1, 4, 0, 5),
            "sortSpecs": [{"dimensionIndex": 3, "sortOrder": "DESCENDING"}, {"dimensionIndex": 0}],
        },
    ),
    (
        "setDataValidation",
        {
            "range": box(1, 100, 2, 3),
            "rule": {
                "condition": {
                    "type": "ONE_OF_LIST",
                    "values": [{"userEnteredValue": "open"}, {"userEnteredValue": "done"}],
                },
                "inputMessage": "open or done",
                "strict": True,
                "showCustomUi": True,
            },
        },
    ),
    (
        "addConditionalFormatRule",
        {
            "index": 0,
            "rule": {
                "ranges": [box(1, 100, 0, 5)],
                "booleanRule": {
                    "condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": '=$C2="open"'}]},
                    "format": {"textFormat": {"italic": True}, "backgroundColorStyle": RED},
                },
            },
        },
    ),
    (
        "updateConditionalFormatRule",
        {
            "index": 0,
            "sheetId": 0,
            "rule": {
                "ranges": [box(1, 100, 3, 4)],
                "gradientRule": {
                    "minpoint": {"type": "MIN", "colorStyle": RED},
                    "midpoint": {
                        "type": "PERCENTILE",
                        "value": "50",
                        "colorStyle": {"themeColor": "ACCENT2"},
                    },
                    "maxpoint": {"type": "MAX", "colorStyle": {"themeColor": "ACCENT3"}},
                },
            },
        },
    ),
    ("deleteConditionalFormatRule", {"index": 0, "sheetId": 0}),
    (
        "addNamedRange",
        {"namedRange": {"namedRangeId": "status1", "name": "Status", "range": box(1, 4, 2, 3)}},
    ),
    ("updateNamedRange", {"namedRange": {"namedRangeId": "status1", "name": "States"}, "fields": "name"}),
    ("deleteNamedRange", {"namedRangeId": "status1"}),
    (
        "addProtectedRange",
        {
            "protectedRange": {
                "protectedRangeId": 31,
                "range": box(0, 1, 0, 5),
                "description": "Header",
                "editors": {"users": ["owner@sandbox.local"]},
            }
        },
    ),
    (
        "updateProtectedRange",
        {"protectedRange": {"protectedRangeId": 31, "description": "Titles"}, "fields": "description"},
    ),
    ("deleteProtectedRange", {"protectedRangeId": 31}),
    (
        "setBasicFilter",
        {
            "filter": {
                "range": box(0, 4, 0, 5),
                "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}],
                "filterSpecs": [{"columnIndex": 2, "filterCriteria": {"hiddenValues": ["done"]}}],
            }
        },
    ),
    ("clearBasicFilter", {"sheetId": 0}),
    (
        "addFilterView",
        {
            "filter": {
                "filterViewId": 41,
                "title": "Open ones",
                "range": box(0, 4, 0, 5),
                "criteria": {
                    "2": {
                        "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": "open"}]},
                        "visibleBackgroundColorStyle": RED,
                    }
                },
            }
        },
    ),
    ("updateFilterView", {"filter": {"filterViewId": 41, "title": "Open tickets"}, "fields": "title"}),
    ("duplicateFilterView", {"filterId": 41}),
    ("deleteFilterView", {"filterId": 41}),
    (
        "addBanding",
        {
            "bandedRange": {
                "bandedRangeId": 51,
                "range": box(0, 10, 8, 10),
                "rowProperties": {
                    "headerColorStyle": RED,
                    "firstBandColorStyle": {"themeColor": "BACKGROUND"},
                    "secondBandColorStyle": RED,
                },
            }
        },
    ),
    (
        "updateBanding",
        {
            "bandedRange": {"bandedRangeId": 51, "rowProperties": {"footerColorStyle": RED}},
            "fields": "rowProperties.footerColorStyle",
        },
    ),
    ("deleteBanding", {"bandedRangeId": 51}),
    (
        "createDeveloperMetadata",
        {
            "developerMetadata": {
                "metadataId": 61,
                "metadataKey": "ticket",
                "metadataValue": "T2",
                "location": {"dimensionRange": span("ROWS", 2, 3)},
                "visibility": "DOCUMENT",
            }
        },
    ),
    (
        "updateDeveloperMetadata",
        {
            "dataFilters": [{"developerMetadataLookup": {"metadataId": 61}}],
            "developerMetadata": {"metadataValue": "T3"},
            "fields": "metadataValue",
        },
    ),
    ("deleteDeveloperMetadata", {"dataFilter": {"developerMetadataLookup": {"metadataKey": "ticket"}}}),
    ("addChart", {"chart": {"chartId": 71, "spec": CHART, "position": OVERLAY}}),
    ("updateChartSpec", {"chartId": 71, "spec": CHART | {"title": "Hours"}}),
    (
        "updateEmbeddedObjectPosition",
        {
            "objectId": 71,
            "newPosition": {
                "overlayPosition": {
                    "anchorCell": {"sheetId": 0, "rowIndex": 9, "columnIndex": 6},
                    "widthPixels": 500,
                }
            },
            "fields": "anchorCell(rowIndex,columnIndex),widthPixels",
        },
    ),
    ("updateEmbeddedObjectBorder", {"objectId": 71, "border": {"colorStyle": RED}, "fields": "colorStyle"}),
    (
        "addSlicer",
        {
            "slicer": {
                "slicerId": 81,
                "spec": {
                    "dataRange": box(0, 4, 0, 5),
                    "columnIndex": 2,
                    "title": "Status",
                    "filterCriteria": {},
                },
                "position": OVERLAY,
            }
        },
    ),
    ("updateSlicerSpec", {"slicerId": 81, "spec": {"title": "By status"}, "fields": "title"}),
    ("deleteEmbeddedObject", {"objectId": 71}),
    (
        "addTable",
        {
            "table": {
                "tableId": "team1",
                "name": "Team",
                "range": box(0, 2, 0, 5, 7),
                "columnProperties": [
                    {"columnIndex": 0, "columnName": "Id", "columnType": "TEXT"},
                    {
                        "columnIndex": 2,
                        "columnName": "Status",
                        "columnType": "DROPDOWN",
                        "dataValidationRule": {
                            "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "open"}]}
                        },
                    },
                ],
            }
        },
    ),
    ("updateTable", {"table": {"tableId": "team1", "name": "People"}, "fields": "name"}),
    ("deleteTable", {"tableId": "team1"}),
    (
        "duplicateSheet",
        {"sourceSheetId": 7, "insertSheetIndex": 1, "newSheetId": 8, "newSheetName": "Team (copy)"},
    ),
    ("deleteSheet", {"sheetId": 8}),
    (
        "insertComment",
        {"coordinate": {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}, "content": "Which floor?"},
    ),
    ("addCommentReply", {"commentId": "c1", "post": {"content": "The second."}}),
    ("updateCommentPost", {"commentId": "c1", "postId": "p1", "content": "The third."}),
    ("deleteCommentReply", {"commentId": "c1", "postId": "p1"}),
    ("deleteComment", {"commentId": "c1"}),
    (
        "addDataSource",
        {
            "dataSource": {
                "spec": {
                    "bigQuery": {"projectId": "desk", "querySpec": {"rawQuery": "select id from tickets"}}
                },
                "calculatedColumns": [{"reference": {"name": "late"}, "formula": "=hours>8"}],
            }
        },
    ),
    ("updateDataSource", {"dataSource": {"dataSourceId": "d1"}, "fields": "spec"}),
    ("refreshDataSource", {"dataSourceId": "d1", "force": True}),
    ("cancelDataSourceRefresh", {"dataSourceId": "d1"}),
    ("deleteDataSource", {"dataSourceId": "d1"}),
]
