"""A table as it was, one moment for several readings, and what an audit finds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sheetdesk.errors import StoreUnreadable, VersionUnknown
from sheetdesk.store.audit import Head
from sheetdesk.store.store import Store, Write, open_store
from sheetdesk.table.change import ChangeSet, Entry, diff
from sheetdesk.table.table import Table, empty_table
from tests.store import NewPlace, Place, run_sql
from tests.table import NOW, TICKETS, assert_same, cell, tables, tickets

FEW = [Phase.explicit, Phase.reuse, Phase.generate]


def keep(store: Store, table: Table) -> None:
    """Commit what makes the store's tickets equal to `table`."""
    before, version = store.table(TICKETS), store.version
    write = Write(before, diff(before, table))
    store.commit(version, [write], by="test", why="import", run=f"r{version}", now=NOW)


@settings(max_examples=6, deadline=None, phases=FEW)
@given(st.lists(tables(), min_size=1, max_size=4))
def test_every_version_of_a_table_can_be_worked_out_and_replays(
    new_place: NewPlace, states: list[Table]
) -> None:
    with open_store(new_place()) as store:
        for state in states:
            keep(store, state)
        assert store.audit([TICKETS]).is_whole
        for version, state in enumerate([empty_table(TICKETS), *states]):
            assert_same(store.table_at(TICKETS, version), state)


def test_a_version_that_never_was_is_refused(store: Store) -> None:
    keep(store, tickets(T_001={}))
    for version in (2, -1):
        with pytest.raises(VersionUnknown, match=rf"how version {version} was\. It knows 0 to 1"):
            store.table_at(TICKETS, version)


def test_each_version_tells_what_it_came_from(store: Store) -> None:
    keep(store, tickets(T_001={}, T_002={}))
    store.commit(1, [], by="desk file", why="seed", run="empty", now=NOW)
    keep(store, tickets(T_001={"title": "ink"}))
    found = [(c.version, c.run, c.by, c.moment, c.last_entry, c.count) for c in store.commits()]
    assert found == [
        (1, "r0", "test", NOW, 2, 2),
        (2, "empty", "desk file", NOW, 2, 0),
        (3, "r2", "test", NOW, 4, 2),
    ]


def test_what_is_read_in_a_snapshot_is_of_one_version(store: Store) -> None:
    keep(store, tickets(T_001={"title": "ink"}))
    with store.snapshot() as then:
        assert then.version == 1
        keep(store, tickets(T_001={"title": "laser"}, T_002={}))
        assert (then.version, len(then.table(TICKETS)), len(then.entries([TICKETS]))) == (1, 1, 1)
    assert (store.version, len(store.table(TICKETS))) == (2, 2)


def test_the_head_stays_on_the_chain_as_the_journal_grows(store: Store) -> None:
    heads = [store.head()]
    assert (heads[0].number, heads[0].digest) == (0, "")
    for number in range(3):
        keep(store, tickets(T_001={"title": f"v{number}"}))
        heads.append(store.head())
    assert [head.number for head in heads] == [0, 1, 2, 3]
    assert store.audit([TICKETS], heads).is_whole


