"""The Guide and the Definitions: written for the person at the keyboard, from the desk itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheetdesk.columns.base import Column
from sheetdesk.desk.desk import Desk, Duration, Role
from sheetdesk.plan import looks
from sheetdesk.plan.plan import CellPlan, PrintPlan, Style, TabPlan

__all__ = ["draw_definitions", "draw_guide"]

WIDTHS = {0: 3.0, 1: 24.0, 2: 58.0, 3: 18.0, 4: 14.0, 5: 30.0}
HEAD = Style(bold=True, color=looks.GREY, border_bottom=looks.BORDER, wrap=True)
NAME = Style(bold=True, color=looks.INK, wrap=True, border_bottom="E5E7EB")


class _Page:
    """A page that is written from top to bottom."""

    def __init__(self) -> None:
        self.cells: list[CellPlan] = []
        self.heights: dict[int, float] = {}
        self.row = 0

    def title(self, text: str) -> None:
        self.cells.append(CellPlan(self.row, 1, text, looks.TITLE))
        self.heights[self.row] = 34
        self.row += 1

    def note(self, text: str) -> None:
        self.cells.append(CellPlan(self.row, 1, text, looks.NOTE, columns=5))
        self.heights[self.row] = _height(text, 140)
        self.row += 1

    def heading(self, text: str) -> None:
        self.row += 1
        for column in range(1, 6):
            self.cells.append(CellPlan(self.row, column, text if column == 1 else None, looks.HEADING))
        self.heights[self.row] = 24
        self.row += 1

    def head(self, *words: str) -> None:
        for column, word in enumerate(words, 1):
            self.cells.append(CellPlan(self.row, column, word, HEAD))
        self.row += 1

    def line(self, *words: str, styles: Sequence[Style] = ()) -> None:
        height = 18.0
        for column, word in enumerate(words, 1):
            default = NAME if column == 1 else looks.BODY
            style = styles[column - 1] if column <= len(styles) else default
            self.cells.append(CellPlan(self.row, column, word or None, style))
            height = max(height, _height(word, WIDTHS[column]))
        self.heights[self.row] = height
        self.row += 1

    def step(self, number: int, text: str) -> None:
        self.cells.append(
            CellPlan(self.row, 1, f"{number}.", Style(bold=True, align="right", color=looks.CALM))
        )
        self.cells.append(CellPlan(self.row, 2, text, Style(wrap=True), columns=4))
        self.heights[self.row] = _height(text, 118)
        self.row += 1


def _height(text: str, width: float) -> float:
    """Points for a wrapped text in `width` characters."""
    lines = sum(1 + int(max(looks.width_chars(line) - 1, 0) / (width * 0.95)) for line in text.split("\n"))
    return 6 + 16.0 * max(lines, 1)


def draw_guide(desk: Desk, columns: Sequence[Column], role: Role | None) -> TabPlan:
    """How to use this sheet. For a role's copy only its own columns and rights are described."""
    page = _Page()
    titles = {column.key: column.title for column in columns}

    def text(key: str, **facts: Any) -> str:
        return desk.locale.text(f"guide.{key}", **facts)

    page.title(text("title"))
    page.note(text("intro", desk=desk.name))
    page.heading(text("add_title"))
    must = [c.title for c in columns if c.required and c.owner == "people"]
    comma = "、" if desk.locale.code == "zh" else ", "
    quoted = comma.join(f"“{title}”" for title in must)
    for number, step in enumerate(("add_1", "add_2", "add_3"), 1):
        page.step(number, text(step, required=quoted, id=titles["id"]))
    page.heading(text("change_title"))
    steps = ["change_1", "change_2", "change_3"] if "owner" in titles else ["change_2", "change_3"]
    for number, step in enumerate(steps, 1):
        page.step(number, text(step, owner=titles.get("owner", ""), status=titles["status"], id=titles["id"]))
    _statuses(desk, page)
    _colours(desk, page, titles)
    _columns(desk, page, columns)
    _promises(desk, page)
    _roles(desk, page, [role] if role is not None else list(desk.roles))
    if role is None:
        page.heading(text("tabs_title"))
        for key in (
            "dashboard",
            "pivots",
            "problems",
            "cases",
            "people",
            "choices",
            "rules",
            "definitions",
        ):
            table = desk.locale.tree["tables"].get(key)
            name = table["title"] if table else desk.locale.text(f"tabs.{key}")
            page.line(name, text(f"tab_{key}"))
    page.row += 1
    page.note(text("protection"))
    return _tab(desk, "guide", page)


def _tab(desk: Desk, key: str, page: _Page) -> TabPlan:
    return TabPlan(
        key,
        desk.locale.text(f"tabs.{key}"),
        cells=tuple(page.cells),
        widths=WIDTHS,
        heights=page.heights,
        protected=True,
        gridlines=False,
        print=PrintPlan(landscape=True, footer=desk.locale.text("print.footer")),
    )


def _statuses(desk: Desk, page: _Page) -> None:
    def text(key: str) -> str:
        return desk.locale.text(f"guide.{key}")

    page.heading(text("statuses_title"))
    page.head(text("status"), text("meaning"), text("next"))
    choices = desk.column("status").choices
    titles = {choice.key: choice.title for choice in choices}
    comma = "、" if desk.locale.code == "zh" else ", "
    for choice in choices:
        # A list may lack a value that the desk file names: an upgrade taken back, a row people deleted.
        targets = [s.target for s in desk.transitions if s.source == choice.key]
        steps = dict.fromkeys(titles[target] for target in targets if target in titles)
        onward = comma.join(steps) or text("nothing") if desk.transitions else text("any")
        means = desk.locale.section("meanings")[choice.meaning.value] if choice.meaning else ""
        fill = Style(bold=True, fill=choice.color, wrap=True, border_bottom="E5E7EB")
        page.line(choice.title, choice.note or means, onward, styles=(fill, looks.BODY, looks.BODY))
        # The list of what may follow is wider than its column.
        last = page.cells.pop()
        page.cells.append(CellPlan(last.row, last.column, last.content, last.style, columns=3))
        page.heights[last.row] = _height(str(last.content), 60)


