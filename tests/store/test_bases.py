"""What was agreed on with sheets: bases by stamp, and agreements, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheetdesk.desk.desk import TableSpec
from sheetdesk.errors import StoreMoved
from sheetdesk.store.bases import Agreement, Base, BaseWrite
from sheetdesk.store.store import Store, open_store
from sheetdesk.table.plain import PlainRows, plain_rows
from sheetdesk.table.table import stored
from tests.store import NewPlace
from tests.table import DESK, TICKETS, tickets

PEOPLE = DESK.table("people")


def rows(**titles: str) -> PlainRows:
    """Tickets by their titles: `T_1="ink"`."""
    return plain_rows(tickets(**{name: {"title": title, "vip": True} for name, title in titles.items()}))


def titles(base: Base) -> dict[str, str]:
    place = stored(TICKETS).index("title")
    return {name: cells[place] for name, cells in base.rows.items()}


class Sheets:
    """A sheet's bases, written as a sync does."""

    def __init__(self, store: Store, sheet: str = "main") -> None:
        self.store = store
        self.sheet = sheet

    def write(self, stamp: int, now: PlainRows, missing: frozenset[str] = frozenset()) -> None:
        """The base at a stamp that there is, or at the next one."""
        agreement = self.store.agreement(self.sheet)
        is_new = stamp > agreement.stamp
        before = self.store.base(self.sheet, TICKETS, agreement.stamp if is_new else stamp)
        agreement = replace(agreement, stamp=max(stamp, agreement.stamp))
        self.store.agree(agreement, [BaseWrite(TICKETS, stamp, before, Base(now, missing))])

    def read(self, stamp: int, spec: TableSpec = TICKETS) -> Base:
        return self.store.base(self.sheet, spec, stamp)


def test_a_sheet_that_nothing_was_agreed_on_with_has_no_base(store: Store) -> None:
    assert store.agreement("main") == Agreement("main")
    assert Sheets(store).read(0) == Base()


def test_an_agreement_is_kept_whole_and_counted(store: Store) -> None:
    agreement = Agreement(
        "main", 0, 3, "ab12", datetime(2026, 3, 31, 12, 0, 0, 7, UTC), ("x", "y"),
        {"tickets": {"due": "Frist 期限"}}, {"tickets": {"due": 7}}, "12", "accept", 4, "ef56", "ab78",
        {"tickets": "Work"}, {"tickets": ["id", "due"]}, {}, {"y": ["x"]},
    )  # fmt: skip
    made = store.agree(agreement)
    assert made == replace(agreement, serial=1)
    assert store.agreement("main") == made
    assert store.agreement("other") == Agreement("other")
    assert store.agree(replace(made, seen="cd34", seen_at=None)).serial == 2
    assert store.agreement("main").seen_at is None


@pytest.mark.parametrize("serial", [0, 1, 3])
def test_an_agreement_that_another_run_changed_is_not_written_over(store: Store, serial: int) -> None:
    made = store.agree(store.agree(Agreement("main", held="a")))
    write = BaseWrite(TICKETS, 0, Base(), Base(rows(T_1="ink")))
    with pytest.raises(StoreMoved):
        store.agree(replace(made, serial=serial, held="b"), [write])
    assert store.agreement("main") == made
    assert Sheets(store).read(0) == Base()


def test_an_agreement_that_was_never_made_cannot_be_changed(store: Store) -> None:
    with pytest.raises(StoreMoved):
        store.agree(Agreement("main", serial=1))


def test_a_base_is_read_back_as_it_was_written(store: Store) -> None:
    now = plain_rows(
        tickets(
            T_1={"title": "墨 🙂\n", "due": "2026-03-31 12:00:00.000001", "satisfaction": 4.5, "vip": False},
            T_2={},
        )
    )
    Sheets(store).write(1, now)
    assert Sheets(store).read(1) == Base(now)
    assert list(Sheets(store).read(1).rows) == ["T-1", "T-2"]


def test_each_stamp_keeps_its_own_base(store: Store) -> None:
    sheet = Sheets(store)
    sheet.write(1, rows(T_1="ink", T_2="toner"))
    sheet.write(2, rows(T_1="laser", T_2="toner"))
    sheet.write(3, rows(T_2="toner", T_3="paper"))
    assert [titles(sheet.read(stamp)) for stamp in range(5)] == [
        {},
        {"T-1": "ink", "T-2": "toner"},
        {"T-1": "laser", "T-2": "toner"},
        {"T-2": "toner", "T-3": "paper"},
        {"T-2": "toner", "T-3": "paper"},
    ]


