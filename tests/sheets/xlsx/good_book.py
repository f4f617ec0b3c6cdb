"""A sound workbook to break: 60 tickets, three pivot tables, two slicers, a pivot chart.

XlsxWriter writes the sheets; the pivot parts of `good_pivots` are added to them.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache

import xlsxwriter
from lxml import etree

from sheetdesk.sheets.xlsx.package import HEAD, Package, parse
from tests.sheets.xlsx.good_pivots import (
    COLUMNS,
    ENUMERATED,
    HOURS,
    MAIN,
    OFFICE,
    PRIORITY,
    ROWS,
    SLICER_KEY,
    STATUS,
    X14,
    Shared,
    by_date,
    by_month,
    by_status,
    cache_text,
    records_text,
    tickets,
)

MICROSOFT = "http://schemas.microsoft.com/office/2007/relationships"
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."

WORKBOOK = "xl/workbook.xml"
TICKETS, PIVOTS, DATES, DASHBOARD = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3, 4))
TABLE = "xl/tables/table1.xml"
CACHE = "xl/pivotCache/pivotCacheDefinition1.xml"
RECORDS = "xl/pivotCache/pivotCacheRecords1.xml"
BY_STATUS, BY_MONTH, BY_DATE = (f"xl/pivotTables/pivotTable{number}.xml" for number in (1, 2, 3))
PIVOT_SLICER, TABLE_SLICER = (f"xl/slicerCaches/slicerCache{number}.xml" for number in (1, 2))
CHART = "xl/charts/chart1.xml"


@contextmanager
def edited(package: Package, part: str) -> Iterator[etree._Element]:
    """The part's root, to be changed; written back afterwards."""
    root = parse(package.bytes(part))
    yield root
    package.parts[part] = HEAD + etree.tostring(root)


def good_book() -> Package:
    """A fresh copy of the sound workbook."""
    return Package(dict(_book().parts))


@cache
def _book() -> Package:
    package = Package.read(_sheets())
    rows = tickets()
    shared = {column: list(dict.fromkeys(row[column] for row in rows)) for column in ENUMERATED}
    _add(package, CACHE, "pivotCacheDefinition", cache_text(rows, shared))
    _add(package, RECORDS, "pivotCacheRecords", records_text(rows, shared))
    package.relate(CACHE, f"{OFFICE}/pivotCacheRecords", RECORDS)
    key = package.relate(WORKBOOK, f"{OFFICE}/pivotCacheDefinition", CACHE)
    for sheet, part, text in (
        (PIVOTS, BY_STATUS, by_status(shared)),
        (PIVOTS, BY_MONTH, by_month(shared)),
        (DATES, BY_DATE, by_date(shared)),
    ):
        _add(package, part, "pivotTable", text)
        package.relate(part, f"{OFFICE}/pivotCacheDefinition", CACHE)
        package.relate(sheet, f"{OFFICE}/pivotTable", part)
    _add_slicers(package, key, shared)
    with edited(package, CHART) as chart:
        source = "<c:pivotSource xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart'>"
        source += "<c:name>[]Pivots!By status</c:name><c:fmtId val='0'/></c:pivotSource>"
        place = chart.find("{*}chart")
        assert place is not None
        place.addprevious(parse(source.encode()))
    return package


def _add(package: Package, part: str, kind: str, text: str) -> None:
    package.parts[part] = HEAD + text.encode()
    prefix = "application/vnd.ms-excel." if kind.startswith("slicer") else TYPES
    package.declare(part, f"{prefix}{kind}+xml")


def _sheets() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 3, 31)})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    late = book.add_format({"bg_color": "#FFC7CE"})
    bold = book.add_format({"bold": True})
    main, pivots, dates, board = (
        book.add_worksheet(name) for name in ("Tickets", "Pivots", "By date", "Dash & board")
    )
    columns = [{"header": name} for name in COLUMNS]
    main.add_table(0, 0, ROWS, len(COLUMNS) - 1, {"name": "Tickets", "columns": columns})
    for row, values in enumerate(tickets(), start=1):
        for column, value in enumerate(values):
            if isinstance(value, date):
                main.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
            elif value is not None:
                main.write(row, column, value)
    main.data_validation(
        1, STATUS, ROWS, STATUS, {"validate": "list", "source": ["Open", "Closed", "Waiting", "New"]}
    )
    main.data_validation(
        1,
        HOURS,
        ROWS,
        HOURS,
        {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            "input_title": "Hours",
            "input_message": "Worked so far",
            "error_title": "Hours",
            "error_message": "A number from 0 up",
        },
    )
    main.conditional_format(1, 0, ROWS, 7, {"type": "formula", "criteria": '=$C2="Open"', "format": late})
    main.conditional_format(1, 6, ROWS, 6, {"type": "cell", "criteria": ">", "value": 50, "format": late})
    main.insert_textbox("J2", "Filter by priority")
    board.merge_range("A1:D1", "Board", bold)
    board.merge_range("A2:D3", "Of all tickets", bold)
    board.write_rich_string("F1", "very ", bold, "bold", " text")
    board.write_formula("F2", "=COUNTA(Tickets!A2:A61)", None, 60)
    board.write_url("F3", "https://example.org/desk", string="The desk")
    board.write_url("F4", "internal:Tickets!A1", string="All tickets")
    board.write_comment("F5", "Look here", {"author": "Ann"})
    board.write("F6", True)
    board.insert_textbox("F8", "Filter by status")
    book.define_name("Board_title", "='Dash & board'!$A$1")
    book.define_name("Slicer_Status", "=#N/A")
    book.define_name("Slicer_Priority", "=#N/A")
    counts = Counter(str(row[STATUS]) for row in tickets())
    pivots.write_row("A1", ["Priority", "(All)"])
    pivots.write_row("A3", ["Status", "Tickets by status"])
    for row, status in enumerate(sorted(counts), start=3):
        pivots.write_row(row, 0, [status, counts[status]])
    pivots.write_row("A8", ["Grand total", ROWS])
    dates.write_row("A3", ["Created", "Hours in all"])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=Pivots!$A$4:$A$7", "values": "=Pivots!$B$4:$B$7"})
    board.insert_chart("A8", chart)
    book.close()
    return file.getvalue()


