"""The desk's other tables as the desk file starts them: people, choices, rules, cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetdesk.columns.base import Choice
from sheetdesk.desk.desk import Desk
from sheetdesk.table.change import ChangeSet, diff, same_value
from sheetdesk.table.table import Table, kept_for, table_of

__all__ = ["choices_of", "reseed", "seed_tables", "with_tables"]


def seed_tables(desk: Desk, case_ids: Sequence[str] = ()) -> dict[str, Table]:
    """People, choices, rules and cases as the desk file gives them, by table key; `case_ids` are those that
    its cases have, where they are not those of their places in the file.
    """
    return {
        "people": _people(desk),
        "choices": choices_of(desk),
        "rules": _rules(desk),
        "cases": _cases(desk, case_ids or [case["id"] for case in desk.cases]),
    }


def _table(desk: Desk, key: str, rows: list[dict[str, Any]]) -> Table:
    spec = desk.table(key)
    columns = {column.key: [row.get(column.key) for row in rows] for column in spec.columns}
    return table_of(spec, columns, [row["id"] for row in rows])


def _people(desk: Desk) -> Table:
    kinds = desk.column("type").by_key if desk.has("type") else {}

    def skills(levels: Mapping[str, int]) -> str | None:
        words = (f"{kinds[key].title}:{level}" for key, level in levels.items() if key in kinds)
        return ", ".join(words) or None

    return _table(
        desk,
        "people",
        [
            {
                "id": person.name,
                "mail": person.mail or None,
                "chat": person.chat or None,
                "skills": skills(person.skills),
                "share": person.share,
                "shift": person.shift or None,
                "cap": person.cap,
                "backup": person.backup or None,
            }
            for person in desk.people
        ],
    )


def choices_of(desk: Desk) -> Table:
    """Every value of every drop-down of the tickets; an id is `column/key`."""
    rows = []
    for column in desk.tickets.columns:
        parents = desk.column(column.depends_on).choices if column.depends_on else ()
        titles = {word: choice.title for choice in parents for word in (choice.key, choice.title)}
        for position, choice in enumerate(column.choices, 1):
            rows.append(
                {
                    "id": f"{column.key}/{choice.key}",
                    "column": column.key,
                    "value": choice.title,
                    "parent": titles.get(choice.parent),
                    "position": float(position),
                    "active": True,
                    "note": choice.note or None,
                }
            )
    return _table(desk, "choices", rows)


def _rules(desk: Desk) -> Table:
    rows = [
        {"id": r.key, "title": r.title, "when": r.when, "then": "; ".join(r.then), "active": r.active}
        for r in desk.rules
    ]
    return _table(desk, "rules", rows)


def _cases(desk: Desk, ids: Sequence[str]) -> Table:
    rows = [
        {k: v or None for k, v in case.items()} | {"id": name}
        for case, name in zip(desk.cases, ids, strict=True)
    ]
    return _table(desk, "cases", rows)


def with_tables(desk: Desk, choices: Table) -> Desk:
    """The desk with the drop-down values that its *Lists* hold: added, renamed, reordered, retired.

    A value taken out of use stays a choice, behind the others, so that old tickets still show it. Where
    the Lists say what the desk does, it is the desk itself.
    """
    return kept_for(choices, "desk", (desk,), lambda: _with_tables(desk, choices))


def _with_tables(desk: Desk, choices: Table) -> Desk:
    frame = choices.frame.sort_values("position", kind="stable")
    below = {column.key: column.depends_on for column in desk.tickets.columns}
    # What stands under another is named by the titles that those have by then.
    for column in sorted(desk.tickets.columns, key=lambda column: len(_above(column.key, below))):
        if not column.choices:
            continue
        known = column.by_key
        parents = desk.column(column.depends_on).choices if column.depends_on else ()
        keys = {choice.title: choice.key for choice in parents}
        used: list[Choice] = []
        retired: list[Choice] = []
        own = frame[frame["column"] == column.key]
        for row, value, parent, active in zip(
            own.index, own["value"], own["parent"], own["active"], strict=True
        ):
            key = str(row).partition("/")[2]
            before = known.get(key, Choice(key, str(value)))
            title = str(value) if isinstance(value, str) else before.title
            made = Choice(
                key,
                title,
                before.color,
                before.meaning,
                keys.get(parent, before.parent) if isinstance(parent, str) else before.parent,
                # Cells that show the old title are read until they show the new one.
                before.was if title == before.title else (*before.was, before.title),
                before.note,
            )
            (retired if active is False or str(active) == "False" else used).append(made)
        if used or retired:
            # What the Lists lack, as after an undo of what renamed it, may still stand in cells.
            words = {word for choice in (*used, *retired) for word in (choice.key, choice.title)}
            retired += [c for c in column.choices if not {c.key, c.title} & words]
            desk = desk.with_choices(column.key, [*used, *retired])
    return desk


def _above(key: str, below: Mapping[str, str]) -> list[str]:
    """The columns above one; nothing in a desk file forbids a circle."""
    found: list[str] = []
    while (key := below.get(key, "")) and key not in found:
        found.append(key)
    return found


def reseed(old: Table, new: Table, now: Table) -> ChangeSet:
    """What a changed desk file asks of a table that people may have edited since it was seeded.

    `old` and `new` are what the desk file gave and gives. A row it adds is added, a cell it changed
    is changed where nobody else has changed it, a row it dropped goes if it is still as seeded.
    """
    wanted = diff(old, new)
    present = set(now.frame.index)
    added = None
    if wanted.added is not None:
        fresh = wanted.added[~wanted.added.index.isin(list(present))]
        added = fresh if len(fresh) else None
    frame = now.frame
    cells = tuple(
        cell
        for cell in wanted.cells
        if cell.row in present and same_value(frame.at[cell.row, cell.column], cell.before)
    )
    removed = None
    if wanted.removed is not None:
        kept = {cell.row for cell in diff(old, now).cells}
        gone = [row for row in wanted.removed.index if row in present and row not in kept]
        removed = frame.loc[gone] if gone else None
    return ChangeSet(cells, added, removed)
