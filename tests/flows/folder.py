"""What every desk of a test has: a folder, a clock that the test moves, and tickets put into its store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sheetdesk.flows import OpenDesk, Synced, open_desk, sync
from sheetdesk.flows.places import OpenSheet, xlsx_sheet
from sheetdesk.sheets.base import Sheet
from sheetdesk.store.store import SheetState, Write
from sheetdesk.table.change import diff
from sheetdesk.table.table import table_of

__all__ = ["COLUMNS", "LIFE", "START", "STEP", "DeskFolder", "xlsx_at_once"]

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
STEP = timedelta(minutes=5)

COLUMNS = """
name: Small
zone: Europe/London
ids: "T-{n:03}"
columns:
  - id
  - created
  - title
  - {key: type, choices: [{key: hard, title: Hardware}, {key: soft, title: Software}]}
  - status
  - owner
  - due
  - updated
  - {key: notes, merge: append}
"""
"""The first lines of a desk file, to which columns of its own may be added."""

LIFE = """lifecycle:
  - {from: new, to: [open, resolved]}
  - {from: open, to: [new, resolved]}
  - {from: resolved, to: [closed, open]}
  - {from: closed, to: open}
roles:
  boss: {title: Boss, edits: all, may: [add, archive, assign, approve]}
  agent: {title: Agent, edits: all, locks: [due], hides: [notes], may: [add, assign]}
"""
"""The lines after them, to which roles may be added."""


def xlsx_at_once(opened: OpenDesk, state: SheetState, states: Sequence[SheetState]) -> Sheet:
    """A workbook that is read as often as ever while it is not whole, without the seconds in between."""
    return xlsx_sheet(opened, state, states, wait=lambda _: None)


class DeskFolder:
    """A desk at `folder`; whoever is one says when it is and how its sheets are opened."""

    folder: Path
    now: datetime
    open_sheet: OpenSheet

    @contextmanager
    def desk(self) -> Iterator[OpenDesk]:
        with open_desk(self.folder, self.now) as opened:
            yield opened

    def sync(self, **options: Any) -> Synced:
        """A sync, some minutes later."""
        self.now += STEP
        with self.desk() as opened:
            return sync(opened, now=self.now, open_sheet=self.open_sheet, **options)

    def value(self, ticket: str, column: str) -> Any:
        """A cell of the tickets in the store."""
        with self.desk() as opened:
            return opened.store.table(opened.desk.tickets).frame.at[ticket, column]

    def put_in(self, opened: OpenDesk, ids: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Put tickets into the store: values by the keys of their columns, those left out empty."""
        spec, store = opened.desk.tickets, opened.store
        keys = [column.key for column in spec.columns if column.owner != "formula" and column.key != "id"]
        columns = {key: [row.get(key) for row in rows] for key in keys}
        before = store.table(spec)
        write = Write(before, diff(before, table_of(spec, columns, list(ids))))
        store.commit(
            store.version, [write], by="test", why="import", run="given", now=self.now,
            counters={"": len(ids)},
        )  # fmt: skip
