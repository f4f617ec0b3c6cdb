"""The state of one spreadsheet, kept in the API's own JSON shapes.

Cells, rows and every other dict in it are replaced, never changed in place: `copy` shares them, so
that a batch works on a copy of 100,000 rows at the cost of a few lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = [
    "DEFAULT_FORMAT",
    "EMPTY_ROW",
    "MAX_CELLS",
    "THEME",
    "Json",
    "Row",
    "Spreadsheet",
    "Tab",
    "new_spreadsheet",
    "new_tab_properties",
]

Json = dict[str, Any]
Row = dict[int, Json]
"""The cells of a row that hold anything: column, counted from 0, to CellData."""

MAX_CELLS = 10_000_000

LISTS = (
    "merges",
    "conditional_formats",
    "filter_views",
    "protected_ranges",
    "charts",
    "banded_ranges",
    "slicers",
    "row_groups",
    "column_groups",
    "tables",
)


@dataclass
class Tab:
    """One tab: `rows` reaches to the last used row, and a row without cells is None."""

    properties: Json
    rows: list[Row | None] = field(default_factory=list)
    row_metadata: dict[int, Json] = field(default_factory=dict)
    column_metadata: dict[int, Json] = field(default_factory=dict)
    merges: list[Json] = field(default_factory=list)
    conditional_formats: list[Json] = field(default_factory=list)
    filter_views: list[Json] = field(default_factory=list)
    protected_ranges: list[Json] = field(default_factory=list)
    basic_filter: Json | None = None
    charts: list[Json] = field(default_factory=list)
    banded_ranges: list[Json] = field(default_factory=list)
    slicers: list[Json] = field(default_factory=list)
    row_groups: list[Json] = field(default_factory=list)
    column_groups: list[Json] = field(default_factory=list)
    tables: list[Json] = field(default_factory=list)

    @property
    def id(self) -> int:
        return int(self.properties["sheetId"])

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @property
    def row_count(self) -> int:
        return int(self.properties.get("gridProperties", {}).get("rowCount", 0))

    @property
    def column_count(self) -> int:
        return int(self.properties.get("gridProperties", {}).get("columnCount", 0))

    @property
    def has_grid(self) -> bool:
        """False of a tab that a chart has to itself."""
        return "gridProperties" in self.properties

    def copy(self) -> Tab:
        """Another tab that shares every row and dict with this one."""
        copied = replace(
            self,
            rows=self.rows.copy(),
            row_metadata=self.row_metadata.copy(),
            column_metadata=self.column_metadata.copy(),
        )
        for name in LISTS:
            setattr(copied, name, getattr(self, name).copy())
        return copied

    def cell(self, row: int, column: int) -> Json:
        """The CellData there, {} where nothing was ever written."""
        cells = self.rows[row] if row < len(self.rows) else None
        return cells.get(column, EMPTY) if cells else EMPTY

    def put(self, row: int, cells: Row) -> None:
        """Set some cells of a row; an empty CellData takes the cell away."""
        rows = self.rows
        if row >= len(rows):
            if not any(cells.values()):
                return
            rows.extend([None] * (row + 1 - len(rows)))
        merged = {**(rows[row] or EMPTY_ROW), **cells}
        if not all(cells.values()):
            merged = {column: cell for column, cell in merged.items() if cell}
        rows[row] = merged or None
        if not merged and row == len(rows) - 1:
            self.trim()

    def trim(self) -> None:
        """Drop the rows after the last used one."""
        rows = self.rows
        while rows and not rows[-1]:
            rows.pop()

    def resized(self, rows: int, columns: int) -> None:
        """Give the grid another size; what lies outside is the caller's to remove."""
        grid = {**self.properties.get("gridProperties", {}), "rowCount": rows, "columnCount": columns}
        self.properties = {**self.properties, "gridProperties": grid}


EMPTY: Json = {}
EMPTY_ROW: Row = {}


