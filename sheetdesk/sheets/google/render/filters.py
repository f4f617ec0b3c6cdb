"""The filter of the ticket table, and the filter views: open, overdue, unowned, one a view and a person.

A filter view hides and sorts for whoever looks through it; the basic filter does so for everybody.
Conditions that the cells alone cannot answer have no view: nothing is shown that is not meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheetdesk.desk.condition import ME, All, Condition, Test
from sheetdesk.desk.desk import Desk
from sheetdesk.plan.draw import Audience
from sheetdesk.plan.plan import TablePlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request
from sheetdesk.sheets.google.render.dialect import column_letters, text_literal

__all__ = ["basic_filter", "draw_filters", "filter_views"]

MOST_PEOPLE = 60


def draw_filters(book: Book, desk: Desk, whom: Audience) -> list[Request]:
    """The filter and the views of the tickets' tab."""
    tab, table = book.plan.table("tickets")
    views = [{"addFilterView": {"filter": view}} for view in filter_views(book, desk, whom)]
    return [basic_filter(book, tab, table), *views]


def basic_filter(book: Book, tab: TabPlan, table: TablePlan) -> Request:
    return {"setBasicFilter": {"filter": {"range": book.table_block(tab, table)}}}


def filter_views(book: Book, desk: Desk, whom: Audience) -> list[Request]:
    """The views of this spreadsheet: each shows tickets that its title speaks of."""
    tab, table = book.plan.table("tickets")
    found = []
    for name, title, tests, sort in _wanted(desk, whom, _Cells(table)):
        view: Request = {
            "filterViewId": book.ids.of("view", *name),
            "title": title,
            "range": book.table_block(tab, table),
            "filterSpecs": [
                {"columnIndex": table.left + table.index(key), "filterCriteria": {"condition": condition}}
                for key, condition in tests
            ],
        }
        if sort in {column.key for column in table.columns}:
            order = {"dimensionIndex": table.left + table.index(sort), "sortOrder": "ASCENDING"}
            view["sortSpecs"] = [order]
        found.append(view)
    return found


Tests = Sequence[tuple[str, Request]]
View = tuple[tuple[str, ...], str, Tests, str]


class _Cells:
    """The ticket table as conditions speak of it."""

    def __init__(self, table: TablePlan) -> None:
        self.table = table
        self.keys = {column.key for column in table.columns}

    def has(self, *keys: str) -> bool:
        return self.keys.issuperset(keys)

    def place(self, key: str) -> str:
        """The column's cell in the first row of tickets."""
        return f"${column_letters(self.table.left + self.table.index(key))}{self.table.top + 2}"

    def formula(self, key: str, test: str) -> tuple[str, Request]:
        return key, {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": f"={test}"}]}


def _wanted(desk: Desk, whom: Audience, cells: _Cells) -> Iterator[View]:
    text = desk.locale.text
    if not cells.has("is_open"):
        return
    still = ("is_open", {"type": "NUMBER_EQ", "values": [{"userEnteredValue": "1"}]})
    yield ("open",), text("dashboard.open"), [still], "due"
    if cells.has("due"):
        due = cells.place("due")
        late = cells.formula("due", f'AND({due}<>"",{due}<NOW())')
        yield ("overdue",), text("dashboard.overdue"), [still, late], "due"
        soon = f"AND({due}>=NOW(),{due}<NOW()+{desk.attention.due_soon_hours / 24!r})"
        yield ("due_soon",), text("dashboard.due_soon"), [still, cells.formula("due", soon)], "due"
    if cells.has("owner"):
        nobody = ("owner", {"type": "BLANK"})
        yield ("unowned",), text("dashboard.unowned"), [still, nobody], "due"
    for view in desk.views:
        tests = _tests(desk, view.tickets, cells)
        if tests:
            yield ("view", view.key), view.title, tests, "due"
    for role in desk.roles if whom.role is None else ():
        tests = _tests(desk, role.tickets, cells)
        if tests:
            yield ("role", role.key), role.title, tests, "due"
    if cells.has("owner"):
        for person in desk.people[:MOST_PEOPLE]:
            if whom.role is None or person.role in (whom.role.key, whom.role.title):
                own = cells.formula("owner", f"{cells.place('owner')}={text_literal(person.name)}")
                title = f"{text('dashboard.open')} · {person.name}"
                yield ("person", person.name), title, [still, own], "due"


def _tests(desk: Desk, condition: Condition | None, cells: _Cells) -> list[tuple[str, Request]]:
    """The condition as one test a column, all of which must hold; [] where it cannot be said so."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    found: dict[str, Request] = {}
    for part in parts:
        test = _test(desk, part, cells) if isinstance(part, Test) else None
        if test is None or test[0] in found:
            return []
        found[test[0]] = test[1]
    return list(found.items())


def _test(desk: Desk, test: Test, cells: _Cells) -> tuple[str, Request] | None:
    if not cells.has(test.column) or test.value == ME:
        return None
    if test.sign in ("empty", "filled"):
        return test.column, {"type": "BLANK" if test.sign == "empty" else "NOT_BLANK"}
    column = desk.column(test.column)
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    if test.sign not in ("=", "!=", "in", "not in") or not column.choices:
        return None
    titles = [choice.title if (choice := column.choice(value)) else str(value) for value in values]
    cell = cells.place(test.column)
    among = ",".join(f"{cell}={text_literal(title)}" for title in titles)
    is_not = test.sign in ("!=", "not in")
    return cells.formula(test.column, f"NOT(OR({among}))" if is_not else f"OR({among})")
