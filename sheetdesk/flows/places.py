"""The sheets of a desk that were built or adopted: for whom each is, where it stands, how it is read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetdesk.columns.base import CellKind
from sheetdesk.desk.desk import Desk
from sheetdesk.errors import RoleUnknown, SheetError, SheetUnknown
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.shut import Shut
from sheetdesk.plan.draw import Audience
from sheetdesk.sheets.base import Sheet
from sheetdesk.sheets.xlsx.sheet import XlsxSheet
from sheetdesk.store.store import SheetState
from sheetdesk.table.table import kind_of

if TYPE_CHECKING:
    from sheetdesk.sheets.google.client import Google
    from sheetdesk.sheets.google.zones import Clock

__all__ = [
    "GOOGLE", "OpenSheet", "Place", "audience", "clock_of", "dated_columns", "file_of", "google_client",
    "google_sheet", "online_places", "place_of", "places", "sheet_at", "spreadsheet_id", "stamp_of",
    "xlsx_sheet",
]  # fmt: skip

CLIENT_VARIABLES = (
    "SHEETDESK_GOOGLE_SANDBOX", "SHEETDESK_GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS", "HOME",
)  # fmt: skip
GOOGLE = "google:"
"""How the address of a Google spreadsheet begins; its id follows, or nothing before it is made."""


OpenSheet = Callable[[OpenDesk, SheetState, Sequence[SheetState]], Sheet]
"""How a registered sheet is opened, given all that are registered."""


@dataclass(frozen=True)
class Place:
    """One registered sheet: its registration, for whom it is drawn, and the sheet itself."""

    state: SheetState
    whom: Audience
    sheet: Sheet

    @property
    def key(self) -> str:
        return self.state.key

    @property
    def actor(self) -> str:
        """What is proved of a change that came from here."""
        return f"sheet:{Path(self.state.address).name}"


def audience(desk: Desk, role: str | None, person: str | None, view: str | None) -> Audience:
    """For whom to draw; nobody named: the people of the main sheet, who have its role.

    A person's copy has the person's role. Raises RoleUnknown.
    """
    if not (role or person or view):
        return Audience(desk.role(desk.sheets[0].role))
    found = desk.role(role) if role else None
    name = None
    if person:
        member = desk.person(person)
        name = member.name
        found = found or desk.role(member.role)
    chosen = None
    if view:
        matching = [v for v in desk.views if view in (v.key, v.title)]
        if not matching:
            raise RoleUnknown(desk.locale.text("words.view"), view, [v.key for v in desk.views])
        chosen = matching[0]
    return Audience(found, name, chosen, is_copy=True)


def _whom(desk: Desk, state: SheetState) -> Audience:
    """For whom a registered sheet is: what the store says, not what stands in the file."""
    if state.key == desk.sheets[0].key or state.key.startswith(f"{desk.sheets[0].key}@"):
        return Audience(desk.role(desk.sheets[0].role))
    return audience(desk, state.role or None, state.person or None, state.view or None)


def place_of(opened: OpenDesk, state: SheetState, open_sheet: OpenSheet) -> Place:
    """One registered sheet. Raises RoleUnknown where its role, person or view is gone."""
    return Place(state, _whom(opened.desk, state), open_sheet(opened, state, opened.store.sheets()))


def places(opened: OpenDesk, wanted: Sequence[str], open_sheet: OpenSheet) -> list[Place]:
    """The registered sheets, or those named by key, file name or path; the main one first.

    One that cannot be opened says so when it is used. Raises SheetUnknown, RoleUnknown.
    """
    states = opened.store.sheets()
    main = opened.desk.sheets[0].key
    states.sort(key=lambda state: (state.key != main, state.key))
    found = [Place(s, _whom(opened.desk, s), _opened(opened, s, states, open_sheet)) for s in states]
    if not wanted:
        return found
    chosen = []
    for word in wanted:
        matching = [place for place in found if word in _names(opened, place.state)]
        if not matching:
            raise SheetUnknown(word, [place.key for place in found])
        chosen += [place for place in matching if place not in chosen]
    return chosen


def online_places(opened: OpenDesk, open_sheet: OpenSheet) -> list[Place]:
    """The registered sheets at Google whose role is still there. One that cannot be opened says so when it
    is used.
    """
    states, found = opened.store.sheets(), []
    for state in states:
        if spreadsheet_id(state.address):
            with suppress(RoleUnknown):
                whom = _whom(opened.desk, state)
                found.append(Place(state, whom, _opened(opened, state, states, open_sheet)))
    return found


def _opened(
    opened: OpenDesk, state: SheetState, states: Sequence[SheetState], open_sheet: OpenSheet
) -> Sheet:
    try:
        return open_sheet(opened, state, states)
    except SheetError as error:
        return Shut(error)


def _names(opened: OpenDesk, state: SheetState) -> set[str]:
    online = spreadsheet_id(state.address)
    if online is not None:
        return {state.key, state.address, online}
    path = file_of(opened, state)
    return {state.key, state.address, path.name, str(path), str(path.resolve())}


def file_of(opened: OpenDesk, state: SheetState) -> Path:
    """Where the sheet's file is; an address may be relative to the desk's folder."""
    return opened.folder / state.address


def spreadsheet_id(address: str) -> str | None:
    """The id of the Google spreadsheet at this address, "" before it is made; None for a file."""
    return address.removeprefix(GOOGLE) if address.startswith(GOOGLE) else None


def sheet_at(opened: OpenDesk, state: SheetState, states: Sequence[SheetState]) -> Sheet:
    """The sheet at a registered address, whatever kind it is. Raises GoogleError."""
    online = spreadsheet_id(state.address)
    if online is None:
        return xlsx_sheet(opened, state, states)
    return google_sheet(opened, state, google_client())


def google_sheet(opened: OpenDesk, state: SheetState, google: Google, **options: Any) -> Sheet:
    """The spreadsheet at a registered address as the desk file has it; further options of a GoogleSheet."""
    # Only who has such a sheet waits for these libraries.
    from sheetdesk.sheets.google.seen import SeenFile
    from sheetdesk.sheets.google.sheet import GoogleSheet

    online = spreadsheet_id(state.address) or ""
    seen = SeenFile(opened.folder / "kept" / "google" / f"{online}.json")
    tagged = {sheet.key for sheet in opened.desk.sheets if sheet.is_tagged}
    return GoogleSheet(
        google, online, seen, dated_columns(opened.desk),
        is_tagged=state.key in tagged, clock=clock_of(opened.desk), **options,
    )  # fmt: skip


def google_client() -> Google:
    """This process's client for Google, or for the sandbox that the environment names. Raises GoogleError."""
    return _client(*(os.environ.get(name, "") for name in CLIENT_VARIABLES))


