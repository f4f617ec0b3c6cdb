"""What people's own columns of a sheet held is kept by sheet, table and row, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sheetdesk.columns.base import Cell
from sheetdesk.store.bases import Agreement, Base, BaseWrite
from sheetdesk.store.store import SheetState, Store, open_store
from sheetdesk.table.own_cells import OwnCells
from tests.store import Place, run_sql
from tests.table import DESK, TICKETS


def keep(store: Store, rows: OwnCells, sheet: str = "main") -> None:
    store.agree(store.agreement(sheet), [BaseWrite(TICKETS, 0, Base(), Base(), rows)])


def test_cells_are_kept_as_they_are_until_others_take_their_place(store: Store) -> None:
    at = datetime(2026, 3, 31, 9, 0, 0, 7)
    cells: dict[str, Cell] = {"mine": "ink \U0001f58b", "count": 3.5, "done": True, "seen": at}
    keep(store, {"T-001": cells, "T-002": {"mine": "x"}})
    keep(store, {"T-001": {"mine": "y"}}, "other")
    assert store.own_cells("main") == {"tickets": {"T-001": cells, "T-002": {"mine": "x"}}}
    keep(store, {"T-001": {}, "T-002": {"mine": "z"}, "T-003": {}})
    assert store.own_cells("main") == {"tickets": {"T-002": {"mine": "z"}}}
    write = BaseWrite(DESK.table("people"), 0, Base(), Base(), {"Ann": {"mine": "p"}})
    store.agree(store.agreement("main"), [write])
    assert store.own_cells("main")["people"] == {"Ann": {"mine": "p"}}
    store.record_sheet(SheetState("main", "t.xlsx"))
    store.forget_sheet("main")
    assert store.own_cells("main") == {}
    assert store.own_cells("other") == {"tickets": {"T-001": {"mine": "y"}}}


def test_a_store_of_the_fourth_form_keeps_own_cells_from_then_on(place: Place) -> None:
    with open_store(place) as store:
        store.agree(replace(Agreement("main"), stamp=2))
    run_sql(place, "DROP TABLE own_cells", "UPDATE desk SET form = 4")
    with open_store(place) as store:
        assert (store.agreement("main").stamp, store.own_cells("main")) == (2, {})
        keep(store, {"T-001": {"mine": "x"}})
        assert store.own_cells("main") == {"tickets": {"T-001": {"mine": "x"}}}
