"""Rows as sheet XML: by the column's kind alone, and to the letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sheetdesk.columns.base import Cell, CellKind
from sheetdesk.columns.moment import serial
from sheetdesk.plan.plan import ColumnPlan, Style
from sheetdesk.sheets.xlsx.rows import CHUNK, FEW, escape_text, rows_xml

EPOCH = datetime(1899, 12, 30)
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def column(cells: Sequence[Cell], kind: CellKind = CellKind.TEXT) -> ColumnPlan:
    return ColumnPlan("key", "Title", cells, kind, Style(), 10)


def sheet(columns: Sequence[ColumnPlan], formulas: Sequence[str] = (), first: int = 2, left: int = 0) -> Any:
    """The rows as an XML reader sees them."""
    count = len(columns[0].cells)
    texts = formulas or [""] * len(columns)
    xml = b"".join(rows_xml(columns, list(range(len(columns))), texts, count, first, left))
    return etree.fromstring(b"<sheetData>" + xml + b"</sheetData>")


def texts_of(cells: Sequence[Cell]) -> list[str | None]:
    """What a reader makes of a column of texts: None for a cell without one."""
    nodes = [row[0] for row in sheet([column(cells)])]
    found = [node.findtext("is/t") for node in nodes]
    assert {node.get("t") for node, text in zip(nodes, found, strict=True) if text} <= {"inlineStr"}
    return [t if t is None else ESCAPE.sub(lambda match: chr(int(match[1], 16)), t) for t in found]


@given(
    st.lists(st.none() | st.text(st.characters(exclude_categories=()), max_size=20), min_size=1, max_size=30)
)
def test_any_text_reads_back_to_the_letter(cells: list[str | None]) -> None:
    assert texts_of(cells) == [cell or None for cell in cells]


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("_xX0aFD"), max_size=30))
def test_an_escaped_text_unescapes_to_itself(text: str) -> None:
    node = etree.fromstring(f"<t>{escape_text(text)}</t>".encode())
    assert ESCAPE.sub(lambda match: chr(int(match[1], 16)), node.text or "") == text


@pytest.mark.parametrize("count", [FEW - 1, FEW, FEW + 1, CHUNK, CHUNK + 1])
def test_many_different_texts_and_few_are_written_alike(count: int) -> None:
    texts: list[Cell] = [f"text {number} <&>" for number in range(count)]
    assert texts_of(texts) == texts
    assert texts_of(["one", *texts[1:], "one", None])[-2:] == ["one", None]


def test_a_nul_among_plain_texts_stays_in_its_own_cell() -> None:
    assert texts_of(["a", "b\x00c", "d", "\x00", None, "e"]) == ["a", "b\x00c", "d", "\x00", None, "e"]


@given(
    st.lists(
        st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9),
        min_size=1,
    )
)
def test_numbers_are_written_in_full(cells: list[float | None]) -> None:
    nodes = [row[0] for row in sheet([column(cells, CellKind.NUMBER)])]
    assert [None if n.find("v") is None else float(n.findtext("v")) for n in nodes] == cells
    assert all(node.get("t") is None for node in nodes)


def test_whole_numbers_have_no_fraction() -> None:
    nodes = [row[0].findtext("v") for row in sheet([column([1.0, 2, 1e20, 0.1, -0.0], CellKind.NUMBER)])]
    assert nodes == ["1", "2", "1e+20", "0.1", "0"]


@given(
    st.lists(st.none() | st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)), min_size=1, max_size=20)
)
def test_a_moment_is_a_day_number_to_a_few_microseconds(cells: list[datetime | None]) -> None:
    for kind in (CellKind.MOMENT, CellKind.DATE):
        for row, cell in zip(sheet([column(cells, kind)]), cells, strict=True):
            text = row[0].findtext("v")
            if cell is None:
                assert text is None
            else:
                assert abs(EPOCH + timedelta(days=float(text)) - cell) < timedelta(milliseconds=1)
                assert serial(cell) == pytest.approx(float(text), abs=1e-8)


def test_the_formula_of_a_column_stands_in_every_cell_with_its_value() -> None:
    texts, numbers = column(["a&b", None]), column([1.5, None], CellKind.NUMBER)
    first, second = sheet([texts, numbers], ["X1&amp;Y1", "A1*2"])
    assert [(c.findtext("f"), c.findtext("v"), c.get("t")) for c in first] == [
        ("X1&Y1", "a&b", "str"),
        ("A1*2", "1.5", None),
    ]
    # A formula that gives nothing gives an empty text: never a number that was not there.
    assert [(c.findtext("f"), c.findtext("v"), c.get("t")) for c in second] == [
        ("X1&Y1", "", "str"),
        ("A1*2", "", "str"),
    ]


def test_cells_stand_where_the_table_starts_and_keep_their_format() -> None:
    rows = sheet([column(["a", "b"]), column(["c", None])], first=10, left=26)
    assert [[(cell.get("r"), cell.get("s")) for cell in row] for row in rows] == [
        [("AA10", "0"), ("AB10", "1")],
        [("AA11", "0"), ("AB11", "1")],
    ]
    assert [row.get("r") for row in rows] == ["10", "11"]


def test_a_long_table_comes_in_chunks_without_a_gap() -> None:
    count = 2 * CHUNK + 3
    chunks = list(rows_xml([column(np.arange(count).tolist(), CellKind.NUMBER)], [0], [""], count, 2, 0))
    assert len(chunks) == 3
    root = etree.fromstring(b"<d>" + b"".join(chunks) + b"</d>")
    assert [int(row.get("r", "")) for row in root] == list(range(2, count + 2))
    assert [int(row[0].findtext("v") or "") for row in root] == list(range(count))
