"""What a reading of one table comes to: merged, screened by the role, completed, ready to be kept.

Pure: nothing is written here. Whatever is not taken over is a value: a Conflict, a Refusal, a Problem.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, Literal

from sheetdesk.columns.base import Column, MergePolicy, Problem, blank, plain
from sheetdesk.desk.desk import Desk, Role, TableSpec
from sheetdesk.table.access import Refusal, may_edit, screen
from sheetdesk.table.change import CellChange, ChangeSet, apply
from sheetdesk.table.fill import moved_on
from sheetdesk.table.grid import cell_name
from sheetdesk.table.merge import merge
from sheetdesk.table.newcomers import added_rows, name_row
from sheetdesk.table.plain import PlainRows, decoded_one, plain_rows, table_of_rows
from sheetdesk.table.table import Table, stored
from sheetdesk.table.taken import Conflict, Judge, ReadTable, TakenOver, change_of, refusal_of

__all__ = ["take_over"]

MANY, SHARE = 5, 0.05


def take_over(
    table: ReadTable,
    judge: Judge,
    by_rules: Container[tuple[str, int]],
    contested: Container[tuple[str, int]],
    new_id: Callable[[Mapping[str, Any]], str],
    named: Mapping[int, str] | None = None,
) -> TakenOver:
    """What the reading comes to. `new_id` gives a new row's plain cells an id, "" for none; `named` are
    ids that rows of the tab were given already.
    """
    spec, reading, keys = table.spec, table.reading, stored(table.spec)
    ours = plain_rows(table.now)
    theirs = reading.rows
    merged = merge(
        table.base, ours, theirs, _policies(spec),
        by_rules=by_rules, contested=contested, ranks=_ranks(spec),
    )  # fmt: skip
    # Somebody typed into a row that is archived; that nobody can read it is no reason to clear it.
    unread = {problem.ticket for problem in reading.problems}
    merged.revived += [name for name in merged.gone if name in unread]
    merged.gone = [name for name in merged.gone if name not in unread]
    done = TakenOver(table, merged, problems=_header_problems(table, judge.desk))
    done.problems += _frozen_problems(table, judge.desk)
    for problem in reading.problems:
        column = spec.column(problem.column)
        if problem.kind == "retitled" and problem.ticket:
            holds = ours[problem.ticket][keys.index(column.key)] if problem.ticket in ours else None
            refusal = refusal_of(column, problem.ticket, "retitled", judge, holds, problem.raw)
            done.refusals.append(refusal)
        elif column.owner == "people" or problem.kind == "merged":
            done.problems.append(problem)
        elif problem.ticket:
            done.refusals.append(_typed_over(column, problem.ticket, problem.raw, "owner", judge))
    done.refusals += _formulas_typed_over(table, judge)
    _missing_rows(done, judge)
    if done.held:
        return done
    if spec.key == "tickets" and judge.role is not None and merged.clashes:
        _refuse_clashes(done, judge, judge.role)
    came = {name: theirs[name] for name in merged.came} | _returning(done, judge, by_rules)
    added = added_rows(done, judge, came) if came else {}
    for clash in merged.clashes:
        done.conflicts.append(Conflict(spec.key, clash.row, keys[clash.column], clash.ours, clash.theirs))
    for back in merged.put_back:
        column = spec.column(keys[back.column])
        done.refusals.append(refusal_of(column, back.row, back.reason, judge, back.ours, back.theirs))
    cells = [change_of(spec.column(keys[t.column]), t.row, t.before, t.after) for t in merged.taken]
    removed = table.now.frame.loc[done.vanished] if done.vanished else None
    kept: Sequence[CellChange] = cells
    if spec.key == "tickets" and judge.role is not None and (cells or done.vanished):
        screened = screen(
            judge.desk, judge.role, table.now, ChangeSet(tuple(cells), None, removed), judge.now, judge.person
        )
        kept, removed = screened.changes.cells, screened.changes.removed
        done.refusals += screened.refusals
        archived = [] if removed is None else [str(name) for name in removed.index]
        done.restored = [name for name in done.vanished if name not in archived]
        done.vanished = archived
    frame = table_of_rows(spec, added).frame if added else None
    done.people = ChangeSet(tuple(kept), frame, removed)
    done.after = apply(table.now, done.people) if done.people else table.now
    if spec.key == "tickets" and kept:
        _follow(done, judge, ours, done.after, kept)
    for row in reading.new:
        typed = dict(zip(keys, row.cells, strict=True))
        name_row(done, judge, row.place, typed, new_id, (named or {}).get(row.place, ""))
    return done


def _refuse_clashes(done: TakenOver, judge: Judge, role: Role) -> None:
    """What the role may not change at all is nothing to settle: it is put back."""
    spec, keys = done.table.spec, stored(done.table.spec)
    clashes = done.merged.clashes
    changes = [change_of(spec.column(keys[c.column]), c.row, c.ours, c.theirs) for c in clashes]
    screened = screen(judge.desk, role, done.table.now, ChangeSet(tuple(changes)), judge.now, judge.person)
    # A jump is one from the other side's value only; people see both and settle it.
    refused = [refusal for refusal in screened.refusals if refusal.reason != "transition"]
    cells = {(refusal.row, refusal.column) for refusal in refused}
    done.refusals += refused
    done.merged.clashes = [clash for clash in clashes if (clash.row, keys[clash.column]) not in cells]


def _returning(done: TakenOver, judge: Judge, by_rules: Container[tuple[str, int]]) -> PlainRows:
    """The rows that come back from the archive, for they were changed in the sheet: as they were put away,
    with what the sheet changed since its base. Others may have changed them before they were put away.
    """
    table, merged, spec = done.table, done.merged, done.table.spec
    kept = {name: table.archived.get(name, table.base[name]) for name in merged.revived}
    theirs = {name: table.reading.rows[name] for name in kept}
    again = merge(table.base, kept, theirs, _policies(spec), by_rules=by_rules, ranks=_ranks(spec))
    rows = {name: list(cells) for name, cells in kept.items()}
    for cell in again.taken:
        rows[cell.row][cell.column] = cell.after
    if spec.key != "tickets" or judge.role is None:
        merged.clashes += again.clashes
    elif "add" in judge.role.may:
        # What a role may not change at all is nothing to settle: `added_rows` refuses it.
        for clash in again.clashes:
            if may_edit(judge.role, spec.column(stored(spec)[clash.column])):
                merged.clashes.append(clash)
            else:
                rows[clash.row][clash.column] = clash.theirs
    merged.put_back += again.put_back
    return {name: tuple(cells) for name, cells in rows.items()}


def _policies(spec: TableSpec) -> list[MergePolicy]:
    return ["rules" if spec.column(k).owner == "rules" else spec.column(k).merge for k in stored(spec)]


def _ranks(spec: TableSpec) -> dict[int, dict[Any, int]]:
    """The order of the choices of the columns that only go forward."""
    return {
        place: {choice.key: rank for rank, choice in enumerate(spec.column(key).choices)}
        for place, key in enumerate(stored(spec))
        if spec.column(key).merge == "forward"
    }


def _missing_rows(done: TakenOver, judge: Judge) -> None:
    """Rows that vanished: archived when they are gone for the second time, unless there are too many.

    From a sheet that shows a part of the tickets a missing row means nothing.
    """
    missing = [name for name in done.merged.missing if name not in done.table.retyped]
    if not judge.shows_all or not missing or judge.answer == "restore":
        return
    if judge.answer == "accept":
        done.vanished = list(missing)
        return
    if len(missing) > MANY and len(missing) > SHARE * len(done.table.base):
        done.held = len(missing)
        return
    done.vanished = [name for name in missing if judge.is_again and name in done.table.missing]
    done.waiting = [name for name in missing if name not in done.vanished]


def _follow(done: TakenOver, judge: Judge, ours: PlainRows, taken: Table, kept: Sequence[CellChange]) -> None:
    """What the changed tickets get by themselves, beyond what was `taken` over."""
    keys = stored(done.table.spec)
    rows = list(dict.fromkeys(cell.row for cell in kept))
    after = plain_rows(Table(taken.spec, taken.frame.loc[rows]))
    made: list[CellChange] = []
    for name in rows:
        was, now = dict(zip(keys, ours[name], strict=True)), dict(zip(keys, after[name], strict=True))
        for key, value in moved_on(judge.desk, was, now, judge.now).items():
            kind = done.table.spec.column(key).type
            made.append(CellChange(name, key, decoded_one(now[key], kind), decoded_one(value, kind)))
    done.machine = tuple(made)
    done.after = apply(taken, ChangeSet(done.machine))


def _typed_over(
    column: Column, row: str, raw: str, reason: Literal["owner", "formula"], judge: Judge
) -> Refusal:
    """Something in a machine's cell that is no value of its column; the journal keeps it as text."""
    title = judge.role.title if judge.role else judge.desk.locale.text("words.sheet")
    change = CellChange(row, column.key, None, raw)
    return Refusal(row, column.key, reason, f"{title}: {column.title}", change)


