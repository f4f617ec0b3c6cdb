"""Form controls and a data model, which no code here knows, stay as they were beside patched cells."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch
from tests.sheets.xlsx.patch_book import MAIN, OFFICE, PACKAGE, SHEET, book
from tests.sheets.xlsx.patch_oracle import grid_of, raw_parts, saved

TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
LINKS = "xl/_rels/workbook.xml.rels"
CHAIN = "xl/calcChain.xml"
MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"

ROWS = (
    '<sheetData><row r="1"><c r="A1" t="str"><v>Done</v></c><c r="B1" t="b"><v>1</v></c></row>'
    '<row r="2"><c r="A2"><v>5</v></c><c r="B2"><f>A2*2</f><v>10</v></c></row></sheetData>'
)
# As Excel writes it: the box in VML for old versions, its anchor and properties for those since 2010.
CONTROLS = (
    f'<drawing r:id="rId1"/><legacyDrawing r:id="rId2"/><mc:AlternateContent xmlns:mc="{MARKUP}">'
    '<mc:Choice Requires="x14"><controls><mc:AlternateContent><mc:Choice Requires="x14">'
    '<control shapeId="1025" r:id="rId3" name="Check Box 1"><controlPr defaultSize="0" autoFill="0" '
    'autoLine="0"><anchor moveWithCells="1"><from><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff>'
    "<xdr:row>0</xdr:row><xdr:rowOff>0</xdr:rowOff></from><to><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff>"
    "<xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></to></anchor></controlPr></control></mc:Choice>"
    "</mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>"
)
VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025" type="#_x0000_t201" '
    'style="position:absolute"><x:ClientData ObjectType="Checkbox">'
    "<x:Anchor>2, 0, 0, 0, 3, 0, 1, 0</x:Anchor><x:FmlaLink>$B$1</x:FmlaLink>"
    "<x:Checked>1</x:Checked></x:ClientData></v:shape></xml>"
)
MODEL = (
    f'<extLst><ext uri="{{FCE2AD5D-F65C-4FA6-A056-5C36A1767C68}}" xmlns:x15="{X15}"><x15:dataModel>'
    '<x15:modelTables><x15:modelTable id="Tickets_1" name="Tickets" connection="WorksheetConnection_T"/>'
    "</x15:modelTables></x15:dataModel></ext></extLst>"
)
PARTS = {
    "xl/drawings/drawing1.xml": f'<xdr:wsDr xmlns:xdr="{DRAWING}"/>'.encode(),
    "xl/drawings/vmlDrawing1.vml": VML.encode(),
    "xl/ctrlProps/ctrlProp1.xml": (
        f'<formControlPr xmlns="{X14}" objectType="CheckBox" checked="Checked" fmlaLink="$B$1" lockText="1"/>'
    ).encode(),
    "xl/connections.xml": (
        f'<connections xmlns="{MAIN}"><connection id="1" name="WorksheetConnection_T" type="102" '
        'refreshedVersion="5" minRefreshableVersion="5"/></connections>'
    ).encode(),
    # A backup of an analysis database, none of which is text.
    "xl/model/item.data": bytes(range(256)) * 40,
}
OVERRIDES = {
    "xl/drawings/drawing1.xml": "application/vnd.openxmlformats-officedocument.drawing+xml",
    "xl/ctrlProps/ctrlProp1.xml": "application/vnd.ms-excel.controlproperties+xml",
    "xl/connections.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml",
    "xl/model/item.data": "application/vnd.openxmlformats-officedocument.model+data",
}


def with_controls() -> Archive:
    """A workbook with a check box that B1 is linked to, a formula with its chain, and a data model."""
    sheet = f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:xdr="{DRAWING}">{ROWS}{CONTROLS}</worksheet>'
    bare = book(sheet.encode(), chain=True)
    told = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in OVERRIDES.items())
    vml = '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    links = relation("rId8", "connections", "connections.xml")
    links += relation("rId9", "powerPivotData", "model/item.data")
    whole = bare.with_parts(
        {
            **PARTS,
            "xl/worksheets/_rels/sheet1.xml.rels": relations(
                ("rId1", "drawing", "../drawings/drawing1.xml"),
                ("rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
                ("rId3", "ctrlProp", "../ctrlProps/ctrlProp1.xml"),
            ),
            TYPES: bare.bytes(TYPES).replace(b"</Types>", f"{vml}{told}</Types>".encode()),
            LINKS: bare.bytes(LINKS).replace(b"</Relationships>", links + b"</Relationships>"),
            WORKBOOK: bare.bytes(WORKBOOK).replace(b"</workbook>", f"{MODEL}</workbook>".encode()),
        }
    )
    file = io.BytesIO()
    # Not packed, so that a part which was packed anew shows.
    with zipfile.ZipFile(file, "w") as stored:
        for name in whole.names():
            stored.writestr(name, whole.bytes(name))
    return Archive.read(file.getvalue())


def relations(*found: tuple[str, str, str]) -> bytes:
    inside = b"".join(relation(*one) for one in found)
    return f'<Relationships xmlns="{PACKAGE}/relationships">'.encode() + inside + b"</Relationships>"


def relation(name: str, kind: str, target: str) -> bytes:
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'.encode()


@pytest.mark.parametrize(
    ("row", "column", "value", "moves_formulas"),
    [(1, 0, 7, False), (0, 1, False, False), (2, 1, "below", False), (1, 1, 12, True)],
    ids=["a number", "the linked cell", "a new row", "over a formula"],
)
def test_controls_and_a_data_model_stay_as_they_were(
    row: int, column: int, value: Cell, moves_formulas: bool
) -> None:
    archive = with_controls()
    edits = [TabEdits("T", (CellEdit(row, column, value),))]
    patched = patch(archive, edits)
    file = saved(patched)
    before, after = raw_parts(saved(archive)), raw_parts(file)
    # The order in which formulas are worked out goes with one of them, and what speaks of it.
    gone = {CHAIN} if moves_formulas else set()
    spoken = {TYPES, LINKS} if moves_formulas else set()
    assert set(before) - set(after) == gone
    assert {name for name in after if after[name] != before.get(name)} == {SHEET, WORKBOOK} | spoken
    made = Archive.read(file)
    entry = rb"<(?:Override|Relationship) [^>]*calcChain[^>]*/>"
    for name in spoken:
        assert made.bytes(name) == re.sub(entry, b"", archive.bytes(name))
    assert made.bytes(WORKBOOK) == archive.bytes(WORKBOOK).replace(
        b"<extLst>", b'<calcPr fullCalcOnLoad="1"/><extLst>'
    )
    sheets = [grid_of(one.bytes(SHEET), []) for one in (archive, made)]
    assert sheets[1].outside == sheets[0].outside
    assert CONTROLS.encode() in made.bytes(SHEET)
    assert sheets[1].values[row + 1, column + 1] == value
    assert patch(made, edits) is made