def test_a_base_that_is_written_again_at_its_stamp_takes_the_others_place(store: Store) -> None:
    sheet = Sheets(store)
    sheet.write(1, rows(T_1="ink"))
    sheet.write(1, rows(T_1="laser", T_2="toner"))
    assert titles(sheet.read(1)) == {"T-1": "laser", "T-2": "toner"}
    sheet.write(1, rows(T_2="toner"))
    assert titles(sheet.read(1)) == {"T-2": "toner"}


def test_a_row_that_goes_and_comes_back_is_in_the_bases_that_had_it(store: Store) -> None:
    sheet = Sheets(store)
    for stamp, now in enumerate([rows(T_1="a"), rows(), rows(T_1="a"), rows(T_1="b")], 1):
        sheet.write(stamp, now)
    assert [titles(sheet.read(stamp)).get("T-1") for stamp in range(1, 5)] == ["a", None, "a", "b"]


def test_what_an_old_copy_of_the_sheet_shows_is_agreed_on_for_its_own_stamp_alone(store: Store) -> None:
    """Else the newest version, which still shows the old value, would seem to have been edited back."""
    sheet = Sheets(store)
    for stamp in (1, 2, 3, 4):
        sheet.write(stamp, rows(T_1="ink", T_2="toner", T_3="old" if stamp < 3 else "new"))
    sheet.write(2, rows(T_1="laser", T_3="edited", T_4="typed"))
    assert titles(sheet.read(2)) == {"T-1": "laser", "T-3": "edited", "T-4": "typed"}
    assert titles(sheet.read(1)) == {"T-1": "ink", "T-2": "toner", "T-3": "old"}
    for stamp in (3, 4, 5):
        assert titles(sheet.read(stamp)) == {"T-1": "ink", "T-2": "toner", "T-3": "new"}


def test_whether_a_row_was_missing_is_kept_with_the_base(store: Store) -> None:
    sheet = Sheets(store)
    sheet.write(1, rows(T_1="ink", T_2="toner"), frozenset({"T-1"}))
    sheet.write(2, rows(T_1="ink", T_2="toner"), frozenset({"T-2"}))
    assert [sheet.read(stamp).missing for stamp in (1, 2)] == [{"T-1"}, {"T-2"}]
    sheet.write(2, rows(T_1="ink"))
    assert sheet.read(2) == Base(rows(T_1="ink"))


def test_sheets_and_tables_do_not_mix(store: Store) -> None:
    Sheets(store, "main").write(1, rows(T_1="ink"))
    Sheets(store, "copy").write(1, rows(T_1="toner"))
    people = {"T-1": tuple(None for _ in stored(PEOPLE))}
    write = BaseWrite(PEOPLE, 1, Base(), Base(people))
    store.agree(store.agreement("main"), [write])
    assert titles(Sheets(store, "main").read(1)) == {"T-1": "ink"}
    assert titles(Sheets(store, "copy").read(1)) == {"T-1": "toner"}
    assert Sheets(store, "main").read(1, PEOPLE).rows == people
    assert Sheets(store, "copy").read(1, PEOPLE) == Base()


def test_more_rows_than_a_statement_takes_are_one_base(store: Store) -> None:
    cells = next(iter(rows(T_1="ink").values()))
    many: PlainRows = {f"T-{n}": cells for n in range(4_500)}
    sheet = Sheets(store)
    sheet.write(1, many)
    sheet.write(2, {})
    sheet.write(1, dict.fromkeys(list(many)[1:], cells))
    assert (len(sheet.read(1).rows), len(sheet.read(2).rows)) == (4_499, 0)


NAMES = st.sampled_from(["T-1", "T-2", "T-3"])
SIDE = st.dictionaries(NAMES, st.sampled_from(["a", "b"]), max_size=3)
STEPS = st.lists(st.tuples(st.none() | st.integers(0, 5), SIDE, st.frozensets(NAMES)), max_size=10)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_bases_are_a_dict_of_rows_for_every_stamp(
    new_place: NewPlace, shared: dict[str, Any], steps: Any
) -> None:
    """None is a new stamp, a number an older or the same one again."""
    if "store" not in shared:
        shared["store"] = open_store(new_place())
        shared["count"] = 0
    shared["count"] += 1
    sheet = Sheets(shared["store"], f"sheet {shared['count']}")
    known: dict[int, Base] = {0: Base()}
    for stamp, side, gone in steps:
        newest = max(known)
        at = newest + 1 if stamp is None else min(stamp, newest)
        now = rows(**{name.replace("-", "_"): title for name, title in side.items()})
        known[at] = Base(now, gone & now.keys())
        sheet.write(at, now, known[at].missing)
        for each, base in known.items():
            assert sheet.read(each) == base


@pytest.fixture
def shared() -> Any:
    """One store for all examples: a sheet each."""
    kept: dict[str, Any] = {}
    yield kept
    if "store" in kept:
        kept["store"].close()
