"""However a sheet is spelled, a patch changes what lxml sees in the edited cells and nothing else."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.check.book import column_letters
from sheetdesk.sheets.xlsx.patch.whole import CellEdit, TabEdits, patch
from tests.sheets.xlsx.patch_book import MAIN, SHEET, book
from tests.sheets.xlsx.patch_oracle import grid_of, saved

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
