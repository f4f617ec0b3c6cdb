"""A store of an earlier form is brought to this one, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from sheetdesk.errors import StoreUnreadable, VersionUnknown
from sheetdesk.store import form, schema
from sheetdesk.store.bases import Agreement
from sheetdesk.store.store import SheetState, Write, open_store
from sheetdesk.table.change import diff
from tests.store import Place, run_sql
from tests.table import NOW, TICKETS, assert_same, tickets

FORM_1 = [
    "CREATE TABLE desk (one INTEGER NOT NULL, version INTEGER NOT NULL, lineage TEXT NOT NULL,"
    " form INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (one))",
    "CREATE TABLE rows (table_key TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,"
    " archived BOOLEAN NOT NULL, cells TEXT NOT NULL, PRIMARY KEY (table_key, id))",
    "CREATE TABLE counters (table_key TEXT NOT NULL, period TEXT NOT NULL, last INTEGER NOT NULL,"
    " PRIMARY KEY (table_key, period))",
    "CREATE TABLE entries (number INTEGER NOT NULL, table_key TEXT NOT NULL, row_id TEXT NOT NULL,"
    " kind TEXT NOT NULL, column_key TEXT NOT NULL, seen_from BIGINT NOT NULL, seen_to BIGINT NOT NULL,"
    ' "by" TEXT NOT NULL, why TEXT NOT NULL, run TEXT NOT NULL, values_digest {bytes} NOT NULL,'
    " chain {bytes} NOT NULL, PRIMARY KEY (number))",
    "CREATE INDEX entries_of_row ON entries (table_key, row_id)",
    "CREATE INDEX entries_of_run ON entries (run)",
    'CREATE TABLE entry_values (number INTEGER NOT NULL, salt {bytes} NOT NULL, "before" TEXT, "after" TEXT,'
    " PRIMARY KEY (number), FOREIGN KEY(number) REFERENCES entries (number))",
    "CREATE TABLE origins (origin TEXT NOT NULL, row_id TEXT NOT NULL, PRIMARY KEY (origin))",
    'CREATE TABLE sheets ("key" TEXT NOT NULL, address TEXT NOT NULL, digest TEXT NOT NULL,'
    ' version INTEGER NOT NULL, role TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY ("key"))',
    "INSERT INTO desk VALUES (1, 4, 'abc', 1, 'name: Old')",
    "INSERT INTO sheets VALUES ('main', 't.xlsx', 'aa bb', 4, 'agent', '')",
]  # fmt: skip
"""The tables of the first form, of a desk of four versions; its tickets are added by `old`."""


@pytest.fixture
def old(place: Place) -> Place:
    """A store of form 1 with two tickets and three entries."""
    with open_store(place) as store:
        before = store.table(TICKETS)
        first = tickets(T_001={"title": "ink"}, T_002={})
        store.commit(0, [Write(before, diff(before, first))], by="cli:ann", why="import", run="a", now=NOW)
        then = tickets(T_001={"title": "laser"}, T_002={})
        store.commit(1, [Write(first, diff(first, then))], by="cli:ben", why="import", run="b", now=NOW)
    kept = ("rows", "entries", "entry_values")
    run_sql(place, *(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}" for name in kept))
    names = [table.name for table in reversed(schema.metadata.sorted_tables)]
    kind = "BLOB" if isinstance(place, Path) else "BYTEA"
    run_sql(
        place,
        *(f"DROP TABLE {name}" for name in names),
        *(statement.format(bytes=kind) for statement in FORM_1),
        *(f"INSERT INTO {name} SELECT * FROM kept_{name}" for name in kept),
        *(f"DROP TABLE kept_{name}" for name in kept),
    )
    return place


def test_a_store_of_the_first_form_goes_on_with_all_it_holds(old: Place) -> None:
    with open_store(old) as store:
        assert (store.version, store.lineage, store.desk_text) == (4, "abc", "name: Old")
        assert store.table(TICKETS).frame["title"].to_dict() == {"T-001": "laser", "T-002": None}
        assert [entry.run for entry in store.entries([TICKETS])] == ["a", "a", "b"]
        assert store.sheets() == [SheetState("main", "t.xlsx", "agent", "", "")]
        # Both files that a build which was cut off may have left still count as ours.
        agreement = store.agreement("main")
        assert (agreement.made, agreement.drawn) == (("aa", "bb"), 4)
        store.record_sheet(SheetState("other", "o.xlsx"))
        assert store.audit([TICKETS]).is_whole
    assert run_sql(old, "SELECT form FROM desk") == [(schema.FORM,)]


def test_a_store_of_the_second_form_gets_an_outbox_of_this_one(place: Place) -> None:
    open_store(place).close()
    run_sql(
        place,
        "DROP TABLE notices",
        "DROP TABLE rule_states",
        "CREATE TABLE outbox (key TEXT NOT NULL, PRIMARY KEY (key))",
        "UPDATE desk SET form = 2",
    )
    with open_store(place) as store:
        assert (store.outbox.notices(), store.rule_states()) == ([], {})
    assert run_sql(place, "SELECT form FROM desk") == [(schema.FORM,)]
    with pytest.raises(Exception, match="outbox"):
        run_sql(place, "SELECT * FROM outbox")


def test_a_store_of_the_fourth_form_remembers_peoples_own_cells_and_keeps_what_is_to_be_told(
    place: Place,
) -> None:
    with open_store(place) as store:
        store.outbox.keep({"told": {"to": "ops"}}, NOW)
    run_sql(place, "DROP TABLE own_cells", "UPDATE desk SET form = 4")
    with open_store(place) as store:
        assert store.own_cells("main") == {}
        assert [notice.key for notice in store.outbox.notices()] == ["told"]
    assert run_sql(place, "SELECT form FROM desk") == [(schema.FORM,)]


def test_a_store_of_the_fifth_form_knows_of_no_rows_that_were_begun(place: Place) -> None:
    with open_store(place) as store:
        store.agree(Agreement("main", begun={"tickets": {"T-001": {"title": "ink"}}}, begun_at=4))
    facts = json.loads(run_sql(place, "SELECT facts FROM agreements")[0][0])
    kept = {key: value for key, value in facts.items() if not key.startswith("begun")}
    assert facts.keys() - kept == {"begun", "begun_at"}
    run_sql(place, f"UPDATE agreements SET facts = '{json.dumps(kept)}'", "UPDATE desk SET form = 5")
    with open_store(place) as store:
        agreement = store.agreement("main")
        assert (agreement.begun, agreement.begun_at, agreement.serial) == ({}, 0, 1)
    assert run_sql(place, "SELECT form FROM desk") == [(schema.FORM,)]


def test_an_upgraded_store_knows_its_versions_from_then_on(old: Place) -> None:
    with open_store(old) as store:
        now = store.table(TICKETS)
        changes = diff(now, tickets(T_001={"title": "toner"}))
        store.commit(4, [Write(now, changes)], by="cli:ann", why="import", run="c", now=NOW)
    with open_store(old) as store:
        assert [(c.version, c.run, c.count) for c in store.commits()] == [(4, "", 3), (5, "c", 2)]
        assert_same(store.table_at(TICKETS, 4), now)
        assert_same(store.table_at(TICKETS, 5), tickets(T_001={"title": "toner"}))
        with pytest.raises(VersionUnknown, match=r"how version 1 was\. It knows 4 to 5"):
            store.table_at(TICKETS, 1)


def test_an_upgrade_that_fails_changes_nothing(old: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: sa.Connection, _: object) -> None:
        connection.execute(sa.text("SELECT * FROM nothing_of_this_name"))

    with monkeypatch.context() as broken:
        broken.setattr(form, "_to_form_2", fail)
        with pytest.raises(StoreUnreadable, match="nothing_of_this_name"):
            open_store(old)
    assert run_sql(old, "SELECT form FROM desk") == [(1,)]
    with open_store(old) as store:
        assert store.version == 4


def test_opening_a_store_of_this_form_writes_nothing(place: Place) -> None:
    open_store(place).close()
    written: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        written.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        open_store(place).close()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert written
    assert not [s for s in written if s.startswith(("CREATE", "INSERT", "UPDATE", "ALTER", "BEGIN IMM"))]
