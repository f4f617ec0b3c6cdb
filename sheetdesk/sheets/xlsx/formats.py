"""Styles as xlsxwriter formats, one format a style."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook

from sheetdesk.plan.plan import Style

__all__ = ["Formats"]


class Formats:
    """The formats of one workbook; `font` and `size` are those of the plan."""

    def __init__(self, workbook: Workbook, font: str, size: float) -> None:
        self._workbook = workbook
        self._font = font
        self._size = size
        self._made: dict[tuple[Style, bool], Any] = {}

    def of(self, style: Style, *, partial: bool = False) -> Any:
        """The format of a style. `partial`: only what it says, for a conditional format."""
        key = (style, partial)
        if key not in self._made:
            self._made[key] = self._workbook.add_format(self._properties(style, partial))
        return self._made[key]

    def _properties(self, style: Style, partial: bool) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        if not partial:
            properties |= {"font_name": self._font, "font_size": style.size or self._size}
            properties["valign"] = "vcenter" if style.middle else "top"
        if style.bold:
            properties["bold"] = True
        if style.italic:
            properties["italic"] = True
        if style.color:
            properties["font_color"] = f"#{style.color}"
        if style.fill:
            # A conditional format's fill is its background; a cell's is its pattern's foreground.
            properties["bg_color"] = f"#{style.fill}"
            if not partial:
                properties["pattern"] = 1
        if style.wrap:
            properties["text_wrap"] = True
        if style.align:
            properties["align"] = style.align
        if style.number_format:
            properties["num_format"] = style.number_format
        if style.border:
            properties |= {"border": 1, "border_color": f"#{style.border}"}
        if style.border_bottom:
            properties |= {"bottom": 1, "bottom_color": f"#{style.border_bottom}"}
        if style.unlocked:
            properties["locked"] = False
        if style.indent:
            properties["indent"] = style.indent
        return properties
