"""The store: what is committed comes back as it was, whole runs or nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from sheetdesk.errors import StoreMoved, StoreUnreadable
from sheetdesk.store.engine import make_engine
from sheetdesk.store.store import SheetState, Store, Write, open_store
from sheetdesk.table.change import ChangeSet, Entry, diff
from sheetdesk.table.table import Table, empty_table
from sheetdesk.table.undo import undo_of
from tests.store import NewPlace, Place, run_sql
from tests.table import NOW, TICKETS, assert_same, cell, moment, tables, tickets

EMPTY = empty_table(TICKETS)
# Shrinking an example through a store that waits for the disk takes minutes.
FEW = [Phase.explicit, Phase.reuse, Phase.generate]


def keep(store: Store, table: Table, run: str = "run") -> ChangeSet:
    """Commit what makes the store's tickets equal to `table`."""
    before = store.table(TICKETS)
    changes = diff(before, table)
    store.commit(store.version, [Write(before, changes)], by="test", why="import", run=run, now=NOW)
    return changes


@settings(max_examples=15, deadline=None, phases=FEW)
@given(tables(), tables())
def test_every_type_of_value_comes_back_after_the_store_was_closed(
    new_place: NewPlace, a: Table, b: Table
) -> None:
    place = new_place()
    for table in (a, b):
        with open_store(place) as store:
            keep(store, table)
        with open_store(place) as store:
            assert_same(store.table(TICKETS), table)


@settings(max_examples=8, deadline=None, phases=FEW)
@given(tables(), tables())
def test_a_committed_run_undoes_itself_from_its_journal_and_that_undoes_itself(
    new_place: NewPlace, a: Table, b: Table
) -> None:
    with open_store(new_place()) as store:
        keep(store, a)
        keep(store, b, "wrong")
        for run, next_run, wanted in (("wrong", "undo", a), ("undo", "again", b)):
            now = store.table(TICKETS)
            back = undo_of(now, store.entries([TICKETS], run=run), [])
            assert back.moved == ()
            write = [Write(now, back.changes)]
            store.commit(store.version, write, by="test", why="undo", run=next_run, now=NOW)
            assert_same(store.table(TICKETS), wanted)


def test_rows_come_back_in_the_order_they_came(store: Store) -> None:
    keep(store, tickets(T_003={}, T_001={}))
    keep(store, tickets(T_003={}, T_001={}, T_002={}))
    assert list(store.table(TICKETS).frame.index) == ["T-003", "T-001", "T-002"]


def test_a_commit_is_the_next_version(store: Store) -> None:
    assert store.version == 0
    assert store.commit(0, [], by="test", why="seed", run="r", now=NOW, desk_text="name: D") == 1
    assert (store.version, store.desk_text) == (1, "name: D")


def test_a_commit_worked_out_from_an_old_version_keeps_nothing(store: Store) -> None:
    keep(store, tickets(T_001={"title": "ink"}))
    late = Write(EMPTY, diff(EMPTY, tickets(T_002={})))
    with pytest.raises(StoreMoved, match=r"version 0 became 1") as caught:
        store.commit(
            0, [late], by="late", why="import", run="late", now=NOW,
            counters={"": 9}, origins={"a": "T-002"}, desk_text="late",
        )  # fmt: skip
    assert caught.value.exit_code == 3
    assert list(store.table(TICKETS).frame.index) == ["T-001"]
    assert (store.version, store.desk_text, store.counters(), store.origins()) == (1, "", {}, {})
    assert len(store.entries([TICKETS])) == 1


def test_a_commit_that_fails_half_way_keeps_nothing(store: Store) -> None:
    good = Write(EMPTY, diff(EMPTY, tickets(T_001={})))
    bad = Write(EMPTY, cell("T-404", "title", None, "x"))
    with pytest.raises(ValueError, match="no such row"):
        store.commit(0, [good, bad], by="test", why="import", run="r", now=NOW, counters={"": 1})
    assert (store.version, len(store.table(TICKETS)), store.counters()) == (0, 0, {})


def test_a_row_that_is_there_cannot_be_added_behind_the_tables_back(store: Store) -> None:
    keep(store, tickets(T_001={"title": "ink"}))
    twice = Write(EMPTY, diff(EMPTY, tickets(T_001={"title": "laser"})))
    with pytest.raises(StoreUnreadable):
        store.commit(1, [twice], by="test", why="import", run="r", now=NOW)
    assert store.table(TICKETS).frame.at["T-001", "title"] == "ink"


