"""What must hold when all is quiet: who meant what for which cell, held against store, journal and sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sheetdesk.columns.base import Cell, Problem
from sheetdesk.desk.desk import Desk
from sheetdesk.table.change import Entry
from sheetdesk.table.plain import PlainRows
from sheetdesk.table.table import stored
from tests.storm.desk import HUMAN, LOCKED, MAIN
from tests.storm.ledger import NONSENSE, Gone, Ledger, Typed, Version, meaning
from tests.storm.page import Page, Row, values_of

__all__ = ["Rest", "Violation", "lost", "violations"]


@dataclass(frozen=True)
class Violation:
    """One thing that does not hold; `rule` is I1 to I10."""

    rule: str
    text: str


@dataclass(frozen=True)
class Rest:
    """Everything as it stands at last. `conflicts` are (id, column), `problems` Problems, by sheet.

    `entries` are the journal's, with plain values; `is_quiet`: one more sync did nothing at all. `told` is
    how often each ticket was told of, where the desk does that.
    """

    desk: Desk
    ledger: Ledger
    sheets: Mapping[str, Version]
    rows: PlainRows
    archived: PlainRows
    entries: list[Entry]
    conflicts: Mapping[str, frozenset[tuple[str, str]]]
    problems: Mapping[str, list[Problem]]
    began: PlainRows
    is_whole: bool
    noise: str
    failed: Mapping[str, str]
    told: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return stored(self.desk.tickets)

    @cached_property
    def pages(self) -> dict[str, Page]:
        return {key: version.shown for key, version in self.sheets.items()}

    @cached_property
    def frozen(self) -> frozenset[str]:
        """Ids that were reported to stand at several places."""
        return frozenset(p.ticket for found in self.problems.values() for p in found if p.kind == "duplicate")

    @cached_property
    def journal(self) -> dict[tuple[str, str], list[Any]]:
        """All values that the journal has for (id, column), refused ones too."""
        found: dict[tuple[str, str], list[Any]] = {}
        for entry in self.entries:
            if entry.table != "tickets":
                continue
            if entry.column:
                found.setdefault((entry.row, entry.column), []).extend([entry.before, entry.after])
                continue
            for row in (entry.before, entry.after):
                for key in self.keys if row is not None else ():
                    found.setdefault((entry.row, key), []).append(row.get(key))
        return found

    @cached_property
    def refused(self) -> set[tuple[str, str, Any]]:
        return {(e.row, e.column, e.after) for e in self.entries if e.kind == "refused"}

    def tickets(self, sheet: str) -> Iterator[tuple[Row, str]]:
        """The rows of a sheet in which a ticket stands, and their ids as text."""
        page = self.pages[sheet]
        for at, row in enumerate(page.rows):
            if not row.who or row.who.startswith("note"):
                continue
            name = "" if row.cells.get("id") is None else str(row.cells["id"])
            if name in self.rows or self.is_filled(page, at):
                yield row, name

    def is_filled(self, page: Page, at: int) -> bool:
        """Whether a row holds what makes it a ticket: below the table it needs a title."""
        keys = self.keys if at < page.depth and page.is_table else ("title",)
        return any(page.rows[at].cells.get(key) is not None for key in keys if key in page.columns)

    def ids(self, who: str) -> set[str]:
        """Every id that a row, or one that began as its copy, ever had."""
        return {name for one in self.ledger.group(who) for name in self.ledger.ids.get(one, ())}

    def is_ticket(self, who: str) -> bool:
        """Whether the row ever became one; an id may have been kept for it that it never got."""
        names = self.ledger.ids.get(who, set())
        return bool(names & (self.rows.keys() | self.archived.keys()))

    def is_excused(self, sheet: str, name: str, column: str) -> bool:
        """It is told to people that the cell shows something else than the store holds."""
        if (name, column) in self.conflicts.get(sheet, ()) or name in self.frozen:
            return True
        return any(
            p.column == column and (p.ticket == name or p.kind in ("lost_column", "doubled_column"))
            for p in self.problems.get(sheet, [])
        )


def _told(rest: Rest) -> Iterator[Violation]:
    """Each ticket is told of once; one that was archived at once may have passed unseen."""
    if not rest.desk.rules:
        return
    for name in {*rest.rows, *rest.archived, *rest.told}:
        told = rest.told.get(name, 0)
        if told != 1 and not (told == 0 and name not in rest.rows):
            yield Violation("I8", f"{name} was told of {told} times")
        if name not in rest.rows and name not in rest.archived:
            yield Violation("I8", f"{name} was told of, and is no ticket")


def violations(rest: Rest) -> list[Violation]:
    """All that does not hold."""
    found = [*_failed(rest)]
    for rule in (
        _human_values, _strange_values, _journalled, _left_unread, _ids, _equal, _creations, _told, _own
    ):  # fmt: skip
        found += rule(rest)
    if rest.noise:
        found.append(Violation("I6", rest.noise))
    if not rest.is_whole:
        found.append(Violation("I10", "the journal does not play to the store"))
    return found


def _failed(rest: Rest) -> Iterator[Violation]:
    for sheet, error in rest.failed.items():
        yield Violation("I6", f"{sheet} cannot be synced: {error}")


def lost(rest: Rest) -> list[Typed]:
    """Values that stood only in versions which other people wrote over before any sync read them: the one
    loss that no sync can prevent.
    """
    return [typed for typed in _unread(rest) if not _by_sync(rest, typed)]


def _unread(rest: Rest) -> list[Typed]:
    """The values that no sync read, nor what was typed over them knowingly."""
    ledger = rest.ledger
    read = {t.number for t in ledger.typed if any(key in ledger.seen for key in ledger.holding(t.number))}
    known = ledger.behind(read)
    return [t for t in ledger.typed if t.number not in known]


def _by_sync(rest: Rest, typed: Typed) -> tuple[str, str] | None:
    """The version with this value that a sync wrote over, or that still stands beside the file; None where
    people wrote over all of them. Where a sync put the same there, somebody else had typed it as well.
    """
    ledger = rest.ledger
    if typed.sheet == ledger.moving:
        # A write there takes along what it covers.
        return None
    for key in ledger.holding(typed.number):
        if ledger.versions[key].maker == "sync":
            continue
        line = [at for at, one in enumerate(ledger.arrivals) if one[0] == key[0]]
        after = [line[n + 1 : n + 2] for n, at in enumerate(line) if ledger.arrivals[at] == key]
        if not after or any(not one or one[0] not in ledger.by_people for one in after):
            return key
    return None


def _left_unread(rest: Rest) -> Iterator[Violation]:
    """I3: what a sync wrote over it reads, and what stands there or beside it."""
    for typed in _unread(rest):
        key = _by_sync(rest, typed)
        if key is not None:
            yield Violation("I3", f"{typed} stood in {key[0]} {key[1][:6]}, which no sync has read")


def _counting(rest: Rest, who: str, column: str) -> list[Typed]:
    """The values of a cell that sync read, could read and took, and that nobody typed over knowingly. What it
    holds was taken, even where the same was refused to somebody else.
    """
    ledger = rest.ledger
    names = rest.ids(who)
    held = _held(rest, names, column)
    mine = [t for t in ledger.typed if t.who == who and t.column == column]
    read = [t for t in mine if ledger.is_read(t.number) and t.number not in ledger.strays]
    taken = [
        t
        for t in read
        if t.meaning is not NONSENSE
        and column not in LOCKED[t.sheet]
        and (t.meaning in held or not any((name, column, t.meaning) in rest.refused for name in names))
    ]
    over = ledger.behind(n for t in taken for n in t.over)
    return [t for t in taken if t.number not in over]


def _human_values(rest: Rest) -> Iterator[Violation]:
    """I1: what a person meant last for a cell stands there."""
    for row, name in rest.tickets(MAIN):
        if name not in rest.rows or name in rest.frozen:
            continue
        now = dict(zip(rest.keys, rest.rows[name], strict=True))
        for column in HUMAN:
            counting = _counting(rest, row.who, column)
            displaced = rest.ledger.displaced
            meant = [t for t in counting if t.number in displaced or not _is_retyped(rest, t)]
            if column == "notes":
                rows = {**rest.archived, **rest.rows}
                texts = [rows[one][rest.keys.index(column)] for one in rest.ids(row.who) if one in rows]
                lines = {line for text in [now[column], *texts] for line in str(text or "").split("\n")}
                for typed in meant if len(rest.ledger.group(row.who)) == 1 else ():
                    missing = set(str(typed.meaning or "").split("\n")) - lines - {""}
                    if (
                        missing
                        and not _is_split(rest, row.who)
                        and not _is_told(rest, name, column)
                        and not _is_overrun(rest, name, column, [typed])
                    ):
                        yield Violation(
                            "I1", f"{name} {column}: {missing} of {typed} is not in {now[column]!r}"
                        )
                continue
            # Who types what stood there all along has changed nothing: it gives way to who did.
            edits = [typed for typed in meant if not _is_as_it_began(rest, name, column, typed)]
            edits = [typed for typed in edits if not _is_seen(typed, edits)]
            edits = [typed for typed in edits if not _is_followed(rest, typed, edits)]
            values = {typed.meaning for typed in edits or meant}
            if not values or values == {now[column]}:
                continue
            if (
                _is_split(rest, row.who)
                or _is_told(rest, name, column)
                or _is_overrun(rest, name, column, meant)
            ):
                continue
            if now[column] in _of_twins(rest, row.who, column):
                continue
            if now[column] is None and _is_beside_bare_twin(rest, row.who, column):
                continue
            if now[column] is None and values <= _held_by_twins(rest, row.who, column):
                # Equal rows without ids may each be a ticket that was read elsewhere: then all are new.
                continue
            if column == "created" and len(rest.ledger.group(row.who)) > 1:
                # Where nobody can read it, it is the moment at which the row became a ticket.
                continue
            yield Violation("I1", f"{name} {column} is {now[column]!r}, meant was {meant}")


def _is_as_it_began(rest: Rest, name: str, column: str, typed: Typed) -> bool:
    began = rest.began.get(name)
    return not typed.over and began is not None and began[rest.keys.index(column)] == typed.meaning


def _is_seen(typed: Typed, others: list[Typed]) -> bool:
    """Whether another changed this very value, though on a page from before: whoever took a cell back to
    what it was left what that one saw.
    """
    return any(
        other.instead == typed.meaning != other.meaning and typed.instead != other.meaning for other in others
    )


def _is_followed(rest: Rest, typed: Typed, others: list[Typed]) -> bool:
    """Whether somebody typed into the very cell after a write had put something over the value there: where
    all work in one sheet, the later one stands, and the other is in the journal.
    """
    sheet = rest.ledger.moving
    return (
        typed.sheet == sheet
        and typed.number in rest.ledger.displaced
        and any(other.sheet == sheet and other.number > typed.number for other in others)
    )


def _of_twins(rest: Rest, who: str, column: str) -> set[Any]:
    """What a cell may hold because its row and a copy of it were told apart the other way round."""
    group = rest.ledger.group(who)
    if len(group) == 1:
        return set()
    place = rest.keys.index(column)
    began = {rest.began[name][place] for name in rest.ids(who) if name in rest.began}
    typed = {
        t.meaning
        for t in rest.ledger.typed
        if t.who in group and t.column == column and t.number not in rest.ledger.strays
    }
    # One that became a ticket where its people may not fill the column has nothing there, and one that was
    # typed has the first status.
    mild = {None} if any(column in locked for locked in LOCKED.values()) else set()
    return began | typed | mild | ({"new"} if column == "status" else set())


def _held_by_twins(rest: Rest, who: str, column: str) -> set[Any]:
    """What the tickets hold that a row and its copies became."""
    return _held(rest, rest.ids(who), column) if len(rest.ledger.group(who)) > 1 else set()


def _held(rest: Rest, names: set[str], column: str) -> set[Any]:
    place = rest.keys.index(column)
    return {rest.rows[name][place] for name in names if name in rest.rows}


def _is_beside_bare_twin(rest: Rest, who: str, column: str) -> bool:
    """Whether a sync saw the row with something in the cell beside a copy of it with nothing there: whichever
    is more like the ticket keeps its id.
    """
    others = rest.ledger.group(who) - {who}
    for key in rest.ledger.seen if others else ():
        rows = {row.who: row.cells.get(column) for row in rest.ledger.versions[key].shown.rows}
        if rows.get(who) is not None and any(rows.get(one, "none") is None for one in others):
            return True
    return False


def _is_told(rest: Rest, name: str, column: str) -> bool:
    return any(rest.is_excused(sheet, name, column) for sheet in rest.sheets)


def _is_overrun(rest: Rest, name: str, column: str, meant: list[Typed]) -> bool:
    """A save that had not seen the value put the one before back, and looks like a change of mind.

    Two versions of one stamp are all that sync has: whoever reverts a cell and whoever saves an older
    page leave the same. Both values are in the journal then.
    """
    ledger = rest.ledger
    for typed in meant:
        stamps = {ledger.versions[key].stamp for key in ledger.holding(typed.number) if key in ledger.seen}
        for key in ledger.seen:
            version = ledger.versions[key]
            spot = typed.who, column
            if key[0] == typed.sheet and version.stamp in stamps and version.maker != "sync":
                stands = ledger.behind(version.sources.get(spot, ()))
                if typed.number not in stands and typed.meaning in rest.journal.get((name, column), []):
                    return True
    return False


def _strange_values(rest: Rest) -> Iterator[Violation]:
    """I2: no value stands in a cell that it was not meant for."""
    for sheet, version in rest.sheets.items():
        for row, name in rest.tickets(sheet):
            if name in rest.frozen or _is_split(rest, row.who):
                continue
            if rest.is_excused(sheet, name, "title") and _is_anothers(rest, name, row.who):
                # That one's id was put beside it, and people are asked which of the two it is.
                continue
            began = next((rest.began[one] for one in rest.ids(row.who) if one in rest.began), None)
            for column in HUMAN:
                value = row.cells.get(column)
                sources = version.sources.get((row.who, column), frozenset())
                if value is None or sources - rest.ledger.strays:
                    continue
                meant = meaning(rest.desk, column, value)
                if began is not None and began[rest.keys.index(column)] == meant:
                    continue
                if column == "created" or (column == "status" and meant == "new"):
                    continue
                if meant in _of_twins(rest, row.who, column):
                    continue
                if column == "notes" and _joined(rest, row.who, began, str(value)):
                    continue
                if _is_of_split(rest, name, column, meant):
                    continue
                yield Violation("I2", f"{sheet}: {value!r} stands in {column} of {row.who} ({name})")


def _is_anothers(rest: Rest, name: str, who: str) -> bool:
    """Whether another row of another sheet shows this id."""
    shown = (row.who for page in rest.pages.values() for row in page.rows if row.cells.get("id") == name)
    return any(one != who for one in shown)


def _is_of_split(rest: Rest, name: str, column: str, meant: Any) -> bool:
    """Whether it was meant for a row of another sheet that had the ticket's id, and of which nothing tells
    whose it is: it was taken for the ticket.
    """
    takers = {who for who, names in rest.ledger.ids.items() if name in names}
    # Where rows move under a write no ids are learned: it is the row that shows this one.
    takers |= {row.who for page in rest.pages.values() for row in page.rows if row.cells.get("id") == name}
    takers = {who for who in takers if _is_split(rest, who)}
    return any(t.who in takers and t.column == column and t.meaning == meant for t in rest.ledger.typed)


def _joined(rest: Rest, who: str, began: Any, value: str) -> bool:
    """Whether every line was meant for these notes."""
    group = rest.ledger.group(who)
    lines = {str(began[rest.keys.index("notes")])} if began is not None else set()
    for typed in rest.ledger.typed:
        if typed.who in group and typed.column == "notes":
            lines |= set(str(typed.value or "").split("\n"))
    return set(value.split("\n")) <= lines


def _journalled(rest: Rest) -> Iterator[Violation]:
    """I3: a human value that sync read is in the journal, or stands in a sheet."""
    ledger = rest.ledger
    for typed in ledger.typed:
        spot = typed.who, typed.column
        if typed.column not in HUMAN or not rest.is_ticket(typed.who):
            continue
        if typed.column == "notes" and typed.meaning is None:
            # Who erases notes that somebody added to has seen only a part of them.
            continue
        if typed.number in ledger.strays:
            # It was never meant for the row that was copied, and has been taken from both.
            continue
        read = [key for key in ledger.holding(typed.number) if key in ledger.seen]
        is_displaced = typed.number in ledger.displaced
        if not is_displaced and all(_is_doubled(ledger, key, typed.who) for key in read):
            # Of rows with one id, edited apart, none is read: that is told to people.
            continue
        if any(typed.number in version.sources.get(spot, ()) for version in rest.sheets.values()):
            continue
        there = [
            row for page in rest.pages.values() for row in page.rows if row.who in ledger.group(typed.who)
        ]
        if any(row.cells.get(typed.column) == typed.value for row in there):
            continue
        if typed.meaning is NONSENSE and (not _is_dropped(rest, typed) or _is_deleted(rest, typed)):
            continue
        if typed.meaning is None and _is_split(rest, typed.who):
            continue
        if typed.meaning is None and not is_displaced and _is_nameless(rest, typed, read):
            # No ticket ever held what was cleared there.
            continue
        if not is_displaced and _was_note(rest, typed, read):
            continue
        values = [
            value for name in rest.ids(typed.who) for value in rest.journal.get((name, typed.column), [])
        ]
        if typed.meaning in values or typed.value in values or _in_notes(typed, values):
            continue
        if rest.ids(typed.who) & rest.frozen:
            continue
        yield Violation("I3", f"{typed} was read and is nowhere; the journal has {values}")


def _is_deleted(rest: Rest, typed: Typed) -> bool:
    """Whether somebody deleted the row who had the value before his eyes."""
    ledger = rest.ledger
    return any(g.who == typed.who and typed.number in ledger.behind(g.over) for g in ledger.gone)


def _is_retyped(rest: Rest, typed: Typed) -> bool:
    """Whether its own sheet's people typed over it knowingly while its row had no id yet: no ticket ever had
    it, whether what they typed can be read or not.
    """
    ledger = rest.ledger
    read = [key for key in ledger.holding(typed.number) if key in ledger.seen]
    later = [t for t in ledger.typed if t.sheet == typed.sheet and typed.number in ledger.behind(t.over)]
    is_read = any(key in ledger.seen for t in later for key in ledger.holding(t.number))
    return is_read and _is_nameless(rest, typed, read)


def _is_nameless(rest: Rest, typed: Typed, read: list[tuple[str, str]]) -> bool:
    """Whether its row had no id yet in any version in which a sync read the value."""
    tickets = rest.rows.keys() | rest.archived.keys()
    return all(str(_id_of(rest.ledger.versions[key], typed.who)) not in tickets for key in read)


def _id_of(version: Version, who: str) -> Cell:
    """The id that stands in the row, as it was typed or written."""
    row = version.shown.row(who)
    return None if row is None else row.cells.get("id")


def _was_note(rest: Rest, typed: Typed, read: list[tuple[str, str]]) -> bool:
    """Whether the value stood below the table in a row without a title or an id wherever a sync read it,
    which is people's own and no ticket, and no sync wrote over it.
    """
    for key in read:
        page = rest.ledger.versions[key].shown
        row = page.row(typed.who)
        is_bare = row is not None and not rest.is_filled(page, page.rows.index(row))
        if not is_bare or "title" not in page.columns or _id_of(rest.ledger.versions[key], typed.who):
            return False
    return not _is_dropped(rest, typed)


def _is_doubled(ledger: Ledger, key: tuple[str, str], who: str) -> bool:
    """Whether the row's id stands at another row too, or did until a write that missed put one over it."""
    version = ledger.versions[key]
    rows, own = version.shown.rows, _id_of(version, who)
    if own is None:
        return False
    return str(own) in ledger.doubled.get(key, ()) or sum(row.cells.get("id") == own for row in rows) > 1


