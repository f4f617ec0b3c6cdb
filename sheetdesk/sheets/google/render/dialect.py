"""Plan expressions as Google's formulas: A1 places and columns open at the end.

A table's column is what stands below its header, however far that reaches, found from the header: a row
that people insert above the first would push the beginning of `$F$2:$F` down.

Arguments stand between commas, lines of an array between semicolons and numbers have a point: that holds
in the locales that a spreadsheet of ours gets (`LOCALES`); where a comma is the decimal sign the API takes
a formula as it is typed there.
Source: googleapis/google-api-nodejs-client issue 1994 (Turkish) for the latter; nothing of Google's own
says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as Among

from sheetdesk.errors import Cause, DeskUnfit
from sheetdesk.plan.formula import Call, Expr, Field, Literal, Name, Op, Place, This
from sheetdesk.plan.plan import NamePlan, SheetPlan, Span, TablePlan
from sheetdesk.table.grid import column_letters, quoted_tab

__all__ = [
    "FUNCTIONS", "LOCALES", "Writer", "block_of", "column_letters", "column_range",
    "standing_texts", "text_literal",
]  # fmt: skip

LOCALES = {"en": "en_US", "zh": "zh_CN"}
"""A language's spreadsheet locale: both write `=IF(A1>0.5,1,0)` and `{1,2;3,4}`."""

FUNCTIONS = frozenset(
    [
        "AND",
        "AVERAGEIFS",
        "COUNTA",
        "COUNTIF",
        "COUNTIFS",
        "IF",
        "IFERROR",
        "INDEX",
        "INT",
        "ISNUMBER",
        "LEN",
        "MATCH",
        "MAX",
        "MIN",
        "MOD",
        "MONTH",
        "NOW",
        "OR",
        "RIGHT",
        "ROUND",
        "ROW",
        "SMALL",
        "SUM",
        "SUMIFS",
        "SUMPRODUCT",
        "TODAY",
        "WEEKDAY",
        "YEAR",
    ]
)
"""What a plan may call: functions that mean the same to Google and to Excel."""

# What makes one value of many, so that it cannot be asked row by row inside an ARRAYFORMULA.
AGGREGATES = frozenset(
    ["COUNTA", "COUNTIFS", "INDEX", "MAX", "MIN", "SMALL", "SUM", "SUMIFS", "SUMPRODUCT", "AVERAGEIFS"]
)