def test_the_journal_has_one_entry_a_cell_and_one_a_row(store: Store) -> None:
    keep(store, tickets(T_001={"title": "ink", "status": "new"}, T_002={}), "first")
    keep(store, tickets(T_001={"title": "laser", "status": "open"}, T_003={}), "second")
    found = [(e.run, e.kind, e.row, e.column, e.before, e.after) for e in store.entries([TICKETS])]
    assert found == [
        ("first", "added", "T-001", "", None, {"title": "ink", "status": "new"}),
        ("first", "added", "T-002", "", None, {}),
        ("second", "removed", "T-002", "", {}, None),
        ("second", "added", "T-003", "", None, {}),
        ("second", "changed", "T-001", "title", "ink", "laser"),
        ("second", "changed", "T-001", "status", "new", "open"),
    ]
    assert [e.number for e in store.entries([TICKETS])] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("due", moment("2026-03-29 00:59:59.123456"), moment("1900-03-01")),
        ("bought", moment("2026-03-29").tz_localize(None), None),
        ("vip", True, False), ("vip", None, True), ("satisfaction", 0.1, 1e300), ("title", "墨\n🖨", None),
    ],
)  # fmt: skip
def test_a_changed_value_comes_back_typed(store: Store, column: str, before: Any, after: Any) -> None:
    keep(store, tickets(T_001={column: before}))
    keep(store, tickets(T_001={column: after}), "change")
    [entry] = store.entries([TICKETS], run="change")
    assert (entry.before, entry.after) == (before, after)
    assert entry.seen_from == entry.seen_to == NOW


def test_entries_are_of_the_row_the_run_and_the_tables_asked_for(store: Store) -> None:
    keep(store, tickets(T_001={}), "a")
    keep(store, tickets(T_001={"title": "ink"}, T_002={}), "b")
    assert [e.run for e in store.entries([TICKETS], row="T-001")] == ["a", "b"]
    assert [e.row for e in store.entries([TICKETS], run="b")] == ["T-002", "T-001"]
    assert store.entries([]) == []


def test_an_import_may_bring_its_own_history(store: Store) -> None:
    then = datetime(2020, 1, 1, tzinfo=UTC)
    row = {"title": "ink", "due": moment("2020-01-01")}
    own = Entry("tickets", "T-001", "added", "", None, row, then, then, "import:a.csv", "import")
    write = Write(EMPTY, diff(EMPTY, tickets(T_001={"title": "ink"})), [own])
    store.commit(0, [write], by="test", why="import", run="r", now=NOW)
    [entry] = store.entries([TICKETS])
    assert (entry.seen_from, entry.by, entry.after["due"]) == (then, "import:a.csv", moment("2020-01-01"))


def test_entries_of_columns_that_the_desk_lost_keep_their_raw_values(store: Store) -> None:
    entry = Entry("tickets", "T-001", "changed", "colour", 1, 2, NOW, NOW, "test", "import")
    store.commit(0, [Write(EMPTY, ChangeSet(), [entry])], by="test", why="import", run="r", now=NOW)
    assert [(e.before, e.after) for e in store.entries([TICKETS])] == [(1, 2)]


def test_a_journal_longer_than_one_batch_is_whole(store: Store) -> None:
    entries = [
        Entry("tickets", str(n), "changed", "title", None, "x", NOW, NOW, "t", "i") for n in range(5001)
    ]
    store.commit(0, [Write(EMPTY, ChangeSet(), entries)], by="test", why="import", run="r", now=NOW)
    assert [e.row for e in store.entries([TICKETS])] == [str(n) for n in range(5001)]


def test_an_archived_ticket_comes_back_with_new_values(store: Store) -> None:
    keep(store, tickets(T_001={"title": "ink"}, T_002={}))
    keep(store, tickets(T_002={}))
    assert list(store.table(TICKETS).frame.index) == ["T-002"]
    keep(store, tickets(T_002={}, T_001={"title": "laser"}))
    assert store.table(TICKETS).frame["title"].to_dict() == {"T-002": None, "T-001": "laser"}


def test_an_archived_ticket_stays_in_the_store(store: Store, place: Place) -> None:
    keep(store, tickets(T_001={"title": "ink"}))
    keep(store, EMPTY)
    assert run_sql(place, "SELECT id, archived FROM rows") == [("T-001", True)]


