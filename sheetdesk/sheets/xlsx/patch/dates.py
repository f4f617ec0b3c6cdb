"""Formats for times that are written into cells whose format would show a bare number.

A spreadsheet keeps a time as a number; only the cell's format tells that it is one. Where that shows no
date, the cell gets the same format with a date in it, added behind those that the workbook has.
Source: ECMA-376 part 1, 18.8.10 (cellXfs), 18.8.30 (numFmt: 14 and 22 are a date, and one with a time).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from sheetdesk.sheets.xlsx.package import Part
from sheetdesk.sheets.xlsx.patch.markup import Splices, children, decoded, tags, with_attributes
from sheetdesk.sheets.xlsx.patch.workbook import Workbook
from sheetdesk.sheets.xlsx.read.styles import read_date_formats

__all__ = ["DateFormats"]

DATE, MOMENT = "14", "22"


@dataclass
class DateFormats:
    """The cell formats of one workbook, and those that are added to it, by (format, number format)."""

    book: Workbook
    made: dict[tuple[int, str], int] = field(default_factory=dict)
    _shows: list[bool] | None = None

    def for_value(self, style: str | None, value: object) -> str | None:
        """The format for a cell that has this one and is to hold the value. Raises PackageBroken."""
        if not isinstance(value, datetime):
            return style
        shows = self._formats()
        place = int(style) if style is not None and style.isdecimal() else 0
        if place >= len(shows) or shows[place]:
            return style
        key = place, DATE if value.time() == time() else MOMENT
        return str(self.made.setdefault(key, len(shows) + len(self.made)))

    def changed(self) -> dict[str, Part | None]:
        """The part of formats with those that were added; nothing where none was. Raises PatchRefused."""
        if not self.made:
            return {}
        (part,) = self._part()
        text = decoded(part, self.book.archive.bytes(part))
        root, *_ = tags(part, text.xml)
        splices = Splices(part, text.xml)
        for section in children(part, text.xml, root.end, text.xml.rfind(b"</")):
            if section.opening.name != b"cellXfs":
                continue
            tag = section.opening
            known = list(children(part, text.xml, tag.end, section.content_end))
            count = str(len(known) + len(self.made))
            splices.put(tag.start, tag.end, with_attributes(text.xml[tag.start : tag.end], count=count))
            for place, number in self.made:
                like = known[place]
                opening = text.xml[like.opening.start : like.opening.end]
                dated = with_attributes(opening, numFmtId=number, applyNumberFormat="1")
                rest = text.xml[like.opening.end : like.end]
                splices.put(section.content_end, section.content_end, dated + rest)
        return {part: b"".join(text.encoded(splices.chunks()))}

    def _formats(self) -> list[bool]:
        """For each cell format, whether it shows a date; none where the workbook has no formats."""
        if self._shows is None:
            parts = self._part()
            self._shows = read_date_formats(self.book.archive.bytes(parts[0])) if parts else []
        return self._shows

    def _part(self) -> tuple[str, ...]:
        return self.book.related.get("styles", ())[:1]
