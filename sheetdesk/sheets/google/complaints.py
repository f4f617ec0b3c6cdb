"""What an answer of Google's means that is no success: an error of ours, or a reason to ask again.

It goes by status, reason and details. Words are looked at only where Google gives nothing else, since
they follow the language of an account.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sheetdesk.errors import (
    AnswerUnreadable,
    ApiDisabled,
    Cause,
    CellProtected,
    CellsExhausted,
    CredentialsRefused,
    DriveFull,
    GoogleError,
    GoogleRefused,
    GridExceeded,
    SpreadsheetMissing,
    SpreadsheetNotShared,
    SpreadsheetUnfit,
    TextTooLong,
)
from sheetdesk.sheets.google.retry import Trouble, retry_after_s

__all__ = ["Said", "complaint", "passing", "redacted", "said"]

PASSING = (408, 429, 500, 502, 503, 504)
USAGE = frozenset({
    "rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded", "dailyLimitExceeded",
    "quotaExceeded", "RATE_LIMIT_EXCEEDED",
})  # fmt: skip
FULL = frozenset({"storageQuotaExceeded", "teamDriveFileLimitExceeded", "numChildrenInNonRootLimitExceeded"})
DISABLED = frozenset({"SERVICE_DISABLED", "accessNotConfigured"})
SCOPE = frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions", "insufficientScopes"})
CONSOLES = ("console.developers.google.com", "console.cloud.google.com")

PROTECTED = re.compile(
    r"protected cell or object|celda o un objeto protegid|受保护的单元格|受保護的儲存格", re.I
)
CELLS = re.compile(r"10[ ,.\u202f\xa0]?000[ ,.\u202f\xa0]?000")
CHARACTERS = re.compile(r"\b50[ ,.\u202f\xa0]?000\b")
GRID = re.compile(r"exceeds grid limits|outside the (?:grid|sheet)|grid limits", re.I)
PLACE = re.compile(r"(?:requests|data)\[(\d+)\](?:\.(\w+))?")
SECRETS = re.compile(
    r"-----BEGIN.*?(?:-----END[^-]*-----|$)|Bearer\s+\S+|\bya29\.[\w.\-]+|\b1//[\w\-]+|\bAIza[\w\-]+"
    r"|\beyJ[\w\-]+\.[\w\-.]+|\b[\w\-]{40,}\b",
    re.I | re.S,
)
PROJECT = re.compile(r"(project\w*(?: (?:number|id))?[\s:='\"/\-]*)\d+", re.I)
SHOWN = 300


@dataclass(frozen=True)
class Said:
    """The `error` of an answer: Sheets and Drive put the same things in different places."""

    status: str = ""
    message: str = ""
    reasons: frozenset[str] = frozenset()
    facts: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    delay_s: float | None = None


def said(body: bytes) -> Said | None:
    """What an answer's body says went wrong; None when it is none of Google's."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    found = found[0] if isinstance(found, list) and len(found) == 1 else found
    error = found.get("error") if isinstance(found, dict) else None
    if isinstance(error, str):
        return Said(error, str(found.get("error_description", "")))
    if not isinstance(error, dict):
        return None
    reasons: set[str] = set()
    facts: dict[str, str] = {}
    links: list[str] = []
    delay_s = None
    for one in [*_dicts(error.get("errors")), *_dicts(error.get("details"))]:
        reasons |= {str(one[key]) for key in ("reason",) if key in one}
        facts |= {str(key): str(word) for key, word in (_dict(one.get("metadata"))).items()}
        links += [str(link["url"]) for link in _dicts(one.get("links")) if "url" in link]
        links += [str(one["extendedHelp"])] if "extendedHelp" in one else []
        delay_s = _seconds(one["retryDelay"]) if "retryDelay" in one else delay_s
    return Said(
        str(error.get("status", "")), str(error.get("message", "")), frozenset(reasons), facts,
        tuple(links), delay_s,
    )  # fmt: skip


