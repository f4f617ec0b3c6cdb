"""What two desk files start tables with, by the ids that the store has for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetdesk.desk.desk import Desk
from sheetdesk.store.store import Store
from sheetdesk.table.case_ids import case_ids
from sheetdesk.table.seed import seed_tables
from sheetdesk.table.table import Table

__all__ = ["Seeds", "seeds"]


@dataclass(frozen=True)
class Seeds:
    """What the `old` desk started each table with, nothing where there was none, and what the `new` one does.
    `origins` are to be kept: which case got which id, where that is not the one of its place in the file.
    """

    old: Mapping[str, Table]
    new: Mapping[str, Table]
    origins: Mapping[str, str] = field(default_factory=dict)


def seeds(at: Store, old: Desk | None, new: Desk) -> Seeds:
    """The seeds of both, with the store as it stands."""
    spec = new.table("cases")
    rows, gone = at.table(spec).frame, at.archived(spec).frame
    others = [
        (str(name), str(problem))
        for frame in (gone, rows)
        for name, problem in zip(frame.index, frame["problem"], strict=True)
    ]
    used = {name for name, _ in others}
    before: list[str] = []
    if old is not None:
        before = _kept(at, old)
        # What an undo has let go of is found by what it says.
        known = {name: case for name, case in zip(before, old.cases, strict=True) if name}
        before = case_ids(old.cases, old.named_cases, known, others, used) if "" in before else before
    ids = _kept(at, new) if any(at.origins(_origin(new))) else []
    if "" in ids or not ids:
        known = dict(zip(before, old.cases, strict=True)) if old is not None else {}
        ids = case_ids(new.cases, new.named_cases, known, others, used)
    by_place = [case["id"] for case in new.cases]
    origins = {f"{_origin(new)}{place}": name for place, name in enumerate(ids)} if ids != by_place else {}
    return Seeds(seed_tables(old, before) if old is not None else {}, seed_tables(new, ids), origins)


def _kept(at: Store, desk: Desk) -> list[str]:
    """The ids that the desk file's cases got when it was taken over, "" where that is not kept."""
    kept = at.origins(_origin(desk))
    if not kept:
        return [case["id"] for case in desk.cases]
    return [kept.get(f"{_origin(desk)}{place}", "") for place in range(len(desk.cases))]


def _origin(desk: Desk) -> str:
    return f"case:{desk.source}:"
