"""Who came, who went and who got another role since a spreadsheet was shared: what is to be done about it.

What sheetdesk did is remembered in the spreadsheet's own mark. Whom somebody else let in, and whom he let
do more, is his business and stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sheetdesk.desk.desk import Desk
from sheetdesk.plan.draw import Audience
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.filters import filter_views
from sheetdesk.sheets.google.render.locks import Share, shared, shares
from sheetdesk.sheets.google.render.standing import (
    Standing,
    as_it_stands,
    own_mark,
    places_of,
    read_standing,
)

__all__ = ["FIELDS", "Sharing", "sharing"]

FIELDS = (
    "spreadsheetId,developerMetadata(metadataId,metadataKey,metadataValue),"
    "sheets(properties,filterViews.filterViewId,"
    "data(startRow,startColumn,columnMetadata.developerMetadata))"
)
RANKS = ("reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")


@dataclass(frozen=True)
class Sharing:
    """What is to be done, in this order: requests of one batchUpdate, shares with the id of the permission
    that somebody has already or "", the end of those (mail, permission) who go, and requests again. So nobody
    is forgotten who has the file, whatever dies in between.
    """

    requests: tuple[Request, ...] = ()
    given: tuple[tuple[Share, str], ...] = ()
    ended: tuple[tuple[str, str], ...] = ()
    after: tuple[Request, ...] = ()


def sharing(
    found: Mapping[str, Any],
    permissions: Sequence[Mapping[str, Any]],
    plan: SheetPlan,
    desk: Desk,
    whom: Audience,
    owner: str = "",
) -> Sharing:
    """What makes a spreadsheet that was drawn by this plan, of which `found` tells (FIELDS), and Drive's
    permissions follow the people of the desk file. `owner` is the mail of who asks.
    """
    wanted = shares(desk, whom)
    number, facts = own_mark(found)
    known: Mapping[str, str] | None = facts.get("people")
    held = {
        str(one["emailAddress"]).casefold(): one
        for one in permissions
        if one.get("type") == "user" and one.get("emailAddress")
    }
    given = [(share, held.get(share.mail.casefold())) for share in wanted]
    names = {share.mail.casefold() for share in wanted} | {owner.casefold()}
    gone = sorted(mail for mail in known or () if mail.casefold() in held.keys() - names)
    gone = [mail for mail in gone if held[mail.casefold()].get("role") != "owner"]
    now = shared(wanted)
    requests: list[Request] = []
    after: list[Request] = []
    if known != now and number:
        requests += _views(plan, desk, whom, read_standing(found), known or {})
        leaving = {mail: (known or {})[mail] for mail in gone}
        requests.append(_remembered(number, {**facts, "people": leaving | now}))
        after += [_remembered(number, {**facts, "people": now})] if gone else []
    return Sharing(
        tuple(requests),
        tuple((share, one["id"] if one else "") for share, one in given if _is_due(share, one, known or {})),
        tuple((mail, held[mail.casefold()]["id"]) for mail in gone),
        tuple(after),
    )


def _is_due(share: Share, held: Mapping[str, Any] | None, known: Mapping[str, str]) -> bool:
    """Whether somebody may do less than he is to, or more for no other reason than that he was to."""
    if held is None or held["role"] not in RANKS:
        return held is None
    rank, wanted = RANKS.index(held["role"]), RANKS.index(share.role)
    return rank < wanted or (rank > wanted and known.get(share.mail, "").endswith(f" {held['role']}"))


def _remembered(number: int, facts: Mapping[str, Any]) -> Request:
    return {
        "updateDeveloperMetadata": {
            "dataFilters": [{"developerMetadataLookup": {"metadataId": number}}],
            "developerMetadata": {"metadataValue": json.dumps(facts, separators=(",", ":"))},
            "fields": "metadataValue",
        }
    }


def _views(
    plan: SheetPlan, desk: Desk, whom: Audience, standing: Standing, known: Mapping[str, str]
) -> Iterator[Request]:
    """The views of those who are new: what others made of theirs, or deleted, is theirs."""
    tab, table = plan.table("tickets")
    book = Book(replace(plan, tabs=(tab,)), standing.ids)
    sheet = book.sheet(tab.key)
    if sheet not in standing.sheets:
        return
    keys = [column.key for column in table.columns]
    book = as_it_stands(book, standing, {"tickets": places_of(standing, sheet, "tickets", keys)})
    there = standing.of(sheet, "filterViews", "filterViewId")
    old = replace(desk, people=tuple(person for person in desk.people if person.mail in known))
    before = {view["filterViewId"] for view in filter_views(book, old, whom)}
    for view in filter_views(book, desk, whom):
        if view["filterViewId"] not in before and view["filterViewId"] not in there:
            yield {"addFilterView": {"filter": view}}