def test_a_head_shows_that_the_end_was_cut_off_or_that_the_store_is_another(
    store: Store, place: Place
) -> None:
    keep(store, tickets(T_001={"title": "ink"}))
    keep(store, tickets(T_001={"title": "laser"}))
    head = store.head()
    first = Head(1, "00" * 32, head.lineage)
    other = Head(head.number, head.digest, "another")
    assert store.audit([TICKETS], [head, first, other]).strange == (first, other)
    run_sql(place, "DELETE FROM entry_values WHERE number = 2", "DELETE FROM entries WHERE number = 2")
    found = store.audit([TICKETS], [head])
    assert (found.broken, found.strange, found.is_whole) == (None, (head,), False)
    # The row still stands as the entry that is gone made it.
    assert found.differing == (("tickets", "T-001", "title"),)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("""UPDATE rows SET cells = '{"title":"forged"}' WHERE id = 'T-001'""", ("T-001", "title")),
        ("UPDATE rows SET archived = TRUE WHERE id = 'T-001'", ("T-001", "")),
        ("DELETE FROM rows WHERE id = 'T-002'", ("T-002", "")),
        ("INSERT INTO rows VALUES ('tickets', 'T-009', 9, FALSE, '{}')", ("T-009", "")),
    ],
)
def test_a_row_changed_behind_the_journals_back_is_named(
    store: Store, place: Place, statement: str, found: tuple[str, str]
) -> None:
    keep(store, tickets(T_001={"title": "ink"}, T_002={}))
    run_sql(place, statement)
    assert store.audit([TICKETS]).differing == (("tickets", *found),)
    assert store.audit([TICKETS]).broken is None


def test_erased_values_are_counted_and_what_they_touched_is_not_compared(store: Store, place: Place) -> None:
    keep(store, tickets(T_001={"title": "ink"}, T_002={"title": "a"}))
    keep(store, tickets(T_001={"title": "laser"}, T_002={"title": "b"}))
    run_sql(place, "DELETE FROM entry_values WHERE number IN (1, 4)")
    found = store.audit([TICKETS])
    assert (found.entries, found.erased, found.broken, found.differing) == (4, 2, None, ())
    run_sql(place, """UPDATE rows SET cells = '{"title":"b","vip":true}' WHERE id = 'T-002'""")
    assert store.audit([TICKETS]).differing == (("tickets", "T-002", "vip"),)


@pytest.mark.parametrize("text", ["lone \ud800 surrogate", "null \x00 byte"])
def test_a_text_that_the_database_cannot_hold_keeps_nothing(store: Store, text: str) -> None:
    keep(store, tickets(T_001={"title": "ink"}))
    now = store.table(TICKETS)
    entry = Entry("tickets", "T-001", "changed", "title", "ink", "laser", NOW, NOW, text, "import")
    write = Write(now, cell("T-001", "title", "ink", "laser"), [entry])
    if store._engine.dialect.name == "sqlite" and "\x00" in text:
        store.commit(1, [write], by="test", why="import", run="r", now=NOW)
        assert store.audit([TICKETS]).is_whole
        return
    with pytest.raises(StoreUnreadable):
        store.commit(1, [write], by="test", why="import", run="r", now=NOW)
    assert store.version == 1
    assert_same(store.table(TICKETS), now)
    store.commit(1, [Write(now, ChangeSet())], by="test", why="import", run="r", now=NOW)


@pytest.fixture
def frozen(path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Store]:
    """Opens the store at `path` as somebody who may not write it."""

    def give() -> Store:
        with monkeypatch.context() as nobody:
            nobody.setattr(os, "access", lambda *_: False)
            return open_store(path)

    return give


def test_who_may_not_write_reads_what_a_writer_beside_has_committed(
    path: Path, frozen: Callable[[], Store]
) -> None:
    with open_store(path) as writer:
        keep(writer, tickets(T_001={"title": "ink"}))
        with frozen() as reader:
            assert reader.version == 1
            keep(writer, tickets(T_001={"title": "laser"}))
            assert reader.table(TICKETS).frame.at["T-001", "title"] == "laser"
            with pytest.raises(StoreUnreadable, match="readonly"):
                keep(reader, tickets())


def test_who_may_not_write_is_told_when_the_file_changed_while_it_was_read(
    path: Path, frozen: Callable[[], Store]
) -> None:
    open_store(path).close()

    def read_meanwhile(reader: Store) -> None:
        with reader.snapshot() as then:
            assert then.version == 0
            with open_store(path) as writer:
                keep(writer, tickets(T_001={"title": "ink"}))

    with frozen() as reader:
        with pytest.raises(StoreUnreadable, match="written while it was read"):
            read_meanwhile(reader)
        assert reader.version == 1
