"""However a sheet is spelled, a patch changes what lxml sees in the edited cells and nothing else."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from dataclasses import dataclass

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from sheetdesk.columns.base import Cell
from sheetdesk.errors import PatchRefused
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.check.book import column_letters
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch
from tests.sheets.xlsx.patch_book import MAIN, OFFICE, SHEET, book, table_xml
from tests.sheets.xlsx.patch_oracle import grid_of, places_of, saved

Place = tuple[int, int]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=6)
VALUES: st.SearchStrategy[Cell] = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.floats(-1e6, 1e6, allow_nan=False), TEXTS
)
PLACES = st.tuples(st.integers(1, 6), st.integers(1, 5))
ODDITIES = ("<!-- <row r='9'> </sheetData> -->", "<?pi <c r='A1'/> ?>", "\n  ", "")


def spelled(cells: dict[Place, Cell], dice: random.Random) -> bytes:
    """A worksheet part with these cells, in any spelling that means the same."""
    p = dice.choice(("", "x:"))
    quote = dice.choice("\"'")
    odd = dice.choice((ODDITIES, ODDITIES[2:]))
    is_loose = dice.random() < 0.3

    def tag(name: str, attributes: list[tuple[str, str]], inside: str) -> str:
        dice.shuffle(attributes)
        space = dice.choice((" ", "\n", "  "))
        written = "".join(f"{space}{key}={quote}{value}{quote}" for key, value in attributes)
        if not inside and dice.random() < 0.8:
            return f"<{p}{name}{written}{dice.choice(('', ' '))}/>"
        return f"<{p}{name}{written}>{inside}</{p}{name}>"

    rows, last_row = [], 0
    numbers = sorted({row for row, _ in cells} | {dice.randint(1, 7)})
    for number in numbers:
        inside, last = [], 0
        for column in sorted(column for row, column in cells if row == number):
            attributes = [("s", str(dice.randint(0, 9)))] if dice.random() < 0.5 else []
            if column != last + 1 or not is_loose:
                attributes.append(("r", f"{column_letters(column)}{number}"))
            value = cells[number, column]
            content = ""
            if isinstance(value, bool):
                attributes.append(("t", "b"))
                content = tag("v", [], str(int(value)))
            elif isinstance(value, int | float):
                content = tag("v", [], repr(value))
            elif value:
                attributes.append(("t", "inlineStr"))
                content = tag("is", [], tag("t", [], f"<![CDATA[{value}]]>" if odd is ODDITIES else "plain"))
            inside.append(tag("c", attributes, content) + dice.choice(odd))
            last = column
        attributes = [("ht", "20")] if dice.random() < 0.3 else []
        if number != last_row + 1 or not is_loose:
            attributes.append(("r", str(number)))
        rows.append(tag("row", attributes, "".join(inside)) + dice.choice(odd))
        last_row = number
    data = tag("sheetData", [], "".join(rows))
    space = f"xmlns:x={quote}{MAIN}{quote}" if p else f"xmlns={quote}{MAIN}{quote}"
    head = dice.choice(("", '<?xml version="1.0" encoding="UTF-8"?>', "<!-- <sheetData> -->"))
    whole = f"{head}<{p}worksheet {space}><{p}cols/>{data}<{p}pageMargins/></{p}worksheet>"
    coding = dice.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16"))
    return (
        whole.replace('encoding="UTF-8"', "").encode(coding) if coding == "utf-16" else whole.encode(coding)
    )


@settings(max_examples=300)
@given(
    st.dictionaries(
        PLACES, st.one_of(st.integers(-9, 9), st.booleans(), st.just("plain"), st.none()), max_size=12
    ),
    st.dictionaries(PLACES, VALUES, max_size=6),
    st.integers(0, 2**32),
)
def test_however_a_sheet_is_spelled(held: dict[Place, Cell], wanted: dict[Place, Cell], seed: int) -> None:
    archive = book(spelled(held, random.Random(seed)))
    before = grid_of(archive.bytes(SHEET), [])
    edits = [TabEdits("T", tuple(CellEdit(row - 1, col - 1, cell) for (row, col), cell in wanted.items()))]
    patched = patch(archive, edits)
    assert patch(patched, edits) is patched
    after = grid_of(Archive.read(saved(patched)).bytes(SHEET), [])
    assert after.outside == before.outside
    assert {row: after.rows[row] for row in before.rows} == before.rows
    for place in {*before.xml, *after.xml, *wanted}:
        if place not in wanted:
            assert after.xml[place] == before.xml[place]
            continue
        expected = None if wanted[place] == "" else wanted[place]
        assert after.values.get(place) == expected
        assert isinstance(after.values.get(place), bool) is isinstance(expected, bool)
        assert after.styles.get(place) == before.styles.get(place)
    is_changed = any(
        before.values.get(place) != (value or None)
        if isinstance(value, str) or value is None
        else (
            before.values.get(place) != value
            or isinstance(before.values.get(place), bool) is not isinstance(value, bool)
        )
        for place, value in wanted.items()
    )
    assert (patched is not archive) is is_changed


TITLES = ("ID", "Title", "Twice")
WORDS = st.sampled_from(["", "x", " a ", "<&>", "=A1", "工单", "_x0041_", "1"])
SIMPLE: st.SearchStrategy[Cell] = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), WORDS)
# Above the first is the header; the last stand below the table and beside it. What begins a shared formula is
# drawn more often than by chance.
WRITTEN = st.one_of(st.tuples(st.integers(2, 8), st.integers(1, 7)), st.sampled_from([(2, 3), (3, 3)]))


@dataclass(frozen=True)
class Drawn:
    """A tab with a table of `rows` tickets in A:C, whose last column shares one formula, with a merged range,
    and with a cell of somebody's below the table, or none.
    """

    rows: int
    merged: str
    below: str

    def archive(self) -> Archive:
        last = self.rows + 1
        cells = {(row, 3): f'<f t="shared" si="0"/><v>{row * 2}</v>' for row in range(3, last + 1)} | {
            (2, 3): f'<f t="shared" ref="C2:C{last}" si="0">B2*2</f><v>4</v>'
        }
        for row in range(2, last + 1):
            cells |= {(row, 1): f"<v>{row - 1}</v>", (row, 2): f"<v>{row}</v>"}
        texts = {(1, column): title for column, title in enumerate(TITLES, 1)} | {(2, 5): "merged"}
        if self.below:
            texts[last + 1, 2] = self.below
        rows = ""
        for number in range(1, last + 2):
            inside = ""
            for column in range(1, 8):
                name = f"{column_letters(column)}{number}"
                if (number, column) in texts:
                    inside += f'<c r="{name}" t="str"><v>{texts[number, column]}</v></c>'
                elif (number, column) in cells:
                    inside += f'<c r="{name}">{cells[number, column]}</c>'
            rows += f'<row r="{number}">{inside}</row>' if inside else ""
        merged = f'<mergeCells count="1"><mergeCell ref="{self.merged}"/></mergeCells>'
        table = table_xml(f"A1:C{last}", TITLES)
        parts = f'<tableParts count="1" xmlns:r="{OFFICE}"><tablePart r:id="rId1"/></tableParts>'
        return book(f"<sheetData>{rows}</sheetData>{merged}{parts}", table=table)


@dataclass(frozen=True)
class Read:
    """A tab as openpyxl reads it: cells by place, each formula spelled out, merged ranges, the table."""

    cells: Mapping[Place, object]
    merged: frozenset[str]
    table: tuple[str, tuple[str, ...]]

    @classmethod
    def of(cls, archive: Archive) -> Read:
        tab = openpyxl.load_workbook(io.BytesIO(saved(archive)))["T"]
        lines = enumerate(tab.iter_rows(values_only=True), 1)
        cells = {(row, column): value for row, line in lines for column, value in enumerate(line, 1)}
        table = tab.tables["Tickets"]
        return cls(
            {place: value for place, value in cells.items() if value is not None},
            frozenset(map(str, tab.merged_cells.ranges)),
            (table.ref, tuple(column.name for column in table.tableColumns)),
        )


@settings(max_examples=40)
@given(
    st.builds(
        Drawn,
        st.integers(1, 4),
        st.sampled_from(["E2:F3", "E2:E5", "D2:D3", "B7:C7"]),
        st.sampled_from(["", "", "", "theirs"]),
    ),
    st.dictionaries(WRITTEN, SIMPLE, max_size=4),
    st.integers(0, 2),
    st.sampled_from(["", "", "", "Name"]),
)
def test_beside_tables_shared_formulas_and_merged_cells_only_what_was_asked_for_changes(
    drawn: Drawn, wanted: dict[Place, Cell], appended: int, retitled: str
) -> None:
    archive = drawn.archive()
    file, before = saved(archive), Read.of(archive)
    last = drawn.rows + 1 + appended
    asked = {}
    for row in range(drawn.rows + 2, last + 1):
        asked[row, 1] = CellEdit(row - 1, 0, row * 10)
        asked[row, 3] = CellEdit(row - 1, 2, 0, f"B{row}*2")
    asked |= {(row, column): CellEdit(row - 1, column - 1, cell) for (row, column), cell in wanted.items()}
    edits = [
        TabEdits(
            "T",
            tuple(asked.values()),
            {"Tickets": last - 1} if appended else {},
            {"Tickets": {1: retitled}} if retitled else {},
        )
    ]
    try:
        patched = patch(archive, edits)
    except PatchRefused:
        # Only for what stands in the way: below a table that grows, or merged cells that show nothing.
        first = min(places_of(drawn.merged))
        assert appended or places_of(drawn.merged) - {first} & {*asked}
        assert saved(archive) == file
        return
    after = Read.of(patched)
    expected = {place: value for place, value in before.cells.items() if place not in asked}
    for place, edit in asked.items():
        if edit.formula or edit.value not in (None, ""):
            expected[place] = f"={edit.formula}" if edit.formula else edit.value
    if retitled:
        expected[1, 2] = retitled
    found = {
        place: unescape(value) if isinstance(value, str) else value for place, value in after.cells.items()
    }
    assert found == expected
    assert {place: type(value) for place, value in found.items()} == {
        place: type(value) for place, value in expected.items()
    }
    assert after.merged == before.merged
    assert after.table == (f"A1:C{last}", (TITLES[0], retitled or TITLES[1], TITLES[2]))
    assert patch(patched, edits) is patched
    again = Archive.read(saved(patched))
    assert patch(again, edits) is again
