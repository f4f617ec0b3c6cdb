"""Which row is which ticket: by its id, and by its content where people sorted, copied, pasted or erased ids.

Pure: rows as found and what was last agreed on go in, an id for each row comes out. An id that stands
once and is known holds, unless the row's content is plainly another ticket's. A doubled id stays with
the row most like what was agreed on; the other rows are copies. An erased or foreign id is put back
when the content matches exactly one ticket that is missing. The order of the rows decides nothing but
which of several equal ones comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sheetdesk.table.plain import PlainRows

__all__ = ["UNKNOWN", "FoundRow", "Identified", "identify"]


class _Unknown:
    """Stands for a cell that nobody can read, or that the sheet does not show."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
# So many tickets are compared with a row. More that are alike are an accident, not a row to be guessed.
MOST_NEAR = 100


@dataclass(frozen=True)
class FoundRow:
    """A row as it stands: its place in the tab (from 0), the id as typed, its plain cells or UNKNOWN."""

    place: int
    id: str
    cells: tuple[Any, ...]


@dataclass
class Identified:
    """`rows` by id; `new` rows have no id yet; `frozen` ids stand at several places that nobody can
    tell apart. `put_back` are ids to write at a place again, `copies` places whose id is another's.
    """

    rows: dict[str, FoundRow] = field(default_factory=dict)
    new: list[FoundRow] = field(default_factory=list)
    adopted: set[str] = field(default_factory=set)
    put_back: dict[int, str] = field(default_factory=dict)
    copies: dict[int, str] = field(default_factory=dict)
    frozen: dict[str, list[int]] = field(default_factory=dict)


def identify(
    found: Sequence[FoundRow],
    base: PlainRows,
    known: Container[str],
    is_valid: Callable[[str], bool],
    title: int | None,
    later: PlainRows | None = None,
    created: int | None = None,
) -> Identified:
    """An id for every row.

    `base` has what was last agreed on, `known` every id the store ever had; `is_valid` says whether a
    text may be adopted as a new id. `title` is the position of the cell that tells most, `created` of
    the one that nobody types twice. `later` are rows that got their ids after this version of the sheet
    was made.
    """
    groups: dict[str, list[FoundRow]] = {}
    for row in sorted(found, key=lambda row: row.place):
        groups.setdefault(row.id, []).append(row)
    nameless = groups.pop("", [])
    made = Identified()
    strangers: dict[str, FoundRow] = {}
    doubled: dict[str, list[FoundRow]] = {}
    retitled: dict[str, FoundRow] = {}
    for name, rows in groups.items():
        if name not in base and name not in known:
            nameless += rows
        elif len(rows) > 1:
            doubled[name] = rows
        elif name not in base or _has_title_of(rows[0].cells, base[name], title):
            made.rows[name] = rows[0]
        else:
            retitled[name] = rows[0]
    missing = [name for name in base if name not in groups]
    whole = {base[name] for name in (*retitled, *missing)} if retitled else set()
    for name, row in retitled.items():
        # All of another ticket tells more than half of its own: ids were sorted away from their rows.
        is_own = row.cells not in whole and _is_half(row.cells, base[name])
        (made.rows if is_own else strangers)[name] = row
    # Tickets that no row stands for so far: what a row without an id of its own may be.
    kept = {n for n, rows in doubled.items() if n in base and not _is_strange(rows, base[n], title)}
    loose = [name for name in base if name not in made.rows and name not in kept]
    waiting = {name: cells for name, cells in (later or {}).items() if name not in groups}
    candidates = _Candidates({name: base[name] for name in loose} | waiting, title, created, waiting)
    _place_strangers(made, strangers, candidates)
    shown = {**(later or {}), **base} if doubled else base
    for name, rows in doubled.items():
        _place_doubled(made, name, rows, shown, candidates)
    for row in sorted(nameless, key=lambda row: row.place):
        owner = candidates.only_match(row.cells)
        if owner is None and not row.id:
            owner = candidates.only_start(row.cells, waiting, title)
        if owner is not None:
            candidates.drop(owner)
            made.rows[owner] = row
            made.put_back[row.place] = owner
        elif row.id and row.id not in made.rows and row.id not in known and is_valid(row.id):
            made.rows[row.id] = row
            made.adopted.add(row.id)
        else:
            made.new.append(row)
    made.new.sort(key=lambda row: row.place)
    return made


