"""Sheets that show all that the store holds: nothing is read there until somebody touches them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sheetdesk.errors import StoreMoved
from sheetdesk.flows.places import Place
from sheetdesk.flows.taking import TakenIn
from sheetdesk.store.store import Store

__all__ = ["is_level", "note_level"]


def is_level(store: Store, place: Place, now: datetime, listed: str | None = None) -> bool:
    """Whether the sheet shows all that the store holds and lists what is `listed`, and nobody has touched it
    since it was found to; that is noted as a reading.
    """
    with store.snapshot() as at:
        agreement = at.agreement(place.key)
        level = bool(agreement.level) and agreement.drawn == at.version
    level &= listed is None or agreement.listed == listed
    if not level or place.sheet.glance() != agreement.level:
        return False
    if agreement.seen_at == now:
        # This run has noted it.
        return True
    try:
        store.agree(replace(agreement, seen_at=now))
    except StoreMoved:
        return False
    return True


def note_level(store: Store, taken: TakenIn, revision: str, listed: str, version: int) -> None:
    """Remember that this version shows all that `version` holds, if nothing is left open."""
    known = taken.agreement
    if taken.place.sheet.is_live:
        known = replace(known, drawn=version)
    open_ends = (taken.conflicts, taken.problems, taken.refusals, taken.waiting)
    known = replace(known, level=revision, listed=listed)
    if not any(open_ends) and known != taken.agreement:
        taken.agreement = store.agree(known)
