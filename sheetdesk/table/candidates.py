"""The tickets that a row without an id of its own may turn out to be, and how like a ticket a row is.

A ticket may have been shown in several ways in one version of a sheet: as it was written, and as it was
read last. A row is a ticket's if it is like any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from typing import Any, Final

from sheetdesk.table.plain import PlainRows

__all__ = [
    "MOST_NEAR",
    "NOTHING",
    "UNKNOWN",
    "Candidates",
    "Shapes",
    "has_title_of",
    "is_all_of",
    "is_bare",
    "is_half",
    "is_readably",
    "is_strange",
    "masked",
    "unknown_places",
    "without",
]


class _Unknown:
    """Stands for a cell that nobody can read, or that the sheet does not show."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
NOTHING = (None, UNKNOWN)
# So many tickets are compared with a row. More that are alike are an accident, not a row to be guessed.
MOST_NEAR = 100

Cells = tuple[Any, ...]
Shapes = tuple[Cells, ...]
"""The cells of one ticket, in each of the ways in which it was shown."""


class Candidates:
    """Tickets a row may turn out to be, found by all of their content, then by their title, then by the
    moment they were created.

    Those that are `unlikely` got their ids after the version was made, or were deleted since. Those that are
    `begun` may stand there as they were typed: what they got by themselves when they became tickets tells
    nothing.
    """

    def __init__(
        self,
        rows: Mapping[str, Shapes],
        title: int | None,
        created: int | None,
        unlikely: Container[str],
        begun: Container[str],
        machine: Container[int] = (),
    ) -> None:
        self._rows: dict[str, Shapes] = {}
        self._title = title
        self._created = created
        self._unlikely = unlikely
        self._begun = begun
        self._machine = machine
        self._by_cells: dict[Cells, dict[str, None]] = {}
        self._by_mark: dict[tuple[int, Any], dict[str, None]] = {}
        self._marks = [place for place in (title, created) if place is not None]
        for name, shapes in rows.items():
            self.add(name, shapes)

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def add(self, name: str, shapes: Shapes) -> None:
        """A row may be this ticket."""
        self._rows[name] = shapes
        for cells in shapes:
            self._by_cells.setdefault(cells, {})[name] = None
            for place in self._marks:
                self._by_mark.setdefault((place, cells[place]), {})[name] = None

    def drop(self, name: str) -> Shapes:
        """Nobody else may be this ticket; what it is like."""
        shapes = self._rows.pop(name)
        for cells in shapes:
            self._by_cells[cells].pop(name, None)
            for place in self._marks:
                self._by_mark[place, cells[place]].pop(name, None)
        return shapes

    def equal(self, cells: Cells) -> list[str]:
        """The tickets with exactly this content; those that are likely go before others."""
        return self._first(self._by_cells.get(cells, ()))

    def only_match(self, cells: Cells, *, is_typed_over: bool = False) -> str | None:
        """The one ticket with this content, or most of it; None where there is none or several.

        Where the row's id `is_typed_over`, tickets without a title count too if it has none.
        """
        matching = self._matching(cells, is_typed_over=is_typed_over)
        return matching[0] if len(matching) == 1 else None

    def only_start(self, cells: Cells) -> str | None:
        """The one begun ticket that this row, as somebody typed it, became; None where none or several.

        What a ticket got by itself when it was added does not stand in the row yet.
        """
        matching = self._started(cells)
        return matching[0] if len(matching) == 1 else None

    def any_of(self, rows: Mapping[int, Cells]) -> dict[int, str]:
        """Tickets by place for changed rows that may each be any of several without any difference, and none
        else, where there are as many rows as tickets: whichever is which, all are there.
        """
        groups: dict[tuple[str, ...], list[int]] = {}
        for place, cells in rows.items():
            if self._by_cells.get(cells):
                continue
            found = self._matching(cells, is_typed_over=False) or self._started(cells)
            if len(found) > 1 and all(self._rows[name] == self._rows[found[0]] for name in found):
                groups.setdefault(tuple(sorted(found)), []).append(place)
        return {
            place: name
            for names, places in groups.items()
            if len(names) == len(places)
            for place, name in zip(places, names, strict=True)
        }

    def is_nearer(self, name: str, cells: Cells, own: Shapes) -> bool:
        """Whether a row is more like this ticket than like its `own`: what it is called tells most."""
        return self.likeness(cells, self._rows[name]) > self.likeness(cells, own)

    def is_marked(self, cells: Cells, name: str, own: Shapes) -> bool:
        """Whether a row is all of this ticket, or has its title, or a moment that is not its `own`."""
        at = self._created
        moments = set() if at is None else {was[at] for was in self._rows[name]} - {was[at] for was in own}
        is_moment = at is not None and cells[at] not in NOTHING and cells[at] in moments
        return name in self._by_cells.get(cells, ()) or self.is_called(cells, name) or is_moment

    def is_called(self, cells: Cells, name: str) -> bool:
        """Whether a row has this ticket's title."""
        return self.likeness(cells, self._rows[name])[0]

    def likeness(self, cells: Cells, shapes: Shapes) -> tuple[bool, int]:
        """How like a ticket a row is: whether it is called so, then how many cells are as they were, empty
        ones too.
        """
        at = self._title
        is_called = at is not None and any(was[at] == cells[at] not in NOTHING for was in shapes)
        same = (
            sum(bool(c == w) for c, w in zip(cells, was, strict=True) if c is not UNKNOWN) for was in shapes
        )
        return is_called, max(same, default=0)

    def _matching(self, cells: Cells, *, is_typed_over: bool) -> list[str]:
        same = self._by_cells.get(cells)
        if same:
            return self._first(same)
        for near in self._near(cells, is_typed_over=is_typed_over):
            # Nothing is guessed from a long list: each row would be compared with all of it.
            if len(near) <= MOST_NEAR:
                matching = [name for name in near if self._is_this(cells, self._rows[name])]
                if matching:
                    return self._first(matching)
        return []

    def _started(self, cells: Cells) -> list[str]:
        title = self._title
        if title is None or cells[title] in NOTHING:
            return []
        near = self._by_mark.get((title, cells[title]), ())
        if len(near) > MOST_NEAR:
            return []
        typed = tuple(None if place in self._machine else cell for place, cell in enumerate(cells))
        return [
            name
            for name in near
            if name in self._begun and any(is_half(was, (typed,)) for was in self._rows[name])
        ]

    def _first(self, names: Collection[str]) -> list[str]:
        return [name for name in names if name not in self._unlikely] or list(names)

    def _is_this(self, cells: Cells, shapes: Shapes) -> bool:
        """Most of the ticket is there, or what it is called and the moment it was created."""
        marks = self._title, self._created
        return any(
            _is_most(cells, was)
            or all(at is not None and was[at] not in NOTHING and cells[at] == was[at] for at in marks)
            for was in shapes
        )

    def _near(self, cells: Cells, *, is_typed_over: bool) -> list[Collection[str]]:
        """Where to look, the likeliest first."""
        title = self._title
        if title is None or cells[title] is UNKNOWN:
            return [list(self._rows)]
        marked = [self._by_mark.get((at, cells[at]), {}) for at in self._marks if cells[at] is not None]
        if cells[title] is None:
            # It may have been erased where there was one; where there was none it tells nothing. But whoever
            # types over an id has a ticket's row before him.
            erased = {n for n, shapes in self._rows.items() if any(was[title] is not None for was in shapes)}
            marked.append(dict.fromkeys(erased))
            if is_typed_over:
                marked.append(dict.fromkeys(self._rows.keys() - erased))
        return [list(names) for names in marked]


