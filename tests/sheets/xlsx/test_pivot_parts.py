"""The parts of native pivots, slicers and charts over pivots: whether they name each other rightly."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from sheetdesk.sheets.xlsx.markup import MAIN as M
from sheetdesk.sheets.xlsx.markup import MC, XDR, C
from sheetdesk.sheets.xlsx.package import Package
from tests.sheets.xlsx.pivot_book import (
    CACHE,
    PivotBook,
    corners,
    part,
    pivot_book,
    pivot_parts,
)


@pytest.fixture(scope="module")
def books() -> dict[str, PivotBook]:
    return {language: pivot_book(language) for language in ("en", "zh")}


@pytest.mark.parametrize("records", [False, True])
def test_the_same_plan_gives_the_same_bytes(records: bool) -> None:
    assert pivot_book("zh", records=records).file == pivot_book("zh", records=records).file


def test_one_cache_serves_all_pivots(books: dict[str, PivotBook]) -> None:
    package = Package.read(books["en"].file)
    assert [name for name in package.parts if name.startswith("xl/pivotCache/")] == [CACHE]
    for name in package.parts:
        if name.startswith("xl/pivotTables/pivotTable"):
            assert [target for _, target in package.targets(name).values()] == [CACHE]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lines_and_items_of_every_pivot_hold_together(books: dict[str, PivotBook], language: str) -> None:
    book = books[language]
    shared = [len(node) for node in part(book, CACHE).iterfind(f"{{{M}}}cacheFields/*/{{{M}}}sharedItems")]
    for root in pivot_parts(book).values():
        fields = root.find(f"{{{M}}}pivotFields")
        assert len(fields) == int(fields.get("count")) == len(shared)
        where = root.find(f"{{{M}}}location")
        left, top, right, bottom = corners(where.get("ref"))
        lines = {side: root.find(f"{{{M}}}{side}Items") for side in ("row", "col")}
        assert bottom - top + 1 == int(where.get("firstDataRow")) + len(lines["row"])
        assert right - left + 1 == int(where.get("firstDataCol")) + len(lines["col"])
        for count, field in zip(shared, fields, strict=True):
            items = field.find(f"{{{M}}}items")
            assert (field.get("axis") is None) or items is not None
            if items is not None:
                places = [int(item.get("x", 0)) for item in items if item.get("t") is None]
                assert places == list(range(count))
                assert int(items.get("count")) == len(items) == count + 1
        listed = {int(node.get("fld")) for node in root.iter(f"{{{M}}}dataField")}
        assert listed == {n for n, field in enumerate(fields) if field.get("dataField") == "1"}
        on_axis = {int(node.get("x")) for node in root.iter(f"{{{M}}}field")} - {-2}
        on_axis |= {int(node.get("fld")) for node in root.iter(f"{{{M}}}pageField")}
        assert on_axis == {n for n, field in enumerate(fields) if field.get("axis")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_words_of_a_pivot_are_kept_for_its_refresh(books: dict[str, PivotBook], language: str) -> None:
    root = pivot_parts(books[language])["Matrix"]
    names = ("rowHeaderCaption", "colHeaderCaption", "grandTotalCaption")
    assert [root.get(name) for name in names] == {
        "en": ["Type", "Priority", "Grand Total"],
        "zh": ["类型", "优先级", "总计"],
    }[language]


def test_figures_keep_their_number_formats(books: dict[str, PivotBook]) -> None:
    book = books["en"]
    ids = [node.get("numFmtId") for node in pivot_parts(book)["Figures"].iter(f"{{{M}}}dataField")]
    styles = part(book, "xl/styles.xml")
    own = {node.get("numFmtId"): node.get("formatCode") for node in styles.iter(f"{{{M}}}numFmt")}
    assert [own.get(number, number) for number in ids] == ["3", "0.0", "2"]


def test_only_columns_that_pivots_or_slicers_use_are_enumerated(books: dict[str, PivotBook]) -> None:
    fields = part(books["en"], CACHE).iterfind(f"{{{M}}}cacheFields/*")
    assert {field.get("name") for field in fields if len(field[0])} == {
        "Type", "Priority", "Status", "Month", 'Owner "A & B" <x>',
    }  # fmt: skip


def test_items_without_tickets_are_marked_in_cache_pivot_and_slicer(
    books: dict[str, PivotBook],
) -> None:
    book = books["en"]
    status = part(book, CACHE).find(f"{{{M}}}cacheFields/{{{M}}}cacheField[@name='Status']")
    assert [item.get("v") for item in status[0] if item.get("u") == "1"] == ["Cancelled"]
    field = pivot_parts(book)["By status"].find(f"{{{M}}}pivotFields")[3]
    assert [item.get("x") for item in field.iter(f"{{{M}}}item") if item.get("m") == "1"] == ["4"]
    slicer = part(book, "xl/slicerCaches/slicerCache1.xml")
    assert [node.get("x") for node in slicer.iter("{*}i") if node.get("nd") == "1"] == ["4"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_slicers_steer_every_pivot_over_their_table(books: dict[str, PivotBook], language: str) -> None:
    book = books[language]
    workbook, tab = part(book, "xl/workbook.xml"), book.plan.tabs[-1]
    sheets = {str(node.get("name")): node.get("sheetId") for node in workbook.iter(f"{{{M}}}sheet")}
    steered = [(sheets[tab.title], plan.name) for tab in book.plan.tabs for plan in tab.pivots]
    names = {node.get("name") for node in workbook.iter(f"{{{M}}}definedName")}
    shown = part(book, "xl/slicers/slicer1.xml")
    titles = {column.key: column.title for column in book.plan.tabs[0].table.columns}  # type: ignore[union-attr]
    known = part(book, CACHE).find(".//{*}ext/{*}pivotCacheDefinition").get("pivotCacheId")
    for number, plan in enumerate(tab.slicers, start=1):
        root = part(book, f"xl/slicerCaches/slicerCache{number}.xml")
        assert [(node.get("tabId"), node.get("name")) for node in root.iter("{*}pivotTable")] == steered
        assert root.get("sourceName") == titles[plan.column]
        assert root.find(".//{*}tabular").get("pivotCacheId") == known
        assert root.get("name") in names
        assert shown[number - 1].get("cache") == root.get("name")
        assert shown[number - 1].get("name") == plan.name
        field = list(titles).index(plan.column)
        for pivot in pivot_parts(book).values():
            assert pivot.find(f"{{{M}}}pivotFields")[field].find(f"{{{M}}}items") is not None


def test_a_slicer_takes_the_place_of_its_text_box(books: dict[str, PivotBook]) -> None:
    root = part(books["en"], "xl/drawings/drawing1.xml")
    swapped = list(root.iter(f"{{{MC}}}AlternateContent"))
    names = [node.get("name") for node in root.iter("{*}slicer")]
    assert names == ["Status!", "负责人 <&>"]
    assert all(len(node.findall(f"{{{MC}}}Fallback/{{{XDR}}}sp")) == 1 for node in swapped)
    assert not [node for node in root.iter() if str(node.get("descr")).startswith("slicer:")]
    ids = [node.get("id") for node in root.iter(f"{{{XDR}}}cNvPr")]
    assert len(ids) == len(set(ids))


def test_slicers_on_a_protected_tab_stay_usable() -> None:
    book = pivot_book(protected=True)
    guards = [
        anchor.find(f"{{{XDR}}}clientData").get("fLocksWithSheet")
        for anchor in part(book, "xl/drawings/drawing1.xml")
        if anchor.find(f"{{{MC}}}AlternateContent") is not None
    ]
    assert guards == ["0", "0"]


def test_charts_over_pivots_name_their_source(books: dict[str, PivotBook]) -> None:
    found = []
    for number in (1, 2):
        root = part(books["en"], f"xl/charts/chart{number}.xml")
        source = root.find(f"{{{C}}}pivotSource")
        assert etree.QName(source.getnext()).localname == "chart"
        assert etree.QName(root[-1]).localname == "extLst"
        found.append(source[0].text)
    assert found == ["[]Pivots One's!By status", "[]Pivots One's!Matrix"]


def spelled(node: Any) -> str:
    """An element as it stands in its part, less the namespace."""
    text: str = etree.tostring(node, encoding="unicode")
    return text.replace(f' xmlns="{M}"', "")


def test_lines_are_listed_as_excel_lists_them(books: dict[str, PivotBook]) -> None:
    pivots = pivot_parts(books["en"])
    assert spelled(pivots["By status"].find(f"{{{M}}}colItems")) == '<colItems count="1"><i/></colItems>'
    assert spelled(pivots["Figures"].find(f"{{{M}}}colItems")) == (
        '<colItems count="3"><i><x/></i><i i="1"><x v="1"/></i><i i="2"><x v="2"/></i></colItems>'
    )
    assert spelled(pivots["Matrix"].find(f"{{{M}}}colItems")) == (
        '<colItems count="4"><i><x v="1"/></i><i><x v="2"/></i><i><x v="3"/></i>'
        '<i t="grand"><x/></i></colItems>'
    )
    wide = spelled(pivots["Wide"].find(f"{{{M}}}colItems"))
    assert wide.startswith(
        '<colItems count="10"><i><x/><x/></i><i r="1" i="1"><x v="1"/></i>'
        '<i><x v="1"/><x/></i><i r="1" i="1"><x v="1"/></i>'
    )
    assert wide.endswith('<i t="grand"><x/></i><i t="grand" i="1"><x/></i></colItems>')
    deep = spelled(pivots["Deep"].find(f"{{{M}}}rowItems"))
    assert '<i><x/></i><i r="1"><x v="1"/></i><i r="2"><x' in deep
    assert deep.endswith('<i t="grand"><x/></i></rowItems>')


def test_values_say_how_they_are_worked_out(books: dict[str, PivotBook]) -> None:
    pivots = pivot_parts(books["en"])
    found = {
        name: [node.get("subtotal") for node in pivots[name].iter(f"{{{M}}}dataField")]
        for name in ("Figures", "Extremes")
    }
    assert found == {"Figures": ["count", "average", None], "Extremes": ["min", "max"]}
