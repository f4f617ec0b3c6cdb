"""A member of the team, by the name that stands in the Team tab."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sheetdesk.columns.base import (
    Cell,
    CellCheck,
    CellKind,
    Column,
    Problem,
    Reading,
    Setting,
    Values,
    blank,
    plain,
    without_unwritable,
)  # fmt: skip
from sheetdesk.columns.text import are_plain
from sheetdesk.errors import near

__all__ = ["KIND", "PersonType"]


class PersonType:
    """Names as text. Where the team is known, a name outside it is a Problem."""

    cell_kind = CellKind.TEXT
    dtype = "object"

    def read(self, cells: Sequence[Cell], column: Column, setting: Setting) -> Reading:
        """Names, trimmed; `setting.people` None takes any name."""
        known = None
        if setting.people is not None:
            known = {_folded(name).casefold(): name for name in setting.people}
        problems: list[Problem] = []
        if not are_plain(list(dict.fromkeys(cells))):
            cells, problems = without_unwritable(cells, column, setting)
            # 1, 1.0 and TRUE are the same key of a dict and not the same name.
            cells = [plain(cell) if not isinstance(cell, str) and not blank(cell) else cell for cell in cells]
        names = {cell: _folded(cell) for cell in dict.fromkeys(cells) if not blank(cell)}
        meant = {cell: name if known is None else known.get(name.casefold()) for cell, name in names.items()}
        values = list(map(meant.get, cells))
        unknown = {cell for cell, member in meant.items() if member is None}
        if unknown:
            people = sorted(setting.people or ())
            expected = setting.locale.text("expected.person")
            for row, cell in enumerate(cells):
                if cell in unknown:
                    hint = near(names[cell], people) or ""
                    problems.append(Problem("unreadable", column.key, names[cell], expected, hint, row))
        return Reading(pd.Series(values, dtype=object), sorted(problems, key=lambda problem: problem.row))

    def show(self, values: Values, column: Column, setting: Setting) -> list[Cell]:
        return values.tolist()

    def check(self, column: Column) -> CellCheck | None:
        return CellCheck("list", source="people")


def _folded(name: Cell) -> str:
    return " ".join(plain(name).split())


KIND = PersonType()
