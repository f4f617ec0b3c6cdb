"""A tiny workbook written by hand, in whatever spelling a test wants."""

from __future__ import annotations

import io
import zipfile

from sheetdesk.sheets.xlsx.archive import Archive

__all__ = ["SHEET", "book", "table_xml"]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = "xl/worksheets/sheet1.xml"


def book(
    sheet: str | bytes,
    *,
    table: str = "",
    workbook: str = "",
    chain: bool = False,
    strings: tuple[str, ...] = (),
    extra: dict[str, str] | None = None,
) -> Archive:
    """A workbook of one tab `T`. `sheet` is what stands inside the worksheet, or the whole part as bytes."""
    whole = sheet if isinstance(sheet, bytes) else f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>'.encode()
    related = [("worksheet", "worksheets/sheet1.xml")]
    types = [("xl/workbook.xml", "sheet.main"), (SHEET, "worksheet")]
    parts: dict[str, str | bytes] = {SHEET: whole}
    if strings:
        texts = "".join(f"<si><t>{text}</t></si>" for text in strings)
        count = f'count="{len(strings)}" uniqueCount="{len(strings)}"'
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}" {count}>{texts}</sst>'
        related.append(("sharedStrings", "sharedStrings.xml"))
        types.append(("xl/sharedStrings.xml", "sharedStrings"))
    if chain:
        parts["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'
        related.append(("calcChain", "calcChain.xml"))
        types.append(("xl/calcChain.xml", "calcChain"))
    if table:
        parts["xl/tables/table1.xml"] = table
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations([("table", "../tables/table1.xml")])
        types.append(("xl/tables/table1.xml", "table"))
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook if "workbookPr" in workbook else ""}'
        f'<sheets><sheet name="T" sheetId="1" r:id="rId1"/></sheets>'
        f"{workbook if 'workbookPr' not in workbook else ''}</workbook>"
    )
    parts["xl/_rels/workbook.xml.rels"] = relations(related)
    parts["_rels/.rels"] = relations([("officeDocument", "xl/workbook.xml")])
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{KIND}.{k}+xml"/>' for part, k in types)
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**parts, **(extra or {})}.items():
            archive.writestr(name, text)
    return Archive.read(file.getvalue())


def relations(found: list[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(found, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def table_xml(ref: str, titles: tuple[str, ...], *, totals: int = 0, data_ref: str = "") -> str:
    """A table's part named Tickets; `data_ref` is the filter's, where a totals row is not in it."""
    columns = "".join(f'<tableColumn id="{n}" name="{title}"/>' for n, title in enumerate(titles, 1))
    counted = f' totalsRowCount="{totals}"' if totals else ""
    return (
        f'<table xmlns="{MAIN}" id="1" name="Tickets" displayName="Tickets" ref="{ref}"{counted}>'
        f'<autoFilter ref="{data_ref or ref}"/>'
        f'<tableColumns count="{len(titles)}">{columns}</tableColumns></table>'
    )
