"""What each kind of request does rests on: a recording, another's measurement, Google's words, or a guess.

A test that leans on the sandbox leans on this. A handler without an entry fails the suite.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

__all__ = ["LEDGER", "Entry", "Evidence"]


class Evidence(Enum):
    """How well something is known, best first."""

    RECORDED = "seen in recorded traffic"
    MEASURED = "measured by others"
    DOCUMENTED = "in Google's documentation"
    ASSUMED = "assumed"


class Entry(NamedTuple):
    """The evidence for the main effect of a kind, and what of it is known less well."""

    evidence: Evidence
    doubts: str = ""


RECORDED, DOCUMENTED, ASSUMED = Evidence.RECORDED, Evidence.DOCUMENTED, Evidence.ASSUMED

LEDGER: dict[str, Entry] = {
    "addSheet": Entry(RECORDED, "the words for a taken id"),
    "deleteSheet": Entry(RECORDED, "that formulas of other tabs show #REF!"),
    "duplicateSheet": Entry(DOCUMENTED, "that developer metadata is not copied (measured by others)"),
    "updateSheetProperties": Entry(RECORDED, "moving a tab by its index (documented)"),
    "updateSpreadsheetProperties": Entry(RECORDED),
    "insertDimension": Entry(
        RECORDED, "formats and validations of new rows; that the frozen rows grow; words of refusals"
    ),
    "deleteDimension": Entry(DOCUMENTED, "what becomes of ranges that lose all their rows"),
    "appendDimension": Entry(DOCUMENTED),
    "moveDimension": Entry(DOCUMENTED, "ranges across the edge of what is moved"),
    "updateDimensionProperties": Entry(RECORDED),
    "autoResizeDimensions": Entry(RECORDED, "the widths themselves"),
    "addDimensionGroup": Entry(RECORDED, "groups in groups (documented)"),
    "deleteDimensionGroup": Entry(RECORDED, "groups in groups (documented)"),
    "updateDimensionGroup": Entry(DOCUMENTED, "that folding hides by user"),
    "insertRange": Entry(DOCUMENTED, "that the grid grows for what is pushed out"),
    "deleteRange": Entry(DOCUMENTED),
    "updateCells": Entry(RECORDED, "words of refusals"),
    "repeatCell": Entry(RECORDED, "references in a repeated formula (documented)"),
    "appendCells": Entry(DOCUMENTED, "that only values count as data; where rows of a table go"),
    "setDataValidation": Entry(DOCUMENTED),
    "findReplace": Entry(DOCUMENTED, "that what comes out is read as if typed"),
    "trimWhitespace": Entry(DOCUMENTED),
    "copyPaste": Entry(RECORDED, "pastes other than NORMAL (documented)"),
    "cutPaste": Entry(
        RECORDED, "that references and merges follow; that metadata stays (measured by others)"
    ),
    "sortRange": Entry(
        DOCUMENTED,
        "the order of kinds of values; whether rows' metadata follows is a switch, both are claimed",
    ),
    "randomizeRange": Entry(DOCUMENTED),
    "deleteDuplicates": Entry(
        DOCUMENTED, "that the end of the range is emptied with its formats; rows without values"
    ),
    "textToColumns": Entry(
        DOCUMENTED, "that pieces are trimmed and read as if typed; which sign is detected"
    ),
    "pasteData": Entry(DOCUMENTED, "that pieces are read as if typed; quotes around them"),
    "mergeCells": Entry(RECORDED, "that hidden values are lost; words of refusals"),
    "unmergeCells": Entry(RECORDED),
    "updateBorders": Entry(DOCUMENTED),
    "addConditionalFormatRule": Entry(DOCUMENTED, "the colours of rules are not in effectiveFormat"),
    "updateConditionalFormatRule": Entry(DOCUMENTED),
    "deleteConditionalFormatRule": Entry(DOCUMENTED),
    "addBanding": Entry(DOCUMENTED),
    "updateBanding": Entry(DOCUMENTED),
    "deleteBanding": Entry(DOCUMENTED),
    "addNamedRange": Entry(RECORDED, "words of refusals; that open ends are filled in (documented)"),
    "updateNamedRange": Entry(RECORDED),
    "deleteNamedRange": Entry(RECORDED),
    "addProtectedRange": Entry(RECORDED, "the refusal of other editors (measured by others)"),
    "updateProtectedRange": Entry(DOCUMENTED, "that a name takes the place of a range"),
    "deleteProtectedRange": Entry(RECORDED),
    "setBasicFilter": Entry(
        DOCUMENTED, "that a sort in it moves rows for everyone; that dates are compared by their day"
    ),
    "clearBasicFilter": Entry(DOCUMENTED),
    "addFilterView": Entry(DOCUMENTED, "the title when none is given"),
    "updateFilterView": Entry(DOCUMENTED),
    "duplicateFilterView": Entry(DOCUMENTED, "the title of the copy"),
    "deleteFilterView": Entry(DOCUMENTED),
    "addTable": Entry(DOCUMENTED, "names of columns without a header"),
    "updateTable": Entry(DOCUMENTED),
    "deleteTable": Entry(ASSUMED, "the cells are emptied with it"),
    "addChart": Entry(DOCUMENTED, "what a spec is completed with; the title of a chart's own tab"),
    "updateChartSpec": Entry(DOCUMENTED),
    "addSlicer": Entry(DOCUMENTED, "that it hides rows, which is not done here"),
    "updateSlicerSpec": Entry(DOCUMENTED),
    "updateEmbeddedObjectPosition": Entry(DOCUMENTED, "that a chart's own tab goes when it moves"),
    "updateEmbeddedObjectBorder": Entry(DOCUMENTED),
    "deleteEmbeddedObject": Entry(DOCUMENTED, "that a chart's own tab goes with it"),
    "createDeveloperMetadata": Entry(DOCUMENTED, "the words for a taken id and for too many characters"),
    "updateDeveloperMetadata": Entry(DOCUMENTED),
    "deleteDeveloperMetadata": Entry(DOCUMENTED),
}
"""Every kind of request that a batch can hold here."""
