"""Tagged values: shown as they are, known again by their tag, settled as what they were."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sheetdesk.columns.base import Cell
from sheetdesk.columns.moment import serial
from sheetdesk.sandbox import values
from sheetdesk.sandbox.book import Spreadsheet, Tab
from sheetdesk.sandbox.formulas import Engine
from sheetdesk.sheets.google.tags import settled, tag_in, tagged

NOW = datetime(2026, 3, 31, 12, 0)
TAG = "12_ab12.3"


def shown(formula: str) -> dict[str, object] | None:
    tab = Tab(
        {"sheetId": 0, "title": "A", "index": 0, "gridProperties": {"rowCount": 5, "columnCount": 5}},
        [{0: {"userEnteredValue": {"formulaValue": formula}}}],
    )
    book = Spreadsheet("x", {"locale": "en_US", "timeZone": "Etc/GMT"}, [tab])
    return Engine(book, NOW, lambda text: None).value("A", 0, 0)


def meant(value: Cell) -> dict[str, object]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, datetime):
        return {"numberValue": serial(value)}
    if isinstance(value, int | float):
        return {"numberValue": float(value)}
    return {"stringValue": value}


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(microsecond=0)),
)


@given(CELLS)
@example('say "hi" & go')
@example("=HYPERLINK(0)")
@example('"&T(N("sd:9_x.1"))')
def test_a_tagged_value_shows_itself_and_tells_its_tag(value: Cell) -> None:
    formula = tagged(value, TAG)
    assert shown(formula) == pytest.approx(meant(value))
    assert tag_in(formula.removeprefix("=")) == TAG


def test_nothing_carries_no_tag() -> None:
    assert tagged(None, TAG) == tagged("", TAG) == ""


@pytest.mark.parametrize(
    "formula",
    ['"Ann"&T(N("x"))', 'SUM(1)+N("sd:1_a.1")', '"a"&B1&T(N("sd:1_a.1"))', '"a"', "", 'A1+N("sd:1.1")'],
)
def test_a_formula_of_people_carries_no_tag(formula: str) -> None:
    assert tag_in(formula) == ""


@pytest.mark.parametrize("locale", ["en_US", "zh_CN"])
@given(value=CELLS)
@example(value="0042")
@example(value="TRUE")
@example(value="true ")
@example(value="=1+1")
@example(value="+49 30 1234")
@example(value="March 5")
@example(value="'quoted")
@example(value="3月5日")
@example(value="50%")
def test_what_takes_its_place_is_read_as_the_same_value(locale: str, value: Cell) -> None:
    entered, _ = values.entered(settled(value), locale, NOW)
    assert entered == pytest.approx(meant(value))


def test_nothing_takes_the_place_of_what_had_stood_nowhere() -> None:
    assert settled(None) == ""
