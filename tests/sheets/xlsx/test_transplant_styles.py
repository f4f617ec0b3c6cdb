"""Looks and cells on the move: each look once, spelled for the workbook it goes into."""

from __future__ import annotations

import pytest
from lxml import etree

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.markup import MAIN, A
from sheetdesk.sheets.xlsx.transplant.sheet import Cut, SheetPart
from sheetdesk.sheets.xlsx.transplant.styles import Styles

PLAIN = "<font><sz val='11'/><name val='Calibri'/></font>"
NO_FILL = "<fill><patternFill patternType='none'/></fill>"
NO_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"
XF = "<xf numFmtId='0' fontId='0' fillId='0' borderId='0' xfId='0'/>"


def styles(
    fonts: str = PLAIN, formats: str = XF, numbers: str = "", highlights: str = "", named: str = XF
) -> bytes:
    """A styles part of these pieces."""
    numbers = f"<numFmts>{numbers}</numFmts>" if numbers else ""
    highlights = f"<dxfs>{highlights}</dxfs>" if highlights else ""
    return (
        f"<styleSheet xmlns='{MAIN}'>{numbers}<fonts>{fonts}</fonts><fills>{NO_FILL}</fills>"
        f"<borders>{NO_BORDER}</borders><cellStyleXfs>{named}</cellStyleXfs><cellXfs>{formats}</cellXfs>"
        f"<cellStyles><cellStyle name='Normal' xfId='0' builtinId='0'/></cellStyles>{highlights}</styleSheet>"
    ).encode()


def theme(dark: str) -> bytes:
    colours = "".join(f"<{name}><srgbClr val='{dark}'/></{name}>" for name in ("dk1", "lt1", "accent1"))
    return f"<theme xmlns='{A}'><clrScheme>{colours}</clrScheme></theme>".encode()


def texts(made: Styles, path: str) -> list[str]:
    """The elements at a path, spelled out."""
    found = made.root.findall("/".join(f"{{{MAIN}}}{name}" for name in path.split("/")))
    return [etree.tostring(node, encoding="unicode").replace(f' xmlns="{MAIN}"', "") for node in found]


def test_a_look_that_is_there_in_another_spelling_is_used() -> None:
    swapped = "<font><name val='Calibri'/><sz val='11'/></font>"
    bold = "<font><b/><sz val='11'/><name val='Calibri'/></font>"
    look = "<xf numFmtId='0' fontId='1' fillId='0' borderId='0' xfId='0' applyFont='1'/>"
    other = "<xf xfId='0' borderId='0' fillId='0' fontId='1' numFmtId='0' applyFont='1' applyFill='0'/>"
    live = styles(swapped + bold.replace("<b/>", "<b val='1'/>"), XF + other)
    fresh = styles(PLAIN + bold, XF + look)
    made = Styles(live, fresh)
    assert made.cell(0) == 0
    assert made.cell(1) == 1
    assert len(texts(made, "fonts/font")) == 2
    assert len(texts(made, "cellXfs/xf")) == 2


def test_a_number_format_takes_the_id_that_its_code_has_or_a_new_one() -> None:
    own = "<numFmt numFmtId='170' formatCode='0.0'/>"
    fresh = styles(
        numbers="<numFmt numFmtId='164' formatCode='0.0'/><numFmt numFmtId='165' formatCode='@@'/>"
    )
    made = Styles(styles(numbers=own), fresh)
    assert [made.number_format(number) for number in (9, 164, 165, 165)] == [9, 170, 171, 171]
    with pytest.raises(PackageBroken, match="it has no number format 180"):
        made.number_format(180)
    bare = Styles(styles(), fresh)
    assert bare.number_format(164) == 164
    # The first of the sections, as the schema wants it.
    assert bare.root[0].tag == f"{{{MAIN}}}numFmts"


def test_a_highlight_brings_its_number_format_along() -> None:
    dxf = "<dxf><numFmt numFmtId='164' formatCode='0.0'/><fill/></dxf>"
    live = styles(numbers="<numFmt numFmtId='164' formatCode='yyyy'/>")
    made = Styles(live, styles(highlights=f"<dxf><numFmt numFmtId='1' formatCode='0'/></dxf>{dxf}"))
    assert [made.highlight(1), made.highlight(0), made.highlight(1)] == [0, 1, 0]
    assert 'numFmtId="165"' in texts(made, "dxfs/dxf")[0]
    order = [etree.QName(node).localname for node in made.root]
    assert order.index("dxfs") > order.index("cellStyles")


