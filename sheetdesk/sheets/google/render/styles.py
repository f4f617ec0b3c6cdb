"""Styles as the API's cell formats."""

from __future__ import annotations

import re

from sheetdesk.plan.plan import Style
from sheetdesk.sheets.google.render.book import Request

__all__ = ["color_style", "format_of", "number_format", "rule_format"]

TEXTS = re.compile(r'"[^"]*"')
DAYS, HOURS = re.compile("[yd]"), re.compile("[hs]")
ALIGNS = {"left": "LEFT", "center": "CENTER", "right": "RIGHT"}
INDENT_PX = 8
PADDING = {"top": 2, "right": 3, "bottom": 2, "left": 3}


def color_style(color: str) -> Request:
    """RRGGBB as a ColorStyle."""
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}


def number_format(pattern: str) -> Request | None:
    """A spreadsheet number format with the kind that Google wants to know; None for `General`."""
    if pattern in ("", "General"):
        return None
    if pattern == "@":
        return {"type": "TEXT", "pattern": "@"}
    letters = TEXTS.sub("", pattern)
    kind = "NUMBER"
    if DAYS.search(letters):
        kind = "DATE_TIME" if HOURS.search(letters) else "DATE"
    elif HOURS.search(letters):
        kind = "TIME"
    elif "%" in letters:
        kind = "PERCENT"
    return {"type": kind, "pattern": pattern}


def format_of(style: Style) -> Request:
    """The userEnteredFormat of a style. The font is left to Google: Excel's are not there."""
    found: Request = {"verticalAlignment": "MIDDLE" if style.middle else "TOP"}
    words: Request = {}
    if style.bold:
        words["bold"] = True
    if style.italic:
        words["italic"] = True
    if style.size is not None:
        words["fontSize"] = round(style.size)
    if style.color:
        words["foregroundColorStyle"] = color_style(style.color)
    if words:
        found["textFormat"] = words
    if style.fill:
        found["backgroundColorStyle"] = color_style(style.fill)
    if style.wrap:
        found["wrapStrategy"] = "WRAP"
    if style.align:
        found["horizontalAlignment"] = ALIGNS[style.align]
    if style.indent:
        side = "right" if style.align == "right" else "left"
        # Given whole: a side that is not said is 0.
        found["padding"] = PADDING | {side: PADDING[side] + style.indent * INDENT_PX}
    numbers = number_format(style.number_format)
    if numbers is not None:
        found["numberFormat"] = numbers
    borders = _borders(style)
    if borders:
        found["borders"] = borders
    return found


def _borders(style: Style) -> Request:
    def line(color: str) -> Request:
        return {"style": "SOLID", "colorStyle": color_style(color)}

    found = {side: line(style.border) for side in ("top", "bottom", "left", "right") if style.border}
    return found | {"bottom": line(style.border_bottom)} if style.border_bottom else found


def rule_format(style: Style) -> Request:
    """What a conditional format may change: bold, italic and the two colours."""
    found = format_of(Style(bold=style.bold, italic=style.italic, color=style.color, fill=style.fill))
    del found["verticalAlignment"]
    return found
