"""Rows put back to the tickets whose content they hold: equal ones, and those under an id of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sheetdesk.table.candidates import Candidates, Shapes
from sheetdesk.table.identified import FoundRow, Identified

__all__ = ["place_equal", "place_strangers", "put_back"]


def place_equal(made: Identified, rows: Sequence[FoundRow], candidates: Candidates) -> dict[int, Shapes]:
    """Rows that hold all of one ticket and are the only ones that do, before any that are but like one; and
    as many equal rows as there are tickets equal to them, of which any may be any. What those tickets are
    like, by place.
    """
    groups: dict[tuple[Any, ...], list[FoundRow]] = {}
    for row in sorted(rows, key=lambda row: row.place):
        groups.setdefault(row.cells, []).append(row)
    owners = {cells: candidates.equal(cells) for cells in groups}
    claims = Counter(owner for names in owners.values() for owner in names)
    placed = {}
    for cells, names in owners.items():
        if len(names) == len(groups[cells]) and all(claims[owner] == 1 for owner in names):
            for owner, row in zip(names, groups[cells], strict=True):
                placed[row.place] = put_back(made, owner, row, candidates)
    return placed


def place_strangers(
    made: Identified, strangers: dict[str, FoundRow], candidates: Candidates, own: Mapping[str, Shapes]
) -> dict[str, FoundRow]:
    """Rows whose content is not their ticket's: another's if it plainly is. Those that are left, by id. `own`
    is what tickets are like, by id.
    """
    claims: dict[str, list[FoundRow]] = {}
    for row in strangers.values():
        claims.setdefault(candidates.only_match(row.cells) or "", []).append(row)
    _take_back(claims, candidates, own)
    for owner, rows in claims.items():
        # Where nobody else claims the content's own ticket, the id was pasted over or sorted away. Of a row
        # and its copy that is the one which is called so.
        called = [row for row in rows if owner and (len(rows) == 1 or candidates.is_called(row.cells, owner))]
        if len(called) == 1:
            put_back(made, owner, called[0], candidates)
    for owner, rows in claims.items():
        # Of several without a difference, whose own tickets stand elsewhere, it is any.
        astray = [row for row in rows if owner in candidates and row.id in made.rows]
        if astray and all(row.cells == astray[0].cells for row in astray):
            put_back(made, owner, astray[0], candidates)
    left = {name: row for name, row in strangers.items() if row.place not in made.put_back}
    # Of as many changed ones as there are tickets without a difference that they may be, each is any.
    elsewhere = {row.place: row for name, row in left.items() if name in made.rows}
    for place, owner in candidates.any_of({place: row.cells for place, row in elsewhere.items()}).items():
        put_back(made, owner, elsewhere[place], candidates)
    return {name: row for name, row in left.items() if row.place not in made.put_back}


def _take_back(claims: dict[str, list[FoundRow]], candidates: Candidates, own: Mapping[str, Shapes]) -> None:
    """Let go of tickets that a row is only a little more like than its own, where their own rows are nobody
    else's: ids that were sorted away are all somewhere else, and two rows were only changed much.
    """
    while True:
        nobodys = {row.id for row in claims.get("", ())}
        weak = [
            (owner, row)
            for owner in nobodys & claims.keys()
            for row in claims[owner]
            if not candidates.is_marked(row.cells, owner, own.get(row.id, ()))
        ]
        if not weak:
            return
        for owner, row in weak:
            claims[owner].remove(row)
            claims[""].append(row)


def put_back(made: Identified, owner: str, row: FoundRow, candidates: Candidates) -> Shapes:
    """The row is this ticket's, whose id is to stand in it again; what that is like."""
    made.rows[owner] = row
    made.put_back[row.place] = owner
    return candidates.drop(owner)
