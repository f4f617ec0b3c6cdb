"""Which version of a file was made from which: what is still to be written upon, what was overtaken."""

from __future__ import annotations

from sheetdesk.flows.looking import Before
from sheetdesk.flows.places import Place
from sheetdesk.sheets.base import Fetched
from sheetdesk.store.bases import Agreement, as_read, next_stamp
from sheetdesk.store.store import Store

__all__ = ["came_late", "is_unfinished", "never_landed"]


def is_unfinished(agreement: Agreement, version: Fetched, standing: str) -> bool:
    """Whether a version that was displaced is to be written upon: nobody has saved since, and what stands
    there was not made from it. One that was read already counts as well: whoever read it died before that
    was in place, or has yet to put it there.
    """
    if not version.is_sure or standing not in agreement.made:
        return False
    line = _line(agreement, standing)
    if version.revision in (agreement.seen, *agreement.made):
        return _is_missed(version, line)
    return version.revision not in line


def came_late(store: Store, place: Place, displaced: Fetched, ready: Fetched) -> bool:
    """Whether another run had put the `displaced` version over one that it did not know and that `ready` is
    made from: nothing of people's own is in it that is not in `ready`.
    """
    agreement = store.agreement(place.key)
    if displaced.revision not in agreement.made:
        return False
    theirs, ours = _line(agreement, displaced.revision), _line(agreement, ready.revision)
    return any(version.revision in ours and _is_missed(version, theirs) for version in place.sheet.waiting())


def never_landed(place: Place, found: Fetched, before: Before) -> bool:
    """Whether this is what was read last, and the write that was agreed on since did not arrive, or is gone
    again. Where all work in one sheet it is so when nobody has read that write.
    """
    if not place.sheet.is_live:
        return found.revision == before.agreement.seen
    return before.agreement.stamp == next_stamp(as_read(before.stamp))


def _line(agreement: Agreement, revision: str) -> set[str]:
    """A version, what it was made from and made to replace, and so on, as far back as is known."""
    line: set[str] = set()
    left = [revision]
    while left:
        name = left.pop()
        if name not in line:
            line.add(name)
            left += agreement.sources.get(name, ())
    return line


def _is_missed(version: Fetched, line: set[str]) -> bool:
    """Whether one of this line was put over a version that is not in it."""
    by = version.displaced_by
    return bool(by) and version.revision not in line and any(name.startswith(by) for name in line)