def _in_notes(typed: Typed, values: list[Any]) -> bool:
    if typed.column != "notes":
        return False
    lines = set(str(typed.value or "").split("\n"))
    return any(lines <= set(str(value or "").split("\n")) for value in values)


def _is_dropped(rest: Rest, typed: Typed) -> bool:
    """Whether sync itself wrote over the value."""
    spot = typed.who, typed.column
    for version in rest.ledger.versions.values():
        if version.maker == "sync" and typed.who in version.rows:
            parent = rest.ledger.versions[version.sheet, version.parent]
            if typed.number in parent.sources.get(spot, ()) and typed.number not in version.sources[spot]:
                return True
    return False


def _ids(rest: Rest) -> Iterator[Violation]:
    """I4: every ticket has one id, no two the same, or people are told."""
    for sheet in rest.sheets:
        seen: set[str] = set()
        told = {p.kind for p in rest.problems.get(sheet, []) if p.column == "id"}
        for row, name in rest.tickets(sheet):
            if not name and not told & {"required", "no_room"}:
                yield Violation("I4", f"{sheet}: {row.who} {row.cells} has no id")
            if name in seen and name not in rest.frozen:
                yield Violation("I4", f"{sheet}: {name} stands twice")
            seen |= {name} - {""}


def _equal(rest: Rest) -> Iterator[Violation]:
    """I5: the sheets show what the store holds."""
    for sheet, page in rest.pages.items():
        shown = set()
        for row, name in rest.tickets(sheet):
            if not name:
                continue
            shown.add(name)
            if name not in rest.rows:
                if name not in rest.frozen:
                    yield Violation("I5", f"{sheet}: {name} is not in the store")
                continue
            for column, value in zip(rest.keys, rest.rows[name], strict=True):
                if column not in page.columns or column in row.formulas:
                    continue
                cell = row.cells.get(column)
                if meaning(rest.desk, column, cell) != value and not rest.is_excused(sheet, name, column):
                    yield Violation("I5", f"{sheet}: {name} {column} shows {cell!r}, the store has {value!r}")
        told = {p.ticket for p in rest.problems.get(sheet, []) if p.kind == "no_room"}
        for name in rest.rows.keys() - shown - told - rest.frozen:
            yield Violation("I5", f"{sheet}: {name} {rest.rows[name]} is not shown")


