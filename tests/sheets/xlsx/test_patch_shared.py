"""Workbooks that people saved with Excel, WPS, LibreOffice and Google, each of their sheets patched."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.check.book import column_letters
from sheetdesk.sheets.xlsx.patch.layout import searched, walked
from sheetdesk.sheets.xlsx.patch.search import SearchedRows
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch
from sheetdesk.sheets.xlsx.patch.workbook import Workbook
from tests.books import without_pivots
from tests.conftest import shared_folder
from tests.libreoffice import Question, needs_libreoffice, recalculate_each
from tests.sheets.xlsx.patch_oracle import Grid, Place, grid_of, raw_parts, saved, strings_of

BOOKS = sorted((shared_folder() / "data" / "xlsx").glob("*.xls[xm]"))
# A pivot of 9 rows takes no time. openpyxl reads a cache anew for each of its pivots: in the other book, 14
# times 2,330 rows, seven seconds. By name of the book the tab that has them.
WITH_PIVOTS = {"defect_log_pivot": "Pivot Chart"}
NEW = "修补 <&> 'x' _x0041_ "
NOW = datetime(2026, 3, 31, 6, 30)
Edited = tuple[dict[str, dict[Place, Cell]], bytes]

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not BOOKS, reason=f"no workbooks in {shared_folder() / 'data' / 'xlsx'}"),
]


def edits_for(grid: Grid) -> dict[Place, Cell]:
    """Some cells to set, clear and add: texts, numbers, formulas, cells in gaps, cells below."""
    free = [place for place in grid.xml if place not in grid.spanned]
    texts = [place for place in free if isinstance(grid.values[place], str)]
    numbers = [
        place for place in free if isinstance(grid.values[place], float) and place not in grid.formulas
    ]
    formulas = [place for place in free if place in grid.formulas]
    bottom = max(grid.rows, default=0)
    chosen: dict[Place, Cell] = {}
    for place in texts[:1] + texts[-1:]:
        chosen[place] = NEW
    for place in numbers[:1]:
        chosen[place] = -0.1
    for place in formulas[:2] + formulas[-1:]:
        chosen[place] = True
    for place in free[len(free) // 2 :][:2]:
        chosen[place] = None
    chosen[bottom + 1, 2] = NEW
    chosen[bottom + 3, 1] = NOW
    chosen[bottom + 3, 4] = 12
    last = bottom if bottom else 1
    right = max((column for row, column in grid.xml if row == last), default=0)
    chosen[last, right + 3] = "right"
    return {place: value for place, value in chosen.items() if place not in grid.spanned}


def grids_of(archive: Archive) -> dict[str, Grid]:
    """Each worksheet by its title."""
    strings = strings_of(archive)
    tabs = Workbook.of(archive).tabs
    return {title: grid_of(archive.bytes(part), strings) for title, part in tabs.items()}


def all_edits(grids: dict[str, Grid]) -> dict[str, dict[Place, Cell]]:
    return {title: edits_for(grid) for title, grid in grids.items()}


@dataclass(frozen=True)
class Real:
    """A workbook that people saved: its sheets by title as lxml reads them, and some edits of each made."""

    path: Path
    archive: Archive
    grids: dict[str, Grid]
    cells: dict[str, dict[Place, Cell]]
    patched: Archive
    file: bytes


EDITED: dict[Path, Edited] = {}


@pytest.fixture(scope="module", params=BOOKS, ids=lambda path: path.stem)
def real(request: pytest.FixtureRequest) -> Real:
    return real_of(request.param)


def real_of(path: Path) -> Real:
    archive = Archive.read(path)
    grids = grids_of(archive)
    cells = all_edits(grids)
    patched = patch(archive, as_edits(cells))
    real = Real(path, archive, grids, cells, patched, saved(patched))
    EDITED[path] = cells, real.file
    return real


def edited(path: Path) -> Edited:
    """The edits of a workbook and the file they make, without the many cells that `real` holds."""
    if path not in EDITED:
        real_of(path)
    return EDITED[path]


def as_edits(cells: dict[str, dict[Place, Cell]]) -> list[TabEdits]:
    return [
        TabEdits(tab, tuple(CellEdit(row - 1, column - 1, value) for (row, column), value in found.items()))
        for tab, found in cells.items()
    ]


def expected(value: Cell) -> object:
    return serial(value) if isinstance(value, datetime) else value


def test_only_the_edited_cells_of_a_workbook_change(real: Real) -> None:
    cells = real.cells
    patched = grids_of(Archive.read(real.file))
    for title in real.grids:
        before, after = real.grids[title], patched[title]
        assert after.outside == before.outside
        for place, value in cells[title].items():
            assert after.values.get(place) == expected(value)
            assert place not in after.formulas
            assert after.styles.get(place) == before.styles.get(place, after.styles.get(place))
        heirs = {before.sharing[place] for place in cells[title] if place in before.sharing}
        for place, xml in before.xml.items():
            if place in cells[title]:
                continue
            # The next cell of a shared formula may have to spell it out.
            if before.sharing.get(place) in heirs:
                assert after.values[place] == before.values[place]
                assert after.sharing[place] == before.sharing[place]
            else:
                assert after.xml[place] == xml
        assert set(after.xml) - set(before.xml) <= set(cells[title])
        assert {row: before.rows[row] for row in before.rows} == {row: after.rows[row] for row in before.rows}


def test_every_part_without_an_edited_cell_keeps_its_packed_bytes(real: Real) -> None:
    book = Workbook.of(real.archive)
    before = raw_parts(real.path.read_bytes())
    first = next(iter(book.tabs))
    alone = saved(patch(real.archive, as_edits({first: real.cells[first]})))
    assert all(real.cells.values())
    for file, titles in ((alone, [first]), (real.file, list(real.cells))):
        after = raw_parts(file)
        edited = {book.tabs[title] for title in titles}
        touched = {
            *edited,
            book.part,
            "xl/calcChain.xml",
            "[Content_Types].xml",
            "xl/_rels/workbook.xml.rels",
        }
        # A time in a cell that would show a number gets a format of its own, behind those there are.
        touched |= set(book.related["styles"])
        assert [name for name in before if name in after] == list(after)
        assert set(before) - set(after) <= {"xl/calcChain.xml"}
        changed = {name for name in after if after[name] != before[name]}
        assert edited <= changed <= touched


def test_the_same_edits_again_change_nothing(real: Real) -> None:
    edits = as_edits(real.cells)
    assert real.patched is not real.archive
    assert patch(real.patched, edits) is real.patched
    again = Archive.read(real.file)
    assert patch(again, edits) is again


def test_what_stands_there_already_is_no_edit(real: Real) -> None:
    edits = []
    for title, grid in real.grids.items():
        held = [
            (place, value)
            for place, value in grid.values.items()
            if place not in grid.formulas and not isinstance(value, tuple)
        ]
        found = tuple(
            CellEdit(row - 1, column - 1, value)  # type: ignore[arg-type]
            for (row, column), value in held[:: max(1, len(held) // 300)]
        )
        edits.append(TabEdits(title, found))
    assert patch(real.archive, edits) is real.archive


def loaded(file: bytes) -> Any:
    """The workbook as openpyxl reads it, which warns of what it drops."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(file))


