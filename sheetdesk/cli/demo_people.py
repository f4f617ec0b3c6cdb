"""The people of the Google demo: what they do by hand in the sheet, one act after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheetdesk.cli.words import spoken

if TYPE_CHECKING:
    from sheetdesk.columns.base import Column
    from sheetdesk.flows.opening import OpenDesk
    from sheetdesk.sandbox.book import Tab
    from sheetdesk.sandbox.front import Front
    from sheetdesk.sandbox.people import Person

__all__ = ["Done", "Play"]

EDITED_ROW = 3
RULED_ROW = 5
RULED = ("due", "respond_by", "flags", "escalated", "assigned_because")
"""Columns that rules write, the first that there is; a date goes into each."""
CHOSEN = ("impact", "urgency", "priority", "status")


@dataclass(frozen=True)
class Done:
    """What somebody did: their act, and whether the spreadsheet let them."""

    act: str
    who: str
    done: bool
    told: str


@dataclass(frozen=True)
class Play:
    """Somebody of the desk and the spreadsheet's owner, at the main sheet. `columns` are its columns' keys
    from left to right.
    """

    front: Front
    opened: OpenDesk
    file: str
    tab: str
    columns: Sequence[str]
    member: Person
    name: str
    owner: Person

    @classmethod
    def of(cls, front: Front, opened: OpenDesk) -> Play:
        """Whoever has the sheet's role and mail; else the page's own editor."""
        from sheetdesk.flows.places import spreadsheet_id
        from sheetdesk.sandbox.access import OWNER
        from sheetdesk.sandbox.page import EDITOR
        from sheetdesk.sandbox.people import Person

        place = opened.desk.sheets[0]
        (state,) = [state for state in opened.store.sheets() if state.key == place.key]
        known = opened.store.agreement(place.key)
        file = spreadsheet_id(state.address) or ""
        team = [one for one in opened.desk.people if one.role == place.role and one.mail]
        name, mail = (team[0].name, team[0].mail) if team else (EDITOR, EDITOR)
        return cls(
            front, opened, file, known.tabs["tickets"], known.columns["tickets"],
            Person(front.sandbox, file, mail), name, Person(front.sandbox, file, OWNER),
        )  # fmt: skip

    def acts(self) -> Iterator[Done]:
        """Each is done when it is asked for."""
        from sheetdesk.sandbox import people

        desk = self.opened.desk
        typed = desk.locale.text("cli.demo_google_title")
        title, owner = self.columns.index("title"), spoken("demo_google_owner")
        ruled = next((desk.column(key) for key in RULED if self._is_ruled(key)), None)
        if len(self._tab.rows) > EDITED_ROW:
            told = {"row": EDITED_ROW + 1, "column": desk.column("title").title, "text": typed}
            facts = {"tab": self.tab, "row": EDITED_ROW, "column": title, "text": typed}
            yield self._done("edit", self.name, self.member.does(people.edit, **facts), **told)
        texts = [self._text(key) for key in self.columns]
        is_done = self.member.does(people.type_below, tab=self.tab, texts=texts)
        yield self._done("row", self.name, is_done, text=texts[title])
        if ruled is not None and len(self._tab.rows) > RULED_ROW:
            place = self.columns.index(ruled.key)
            facts = {"tab": self.tab, "row": RULED_ROW, "column": place, "text": "2030-12-24"}
            told = {"row": RULED_ROW + 1, "column": ruled.title, "text": "2030-12-24"}
            yield self._done("rule", self.name, self.member.does(people.edit, **facts), **told)
            yield self._done("rule", owner, self.owner.does(people.edit, **facts), **told)
        # Whom a protection keeps out of a column cannot sort it along with the others.
        is_done = self.owner.does(people.sort, tab=self.tab, column=title)
        yield self._done("sort", owner, is_done, column=desk.column("title").title)

    def rows_in_place(self) -> tuple[int, int]:
        """How many rows of the sheet have the id and the title of one ticket of the desk; of how many."""
        frame = self.opened.store.table(self.opened.desk.tickets).frame
        with self.front.lock:
            book = self.front.sandbox.drive.files[self.file].book
            shown, tab = self.front.sandbox.shown(book), self._tab
            places = (self.columns.index("id"), self.columns.index("title"))
            cells = [
                [shown.value(tab, row, place) or {} for place in places] for row in range(1, len(tab.rows))
            ]
        found = [tuple(cell.get("stringValue", "") for cell in row) for row in cells]
        kept = {(str(ticket), str(title)) for ticket, title in frame["title"].items()}
        return len(kept & set(found)), sum(any(row) for row in found)

    @property
    def _tab(self) -> Tab:
        book = self.front.sandbox.drive.files[self.file].book
        found = book.tab_titled(self.tab)
        assert found is not None
        return found

    def _is_ruled(self, key: str) -> bool:
        desk = self.opened.desk
        return key in self.columns and desk.column(key).owner == "rules"

    def _text(self, key: str) -> str:
        """What the new row says in a column; "" where it says nothing."""
        desk = self.opened.desk
        if key == "title":
            return str(desk.locale.text("cli.demo_google_row_title"))
        column = desk.column(key)
        if column.formula or not column.choices:
            return ""
        if key == "type":
            return self._known(column)
        if key == "status":
            return column.choices[0].title
        return column.choices[len(column.choices) // 2].title if key in CHOSEN else ""

    def _known(self, column: Column) -> str:
        """A type that somebody has the skill for, so that the row finds an owner."""
        skills = {skill for person in self.opened.desk.people for skill in person.skills}
        known = [choice.title for choice in column.choices if choice.key in skills]
        return known[0] if known else column.choices[0].title

    def _done(self, act: str, who: str, done: bool, **facts: object) -> Done:
        told = spoken(f"demo_google_act_{act}", who=who, **facts)
        return Done(act, who, done, told if done else f"{told} {spoken('demo_google_refused')}")
