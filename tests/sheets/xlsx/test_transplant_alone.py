"""Whether people left a drawn tab alone: whatever programs do to it by themselves does not count."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.transplant.whole import drawn_alone, transplant
from tests.books import LANGUAGES
from tests.sheets.xlsx import people
from tests.sheets.xlsx.defect import swap
from tests.sheets.xlsx.people import tab_part
from tests.sheets.xlsx.test_transplant import DRAWN, after, drop_tab, fresh, lived_in, states, titles, typed

RENAMED = {"dashboard": "Our board", "pivots": "Our counts"}
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def alone(live: Package, key: str, was: Package | None = None, title: str = "", language: str = "en") -> bool:
    """Whether the tab drawn under `key` was left alone since the first state."""
    drawn = states(language)[0].plan.tab(key).title
    return drawn_alone(live, was or fresh(language, 0), (drawn, title or drawn))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", DRAWN)
def test_an_untouched_tab_was_left_alone(key: str, language: str) -> None:
    assert alone(fresh(language, 0), key, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", DRAWN)
def test_work_elsewhere_and_another_programs_spelling_do_not_count(key: str, language: str) -> None:
    live = lived_in(language)
    assert alone(live, key, title=RENAMED.get(key, ""), language=language)


@pytest.mark.parametrize("key", DRAWN)
def test_a_tab_that_was_transplanted_was_left_alone_since(key: str) -> None:
    live = lived_in()
    made = after(live, transplant(live, fresh(), titles(**RENAMED)))
    assert alone(made, key, fresh(), RENAMED.get(key, ""))


@pytest.mark.parametrize("key", DRAWN)
def test_what_formulas_came_to_does_not_count(key: str) -> None:
    live = fresh(number=0)
    part = tab_part(live, states()[0].plan.tab(key).title)
    live.parts[part] = re.sub(rb"</f><v>[^<]*</v>", b"</f><v>777</v>", live.bytes(part))
    assert alone(live, key)


def test_a_refreshed_pivot_does_not_count() -> None:
    live = fresh(number=0)
    part = tab_part(live, states()[0].plan.tab("pivots").title)
    changed, count = re.subn(rb'(<c r="G25"[^>]*><v>)\d+', rb"\g<1>41", live.bytes(part))
    assert count == 1
    live.parts[part] = changed
    pivot = pivot_part(live)
    # One row more, which stands below what was drawn.
    swap(live, pivot, 'ref="B19:G25"', 'ref="B19:G26"')
    xml, count = re.subn(rb'(<row r="26"[^>]*>)', rb'\1<c r="B26" t="str"><v>new</v></c>', live.bytes(part))
    assert count == 1
    live.parts[part] = xml
    assert alone(live, "pivots")


TYPED_ROW = '<row r="900"><c r="B900" t="inlineStr"><is><t>typed</t></is></c></row>'


def pivot_part(package: Package) -> str:
    return next(
        p for p in package.parts if b'name="pivot_status_priority"' in package.bytes(p) and "pivotTables" in p
    )


def typed_below(live: Package, part: str) -> None:
    swap(live, part, "</sheetData>", f"{TYPED_ROW}</sheetData>")


def retyped(live: Package, part: str) -> None:
    """Another text in the first cell that has one."""
    found = re.search(rb'<c r="\w+" s="\d+" t="s"><v>\d+</v></c>', live.bytes(part))
    assert found is not None
    new = found[0].replace(b' t="s"><v>', b' t="str"><v>our own words ')
    live.parts[part] = live.bytes(part).replace(found[0], new, 1)


def emptied(live: Package, part: str) -> None:
    live.parts[part] = re.sub(rb'<c r="\w+" s="\d+" t="s"><v>\d+</v></c>', b"", live.bytes(part), count=1)


def noted(live: Package, part: str) -> None:
    live.parts["xl/comments77.xml"] = (
        b'<comments xmlns="x"><commentList><comment ref="B2"/></commentList></comments>'
    )
    live.relate(part, f"{OFFICE}/comments", "xl/comments77.xml")


def linked(live: Package, part: str) -> None:
    swap(
        live, part, "<pageMargins", '<hyperlinks><hyperlink ref="B2" location="A1"/></hyperlinks><pageMargins'
    )


@pytest.mark.parametrize("key", DRAWN)
@pytest.mark.parametrize(
    "edit", [typed_below, retyped, emptied, noted, linked], ids=lambda edit: edit.__name__
)
def test_what_people_type_or_pin_on_a_tab_counts(key: str, edit: Callable[[Package, str], None]) -> None:
    live = fresh(number=0)
    edit(live, tab_part(live, states()[0].plan.tab(key).title))
    assert not alone(live, key)


def test_another_formula_counts() -> None:
    live = fresh(number=0)
    part = tab_part(live, states()[0].plan.tab("dashboard").title)
    swap(live, part, "COUNTIFS(tickets[Open],1)", "COUNTIFS(tickets[Open],2)")
    assert not alone(live, "dashboard")


def test_a_formula_in_another_spelling_does_not_count() -> None:
    live = fresh(number=0)
    board = tab_part(live, states()[0].plan.tab("dashboard").title)
    swap(live, board, "<f>COUNTIFS(tickets[Open],1)", "<f>countifs( tickets[Open], 1 )")
    swap(live, board, "0.16666666666666666", "0.166666666666667")
    live.parts[board] = live.bytes(board).replace(b"'_sheetdesk'!", b"_sheetdesk!")
    assert alone(live, "dashboard")
    # A text in a formula is people's to the letter.
    swap(live, board, '"Nothing is overdue."', '"nothing is overdue."')
    assert not alone(live, "dashboard")


def test_a_formula_that_is_said_by_another_cell_is_not_understood() -> None:
    live = fresh(number=0)
    board = tab_part(live, states()[0].plan.tab("dashboard").title)
    swap(live, board, "<f>COUNTIFS(tickets[Open],1)</f>", '<f t="shared" si="0"/>')
    assert not alone(live, "dashboard")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<item x="0"/>', '<item h="1" x="0"/>'),
        ('<item x="0"/>', '<item sd="0" x="0"/>'),
        ('axis="axisRow"', 'axis="axisRow" sortType="descending"'),
        ('ref="B19:G25"', 'ref="B20:G26"'),
        ('name="pivot_status_priority"', 'name="mine"'),
        (
            "<dataFields",
            '<pageFields count="1"><pageField fld="4" item="2" hier="-1"/></pageFields><dataFields',
        ),
        ("<pivotTableStyleInfo", '<filters count="1"><filter fld="8"/></filters><pivotTableStyleInfo'),
        ('<rowFields count="1"><field x="9"/>', '<rowFields count="1"><field x="4"/>'),
        ("<dataField name=", '<dataField subtotal="max" name='),
    ],
)
def test_what_people_do_to_a_pivot_counts(old: str, new: str) -> None:
    live = fresh(number=0)
    if "subtotal" in new:
        part = pivot_part(live)
        live.parts[part] = live.bytes(part).replace(b' subtotal="count"', b"")
    swap(live, pivot_part(live), old, new)
    assert not alone(live, "pivots")


def test_a_column_that_people_put_into_the_tickets_does_not_count() -> None:
    live = fresh(number=0)
    cache = next(p for p in live.parts if "pivotCacheDefinition" in p and "_rels" not in p)
    swap(
        live,
        cache,
        "<cacheField name=",
        '<cacheField name="Ours"><sharedItems/></cacheField><cacheField name=',
    )
    for part in [p for p in live.parts if p.startswith("xl/pivotTables/pivotTable")]:
        xml = re.sub(rb'(<field x="|fld=")(\d+)', lambda m: m[1] + b"%d" % (int(m[2]) + 1), live.bytes(part))
        live.parts[part] = xml
    assert alone(live, "pivots")


def test_a_choice_in_a_slicer_counts() -> None:
    live = fresh(number=0)
    part = next(p for p in live.parts if p.startswith("xl/slicerCaches/"))
    swap(live, part, '<i x="0" s="1"/>', '<i x="0"/>')
    assert not alone(live, "pivots")


def test_a_slicer_elsewhere_that_steers_our_pivots_counts() -> None:
    live = typed()
    plan = states()[0].plan
    people.add_own_tab(live, "Mine", plan.tab("pivots").title, plan.tab("pivots").pivots[0].name)
    assert alone(live, "pivots")
    cache = next(p for p in live.parts if p.startswith("xl/slicerCaches/"))
    live.parts["xl/slicerCaches/slicerCache9.xml"] = live.bytes(cache).replace(
        b"Slicer_slice_type", b"Slicer_ours"
    )
    kind = "http://schemas.microsoft.com/office/2007/relationships/slicerCache"
    live.relate("xl/workbook.xml", kind, "xl/slicerCaches/slicerCache9.xml")
    assert not alone(live, "pivots")


@pytest.mark.parametrize("shape", ["sp", "pic"])
def test_a_shape_that_people_put_on_a_tab_counts(shape: str) -> None:
    live = fresh(number=0)
    swap(live, "xl/drawings/drawing1.xml", "</xdr:wsDr>", f"<xdr:{shape}/></xdr:wsDr>")
    assert not alone(live, "dashboard")
    assert alone(live, "pivots")


def test_a_chart_that_people_took_away_counts() -> None:
    live = fresh(number=0)
    part = "xl/drawings/drawing1.xml"
    frame = re.compile(rb"<xdr:twoCellAnchor.*?</xdr:twoCellAnchor>", re.DOTALL)
    live.parts[part] = frame.sub(b"", live.bytes(part), count=1)
    assert not alone(live, "dashboard")


def test_a_tab_that_is_gone_was_not_left_alone() -> None:
    live = fresh(number=0)
    drop_tab(live, states()[0].plan.tab("guide").title)
    assert not alone(live, "guide")
    assert not drawn_alone(fresh(), fresh(), ("Never drawn", "Dashboard"))


@pytest.mark.parametrize("value", ["<v>many</v>", '<v>1</v></c><c r="left"><v>2</v>'])
def test_a_cell_that_cannot_be_read_is_not_taken_for_ours(value: str) -> None:
    live = fresh(number=0)
    part = tab_part(live, states()[0].plan.tab("guide").title)
    swap(live, part, "</sheetData>", f'<row r="900"><c r="B900">{value}</c></row></sheetData>')
    assert not alone(live, "guide")


def test_a_broken_workbook_is_told() -> None:
    live = fresh(number=0)
    swap(live, "xl/workbook.xml", 'sheetId="3"', 'sheetId="three"')
    with pytest.raises(PackageBroken, match="three"):
        alone(live, "guide")