def _creations(rest: Rest) -> Iterator[Violation]:
    """I7: each row that somebody made is one ticket; only what somebody deleted is archived."""
    ledger = rest.ledger
    live = {sheet: {row.who for row in page.rows} for sheet, page in rest.pages.items()}
    deleted = {gone.who for gone in ledger.gone}
    waiting = {p.ticket for found in rest.problems.values() for p in found if p.kind == "no_room"}
    for who in ledger.created:
        if who.startswith("note"):
            continue
        # A new row is a ticket when its id stands in the sheet: while somebody has that open, it waits.
        placed = {key for key in ledger.arrivals if ledger.versions[key].maker == "sync"}
        is_named = any(who in ledger.versions[key].rows for key in placed)
        if not is_named or ledger.group(who) & deleted:
            continue
        texts = [t.value for t in ledger.typed if t.who == who]
        # What was typed into a row and erased before it was saved made none.
        is_there = any(ledger.group(who) & rows for rows in live.values())
        is_waiting = bool(rest.ids(who) & waiting & rest.rows.keys())
        is_none = is_there or is_waiting or _was_emptied(rest, who)
        if texts and not is_none and _was_filled(rest, who, placed):
            yield Violation("I7", f"{who} ({texts}) was read and is nowhere")
    for who, names in ledger.ids.items():
        there = names & rest.rows.keys()
        if len(there) > 1 and len(ledger.group(who)) == 1 and not _is_split(rest, who):
            yield Violation("I7", f"{who} became {sorted(there)}")
    for name in rest.archived:
        group = ledger.group(ledger.who(name))
        if _is_split(rest, ledger.who(name)):
            continue
        if not any(gone.who in group and gone.sheet == MAIN for gone in ledger.gone):
            yield Violation("I7", f"{name} is archived, and nobody deleted it")
            continue
        for column in HUMAN:
            for typed in _counting(rest, ledger.who(name), column):
                known = any(gone.who in group and _was_seen(rest, typed, gone) for gone in ledger.gone)
                is_excused = (
                    _came_late(rest, typed)
                    or _is_overrun(rest, name, column, [typed])
                    or _was_covered(rest, name, typed)
                )
                if not known and len(group) == 1 and not is_excused:
                    yield Violation("I7", f"{name} is archived over {typed}, unseen by whoever deleted it")
    for gone in ledger.gone:
        if (
            gone.sheet == MAIN
            and gone.who in live.get(MAIN, ())
            and not _may_return(rest, gone.who, gone.revision)
        ):
            yield Violation("I7", f"{gone.who}, deleted in {gone.revision[:6]}, is there again")


