"""The Dashboard: cards, charts, the overdue list and the small tables behind the charts.

A grid of sixteen columns. Every number is a live formula with its value; nothing is typed in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd

from sheetdesk.columns.base import CellKind, Column
from sheetdesk.desk.desk import Desk
from sheetdesk.plan import looks
from sheetdesk.plan.figures import Figures
from sheetdesk.plan.formula import Field, Formula, Literal, Op, Place, call, compare
from sheetdesk.plan.formulas import NOW
from sheetdesk.plan.machinery import KEY, TOP, Machinery
from sheetdesk.plan.plan import CellPlan, ChartKind, ChartPlan, PrintPlan, SeriesPlan, Span, Style, TabPlan

__all__ = ["draw_dashboard"]

TAB = "dashboard"
LEFT, MIDDLE = 1, 9
COLUMN_CHARS = 10.0
CHART_PX = (590, 300)
WEEKS = 12
OWNERS = 15
OVERDUE = 10
# Texts that a COUNTIFS criterion takes for a wildcard, a comparison, an error, a truth value or a number.
MORE_THAN_TEXT = re.compile(r"[*?~]|^[=<>#]|^(true|false)$|^[\d.,+%-]", re.IGNORECASE)
AGES: tuple[tuple[float, float | None], ...] = ((0, 1), (1, 3), (3, 7), (7, 14), (14, 30), (30, None))
CARDS, CHARTS_1, CHARTS_2, LIST, TABLES = 3, 7, 25, 43, 57


def draw_dashboard(
    desk: Desk,
    frame: pd.DataFrame,
    columns: Sequence[Column],
    machinery: Machinery,
    now: datetime,
    people: Sequence[str],
) -> TabPlan:
    """The dashboard over the columns that this sheet has; what lacks its column is left out.

    `now` is local wall time, `people` the team: who has no ticket yet may get one. The overdue list
    keeps its working in the machinery tab.
    """
    return _Dashboard(desk, frame, {column.key: column for column in columns}, machinery, now, people).tab()


class _Dashboard:
    def __init__(
        self,
        desk: Desk,
        frame: pd.DataFrame,
        columns: dict[str, Column],
        machinery: Machinery,
        now: datetime,
        people: Sequence[str],
    ) -> None:
        self.desk, self.frame, self.columns, self.machinery = desk, frame, columns, machinery
        self.now, self.people = now, people
        self.figures = Figures(desk, frame, now)
        self.cells: list[CellPlan] = []
        self.charts: list[ChartPlan] = []
        self.heights: dict[int, float] = {}
        # Without due times there is no list of overdue tickets to leave room for.
        self.tables = TABLES if self.has("is_open", "due") else LIST
        self.bottom = self.tables

    def text(self, key: str, **facts: object) -> str:
        return self.desk.locale.text(f"dashboard.{key}", **facts)

    def has(self, *keys: str) -> bool:
        return all(key in self.columns for key in keys)

    def put(self, row: int, column: int, content: object, style: Style, columns: int = 1) -> None:
        kind = CellKind.NUMBER if isinstance(content, Formula) else CellKind.TEXT
        self.cells.append(CellPlan(row, column, content, style, kind, columns=columns))  # type: ignore[arg-type]

    def tab(self) -> TabPlan:
        self.put(0, LEFT, self.text("title", desk=self.desk.name), looks.TITLE)
        self.put(1, LEFT, self.text("subtitle"), Style(color=looks.GREY))
        self.heights |= {0: 34, CARDS: 22, CARDS + 1: 40}
        self._cards()
        if self.has("is_open", "status"):
            self._by_status(self.tables)
        if self.has("created"):
            self._by_week(self.tables)
        second = self.bottom + 2
        if self.has("is_open", "owner"):
            self._by_owner(second)
        if self.has("is_open", "created"):
            self._ageing(second)
        if self.has("is_open", "due"):
            self._overdue_list()
        return TabPlan(
            TAB,
            self.desk.locale.text("tabs.dashboard"),
            cells=tuple(self.cells),
            charts=tuple(self.charts),
            widths={0: 2.0} | dict.fromkeys(range(LEFT, LEFT + 16), COLUMN_CHARS),
            heights=self.heights,
            protected=True,
            gridlines=False,
            color="2E8B57",
            print=PrintPlan(landscape=False, one_page=True, footer=self.desk.locale.text("print.footer")),
        )

    def _cards(self) -> None:
        figures = self.figures
        share = "0%"
        cards: list[tuple[str, tuple[str, ...], Callable[[], Formula], str, str]] = [
            ("open", ("is_open",), figures.open, "0", looks.INK),
            ("unowned", ("is_open", "owner"), figures.unowned, "0", "8E5EA2"),
            ("overdue", ("is_open", "due"), figures.overdue, "0", looks.ALERT),
            ("due_soon", ("is_open", "due"), figures.due_soon, "0", "B9770E"),
            ("created_week", ("created",), lambda: figures.since_monday("created"), "0", looks.INK),
            ("resolved_week", ("resolved",), lambda: figures.since_monday("resolved"), "0", looks.INK),
            ("mean_hours", ("hours", "resolved"), figures.mean_hours, "0.0", looks.INK),
            ("satisfaction", ("satisfaction",), figures.satisfaction, share, looks.INK),
        ]
        column = LEFT
        for key, needs, figure, number_format, color in cards:
            if not self.has(*needs):
                continue
            value = replace(looks.CARD_VALUE, number_format=number_format, color=color)
            self.put(CARDS, column, self.text(key), looks.CARD_LABEL, columns=2)
            self.put(CARDS + 1, column, figure(), value, columns=2)
            column += 2

    def _section(self, row: int, column: int, key: str) -> None:
        for offset in range(8):
            self.put(row, column + offset, self.text(key) if offset == 0 else None, looks.HEADING)
        self.heights[row] = 24

    def _chart(self, kind: ChartKind, key: str, row: int, column: int, series: Sequence[SeriesPlan]) -> None:
        self._section(row, column, key)
        width, height = CHART_PX
        chart = ChartPlan(
            kind,
            "",
            row + 1,
            column,
            tuple(series),
            width,
            height,
            description=self.text(key),
        )
        self.charts.append(chart)

    def _by_status(self, top: int) -> None:
        statuses = self.desk.open_statuses()
        priorities = self.columns["priority"].choices[:6] if self.has("priority") else ()
        self._section(top, LEFT, "by_status")
        head = top + 1
        self.put(head, LEFT, self.columns["status"].title, looks.CARD_LABEL, columns=2)
        for place, priority in enumerate(priorities):
            self.put(head, LEFT + 2 + place, priority.title, looks.CARD_LABEL)
        total = LEFT + 2 + len(priorities)
        self.put(head, total, self.text("total"), looks.CARD_LABEL)
        self.heights[head] = 34
        for offset, status in enumerate(statuses, 1):
            row = head + offset
            self.put(row, LEFT, status.title, looks.LABEL, columns=2)
            label = Place(row, LEFT, fixed_row=False)
            pair = ("status", label, status.key)
            for place, priority in enumerate(priorities):
                across = ("priority", Place(head, LEFT + 2 + place, fixed_column=False), priority.key)
                self.put(row, LEFT + 2 + place, self.figures.open_with([pair, across]), looks.FIGURE)
            self.put(row, total, self.figures.open_with([pair]), replace(looks.FIGURE, bold=True))
        last = head + len(statuses)
        labels = Span(TAB, head + 1, LEFT, len(statuses))
        columns = [(LEFT + 2 + place, p.color) for place, p in enumerate(priorities)] or [(total, "")]
        colors = ("C0392B", "E08E0B", "1F6FB2", "95A5A6", "8E5EA2", "2E8B57")
        series = [
            SeriesPlan(
                Span(TAB, head, column),
                labels,
                Span(TAB, head + 1, column, len(statuses)),
                colors[i % 6],
            )
            for i, (column, _) in enumerate(columns)
        ]
        self._chart("bar_stacked", "by_status", CHARTS_1, LEFT, series)
        self.bottom = max(self.bottom, last)

    def _by_week(self, top: int) -> None:
        self._section(top, MIDDLE, "by_week")
        head = top + 1
        keys = [key for key in ("created", "resolved") if self.has(key)]
        self.put(head, MIDDLE, self.text("week"), looks.CARD_LABEL, columns=2)
        for place, key in enumerate(keys):
            self.put(head, MIDDLE + 2 + place, self.text(key), looks.CARD_LABEL)
        day = Style(number_format=self.desk.locale.text("formats.date"), align="left", border_bottom="E5E7EB")
        for offset in range(WEEKS):
            row, back = head + 1 + offset, WEEKS - 1 - offset
            self.put(row, MIDDLE, self.figures.week_start(back), day, columns=2)
            start = self.figures.monday - timedelta(days=7 * back)
            cell = Place(row, MIDDLE, fixed_row=False)
            for place, key in enumerate(keys):
                self.put(row, MIDDLE + 2 + place, self.figures.in_week(key, cell, start), looks.FIGURE)
        labels = Span(TAB, head + 1, MIDDLE, WEEKS)
        colors = (looks.CALM, "2E8B57")
        series = [
            SeriesPlan(
                Span(TAB, head, MIDDLE + 2 + i),
                labels,
                Span(TAB, head + 1, MIDDLE + 2 + i, WEEKS),
                colors[i],
            )
            for i in range(len(keys))
        ]
        self._chart("line", "by_week", CHARTS_1, MIDDLE, series)
        self.bottom = max(self.bottom, head + WEEKS)

    def _by_owner(self, top: int) -> None:
        self._section(top, LEFT, "by_owner")
        head = top + 1
        self.put(head, LEFT, self.text("owner"), looks.CARD_LABEL, columns=2)
        self.put(head, LEFT + 2, self.text("count"), looks.CARD_LABEL)
        owners = self.frame["owner"].to_numpy()[self.figures.is_open]
        load = Counter(owners[~pd.isna(owners)].tolist())
        loaded = [str(name) for name, _ in load.most_common()]
        names = list(dict.fromkeys([*loaded, *self.people]))[:OWNERS]
        for offset, name in enumerate(names, 1):
            row = head + offset
            self.put(row, LEFT, name, looks.LABEL, columns=2)
            label = Place(row, LEFT, fixed_row=False)
            self.put(row, LEFT + 2, self._owned_by(label, name), looks.FIGURE)
        row = head + len(names) + 1
        self.put(row, LEFT, self.desk.locale.text("words.unassigned"), looks.LABEL, columns=2)
        self.put(row, LEFT + 2, self.figures.unowned(), looks.FIGURE)
        count = row - head
        series = SeriesPlan(
            Span(TAB, head, LEFT + 2),
            Span(TAB, head + 1, LEFT, count),
            Span(TAB, head + 1, LEFT + 2, count),
            looks.CALM,
        )
        self._chart("bar", "by_owner", CHARTS_2, LEFT, [series])

    def _owned_by(self, label: Place, name: str) -> Formula:
        """Open tickets of the person in a cell; a name may be more than a text to COUNTIFS."""
        formula = self.figures.open_with([("owner", label, name)])
        if not MORE_THAN_TEXT.search(name):
            return formula
        mine = compare(Field("tickets", "owner"), "=", label)
        still = compare(Field("tickets", "is_open"), "=", 1)
        return Formula(call("SUMPRODUCT", Op("*", mine, still)), formula.value)

    def _ageing(self, top: int) -> None:
        self._section(top, MIDDLE, "ageing")
        head = top + 1
        self.put(head, MIDDLE, self.text("age"), looks.CARD_LABEL, columns=2)
        self.put(head, MIDDLE + 2, self.text("count"), looks.CARD_LABEL)
        for offset, (low, high) in enumerate(AGES, 1):
            if high is None:
                label = self.text("age_bucket_last", low=f"{low:g}")
            elif low == 0:
                label = self.text("age_bucket_first", high=f"{high:g}")
            else:
                label = self.text("age_bucket", low=f"{low:g}", high=f"{high:g}")
            self.put(head + offset, MIDDLE, label, looks.LABEL, columns=2)
            self.put(head + offset, MIDDLE + 2, self.figures.aged(low, high), looks.FIGURE)
        series = SeriesPlan(
            Span(TAB, head, MIDDLE + 2),
            Span(TAB, head + 1, MIDDLE, len(AGES)),
            Span(TAB, head + 1, MIDDLE + 2, len(AGES)),
            "E08E0B",
        )
        self._chart("column", "ageing", CHARTS_2, MIDDLE, [series])

    def _overdue_list(self) -> None:
        self._section(LIST, LEFT, "overdue_list")
        for offset in range(8, 16):
            self.put(LIST, LEFT + offset, None, looks.HEADING)
        times, rows, places = self.figures.overdue_rows(OVERDUE)
        due_block = self.machinery.block("overdue", list(times))
        number_block = self.machinery.block("overdue #", [])
        first = Place(TOP, due_block.column)
        layout = [("id", 2), ("title", 7), ("owner", 2), ("priority", 2), ("due", 2)]
        layout = [(key, span) for key, span in layout if self.has(key)]
        column = LEFT
        for key, span in layout:
            style = replace(looks.CARD_LABEL, align="left")
            self.put(LIST + 1, column, self.columns[key].title, style, columns=span)
            column += span
        self.put(LIST + 1, column, self.text("age"), looks.CARD_LABEL)
        for k in range(OVERDUE):
            here = Place(TOP + k, due_block.column, fixed_row=False)
            number = replace(rows[k], expr=self.figures.overdue_at(first, here))
            self.machinery.put(TOP + k, number_block.column, number)
            self._overdue_row(k, layout, Place(TOP + k, number_block.column, KEY), places)

    def _overdue_row(
        self, k: int, layout: Sequence[tuple[str, int]], number: Place, places: Sequence[int]
    ) -> None:
        row = LIST + 2 + k
        blank = compare(number, "=", "")
        column = LEFT
        shown = k < len(places)
        for key, span in layout:
            value: object = ""
            if shown and key == "id":
                value = str(self.frame.index[places[k]])
            elif shown and key == "due":
                value = self.figures.local("due")[places[k]].item()
            elif shown:
                raw = self.frame[key].iloc[places[k]]
                choice = self.columns[key].choice(raw)
                value = choice.title if choice else "" if raw is None else str(raw)
            found = call("INDEX", Field("tickets", key), number)
            text = found if key == "due" else Op("&", found, Literal(""))
            none = self.text("none_overdue") if key == "id" and k == 0 else ""
            if none and not shown:
                value = none
            style = looks.LABEL
            if key == "due":
                moment = self.desk.locale.text("formats.moment")
                style = replace(style, number_format=moment, align="left")
            self.put(row, column, Formula(call("IF", blank, none, text), value), style, columns=span)
            column += span
        due = call("INDEX", Field("tickets", "due"), number)
        days = Formula(call("IF", blank, "", Op("-", NOW, due)), "")
        if shown:
            gap = self.now - self.figures.local("due")[places[k]].item()
            days = replace(days, value=gap.total_seconds() / 86_400)
        number_format = self.desk.locale.text("formats.days")
        self.put(row, column, days, replace(looks.FIGURE, number_format=number_format, color=looks.ALERT))
