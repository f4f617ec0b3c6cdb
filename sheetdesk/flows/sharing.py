"""With whom a desk's spreadsheets at Google are shared, brought up to the people of the desk file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sheetdesk.desk.upgrade import Step
from sheetdesk.errors import SheetError
from sheetdesk.flows.opening import TABLES, OpenDesk
from sheetdesk.flows.places import Place
from sheetdesk.plan.draw import draw
from sheetdesk.sheets.google.render.people import FIELDS, Sharing, sharing
from sheetdesk.sheets.google.sheet import GoogleSheet

__all__ = ["share", "share_steps"]


def share_steps(opened: OpenDesk, places: Sequence[Place], now: datetime, *, is_all: bool) -> list[Step]:
    """What would be done to these spreadsheets. What hinders a look at one is said where it is brought up; if
    that `is_all` there is to do, nothing will be. Raises SheetError then.
    """
    steps = []
    for place in places:
        at = {"sheet": place.state.address}
        try:
            found = _sharing(opened, place, now)
        except SheetError:
            if is_all:
                raise
            continue
        for share, _ in found.given:
            steps.append(Step(f"share_{share.role}", "", share.mail, {"mail": share.mail, **at}))
        steps += [Step("share_ended", "", mail, {"mail": mail, **at}) for mail, _ in found.ended]
    return steps


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
    if not isinstance(place.sheet, GoogleSheet):
        # One that could not be opened says why.
        place.sheet.glance()
    assert isinstance(place.sheet, GoogleSheet)
    return place.sheet