def passing(status: int, words: Said | None, headers: Mapping[str, str]) -> Trouble | None:
    """Why an answer says to ask again later; None when it does not."""
    known = words or Said()
    is_usage = status == 403 and bool(known.reasons & USAGE)
    if status not in PASSING and not is_usage:
        return None
    asked_s = [wait for wait in (retry_after_s(headers), known.delay_s) if wait is not None]
    limit = known.facts.get("quota_limit")
    spent = Cause(limit, limit) if limit else Cause("requests in a minute", "每分钟的请求数")
    return Trouble(
        reason=Cause(f"it answered HTTP {status}", f"应答为 HTTP {status}"),
        # What a quota turned away was not begun.
        is_sent=status != 429 and not is_usage,
        retry_after_s=max(asked_s, default=None),
        quota=spent if status == 429 or is_usage else None,
    )


def complaint(status: int, words: Said | None, sheet: str, account: str) -> GoogleError:
    """The error for an answer that no second try would mend.

    `sheet` is the id that was asked for, `account` the address to share with ("" when it is not known).
    """
    who = account or Cause("the Google account that sheetdesk uses", "sheetdesk 使用的 Google 帐号")
    if status == 413:
        return GoogleRefused(
            sheet, Cause("it is too large for one request", "对一个请求来说太大"), status="413"
        )
    if words is None:
        return AnswerUnreadable(
            reason=Cause(
                f"HTTP {status} without Google's own words", f"HTTP {status}，没有 Google 自己的说明"
            )
        )
    if status == 401:
        return CredentialsRefused(account, Cause("they are no longer valid", "已失效"))
    if status == 403:
        return _forbidden(words, sheet, who, account)
    if status == 404:
        return SpreadsheetMissing(sheet=sheet)
    if words.status == "FAILED_PRECONDITION":
        return SpreadsheetUnfit(sheet=sheet, reason=Cause.quoted(redacted(words.message, sheet)))
    return _refused(words, sheet)


def redacted(text: str, sheet: str = "") -> str:
    """A text of Google's without what could be a secret, or somebody's id other than this spreadsheet's."""

    def blank(match: re.Match[str]) -> str:
        return match.group() if sheet and match.group() == sheet else "…"

    plain = PROJECT.sub(r"\1…", SECRETS.sub(blank, text))
    plain = " ".join(plain.split()).rstrip(".")
    return plain if len(plain) <= SHOWN else plain[:SHOWN] + "…"


def _forbidden(words: Said, sheet: str, who: str | Cause, account: str) -> GoogleError:
    if words.reasons & DISABLED:
        service = words.facts.get("service", "")
        title = {"sheets.googleapis.com": "Google Sheets API", "drive.googleapis.com": "Google Drive API"}
        links = (words.facts.get("activationUrl", ""), *words.links)
        known = [link for link in links if urlsplit(link).hostname in CONSOLES and link.startswith("https:")]
        link = known[0] if known else f"https://console.cloud.google.com/apis/library/{service}".rstrip("/")
        return ApiDisabled(service=title.get(service, service) or Cause("The API", "该 API"), link=link)
    if words.reasons & SCOPE:
        return CredentialsRefused(
            account, Cause("they do not cover spreadsheets and Drive", "其权限不包括电子表格和云端硬盘")
        )
    if words.reasons & FULL:
        return DriveFull(account=who)
    if PROTECTED.search(words.message):
        return _refused(words, sheet)
    return SpreadsheetNotShared(sheet=sheet, account=who)


def _refused(words: Said, sheet: str) -> GoogleRefused:
    place = PLACE.search(words.message)
    request, kind = (int(place.group(1)), place.group(2) or "") if place else (None, "")
    kinds: tuple[tuple[re.Pattern[str], type[GoogleRefused]], ...] = (
        (PROTECTED, CellProtected), (CELLS, CellsExhausted), (CHARACTERS, TextTooLong), (GRID, GridExceeded),
    )  # fmt: skip
    found = next((error for pattern, error in kinds if pattern.search(words.message)), GoogleRefused)
    told = redacted(words.message, sheet) or words.status
    reason = Cause.quoted(told) if told else Cause("no reason given", "未说明原因")
    return found(sheet, reason, status=words.status, request=request, kind=kind)


def _dict(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _seconds(text: Any) -> float | None:
    match = re.fullmatch(r"(\d{1,6}(?:\.\d+)?)s", str(text))
    return float(match.group(1)) if match else None
