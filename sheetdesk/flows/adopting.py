"""A ticket sheet that a team already has, taken over: its desk file proposed, its rows in the store."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sheetdesk.desk.propose import Proposal, propose
from sheetdesk.errors import FolderTaken, SheetError, SheetLocked, SheetOnline
from sheetdesk.flows.building import address_of
from sheetdesk.flows.opening import DESK_FILE, OpenDesk, open_desk, write_desk
from sheetdesk.flows.places import places, spreadsheet_id, stamp_of, xlsx_sheet
from sheetdesk.flows.synced import SyncedSheet
from sheetdesk.flows.syncing import sync
from sheetdesk.plan.machinery import KEY, STAMP_ROW
from sheetdesk.sheets.base import Fetched
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.locks import who_has_open
from sheetdesk.sheets.xlsx.patch.columns import NewColumn, add_columns
from sheetdesk.sheets.xlsx.patch.whole import new_tab
from sheetdesk.sheets.xlsx.sheet import fetched_of
from sheetdesk.sheets.xlsx.survey.whole import survey, ticket_tab
from sheetdesk.store.bases import as_written
from sheetdesk.store.store import SheetState
from sheetdesk.table.edits import CellEdit

__all__ = ["Adopted", "adopt"]


@dataclass(frozen=True)
class Adopted:
    """What an adoption came to; for a dry run, the proposal alone. `sheet` is the first reading."""

    path: Path
    proposal: Proposal
    folder: Path
    sheet: SyncedSheet | None = None
    tickets: int = 0


def adopt(
    path: Path,
    folder: Path,
    *,
    now: datetime,
    name: str = "",
    locale: str | None = None,
    zone: str = "UTC",
    tab: str = "",
    dry_run: bool = False,
) -> Adopted:
    """Propose a desk for the workbook at `path`, put it into `folder`, and read the workbook in.

    In the workbook an id column is added where it has none and a hidden tab with the stamp; nothing
    else is changed. Raises FolderTaken, SheetLocked, FileUnreadable, PatchRefused.
    """
    if path.parts[:1] == ("https:",) or spreadsheet_id(str(path)) is not None:
        raise SheetOnline(sheet=path)
    seen = ticket_tab(survey(path), tab)
    proposal = propose(seen, name=name or path.stem, locale=locale, zone=zone)
    if dry_run:
        return Adopted(path, proposal, folder)
    desk_file = folder / DESK_FILE
    if desk_file.exists():
        raise FolderTaken(path=folder)
    who = who_has_open(path)
    if who:
        raise SheetLocked(path=path, who=who)
    before = set(folder.iterdir()) if folder.is_dir() else set()
    write_desk(folder, proposal.text)
    try:
        with open_desk(desk_file, now) as opened:
            sheet = _register(opened, path, proposal, now)
            result = sync(opened, now=now, sheets=[sheet.key], ids_only=True).sheets[0]
            count = len(opened.store.table(opened.desk.tickets))
    except SheetError:
        # The workbook was not touched; nor shall half a desk be left.
        for made in set(folder.iterdir()) - before:
            made.unlink()
        raise
    return Adopted(path, proposal, folder, result, count)


def _register(opened: OpenDesk, path: Path, proposal: Proposal, now: datetime) -> SheetState:
    """Make the workbook the desk's main sheet, with ids to come and the stamp."""
    desk, store = opened.desk, opened.store
    main = desk.sheets[0]
    state = SheetState(main.key, address_of(opened.folder, path), main.role)
    store.record_sheet(state)
    (place,) = places(opened, [state.key], xlsx_sheet)
    found = place.sheet.fetch()
    if found is None:
        return state
    stamp = stamp_of(
        desk, store.lineage, state, place.whom, base=as_written(store.agreement(state.key).stamp),
        version=store.version, now=now,
    )  # fmt: skip
    archive: Archive = found.content.archive
    titles = {key: desk.column(key).title for key in ("id", *proposal.places)}
    if not proposal.has_ids:
        header = proposal.header_row - 1
        archive = add_columns(archive, proposal.tab, header, [NewColumn(titles["id"])])
    if found.grid(KEY) is None:
        cells = [CellEdit(0, 0, desk.locale.text("stamp.warning"))]
        for row, (key, value) in enumerate(stamp.items(), STAMP_ROW):
            cells += [CellEdit(row, 0, key), CellEdit(row, 1, value)]
        archive = new_tab(archive, KEY, cells, very_hidden=True)
    ready = _in_memory(archive)
    columns = {"tickets": list(titles)}
    agreement = store.agreement(state.key)
    store.agree(replace(agreement, columns=columns, tabs={"tickets": proposal.tab}, made=(ready.revision,)))
    displaced = place.sheet.replace(ready)
    if displaced is not None:
        place.sheet.put_aside(displaced, now, is_known=False)
    return state


def _in_memory(archive: Archive) -> Fetched:
    buffer = io.BytesIO()
    archive.write(buffer)
    return fetched_of(buffer.getvalue())
