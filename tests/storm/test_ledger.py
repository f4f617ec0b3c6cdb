"""Who is in which row, as the storm keeps it: what its rules are held against."""

from __future__ import annotations

from sheetdesk.table.grid import Grid
from tests.storm.desk import MAIN, beginning
from tests.storm.ledger import Ledger


def tab(*rows: tuple[str | None, str | None]) -> tuple[Grid, ...]:
    """The tickets' tab with these ids and titles."""
    ids, titles = zip(("ID", "Title"), *rows, strict=True)
    return (Grid("Tickets", len(rows) + 1, [list(ids), list(titles)]),)


def test_a_ticket_that_is_put_where_an_id_had_gone_astray_is_itself() -> None:
    # The id that a new row was to get went into a blank one, for somebody deleted a row above; the next write
    # puts it where it belongs, and into the blank row the deleted ticket, which somebody else had changed.
    ledger = Ledger(beginning(1).desk, moving=MAIN)
    ledger.add_start(MAIN, "0", tab(("T-1", "one"), ("T-2", "two")), 2)
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows[0].who, page.rows[0].cells = "new", {"title": "typed"}
    made = ledger.add_save(MAIN, "1", begun, page, tab((None, "typed"), ("T-2", "two")), "Ann")
    ledger.names["T-3"] = "new"
    missed = ledger.add_write(MAIN, "2", made, tab((None, "typed"), ("T-2", "two"), ("T-3", None)), 4)
    mended = ledger.add_write(MAIN, "3", missed, tab(("T-3", "typed"), ("T-2", "two"), ("T-1", "one")), 6)
    assert mended.rows == ("new", "start T-2", "start T-1")
    # A row that says more than its id stays who it is, whatever id a write puts there.
    full = ledger.add_write(MAIN, "4", missed, tab((None, "typed"), ("T-2", "two"), ("T-3", "x")), 6)
    again = ledger.add_write(MAIN, "5", full, tab(("T-3", "typed"), ("T-2", "two"), ("T-1", "x")), 8)
    assert again.rows[2] == full.rows[2] == "nobody's T-3"