def _add_slicers(package: Package, cache_key: str, shared: Shared) -> None:
    items = "".join(f'<i x="{index}" s="1"/>' for index in range(len(shared[STATUS])))
    over_pivots = (
        f'<slicerCacheDefinition xmlns="{X14}" name="Slicer_Status" sourceName="Status"><pivotTables>'
        '<pivotTable tabId="2" name="By status"/><pivotTable tabId="2" name="By month"/></pivotTables>'
        f'<data><tabular pivotCacheId="{SLICER_KEY}"><items count="{len(shared[STATUS])}">{items}'
        "</items></tabular></data></slicerCacheDefinition>"
    )
    over_table = (
        f'<slicerCacheDefinition xmlns="{X14}" xmlns:x="{MAIN}" name="Slicer_Priority" '
        'sourceName="Priority"><extLst><x:ext uri="{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}" '
        f'xmlns:x15="{X15}"><x15:tableSlicerCache tableId="1" column="{PRIORITY + 1}"/></x:ext></extLst>'
        "</slicerCacheDefinition>"
    )
    keys = []
    for part, text in ((PIVOT_SLICER, over_pivots), (TABLE_SLICER, over_table)):
        _add(package, part, "slicerCache", text)
        keys.append(package.relate(WORKBOOK, f"{MICROSOFT}/slicerCache", part))
    with edited(package, WORKBOOK) as root:
        parts = (
            f'<pivotCaches xmlns="{MAIN}" xmlns:r="{OFFICE}"><pivotCache cacheId="7" '
            f'r:id="{cache_key}"/></pivotCaches>',
            f'<extLst xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:x14="{X14}" xmlns:x15="{X15}">'
            '<ext uri="{BBE1A952-AA13-448e-AADC-164F8A28A991}"><x14:slicerCaches>'
            f'<x14:slicerCache r:id="{keys[0]}"/></x14:slicerCaches></ext>'
            '<ext uri="{46BE6895-7355-4a93-B00E-2C351335B9C9}"><x15:slicerCaches>'
            f'<x14:slicerCache r:id="{keys[1]}"/></x15:slicerCaches></ext></extLst>',
        )
        root.extend([parse(text.encode()) for text in parts])
    for sheet, number, name, needs, uri in (
        (DASHBOARD, 1, "Status", "a14", "{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"),
        (TICKETS, 2, "Priority", "sle15", "{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}"),
    ):
        part = f"xl/slicers/slicer{number}.xml"
        slicer = f'<slicer name="{name}" cache="Slicer_{name}" caption="{name}" rowHeight="241300"/>'
        _add(package, part, "slicer", f'<slicers xmlns="{X14}">{slicer}</slicers>')
        key = package.relate(sheet, f"{MICROSOFT}/slicer", part)
        with edited(package, sheet) as root:
            text = (
                f'<extLst xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:x14="{X14}"><ext uri="{uri}">'
                f'<x14:slicerList><x14:slicer r:id="{key}"/></x14:slicerList></ext></extLst>'
            )
            root.append(parse(text.encode()))
        drawing = next(
            target for kind, target in package.targets(sheet).values() if kind.endswith("/drawing")
        )
        _draw_slicer(package, drawing, name, needs)


def _draw_slicer(package: Package, drawing: str, name: str, needs: str) -> None:
    """Put a slicer where the drawing has a text box, which stays as the fallback."""
    shapes = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    year = {"a14": "2010/main", "sle15": "2012/slicer"}[needs]
    text = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        f'xmlns:xdr="{shapes}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<mc:Choice xmlns:{needs}="http://schemas.microsoft.com/office/drawing/{year}" '
        f'Requires="{needs}"><xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        f'<xdr:cNvPr id="90" name="{name}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/drawing/2010/slicer">'
        '<sle:slicer xmlns:sle="http://schemas.microsoft.com/office/drawing/2010/slicer" '
        f'name="{name}"/></a:graphicData></a:graphic></xdr:graphicFrame></mc:Choice><mc:Fallback/>'
        "</mc:AlternateContent>"
    )
    with edited(package, drawing) as root:
        box = root.find(".//{*}sp")
        assert box is not None
        choice = parse(text.encode())
        box.addprevious(choice)
        choice[-1].append(box)
