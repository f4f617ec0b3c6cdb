"""A table's own part: where the table stands, and the part with other edges or titles.

Source: ECMA-376 part 1, 18.5.1.2 (table), 18.5.1.3 (tableColumn), 18.3.1.2 (autoFilter).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import unescape

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.check.book import MAX_ROW, Block, block
from sheetdesk.sheets.xlsx.check.text import decoded as unescaped
from sheetdesk.sheets.xlsx.markup import xstring
from sheetdesk.sheets.xlsx.patch.blocks import area_name
from sheetdesk.sheets.xlsx.patch.markup import Splices, decoded, tags, with_attributes

__all__ = ["NativeTable", "patched_table", "refuse_mentioned", "tables_of"]

MAX_TITLE = 255
# The elements that hold formulas, in sheets, tables, names, charts and extensions.
FORMULA = re.compile(
    rb"<(?:[\w.-]+:)?(?:f|formula|formula1|formula2|definedName|calculatedColumnFormula|totalsRowFormula)"
    rb"(?:\s[^<>]*)?>([^<]*)<"
)
REFERENCE = re.compile(r"([\w.\\]*)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")


@dataclass(frozen=True)
class NativeTable:
    """A table as its part says. `area` counts from 1 and includes header and totals rows."""

    part: str
    name: str
    area: Block
    header_rows: int
    totals_rows: int
    titles: tuple[str, ...]

    @property
    def last_row(self) -> int:
        """The last row of data."""
        return self.area.bottom - self.totals_rows


def tables_of(archive: Archive, sheet: str) -> list[NativeTable]:
    """The tables of a worksheet part. Raises PatchRefused where one cannot be read."""
    found = []
    for kind, part in archive.targets(sheet).values():
        if not kind.endswith("/table"):
            continue
        xml = decoded(part, archive.bytes(part)).xml
        titles = []
        area = None
        attributes: dict[str, str] = {}
        for tag in tags(part, xml):
            if tag.name == b"table" and not tag.is_close:
                attributes = tag.attributes()
                area = block(attributes.get("ref"))
            elif tag.name == b"tableColumn" and not tag.is_close:
                titles.append(unescaped(tag.attributes().get("name", "")))
        counts = [attributes.get(name, default) for name, default in COUNTS]
        if area is None or any(count not in ("0", "1") for count in counts) or len(titles) != area.columns:
            raise PatchRefused(
                part=part, reason=Cause("the table's edges cannot be read", "表格的范围无法读取")
            )
        name = attributes.get("displayName", "")
        found.append(NativeTable(part, name, area, int(counts[0]), int(counts[1]), tuple(titles)))
    return found


COUNTS = (("headerRowCount", "1"), ("totalsRowCount", "0"))


def patched_table(archive: Archive, table: NativeTable, last_row: int, titles: Mapping[int, str]) -> Splices:
    """The table's part with `last_row` (from 1) and other titles by place. Raises PatchRefused."""
    _check(table, last_row, titles)
    text = decoded(table.part, archive.bytes(table.part))
    splices = Splices(table.part, text.xml)
    column = -1
    for tag in tags(table.part, text.xml):
        if tag.is_close:
            continue
        opening = text.xml[tag.start : tag.end]
        if tag.name == b"tableColumn":
            column += 1
            if titles.get(column, table.titles[column]) != table.titles[column]:
                new = with_attributes(opening, name=xstring(titles[column]))
                splices.put(tag.start, tag.end, new)
        elif tag.name in EDGES and last_row != table.last_row:
            area = block(tag.attributes().get("ref"))
            if area is not None and area.bottom in (table.last_row, table.area.bottom):
                bottom = last_row + table.totals_rows if tag.name == b"table" else last_row
                new = with_attributes(opening, ref=area_name(replace(area, bottom=bottom)))
                splices.put(tag.start, tag.end, new)
    return splices


EDGES = frozenset({b"table", b"autoFilter", b"sortState", b"sortCondition"})


def _check(table: NativeTable, last_row: int, titles: Mapping[int, str]) -> None:
    if last_row < table.area.top + table.header_rows:
        raise PatchRefused(
            part=table.part,
            reason=Cause(
                f"the table {table.name} keeps at least one row", f"表格 {table.name} 至少须保留一行"
            ),
        )
    if last_row + table.totals_rows > MAX_ROW:
        raise PatchRefused(
            part=table.part,
            reason=Cause(
                f"the table {table.name} would leave the sheet", f"表格 {table.name} 会超出工作表范围"
            ),
        )
    if last_row < table.last_row and table.totals_rows:
        reason = Cause(
            f"the table {table.name} has a totals row and is not made shorter",
            f"表格 {table.name} 有汇总行，不能缩短",
        )
        raise PatchRefused(part=table.part, reason=reason)
    if any(not 0 <= place < len(table.titles) for place in titles):
        raise PatchRefused(
            part=table.part,
            reason=Cause(f"the table {table.name} has no such column", f"表格 {table.name} 中没有该列"),
        )
    new = [titles.get(place, title) for place, title in enumerate(table.titles)]
    is_repeated = len({title.casefold() for title in new}) < len(new)
    if titles and (is_repeated or any(not 0 < len(title) <= MAX_TITLE for title in new)):
        reason = Cause(
            f"the titles of the table {table.name} would not be told apart",
            f"表格 {table.name} 的列标题会无法区分",
        )
        raise PatchRefused(part=table.part, reason=reason)


def refuse_mentioned(archive: Archive, table: NativeTable, titles: Mapping[int, str]) -> None:
    """Refuse new titles for columns that formulas anywhere speak of by name. Reads every part once."""
    old = [table.titles[place] for place, title in titles.items() if title != table.titles[place]]
    if not old:
        return
    for name in archive.names():
        if name.startswith("xl/") and name.endswith(".xml") and "sharedStrings" not in name:
            xml = decoded(name, archive.bytes(name)).xml
            if b"[" not in xml:
                continue
            for formula in FORMULA.findall(xml):
                if b"[" in formula:
                    _refuse(name, table, old, unescape(formula.decode(), {"&quot;": '"', "&apos;": "'"}))


def _refuse(part: str, table: NativeTable, titles: Sequence[str], formula: str) -> None:
    for name, inside in REFERENCE.findall(formula):
        if name and name.casefold() != table.name.casefold():
            continue
        for title in titles:
            spelled = _spelled(title).casefold()
            words = (inside.casefold().removeprefix("@"), inside.casefold())
            if spelled in words or f"[{spelled}]" in words[1]:
                reason = Cause(
                    f"a formula speaks of the column {title!r} by name", f"有公式按名称引用了列“{title}”"
                )
                raise PatchRefused(part=part, reason=reason)


def _spelled(title: str) -> str:
    """A title as it stands inside brackets: signs that mean something carry an apostrophe."""
    return re.sub(r"(['\[\]#@])", r"'\1", title)