def _colours(desk: Desk, page: _Page, titles: dict[str, str]) -> None:
    def text(key: str, **facts: Any) -> str:
        return desk.locale.text(f"guide.{key}", **facts)

    attention = desk.attention
    page.heading(text("colours_title"))
    samples = [
        ("due", "FDEDEC", text("colour_overdue")),
        ("due", "FEF9E7", text("colour_due_soon", hours=f"{attention.due_soon_hours:g}")),
        ("owner", "E8DAEF", text("colour_unowned")),
        ("id", "F5B7B1", text("colour_duplicate")),
        ("status", "FADBD8", text("colour_required")),
    ]
    for key, fill, words in samples:
        if key in titles:
            page.line("", words, styles=(Style(fill=fill, border_bottom="E5E7EB"), looks.BODY))
    if "created" in titles:
        words = text("colour_stale", days=f"{attention.stale_days:g}")
        page.line("Abc 文字", words, styles=(Style(italic=True, color=looks.GREY), looks.BODY))


def _columns(desk: Desk, page: _Page, columns: Sequence[Column]) -> None:
    def text(key: str, **facts: Any) -> str:
        return desk.locale.text(f"guide.{key}", **facts)

    page.heading(text("columns_title"))
    page.head(text("column"), text("what"), text("who"), text("must"))
    comma = "、" if desk.locale.code == "zh" else ", "
    for column in columns:
        if column.hidden:
            continue
        what = column.note
        if column.choices and not column.depends_on:
            shown = [choice.title for choice in column.choices]
            words = comma.join(shown[:12]) + (" …" if len(shown) > 12 else "")
            what = f"{what} {text('choices', choices=words)}".strip()
        required = desk.locale.text("words.yes") if column.required else ""
        page.line(column.title, what, text(f"who_{column.owner}"), required)


def _promises(desk: Desk, page: _Page) -> None:
    if not desk.sla:
        return

    def text(key: str, **facts: Any) -> str:
        return desk.locale.text(f"guide.{key}", **facts)

    def span(duration: Duration | None) -> str:
        if duration is None:
            return ""
        unit = duration.unit.replace(" ", "_")
        return text(f"unit_{unit}", amount=f"{duration.amount:g}")

    page.heading(text("promises_title"))
    page.head(text("policy"), text("resolution"), text("first_response"), text("next_update"))
    for policy in desk.sla:
        clock = text(f"clock_{policy.clock}")
        resolution = f"{span(policy.resolution)} ({clock})" if policy.resolution else ""
        first = span(policy.first_response)
        page.line(
            _policy_words(desk, policy.when_text) or text("others"),
            resolution,
            first,
            span(policy.next_update),
        )


def _policy_words(desk: Desk, when: str) -> str:
    """A policy's condition with the titles that people see in place of keys."""
    for column in desk.tickets.columns:
        if column.key in when.split():
            words = when.split()
            place = words.index(column.key)
            words[place] = column.title
            titles = {choice.key: choice.title for choice in column.choices}
            words = [titles.get(word, word) for word in words]
            return " ".join(words)
    return when


def _roles(desk: Desk, page: _Page, roles: Sequence[Role]) -> None:
    def text(key: str) -> str:
        return desk.locale.text(f"guide.{key}")

    page.heading(text("roles_title"))
    page.head(text("role"), text("duties"), text("edits"), "", text("may"))
    comma = "、" if desk.locale.code == "zh" else ", "
    columns = [c for c in desk.tickets.columns if c.owner == "people"]
    permissions = desk.locale.section("permissions")
    for role in roles:
        edits = [column.title for column in columns if column.key in role.edits]
        everything = len(edits) == len(columns)
        changes = desk.locale.text("words.all") if everything else comma.join(edits)
        may = comma.join(
            permissions[key] for key in ("add", "archive", "assign", "approve") if key in role.may
        )
        page.line(role.title, role.duties, changes or desk.locale.text("words.none"))
        last = page.cells.pop()
        page.cells.append(CellPlan(last.row, last.column, last.content, last.style, columns=2))
        page.cells.append(CellPlan(last.row, 5, may or desk.locale.text("words.none"), looks.BODY))
        tall = max(_height(str(last.content), 32), _height(may, WIDTHS[5]))
        page.heights[last.row] = max(tall, _height(role.duties, WIDTHS[2]))


def draw_definitions(desk: Desk) -> TabPlan:
    """How every figure is worked out."""
    page = _Page()

    def text(key: str, **facts: Any) -> str:
        return desk.locale.text(f"definitions.{key}", **facts)

    page.title(text("title"))
    page.head(text("figure"), text("definition"))
    facts = {"zone": desk.zone.key, "hours": f"{desk.attention.due_soon_hours:g}"}
    for key in ("open", "unowned", "overdue", "due_soon", "created_week", "resolved_week", "mean_hours",
                "satisfaction", "by_week", "ageing"):  # fmt: skip
        page.line(desk.locale.text(f"dashboard.{key}"), text(key, **facts))
    page.line(desk.locale.text("pivots.share"), text("share"))
    page.row += 1
    page.note(text("now", **facts))
    return _tab(desk, "definitions", page)
