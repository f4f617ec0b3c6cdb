"""Three-way merge, cell by cell: what to take over from a sheet, what to give it, what people must settle.

`base` is what both sides last agreed on, `ours` the store, `theirs` the sheet. A row is an id, rows
stand in any order. One side moved: its value holds. Both moved to the same value: nothing to do. Both
moved apart: the column's policy decides. An edit beats a delete, and nothing is ever removed here.
Source: Unison's reconciler (src/recon.mli), by cell instead of by file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sheetdesk.columns.base import CELL_LIMIT, MergePolicy
from sheetdesk.table.plain import PlainRows

__all__ = ["POLICIES", "Clash", "Given", "Merge", "PutBack", "Taken", "merge"]

Cells = tuple[Any, ...]

POLICIES: tuple[MergePolicy, ...] = ("people", "rules", "forward", "append", "latest", "manual")
"""How a cell is decided that both sides changed:

- `people`: a person's value beats a rule's; two people's values are for people to settle;
- `rules`: only rules write the column, what a person typed is put back;
- `forward`: the later of two choices in the desk's order, and nobody moves it back;
- `append`: all lines of both; people settle it where no cell holds as much;
- `latest`: the sheet's, which was read last;
- `manual`: people settle it, whoever wrote it.
"""


@dataclass(frozen=True)
class Taken:
    """A cell to change in the store."""

    row: str
    column: int
    before: Any
    after: Any


@dataclass(frozen=True)
class Given:
    """A cell to write into the sheet, over what stands there."""

    row: str
    column: int
    found: Any
    value: Any


@dataclass(frozen=True)
class Clash:
    """A cell that both sides changed apart: the sheet keeps its own, people settle it."""

    row: str
    column: int
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True)
class PutBack:
    """A person's value that the column's policy does not take: `ours` is written over it."""

    row: str
    column: int
    theirs: Any
    ours: Any
    reason: Literal["owner", "forward"]


@dataclass
class Merge:
    """What a merge comes to. Columns are positions in the rows; ids come in the order of the sheet.

    `came` rows are new; `revived` were gone from the store and changed in the sheet; `missing` stand
    in base and store only, unchanged; `back` too, but changed in the store since; `gone` were removed
    from the store and stand in the sheet unchanged; `unseen` are in the store alone.
    """

    taken: list[Taken] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    put_back: list[PutBack] = field(default_factory=list)
    came: list[str] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        """Both sides are equal."""
        return not any(vars(self).values())


def merge(
    base: PlainRows,
    ours: PlainRows,
    theirs: PlainRows,
    policies: Sequence[MergePolicy],
    *,
    by_rules: Container[tuple[str, int]] = frozenset(),
    contested: Container[tuple[str, int]] = frozenset(),
    ranks: Mapping[int, Mapping[Any, int]] | None = None,
) -> Merge:
    """What both sides' changes since `base` come to; rows are tuples, one policy a position.

    `by_rules` holds the (row, column) that nobody but rules changed in `ours` since `base`, `contested` those
    that were a conflict which people have yet to settle, whatever `base` says. `ranks` gives a
    `forward` column's choices their places. Laws: one side moved, it is taken whole; the same
    move on both sides is nothing; applied to both, they meet outside the clashes.
    """
    found = Merge()
    cell = _Cells(found, policies, by_rules, contested, ranks or {})
    for row, their in theirs.items():
        our, was = ours.get(row), base.get(row)
        if our == their:
            continue
        if our is None:
            (found.came if was is None else found.gone if was == their else found.revived).append(row)
        else:
            cell.merge(row, was, our, their)
    for row, our in ours.items():
        if row in theirs:
            continue
        was = base.get(row)
        if was is None:
            found.unseen.append(row)
            continue
        changed = any(
            o != b and policies[c] != "rules" and (row, c) not in by_rules
            for c, (o, b) in enumerate(zip(our, was, strict=True))
        )
        (found.back if changed else found.missing).append(row)
    return found


@dataclass(frozen=True)
class _Cells:
    """Decides the cells of one row after another, into `found`."""

    found: Merge
    policies: Sequence[MergePolicy]
    by_rules: Container[tuple[str, int]]
    contested: Container[tuple[str, int]]
    ranks: Mapping[int, Mapping[Any, int]]

    def merge(
        self, row: str, was: tuple[Any, ...] | None, our: tuple[Any, ...], their: tuple[Any, ...]
    ) -> None:
        for column, (o, t) in enumerate(zip(our, their, strict=True)):
            if o != t:
                # Without a base an empty cell is the one that has not moved.
                b = was[column] if was is not None else None
                self.decide(row, column, b, o, t)

    def decide(self, row: str, column: int, b: Any, o: Any, t: Any) -> None:
        """A cell whose sides differ."""
        policy = self.policies[column]
        is_open = policy in ("people", "manual") and (row, column) in self.contested
        if t == b and not is_open:
            self.found.given.append(Given(row, column, t, o))
        elif policy == "rules":
            self.found.put_back.append(PutBack(row, column, t, o, "owner"))
        elif policy == "forward" and self._rank(column, t) < self._rank(column, o):
            self.found.put_back.append(PutBack(row, column, t, o, "forward"))
        elif (o == b and not is_open) or self._theirs_win(policy, row, column):
            self.found.taken.append(Taken(row, column, o, t))
        elif policy == "append":
            self._join(row, column, b, o, t)
        else:
            self.found.clashes.append(Clash(row, column, b, o, t))

    def _theirs_win(self, policy: MergePolicy, row: str, column: int) -> bool:
        return policy in ("latest", "forward") or (policy == "people" and (row, column) in self.by_rules)

    def _rank(self, column: int, value: Any) -> int:
        return self.ranks.get(column, {}).get(value, -1)

    def _join(self, row: str, column: int, b: Any, o: Any, t: Any) -> None:
        joined = joined_lines(o, t)
        if len(joined.encode("utf-16-le", "surrogatepass")) // 2 > CELL_LIMIT:
            self.found.clashes.append(Clash(row, column, b, o, t))
            return
        if joined != o:
            self.found.taken.append(Taken(row, column, o, joined))
        if joined != t:
            self.found.given.append(Given(row, column, t, joined))


def joined_lines(ours: Any, theirs: Any) -> Any:
    """All lines of both, as often as in the one that has a line more often; ours first."""
    if ours is None or theirs is None:
        return theirs if ours is None else ours
    lines = str(ours).split("\n")
    left = Counter(lines)
    for line in str(theirs).split("\n"):
        if left[line]:
            left[line] -= 1
        else:
            lines.append(line)
    return "\n".join(lines)
