"""A sheet of which most is left out is patched to the very bytes that patching the whole would give."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.patch import whole as patching
from sheetdesk.sheets.xlsx.patch.excerpt import Excerpt, excerpt_of
from sheetdesk.sheets.xlsx.patch.growth import Growth
from sheetdesk.sheets.xlsx.patch.markup import Text
from sheetdesk.sheets.xlsx.patch.search import Unsure
from sheetdesk.sheets.xlsx.patch.sheet import SheetPatch, patched_sheet
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch
from sheetdesk.sheets.xlsx.patch.workbook import LEAST, Workbook, with_full_calculation
from sheetdesk.sheets.xlsx.stretches import STRETCH, Stretch
from tests.sheets.xlsx.patch_book import MAIN, SHEET, book, table_xml
from tests.sheets.xlsx.patch_oracle import raw_parts, saved

HEAD = f'<worksheet xmlns="{MAIN}"><dimension ref="A1:C90"/><sheetData>'
TAIL = '</sheetData><autoFilter ref="A1:C90"/></worksheet>'


def row(number: int, inside: str = "") -> str:
    cells = "".join(f'<c r="{letter}{number}"><v>{number}</v></c>' for letter in "ABC")
    return f'<row r="{number}" spans="1:3">{cells}{inside}</row>'


SHEET_XML = (HEAD + "".join(row(number) for number in range(2, 91, 2)) + TAIL).encode()


def stretches(xml: bytes, cuts: list[int]) -> list[Stretch]:
    """The part cut at these places."""
    edges = sorted({0, len(xml), *(cut % len(xml) for cut in cuts)})
    return [
        Stretch(end - at, zlib.crc32(xml[:at]), zlib.crc32(xml[:end]), plain=xml[at:end])
        for at, end in pairwise(edges)
    ]


def patched(xml: bytes, edits: list[CellEdit], growths: tuple[Growth, ...], found: Excerpt | None) -> bytes:
    """The part with the edits made. Raises Unsure, PatchRefused."""
    text = Text(xml if found is None else found.xml)
    done: SheetPatch = patched_sheet("part", text, edits, growths, no_text, is_1904=False, excerpt=found)
    if done.splices is None:
        return xml
    return b"".join(done.splices.chunks() if found is None else found.spliced(done.splices)())


def no_text(index: int) -> str | None:
    return None


even_cuts = st.builds(lambda step, first: list(range(first, len(SHEET_XML), step)), st.integers(150, 900),
                      st.integers(130, 600))  # fmt: skip
cells = st.builds(
    CellEdit, st.integers(0, 95), st.integers(0, 3), st.one_of(st.integers(100, 999), st.none())
)


@settings(deadline=None, max_examples=200)
@given(even_cuts, st.lists(cells, min_size=1, max_size=4), st.booleans(), st.booleans())
@example([300, 600, 900], [CellEdit(2, 1, 7)], True, False)
def test_an_excerpt_is_patched_as_the_whole_would_be(
    cuts: list[int], edits: list[CellEdit], is_ordered: bool, grows: bool
) -> None:
    growths = (Growth(90, 92, 1, 3),) if grows else ()
    rows = {(edit.row + 1, edit.row + 1) for edit in edits} | {(90, 92) for _ in growths}
    found = excerpt_of("part", stretches(SHEET_XML, cuts), rows, is_ordered=is_ordered or grows)
    assert found is not None
    whole = patched(SHEET_XML, edits, growths, None)
    try:
        assert patched(SHEET_XML, edits, growths, found) == whole
    except Unsure:
        # Rows are added only where the order of all others is known.
        assert not is_ordered
        assert not grows


def left_of(xml: str, *rows: int, step: int = 400, is_ordered: bool = False) -> Excerpt | None:
    part = xml.encode()
    cuts = list(range(step, len(part), step))
    return excerpt_of("part", stretches(part, cuts), [(row, row) for row in rows], is_ordered=is_ordered)


def test_most_of_a_sheet_is_left_out() -> None:
    found = left_of(SHEET_XML.decode(), 40)
    assert found is not None
    assert len(found.xml) < len(SHEET_XML) / 3
    assert b'<row r="40"' in found.xml
    assert b'<row r="60"' not in found.xml
    assert found.xml.endswith(TAIL.encode())
    # What nobody asked about is packed, and gives the same bytes.
    assert b"".join(stretch.unpacked() for stretch in found.stretches) == SHEET_XML
    assert sum(stretch.plain is None for stretch in found.stretches) > len(found.stretches) / 2


def with_row(number: int, new: str) -> str:
    return SHEET_XML.decode().replace(row(number), new)


@pytest.mark.parametrize(
    "xml",
    [
        with_row(60, "<!-- " + row(60) + " -->"),
        with_row(60, row(60) + "<?later?>"),
        with_row(60, row(60, '<c r="D60" t="str"><v><![CDATA[x]]></v></c>')),
        with_row(60, row(60).replace('r="60"', 'r="6"')),
        SHEET_XML.decode().replace("</sheetData>", "</x:sheetData>"),
        "\ufeff" + SHEET_XML.decode(),
        HEAD[:20],
    ],
    ids=["comment", "instruction", "CDATA", "order", "end", "mark", "cut off"],
)
@pytest.mark.parametrize("step", [160, 161, 162, 163, 200])
def test_what_could_matter_anywhere_leaves_nothing_out(xml: str, step: int) -> None:
    assert left_of(xml, 2, step=step, is_ordered=True) is None


def test_every_place_in_which_a_comment_may_be_cut_is_seen() -> None:
    xml = with_row(60, row(60) + "<!-- -->").encode()
    at = xml.index(b"<!--")
    for cut in range(at - 3, at + 4):
        assert excerpt_of("part", stretches(xml, [400, cut]), [(2, 2)]) is None


def test_a_formula_of_several_cells_is_kept_wherever_it_is_cut() -> None:
    formula = '<c r="D60"><f t="array" ref="D58:D62">1</f><v>1</v></c>'
    xml = with_row(60, row(60, formula)).encode()
    at = xml.index(b"ref=", 300)
    for cuts in [*([cut] for cut in range(at - 3, at + 6)), range(at - 3, at + 6)]:
        found = excerpt_of("part", stretches(xml, [400, 1500, *cuts, 4500]), [(2, 2)])
        assert found is not None
        assert b"<f t=" in found.xml


@pytest.mark.parametrize("space", [" " * 98, " " * 300])
def test_a_formula_of_several_cells_is_kept_however_much_space_is_in_it(space: str) -> None:
    formula = f'<c r="D60"><f t="array" ref{space}="D58:D62">1</f><v>1</v></c>'
    xml = with_row(60, row(60, formula)).encode()
    at = xml.index(b"ref ")
    for cut in range(at, at + len(space) + 5):
        found = excerpt_of("part", stretches(xml, [400, 1500, cut, 4500]), [(2, 2)])
        assert found is not None
        assert b"<f t=" in found.xml


def test_a_stretch_that_ends_in_the_middle_of_a_word_is_left_out_as_any_other() -> None:
    xml = SHEET_XML.decode()
    at = xml.index('<row r="60"') + len("<row r")
    found = excerpt_of("part", stretches(xml.encode(), [400, at - 600, at, at + 600]), [(2, 2)])
    assert found is not None
    assert b'<row r="60"' not in found.xml
    assert b'<row r="59"' not in found.xml


def test_who_shares_a_formula_that_goes_is_looked_for_in_the_whole() -> None:
    first = '<c r="D2"><f t="shared" si="0" ref="D2:D90">A2</f><v>1</v></c>'
    xml = with_row(2, row(2, first))
    found = left_of(xml, 2)
    assert found is not None
    with pytest.raises(Unsure):
        patched(xml.encode(), [CellEdit(1, 3, 5)], (), found)


TEXT = "打印机 printer " * 40


def long_book(change: Callable[[str], str] = str) -> Archive:
    """A tab of some megabytes, packed as other programs do, with a table over its rows."""
    inside = f'<c r="D{{0}}" t="inlineStr"><is><t>{TEXT}{{0}}</t></is></c>'
    rows = "".join(row(number, inside.format(number)) for number in range(1, 6001))
    sheet = change(f"<sheetData>{rows}</sheetData>")
    return book(sheet, table=table_xml("A1:D6000", ("1", "b", "c", "d")))


def edits_of(last: int = 5999) -> list[TabEdits]:
    cells = [CellEdit(row, 1, "new") for row in (1, 2500, 2501, 5998)]
    grown = [CellEdit(row, 3, "more") for row in range(6000, last + 1)]
    return [TabEdits("T", (*cells, *grown), {"Tickets": last} if grown else {})]


@pytest.mark.parametrize("last", [5999, 6001])
@pytest.mark.parametrize("module", ["there", None])
def test_a_long_workbook_is_patched_as_a_short_one(
    last: int, module: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if module is None:
        monkeypatch.setitem(sys.modules, "isal", None)
    archive = long_book()
    assert archive.size(SHEET) > LEAST
    monkeypatch.setattr(patching, "LEAST", 1 << 40)
    whole = saved(patch(archive, edits_of(last)))
    monkeypatch.setattr(patching, "LEAST", 16 * STRETCH)
    monkeypatch.setattr(Archive, "spliced", None)
    once = saved(patch(archive, edits_of(last)))
    twice = saved(patch(Archive.read(once), [TabEdits("T", (CellEdit(3000, 0, None),))]))
    assert Archive.read(once).bytes(SHEET) == Archive.read(whole).bytes(SHEET)
    expected = Archive.read(whole).bytes(SHEET).replace(b'<c r="A3001"><v>3001</v></c>', b'<c r="A3001"/>')
    assert Archive.read(twice).bytes(SHEET) == expected
    before, after = raw_parts(once), raw_parts(twice)
    assert {name for name in before if before[name] != after[name]} <= {SHEET, "xl/workbook.xml"}
    # Patched again, all but the changed stretch is copied.
    assert len(before[SHEET]) * 0.9 < len(after[SHEET]) < len(before[SHEET]) * 1.1


def test_a_damaged_long_part_is_refused(tmp_path: Path) -> None:
    file = saved(long_book())
    at = file.index(b"xl/worksheets/sheet1.xml") + 20_000
    with pytest.raises(PackageBroken):
        patch(Archive.read(file[:at] + bytes([file[at] ^ 0x5A]) * 60 + file[at + 60 :]), edits_of())


def test_a_long_sheet_with_a_comment_is_patched_whole() -> None:
    archive = long_book(lambda sheet: sheet.replace('<row r="3000"', '<!-- <row r="2501"/> --><row r="3000"'))
    patched_one = patch(archive, edits_of()).bytes(SHEET)
    assert patched_one.count(b"<t xml:space") == 4


def test_a_formula_is_seen_wherever_the_sheet_is_cut() -> None:
    plain = b'<worksheet><sheetData><row r="1"><c r="A1"><f>1</f></c></row></sheetData></worksheet>'
    archive = book("<sheetData/>")
    for cut in range(1, len(plain)):
        pieces = [plain[:cut], plain[cut:]]
        found = with_full_calculation(Workbook.of(archive), {SHEET: lambda pieces=pieces: pieces})  # type: ignore[misc]
        assert found is not None
        assert b"fullCalcOnLoad" in bytes(found)  # type: ignore[arg-type]


def test_a_row_is_added_only_where_the_order_of_all_rows_is_known() -> None:
    edits = [CellEdit(40, 1, 7)]
    for is_ordered in (True, False):
        found = left_of(SHEET_XML.decode(), 41, is_ordered=is_ordered)
        assert found is not None
        if is_ordered:
            assert patched(SHEET_XML, edits, (), found).count(b"<row") == 46
        else:
            with pytest.raises(Unsure):
                patched(SHEET_XML, edits, (), found)