@cache
def _client(*_: str) -> Google:
    """One a process, so that all sheets keep within one quota; another where other variables are set."""
    from sheetdesk.sheets.google.opening import open_google

    return open_google(os.environ)


def dated_columns(desk: Desk) -> frozenset[str]:
    """The columns that hold dates or times, as `tickets.due`."""
    return _columns_of(desk, CellKind.DATE, CellKind.MOMENT)


def _columns_of(desk: Desk, *kinds: CellKind) -> frozenset[str]:
    return frozenset(
        f"{table.key}.{column.key}"
        for table in desk.tables
        for column in table.columns
        if kind_of(column.type).cell_kind in kinds
    )


def clock_of(desk: Desk) -> Clock:
    """The desk's zone, and the columns whose cells follow it."""
    from sheetdesk.sheets.google.zones import Clock

    return Clock(desk.zone, _columns_of(desk, CellKind.MOMENT))


def xlsx_sheet(
    opened: OpenDesk,
    state: SheetState,
    states: Sequence[SheetState],
    *,
    wait: Callable[[float], None] = time.sleep,
) -> Sheet:
    """A workbook on a disk that people share; `wait(seconds)` between attempts to read it whole."""
    known = [file_of(opened, other) for other in states if spreadsheet_id(other.address) is None]
    return XlsxSheet(file_of(opened, state), opened.folder / "kept", known, wait=wait)


def stamp_of(
    desk: Desk, lineage: str, place: SheetState, whom: Audience, *, base: int, version: int, now: datetime
) -> dict[str, Any]:
    """What stands in the sheet for sync to read back: whose it is and the base it was made equal to."""
    return {
        "form": 2,
        "lineage": lineage,
        "version": version,
        "drawn": version,
        "base": base,
        "sheet": place.key,
        "role": whom.role.key if whom.role else "",
        "person": whom.person or "",
        "built": now.astimezone(UTC).isoformat(timespec="seconds"),
        "desk": desk.source,
    }