def test_openpyxl_reads_a_patched_workbook(real: Real) -> None:
    # Where no pivot is read no part of one may have changed; the bytes of those are compared above.
    book = loaded(real.file if real.path.stem in WITH_PIVOTS else without_pivots(real.file))
    for title, found in real.cells.items():
        for (row, column), value in found.items():
            read = book[title].cell(row, column).value
            # It shows a link's target in an empty cell.
            if value is None and book[title].cell(row, column).hyperlink:
                continue
            if isinstance(read, str):
                read = unescape(read)
            assert (serial(read) if isinstance(read, datetime) else read) == expected(value)
    if real.path.stem in WITH_PIVOTS:
        pivots = pivots_in(book)
        assert {title for title, found in pivots.items() if found} == {WITH_PIVOTS[real.path.stem]}
        assert pivots == pivots_in(loaded(real.path.read_bytes()))


def pivots_in(book: Any) -> dict[str, list[tuple[str, str]]]:
    """By tab the pivots as openpyxl read them: what defines each, and its cache with all that it holds."""
    return {
        tab.title: [
            (tostring(pivot.to_tree()).decode(), repr((pivot.cache, pivot.cache.records.r)))
            for pivot in tab._pivots
        ]
        for tab in book
    }


def test_bisecting_finds_the_rows_that_reading_finds(real: Real) -> None:
    for part in Workbook.of(real.archive).tabs.values():
        xml = real.archive.bytes(part)
        slow, fast = walked(part, xml), searched(part, xml)
        assert (slow.head, slow.data, slow.tail) == (fast.head, fast.data, fast.tail)
        assert isinstance(fast.rows, SearchedRows) or fast.data.opening.is_empty
        last = slow.rows.floor(1_048_576)
        bottom = last.number if last else 0
        for number in [*range(bottom + 3, 0, -max(1, bottom // 40)), *range(1, min(bottom + 3, 60))]:
            assert fast.rows.floor(number) == slow.rows.floor(number)
            assert fast.rows.after(fast.rows.floor(number)) == slow.rows.after(slow.rows.floor(number))


@needs_libreoffice
def test_libreoffice_reads_the_edited_cells(tmp_path: Path) -> None:
    questions, wanted = [], []
    for path in BOOKS:
        cells, file = edited(path)
        target = tmp_path / path.name
        # It draws pivots anew from their source, over what was typed, when it opens a file.
        drawn_anew = WITH_PIVOTS.get(path.stem, "")
        target.write_bytes(file if drawn_anew else without_pivots(file))
        cells = {tab: found for tab, found in cells.items() if tab != drawn_anew}
        names = {
            tab: [f"{column_letters(column)}{row}" for row, column in found] for tab, found in cells.items()
        }
        questions.append(Question(target, {tab: refs for tab, refs in names.items() if refs}))
        wanted.append(cells)
    for answers, cells in zip(recalculate_each(questions), wanted, strict=True):
        for tab, found in cells.items():
            for (row, column), value in found.items():
                shown = answers[tab][f"{column_letters(column)}{row}"][0][0]
                wanted_cell = float(value) if isinstance(value, bool) else expected(value)
                assert shown in (None, "") if value is None else shown == pytest.approx(wanted_cell)