def _was_filled(rest: Rest, who: str, placed: set[tuple[str, str]]) -> bool:
    """Whether the row held what makes one a ticket when a sync read it, or with an id in what one had
    `placed`: a write at Google leaves what people have just typed beside it, unread.
    """
    for key in rest.ledger.seen | placed:
        version = rest.ledger.versions[key]
        if who not in version.rows or (key not in rest.ledger.seen and _id_of(version, who) is None):
            continue
        if rest.is_filled(version.shown, version.rows.index(who)):
            return True
    return False


def _was_emptied(rest: Rest, who: str) -> bool:
    """Whether its person took back all that was typed there, and no id but that of another row, which shows
    it at last or never got it, had stood beside it: a write had put that there astray.
    """
    last = {typed.column: typed.value for typed in rest.ledger.typed if typed.who == who}
    stands = {row.cells.get("id"): row.who for page in rest.pages.values() for row in page.rows}
    versions = [version for version in rest.ledger.versions.values() if who in version.rows]
    filled = (v for v in versions if rest.is_filled(v.shown, v.rows.index(who)))
    beside = {_id_of(version, who) for version in filled} - {None}
    owners = {stands.get(name, rest.ledger.who(str(name))) for name in beside}
    return all(value is None for value in last.values()) and who not in owners