def unknown_places(rows: Sequence[Cells]) -> list[int]:
    """The positions at which no row has a cell that can be read: of a column that is not there."""
    columns = zip(*rows, strict=True)
    return [place for place, cells in enumerate(columns) if all(cell is UNKNOWN for cell in cells)]


def without(rows: PlainRows, places: Collection[int]) -> PlainRows:
    """The rows as they look where these positions are UNKNOWN."""
    return dict(zip(rows, masked([*rows.values()], places), strict=True)) if places else rows


def masked(rows: Sequence[Cells], places: Collection[int]) -> Sequence[Cells]:
    """The same without their names."""
    if not rows or not places:
        return rows
    nothing = [UNKNOWN] * len(rows)
    columns = enumerate(zip(*rows, strict=True))
    return [*zip(*(nothing if place in places else column for place, column in columns), strict=True)]


def has_title_of(cells: Cells, shapes: Shapes, title: int | None) -> bool:
    """Nothing that can be read has changed, or the title has not."""
    if is_all_of(cells, shapes):
        return True
    return title is not None and any(
        was[title] is not None and cells[title] in (was[title], UNKNOWN) for was in shapes
    )


def is_all_of(cells: Cells, shapes: Shapes) -> bool:
    """All that can be read of the row is the ticket's."""
    return cells in shapes or (UNKNOWN in cells and any(is_readably(cells, was) for was in shapes))


def is_bare(cells: Cells, blind: Collection[int]) -> bool:
    """Nothing stands in the row but in positions that are UNKNOWN in all of them."""
    return all(cell is None or place in blind for place, cell in enumerate(cells))


def is_half(cells: Cells, shapes: Shapes) -> bool:
    """Half of what stood in the row is still there."""
    return any(2 * same >= filled for same, filled in (_kept(cells, was) for was in shapes))


def is_strange(rows: Sequence[Cells], shapes: Shapes, title: int | None) -> bool:
    """Whether none of the rows with a ticket's id says that it is the ticket."""
    return not any(has_title_of(cells, shapes, title) or is_half(cells, shapes) for cells in rows)


def is_readably(cells: Cells, was: Cells) -> bool:
    """All that can be read of the row is the ticket's, and something can."""
    read = [bool(c == w) for c, w in zip(cells, was, strict=True) if c is not UNKNOWN]
    return bool(read) and all(read)


def _is_most(cells: Cells, was: Cells) -> bool:
    """More than half of what stood in the row is still there."""
    same, filled = _kept(cells, was)
    return 2 * same > filled


def _kept(cells: Cells, was: Cells) -> tuple[int, int]:
    """How many of the filled cells are as they were, and how many there were that can be compared."""
    filled = [bool(c == w) for c, w in zip(cells, was, strict=True) if w is not None and c is not UNKNOWN]
    return sum(filled), len(filled)