def _place_strangers(made: Identified, strangers: dict[str, FoundRow], candidates: _Candidates) -> None:
    """Rows whose content is not their ticket's: another's if it plainly is, else edited all over."""
    owners = {name: candidates.only_match(row.cells) for name, row in strangers.items()}
    claims = Counter(owner for owner in owners.values() if owner is not None)
    taken = {name for name, count in claims.items() if count == 1}
    for name, row in strangers.items():
        owner = owners[name]
        # Where the content's own ticket is claimed by nobody else, the id was pasted over or sorted away.
        if owner is not None and owner in taken:
            made.rows[owner] = row
            made.put_back[row.place] = owner
            candidates.drop(owner)
        elif name not in taken:
            made.rows[name] = row
            candidates.drop(name)
        else:
            made.new.append(row)
            made.copies[row.place] = name


def _place_doubled(
    made: Identified,
    name: str,
    rows: list[FoundRow],
    base: PlainRows,
    candidates: _Candidates,
) -> None:
    """Rows with one id: those of a missing ticket are that one, of the others the likest is the ticket."""
    left = []
    others = []
    is_elsewhere = name in made.rows
    if name in candidates:
        candidates.drop(name)
    for row in rows:
        owner = candidates.only_match(row.cells)
        if owner is None or (name in base and not candidates.is_nearer(owner, row.cells, base[name])):
            left.append(row)
        else:
            others.append(candidates.drop(owner))
            made.rows[owner] = row
            made.put_back[row.place] = owner
    scores = [_alike(row.cells, base[name]) if name in base else 0 for row in left]
    # Where the id was pasted over another ticket's, a copy of that has it too.
    near = [max((_alike(row.cells, was) for was in others), default=0) for row in left]
    if is_elsewhere or (name in base and left and all(n > s for n, s in zip(near, scores, strict=True))):
        made.new += left
        made.copies |= {row.place: name for row in left}
        return
    if not left:
        return
    best = [row for row, score in zip(left, scores, strict=True) if score == max(scores)]
    if any(row.cells != best[0].cells for row in best):
        made.frozen[name] = [row.place for row in rows if row in left]
        return
    made.rows[name] = best[0]
    for row in left:
        if row is not best[0]:
            made.new.append(row)
            made.copies[row.place] = name


def _is_strange(rows: Sequence[FoundRow], was: tuple[Any, ...], title: int | None) -> bool:
    """Whether none of the rows with a ticket's id says that it is the ticket."""
    return not any(_has_title_of(row.cells, was, title) or _is_half(row.cells, was) for row in rows)


