"""A whole workbook as a value: tabs, cells, checks, locks, charts and pivots, in nobody's dialect.

`draw` makes one from a desk and its tables; a kind of sheet renders it. Positions count from 0;
widths are in characters of the body font, heights in points. Nothing here knows about tickets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sheetdesk.columns.base import Cell, CellCheck, CellKind
from sheetdesk.plan.formula import Expr, Formula, Place
from sheetdesk.plan.pivot import PivotLayout, PivotPlan, SlicerPlan
from sheetdesk.plan.pivot_source import PivotSource

__all__ = [
    "Align",
    "CellPlan",
    "ChartKind",
    "ChartPlan",
    "ColumnPlan",
    "Highlight",
    "NamePlan",
    "PrintPlan",
    "SeriesPlan",
    "SheetPlan",
    "Span",
    "Style",
    "TabPlan",
    "TablePlan",
]


Align = Literal["", "left", "center", "right"]


@dataclass(frozen=True)
class Style:
    """How a cell looks. `number_format` is a spreadsheet number format in its English form."""

    bold: bool = False
    italic: bool = False
    size: float | None = None
    color: str = ""
    fill: str = ""
    wrap: bool = False
    align: Align = ""
    middle: bool = False
    number_format: str = ""
    border: str = ""
    border_bottom: str = ""
    unlocked: bool = False
    indent: int = 0


@dataclass(frozen=True)
class Span:
    """A block of cells on one tab."""

    tab: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class CellPlan:
    """One cell of a free-form tab; `columns`/`rows` over 1 merge it with its neighbours."""

    row: int
    column: int
    content: Cell | Formula
    style: Style = Style()
    kind: CellKind = CellKind.TEXT
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Highlight:
    """Rows or cells shown in `style` while `when` holds in their row; first match wins.

    `columns` empty: the whole row. `when` None with `duplicates`: cells whose value stands twice.
    """

    style: Style
    when: Expr | None = None
    columns: tuple[str, ...] = ()
    duplicates: bool = False


@dataclass(frozen=True)
class ColumnPlan:
    """One column of a table: what it is called, how it looks, what may be typed, what it holds.

    `cells` has one entry a row: what `show` gave, or the values of `formula`. `is_kept` is False for
    what is worked out from other columns or the clock, with a formula or without. `is_ours`: nobody
    types into it, rules write it or it is worked out; a ticket's id aside.
    """

    key: str
    title: str
    cells: Sequence[Cell]
    kind: CellKind
    style: Style
    width_chars: float
    check: CellCheck | None = None
    prompt_title: str = ""
    prompt: str = ""
    refusal: str = ""
    note: str = ""
    required: bool = False
    formula: Expr | None = None
    hidden: bool = False
    is_kept: bool = True
    is_ours: bool = False


@dataclass(frozen=True)
class TablePlan:
    """A table that people sort, filter and extend. `reach` is how many rows below it are guided."""

    name: str
    columns: tuple[ColumnPlan, ...]
    rows: int
    top: int = 0
    left: int = 0
    highlights: tuple[Highlight, ...] = ()
    reach: int = 1000
    row_height: float | None = None
    banded: bool = True

    def index(self, key: str) -> int:
        """The position of the column called `key`."""
        return [column.key for column in self.columns].index(key)


@dataclass(frozen=True)
class SeriesPlan:
    """One line or set of bars. `color` is RRGGBB."""

    title: Span
    labels: Span
    values: Span
    color: str = ""


ChartKind = Literal["bar", "bar_stacked", "column", "column_stacked", "line"]


@dataclass(frozen=True)
class ChartPlan:
    """A native chart over cells; `over_pivot` names the PivotPlan that steers it."""

    kind: ChartKind
    title: str
    row: int
    column: int
    series: tuple[SeriesPlan, ...]
    width_px: int = 480
    height_px: int = 288
    over_pivot: str = ""
    description: str = ""


@dataclass(frozen=True)
class PrintPlan:
    """How a tab prints; `wide` takes the next larger paper, `one_page` shrinks everything onto one."""

    wide: bool = False
    landscape: bool = True
    fit_width: bool = True
    one_page: bool = False
    repeat_rows: int = 0
    footer: str = ""


@dataclass(frozen=True)
class NamePlan:
    """A defined name: a block of cells, or an expression that finds one."""

    name: str
    source: Span | Expr


@dataclass(frozen=True)
class TabPlan:
    """One page. `protected` tabs are locked but for cells whose style is `unlocked`."""

    key: str
    title: str
    cells: tuple[CellPlan, ...] = ()
    table: TablePlan | None = None
    charts: tuple[ChartPlan, ...] = ()
    pivots: tuple[PivotPlan, ...] = ()
    slicers: tuple[SlicerPlan, ...] = ()
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    frozen: tuple[int, int] = (0, 0)
    protected: bool = False
    visibility: Literal["shown", "hidden", "very_hidden"] = "shown"
    color: str = ""
    gridlines: bool = True
    highlights: tuple[tuple[Span, Expr, Style], ...] = ()
    print: PrintPlan | None = None


@dataclass(frozen=True)
class SheetPlan:
    """A whole spreadsheet. `now` is when its values were worked out, local wall time.

    `sources` (by table name) and `layouts` (by pivot name) are what its pivots stand on and leave.
    `list_parts` are, by a dependent list, its values and the value above each.
    """

    title: str
    tabs: tuple[TabPlan, ...]
    names: tuple[NamePlan, ...] = ()
    font: str = "Calibri"
    size: float = 11
    locale: str = "en"
    now: datetime | None = None
    sources: Mapping[str, PivotSource] = field(default_factory=dict)
    layouts: Mapping[str, PivotLayout] = field(default_factory=dict)
    refusal_title: str = ""
    list_parts: Mapping[str, tuple[Place, Place]] = field(default_factory=dict)

    def tab(self, key: str) -> TabPlan:
        """The tab called `key`. Raises KeyError."""
        for tab in self.tabs:
            if tab.key == key:
                return tab
        raise KeyError(key)

    def table(self, name: str) -> tuple[TabPlan, TablePlan]:
        """The table called `name` and the tab it stands on. Raises KeyError."""
        for tab in self.tabs:
            if tab.table is not None and tab.table.name == name:
                return tab, tab.table
        raise KeyError(name)
