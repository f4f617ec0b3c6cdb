"""Who may type where: protected ranges with their editors, and with whom the file is shared.

Only what Google refuses counts as protection, so nothing here is `warningOnly`. Whoever makes the file
may always edit everything. Where he is known he is named: nothing says whether a list of nobody means
nobody or all who may edit the file. Mails are those of the desk file: the Team tab is for people to
change, and nobody gives himself a right by typing into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sheetdesk.desk.desk import Desk, Person, Role
from sheetdesk.errors import RoleUnknown
from sheetdesk.plan.draw import Audience
from sheetdesk.plan.plan import TablePlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request, runs
from sheetdesk.sheets.google.render.overlay_formula import OVERLAY_TAB
from sheetdesk.table.access import may_edit

__all__ = ["Share", "draw_locks", "shared", "shares"]

# Tabs that sheetdesk alone writes though the plan leaves them open in a workbook of one's own.
OURS = ("problems",)


@dataclass(frozen=True)
class Share:
    """One permission on the file: a mail address, what Drive calls the role, and the desk's own."""

    mail: str
    role: Literal["writer", "reader"]
    key: str


def shares(desk: Desk, whom: Audience) -> tuple[Share, ...]:
    """With whom the file is to be shared: those who may see all that it shows.

    A role's spreadsheet goes to its holders, a person's to that person, one that shows everything to
    whoever sees everything. Who may change nothing only reads.
    """
    found: dict[str, Share] = {}
    for person, role in _members(desk):
        if whom.person is not None and person.name.casefold() != whom.person.casefold():
            continue
        if whom.role is not None and role.key != whom.role.key:
            continue
        if whom.role is None and not _sees_everything(desk, role):
            continue
        can_write = bool(role.edits) or "add" in role.may
        found.setdefault(person.mail, Share(person.mail, "writer" if can_write else "reader", role.key))
    return tuple(found.values())


def shared(found: Iterable[Share]) -> dict[str, str]:
    """What is remembered in the spreadsheet of those with whom it is shared: both roles, by mail."""
    return {share.mail: f"{share.key} {share.role}" for share in found}


def _members(desk: Desk) -> list[tuple[Person, Role]]:
    """The people whose mail and role are known."""
    found = []
    for person in desk.people:
        if "@" in person.mail and person.role:
            try:
                found.append((person, desk.role(person.role)))
            except RoleUnknown:
                continue
    return found


def _sees_everything(desk: Desk, role: Role) -> bool:
    return role.tickets is None and {column.key for column in desk.tickets.columns} <= role.sees


def draw_locks(book: Book, desk: Desk, whom: Audience, owner: str = "") -> list[Request]:
    """The protection of every tab and column, overlay and journal included. `owner` may edit everything."""
    found = []
    allowed = {share.mail for share in shares(desk, whom)}
    for tab in book.plan.tabs:
        if tab.protected or tab.key in OURS:
            found.append(_whole_tab(book, tab))
        elif tab.table is not None:
            found += _columns(book, desk, tab, tab.table, allowed)
    sheet = {"sheetId": book.sheet(OVERLAY_TAB)}
    found.append(_lock(book, ("tab", OVERLAY_TAB), {"range": sheet}, OVERLAY_TAB))
    for lock in found if owner else ():
        users = lock["addProtectedRange"]["protectedRange"]["editors"]["users"]
        users[:] = sorted({owner, *users})
    return found


def _lock(book: Book, names: Sequence[str], where: Request, what: str, mails: Iterable[str] = ()) -> Request:
    made: Request = {
        "protectedRangeId": book.ids.of("lock", *names),
        **where,
        "description": f"sheetdesk: {what}",
        "editors": {"users": sorted(mails)},
    }
    return {"addProtectedRange": {"protectedRange": made}}


def _whole_tab(book: Book, tab: TabPlan) -> Request:
    """A locked tab, but for what the plan leaves open."""
    open_blocks = [
        book.block(tab.key, cell.row, cell.column, cell.rows, cell.columns)
        for cell in tab.cells
        if cell.style.unlocked
    ]
    table = tab.table
    if table is not None:
        places = [place for place, column in enumerate(table.columns) if column.style.unlocked]
        keys = [column.key for column in table.columns]
        open_blocks += [
            book.column_block(tab, table, keys[first], columns) for first, columns in runs(places)
        ]
    where: Request = {"range": {"sheetId": book.sheet(tab.key)}}
    if open_blocks:
        where["unprotectedRanges"] = open_blocks
    return _lock(book, ("tab", tab.key), where, tab.title)


def _columns(book: Book, desk: Desk, tab: TabPlan, table: TablePlan, allowed: set[str]) -> list[Request]:
    """The header and what is ours for nobody, a column of people for those whose role may change it."""
    planned = [place for place, column in enumerate(table.columns) if not column.key.startswith("#")]
    found = []
    for first, columns in runs(planned):
        header = book.block(tab.key, table.top, table.left + first, 1, columns)
        names = ("header", table.name, table.columns[first].key)
        found.append(_lock(book, names, {"range": header}, tab.title))
    editors = [_editors(desk, table, key, allowed) for key in (column.key for column in table.columns)]
    for mails in dict.fromkeys(mails for mails in editors if mails is not None):
        places = [place for place, own in enumerate(editors) if own == mails]
        for first, columns in runs(places):
            named = table.columns[first : first + columns]
            block = book.column_block(tab, table, named[0].key, columns)
            what = ", ".join(column.title for column in named)
            names = ("columns", table.name, named[0].key)
            found.append(_lock(book, names, {"range": block}, what, mails))
    return found


def _editors(desk: Desk, table: TablePlan, key: str, allowed: set[str]) -> frozenset[str] | None:
    """Who may change a column; None: everybody who has the file."""
    planned = table.columns[table.index(key)]
    if planned.is_ours or (key == "id" and table.name == "tickets"):
        return frozenset()
    if table.name != "tickets" or key.startswith("#"):
        return None
    column = desk.column(key)
    mails = frozenset(
        person.mail for person, role in _members(desk) if person.mail in allowed and may_edit(role, column)
    )
    return None if mails == allowed else mails