class _Candidates:
    """Tickets a row may turn out to be, found by all of their content, then by their title or the moment
    they were created.

    Those of `later` were typed before they were tickets: what they got by themselves tells nothing.
    """

    def __init__(
        self, rows: PlainRows, title: int | None, created: int | None, later: Container[str]
    ) -> None:
        self._rows = rows
        self._title = title
        self._created = created
        self._later = later
        self._by_cells: dict[tuple[Any, ...], set[str]] = {}
        self._by_mark: dict[tuple[int, Any], dict[str, None]] = {}
        self._marks = [place for place in (title, created) if place is not None]
        for name, cells in rows.items():
            self._by_cells.setdefault(cells, set()).add(name)
            for place in self._marks:
                self._by_mark.setdefault((place, cells[place]), {})[name] = None

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def drop(self, name: str) -> tuple[Any, ...]:
        """Nobody else may be this ticket; its cells."""
        cells = self._rows.pop(name)
        self._by_cells[cells].discard(name)
        for place in self._marks:
            del self._by_mark[place, cells[place]][name]
        return cells

    def only_match(self, cells: tuple[Any, ...]) -> str | None:
        """The one ticket with this content, or None where there is none or several."""
        same = self._by_cells.get(cells)
        if same:
            return self._only(same)
        near = self._near(cells)
        # Nothing is guessed from a long list: each row would be compared with all of it.
        if len(near) > MOST_NEAR:
            return None
        return self._only([name for name in near if self._is_this(cells, self._rows[name])])

    def _only(self, names: Collection[str]) -> str | None:
        """The one ticket among these; one that this version may have shown goes before later ones."""
        first = [name for name in names if name not in self._later] or list(names)
        return first[0] if len(first) == 1 else None

    def _is_this(self, cells: tuple[Any, ...], was: tuple[Any, ...]) -> bool:
        """Most of the ticket is there, or what it is called and the moment it was created."""
        marks = self._title, self._created
        return _is_most(cells, was) or all(
            at is not None and was[at] is not None and cells[at] == was[at] for at in marks
        )

    def only_start(self, cells: tuple[Any, ...], later: PlainRows, title: int | None) -> str | None:
        """The one later ticket that this row, as somebody typed it, became; None where none or several.

        What a ticket got by itself when it was added does not stand in the row yet.
        """
        if not later or title is None or cells[title] in (None, UNKNOWN):
            return None
        near = self._near(cells)
        if len(near) > MOST_NEAR:
            return None
        matching = [n for n in near if n in later and _is_half(self._rows[n], cells)]
        return matching[0] if len(matching) == 1 else None

    def is_nearer(self, name: str, cells: tuple[Any, ...], own: tuple[Any, ...]) -> bool:
        """Whether a row is more like this ticket than like its `own`."""
        return _alike(cells, self._rows[name]) > _alike(cells, own)

    def _near(self, cells: tuple[Any, ...]) -> Collection[str]:
        if self._title is None or cells[self._title] is UNKNOWN:
            return self._rows
        title = self._title
        if cells[title] is None:
            # It may have been erased where there was one; where there was none it tells nothing.
            return [name for name, was in self._rows.items() if was[title] is not None]
        return {
            name: None
            for place in self._marks
            if cells[place] is not None
            for name in self._by_mark.get((place, cells[place]), ())
        }


def _alike(cells: tuple[Any, ...], was: tuple[Any, ...]) -> int:
    """How many cells are as they were, empty ones too."""
    return sum(bool(c == w) for c, w in zip(cells, was, strict=True) if c is not UNKNOWN)


def _is_most(cells: tuple[Any, ...], was: tuple[Any, ...]) -> bool:
    """More than half of what stood in the row is still there."""
    filled = [(c, w) for c, w in zip(cells, was, strict=True) if w is not None and c is not UNKNOWN]
    return bool(2 * sum(c == w for c, w in filled) > len(filled))


def _is_begun(cells: tuple[Any, ...], became: tuple[Any, ...], title: int | None) -> bool:
    """The title is the same, and so is at least half of what stands in the row so far."""
    if title is None or cells[title] in (None, UNKNOWN) or cells[title] != became[title]:
        return False
    filled = [(c, b) for c, b in zip(cells, became, strict=True) if c is not None and c is not UNKNOWN]
    return bool(2 * sum(c == b for c, b in filled) >= len(filled))


def _has_title_of(cells: tuple[Any, ...], was: tuple[Any, ...], title: int | None) -> bool:
    """Nothing has changed, or the title has not."""
    if cells == was:
        return True
    return title is not None and was[title] is not None and cells[title] in (was[title], UNKNOWN)


def _is_half(cells: tuple[Any, ...], was: tuple[Any, ...]) -> bool:
    """Half of what stood in the row is still there."""
    filled = [(c, w) for c, w in zip(cells, was, strict=True) if w is not None and c is not UNKNOWN]
    return bool(2 * sum(c == w for c, w in filled) >= len(filled))
