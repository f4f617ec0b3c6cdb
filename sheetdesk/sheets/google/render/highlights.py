"""Conditional formats: the plan's highlights in their order, the first that holds being shown.

A rule reaches another tab through INDIRECT alone. Source: the conditional format help of Google Sheets.
"""

from __future__ import annotations

from sheetdesk.plan.plan import Highlight, Style, TablePlan, TabPlan
from sheetdesk.sheets.google.render.book import Book, Request, runs
from sheetdesk.sheets.google.render.checks import misplaced
from sheetdesk.sheets.google.render.dialect import Writer, column_letters
from sheetdesk.sheets.google.render.styles import rule_format

__all__ = ["BELOW", "draw_highlights", "highlight_rules"]

BELOW = "=AND(ROW()>ROW("
"""How the test of every format of ours on a table begins."""

MISPLACED = Style(fill="FADBD8", italic=True)


def draw_highlights(book: Book, tab: TabPlan) -> list[Request]:
    """The rules of a tab, added so that the first of the plan is the first of the tab."""
    return [
        {"addConditionalFormatRule": {"index": index, "rule": rule}}
        for index, rule in enumerate(highlight_rules(book, tab))
    ]


def highlight_rules(book: Book, tab: TabPlan) -> list[Request]:
    """The rules themselves, the most pressing first."""
    found = []
    if tab.table is not None:
        table = tab.table
        for highlight in table.highlights:
            rule = _rule(book, tab, table, highlight)
            if rule is not None:
                found.append(rule)
        for column in table.columns:
            test = misplaced(book.plan, table, column)
            if test:
                block = book.column_block(tab, table, column.key, header=True)
                # Before the colours of single choices: a wrong pair is more than a shade.
                found.insert(0, _boolean([block], _below(table, test), MISPLACED))
    for span, when, style in tab.highlights:
        test = Writer(book.plan, mode="rule", row=span.row).text(when)
        found.append(_boolean([book.span(span)], test, style))
    return found


def _rule(book: Book, tab: TabPlan, table: TablePlan, highlight: Highlight) -> Request | None:
    keys = [column.key for column in table.columns]
    chosen = [key for key in highlight.columns or keys if key in keys]
    if not chosen:
        return None
    places = sorted(keys.index(key) for key in chosen)
    blocks = [
        book.column_block(tab, table, keys[first], columns=columns, header=True)
        for first, columns in runs(places)
    ]
    if highlight.duplicates:
        letters = column_letters(table.left + places[0])
        first = table.top + 1
        cell = f"${letters}{first}"
        test = f'=AND({cell}<>"",COUNTIF(${letters}${first}:${letters},{cell})>1)'
    elif highlight.when is not None:
        test = Writer(book.plan, table, "rule", table.top).text(highlight.when)
    else:
        return None
    return _boolean(blocks, _below(table, test), highlight.style)


def _below(table: TablePlan, test: str) -> str:
    """The test for the header's row, which holds for the rows below it alone: a format that began in the
    first of them would leave out the rows that people insert above that.
    """
    return f"{BELOW}${column_letters(table.left)}${table.top + 1}),{test.removeprefix('=')})"


def _boolean(blocks: list[Request], test: str, style: Style) -> Request:
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": test}]}
    return {"ranges": blocks, "booleanRule": {"condition": condition, "format": rule_format(style)}}
