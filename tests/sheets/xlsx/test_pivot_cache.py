"""Pivot caches: the flags, items and rows by which Excel knows what a column holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from lxml import etree

from sheetdesk.columns.base import Cell
from sheetdesk.sheets.xlsx.markup import MAIN as M
from sheetdesk.sheets.xlsx.markup import REL, xstring
from sheetdesk.sheets.xlsx.package import Package, parse
from sheetdesk.sheets.xlsx.pivot_cache import flags, slicer_cache_id
from tests.sheets.xlsx.pivot_book import (
    CACHE,
    part,
    pivot_book,
    tickets,
)


def test_a_copy_of_the_rows_agrees_with_the_table() -> None:
    book = pivot_book("en", records=True)
    root = part(book, CACHE)
    package = Package.read(book.file)
    (kind, target), = package.targets(CACHE).values()  # fmt: skip
    assert kind.endswith("/pivotCacheRecords")
    assert root.get(f"{{{REL}}}id") == "rId1"
    records: Any = parse(package.bytes(target))
    assert len(records) == int(str(records.get("count"))) == int(root.get("recordCount")) == 300
    fields = list(root.find(f"{{{M}}}cacheFields"))
    cells = list(book.source.columns.values())
    for row, record in enumerate(records):
        for field, column, node in zip(fields, cells, record, strict=True):
            assert node.tag.startswith(f"{{{M}}}")
            kept = field[0][int(node.get("v"))] if etree.QName(node).localname == "x" else node
            assert meaning(kept) == as_kept(column[row])


def meaning(node: Any) -> Cell:
    kind, text = etree.QName(node).localname, str(node.get("v"))
    if kind == "m":
        return None
    if kind == "n":
        return float(text)
    return datetime.fromisoformat(text) if kind == "d" else text.casefold()


def as_kept(cell: Cell) -> Cell:
    return xstring(cell).casefold() if isinstance(cell, str) else cell


MOMENT = datetime(2026, 3, 1, 8, 30)
TEXT = {"containsString": "0"}
NO_BLANK = {"containsSemiMixedTypes": "0"}
BLANK = {"containsBlank": "1"}
NUMBER = {"containsNumber": "1"}
WHOLE = {"containsInteger": "1", "minValue": "1", "maxValue": "2"}
DATES = {"containsDate": "1"}
ONCE = {"minDate": "2026-03-01T08:30:00", "maxDate": "2026-03-01T08:30:00"}
MIXED = {"containsMixedTypes": "1"}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["a", "b"], {}),
        (["a", None], BLANK),
        (["a", ""], BLANK),
        (["a" * 256], {"longText": "1"}),
        (["a" * 255], {}),
        ([1.0, 2], {**NO_BLANK, **TEXT, **NUMBER, **WHOLE}),
        ([1.0, None, 2.0], {**TEXT, **BLANK, **NUMBER, **WHOLE}),
        ([-1.5, 2e20], {**NO_BLANK, **TEXT, **NUMBER, "minValue": "-1.5", "maxValue": "2e+20"}),
        ([1.0, "x", 2.0], {**MIXED, **NUMBER, **WHOLE}),
        ([1.0, "x" * 300, None], {**BLANK, **MIXED, **NUMBER, "containsInteger": "1", "minValue": "1",
                                  "maxValue": "1", "longText": "1"}),
        ([True, False], {}),
        ([True, 1.0, 2.0], {**MIXED, **NUMBER, **WHOLE}),
        ([None, ""], {"containsNonDate": "0", **TEXT, **BLANK}),
        ([MOMENT], {**NO_BLANK, "containsNonDate": "0", **DATES, **TEXT, **ONCE}),
        ([datetime(2026, 3, 1), None], {"containsNonDate": "0", **DATES, **TEXT, **BLANK, "minDate":
                                        "2026-03-01T00:00:00", "maxDate": "2026-03-02T00:00:00"}),
        ([MOMENT, "x"], {**DATES, **MIXED, **ONCE}),
        ([MOMENT, 1.0], {**NO_BLANK, **DATES, **TEXT, **MIXED, **ONCE}),
    ],
)  # fmt: skip
def test_the_flags_say_what_the_cells_are(cells: list[Cell], found: dict[str, str]) -> None:
    assert flags(cells) == found


def test_control_characters_and_lookalikes_are_escaped() -> None:
    assert xstring("a\nb\x00_x0041_ _y") == "a_x000a_b_x0000__x005f_x0041_ _y"


def test_hostile_values_are_values() -> None:
    cells = tickets("en", 20)
    cells["owner"] = ['"/><evil a="', "]]>", "&amp;", "\x0b", "=1+1"] * 4
    root = part(pivot_book(cells=cells, rows=20), CACHE)
    owner = root.find(f"{{{M}}}cacheFields")[4]
    assert {item.get("v") for item in owner[0]} == {'"/><evil a="', "]]>", "&amp;", "_x000b_", "=1+1"}


def test_the_number_slicers_find_a_cache_by_comes_from_the_tables_name() -> None:
    assert slicer_cache_id("工单表") == slicer_cache_id("工单表") != slicer_cache_id("Tickets")
    assert 0 < slicer_cache_id("") < 2**31
