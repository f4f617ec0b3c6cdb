"""Which row is which ticket: by its id, and by its content where people sorted, copied, pasted or erased ids.

Pure: rows as found and what was last agreed on go in, an id for each row comes out. An id that stands
once and is known holds, unless the row's content is plainly another ticket's. A doubled id stays with
the row most like what was agreed on; the other rows are copies. An erased or foreign id is put back
when the content matches exactly one ticket that is missing. The order of the rows decides nothing but
which of several equal ones comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from functools import cache

from sheetdesk.table.candidates import (
    Candidates,
    Shapes,
    has_title_of,
    is_all_of,
    is_bare,
    is_half,
    is_strange,
    unknown_places,
    without,
)
from sheetdesk.table.identified import FoundRow, Identified
from sheetdesk.table.placing import place_equal, place_strangers, put_back
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.wholes import Wholes

__all__ = ["identify"]


def identify(
    found: Sequence[FoundRow],
    base: PlainRows,
    known: Container[str],
    is_valid: Callable[[str], bool],
    title: int | None,
    later: PlainRows | None = None,
    created: int | None = None,
    written: PlainRows | None = None,
    named: Callable[[int], str] = lambda place: "",
    machine: Container[int] = (),
) -> Identified:
    """An id for every row.

    `base` has what was last agreed on, `known` every id the store ever had; `is_valid` says whether a
    text may be adopted as a new id. `title` is the position of the cell that tells most, `created` of
    the one that nobody types twice; people own no cells at those that are a `machine`'s. `later` are rows
    that got their ids after this version of the sheet was made, `written` is the base as it was written where
    that is not what was read last. `named` has the id that the row at a place got when this very version was
    read before, "" for none.
    """
    blind = unknown_places([row.cells for row in found])
    base, later, written = (without(rows, blind) for rows in (base, later or {}, written or {}))
    created = None if created in blind else created
    shapes: dict[str, Shapes] = {
        name: (cells, written[name]) if written.get(name, cells) != cells else (cells,)
        for name, cells in base.items()
    }
    # What got its id since, or was deleted since, may stand there with its id pasted over another's too.
    shown = {name: (cells,) for name, cells in later.items()} | shapes
    own = {name: (cells,) for name, cells in written.items()} | shown
    groups: dict[str, list[FoundRow]] = {}
    for row in sorted(found, key=lambda row: row.place):
        groups.setdefault(row.id, []).append(row)
    nameless = groups.pop("", [])
    made = Identified()
    strangers, retitled = dict[str, FoundRow](), dict[str, FoundRow]()
    doubled: dict[str, list[FoundRow]] = {}
    for name, rows in groups.items():
        if name not in base and name not in known:
            nameless += rows
        elif len(rows) > 1:
            doubled[name] = rows
        elif name not in own or (name in base and has_title_of(rows[0].cells, own[name], title)):
            made.rows[name] = rows[0]
        else:
            retitled[name] = rows[0]
    missing = [name for name in base if name not in groups]
    others = (*retitled, *missing, *(name for name in doubled if name in base)) if retitled else ()
    whole = Wholes((was for name in others for was in own[name]), title, created)

    @cache
    def agreed() -> Wholes:
        """Those of them that were agreed on."""
        return Wholes((was for name in others if name in base for was in own[name]), title, created)

    for name, row in retitled.items():
        # All of another ticket, or its marks, tells more than half of its own: ids were sorted away. Of what
        # it was when it got its id since, none but those that were agreed on tell more.
        is_fresh = name not in base and is_all_of(row.cells, own[name])
        is_others = (agreed() if is_fresh else whole).tell(row.cells, own[name])
        is_own = not is_others and is_half(row.cells, own[name])
        (made.rows if is_own else strangers)[name] = row
    # Tickets that no row stands for so far: what a row without an id of its own may be.
    cells = {name: [row.cells for row in rows] for name, rows in doubled.items() if name in base}
    kept = {name for name, stand in cells.items() if not is_strange(stand, shapes[name], title)}
    loose = [name for name in base if name not in made.rows and name not in kept]
    waiting: dict[str, Shapes] = {name: (cells,) for name, cells in later.items() if name not in groups}
    free: dict[str, Shapes] = {name: shapes[name] for name in loose}
    # What was deleted since the file was written still stands in a version that was opened before.
    deleted: dict[str, Shapes] = {
        name: (cells,) for name, cells in written.items() if name not in base and name not in groups
    }
    # What the file has never shown with an id may still stand there as it was typed.
    begun = {*waiting, *(name for name in free if written and name not in written)}
    unlikely = {*waiting, *deleted}
    candidates = Candidates(deleted | free | waiting, title, created, unlikely, begun, machine)
    # Beside an id that was sorted away may stand nothing at all: its ticket may be found elsewhere.
    empty = {name: strangers.pop(name) for name in list(strangers) if is_bare(strangers[name].cells, blind)}
    unsure = [*strangers.values(), *(row for rows in doubled.values() for row in rows), *nameless]
    equal = place_equal(made, [r for r in unsure if r.cells not in shown.get(r.id, ())], candidates)
    strangers = {name: row for name, row in strangers.items() if row.place not in equal}
    left = place_strangers(made, strangers, candidates, own)

    @cache
    def upright() -> Wholes:
        """The tickets that had found their rows before any id that stands twice was looked at."""
        return Wholes((was for name in placed for was in shapes.get(name, ())), title, created)

    placed = list(made.rows)
    for name, rows in doubled.items():
        _place_doubled(made, name, rows, shown, candidates, equal, upright)
        if name in base and name not in made.rows and name not in made.frozen:
            # All of them are others: it may be one without an id, or with another's.
            candidates.add(name, shapes[name])
    left = place_strangers(made, left, candidates, own)
    nameless = sorted((row for row in nameless if row.place not in equal), key=lambda row: row.place)
    alike = candidates.any_of({r.place: r.cells for r in nameless if not (r.id or named(r.place))})
    for row in nameless:
        owner: str | None = named(row.place) or alike.get(row.place)
        if owner not in candidates:
            owner = candidates.only_match(row.cells, is_typed_over=bool(row.id))
        if owner is None and not (row.id and is_valid(row.id)):
            owner = candidates.only_start(row.cells)
        if owner is not None:
            put_back(made, owner, row, candidates)
        elif row.id and row.id not in made.rows and row.id not in known and is_valid(row.id):
            made.rows[row.id] = row
            made.adopted.add(row.id)
        else:
            made.new.append(row)
    elsewhere = (*retitled.values(), *(row for rows in doubled.values() for row in rows))
    is_sorted = any(row.place in made.put_back for row in elsewhere)
    stands = list(made.rows) if is_sorted and left else []
    standing = Wholes((was for name in stands for was in shapes.get(name, ())), title, created)
    for name, row in left.items():
        # Edited all over, unless its ticket was found elsewhere, or it is a copy of one that stands elsewhere
        # and ids were sorted away.
        if name in made.rows or standing.tell(row.cells, own[name]):
            _place_another(made, name, row, candidates)
        else:
            made.rows[name] = row
    for name, row in empty.items():
        if name in made.rows:
            made.stray.append(row.place)
        else:
            made.rows[name] = row
    frozen = {place for spots in made.frozen.values() for place in spots}
    for row in (row for rows in doubled.values() for row in rows if row.place in frozen):
        # A missing ticket that is like one of them may be it, and nobody has deleted it then.
        owner = candidates.only_match(row.cells)
        if owner in base and owner not in made.rows:
            made.frozen.setdefault(owner, []).append(row.place)
    made.stray += [row.place for row in made.new if row.id in known and is_bare(row.cells, blind)]
    made.new = sorted((row for row in made.new if row.place not in made.stray), key=lambda row: row.place)
    return made


def _place_doubled(
    made: Identified,
    name: str,
    rows: list[FoundRow],
    shapes: dict[str, Shapes],
    candidates: Candidates,
    equal: Mapping[int, Shapes],
    upright: Callable[[], Wholes],
) -> None:
    """Rows with one id: those of a missing ticket are that one, of the others the likest is the ticket. Where
    the id was pasted or sorted over another's, a copy of a ticket that stands `upright` is none.
    """
    left = []
    others = [equal[row.place] for row in rows if row.place in equal]
    rows = [row for row in rows if row.place not in equal]
    is_elsewhere = name in made.rows
    if name in candidates:
        candidates.drop(name)
    for row in rows:
        owner = candidates.only_match(row.cells)
        if owner is None or (name in shapes and not candidates.is_nearer(owner, row.cells, shapes[name])):
            left.append(row)
        else:
            others.append(put_back(made, owner, row, candidates))
    own = shapes.get(name, ())
    copied = [row for row in left if others and not is_all_of(row.cells, own)]
    for row in [row for row in copied if upright().tell(row.cells, own)]:
        left.remove(row)
        _place_another(made, name, row, candidates)
    scores = [candidates.likeness(row.cells, own) for row in left]
    # Where the id was pasted over another ticket's, a copy of that has it too. One that is called as the
    # ticket is may be it all the same: that other may have begun as a copy of it.
    near = [max((candidates.likeness(row.cells, was) for was in others), default=(False, 0)) for row in left]
    is_other = [n > s and not s[0] for n, s in zip(near, scores, strict=True)]
    if is_elsewhere or (name in shapes and left and all(is_other)):
        for row in left:
            _place_another(made, name, row, candidates)
        return
    if not left:
        return
    best = [row for row, score in zip(left, scores, strict=True) if score == max(scores)]
    if any(row.cells != best[0].cells for row in best):
        made.frozen[name] = [row.place for row in rows if row in left]
        return
    made.rows[name] = best[0]
    # Where the id was pasted over that of a ticket without any difference, that one is missing.
    twins = place_equal(made, [row for row in left if row is not best[0]], candidates)
    left = [row for row in left if row is not best[0] and row.place not in twins]
    owners = [candidates.only_match(row.cells) for row in left]
    for row, owner in zip(left, owners, strict=True):
        # One that is as like a missing ticket as this one, which the best row is, is not new.
        score = candidates.likeness(row.cells, own)
        is_only = owner in shapes and owners.count(owner) == 1
        if owner is not None and is_only and candidates.likeness(row.cells, shapes[owner]) >= score:
            put_back(made, owner, row, candidates)
        else:
            _place_another(made, name, row, candidates)


def _place_another(made: Identified, name: str, row: FoundRow, candidates: Candidates) -> None:
    """A row with the id of a ticket that stands elsewhere: one that somebody had just begun, into which that
    was pasted, or a new one.
    """
    owner = candidates.only_start(row.cells)
    if owner is None:
        made.new.append(row)
        made.copies[row.place] = name
    else:
        put_back(made, owner, row, candidates)