def test_counters_and_origins_are_kept_with_the_commit(store: Store) -> None:
    more: dict[str, Any] = {"by": "test", "why": "import", "run": "r", "now": NOW}
    store.commit(0, [], counters={"202601": 3, "": 1}, origins={"a.csv:1": "T-001"}, **more)
    store.commit(1, [], counters={"202601": 5}, origins={"a.csv:1": "T-009", "a.csv:2": "T-002"}, **more)
    assert store.counters() == {"202601": 5, "": 1}
    assert store.counters("cases") == {}
    assert store.origins() == {"a.csv:1": "T-001", "a.csv:2": "T-002"}


def test_a_sheet_is_remembered_by_its_key_as_last_written(store: Store) -> None:
    assert store.sheets() == []
    store.record_sheet(SheetState("main", "t.xlsx", "agent"))
    store.record_sheet(SheetState("main", "t.xlsx", "agent", "Ann", "overdue"))
    store.record_sheet(SheetState("other", "o.xlsx"))
    assert store.sheets() == [
        SheetState("main", "t.xlsx", "agent", "Ann", "overdue"),
        SheetState("other", "o.xlsx"),
    ]


def test_each_store_has_a_lineage_of_its_own_that_stays(new_place: NewPlace) -> None:
    found = []
    one, other = new_place(), new_place()
    for place in (one, one, other):
        with open_store(place) as store:
            found.append(store.lineage)
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize("name", ["a b", "100%", "a?b#c", "台"])
def test_a_store_stands_where_it_was_asked_for(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with open_store(folder / "desk.db"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (folder / "desk.db").is_file()


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnreadable, match=r"desk\.db cannot be used: file is not a database\. Check"):
        open_store(path)
    assert path.read_bytes() == b"not a database" * 100


def test_a_folder_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreadable, match="unable to open database file"):
        open_store(tmp_path / "none" / "desk.db")


def test_a_store_of_a_later_form_is_not_opened_by_mistake(place: Place) -> None:
    open_store(place).close()
    run_sql(place, "UPDATE desk SET form = 99")
    with pytest.raises(StoreUnreadable, match="form 99"):
        open_store(place)


def test_a_damaged_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with open_store(path) as store:
        keep(store, tickets(**{f"T_{n:03}": {"title": "ink " * 200} for n in range(100)}))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreUnreadable, match="malformed"), open_store(path) as store:
        store.table(TICKETS)


def test_a_full_disk_keeps_the_version_before_and_the_next_run_carries_on(path: Path) -> None:
    with open_store(path) as store:
        keep(store, tickets(T_001={"title": "ink"}))
        with store._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}")
        with pytest.raises(StoreUnreadable, match="full"):
            keep(store, tickets(T_001={"title": "ink" * 9000}, T_002={"title": "x" * 30_000}))
        assert store.version == 1
        assert_same(store.table(TICKETS), tickets(T_001={"title": "ink"}))
    with open_store(path) as store:
        keep(store, tickets(T_001={"title": "ink" * 9000}))
        assert (store.version, store.audit([TICKETS]).is_whole) == (2, True)


def test_whoever_reads_a_store_holds_up_nobody_who_writes_it(path: Path) -> None:
    with open_store(path) as store:
        assert run_sql(path, "PRAGMA journal_mode") == [("wal",)]
        with store.snapshot() as read:
            assert read.version == 0
            keep(store, tickets(T_001={"title": "ink"}))
            assert (read.version, store.version) == (0, 1)


def test_a_store_that_another_is_just_making_is_waited_for(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        Timer(0.1, lambda: other.execute("COMMIT")).start()
        with open_store(path) as store:
            assert store.version == 0


def test_a_file_that_was_put_in_the_place_of_an_open_stores_is_another_store(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with open_store(path) as store:
        keep(store, tickets(T_001={"title": "ink"}))
    with open_store(path) as store:
        assert len(store.table(TICKETS)) == 1
        for file in tmp_path.iterdir():
            file.unlink()
        with open_store(path) as other:
            assert len(other.table(TICKETS)) == 0
            keep(other, tickets(T_002={"title": "toner"}))
        with open_store(path) as again:
            assert list(again.table(TICKETS).frame.index) == ["T-002"]


def test_a_file_that_is_opened_again_is_asked_what_is_known_by_then(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    with open_store(path):
        pass
    first, again = make_engine(path)[0], make_engine(path)[0]
    assert first is again
    path.rename(tmp_path / "old.db")
    with open_store(path):
        assert make_engine(path)[0] is not first