def test_a_format_says_that_it_has_a_font_where_normal_has_another() -> None:
    live = styles(f"<font><sz val='9'/></font>{PLAIN}")
    made = Styles(live, styles())
    assert made.cell(0) == 1
    assert 'applyFont="1"' in texts(made, "cellXfs/xf")[1]


@pytest.mark.parametrize(("other", "said"), [("101010", 'theme="1"'), ("202020", 'rgb="FF101010"')])
def test_a_colour_by_theme_is_spelled_out_where_the_themes_differ(other: str, said: str) -> None:
    font = "<font><sz val='8'/><color theme='1' tint='0.5'/></font>"
    made = Styles(styles(), styles(font), theme(other), theme("101010"))
    made.cell(0)
    assert said in texts(made, "fonts/font")[1]
    assert 'tint="0.5"' in texts(made, "fonts/font")[1]


@pytest.mark.parametrize("call", ["cell", "highlight"])
def test_a_look_that_is_not_there_is_told(call: str) -> None:
    with pytest.raises(PackageBroken, match="it has no 7 in"):
        getattr(Styles(styles(), styles(highlights="<dxf/>")), call)(7)


def test_styles_of_another_kind_of_xml_are_told() -> None:
    with pytest.raises(PackageBroken, match="it is a <styleSheet>"):
        Styles(styles().replace(b"schemas.openxmlformats.org", b"purl.oclc.org"), styles())


# Cells


def moved(
    rows: str, live: str = "", fonts: str = PLAIN, head: str = "", shared: tuple[bytes, ...] = ()
) -> str:
    """A sheet of these rows after its move into a workbook whose Normal has these fonts."""
    part = SheetPart(Styles(styles(fonts), styles(formats=f"{XF}{XF}")), list(shared), str.upper)
    view = Cut.of("live", sheet("", live)) if live else None
    return part.moved("fresh", sheet(rows, head), view).decode()


def sheet(rows: str, head: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData></worksheet>'.encode()


def test_a_text_goes_into_its_cell() -> None:
    row = '<row r="1" s="0"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>1</v></c><c r="C1"/></row>'
    assert moved(row, shared=(b"<t>no</t>", b"<t>a &amp; b</t>")).partition("<sheetData>")[2] == (
        '<row r="1" s="0"><c r="A1" t="inlineStr"><is><t>a &amp; b</t></is></c><c r="B1"><v>1</v></c>'
        '<c r="C1"/></row></sheetData></worksheet>'
    )
    with pytest.raises(PackageBroken, match="there is no shared string 3"):
        moved('<row r="1"><c r="A1" t="s"><v>3</v></c></row>')


def test_a_cell_in_no_look_of_its_own_gets_the_one_that_it_had() -> None:
    made = moved('<row r="1"><c r="A1"/></row>', fonts=f"<font><sz val='9'/></font>{PLAIN}")
    assert '<row r="1"><c r="A1" s="1"/></row>' in made


def test_formulas_in_cells_and_around_them_follow_their_tabs() -> None:
    row = '<row r="1"><c r="A1"><f>here!A1&amp;"here!A1"</f><v>1</v></c></row>'
    made = moved(row, head='<x><formula>here!$A1</formula></x><hyperlink location="here!A1"/>')
    assert "<f>'HERE'!A1&amp;\"here!A1\"</f><v>1</v>" in made
    assert "<formula>'HERE'!$A1</formula>" in made
    assert "location=\"'HERE'!A1\"" in made


def test_macros_know_the_tab_by_its_old_name() -> None:
    assert '<sheetPr codeName="Tafel1"/>' in moved("", '<sheetPr codeName="Tafel1"/>')
    made = moved("", '<sheetPr codeName="Tafel1"/>', head='<sheetPr><tabColor rgb="FF000000"/></sheetPr>')
    assert '<sheetPr codeName="Tafel1"><tabColor rgb="FF000000"/></sheetPr>' in made


def test_an_empty_sheet_stays_empty() -> None:
    assert (
        Cut.of("x", f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode())
        .joined()
        .endswith(b"<sheetData/></worksheet>")
    )


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"<worksheet/>", "it is no worksheet"),
        (b"<worksheet><sheetData><row/></worksheet>", "its rows do not end"),
        (sheet('<row r="1"><c r="A1" cm="1"/></row>'), "its cells speak of metadata"),
    ],
)
def test_a_sheet_that_cannot_be_moved_is_told(xml: bytes, reason: str) -> None:
    part = SheetPart(Styles(styles(), styles()), [], str)
    with pytest.raises(PackageBroken, match=reason):
        part.moved("fresh", xml, None)
