"""Plan expressions as Excel formulas: A1 places, structured references, quoted literals.

Structured references (`Tickets[Due]`) are allowed in cells, not in validation or conditional
formats; there a row's own cell is written as a relative place (`$F2`).
Source: ECMA-376 part 1, 18.17.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sheetdesk.plan.formula import Call, Expr, Field, Literal, Op, Place, This
from sheetdesk.plan.plan import SheetPlan, TablePlan, TabPlan
from sheetdesk.table.grid import column_letters, quoted_tab

__all__ = ["Writer", "column_letters", "place_text", "range_text"]


def place_text(row: int, column: int, *, fixed_row: bool = True, fixed_column: bool = True) -> str:
    """One cell: `$A$1`, `A1`, `$A1`."""
    return f"{'$' * fixed_column}{column_letters(column)}{'$' * fixed_row}{row + 1}"


def range_text(row: int, column: int, rows: int, columns: int, *, fixed: bool = True) -> str:
    """A block: `$A$1:$C$9`, or one place where it is one cell."""
    first = place_text(row, column, fixed_row=fixed, fixed_column=fixed)
    if rows == columns == 1:
        return first
    return f"{first}:{place_text(row + rows - 1, column + columns - 1, fixed_row=fixed, fixed_column=fixed)}"


@dataclass(frozen=True)
class Writer:
    """Writes expressions for one workbook. `table` is the one whose rows `This` speaks of."""

    plan: SheetPlan
    table: TablePlan | None = None
    structured: bool = True
    row: int = 0
    _fields: dict[Field, str] = field(default_factory=dict, init=False, compare=False, repr=False)

    def text(self, expr: Expr) -> str:
        """The formula with its `=`."""
        return f"={self._of(expr)}"

    def _of(self, expr: Expr) -> str:
        if isinstance(expr, Field):
            # A dashboard speaks of the same few columns in every cell.
            if expr not in self._fields:
                self._fields[expr] = self._field(*self.plan.table(expr.table), expr.column)
            return self._fields[expr]
        if isinstance(expr, Literal):
            return self._literal(expr.value)
        if isinstance(expr, Op):
            text = f"{self._of(expr.left)}{expr.sign}{self._of(expr.right)}"
            return text if expr.sign == ":" else f"({text})"
        if isinstance(expr, Call):
            return f"{expr.function}({','.join(map(self._of, expr.arguments))})"
        if isinstance(expr, This):
            return self._this(expr.column)
        if isinstance(expr, Place):
            return self._place(expr)
        return expr.name

    def _literal(self, value: str | float | bool) -> str:
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, str):
            return '"' + value.replace('"', '""') + '"'
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)

    def _field(self, tab: TabPlan, table: TablePlan, key: str) -> str:
        if self.structured:
            return f"{table.name}[{_escaped(table.columns[table.index(key)].title)}]"
        column = table.left + table.index(key)
        block = range_text(table.top + 1, column, max(table.rows, 1), 1)
        return f"{quoted_tab(tab.title)}!{block}"

    def _this(self, key: str) -> str:
        if self.table is None:
            raise KeyError(key)
        if self.structured:
            title = _escaped(self.table.columns[self.table.index(key)].title)
            return f"{self.table.name}[[#This Row],[{title}]]"
        return place_text(self.row, self.table.left + self.table.index(key), fixed_row=False)

    def _place(self, place: Place) -> str:
        first = place_text(
            place.row, place.column, fixed_row=place.fixed_row, fixed_column=place.fixed_column
        )
        text = first
        if place.rows > 1 or place.columns > 1:
            last = place_text(
                place.row + place.rows - 1,
                place.column + place.columns - 1,
                fixed_row=place.fixed_row,
                fixed_column=place.fixed_column,
            )
            text = f"{first}:{last}"
        return f"{quoted_tab(self.plan.tab(place.tab).title)}!{text}" if place.tab else text


def _escaped(title: str) -> str:
    """A column title inside brackets: its own brackets, `#`, `'` and `@` carry an apostrophe."""
    for sign in ("'", "[", "]", "#", "@"):
        title = title.replace(sign, f"'{sign}")
    return title