def _is_split(rest: Rest, who: str) -> bool:
    """Whether nothing tells that a row is one: a new one that was saved twice without an id of its own, and
    without one title or with most of its cells changed, or one of which people changed both the id and the
    title.
    """
    if rest.ledger.is_tangled(who) or _is_torn(rest, who):
        return True
    found: list[dict[str, Any]] = []
    for key in rest.ledger.seen:
        version = rest.ledger.versions[key]
        if who in version.rows and who in rest.ledger.created:
            row = version.shown.row(who)
            if row is not None and (_is_unnamed(rest, version, who) or _is_beside(rest, version, who)):
                found.append({c: row.cells[c] for c in HUMAN if row.cells.get(c) is not None})
    return any(not _is_begun(one, other) for one in found for other in found)


def _is_unnamed(rest: Rest, version: Version, who: str) -> bool:
    return str(_id_of(version, who)) not in rest.rows.keys() | rest.archived.keys()


def _is_beside(rest: Rest, version: Version, who: str) -> bool:
    """Whether a row that never had an id of its own came to stand beside another's: people sorted without
    the ids, and nothing more tells of it than of one without any.
    """
    line = rest.ledger.line(version.sheet, version.revision)
    return not any(str(_id_of(one, who)) in rest.ids(who) for one in line)


