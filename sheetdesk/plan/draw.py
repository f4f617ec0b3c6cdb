"""Draws a whole desk, or the part of it that a role or person sees, as a SheetPlan.

Pure: tables and the moment `now` go in, a plan comes out. What a role may not see is not hidden in
the plan, it is not in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from sheetdesk.columns.base import CellKind, Column, Problem, Setting
from sheetdesk.desk.desk import Desk, Role, ViewSpec
from sheetdesk.desk.standard import parse_formula
from sheetdesk.plan import looks
from sheetdesk.plan.draw_dashboard import draw_dashboard
from sheetdesk.plan.draw_guide import draw_definitions, draw_guide
from sheetdesk.plan.draw_pivots import draw_pivots
from sheetdesk.plan.draw_table import draw_column, ticket_highlights, with_lists
from sheetdesk.plan.machinery import kept_machinery
from sheetdesk.plan.plan import ColumnPlan, PrintPlan, SheetPlan, TablePlan, TabPlan
from sheetdesk.table.access import may_edit, visible
from sheetdesk.table.derive import derive
from sheetdesk.table.table import Table, kept_for

__all__ = ["Audience", "draw", "shown_columns"]

REACH = 5_000
ROW_HEIGHT = 32.0
LINE_HEIGHT, MOST_LINES = 15.0, 6


@dataclass(frozen=True)
class Audience:
    """For whom a sheet is drawn. Nothing given: everything, open.

    A copy is locked but for what its role may change, and lacks the tabs that are not for everybody.
    """

    role: Role | None = None
    person: str | None = None
    view: ViewSpec | None = None
    is_copy: bool = False


def draw(
    desk: Desk,
    tables: Mapping[str, Table],
    now: datetime,
    *,
    audience: Audience | None = None,
    problems: Sequence[Problem] = (),
    stamp: Mapping[str, Any] | None = None,
    tables_alone: bool = False,
) -> SheetPlan:
    """The plan of a workbook. `tables` are by key; `now` is aware; `stamp` is for sync to read back.

    Every formula carries the value it has at `now`. `tables_alone`: without the tabs that only show
    what the tables come to or say what they are.
    """
    whom = audience or Audience()
    columns = shown_columns(desk, whom)
    setting = Setting(desk.locale, desk.zone)
    local = now.astimezone(desk.zone).replace(tzinfo=None)
    frame = _seen(desk, derive(desk, tables["tickets"], now), whom)
    has_cases = _has(columns, "case") and (not whom.is_copy or len(tables["cases"]) > 0)
    tab = _tickets_tab(desk, columns, frame, setting, whom)
    table = tab.table
    people = [str(name) for name in tables["people"].frame.index]
    made = kept_machinery(
        desk, columns, tables["choices"], tables["people"], is_copy=whom.is_copy, cases=has_cases
    )
    tabs = [tab]
    page = None
    if table is not None and not tables_alone:
        tabs.append(draw_dashboard(desk, frame, columns, made, local, people))
        if not whom.is_copy:
            page = draw_pivots(desk, table)
            tabs.append(page.tab)
    if not whom.is_copy:
        tabs.append(
            _problems_tab(desk, problems, setting)
            if problems
            else kept_for(desk, "no problems", (), lambda: _problems_tab(desk, (), setting))
        )
        tabs += [_other_tab(desk, tables[key], setting) for key in ("cases", "people", "choices", "rules")]
    elif has_cases:
        tabs.append(replace(_other_tab(desk, tables["cases"], setting), protected=True))
    if not tables_alone:
        guide = f"guide {_keys(columns)}"
        tabs.append(kept_for(desk, guide, (whom.role,), lambda: draw_guide(desk, columns, whom.role)))
        tabs.append(kept_for(desk, "definitions", (), lambda: draw_definitions(desk)))
    tabs.append(made.tab(desk, stamp or {}))
    return SheetPlan(
        title=desk.name,
        tabs=tuple(with_lists(tab, {named.name for named in made.names}) for tab in tabs),
        names=tuple(made.names),
        font=desk.locale.text("font"),
        locale=desk.locale.code,
        now=local,
        sources=page.sources if page else {},
        layouts=page.layouts if page else {},
        refusal_title=desk.locale.text("prompt.refusal_title"),
        list_parts=made.parts,
    )


def _keys(columns: Sequence[Column]) -> str:
    return " ".join(column.key for column in columns)


def _has(columns: Sequence[Column], key: str) -> bool:
    return any(column.key == key for column in columns)


def _seen(desk: Desk, frame: pd.DataFrame, whom: Audience) -> pd.DataFrame:
    """The tickets that the audience gets."""
    for condition in (
        whom.role.tickets if whom.role else None,
        whom.view.tickets if whom.view else None,
    ):
        if condition is not None:
            frame = frame[visible(desk, condition, frame, whom.person)]
    return frame


def shown_columns(desk: Desk, whom: Audience) -> tuple[Column, ...]:
    """The columns that the audience gets, in the desk's order.

    A worked-out column is seen where its role sees it or everything it is worked out from.
    """
    seen = {column.key for column in desk.tickets.columns}
    if whom.role is not None:
        seen = set(whom.role.sees)
    if whom.view is not None and whom.view.columns:
        seen &= {*whom.view.columns, "id", "status"}
    columns = []
    for column in desk.tickets.columns:
        inputs = set(parse_formula(column.formula)[1]) if column.owner == "formula" else set()
        if column.key in seen or (inputs and inputs <= seen and column.key in CLOSING_KEYS):
            columns.append(column)
    return tuple(columns)


CLOSING_KEYS = frozenset({"month", "hours", "overdue", "is_open"})


def _tickets_tab(
    desk: Desk,
    columns: Sequence[Column],
    frame: pd.DataFrame,
    setting: Setting,
    whom: Audience,
) -> TabPlan:
    present = {column.key for column in columns}
    plans = []
    for column in columns:
        values = pd.Series(frame.index, dtype=object) if column.key == "id" else frame[column.key]
        locked = None
        if whom.is_copy:
            locked = whom.role is None or not may_edit(whom.role, column)
        inputs = set(parse_formula(column.formula)[1]) if column.owner == "formula" else set()
        # An open status decides `late` as much as the two times do.
        computable = inputs <= present and (not column.formula.startswith("late") or "status" in present)
        plans.append(
            draw_column(
                column, values, setting, required=column.required and column.owner == "people",
                locked=locked, keeps_formula=computable,
            )
        )  # fmt: skip
    table = TablePlan(
        name="tickets",
        columns=tuple(plans),
        rows=len(frame),
        highlights=kept_for(
            desk, f"highlights {_keys(columns)}", (), lambda: ticket_highlights(desk, columns)
        ),
        reach=REACH,
        row_height=ROW_HEIGHT,
    )
    last_fixed = 1 + next((i for i, c in enumerate(columns) if c.key == "id"), 0)
    return TabPlan(
        "tickets",
        desk.tickets.title,
        table=table,
        frozen=(1, last_fixed),
        protected=whom.is_copy,
        color=looks.CALM,
        print=PrintPlan(wide=True, repeat_rows=1, footer=desk.locale.text("print.footer")),
    )


def _other_tab(desk: Desk, table: Table, setting: Setting) -> TabPlan:
    """A smaller table of the desk: people, choices, rules, cases; drawn once while it stays as it is."""
    return kept_for(table, "tab", (desk,), lambda: _draw_other_tab(table, setting))


def _draw_other_tab(table: Table, setting: Setting) -> TabPlan:
    spec = table.spec
    columns = [
        draw_column(
            column,
            pd.Series(table.frame.index, dtype=object) if column.key == "id" else table.frame[column.key],
            setting,
            required=column.required,
        )
        for column in spec.columns
        if column.owner != "formula"
    ]
    plan = TablePlan(spec.key, tuple(columns), len(table.frame), reach=500, row_height=_row_height(columns))
    return TabPlan(
        spec.key, spec.title, table=plan, frozen=(1, 1), print=PrintPlan(repeat_rows=1), color=looks.GREY
    )


def _row_height(columns: Sequence[ColumnPlan]) -> float | None:
    """Room for the longest wrapped text: not every program finds the height of a row by itself."""
    lines = [
        math.ceil(looks.width_chars(str(cell)) * 1.15 / column.width_chars)
        for column in columns
        if column.style.wrap
        for cell in column.cells
        if cell is not None
    ]
    tallest = min(max(lines, default=1), MOST_LINES)
    return tallest * LINE_HEIGHT + 2 if tallest > 1 else None


def _problems_tab(desk: Desk, problems: Sequence[Problem], setting: Setting) -> TabPlan:
    """What could not be read or does not hold together."""
    titles = {column.key: column.title for column in desk.tickets.columns}
    words = desk.locale.section("tables.problems.columns")
    kinds = desk.locale.section("problem")
    rows = [
        {
            **vars(p),
            # A row that is no ticket is found by its place alone.
            "cell": f"{p.tab}!{p.cell}" if p.tab and p.cell else p.cell or p.tab,
            "column": titles.get(p.column, p.column),
            "kind": kinds.get(p.kind, p.kind),
        }
        for p in problems
    ]
    columns = []
    # Wide enough for what is to come: the tab mostly starts empty.
    widths: dict[str, float] = {
        "ticket": 14,
        "cell": 18,
        "column": 18,
        "kind": 26,
        "raw": 36,
        "expected": 48,
        "near": 18,
    }
    for key, chars in widths.items():
        is_long = key in ("raw", "expected")
        column = Column(key, words[key], owner="rules", wrap=is_long, max_length=200, width_chars=chars)
        values = pd.Series([row[key] or None for row in rows], dtype=object)
        columns.append(replace(draw_column(column, values, setting), prompt="", kind=CellKind.TEXT))
    title = desk.locale.text("tables.problems.title")
    height = _row_height(columns)
    plan = TablePlan("problems", tuple(columns), len(rows), reach=0, row_height=height)
    color = looks.ALERT if rows else looks.GREY
    return TabPlan("problems", title, table=plan, frozen=(1, 0), color=color, print=PrintPlan(repeat_rows=1))