@dataclass
class Spreadsheet:
    """One spreadsheet. `developer_metadata` holds that of every place, by its id."""

    id: str
    properties: Json
    tabs: list[Tab] = field(default_factory=list)
    named_ranges: dict[str, Json] = field(default_factory=dict)
    developer_metadata: dict[int, Json] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @title.setter
    def title(self, title: str) -> None:
        self.properties = {**self.properties, "title": title}

    def copy(self) -> Spreadsheet:
        """A spreadsheet to work on, which shares rows and dicts with this one."""
        return replace(
            self,
            tabs=[tab.copy() for tab in self.tabs],
            named_ranges=self.named_ranges.copy(),
            developer_metadata=self.developer_metadata.copy(),
        )

    def tab(self, sheet_id: int) -> Tab | None:
        """The tab with that sheetId, or None."""
        return next((tab for tab in self.tabs if tab.properties["sheetId"] == sheet_id), None)

    def tab_titled(self, title: str) -> Tab | None:
        """The tab with that title; capitals do not matter, an exact match comes first."""
        exact = next((tab for tab in self.tabs if tab.properties["title"] == title), None)
        if exact is not None:
            return exact
        folded = title.casefold()
        return next((tab for tab in self.tabs if tab.title.casefold() == folded), None)

    def cell_count(self) -> int:
        """How many cells all grids have together, used or not."""
        return sum(tab.row_count * tab.column_count for tab in self.tabs)

    def renumber(self) -> None:
        """Write each tab's place in the order into its properties."""
        for index, tab in enumerate(self.tabs):
            if tab.properties.get("index") != index:
                tab.properties = {**tab.properties, "index": index}

    def formulas(self) -> Iterator[tuple[Tab, int, int, str]]:
        """Every formula with its place: tab, row, column, text."""
        for tab in self.tabs:
            for row, cells in enumerate(tab.rows):
                for column, cell in (cells or EMPTY_ROW).items():
                    formula = cell.get("userEnteredValue", EMPTY).get("formulaValue")
                    if formula is not None:
                        yield tab, row, column, formula


WHITE: Json = {"red": 1, "green": 1, "blue": 1}

DEFAULT_FORMAT: Json = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}


def themed(kind: str, red: float, green: float, blue: float) -> Json:
    parts = {"red": red, "green": green, "blue": blue}
    return {"colorType": kind, "color": {"rgbColor": {name: part for name, part in parts.items() if part}}}


THEME: Json = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        themed("TEXT", 0, 0, 0),
        themed("BACKGROUND", 1, 1, 1),
        themed("ACCENT1", 0.25882354, 0.52156866, 0.95686275),
        themed("ACCENT2", 0.91764706, 0.2627451, 0.20784314),
        themed("ACCENT3", 0.9843137, 0.7372549, 0.015686275),
        themed("ACCENT4", 0.20392157, 0.65882355, 0.3254902),
        themed("ACCENT5", 1, 0.42745098, 0.003921569),
        themed("ACCENT6", 0.27450982, 0.7411765, 0.7764706),
        themed("LINK", 0.06666667, 0.33333334, 0.8),
    ],
}


def new_spreadsheet(
    spreadsheet_id: str, title: str, *, locale: str = "en_US", time_zone: str = "Etc/GMT"
) -> Spreadsheet:
    """A spreadsheet as Google makes it: one tab `Sheet1` of 1000 rows and 26 columns."""
    properties: Json = {
        "title": title,
        "locale": locale,
        "autoRecalc": "ON_CHANGE",
        "timeZone": time_zone,
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": THEME,
    }
    return Spreadsheet(spreadsheet_id, properties, [Tab(new_tab_properties(0, "Sheet1", 0))])


def new_tab_properties(sheet_id: int, title: str, index: int, rows: int = 1000, columns: int = 26) -> Json:
    """The SheetProperties of an ordinary tab."""
    grid = {"rowCount": rows, "columnCount": columns}
    return {"sheetId": sheet_id, "title": title, "index": index, "sheetType": "GRID", "gridProperties": grid}
