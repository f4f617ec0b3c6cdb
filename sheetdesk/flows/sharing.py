"""With whom a desk's spreadsheets at Google are shared, brought up to the people of the desk file."""

from __future__ import annotations

from datetime import datetime

from sheetdesk.desk.upgrade import Step
from sheetdesk.errors import SheetError
from sheetdesk.flows.opening import TABLES, OpenDesk
from sheetdesk.flows.places import Place
from sheetdesk.plan.draw import draw
from sheetdesk.sheets.google.render.people import FIELDS, Sharing, sharing
from sheetdesk.sheets.google.sheet import GoogleSheet

__all__ = ["share", "share_steps"]


def share_steps(opened: OpenDesk, place: Place, now: datetime) -> list[Step]:
    """What would be done to one spreadsheet; nothing where it cannot be looked at, which is said where it is
    brought up.
    """
    try:
        found, at = _sharing(opened, place, now), {"sheet": place.state.address}
    except SheetError:
        return []
    steps = [
        Step(f"share_{share.role}", "", share.mail, {"mail": share.mail, **at}) for share, _ in found.given
    ]
    return steps + [Step("share_ended", "", mail, {"mail": mail, **at}) for mail, _ in found.ended]


def share(opened: OpenDesk, place: Place, now: datetime) -> str:
    """Do it; why it could not be done, "" where it was. What died halfway is finished by the same call."""
    try:
        _share(opened, place, now)
    except SheetError as error:
        return error.say(opened.desk.locale.code)
    return ""


def _share(opened: OpenDesk, place: Place, now: datetime) -> None:
    sheet = _sheet(place)
    found = _sharing(opened, place, now)
    at = sheet.spreadsheet_id
    if found.requests:
        sheet.google.batch_update(at, found.requests, once=True)
    for given, permission in found.given:
        if permission:
            sheet.google.share_otherwise(at, permission, given.role)
        else:
            sheet.google.share(at, given.mail, given.role)
    for _, permission in found.ended:
        sheet.google.share_otherwise(at, permission, "")
    if found.after:
        sheet.google.batch_update(at, found.after, once=True)


def _sharing(opened: OpenDesk, place: Place, now: datetime) -> Sharing:
    sheet = _sheet(place)
    tables = {key: opened.store.table(opened.desk.table(key)) for key in ("tickets", *TABLES)}
    plan = draw(opened.desk, tables, now, audience=place.whom, tables_alone=True)
    answer = sheet.google.get(sheet.spreadsheet_id, FIELDS)
    permissions = sheet.google.permissions(sheet.spreadsheet_id)
    return sharing(answer, permissions, plan, opened.desk, place.whom, sheet.google.account)


def _sheet(place: Place) -> GoogleSheet:
    assert isinstance(place.sheet, GoogleSheet)
    return place.sheet
