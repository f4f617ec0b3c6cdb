"""The texts of the sound workbook's pivot parts, and the tickets that they are made of.

Written by hand in the shapes that Excel itself saves, independently of the library's own writer.
"""

from __future__ import annotations

from datetime import date, timedelta

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"

COLUMNS = ("Ticket", "Title", "Status", "Priority", "Created", "Month", "Hours", "Note")
STATUS, PRIORITY, CREATED, MONTH, HOURS = 2, 3, 4, 5, 6
ENUMERATED = (STATUS, PRIORITY, CREATED, MONTH)
FIRST_DAY = date(2026, 1, 1)
ROWS = 60
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SLICER_KEY = 1754082528

Value = str | int | float | date | None
# The shared values of each enumerated column.
Shared = dict[int, list[Value]]


def tickets() -> list[tuple[Value, ...]]:
    """Sixty rows under COLUMNS; Hours and Note have gaps."""
    rows: list[tuple[Value, ...]] = []
    for place in range(ROWS):
        day = FIRST_DAY + timedelta(days=place)
        rows.append(
            (
                1000 + place,
                f"Printer {place} is on fire & smokes",
                ("Open", "Closed", "Waiting", "New")[place % 4],
                ("High", "Low", "Medium")[place // 2 % 3],
                day,
                f"{day:%Y-%m}",
                None if place % 7 == 0 else place * 1.5 + 0.25,
                None if place % 5 == 0 else f"Note {place}",
            )
        )
    return rows


def cache_text(rows: list[tuple[Value, ...]], shared: Shared) -> str:
    hours = [value for row in rows if isinstance(value := row[HOURS], float)]
    last = FIRST_DAY + timedelta(days=ROWS)
    days = f'minDate="{FIRST_DAY}T00:00:00" maxDate="{last}T00:00:00"'
    flags = {
        0: 'containsSemiMixedTypes="0" containsString="0" containsNumber="1" containsInteger="1" '
        f'minValue="1000" maxValue="{999 + ROWS}"',
        CREATED: f'containsSemiMixedTypes="0" containsNonDate="0" containsDate="1" containsString="0" {days}',
        HOURS: 'containsString="0" containsBlank="1" containsNumber="1" '
        f'minValue="{min(hours)}" maxValue="{max(hours)}"',
        7: 'containsBlank="1"',
    }
    groups = [f"&lt;{FIRST_DAY:%d/%m/%Y}", *MONTHS, f"&gt;{last:%d/%m/%Y}"]
    fields = []
    for column, name in enumerate(COLUMNS):
        items = "".join(_item(value) for value in shared.get(column, []))
        count = f'count="{len(shared[column])}"' if column in shared else ""
        group = ""
        if column == CREATED:
            texts = "".join(f'<s v="{text}"/>' for text in groups)
            start_end = days.replace("minDate", "startDate").replace("maxDate", "endDate")
            group = (
                f'<fieldGroup base="{column}"><rangePr groupBy="months" {start_end}/>'
                f'<groupItems count="{len(groups)}">{texts}</groupItems></fieldGroup>'
            )
        fields.append(
            f'<cacheField name="{name}" numFmtId="0"><sharedItems {flags.get(column, "")} {count}>'
            f"{items}</sharedItems>{group}</cacheField>"
        )
    return (
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}" r:id="rId1" refreshedBy="sheetdesk" '
        'refreshedDate="46112" createdVersion="6" refreshedVersion="6" minRefreshableVersion="3" '
        f'recordCount="{ROWS}"><cacheSource type="worksheet"><worksheetSource name="Tickets"/>'
        "</cacheSource>"
        f'<cacheFields count="{len(fields)}">{"".join(fields)}</cacheFields>'
        f'<extLst><ext uri="{{725AE2AE-9491-48be-B2B4-4EB974FC3084}}" xmlns:x14="{X14}">'
        f'<x14:pivotCacheDefinition pivotCacheId="{SLICER_KEY}"/></ext></extLst></pivotCacheDefinition>'
    )


def _item(value: Value) -> str:
    if value is None:
        return "<m/>"
    if isinstance(value, date):
        return f'<d v="{value}T00:00:00"/>'
    if isinstance(value, str):
        return f'<s v="{value.replace("&", "&amp;")}"/>'
    return f'<n v="{value}"/>'


