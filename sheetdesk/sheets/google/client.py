"""All traffic to Google Sheets and Drive: counted, in turn, within its quota, and made again only where
that does no harm.
"""

from __future__ import annotations

import random as chance
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests
from google.auth.credentials import Credentials
from gspread.urls import (
    DRIVE_FILES_API_V3_URL,
    SPREADSHEET_BATCH_UPDATE_URL,
    SPREADSHEET_URL,
    SPREADSHEETS_API_V4_BASE_URL,
)

from sheetdesk.errors import AnswerUnreadable, Cause
from sheetdesk.sheets.google.answer import Spreadsheet, written_in
from sheetdesk.sheets.google.buckets import Buckets
from sheetdesk.sheets.google.sending import Sender
from sheetdesk.sheets.google.stream import spreadsheet_of
from sheetdesk.sheets.google.transport import GZIP_FROM_BYTES, Counts

__all__ = ["Echo", "Google"]

FILE = DRIVE_FILES_API_V3_URL + "/%s"
PERMISSIONS = FILE + "/permissions"
ALL_DRIVES = {"supportsAllDrives": "true"}
COMPACT = {"prettyPrint": "false"}
"""Else most of a large answer is white space."""


@dataclass(frozen=True)
class Echo:
    """What is told of the spreadsheet as it is after a batch.

    `fields` is the mask of a spreadsheet (`sheets.data.rowData.values.userEnteredValue`), `ranges` are A1
    ranges; without any, all of it.
    """

    fields: str
    ranges: tuple[str, ...] = ()