def _is_torn(rest: Rest, who: str) -> bool:
    """Whether people changed the id of a row and at least half of what stood in it."""
    began = [rest.began[name] for name in rest.ids(who) if name in rest.began]
    typed = {t.column for t in rest.ledger.typed if t.who == who and t.column in HUMAN}
    filled = sum(value is not None for cells in began for value in cells)
    return who in rest.ledger.retagged and bool(began) and 2 * len(typed) >= filled


def _is_begun(cells: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two savings of a row without an id show that it is one: by its title and half of its cells."""
    same = sum(other.get(column) == value for column, value in cells.items())
    return "title" in cells and other.get("title") == cells["title"] and 2 * same >= len(cells)


def _came_late(rest: Rest, typed: Typed) -> bool:
    """Whether the value was typed into a cell whose value it does not change: nothing to keep a row for."""
    if typed.over:
        return all(typed.meaning == rest.ledger.typed[number].meaning for number in typed.over)
    began = [rest.began[name] for name in rest.ids(typed.who) if name in rest.began]
    return any(cells[rest.keys.index(typed.column)] == typed.meaning for cells in began)


def _was_covered(rest: Rest, name: str, typed: Typed) -> bool:
    """Whether a write had covered the value where all work in one sheet, and its row was deleted there later,
    before it was shown again: who deleted it came last, and the journal has the value.
    """
    is_covered = typed.number in rest.ledger.displaced and typed.sheet == rest.ledger.moving
    return is_covered and typed.meaning in rest.journal.get((name, typed.column), [])


def _was_seen(rest: Rest, typed: Typed, gone: Gone) -> bool:
    """Whether the value, or the same that somebody else had typed, stood in the row that was deleted."""
    stood = (rest.ledger.typed[number] for number in gone.over)
    is_same = any(one.column == typed.column and one.meaning == typed.meaning for one in stood)
    return is_same or typed.number in rest.ledger.behind(gone.over) or _went_with_column(rest, typed, gone)


def _went_with_column(rest: Rest, typed: Typed, gone: Gone) -> bool:
    """Whether it had stood in the row until people of the same sheet deleted its whole column, or the row
    came there only when they had: nobody there can see what is typed into it elsewhere.
    """
    line = rest.ledger.line(gone.sheet, gone.revision)
    spot = typed.who, typed.column
    stood = [version for version in line if typed.column in version.columns and typed.who in version.rows]
    return typed.column not in line[0].columns and (
        not stood or any(typed.number in version.sources.get(spot, ()) for version in stood)
    )


def _may_return(rest: Rest, who: str, revision: str) -> bool:
    """Whether a later save had the row, or somebody changed it who had not seen it gone.

    What is missing in a version that is older than what sync had written means nothing, nor what is missing
    in one that only ever stood beside the file.
    """
    ledger = rest.ledger
    if (MAIN, revision) not in ledger.seen or len(ledger.group(who)) > 1:
        return True
    if (MAIN, revision) not in ledger.arrivals:
        return True
    for key in ledger.arrivals:
        version = ledger.versions[key]
        if (
            key[0] == MAIN
            and version.maker != "sync"
            and who not in version.rows
            and _is_outdated(rest, version)
        ):
            return True
    # A row that was changed in the very file since that was written comes back once: who deleted it may have
    # had the file as it was written.
    stamp = ledger.versions[MAIN, revision].stamp
    for typed in ledger.typed:
        keys = ledger.holding(typed.number) if typed.who == who else []
        if any(k in ledger.seen and k[0] == MAIN and ledger.versions[k].stamp == stamp for k in keys):
            return True
    at = ledger.arrivals.index((MAIN, revision))
    # One beside the file is read whenever it comes.
    beside = [key for key in ledger.seen if key not in ledger.arrivals]
    for key in [*ledger.arrivals[at + 1 :], *beside]:
        version = ledger.versions[key]
        if version.maker != "sync" and who in version.rows:
            return True
    gone = next(g for g in ledger.gone if g.who == who and g.revision == revision)
    known = ledger.behind(gone.over)
    return any(
        t.who == who and t.number not in known and any(key in ledger.seen for key in ledger.holding(t.number))
        for t in ledger.typed
    )


def _is_outdated(rest: Rest, version: Version) -> bool:
    """Whether sync wrote something newer that this version is not made from."""
    ledger = rest.ledger
    return any(
        one.maker == "sync"
        and one.sheet == version.sheet
        and one.stamp > version.stamp
        and all(older.revision != version.revision for older in ledger.line(one.sheet, one.revision))
        for one in ledger.versions.values()
    )


def _own(rest: Rest) -> Iterator[Violation]:
    """I9: what is people's own stays where it is, and the last save is the one that was built upon."""
    for sheet, version in rest.sheets.items():
        line = rest.ledger.line(sheet, version.revision)
        last = next((key for key in reversed(rest.ledger.put) if key[0] == sheet), None)
        known = {one.revision for one in line}
        if last is not None and last[1] not in known and not _has_come_back(rest, last, known):
            yield Violation(
                "I9", f"{sheet}: the last save {last[1][:6]} is not what {version.revision[:6]} is made from"
            )
        if sheet == rest.ledger.moving:
            yield from _own_at_last(rest, sheet, version)
            continue
        for child in line:
            if child.maker != "sync":
                continue
            parent = rest.ledger.versions[sheet, child.parent]
            was, now = (
                {
                    spot: value
                    for spot, value in values_of(one.shown).items()
                    if spot[0].startswith("note") or spot[1].startswith("own ")
                }
                for one in (parent, child)
            )
            for spot, value in list(now.items()):
                # What a row held comes back with it.
                if spot not in was and spot[0] not in parent.rows and value == _last_own(rest, sheet, spot):
                    del now[spot]
            if was != now:
                yield Violation("I9", f"{sheet}: own cells {was} became {now}")


def _has_come_back(rest: Rest, last: tuple[str, str], known: Set[str]) -> bool:
    """Whether the last one put there is an old one that had stood there before, and what people see is made
    from a save that the old one is not: nobody had read what is his own who saved that.
    """
    ledger = rest.ledger
    own = {version.revision for version in ledger.line(*last)}
    saves = {key[1] for key in ledger.put if key[0] == last[0] and ledger.versions[key].maker != "sync"}
    return ledger.arrivals.count(last) > 1 and bool((saves & known) - own)


def _went_unread(rest: Rest, typed: Typed) -> bool:
    """Whether somebody deleted a value of their own with its row before any sync had read it."""
    is_gone = any(gone.who == typed.who and typed.number in gone.over for gone in rest.ledger.gone)
    return is_gone and not rest.ledger.is_read(typed.number)


def _last_own(rest: Rest, sheet: str, spot: tuple[str, str]) -> Cell:
    """What people typed last into a cell of their own."""
    typed = [t.value for t in rest.ledger.typed if (t.who, t.column) == spot and t.sheet == sheet]
    return typed[-1] if typed else None


def _own_at_last(rest: Rest, sheet: str, version: Version) -> Iterator[Violation]:
    """Where a write may miss: what people wrote last among their own is what stands there at last."""
    page = rest.pages[sheet]
    last = {
        (typed.who, typed.column): typed
        for typed in rest.ledger.typed
        if typed.sheet == sheet and (typed.who.startswith("note") or typed.column.startswith("own "))
    }
    for (who, column), typed in last.items():
        # A row of which people changed both the id and the title may stand there twice: it is one of the two.
        found = [row.cells.get(column) for row in page.rows if row.who == who]
        if not found or column not in page.columns or _went_unread(rest, typed):
            continue
        if typed.value not in found:
            yield Violation("I9", f"{sheet}: {column} of {who} is {found!r}, {typed} was the last")
    for row in page.rows:
        for column, value in row.cells.items():
            is_own = row.who.startswith("note") or column.startswith("own ")
            # What stood beside a copy comes back with the ticket that the copy had become.
            twins = rest.ledger.group(row.who)
            if is_own and value is not None and not any((one, column) in last for one in twins):
                yield Violation("I9", f"{sheet}: {value!r} stands in {column} of {row.who}, of nobody's")
