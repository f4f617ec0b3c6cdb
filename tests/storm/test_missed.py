"""A write that missed says nothing of who is in a row: what the storm's rules are held against knows that."""

from __future__ import annotations

from sheetdesk.table.grid import Grid
from tests.storm.desk import MAIN, beginning
from tests.storm.ledger import Ledger
from tests.storm.oracle import _is_doubled


def tab(*rows: tuple[str | None, str | None]) -> tuple[Grid, ...]:
    """The tickets' tab with these ids and titles."""
    ids, titles = zip(("ID", "Title"), *rows, strict=True)
    return (Grid("Tickets", len(rows) + 1, [list(ids), list(titles)]),)


def started() -> Ledger:
    ledger = Ledger(beginning(1).desk, moving=MAIN)
    ledger.add_start(MAIN, "0", tab(("T-1", "one"), ("T-2", "two")), 2)
    return ledger


def test_an_id_that_went_into_a_blank_row_makes_that_row_nobody_while_its_own_stands_elsewhere() -> None:
    ledger = started()
    begun = ledger.versions[MAIN, "0"]
    missed = ledger.add_write(MAIN, "1", begun, tab(("T-1", "one"), ("T-2", "two"), ("T-2", None)), 4)
    assert missed.rows == ("start T-1", "start T-2", "nobody's T-2")
    # With more than the id it is the ticket that comes back.
    back = ledger.add_write(MAIN, "2", begun, tab(("T-1", "one"), ("T-2", "two"), ("T-2", "two")), 4)
    assert back.rows[2] == "start T-2"


def test_a_row_whose_id_a_sync_saw_twice_is_doubled_though_a_write_put_another_over_the_copys() -> None:
    ledger = started()
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows.append(page.rows[1].copied("copy"))
    copied = ledger.add_save(
        MAIN, "1", begun, page, tab(("T-1", "one"), ("T-2", "two"), ("T-2", "two")), "Ann"
    )
    ledger.add_write(MAIN, "2", copied, tab(("T-1", "one"), ("T-2", "two"), ("T-3", "two")), 4)
    doubled = [_is_doubled(ledger, (MAIN, revision), "start T-2") for revision in ("0", "1", "2")]
    assert doubled == [False, True, False]
    ledger.doubled[MAIN, "2"] = frozenset({"T-2"})
    assert _is_doubled(ledger, (MAIN, "2"), "start T-2")
    assert not _is_doubled(ledger, (MAIN, "2"), "start T-1")
