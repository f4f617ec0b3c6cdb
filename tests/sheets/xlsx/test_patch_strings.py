"""The few shared strings that a patch asks for are those of the whole part, wherever that is cut."""

from __future__ import annotations

import pytest

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.patch import strings as patch_strings
from sheetdesk.sheets.xlsx.patch import workbook as patch_workbook
from sheetdesk.sheets.xlsx.patch.strings import few_texts, indexes_in
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch
from sheetdesk.sheets.xlsx.patch.workbook import LEAST, SharedTexts, Workbook
from tests.sheets.xlsx.patch_book import MAIN, book
from tests.sheets.xlsx.patch_oracle import saved
from tests.sheets.xlsx.test_patch_excerpt import stretches

TEXTS = ["ink", "打印机 ink & <more>", "", "two runs", "last"]
PART = (
    f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{MAIN}" count="9" uniqueCount="5"><si><t>ink</t></si>'
    '<si><t xml:space="preserve">打印机 ink &amp; &lt;more&gt;</t></si><si><t/></si>'
    '<si><r><t>two </t></r><r><rPr><b/></rPr><t>runs</t></r><rPh sb="0" eb="1"><t>nots</t></rPh></si>'
    "<si><t>last</t></si></sst>"
).encode()
PARTS = "xl/sharedStrings.xml"


@pytest.mark.parametrize("wanted", [{0, 1, 2, 3, 4}, {4}, {0}, {1, 3}, {5, 900, 2}, set()])
def test_the_texts_are_the_same_wherever_the_part_is_cut(wanted: set[int]) -> None:
    for cut in range(1, len(PART)):
        found = few_texts("part", stretches(PART, [cut, cut + 3, cut + 40]), wanted)
        assert found is not None
        texts = {index: found.text(index) for index in range(1000)}
        assert {index for index, text in texts.items() if text is not None} == wanted & set(range(5))
        assert all(texts[index] == TEXTS[index] for index in wanted & set(range(5)))


def test_strings_that_are_expected_later_are_read_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patch_workbook, "_read_strings", None)
    texts = SharedTexts(Workbook.of(long_book()))
    for row in (7, 4_000, 8_999):
        texts.expect(frozenset({row}))
        assert texts(row) == there(row)
    texts.expect(frozenset({9_000}))
    assert texts(9_000) is None


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b"<si><t>last", b'<si xml:space="preserve"><t>last'),
        (b"<si><t>last</t></si>", b"<si/>"),
        (b"<si><t>last</t></si>", b'<x:si xmlns:x="y"/>'),
        (b"<si><t>last", b"<!-- <si> --><si><t>last"),
        (b"<t>last</t>", b"<t><![CDATA[last]]></t>"),
        (b"<si><t/></si>", b"<x:si><t/></x:si>"),
        (b'uniqueCount="5"', b'uniqueCount="6"'),
        (b' uniqueCount="5"', b""),
    ],
)
def test_where_strings_are_spelled_otherwise_nothing_is_judged(was: bytes, now: bytes) -> None:
    xml = PART.replace(was, now)
    assert xml != PART
    for cut in range(1, len(xml)):
        assert few_texts("part", stretches(xml, [cut]), {0}) is None


def test_another_encoding_or_a_string_without_an_end_is_left_to_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert few_texts("part", stretches("\ufeff".encode() + PART, [9]), {0}) is None
    assert few_texts("part", stretches(PART.decode().encode("utf-16"), [90]), {0}) is None
    monkeypatch.setattr(patch_strings, "LONGEST", 50)
    assert few_texts("part", stretches(PART, [*range(20, len(PART), 20)]), {0}) is None


def test_the_strings_that_cells_ask_for_are_told_by_their_cells() -> None:
    xml = b'<c r="A1" t="s"><v>7</v></c><c t="s" r="B1" s="3"><v>12</v></c><c r="C1"><v>5</v></c><c t="s"/>'
    assert indexes_in(xml) == {7, 12}


def there(row: int) -> str:
    return f"打印机 printer {row} {'does not print. ' * 40}"


def long_book(strings: str = "", rows: int = 9_000) -> Archive:
    """A tab of some megabytes or of fewer rows, and as many strings; or these."""
    inside = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{row - 1}</v></c><c r="B{row}"><v>{row}</v></c>'
        f'<c r="C{row}" t="inlineStr"><is><t>{"x" * 500}</t></is></c></row>'
        for row in range(1, rows + 1)
    )
    sheet = f"<sheetData>{inside}</sheetData>"
    if strings:
        return book(sheet, strings=("",), extra={PARTS: strings})
    return book(sheet, strings=tuple(map(there, range(9_000))))


@pytest.mark.parametrize("rows", [9_000, 50])
def test_of_a_long_part_the_whole_is_not_looked_at(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = long_book(rows=rows)
    assert archive.size(PARTS) > LEAST
    monkeypatch.setattr(patch_workbook, "_read_strings", None)
    assert patch(archive, [TabEdits("T", (CellEdit(40, 0, there(40)),))]) is archive
    changed = patch(archive, [TabEdits("T", (CellEdit(40, 0, there(41)),))])
    assert changed is not archive
    # Nothing of it is, where whoever asks has read what stands there.
    monkeypatch.setattr(patch_workbook, "few_texts", None)
    asked = [TabEdits("T", (CellEdit(40, 0, "new", differs=True),))]
    assert patch(patched := patch(archive, asked), asked) is patched is not archive


def test_of_a_long_part_that_is_spelled_otherwise_the_whole_is_read() -> None:
    text = long_book().bytes(PARTS).decode()
    archive = long_book(text.replace("<si><t>打印机 printer 7 ", "<si ><t>打印机 printer 7 "))
    assert patch(archive, [TabEdits("T", (CellEdit(4_000, 0, there(4_000)),))]) is archive


def test_a_damaged_long_part_is_refused() -> None:
    file = saved(long_book())
    at = file.index(PARTS.encode()) + 9_000
    archive = Archive.read(file[:at] + bytes([file[at] ^ 0x5A]) * 60 + file[at + 60 :])
    with pytest.raises(PackageBroken):
        patch(archive, [TabEdits("T", (CellEdit(4_000, 0, "new"),))])
