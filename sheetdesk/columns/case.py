"""The id of a known case: offered from the Cases tab, another one is only warned of."""

from __future__ import annotations

from sheetdesk.columns.base import CellCheck, Column
from sheetdesk.columns.ticket import TicketType

__all__ = ["KIND", "CaseType"]


class CaseType(TicketType):
    """Ids as text. A case may be written down later than it is named, so nothing is refused."""

    def check(self, column: Column) -> CellCheck | None:
        return CellCheck("list", source="cases", blocks=False)


KIND = CaseType()