def _formulas_typed_over(table: ReadTable, judge: Judge) -> list[Refusal]:
    """Worked-out cells of a native table in which something stands instead of the formula."""
    area = table.reading.area
    found: list[Refusal] = []
    headers = table.reading.headers.places
    columns = [(c, headers[c.key]) for c in table.columns if c.owner == "formula" and c.key in headers]
    # Where many tickets have lost every formula, a program did not keep them.
    is_kept = any(place in area.grid.formulas for _, place in columns)
    if area.table is None or (len(table.reading.places) > 1 and not is_kept):
        return found
    for column, place in columns:
        texts = area.grid.formulas.get(place, ())
        for name, row in table.reading.places.items():
            raw = area.grid.cell(row, place)
            if (row >= len(texts) or texts[row] is None) and not blank(raw):
                found.append(_typed_over(column, name, plain(raw), "formula", judge))
    return found


def _header_problems(table: ReadTable, desk: Desk) -> list[Problem]:
    """Columns that are not there, or stand twice."""
    headers, area = table.reading.headers, table.reading.area
    found = []
    for key in headers.lost:
        title = table.spec.column(key).title
        found.append(Problem("lost_column", key, title, desk.locale.text("expected.lost_column")))
    for key, places in headers.doubled.items():
        cells = ", ".join(cell_name(area.header, place) for place in places)
        expected = desk.locale.text("expected.one_column")
        title = table.spec.column(key).title
        found.append(Problem("doubled_column", key, title, expected, row=area.header, cell=cells))
    return found


def _frozen_problems(table: ReadTable, desk: Desk) -> list[Problem]:
    """Ids that stand at several places which nobody can tell apart."""
    column = table.reading.headers.places["id"]
    expected = desk.locale.text("expected.unique_id")
    return [
        Problem(
            "duplicate", "id", name, expected, row=rows[0], ticket=name,
            cell=", ".join(cell_name(row, column) for row in rows),
        )
        for name, rows in table.reading.identified.frozen.items()
    ]  # fmt: skip
