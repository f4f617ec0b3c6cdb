"""Syncs that fail: somebody is told once, when it has lasted, and once when the sheet is synced again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sheetdesk.desk.desk import Desk
from sheetdesk.errors import SheetdeskError
from sheetdesk.flows.addressing import called
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.synced import Synced, SyncedSheet
from sheetdesk.rules.assign import alerted
from sheetdesk.store.troubles import Trouble

__all__ = ["note_failure", "note_sync"]

WHOLE = ""
"""The sheet of troubles that let no sheet be synced."""
PENDING = "pending"

Seen = Mapping[str, tuple[str, str] | None]
"""By sheet the kind of its trouble and what is to be said of it; None where it was synced."""
Notices = dict[str, Mapping[str, Any]]


def note_sync(opened: OpenDesk, synced: Synced, now: datetime) -> None:
    """Remember which sheets a sync could not deal with, and which it could again; keep the notices due."""
    seen = {sheet.key: _trouble(opened.desk, sheet) for sheet in synced.sheets}
    _settle(opened, {**seen, WHOLE: None}, now)


def note_failure(opened: OpenDesk, error: SheetdeskError, now: datetime) -> None:
    """Remember that no sheet could be synced."""
    _settle(opened, {WHOLE: (type(error).__name__, error.say(opened.desk.locale.code))}, now)


def _trouble(desk: Desk, sheet: SyncedSheet) -> tuple[str, str] | None:
    """What keeps it from being synced: an error's name or a state, and its words."""
    if sheet.state == "failed" and sheet.error is not None:
        return type(sheet.error).__name__, sheet.error.say(desk.locale.code)
    if sheet.state in (PENDING, "held", "absent"):
        facts = {"path": sheet.address, "key": sheet.key, "who": sheet.who or "-", "count": sheet.vanished}
        return sheet.state, desk.locale.text(f"cli.sync_{sheet.state}", **facts)
    return None


def _settle(opened: OpenDesk, seen: Seen, now: datetime) -> None:
    troubles = opened.store.troubles
    if any(seen.values()) or any(one.sheet in seen for one in troubles.known()):
        troubles.settle(partial(_decide, opened.desk, seen, now), now)


def _decide(
    desk: Desk, seen: Seen, now: datetime, before: Sequence[Trouble]
) -> tuple[list[Trouble], Notices]:
    """The troubles that there are now, and what is to be told of them."""
    kept = [one for one in before if one.sheet not in seen]
    notices: Notices = {}
    for sheet, found in seen.items():
        mine = {one.kind: one for one in before if one.sheet == sheet}
        if found is None:
            told = [one for one in mine.values() if one.is_told]
            if told:
                notices |= _notices(desk, "healed", min(told, key=lambda one: one.since))
            continue
        kind, why = found
        known = mine.get(kind, Trouble(sheet, kind, now))
        mine[kind] = replace(known, count=known.count + 1, why=why)
        if not known.is_told and _is_due(desk, mine[kind], now):
            notices |= _notices(desk, "trouble", mine[kind])
            mine[kind] = replace(mine[kind], is_told=True)
        kept += mine.values()
    return kept, notices


def _is_due(desk: Desk, one: Trouble, now: datetime) -> bool:
    """Whether it has lasted long enough to be told."""
    setting = desk.telling.trouble
    minutes = (now - one.since).total_seconds() / 60
    if one.kind == PENDING:
        return minutes >= setting.pending_min
    return one.count >= setting.times if setting.times else minutes >= setting.after_min


def _notices(desk: Desk, about: str, one: Trouble) -> Notices:
    """One for each who is told; the key is the same for the same occasion."""
    name = one.sheet or desk.name
    facts = {
        "sheet": name, "since": f"{one.since.astimezone(desk.zone):%Y-%m-%d %H:%M}",
        "count": str(one.count), "why": one.why,
    }  # fmt: skip
    return {
        f"{about}|{one.sheet}|{one.kind}|{one.since.isoformat()}|{kind}:{key}": {
            "rule": about, "title": name, "ticket": "", "about": about, "urgent": False,
            "to": {"kind": kind, "key": key}, "facts": facts,
        }
        # As the desk says, else who hears of tickets that nobody can take.
        for kind, key in called(desk, desk.telling.trouble.to or [one.key for one in alerted(desk)])
    }  # fmt: skip
