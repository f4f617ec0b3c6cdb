"""The contract of a place people edit: read it, make a new version, put that in place.

A place is replaced whole, by exchange: what stood there is never lost, it comes back to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sheetdesk.plan.plan import SheetPlan
from sheetdesk.table.edits import TabEdits
from sheetdesk.table.grid import Grid
from sheetdesk.table.overtaken import Overtaken, PutOver

__all__ = ["Drawn", "Fetched", "Sheet"]


def _nothing() -> tuple[Grid, ...]:
    return ()


@dataclass(frozen=True)
class Fetched:
    """One version of a spreadsheet as read.

    `revision` tells this content from every other; `content` is the kind of sheet's own. `grids` are
    the tabs that sheetdesk may have made, `rest` gives the others when they are asked for. `is_sure`
    is False for a file of which only the name says that it is a version of this sheet. `is_worn`: what
    sheetdesk drew there has suffered, so that it is to be written even where no cell has changed.
    `moved_zone`: the zone in which its moments are kept, and the one that somebody chose for it since.
    `overtaken` are cells that the last write put over what people had just typed, and that were given back;
    `put_over` is what they had typed, given back or not.
    `displaced_by` is what the revision begins with that was put in this one's place, where that is known.
    """

    revision: str
    grids: tuple[Grid, ...]
    content: Any
    rest: Callable[[], tuple[Grid, ...]] = _nothing
    is_sure: bool = True
    is_worn: bool = False
    moved_zone: tuple[str, str] | None = None
    overtaken: tuple[Overtaken, ...] = ()
    put_over: tuple[PutOver, ...] = ()
    displaced_by: str = ""

    def grid(self, title: str) -> Grid | None:
        """The tab of this title among `grids`, or None."""
        return next((grid for grid in self.grids if grid.title == title), None)


@dataclass(frozen=True)
class Drawn:
    """Tabs of a plan, by key, to draw anew as number `now`; the sheet shows those drawn as `was`."""

    tabs: tuple[str, ...]
    was: int
    now: int


class Sheet(Protocol):
    """One spreadsheet people open. `is_live`: its dashboard and pivots follow its cells by themselves."""

    is_live: bool

    def glance(self) -> str:
        """The revision of what stands there now, "" when nothing does; cheaper than reading it.

        Raises SheetError.
        """
        ...

    def fetch(self) -> Fetched | None:
        """What stands there now; None when there is nothing. Raises SheetError."""
        ...

    def waiting(self) -> Sequence[Fetched]:
        """Versions that stand aside: displaced by a run that died before it looked at them, or copies
        that a cloud folder made of a conflict.
        """
        ...

    def write(
        self, found: Fetched, edits: Sequence[TabEdits], plan: SheetPlan, drawn: Drawn | None
    ) -> Fetched:
        """The new version: `found` with the edits and, where people left them alone, with tabs drawn anew.

        Read back, not yet in place; of the same revision when nothing differs. Raises PatchRefused.
        """
        ...

    def replace(self, ready: Fetched) -> Fetched | None:
        """Put a new version in place; what it displaced, None where nothing stood there. Raises SheetBusy."""
        ...

    def put_aside(self, seen: Fetched, now: datetime, *, is_known: bool) -> None:
        """Keep a version that has been read where it is not in the way; of known ones the last few."""
        ...

    def busy(self, now: datetime) -> str:
        """Who has it open, so that it cannot be written now; "" when nobody has."""
        ...
