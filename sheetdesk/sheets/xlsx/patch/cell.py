"""One cell of a worksheet part: what it holds, and its bytes with something else in it.

Texts are written into the cell itself, so that the shared strings stay as they are. The format of a
cell is never changed.
Source: ECMA-376 part 1, 18.3.1.4 (c), 18.3.1.40 (f), 18.18.11 (cell types).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial
from sheetdesk.errors import Cause
from sheetdesk.sheets.xlsx.check.styles import plain_text
from sheetdesk.sheets.xlsx.check.text import MAX_TEXT, decoded, text_length
from sheetdesk.sheets.xlsx.markup import number
from sheetdesk.sheets.xlsx.package import parse
from sheetdesk.sheets.xlsx.patch.layout import CellPlace, Layout
from sheetdesk.sheets.xlsx.patch.markup import children, with_attributes
from sheetdesk.sheets.xlsx.rows import escape_text
from sheetdesk.table.edits import CellEdit

__all__ = ["Found", "Unwritable", "Writing", "read_cell"]

MAX_FORMULA = 8192
DAYS_TO_1904 = 1462
# Excel believes in a 29 February 1900; day numbers before it mean other days to other programs.
FIRST_SAFE_DAY = 61
# Half a millisecond of a day: finer than a day number of today can tell.
SAME_MOMENT = 0.0005 / 86_400


class Unwritable(Exception):
    """Why a value cannot stand in a cell; `at` says where that is."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause

    def at(self, place: str) -> Cause:
        return Cause(f"{place}: {self.cause.en}", f"单元格 {place}：{self.cause.zh}")


@dataclass(frozen=True)
class Found:
    """What a cell holds. `is_known` is False where the value is of a kind that no edit can equal."""

    place: CellPlace
    attributes: dict[str, str]
    value: Cell = None
    is_known: bool = True
    formula: str | None = None
    formula_kind: str = ""
    formula_attributes: dict[str, str] = field(default_factory=dict)
    formula_xml: bytes = b""

    @property
    def is_blank(self) -> bool:
        """Whether the cell holds nothing but its format."""
        return self.is_known and self.value in (None, "") and self.formula is None


def read_cell(layout: Layout, place: CellPlace, shared: Callable[[int], str | None]) -> Found:
    """What the cell holds; `shared` gives the text of a shared string."""
    element = place.element
    attributes = element.opening.attributes()
    # Parsed under the root's own tag, which declares every prefix.
    opening = layout.xml[layout.root.start : layout.root.end]
    name = b"</" + layout.root.prefix + b"worksheet>"
    node = parse(opening + layout.xml[element.opening.start : element.end] + name)[0]
    formula = node.find("{*}f")
    text = node.findtext("{*}v")
    known = True
    value: Cell = None
    kind = attributes.get("t", "n")
    if kind == "inlineStr":
        inline = node.find("{*}is")
        value = None if inline is None else plain_text(inline)
    elif not text:
        known = kind != "e"
        value = "" if kind == "str" and text is not None else None
    elif kind == "str":
        value = decoded(text)
    elif kind == "s":
        value = shared(int(text)) if text.strip().isdigit() else None
        known = value is not None
    elif kind == "b":
        value = text.strip() in ("1", "true")
    elif kind == "n":
        value = _number(text)
        known = value is not None
    else:
        known = False
    if formula is None:
        return Found(place, attributes, value, known)
    return Found(
        place,
        attributes,
        value,
        known,
        formula.text or "",
        formula.get("t", "normal"),
        {str(key): str(found) for key, found in formula.items()},
        _formula_xml(layout, place),
    )


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _formula_xml(layout: Layout, place: CellPlace) -> bytes:
    element = place.element
    inside = children(layout.part, layout.xml, element.opening.end, element.content_end)
    return b"".join(
        layout.xml[part.opening.start : part.end] for part in inside if layout.is_main(part.opening, b"f")
    )