class Google:
    """Google Sheets and Drive as one account sees them. Threads may share it.

    `clock` and `sleep` are in seconds, `random` gives 0 to 1. No call takes longer than `deadline_s`, all
    its waiting included. Objects of one account share `buckets`. Bodies from `gzip_from_bytes` on are sent
    compressed, none with None.

    Every call raises GoogleError: SheetUnanswered where it is not known whether a change was made,
    GoogleUnreachable, AnswerUnreadable or QuotaSpent where none was, and what Google itself says is wrong.
    """

    def __init__(
        self,
        session: requests.Session | None = None,
        credentials: Credentials | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = chance.random,
        deadline_s: float = 120.0,
        buckets: Buckets | None = None,
        gzip_from_bytes: int | None = GZIP_FROM_BYTES,
        links_to: str = "https://docs.google.com/spreadsheets/d/",
    ) -> None:
        self._links_to = links_to
        self._http = Sender(
            credentials, session or requests.Session(), clock=clock, sleep=sleep, random=random,
            deadline_s=deadline_s, buckets=buckets or Buckets(), gzip_from_bytes=gzip_from_bytes,
        )  # fmt: skip

    def link(self, spreadsheet_id: str) -> str:
        """Where people open a spreadsheet."""
        return f"{self._links_to}{spreadsheet_id}"

    def __repr__(self) -> str:
        return f"Google({self.account or 'no account'})"

    @property
    def account(self) -> str:
        """The address that spreadsheets have to be shared with; "" when it is not known."""
        return self._http.account

    @property
    def calls(self) -> Counts:
        """What was asked so far."""
        return self._http.counts

    def get(self, spreadsheet_id: str, fields: str, ranges: Sequence[str] = ()) -> dict[str, Any]:
        """A spreadsheet, cut to a mask of its fields and to A1 ranges; all of them when there are none."""
        url, params = _at(SPREADSHEET_URL, spreadsheet_id), _cut(fields, ranges)
        return self._http.ask("GET", url, "read", spreadsheet_id, params)

    def read(self, spreadsheet_id: str, fields: str, ranges: Sequence[str] = ()) -> Spreadsheet:
        """As `get`, what sync makes use of."""
        url, params = _at(SPREADSHEET_URL, spreadsheet_id), _cut(fields, ranges)
        return self._http.read("GET", url, "read", spreadsheet_id, params, spreadsheet_of)

    def batch_update(
        self, spreadsheet_id: str, requests: Iterable[Mapping[str, Any]], *, once: bool
    ) -> dict[str, Any]:
        """Apply requests in their order, all or none; the replies.

        With `once` the batch would do something else a second time: it is sent again only when Google
        certainly did nothing of it, else SheetUnanswered is raised and the sheet has to be read. Without,
        it may be sent again after anything. A batch that Google turns down raises GoogleRefused, which
        names the place in it.
        """
        url = _at(SPREADSHEET_BATCH_UPDATE_URL, spreadsheet_id)
        body = {"requests": requests}
        return self._http.ask("POST", url, "write", spreadsheet_id, COMPACT, body, once=once)

    def batch_update_echoed(
        self, spreadsheet_id: str, requests: Iterable[Mapping[str, Any]], echo: Echo
    ) -> Spreadsheet:
        """As `batch_update` with `once`; the spreadsheet as it is after it."""
        body: dict[str, Any] = {
            "requests": requests,
            "includeSpreadsheetInResponse": True,
            "responseIncludeGridData": True,
        }
        body |= {"responseRanges": list(echo.ranges)} if echo.ranges else {}
        params = COMPACT | {"fields": f"updatedSpreadsheet({echo.fields})"}
        url = _at(SPREADSHEET_BATCH_UPDATE_URL, spreadsheet_id)
        return self._http.read("POST", url, "write", spreadsheet_id, params, written_in, body, once=True)

    def create(self, title: str, locale: str, time_zone: str, tabs: Sequence[Mapping[str, Any]] = ()) -> str:
        """Make a spreadsheet; its id.

        `locale` is Google's (`en_US`, `zh_CN`), `time_zone` a name of the tz database, `tabs` are
        SheetProperties. A service account often has no room for files of its own: DriveFull.
        """
        body: dict[str, Any] = {"properties": {"title": title, "locale": locale, "timeZone": time_zone}}
        body |= {"sheets": [{"properties": dict(tab)} for tab in tabs]} if tabs else {}
        return self.create_from(body)

    def create_from(self, spreadsheet: Mapping[str, Any]) -> str:
        """Make a spreadsheet as it is described by Google's own Spreadsheet; its id. Raises as `create`."""
        title = str(spreadsheet.get("properties", {}).get("title", ""))
        params = {"fields": "spreadsheetId"}
        url = SPREADSHEETS_API_V4_BASE_URL
        made = self._http.ask("POST", url, "write", title, params, spreadsheet, once=True)
        return _word(made, "spreadsheetId")

    def version(self, spreadsheet_id: str) -> str:
        """A number that grows with each change, and with some that nobody sees. Costs no quota of Sheets."""
        params = ALL_DRIVES | {"fields": "version"}
        found = self._http.ask("GET", _at(FILE, spreadsheet_id), "drive", spreadsheet_id, params)
        return _word(found, "version")

    def share(self, spreadsheet_id: str, email: str, role: str, *, notify: bool = False) -> None:
        """Let somebody see ("reader"), comment on ("commenter") or edit ("writer") a spreadsheet."""
        body = {"type": "user", "role": role, "emailAddress": email}
        params = ALL_DRIVES | {"sendNotificationEmail": "true" if notify else "false", "fields": "id"}
        # Who is let in twice has one permission, but two letters.
        self._http.ask(
            "POST", _at(PERMISSIONS, spreadsheet_id), "drive", spreadsheet_id, params, body, once=notify
        )

    def share_otherwise(self, spreadsheet_id: str, permission_id: str, role: str) -> None:
        """Let somebody do more or less, or nothing any more ("")."""
        url = _at(PERMISSIONS, spreadsheet_id) + "/" + quote(permission_id, safe="")
        verb, body = ("PATCH", {"role": role}) if role else ("DELETE", None)
        self._http.ask(verb, url, "drive", spreadsheet_id, ALL_DRIVES, body)

    def permissions(self, spreadsheet_id: str) -> list[dict[str, Any]]:
        """Who may do what: `id`, `type`, `role`, `emailAddress`."""
        found: list[dict[str, Any]] = []
        fields = "nextPageToken,permissions(id,type,role,emailAddress)"
        params = ALL_DRIVES | {"fields": fields, "pageSize": "100"}
        while True:
            page = self._http.ask("GET", _at(PERMISSIONS, spreadsheet_id), "drive", spreadsheet_id, params)
            found += page.get("permissions", [])
            if not page.get("nextPageToken"):
                return found
            params = params | {"pageToken": str(page["nextPageToken"])}

    def delete(self, spreadsheet_id: str) -> None:
        """Delete a spreadsheet for good; only its owner can."""
        self._http.ask("DELETE", _at(FILE, spreadsheet_id), "drive", spreadsheet_id, ALL_DRIVES)


def _cut(fields: str, ranges: Sequence[str]) -> dict[str, Any]:
    return COMPACT | {"fields": fields} | ({"ranges": list(ranges)} if ranges else {})


def _at(url: str, spreadsheet_id: str) -> str:
    # An id comes from a file that people write; it must not lead to another address.
    return url % quote(spreadsheet_id, safe="")


def _word(facts: Mapping[str, Any], name: str) -> str:
    if name not in facts:
        raise AnswerUnreadable(reason=Cause(f"its answer has no {name}", f"应答中没有 {name}"))
    return str(facts[name])
