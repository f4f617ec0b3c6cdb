"""What Google's discovery document does not say about its messages, written down by hand.

Names of oneofs and enums are those of Google's reference; which of its refusals were seen in real answers
is told by `tests/sandbox/test_samples.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = [
    "BODY_ROOTS",
    "CONDITIONS",
    "KEPT_DEFAULTS",
    "MASK_ROOTS",
    "MESSAGE_NAMES",
    "ONEOFS",
    "READ_ONLY",
    "REQUIRED",
    "SHARED_ENUMS",
    "WRAPPERS",
    "enum_name",
]

BODY_ROOTS: Final[Mapping[str, str]] = {
    "sheets.spreadsheets.create": "spreadsheet",
    "sheets.spreadsheets.values.append": "data",
    "sheets.spreadsheets.values.update": "data",
}
"""The field of the request message that the body fills, which starts the paths in refusals."""

MESSAGE_NAMES: Final[Mapping[str, str]] = {"Request": "BatchUpdateSpreadsheetRequest.Request"}
"""Messages declared inside another, which the document flattens."""

SHARED_ENUMS: Final[Mapping[str, str]] = {
    "condition.type": "ConditionType",
    "dateTimeRenderOption": "DateTimeRenderOption",
    "dimension": "Dimension",
    "horizontalAlignment": "HorizontalAlign",
    "insertDataOption": "InsertDataOption",
    "locationMatchingStrategy": "DeveloperMetadataLocationMatchingStrategy",
    "locationType": "DeveloperMetadataLocationType",
    "majorDimension": "Dimension",
    "pasteOrientation": "PasteOrientation",
    "pasteType": "PasteType",
    "responseDateTimeRenderOption": "DateTimeRenderOption",
    "responseValueRenderOption": "ValueRenderOption",
    "shiftDimension": "Dimension",
    "sortOrder": "SortOrder",
    "themeColor": "ThemeColorType",
    "valueInputOption": "ValueInputOption",
    "valueRenderOption": "ValueRenderOption",
    "verticalAlignment": "VerticalAlign",
    "visibility": "DeveloperMetadataVisibility",
    "commentsViewMode": "CommentsViewMode",
}
"""Enums that are declared outside of the messages that use them."""


def enum_name(schema: str, field: str) -> str:
    """The name of the enum of a field; one that is not shared is declared inside the message."""
    if schema == "BooleanCondition":
        return "ConditionType"
    title = field[:1].upper() + field[1:]
    if field.startswith(("legendPosition", "type")) and schema.endswith("Spec"):
        title = schema.removesuffix("Spec") + title
    return SHARED_ENUMS.get(field, f"{schema}.{title}")


WRAPPERS: Final[Mapping[str, frozenset[str]]] = {
    "DeveloperMetadataLookup": frozenset({"metadataId", "metadataKey", "metadataValue"}),
    "DimensionRange": frozenset({"startIndex", "endIndex"}),
    "GridRange": frozenset({"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"}),
}
"""Scalars kept in a message of their own, so that 0 differs from nothing."""

ONEOFS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "AutoFillRequest": {"area": ("range", "sourceAndDestination")},
    "AutoResizeDimensionsRequest": {"dimension_range": ("dimensions", "dataSourceSheetDimensions")},
    "ChartGroupRule": {"rule": ("dateTimeRule", "histogramRule")},
    "ChartSpec": {
        "chart": (
            "basicChart",
            "pieChart",
            "bubbleChart",
            "candlestickChart",
            "orgChart",
            "histogramChart",
            "waterfallChart",
            "treemapChart",
            "scorecardChart",
        )
    },
    "Chip": {"chip": ("personProperties", "richLinkProperties")},
    "ColorStyle": {"kind": ("rgbColor", "themeColor")},
    "ConditionValue": {"value": ("relativeDate", "userEnteredValue")},
    "ConditionalFormatRule": {"rule": ("booleanRule", "gradientRule")},
    "DataFilter": {"filter": ("developerMetadataLookup", "a1Range", "gridRange")},
    "DeveloperMetadataLocation": {"location": ("spreadsheet", "sheetId", "dimensionRange")},
    "EmbeddedObjectPosition": {"location": ("sheetId", "overlayPosition", "newSheet")},
    "ExtendedValue": {"value": ("numberValue", "stringValue", "boolValue", "formulaValue", "errorValue")},
    "FindReplaceRequest": {"scope": ("range", "sheetId", "allSheets")},
    "PasteDataRequest": {"kind": ("delimiter", "html")},
    "PivotGroupRule": {"rule": ("manualRule", "histogramRule", "dateTimeRule")},
    "PivotValue": {"value": ("sourceColumnOffset", "formula")},
    "Request": {"kind": ("*",)},
    "TextRotation": {"type": ("angle", "vertical")},
    "UpdateCellsRequest": {"area": ("start", "range")},
    "UpdateConditionalFormatRuleRequest": {"instruction": ("rule", "newIndex")},
    "UpdateDimensionPropertiesRequest": {"dimension_range": ("range", "dataSourceSheetRange")},
}
"""Fields of a message of which at most one may be set; `*` is all of them."""

READ_ONLY: Final[Mapping[str, frozenset[str]]] = {
    "CellData": frozenset({"effectiveFormat", "effectiveValue", "formattedValue", "hyperlink"}),
    "DeveloperMetadataLocation": frozenset({"locationType"}),
    "DimensionProperties": frozenset({"hiddenByFilter"}),
    "Post": frozenset({"author", "contentHtml", "createTime", "deleted", "postId", "updateTime"}),
    "ProtectedRange": frozenset({"requestingUserCanEdit"}),
    "Spreadsheet": frozenset({"commentsViewMode", "spreadsheetId", "spreadsheetUrl"}),
    "SpreadsheetProperties": frozenset({"defaultFormat"}),
}
"""Fields that only prose calls read-only. Google takes them in a body and does nothing with them."""

MASK_ROOTS: Final[Mapping[str, str]] = {
    "appendCells": "CellData",
    "repeatCell": "CellData",
    "updateBanding": "BandedRange",
    "updateCells": "CellData",
    "updateDataSource": "DataSource",
    "updateDeveloperMetadata": "DeveloperMetadata",
    "updateDimensionGroup": "DimensionGroup",
    "updateDimensionProperties": "DimensionProperties",
    "updateEmbeddedObjectBorder": "EmbeddedObjectBorder",
    # Its sibling is an EmbeddedObjectPosition, but what it names lies one level below.
    "updateEmbeddedObjectPosition": "OverlayPosition",
    "updateFilterView": "FilterView",
    "updateNamedRange": "NamedRange",
    "updateProtectedRange": "ProtectedRange",
    "updateSheetProperties": "SheetProperties",
    "updateSlicerSpec": "SlicerSpec",
    "updateSpreadsheetProperties": "SpreadsheetProperties",
    "updateTable": "Table",
}
"""The message that the mask of each kind of update starts at."""

REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "addBanding": ("bandedRange",),
    "addChart": ("chart.spec",),
    "addConditionalFormatRule": ("rule.ranges",),
    "addDimensionGroup": ("range",),
    "addFilterView": ("filter",),
    "addNamedRange": ("namedRange.name", "namedRange.range"),
    "addProtectedRange": ("protectedRange",),
    "addSlicer": ("slicer.spec",),
    "addTable": ("table.range",),
    "appendDimension": ("dimension", "length"),
    "autoFill": ("range|sourceAndDestination",),
    "autoResizeDimensions": ("dimensions|dataSourceSheetDimensions",),
    "copyPaste": ("source", "destination"),
    "createDeveloperMetadata": ("developerMetadata.location", "developerMetadata.visibility"),
    "cutPaste": ("source", "destination"),
    "deleteDeveloperMetadata": ("dataFilter",),
    "deleteDimension": ("range",),
    "deleteDimensionGroup": ("range",),
    "deleteDuplicates": ("range",),
    "deleteNamedRange": ("namedRangeId",),
    "deleteRange": ("range", "shiftDimension"),
    "deleteTable": ("tableId",),
    "findReplace": ("find", "range|sheetId|allSheets"),
    "insertDimension": ("range",),
    "insertRange": ("range", "shiftDimension"),
    "mergeCells": ("range",),
    "moveDimension": ("source",),
    "pasteData": ("coordinate",),
    "randomizeRange": ("range",),
    "repeatCell": ("range",),
    "setBasicFilter": ("filter",),
    "setDataValidation": ("range",),
    "sortRange": ("range", "sortSpecs"),
    "textToColumns": ("source",),
    "trimWhitespace": ("range",),
    "unmergeCells": ("range",),
    "updateBorders": ("range",),
    "updateCells": ("start|range",),
    "updateChartSpec": ("spec",),
    "updateDeveloperMetadata": ("dataFilters", "developerMetadata"),
    "updateDimensionGroup": ("dimensionGroup.range",),
    "updateDimensionProperties": ("range|dataSourceSheetRange",),
    "updateEmbeddedObjectPosition": ("newPosition",),
    "updateFilterView": ("filter",),
    "updateNamedRange": ("namedRange",),
    "updateProtectedRange": ("protectedRange",),
    "updateSheetProperties": ("properties",),
    "updateSlicerSpec": ("spec",),
    "updateSpreadsheetProperties": ("properties",),
    "updateTable": ("table.tableId",),
}
"""What a request of each kind cannot do without; `|` is one of several. No numbers: 0 is nothing."""

_EVERYWHERE: Final = ("data validation", "conditional formatting", "filters")
_VALIDATION: Final = ("data validation",)
_RULES: Final = ("conditional formatting", "filters")
_DATA_SOURCES: Final = ("filters",)

CONDITIONS: Final[Mapping[str, tuple[int, int | None, tuple[str, ...]]]] = {
    "NUMBER_GREATER": (1, 1, _EVERYWHERE),
    "NUMBER_GREATER_THAN_EQ": (1, 1, _EVERYWHERE),
    "NUMBER_LESS": (1, 1, _EVERYWHERE),
    "NUMBER_LESS_THAN_EQ": (1, 1, _EVERYWHERE),
    "NUMBER_EQ": (1, 1, _EVERYWHERE),
    "NUMBER_NOT_EQ": (1, 1, _EVERYWHERE),
    "NUMBER_BETWEEN": (2, 2, _EVERYWHERE),
    "NUMBER_NOT_BETWEEN": (2, 2, _EVERYWHERE),
    "TEXT_CONTAINS": (1, 1, _EVERYWHERE),
    "TEXT_NOT_CONTAINS": (1, 1, _EVERYWHERE),
    "TEXT_STARTS_WITH": (1, 1, _RULES),
    "TEXT_ENDS_WITH": (1, 1, _RULES),
    "TEXT_EQ": (1, 1, _EVERYWHERE),
    "TEXT_IS_EMAIL": (0, 0, _VALIDATION),
    "TEXT_IS_URL": (0, 0, _VALIDATION),
    "DATE_EQ": (1, 1, _EVERYWHERE),
    "DATE_BEFORE": (1, 1, _EVERYWHERE),
    "DATE_AFTER": (1, 1, _EVERYWHERE),
    "DATE_ON_OR_BEFORE": (1, 1, _VALIDATION),
    "DATE_ON_OR_AFTER": (1, 1, _VALIDATION),
    "DATE_BETWEEN": (2, 2, _VALIDATION),
    "DATE_NOT_BETWEEN": (2, 2, _VALIDATION),
    "DATE_IS_VALID": (0, 0, _VALIDATION),
    "ONE_OF_RANGE": (1, 1, _VALIDATION),
    "ONE_OF_LIST": (0, None, _VALIDATION),
    "BLANK": (0, 0, _RULES),
    "NOT_BLANK": (0, 0, _RULES),
    "CUSTOM_FORMULA": (1, 1, _EVERYWHERE),
    "BOOLEAN": (0, 2, _VALIDATION),
    "TEXT_NOT_EQ": (1, None, _DATA_SOURCES),
    "DATE_NOT_EQ": (1, None, _DATA_SOURCES),
    "FILTER_EXPRESSION": (1, 1, _DATA_SOURCES),
}
"""How many values each condition takes, at least and at most, and where it may stand."""

KEPT_DEFAULTS: Final = frozenset(
    {
        "bold",
        "boolValue",
        "endColumnIndex",
        "endIndex",
        "endRowIndex",
        "formulaValue",
        "index",
        "italic",
        "numberValue",
        "startColumnIndex",
        "startIndex",
        "startRowIndex",
        "strikethrough",
        "stringValue",
        "underline",
        "userEnteredValue",
    }
)
"""Fields that stand in an answer although they are 0, false or empty: members of oneofs and wrappers."""
