"""A keyed table of the desk as a tab: columns with their looks, checks and help."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from sheetdesk.columns.base import Cell, CellCheck, CellKind, Column, Setting
from sheetdesk.desk.desk import Desk
from sheetdesk.plan import looks
from sheetdesk.plan.formula import Literal, Op, This, both, call, compare
from sheetdesk.plan.formulas import NOW, column_formula, is_open
from sheetdesk.plan.machinery import list_name
from sheetdesk.plan.plan import Align, ColumnPlan, Highlight, Style, TabPlan
from sheetdesk.table.table import kind_of

__all__ = ["draw_column", "ticket_highlights", "with_lists"]

WIDTHS = {"moment": 18.0, "date": 12.0, "number": 11.0, "flag": 9.0, "person": 13.0, "ticket": 13.0}
ALIGNS: dict[CellKind, Align] = {CellKind.NUMBER: "right", CellKind.MOMENT: "left", CellKind.DATE: "left"}
LONG_TEXT = 300
PROMPT_LIMIT = 250
TITLE_LIMIT = 32
NARROWEST = 9.0
OVER = "FDEDEC"


def draw_column(
    column: Column,
    values: pd.Series[Any],
    setting: Setting,
    *,
    required: bool = False,
    locked: bool | None = None,
    keeps_formula: bool = True,
) -> ColumnPlan:
    """One column of a table. `values` are typed, one a row; `locked` None: the tab is open anyway.

    `keeps_formula` False writes the values of a worked-out column instead of its formula, where the
    columns that it needs are not there.
    """
    kind = kind_of(column.type)
    cells = kind.show(values, column, setting)
    is_formula = column.owner == "formula" and keeps_formula
    style = _style(column, kind.cell_kind, setting)
    if locked is False:
        style = replace(style, unlocked=True)
    check = None if column.owner != "people" else kind.check(column)
    prompt, refusal = _help(column, check, setting)
    text = setting.locale.text
    required_words = [text("prompt.required")] if required else []
    return ColumnPlan(
        key=column.key,
        title=column.title,
        cells=cells,
        kind=kind.cell_kind,
        style=style,
        width_chars=column.width_chars or _width(column, cells),
        check=check,
        prompt_title=_cut(column.title, TITLE_LIMIT),
        prompt=_cut(" ".join([*required_words, prompt]), PROMPT_LIMIT) if prompt or required else "",
        refusal=_cut(refusal, 220),
        note=column.note,
        required=required,
        formula=column_formula(column) if is_formula else None,
        hidden=column.hidden,
        is_kept=column.owner != "formula",
        is_ours=column.owner != "people" and column.key != "id",
    )


def with_lists(tab: TabPlan, names: Collection[str]) -> TabPlan:
    """The tab without checks by a list that has no name: cases without their tab, types where none are."""
    if tab.table is None:
        return tab
    unknown = {
        column.key
        for column in tab.table.columns
        if column.check and column.check.kind == "list" and list_name(column.check.source) not in names
    }
    if not unknown:
        return tab
    columns = tuple(
        replace(column, check=None) if column.key in unknown else column for column in tab.table.columns
    )
    return replace(tab, table=replace(tab.table, columns=columns))


def _style(column: Column, kind: CellKind, setting: Setting) -> Style:
    formats = {
        CellKind.MOMENT: setting.locale.text("formats.moment"),
        CellKind.DATE: setting.locale.text("formats.date"),
        CellKind.TEXT: "@",
        CellKind.NUMBER: "0" + ("." + "0" * column.decimals if column.decimals else ""),
    }
    number_format = formats.get(kind, "")
    # LibreOffice shows a pivot's figure in the format of its column, and the average of 0 and 1 is a share.
    is_mark = column.owner == "formula" and column.formula.startswith(("late", "is_open"))
    if kind is CellKind.NUMBER and (column.decimals is None or is_mark):
        number_format = "General"
    # A text format on a worked-out column would show the formula itself once somebody edits it, and
    # old Excels show `####` for over 255 characters in one.
    long = column.type == "text" and (column.max_length or LONG_TEXT) > 255
    if kind is CellKind.TEXT and (column.owner == "formula" or long):
        number_format = "General"
    color = looks.GREY if column.owner != "people" and column.key != "id" else ""
    return Style(
        wrap=column.wrap,
        color=color,
        bold=column.key == "id",
        align=ALIGNS.get(kind, ""),
        number_format=number_format,
        # Off the text that starts in the next column.
        indent=1 if kind is CellKind.NUMBER else 0,
    )


def _width(column: Column, cells: Sequence[Cell]) -> float:
    """Wide enough for the header and, where values are short, for them; long text wraps."""
    words = max((looks.width_chars(word) for word in column.title.split()), default=0)
    header = min(looks.width_chars(column.title), max(words, 12)) + 4.0
    if column.choices:
        content = looks.widest(choice.title for choice in column.choices) + 4.0
    elif column.type in WIDTHS:
        content = WIDTHS[column.type]
        if column.type in ("person", "ticket"):
            content = max(content, min(_usual(cells) + 2.0, 24.0))
    elif column.wrap:
        content = 36.0 if (column.max_length or 0) <= LONG_TEXT else 48.0
    else:
        content = min(max(_usual(cells) + 2.0, NARROWEST), 30.0)
    return max(header, content)


def _usual(cells: Sequence[Cell]) -> float:
    """A width that nine in ten of the texts fit into, judged by a sample."""
    step = max(1, len(cells) // 500)
    widths = sorted(looks.width_chars(str(cell)) for cell in cells[::step] if cell is not None)
    return float(widths[int(len(widths) * 0.9)]) if widths else 0.0


def _help(column: Column, check: CellCheck | None, setting: Setting) -> tuple[str, str]:
    """What is said when a cell is chosen, and when a value is refused."""
    text: Callable[..., str] = setting.locale.text
    if column.owner == "rules":
        return column.note + " " + text("prompt.machine"), ""
    if column.owner == "formula":
        return text("prompt.formula"), ""
    if check is None:
        return "", ""
    if check.kind == "list":
        prompt = text(f"prompt.{check.source}" if check.source in ("people", "cases") else "prompt.list")
        return prompt, text("prompt.refusal_list")
    if check.kind in ("whole", "number"):
        bounds = ""
        if check.minimum is not None and check.maximum is not None:
            bounds = text("prompt.between", low=f"{check.minimum:g}", high=f"{check.maximum:g}")
        return text(f"prompt.{check.kind}", bounds=bounds), text("prompt.refusal_number", bounds=bounds)
    if check.kind == "length":
        limit = int(check.maximum or 0)
        return "", text("prompt.refusal_length", limit=limit)
    return text(f"prompt.{check.kind}"), text("prompt.refusal_date")


def _cut(text: str, limit: int) -> str:
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def ticket_highlights(desk: Desk, columns: Sequence[Column]) -> tuple[Highlight, ...]:
    """What makes a row or cell stand out, most pressing first."""
    present = {column.key for column in columns}
    found = [Highlight(Style(bold=True, fill="F5B7B1", color=looks.ALERT), columns=("id",), duplicates=True)]
    filled = compare(This("id"), "<>", "")
    required = tuple(c.key for c in columns if c.required and c.owner == "people")
    for key in required:
        found.append(Highlight(Style(fill="FADBD8"), both(filled, compare(This(key), "=", "")), (key,)))
    still = is_open(This("status"))
    attention = desk.attention
    if "owner" in present:
        nobody = both(still, compare(This("owner"), "=", ""))
        found.append(Highlight(Style(fill="E8DAEF"), nobody, ("owner",)))
    found += _choice_highlights(columns)
    stale = None
    if "created" in present:
        times = [This(key) for key in ("created", "updated") if key in present]
        quiet = compare(call("MAX", *times), "<", Op("-", NOW, Literal(attention.stale_days)))
        stale = both(still, compare(This("created"), "<>", ""), quiet)
    if "due" in present:
        has_due = compare(This("due"), "<>", "")
        over = both(has_due, still, compare(This("due"), "<", NOW))
        soon_by = Op("+", NOW, Literal(attention.due_soon_hours / 24))
        soon = both(has_due, still, compare(This("due"), "<", soon_by))
        # A cell's own rules come first and whole: LibreOffice applies only the first that holds.
        found.append(Highlight(Style(bold=True, color=looks.ALERT, fill=OVER), over, ("id", "due")))
        if stale is not None:
            found.append(
                Highlight(Style(italic=True, color=looks.GREY, fill=OVER), both(over, stale), ("title",))
            )
        found.append(Highlight(Style(fill=OVER), over))
        found.append(Highlight(Style(fill="FEF9E7"), soon))
    if stale is not None:
        found.append(Highlight(Style(italic=True, color=looks.GREY), stale, ("title",)))
    return tuple(h for h in found if set(h.columns) <= present or "id" in h.columns)


def _choice_highlights(columns: Sequence[Column]) -> list[Highlight]:
    """Each coloured choice in its colour, in its own column only."""
    return [
        Highlight(
            Style(fill=choice.color, color=looks.contrast(choice.color)),
            compare(This(column.key), "=", choice.title),
            (column.key,),
        )
        for column in columns
        for choice in column.choices
        if choice.color
    ]
