"""A desk's sheet at Google: made, or put into a spreadsheet that somebody made and shared."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sheetdesk.desk.desk import SheetPlace
from sheetdesk.errors import SheetPublished, SheetUnanswered
from sheetdesk.flows.building import Built, FirstVersion, first_version
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.places import GOOGLE, audience, clock_of, spreadsheet_id
from sheetdesk.plan.draw import Audience
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.google.publish import publication
from sheetdesk.sheets.google.read import FIELDS, Snapshot, snapshot
from sheetdesk.sheets.google.render.ids import Ids
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from sheetdesk.sheets.google.turn import first_turn
from sheetdesk.sheets.google.zones import walls_of
from sheetdesk.store.sheets import SheetState

__all__ = ["publish"]


def publish(opened: OpenDesk, place: SheetPlace, *, now: datetime, google: Google) -> Built:
    """Make the spreadsheet of one `google:` sheet of the desk, or fill the one that it names.

    People's own tabs in it stay. What died halfway is finished by the same call. Raises SheetPublished
    where it shows the desk already, GoogleError.
    """
    desk = opened.desk
    is_main = place.key == desk.sheets[0].key
    whom = audience(desk, None, None, None) if is_main else Audience(desk.role(place.role), is_copy=True)
    known = {state.key: state for state in opened.store.sheets()}.get(place.key)
    online = spreadsheet_id(known.address if known else "") or spreadsheet_id(place.address) or ""
    found = snapshot(google.read(online, FIELDS)) if online else None
    if found is not None and found.turns:
        raise SheetPublished(sheet=place.key)
    state = SheetState(place.key, f"{GOOGLE}{online}", whom.role.key if whom.role else "")
    first = first_version(opened, state, whom, now)
    ids = Ids()
    walls = walls_of(found, clock_of(desk)) if found is not None else None
    plan = first.plan if walls is None else walls.planned(first.plan)
    zone = found.zone if found is not None else ""
    made = publication(plan, desk, whom=whom, ids=ids, owner=google.account, zone=zone)
    if not online:
        online = google.create_from(made.create_body)
        found = snapshot(google.read(online, FIELDS))
        state = replace(state, address=f"{GOOGLE}{online}")
    assert found is not None
    opened.store.record_sheet(state)
    _agree(opened, first, ids)
    requests = [*_missing_tabs(found, made.create_body), *made.requests, first_turn(ids.tab(OVERLAY_TAB))]
    try:
        google.batch_update(online, requests, once=True)
    except SheetUnanswered:
        if not snapshot(google.read(online, FIELDS)).turns:
            raise
    for share in made.shares:
        google.share(online, share.mail, share.role)
    return Built(Path(state.address), first.tickets, first.problems, link=google.link(online))


def _missing_tabs(found: Snapshot, create_body: dict[str, Any]) -> list[dict[str, Any]]:
    there = {tab.sheet_id for tab in found.tabs}
    return [
        {"addSheet": {"properties": sheet["properties"]}}
        for sheet in create_body["sheets"]
        if sheet["properties"]["sheetId"] not in there
    ]


def _agree(opened: OpenDesk, first: FirstVersion, ids: Ids) -> None:
    """Kept before anything is written: a crash in between leaves a sheet that nobody has filled."""
    numbers = {
        table: {column: ids.column(table, column) for column in columns}
        for table, columns in first.agreement.numbers.items()
    }
    opened.store.agree(replace(first.agreement, numbers=numbers, level="", made=()), first.bases)