def text_literal(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def block_of(plan: SheetPlan, name: str) -> Span | Place | Field:
    """The block behind a defined name; of one that ends at its last filled cell, all it may grow to.

    Raises KeyError, and DeskUnfit for a name that is no block.
    """
    source = _named(plan, name).source
    if isinstance(source, Span | Place | Field):
        return source
    if isinstance(source, Op) and source.sign == ":" and isinstance(source.right, Call):
        whole = source.right.arguments[0]
        if source.right.function == "INDEX" and isinstance(whole, Place | Field):
            return whole
    raise DeskUnfit(
        reason=Cause(
            f"The name {name} is no block of cells, and Google names nothing else.",
            f"名称 {name} 不是一块单元格，而 Google 只能命名单元格区域。",
        )
    )


def standing_texts(plan: SheetPlan, block: Span | Place) -> list[str]:
    """The texts of a block one column wide; nothing when one of its cells is empty or worked out."""
    contents = {(cell.row, cell.column): cell.content for cell in plan.tab(block.tab).cells}
    standing = [contents.get((row, block.column)) for row in range(block.row, block.row + block.rows)]
    texts = [text for text in standing if isinstance(text, str) and text]
    return texts if len(texts) == len(standing) and block.columns == 1 else []


def column_range(plan: SheetPlan, field: Field) -> str:
    """A table's column from its first row on as a range, `'Tickets'!$F$2:$F`."""
    tab, table = plan.table(field.table)
    letters = column_letters(table.left + table.index(field.column))
    return f"{quoted_tab(tab.title)}!${letters}${table.top + 2}:${letters}"


def _named(plan: SheetPlan, name: str) -> NamePlan:
    for named in plan.names:
        if named.name == name:
            return named
    raise KeyError(name)


@dataclass(frozen=True)
class Writer:
    """Writes expressions for one spreadsheet. `table` is the one whose rows `This` speaks of.

    `mode` is where the formula stands: in a `cell` of row `row`; in a `rule` (a conditional format,
    check or filter), whose row is the first it holds for and which reaches other tabs by INDIRECT alone,
    so that a list that never changes is better given;
    or `spilled`, one formula for all rows of a column.
    """

    plan: SheetPlan
    table: TablePlan | None = None
    mode: Among["cell", "rule", "spilled"] = "cell"
    row: int = 0

    def text(self, expr: Expr, *, is_array: bool = False) -> str:
        """The formula with its `=`. Raises DeskUnfit for what Google has no word for."""
        written = self.of(expr)
        return f"=ARRAYFORMULA({written})" if is_array else f"={written}"

    def of(self, expr: Expr) -> str:
        """The expression alone, to be put into a formula."""
        if isinstance(expr, Literal):
            return _literal(expr.value)
        if isinstance(expr, Field):
            return self._field(expr)
        if isinstance(expr, This):
            return self._this(expr.column)
        if isinstance(expr, Place):
            return self._place(expr)
        if isinstance(expr, Name):
            return self._name(expr.name)
        if isinstance(expr, Op) and expr.sign == ":":
            return f"{self.of(expr.left)}:{self.of(expr.right)}"
        if isinstance(expr, Op):
            return f"({self.of(expr.left)}{expr.sign}{self.of(expr.right)})"
        return self._call(expr)

    def _call(self, expr: Call) -> str:
        if expr.function not in FUNCTIONS:
            raise DeskUnfit(
                reason=Cause(
                    f"{expr.function} is not known to mean the same in Google Sheets.",
                    f"不能确定 {expr.function} 在 Google 表格中含义相同。",
                )
            )
        arguments = [self.of(argument) for argument in expr.arguments]
        if self.mode == "spilled":
            if expr.function in ("AND", "OR"):
                sign = "*" if expr.function == "AND" else "+"
                return f"({sign.join(arguments)}>0)"
            if expr.function == "INDEX" and len(expr.arguments) == 3:
                return self._looked_up(expr)
            if expr.function in AGGREGATES:
                raise DeskUnfit(
                    reason=Cause(
                        f"{expr.function} makes one value of a whole column, not one a row.",
                        f"{expr.function} 把整列算成一个值，而不是每行一个。",
                    )
                )
        return f"{expr.function}({','.join(arguments)})"

    def _looked_up(self, expr: Call) -> str:
        """A cell of a block by row and column for every row: INDEX spills nothing, VLOOKUP does."""
        block, down, across = expr.arguments
        if not (isinstance(down, Call) and down.function == "MATCH" and down.arguments[2] == Literal(0)):
            raise DeskUnfit(
                reason=Cause(
                    "A block is looked up row by row by its first column alone.",
                    "逐行查找一块单元格时，只能按其第一列。",
                )
            )
        key, names = (self.of(argument) for argument in down.arguments[:2])
        return f"VLOOKUP({key},{{{names},{self.of(block)}}},{self.of(across)}+1,FALSE)"

    def _field(self, field: Field) -> str:
        tab, table = self.plan.table(field.table)
        letters = column_letters(table.left + table.index(field.column))
        if self.mode == "rule":
            # A text, which nothing that people do pushes down.
            return self._elsewhere(column_range(self.plan, field))
        there = f"{quoted_tab(tab.title)}!"
        whole, header = f"{there}${letters}:${letters}", f"{there}${letters}${table.top + 1}"
        return f"INDEX({whole},ROW({header})+1):INDEX({whole},ROWS({whole}))"

    def _this(self, key: str) -> str:
        if self.table is None:
            raise KeyError(key)
        letters = column_letters(self.table.left + self.table.index(key))
        if self.mode == "spilled":
            # With the header, to be left out by whoever asks.
            return f"${letters}${self.table.top + 1}:${letters}"
        return f"${letters}{self.row + 1}"

    def _name(self, name: str) -> str:
        block = block_of(self.plan, name)
        if not isinstance(block, Span):
            return self.of(block)
        texts = standing_texts(self.plan, block) if self.mode == "rule" else []
        if texts:
            return "{" + ";".join(map(text_literal, texts)) + "}"
        return self._elsewhere(name)

    def _elsewhere(self, reference: str) -> str:
        return f"INDIRECT({text_literal(reference)})" if self.mode == "rule" else reference

    def _place(self, place: Place) -> str:
        text = _corner(place, 0, 0)
        if place.rows > 1 or place.columns > 1:
            text += ":" + _corner(place, place.rows - 1, place.columns - 1)
        return self._elsewhere(f"{self._tab(place)}!{text}") if place.tab else text

    def _tab(self, place: Place) -> str:
        return quoted_tab(self.plan.tab(place.tab).title)


def _corner(place: Place, down: int, right: int) -> str:
    letters = column_letters(place.column + right)
    return f"{'$' * place.fixed_column}{letters}{'$' * place.fixed_row}{place.row + down + 1}"


def _literal(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return text_literal(value)
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