@dataclass(frozen=True)
class Writing:
    """How cells of one workbook are written: from which day its numbers count."""

    is_1904: bool

    def is_same(self, edit: CellEdit, found: Found) -> bool:
        """Whether the cell already holds what the edit says."""
        if not found.is_known:
            return False
        if edit.keeps_formula:
            return found.formula is not None and self._is_same_value(edit.value, found)
        if edit.formula is not None:
            is_plain = found.formula_kind in ("normal", "shared") and bool(found.formula)
            return is_plain and found.formula == edit.formula and self._is_same_value(edit.value, found)
        return found.formula is None and self._is_same_value(edit.value, found)

    def _is_same_value(self, value: Cell, found: Found) -> bool:
        if value is None or value == "":
            return found.value is None or found.value == ""
        if isinstance(value, datetime):
            if isinstance(found.value, bool) or not isinstance(found.value, int | float):
                return False
            return abs(self.serial(value) - found.value) < SAME_MOMENT
        if isinstance(value, bool) or isinstance(found.value, bool):
            return value is found.value
        if isinstance(value, str) or isinstance(found.value, str):
            return value == found.value
        return found.value is not None and value == found.value

    def serial(self, moment: datetime) -> float:
        """The moment as this workbook's day number. Raises Unwritable."""
        if moment.tzinfo is not None:
            raise Unwritable(Cause("a time with a zone cannot stand in a cell", "单元格不能存放带时区的时间"))
        days = serial(moment)
        if days < (DAYS_TO_1904 if self.is_1904 else FIRST_SAFE_DAY):
            raise Unwritable(
                Cause(
                    f"{moment:%Y-%m-%d} is before the workbook's first day",
                    f"{moment:%Y-%m-%d} 早于工作簿能表示的第一天",
                )
            )
        return days - DAYS_TO_1904 if self.is_1904 else days

    def cell(self, opening: bytes, edit: CellEdit, formula_xml: bytes = b"") -> bytes:
        """The cell with this opening tag and what the edit says. Raises Unwritable.

        `formula_xml` is the element of a formula that stays.
        """
        # The prefix of the cell's own name, so that its parts are named alike.
        p = opening[1:].split(b">")[0].split()[0].rstrip(b"/").removesuffix(b"c")
        if edit.formula is not None:
            if len(edit.formula) > MAX_FORMULA:
                raise Unwritable(
                    Cause(
                        f"a formula has more than {MAX_FORMULA} characters", f"公式超过 {MAX_FORMULA} 个字符"
                    )
                )
            formula_xml = b"<%bf>%b</%bf>" % (p, _escaped(edit.formula), p)
        kind, value = self._value(edit.value, p, is_computed=bool(formula_xml))
        opening = _open(with_attributes(opening, t=kind, vm=None))
        if formula_xml or value:
            return b"%b%b%b</%bc>" % (opening, formula_xml, value, p)
        return opening[:-1] + b"/>"

    def _value(self, value: Cell, p: bytes, *, is_computed: bool) -> tuple[str | None, bytes]:
        """The cell's type and the element that holds its value."""
        if value is None or value == "":
            return ("str", b"<%bv></%bv>" % (p, p)) if is_computed else (None, b"")
        if isinstance(value, bool):
            return "b", b"<%bv>%d</%bv>" % (p, value, p)
        if isinstance(value, str):
            if text_length(value) > MAX_TEXT:
                raise Unwritable(
                    Cause(f"a text has more than {MAX_TEXT} characters", f"文本超过 {MAX_TEXT} 个字符")
                )
            text = _escaped(value)
            if is_computed:
                return "str", b"<%bv>%b</%bv>" % (p, text, p)
            return "inlineStr", b'<%bis><%bt xml:space="preserve">%b</%bt></%bis>' % (p, p, text, p, p)
        if isinstance(value, datetime):
            value = self.serial(value)
        try:
            if not math.isfinite(value):
                raise Unwritable(
                    Cause(f"{value} is no number that a cell can hold", f"{value} 不是单元格能存放的数字")
                )
        except OverflowError as error:
            raise Unwritable(Cause("a number is too large", "数字太大")) from error
        return None, b"<%bv>%b</%bv>" % (p, number(value).encode(), p)


def _escaped(text: str) -> bytes:
    return escape_text(text).encode()


def _open(opening: bytes) -> bytes:
    """An opening tag that is closed elsewhere."""
    return opening[:-2].rstrip() + b">" if opening.endswith(b"/>") else opening
