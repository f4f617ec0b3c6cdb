"""A sheet that could not even be opened, as for want of credentials: the others are synced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sheetdesk.errors import SheetError
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.base import Drawn, Fetched
from sheetdesk.table.edits import TabEdits

__all__ = ["Shut"]


@dataclass
class Shut:
    """In the place of a sheet; whatever is asked of it raises what was wrong when it was opened."""

    error: SheetError
    is_live: bool = False

    def glance(self) -> str:
        raise self.error

    def fetch(self) -> Fetched | None:
        raise self.error

    def waiting(self) -> Sequence[Fetched]:
        raise self.error

    def write(
        self, found: Fetched, edits: Sequence[TabEdits], plan: SheetPlan, drawn: Drawn | None
    ) -> Fetched:
        raise self.error

    def replace(self, ready: Fetched) -> Fetched | None:
        raise self.error

    def put_aside(self, seen: Fetched, now: datetime, *, is_known: bool) -> None:
        raise self.error

    def busy(self, now: datetime) -> str:
        raise self.error
