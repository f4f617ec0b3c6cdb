"""What a sync came to, sheet by sheet: values for whoever reports it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sheetdesk.columns.base import Problem
from sheetdesk.errors import SheetError, SheetUnreachable
from sheetdesk.flows.running import Ran
from sheetdesk.table.access import Refusal
from sheetdesk.table.change import Entry
from sheetdesk.table.taken import Conflict

__all__ = ["Synced", "SyncedSheet"]

State = Literal["quiet", "synced", "pending", "held", "absent", "failed"]


@dataclass
class SyncedSheet:
    """What a sync came to for one sheet.

    `state`: quiet (nothing to do), synced, pending (`who` has it open: it is written when it is free),
    held (`vanished` rows are gone at once: somebody must accept or restore), absent, failed (`error`).
    `written` counts the cells written into its tables, `named` the new tickets that got their id.
    """

    key: str
    address: str
    state: State = "quiet"
    entries: list[Entry] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    written: int = 0
    named: int = 0
    vanished: int = 0
    merged_copies: int = 0
    who: str = ""
    error: SheetError | None = None

    def fail(self, error: SheetError | OSError) -> None:
        """It could not be dealt with, and why; what the system said of a file is an error of this sheet."""
        self.state = "failed"
        self.error = error if isinstance(error, SheetError) else SheetUnreachable.of(error, self.address)

    @property
    def counts(self) -> dict[str, int]:
        """How much of what: changes taken over, cells written, rows that got ids, cells to settle, put back
        and not readable, rows that vanished at once.
        """
        return {
            "taken": sum(entry.kind != "refused" and entry.why == "sync" for entry in self.entries),
            "written": self.written,
            "named": self.named,
            "settle": len(self.conflicts),
            "refused": len(self.refusals),
            "unread": len(self.problems),
            "vanished": self.vanished,
        }


@dataclass
class Synced:
    """A whole sync, sheet by sheet; `problems` are those of the tickets themselves, `ran` what rules did."""

    run: str
    sheets: list[SyncedSheet]
    problems: list[Problem] = field(default_factory=list)
    ran: Ran | None = None

    @property
    def needs_people(self) -> bool:
        """Whether somebody must act."""
        return (self.ran is not None and self.ran.needs_people) or any(
            sheet.conflicts or sheet.problems or sheet.state in ("held", "failed", "absent")
            for sheet in self.sheets
        )

    @property
    def exit_code(self) -> int:
        """0 done, 1 a person must act, 2 credentials or a sheet's address, 3 the outside world failed."""
        codes = [sheet.error.exit_code for sheet in self.sheets if sheet.error and sheet.state == "failed"]
        return max([1 if self.needs_people else 0, *codes])