def records_text(rows: list[tuple[Value, ...]], shared: Shared) -> str:
    written = "".join(
        "<r>"
        + "".join(
            f'<x v="{shared[column].index(value)}"/>' if column in shared else _item(value)
            for column, value in enumerate(row)
        )
        + "</r>"
        for row in rows
    )
    return f'<pivotCacheRecords xmlns="{MAIN}" count="{len(rows)}">{written}</pivotCacheRecords>'


def _pivot(
    name: str,
    location: str,
    shared: Shared,
    axes: dict[int, str],
    values: list[int],
    rest: str,
) -> str:
    fields = []
    for column in range(len(COLUMNS)):
        axis = f' axis="{axes[column]}"' if column in axes else ""
        data = ' dataField="1"' if column in values else ""
        items = ""
        if column in shared:
            total = len(MONTHS) + 2 if column == CREATED else len(shared[column])
            order = list(range(total))
            if column != CREATED:
                order.sort(key=[str(value) for value in shared[column]].__getitem__)
            listed = "".join(f'<item x="{index}"/>' for index in order)
            items = f'<items count="{total + 1}">{listed}<item t="default"/></items>'
        fields.append(f'<pivotField{axis}{data} showAll="0">{items}</pivotField>')
    return (
        f'<pivotTableDefinition xmlns="{MAIN}" name="{name}" cacheId="7" dataCaption="Values" '
        'updatedVersion="6" minRefreshableVersion="3" useAutoFormatting="1" itemPrintTitles="1" '
        'createdVersion="6" indent="0" outline="1" outlineData="1" multipleFieldFilters="0">'
        f'<location {location}/><pivotFields count="{len(fields)}">{"".join(fields)}</pivotFields>{rest}'
        '<pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" showColHeaders="1" '
        'showRowStripes="0" showColStripes="0" showLastColumn="1"/></pivotTableDefinition>'
    )


def _lines(indexes: range) -> str:
    lines = "".join(f'<i><x v="{index}"/></i>' for index in indexes)
    return f'<rowItems count="{len(indexes) + 1}">{lines}<i t="grand"><x/></i></rowItems>'


def by_status(shared: Shared) -> str:
    rest = (
        f'<rowFields count="1"><field x="{STATUS}"/></rowFields>{_lines(range(4))}'
        '<colItems count="1"><i/></colItems>'
        f'<pageFields count="1"><pageField fld="{PRIORITY}" hier="-1"/></pageFields>'
        '<dataFields count="1"><dataField name="Tickets by status" fld="0" subtotal="count" '
        'baseField="0" baseItem="0"/></dataFields>'
    )
    location = (
        'ref="A3:B8" firstHeaderRow="1" firstDataRow="1" firstDataCol="1" rowPageCount="1" colPageCount="1"'
    )
    axes = {STATUS: "axisRow", PRIORITY: "axisPage"}
    return _pivot("By status", location, shared, axes, [0], rest)


def by_month(shared: Shared) -> str:
    columns = "".join(f'<i><x v="{index}"/><x/></i><i r="1" i="1"><x v="1"/></i>' for index in range(3))
    rest = (
        f'<rowFields count="1"><field x="{MONTH}"/></rowFields>{_lines(range(3))}'
        f'<colFields count="2"><field x="{PRIORITY}"/><field x="-2"/></colFields>'
        f'<colItems count="8">{columns}<i t="grand"><x/></i><i t="grand" i="1"><x/></i></colItems>'
        '<dataFields count="2"><dataField name="Tickets by month" fld="0" subtotal="count" '
        f'baseField="0" baseItem="0"/><dataField name="Mean hours" fld="{HOURS}" subtotal="average" '
        'baseField="0" baseItem="0" numFmtId="2"/></dataFields>'
    )
    location = 'ref="E3:M9" firstHeaderRow="1" firstDataRow="3" firstDataCol="1"'
    return _pivot("By month", location, shared, {MONTH: "axisRow", PRIORITY: "axisCol"}, [0, HOURS], rest)


def by_date(shared: Shared) -> str:
    rest = (
        f'<rowFields count="1"><field x="{CREATED}"/></rowFields>{_lines(range(1, 4))}'
        '<colItems count="1"><i/></colItems>'
        f'<dataFields count="1"><dataField name="Hours in all" fld="{HOURS}" baseField="0" '
        'baseItem="0"/></dataFields>'
    )
    location = 'ref="A3:B7" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"'
    return _pivot("By date", location, shared, {CREATED: "axisRow"}, [HOURS], rest)
