"""Who is in which row, as the storm keeps it: what its rules are held against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any

import pytest

from sheetdesk.table.change import Entry
from sheetdesk.table.grid import Grid, GridTable
from sheetdesk.table.table import stored
from tests.storm.desk import COPY, MAIN, beginning
from tests.storm.ledger import Ledger, Version
from tests.storm.oracle import (
    Rest,
    _creations,
    _human_values,
    _is_doubled,
    _journalled,
    _left_unread,
    _own,
    _strange_values,
    _told,
    lost,
    violations,
)
from tests.storm.page import Row
from tests.storm.people import Hands, sort_rows, sort_without_ids

BEGAN = (("T-1", "one"), ("T-2", "two"))


def tab(*rows: tuple[str | None, str | None]) -> tuple[Grid, ...]:
    """The tickets' tab with these ids and titles."""
    ids, titles = zip(("ID", "Title"), *rows, strict=True)
    return (Grid("Tickets", len(rows) + 1, [list(ids), list(titles)]),)


def started() -> Ledger:
    ledger = Ledger(beginning(1).desk, moving=MAIN)
    ledger.add_start(MAIN, "0", tab(("T-1", "one"), ("T-2", "two")), 2)
    return ledger


def typed_below(ledger: Ledger) -> Version:
    """Ann saves the file with another title for the second ticket."""
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows[1].cells["title"] = "typed"
    return ledger.add_save(MAIN, "1", begun, page, tab(("T-1", "one"), ("T-2", "typed")), "Ann")


def test_a_ticket_that_is_put_where_an_id_had_gone_astray_is_itself() -> None:
    # The id that a new row was to get went into a blank one, for somebody deleted a row above; the next write
    # puts it where it belongs, and into the blank row the deleted ticket, which somebody else had changed.
    ledger = started()
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


def test_a_ticket_that_is_put_where_all_that_a_new_row_was_to_get_had_gone_astray_is_itself() -> None:
    def shown(*rows: tuple[str | None, ...]) -> tuple[Grid, ...]:
        columns = zip(("ID", "Created", "Title", "Status"), *rows, strict=True)
        return (Grid("Tickets", len(rows) + 1, list(map(list, columns))),)

    ledger = Ledger(beginning(1).desk, moving=MAIN)
    one, two = ("T-1", None, "one", None), ("T-2", None, "two", None)
    ledger.add_start(MAIN, "0", shown(one, two), 2)
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows[0].who, page.rows[0].cells = "new", {"title": "typed"}
    typed = (None, None, "typed", None)
    made = ledger.add_save(MAIN, "1", begun, page, shown(typed, two), "Ann")
    ledger.names["T-3"] = "new"
    missed = ledger.add_write(MAIN, "2", made, shown(typed, two, ("T-3", "now", None, "New")), 4)
    mended = ledger.add_write(MAIN, "3", missed, shown(("T-3", "now", "typed", "New"), two, one), 6)
    assert missed.rows == ("new", "start T-2", "nobody's T-3")
    assert mended.rows == ("new", "start T-2", "start T-1")


def test_what_a_write_put_into_a_row_before_it_was_the_tickets_is_behind_what_stands_there() -> None:
    # A title went into the blank row below a deleted one, or a type into the column of the ids.
    # The next write puts the ticket that had the title there.
    for kind in (None, "Hardware"):
        ledger = started()
        made = typed_below(ledger)
        page = made.page()
        del page.rows[1]
        gone = ledger.add_save(MAIN, "2", made, page, tab(("T-1", "one")), "Ben")
        missed = ledger.add_write(MAIN, "3", gone, tab(("T-1", "one"), (kind, "typed")), 4)
        assert missed.rows == ("start T-1", f"nobody's {kind}" if kind else "")
        mended = ledger.add_write(MAIN, "4", missed, tab(("T-1", "one"), ("T-2", "typed")), 6)
        assert mended.rows == ("start T-1", "start T-2")
        assert mended.sources["start T-2", "title"] == {0}


@pytest.mark.parametrize("is_read", [True, False])
def test_who_types_over_what_came_back_saw_what_all_had_typed_there_who_meant_the_same(
    *, is_read: bool
) -> None:
    # Two type the same in two sheets, the row is deleted in one, and comes back with it.
    ledger = started()
    typed = typed_below(ledger)
    if is_read:
        ledger.seen.add((MAIN, typed.revision))
    ledger.add_start(COPY, "c 0", tab(("T-1", "one"), ("T-2", "two")), 2)
    page = ledger.versions[COPY, "c 0"].page()
    page.rows[1].cells["title"] = "typed"
    ledger.add_save(COPY, "c 1", ledger.versions[COPY, "c 0"], page, typed.grids, "Cy")
    page = typed.page()
    del page.rows[1]
    gone = ledger.add_save(MAIN, "2", typed, page, tab(("T-1", "one")), "Ben")
    back = ledger.add_write(MAIN, "3", gone, typed.grids, 4)
    assert back.sources["start T-2", "title"] == ({0, 1} if is_read else {1})


def test_who_types_into_a_row_that_came_back_with_a_cleared_cell_saw_that_it_was_cleared() -> None:
    ledger = started()
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows[1].cells["title"] = None
    cleared = ledger.add_save(MAIN, "1", begun, page, tab(("T-1", "one"), ("T-2", None)), "Cy")
    page = cleared.page()
    del page.rows[1]
    gone = ledger.add_save(MAIN, "2", cleared, page, tab(("T-1", "one")), "Ben")
    back = ledger.add_write(MAIN, "3", gone, tab(("T-1", "one"), ("T-2", None)), 4)
    assert back.sources["start T-2", "title"] == {0}
    # What nobody cleared is nobody's.
    assert not back.sources.get(("start T-1", "title"))


def test_a_row_with_no_tickets_id_into_which_somebody_typed_is_that_ones_row_whatever_id_it_gets() -> None:
    ledger = started()
    begun = ledger.versions[MAIN, "0"]
    missed = ledger.add_write(MAIN, "1", begun, tab(("T-1", "one"), ("T-2", "two"), ("Hardware", None)), 4)
    page = missed.page()
    page.rows[2].cells["title"] = "typed"
    rows = (("T-1", "one"), ("T-2", "two"))
    typed = ledger.add_save(MAIN, "2", missed, page, tab(*rows, ("Hardware", "typed")), "Ann")
    mended = ledger.add_write(MAIN, "3", typed, tab(*rows, ("T-3", "typed")), 6)
    assert mended.rows[2] == "nobody's Hardware"
    assert mended.sources["nobody's Hardware", "title"] == {0}


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


def test_a_ticket_that_another_sheet_took_for_a_row_with_another_id_here_is_that_rows_twin() -> None:
    # Somebody copies T-2 in a copy of the sheet and edits the first of both: that one became T-3 there.
    ledger = started()
    begun = ledger.versions[MAIN, "0"]
    ledger.copy("copy", "start T-2")
    ledger.names["T-3"] = "start T-2"
    rows = (("T-1", "one"), ("T-2", "two"))
    made = ledger.add_write(MAIN, "1", begun, tab(*rows, ("T-3", "two")), 4)
    assert made.rows == ("start T-1", "start T-2", "copy")
    # What is typed into the one that stood here is known to be typed there.
    page = made.page()
    page.rows[1].cells["title"] = None
    ledger.add_save(MAIN, "2", made, page, tab(("T-1", "one"), ("T-2", None), ("T-3", "two")), "Ben")
    assert [(typed.who, typed.value) for typed in ledger.typed] == [("start T-2", None)]
    # Without its own id, the row may be the one that was meant.
    again = ledger.add_write(MAIN, "3", begun, tab(("T-1", "one"), (None, "two"), ("T-3", "two")), 4)
    assert again.rows[2] == "start T-2"


def test_of_several_twins_it_is_the_one_that_has_the_rows_id_in_the_other_sheet() -> None:
    ledger = started()
    begun = ledger.versions[MAIN, "0"]
    ledger.copy("copy", "start T-2")
    ledger.copy("another", "start T-2")
    ledger.names["T-3"] = "start T-2"
    ledger.ids |= {"copy": {"T-2"}, "another": {"T-4"}}
    made = ledger.add_write(MAIN, "1", begun, tab(("T-1", "one"), ("T-2", "two"), ("T-3", "two")), 4)
    assert made.rows == ("start T-1", "start T-2", "copy")


def test_what_was_typed_into_a_column_that_somebody_deleted_before_a_sync_came_was_not_read() -> None:
    ledger = started()
    made = typed_below(ledger)
    page = made.page()
    page.columns.remove("title")
    ledger.add_save(MAIN, "2", made, page, (Grid("Tickets", 3, [["ID", "T-1", "T-2"]]),), "Ben")
    ledger.seen.add((MAIN, "2"))
    assert not ledger.is_read(0)
    ledger.seen.add((MAIN, "1"))
    assert ledger.is_read(0)


@pytest.mark.parametrize(("name", "deleted"), [(None, "owner"), ("T-2", "owner"), (None, "title")])
def test_what_stood_in_a_row_is_to_be_in_the_journal_though_it_had_no_id_and_its_column_is_deleted(
    name: str | None, deleted: str
) -> None:
    columns = {"id": ("ID", "T-1", name), "title": ("Title", "one", "new"), "owner": ("Owner", None, "Ann")}

    def shown(*keys: str) -> tuple[Grid, ...]:
        return (Grid("Tickets", 3, [list(columns[key]) for key in keys]),)

    ledger = Ledger(beginning(1).desk)
    ledger.add_start(MAIN, "0", (Grid("Tickets", 2, [["ID", "T-1"], ["Title", "one"], ["Owner", None]]),), 2)
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows.append(Row("new", {"id": name, "title": "new", "owner": "Ann"}))
    typed = ledger.add_save(MAIN, "1", begun, page, shown(*columns), "Ann")
    page = typed.page()
    page.columns.remove(deleted)
    left = ledger.add_save(MAIN, "2", typed, page, shown(*(key for key in columns if key != deleted)), "Ben")
    if deleted != "owner":
        # Here a sync takes the value out of the row.
        columns["owner"] = ("Owner", None, None)
        left = ledger.add_write(MAIN, "3", left, shown("id", "owner"), 4)
    ledger.seen |= {(MAIN, "1"), (MAIN, left.revision)}
    ledger.ids["new"] = {"T-2"}
    lost = list(_journalled(rest_of(ledger, left.revision)))
    assert len([violation for violation in lost if "column='owner'" in violation.text]) == 1


@pytest.mark.parametrize(("name", "broken"), [(None, 0), ("T-1", 1)])
def test_what_was_cleared_in_a_row_that_was_no_ticket_yet_and_filled_again_is_in_no_journal(
    name: str | None, broken: int
) -> None:
    def shown(owner: str | None) -> tuple[Grid, ...]:
        return (Grid("Tickets", 2, [["ID", name], ["Title", "one"], ["Owner", owner]]),)

    ledger = Ledger(beginning(1).desk)
    ledger.add_start(MAIN, "0", (Grid("Tickets", 2, [["ID", None], ["Title", None], ["Owner", None]]),), 2)
    made = ledger.versions[MAIN, "0"]
    for revision, owner in (("1", "Ann"), ("2", None), ("3", "Cy")):
        page = made.page()
        page.rows[0].who, page.rows[0].cells = "new", {"id": name, "title": "one", "owner": owner}
        made = ledger.add_save(MAIN, revision, made, page, shown(owner), "Ben")
    ledger.seen |= {(MAIN, "2"), (MAIN, "3")}
    ledger.ids["new"] = {"T-1"}
    lost = list(_journalled(rest_of(ledger, "3")))
    assert len([violation for violation in lost if "value=None" in violation.text]) == broken


def test_a_value_that_nobody_can_read_is_not_another_that_nobody_can_read() -> None:
    # A write that had not seen a column come puts a status among the types.
    def typed(kind: str) -> tuple[Grid, ...]:
        return (Grid("Tickets", 2, [["ID", "T-1"], ["Type", kind]]),)

    ledger = Ledger(beginning(1).desk, moving=MAIN)
    ledger.add_start(MAIN, "0", typed("Network"), 2)
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows[0].cells["type"] = "whatever"
    made = ledger.add_save(MAIN, "1", begun, page, typed("whatever"), "Ben")
    missed = ledger.add_write(MAIN, "2", made, typed("New"), 4)
    mended = ledger.add_write(MAIN, "3", missed, typed("whatever"), 6)
    spot = "start T-1", "type"
    assert [version.sources[spot] for version in (made, missed, mended)] == [{0}, set(), {0}]


def test_what_people_wrote_among_their_own_stands_in_one_of_the_rows_that_are_called_so() -> None:
    # Of a row whose id and title somebody changed a sync makes a new ticket, and shows the old one again.
    def beside(*own: str | None) -> tuple[Grid, ...]:
        return (Grid("Tickets", 3, [["ID", "T-1", "T-2"], ["Mine", *own]]),)

    for last, expected in (("theirs", 0), ("other", 1), (None, 1)):
        ledger = Ledger(beginning(1).desk, moving=MAIN)
        ledger.versions[MAIN, "0"] = begun = Version(
            "0", MAIN, "", "build", ("id", "own 1"), ("start T-1", "start T-1"), {}, beside(None, None), 2
        )
        page = begun.page()
        page.rows[1].cells["own 1"] = "theirs"
        ledger.add_save(MAIN, "1", begun, page, beside(None, "theirs"), "Ann")
        shown = replace(ledger.versions[MAIN, "1"], grids=beside(None, last))
        rest = Rest(
            ledger.desk, ledger, {MAIN: shown}, {}, {}, [], {}, {}, {}, is_whole=True, noise="", failed={}
        )
        assert len([found for found in _own(rest) if "was the last" in found.text]) == expected


def rest_of(ledger: Ledger, *last: str) -> Rest:
    """All at rest, with these versions in the main sheet and its copy."""
    keys = stored(ledger.desk.tickets)
    rows = {name: tuple(None for _ in keys) for name in ("T-1", "T-2")}
    sheets = {key: ledger.versions[key, revision] for key, revision in zip((MAIN, COPY), last, strict=False)}
    return Rest(ledger.desk, ledger, sheets, rows, {}, [], {}, {}, rows, True, "", {})


@pytest.mark.parametrize(("name", "broken"), [(None, []), ("T-1", ["I1"])])
def test_what_somebody_typed_over_in_a_row_that_was_no_ticket_yet_is_none_to_stand(
    name: str | None, broken: list[str]
) -> None:
    def shown(*rows: tuple[str | None, ...]) -> tuple[Grid, ...]:
        columns = zip(("ID", "Title", "Type"), *rows, strict=True)
        return (Grid("Tickets", len(rows) + 1, list(map(list, columns))),)

    ledger = Ledger(beginning(1).desk)
    two = ("T-2", "two", "Network")
    ledger.add_start(MAIN, "0", shown(two, (None, None, None)), 2)
    made = ledger.versions[MAIN, "0"]
    # It is read, and waits for its id while the file is open; nobody can read what then stands there.
    for revision, kind in (("1", "Hardware"), ("2", "whatever")):
        page = made.page()
        page.rows[1].who, page.rows[1].cells = "new", {"id": name, "title": "one", "type": kind}
        made = ledger.add_save(MAIN, revision, made, page, shown(two, (name, "one", kind)), "Ben")
        ledger.seen.add((MAIN, revision))
    ledger.names["T-1"] = "new"
    # Another saves over the file, and the row comes from the copy alone.
    ledger.add_write(MAIN, "3", ledger.versions[MAIN, "0"], shown(two, ("T-1", "one", None)), 4)
    found = _human_values(rest_of(ledger, "3"))
    assert [violation.rule for violation in found if "type is" in violation.text] == broken


@pytest.mark.parametrize(("copied", "broken"), [(None, []), ("Network", ["I1"])])
def test_of_a_new_row_and_its_copy_the_one_without_what_was_typed_since_may_be_the_ticket(
    copied: str | None, broken: list[str]
) -> None:
    def shown(*rows: tuple[str | None, ...]) -> tuple[Grid, ...]:
        columns = zip(("ID", "Title", "Type"), *rows, strict=True)
        return (Grid("Tickets", len(rows) + 1, list(map(list, columns))),)

    ledger = Ledger(beginning(1).desk)
    blank = (None, None, None)
    ledger.add_start(MAIN, "0", shown(blank, blank), 2)
    made = ledger.versions[MAIN, "0"]
    page = made.page()
    page.rows[0].who, page.rows[0].cells = "new", {"id": "T-1", "title": "one"}
    made = ledger.add_save(MAIN, "1", made, page, shown(("T-1", "one", None), blank), "Ben")
    page = made.page()
    page.rows[0].cells["type"] = "Hardware"
    page.rows[1].who, page.rows[1].cells = "copy", {"id": "T-1", "title": "one", "type": copied}
    ledger.copy("copy", "new")
    ledger.add_save(MAIN, "2", made, page, shown(("T-1", "one", "Hardware"), ("T-1", "one", copied)), "Ben")
    ledger.seen = {(MAIN, "1"), (MAIN, "2")}
    ledger.names["T-1"] = "new"
    ledger.ids["new"] = {"T-1"}
    # The copy keeps the id, and another version shows the ticket at the first row again.
    ledger.add_write(MAIN, "3", ledger.versions[MAIN, "1"], shown(("T-1", "one", None), blank), 4)
    found = _human_values(replace(rest_of(ledger, "3"), began={}))
    assert [violation.rule for violation in found if "type is" in violation.text] == broken


@pytest.mark.parametrize("moving", ["", MAIN])
def test_what_was_typed_into_a_row_that_got_anothers_id_may_stand_in_that_ones_elsewhere(moving: str) -> None:
    ledger = Ledger(beginning(1).desk, moving=moving)
    for key in (MAIN, COPY):
        ledger.add_start(key, f"{key} 0", tab(("T-1", "one"), ("T-2", "two")), 2)
    begun = ledger.versions[MAIN, f"{MAIN} 0"]
    page = begun.page()
    page.rows[1].cells |= {"id": "T-1", "title": "typed"}
    del page.rows[0]
    saved = ledger.add_save(MAIN, "1", begun, page, tab(("T-1", "typed")), "Ann")
    ledger.add_write(MAIN, "2", saved, tab(("T-1", "typed"), ("T-2", "two")), 4)
    shown = ledger.versions[COPY, f"{COPY} 0"]
    for revision, title in (("3", "typed"), ("4", "nobody's")):
        ledger.add_write(COPY, revision, shown, tab(("T-1", title), ("T-2", None)), 4)
    strange = [[violation.text for violation in _strange_values(rest_of(ledger, "2", one))] for one in "34"]
    assert strange[0] == []
    assert [text.startswith(COPY) for text in strange[1]] == [True]


@pytest.mark.parametrize(
    ("is_tagged", "is_typed", "is_left", "broken"),
    [(False, False, False, ["I3"]), (True, True, False, ["I3"]), (True, False, False, []),
     (True, False, True, ["I2"])],
)  # fmt: skip
def test_what_a_write_put_astray_is_nobodys_where_its_row_was_copied(
    *, is_tagged: bool, is_typed: bool, is_left: bool, broken: list[str]
) -> None:
    ledger = started()
    hit = ledger.versions[MAIN, "0"]
    if is_typed:
        page = hit.page()
        page.rows[0].cells["title"] = "astray"
        hit = ledger.add_save(MAIN, "typed", hit, page, tab(("T-1", "astray"), ("T-2", "two")), "Ben")
    hit = ledger.add_write(MAIN, "1", hit, tab(("T-1", "astray"), ("T-2", "two")), 4)
    page = hit.page()
    page.rows.append(page.rows[0].copied("copy"))
    ledger.copy("copy", "start T-1")
    grids = tab(("T-1", "astray"), ("T-2", "two"), ("T-1", "astray"))
    tagged = {("copy", "title"), ("start T-1", "title")} if is_tagged else frozenset()
    copied = ledger.add_save(MAIN, "2", hit, page, grids, "Ann", tagged)
    ledger.names["T-3"] = "copy"
    ledger.ids["copy"] = {"T-3"}
    title = "astray" if is_left else "one"
    ledger.add_write(MAIN, "3", copied, tab(("T-1", "one"), ("T-2", "two"), ("T-3", title)), 6)
    ledger.displaced.add(ledger.typed[-1].number)
    rest = rest_of(ledger, "3")
    rest = replace(rest, rows={**rest.rows, "T-3": rest.rows["T-1"]})
    found_by = [*_journalled(rest), *(v for v in _strange_values(rest) if "astray" in v.text)]
    assert [violation.rule for violation in found_by] == broken


def test_a_row_in_which_nothing_was_saved_is_no_ticket_that_is_missing() -> None:
    ledger = started()
    begun = ledger.versions[MAIN, "0"]
    # What stood beside a write unread, and was erased before anybody looked, was no ticket either.
    for who, title, name in (("erased", None, None), ("unread", "typed", None), ("kept", "typed", "T-3")):
        page = begun.page()
        page.rows.append(page.rows[0].copied(who))
        page.rows[2].cells = {} if title is None else {"title": title}
        saved = ledger.add_save(
            MAIN, f"{who} saved", begun, page, tab(("T-1", "one"), ("T-2", "two"), (None, title)), "Ann"
        )
        last = (name, title)
        ledger.add_write(MAIN, f"{who} written", saved, tab(("T-1", "one"), ("T-2", "two"), last), 4)
        ledger.arrivals.append((MAIN, f"{who} written"))
    missing = [violation.text for violation in _creations(rest_of(ledger, "0"))]
    assert [text.split()[0] for text in missing] == ["kept"]


@pytest.mark.parametrize(
    ("title", "name", "expected"), [(None, "T-3", 0), (None, None, 1), ("typed", "T-3", 1)]
)
def test_a_row_that_was_emptied_when_only_anothers_id_had_stood_there_is_no_ticket_that_is_missing(
    title: str | None, name: str | None, expected: int
) -> None:
    # The id of a new row goes astray into one that is typed just then, and whose person takes that back.
    ledger, first = started(), (("T-1", "one"), ("T-2", "two"))
    page = ledger.versions[MAIN, "0"].page()
    page.rows += [Row("new", {"title": "typed"}), Row("other", {"title": "other"})]
    grids = tab(*first, (None, "typed"), (None, "other"))
    saved = ledger.add_save(MAIN, "1", ledger.versions[MAIN, "0"], page, grids, "Ann")
    astray = ledger.add_write(MAIN, "2", saved, tab(*first, ("T-3", "typed"), (None, "other")), 4)
    ledger.seen.add((MAIN, "2"))
    page = astray.page()
    page.rows[2].cells["title"] = title
    emptied = ledger.add_save(MAIN, "3", astray, page, tab(*first, ("T-3", title), (None, "other")), "Ann")
    ledger.add_write(MAIN, "4", emptied, tab(*first, (None, None), (name, "other")), 6)
    ledger.arrivals += [(MAIN, "2"), (MAIN, "4")]
    missing = [violation.text for violation in _creations(rest_of(ledger, "4"))]
    assert [text.split()[0] for text in missing] == ["new"] * expected


def test_a_row_without_a_title_below_the_table_is_no_ticket_that_is_missing() -> None:
    def shown(*rows: tuple[str | None, ...]) -> tuple[Grid, ...]:
        columns = zip(("ID", "Title", "Owner"), *rows, strict=True)
        table = GridTable("tickets", 0, 0, 2, 2, (1, 2, 3))
        return (Grid("Tickets", len(rows) + 1, list(map(list, columns)), tables=(table,)),)

    first = ("T-1", "one", None), ("T-2", "two", None)
    for title, expected in ((None, 0), ("typed", 1)):
        ledger = Ledger(beginning(1).desk, moving=MAIN)
        ledger.add_start(MAIN, "0", shown(*first), 2)
        begun = ledger.versions[MAIN, "0"]
        page = begun.page()
        page.rows.append(Row("new", {"owner": "Ann", "title": title}))
        saved = ledger.add_save(MAIN, "1", begun, page, shown(*first, (None, title, "Ann")), "Ann")
        ledger.seen.add((MAIN, "1"))
        ledger.add_write(MAIN, "2", saved, shown(("T-1", "other", None), first[1], (None, title, "Ann")), 4)
        ledger.arrivals.append((MAIN, "2"))
        assert len([*_creations(rest_of(ledger, "0"))]) == expected


@pytest.mark.parametrize(
    ("maker", "title", "name", "expected"),
    [("Ben", None, None, 0), ("Ben", "new", None, 1), ("Ben", None, "T-3", 1), ("sync", None, None, 1)],
)
def test_what_stood_below_the_table_in_a_row_without_a_title_or_an_id_is_no_tickets(
    maker: str, title: str | None, name: str | None, expected: int
) -> None:
    def shown(last: tuple[str | None, ...] = (None, None, None)) -> tuple[Grid, ...]:
        columns = zip(("ID", "Title", "Owner"), ("T-1", "one", None), last, strict=True)
        table = GridTable("tickets", 0, 0, 1, 2, (1, 2, 3))
        return (Grid("Tickets", 3, list(map(list, columns)), tables=(table,)),)

    ledger = Ledger(beginning(1).desk)
    ledger.add_start(MAIN, "0", shown(), 2)
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows[1] = Row("new", {"id": name, "title": title, "owner": "Ann"})
    saved = ledger.add_save(MAIN, "1", begun, page, shown((name, title, "Ann")), "Ann")
    if maker == "sync":
        ledger.add_write(MAIN, "2", saved, shown(("T-2", "other", None)), 4)
    else:
        ledger.add_save(MAIN, "2", begun, begun.page(), shown(), maker)
    ledger.seen.add((MAIN, "1"))
    # A sync had kept an id for it before its title was erased.
    ledger.ids["new"] = {"T-2"}
    lost = [
        violation for violation in _journalled(rest_of(ledger, "2")) if "column='owner'" in violation.text
    ]
    assert len(lost) == expected


def test_a_row_may_be_deleted_over_a_value_that_went_with_its_column() -> None:
    for is_deleted, expected in ((True, 0), (False, 1)):
        ledger = started()
        ledger.add_start(COPY, "c 0", tab(("T-1", "one"), ("T-2", "two")), 2)
        begun = ledger.versions[COPY, "c 0"]
        page = begun.page()
        page.rows[1].cells["title"] = "typed"
        ledger.add_save(COPY, "c 1", begun, page, tab(("T-1", "one"), ("T-2", "typed")), "Cy")
        ledger.seen.add((COPY, "c 1"))
        shown = ledger.versions[MAIN, "0"]
        if is_deleted:
            shown = ledger.add_write(MAIN, "1", shown, tab(("T-1", "one"), ("T-2", "typed")), 4)
            page = shown.page()
            page.columns.remove("title")
            grids = (Grid("Tickets", 3, [["ID", "T-1", "T-2"]]),)
            shown = ledger.add_save(MAIN, "2", shown, page, grids, "Ann")
        page = shown.page()
        del page.rows[1]
        ledger.add_save(MAIN, "3", shown, page, (Grid("Tickets", 2, [["ID", "T-1"]]),), "Ben")
        rest = rest_of(ledger, "3", "c 1")
        rest = replace(rest, rows={"T-1": rest.rows["T-1"]}, archived={"T-2": rest.rows["T-2"]})
        assert len([v for v in _creations(rest) if "unseen" in v.text]) == expected


@pytest.mark.parametrize(("is_new", "expected"), [(True, 0), (False, 1)])
def test_a_row_may_be_deleted_over_a_value_of_a_column_that_was_gone_before_it_came(
    *, is_new: bool, expected: int
) -> None:
    # One that stood there with the column may hold something else by then, which nobody there has seen.
    ledger = Ledger(beginning(1).desk, moving=MAIN)
    rows = [("T-1", "one"), ("T-2", "two")]
    ledger.add_start(COPY, "c 0", tab(*rows), 2)
    ledger.add_start(MAIN, "0", tab(*rows[: 1 if is_new else 2]), 2)
    begun = ledger.versions[COPY, "c 0"]
    page = begun.page()
    page.rows[1].cells["title"] = "typed"
    ledger.add_save(COPY, "c 1", begun, page, tab(("T-1", "one"), ("T-2", "typed")), "Cy")
    ledger.seen.add((COPY, "c 1"))
    page = ledger.versions[MAIN, "0"].page()
    page.columns.remove("title")
    ids = ["ID", *(name for name, _ in rows[: 1 if is_new else 2])]
    shown = ledger.add_save(
        MAIN, "1", ledger.versions[MAIN, "0"], page, (Grid("Tickets", len(ids), [ids]),), "Ann"
    )
    if is_new:
        shown = ledger.add_write(MAIN, "2", shown, (Grid("Tickets", 3, [["ID", "T-1", "T-2"]]),), 4)
    page = shown.page()
    assert page.rows.pop(1).who == "start T-2"
    ledger.add_save(MAIN, "3", shown, page, (Grid("Tickets", 2, [["ID", "T-1"]]),), "Ben")
    rest = rest_of(ledger, "3", "c 1")
    rest = replace(rest, rows={"T-1": rest.rows["T-1"]}, archived={"T-2": rest.rows["T-2"]})
    assert len([v for v in _creations(rest) if "unseen" in v.text]) == expected


def test_a_row_may_be_deleted_over_a_value_that_stood_in_it_whoever_typed_that() -> None:
    for title, expected in (("typed", 0), ("other", 1)):
        ledger = Ledger(beginning(1).desk)
        for sheet, cell in ((MAIN, "typed"), (COPY, title)):
            ledger.add_start(sheet, f"{sheet} 0", tab(("T-1", "one"), ("T-2", "two")), 2)
            begun = ledger.versions[sheet, f"{sheet} 0"]
            page = begun.page()
            page.rows[1].cells["title"] = cell
            ledger.add_save(sheet, f"{sheet} 1", begun, page, tab(("T-1", "one"), ("T-2", cell)), "Ann")
            ledger.seen.add((sheet, f"{sheet} 1"))
        typed = ledger.versions[MAIN, f"{MAIN} 1"]
        page = typed.page()
        del page.rows[1]
        ledger.add_save(MAIN, f"{MAIN} 2", typed, page, tab(("T-1", "one")), "Ben")
        rest = rest_of(ledger, f"{MAIN} 2", f"{COPY} 1")
        rest = replace(rest, rows={"T-1": rest.rows["T-1"]}, archived={"T-2": rest.rows["T-2"]})
        unseen = [violation.text for violation in _creations(rest)]
        assert [text.startswith("T-2 is archived over") for text in unseen] == [True] * expected


@pytest.mark.parametrize(("saw", "holds", "broken"), [
    ("Software", "net", []), ("Software", "soft", ["I1"]), ("Hardware", "net", ["I1"]),
])  # fmt: skip
def test_who_takes_a_cell_back_leaves_what_another_had_seen_there(
    saw: str, holds: str, broken: list[str]
) -> None:
    def shown(kind: str) -> tuple[Grid, ...]:
        return (Grid("Tickets", 2, [["ID", "T-1"], ["Title", "one"], ["Type", kind]]),)

    ledger = Ledger(beginning(1).desk)
    ledger.add_start(MAIN, "0", shown("Software"), 2)
    ledger.add_start(COPY, "c 0", shown(saw), 2)
    made = ledger.versions[MAIN, "0"]
    for revision, kind in (("1", "Other"), ("2", "Software")):
        page = made.page()
        page.rows[0].cells["type"] = kind
        made = ledger.add_save(MAIN, revision, made, page, shown(kind), "Ann")
        ledger.seen.add((MAIN, revision))
    page = ledger.versions[COPY, "c 0"].page()
    page.rows[0].cells["type"] = "Network"
    ledger.add_save(COPY, "c 1", ledger.versions[COPY, "c 0"], page, shown("Network"), "Cy")
    ledger.seen.add((COPY, "c 1"))
    rest = rest_of(ledger, "2", "c 1")
    keys = stored(ledger.desk.tickets)
    cells = {"id": "T-1", "title": "one", "type": holds}
    rest = replace(rest, rows={"T-1": tuple(map(cells.get, keys))}, began={})
    found = [violation.rule for violation in _human_values(rest) if " type is " in violation.text]
    assert found == broken


@pytest.mark.parametrize(("name", "is_tangled"), [("T-2", True), ("T-1", False), (None, False)])
def test_of_a_copy_with_the_id_of_another_and_a_title_of_its_own_nothing_tells_whose_it_is(
    name: str | None, is_tangled: bool
) -> None:
    ledger = started()
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows.append(Row("copy", {"id": name, "title": "typed"}))
    ledger.copy("copy", "start T-1")
    ledger.add_save(MAIN, "1", begun, page, tab(("T-1", "one"), ("T-2", "two"), (name, "typed")), "Cy")
    assert ledger.is_tangled("copy") == is_tangled


@pytest.mark.parametrize("sort", [sort_rows, sort_without_ids])
@pytest.mark.parametrize("is_table", [True, False])
def test_a_note_that_is_sorted_in_among_the_rows_is_a_row(
    sort: Callable[[Hands], str], is_table: bool
) -> None:
    ledger = started()
    page = replace(ledger.versions[MAIN, "0"].page(), is_table=is_table)
    page.rows += [Row(), Row("note 3", {"title": "a note"})]
    page.depth = 2 if is_table else 4
    assert sort(Hands(Random(1), ledger, page, count(9).__next__, True))
    assert {row.who for row in page.rows if row.cells.get("title") == "a note"} == {
        "note 3" if is_table else "new 9"
    }


def test_an_id_that_somebody_pasted_over_another_is_still_the_first_rows() -> None:
    ledger, one = started(), ("T-1", "one")
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows.append(Row("new", {"id": "T-9", "title": "typed"}))
    made = ledger.add_save(MAIN, "1", begun, page, tab(one, ("T-2", "two"), ("T-9", "typed")), "Ann")
    page = made.page()
    page.rows[1].cells["id"] = "T-9"
    ledger.add_save(MAIN, "2", made, page, tab(one, ("T-9", "two"), ("T-9", "typed")), "Ben")
    assert ledger.who("T-9") == "new"


@pytest.mark.parametrize(("title", "who"), [(None, "nobody's T-3"), ("typed", "new")])
def test_an_id_that_went_astray_when_its_row_was_deleted_is_not_that_row(title: str | None, who: str) -> None:
    # With more than its id the row comes back: somebody else had changed it.
    ledger, first = started(), (("T-1", "one"), ("T-2", "two"))
    begun = ledger.versions[MAIN, "0"]
    page = begun.page()
    page.rows.append(Row("new", {"title": "typed"}))
    made = ledger.add_save(MAIN, "1", begun, page, tab(*first, (None, "typed")), "Ann")
    ledger.names["T-3"] = "new"
    page = made.page()
    del page.rows[2]
    gone = ledger.add_save(MAIN, "2", made, page, tab(*first), "Ben")
    assert ledger.add_write(MAIN, "3", gone, tab(*first, ("T-3", title)), 4).rows[2] == who


@pytest.mark.parametrize(("owner", "expected"), [("other", 0), ("new", 1)])
def test_a_row_that_was_emptied_beside_an_id_that_its_own_row_never_got_is_no_ticket_that_is_missing(
    owner: str, expected: int
) -> None:
    ledger, first = started(), (("T-1", "one"), ("T-2", "two"))
    ledger.names["T-3"] = owner
    page = ledger.versions[MAIN, "0"].page()
    page.rows.append(Row("new", {"title": "typed"}))
    saved = ledger.add_save(MAIN, "1", ledger.versions[MAIN, "0"], page, tab(*first, (None, "typed")), "Ann")
    astray = ledger.add_write(MAIN, "2", saved, tab(*first, ("T-3", "typed")), 4)
    page = astray.page()
    page.rows[2].cells["title"] = None
    emptied = ledger.add_save(MAIN, "3", astray, page, tab(*first, ("T-3", None)), "Ann")
    ledger.seen.add((MAIN, "2"))
    ledger.add_write(MAIN, "4", emptied, tab(*first), 6)
    ledger.arrivals += [(MAIN, "2"), (MAIN, "4")]
    assert len([v for v in _creations(rest_of(ledger, "4")) if v.text.startswith("new")]) == expected


@pytest.mark.parametrize(("moving", "holds", "broken"), [
    (MAIN, "second", []), (MAIN, "first", ["I1"]), ("", "second", ["I1"]),
])  # fmt: skip
def test_of_two_titles_typed_where_a_write_came_in_between_the_later_one_stands(
    moving: str, holds: str, broken: list[str]
) -> None:
    ledger = Ledger(beginning(1).desk, moving=moving)
    ledger.add_start(MAIN, "0", tab(("T-1", "one")), 2)
    page = ledger.versions[MAIN, "0"].page()
    page.rows[0].cells["title"] = "first"
    made = ledger.add_save(MAIN, "1", ledger.versions[MAIN, "0"], page, tab(("T-1", "first")), "Ann")
    ledger.displaced.add(0)
    covered = ledger.add_write(MAIN, "2", made, tab(("T-1", "another's")), 4)
    page = covered.page()
    page.rows[0].cells["title"] = "second"
    ledger.add_save(MAIN, "3", covered, page, tab(("T-1", "second")), "Ben")
    ledger.seen.add((MAIN, "3"))
    rest = rest_of(ledger, "3")
    cells = {"id": "T-1", "title": holds}
    rest = replace(rest, rows={"T-1": tuple(map(cells.get, stored(ledger.desk.tickets)))}, began={})
    found = [violation.rule for violation in _human_values(rest) if " title is " in violation.text]
    assert found == broken


@pytest.mark.parametrize(("is_told", "expected"), [(True, 0), (False, 1)])
def test_a_row_may_be_deleted_over_a_value_that_a_write_had_covered_and_the_journal_has(
    *, is_told: bool, expected: int
) -> None:
    ledger = started()
    typed = typed_below(ledger)
    ledger.displaced.add(0)
    covered = ledger.add_write(MAIN, "2", typed, tab(("T-1", "one"), ("T-2", "ours")), 4)
    page = covered.page()
    del page.rows[1]
    ledger.add_save(MAIN, "3", covered, page, tab(("T-1", "one")), "Ben")
    rest = rest_of(ledger, "3")
    rest = replace(rest, rows={"T-1": rest.rows["T-1"]}, archived={"T-2": rest.rows["T-2"]})
    if is_told:
        now = datetime(2026, 11, 2, tzinfo=UTC)
        entry = Entry("tickets", "T-2", "changed", "title", "two", "typed", now, now, "sheet:a", "sync")
        rest = replace(rest, entries=[entry])
    assert len([v for v in _creations(rest) if "unseen" in v.text]) == expected


@pytest.mark.parametrize(("came_back", "broken"), [("ours", []), ("mine", ["I9"])])
def test_an_old_copy_that_comes_back_over_a_save_that_nobody_had_read_need_not_be_written_upon(
    came_back: str, broken: list[str]
) -> None:
    # What is written upon is the save: what is its person's own stands there alone.
    ledger = Ledger(beginning(1).desk)
    ledger.add_start(COPY, "0", tab(("T-1", "one")), 2)
    for revision, who in (("mine", "Cy"), ("theirs", "Dan")):
        page = ledger.versions[COPY, "0"].page()
        page.rows[0].cells["title"] = revision
        ledger.add_save(COPY, revision, ledger.versions[COPY, "0"], page, tab(("T-1", revision)), who)
    ledger.add_write(COPY, "ours", ledger.versions[COPY, "0"], tab(("T-1", "ours")), 4)
    ledger.arrivals.append((COPY, "ours"))
    for revision in ("theirs", came_back):
        ledger.put_in_place(COPY, revision)
    written = ledger.add_write(COPY, "last", ledger.versions[COPY, "theirs"], tab(("T-1", "x")), 4)
    rest = replace(rest_of(ledger), sheets={COPY: written})
    assert [violation.rule for violation in _own(rest)] == broken


@pytest.mark.parametrize(("holder", "is_asked", "broken"), [
    ("start T-1", True, []), ("start T-1", False, ["I2"]), ("new", True, ["I2"]),
])  # fmt: skip
def test_a_row_that_people_are_asked_about_may_show_what_is_the_tickets_whose_id_it_has(
    holder: str, is_asked: bool, broken: list[str]
) -> None:
    # Somebody put the ids beside other rows in a copy.
    ledger = Ledger(beginning(1).desk)
    ledger.add_start(MAIN, "0", tab(("T-1", "one")), 2)
    ledger.add_start(COPY, "c 0", tab(("T-1", "ours")), 2)
    rows = [(MAIN, "0", holder), (COPY, "c 0", "new")]
    sheets = {sheet: replace(ledger.versions[sheet, revision], rows=(who,)) for sheet, revision, who in rows}
    conflicts = {COPY: frozenset({("T-1", "title")})} if is_asked else {}
    rest = replace(rest_of(ledger), sheets=sheets, conflicts=conflicts)
    found = [violation.rule for violation in _strange_values(rest) if "'ours'" in violation.text]
    assert found == broken


@pytest.mark.parametrize(("then", "is_read", "expected"), [
    ("a save", False, (1, 0)), ("a save and the same", False, (1, 0)),
    ("an old version", False, (1, 0)), ("a sync", False, (0, 1)),
    ("a sync", True, (0, 0)), ("nothing", False, (0, 1)),
])  # fmt: skip
def test_what_people_write_over_unread_is_counted_and_what_a_sync_does_is_broken(
    then: str, is_read: bool, expected: tuple[int, int]
) -> None:
    # An earlier save is what the tally is about: of the last one alone it would be found out anyway.
    ledger = Ledger(beginning(1).desk)
    ledger.add_start(MAIN, "0", tab(("T-1", "one")), 2)
    begun = ledger.versions[MAIN, "0"]
    written = ledger.add_write(MAIN, "written", begun, tab(("T-1", "written")), 4)
    page = begun.page()
    page.rows[0].cells["title"] = "typed"
    ledger.add_save(MAIN, "typed", begun, page, tab(("T-1", "typed")), "Ann")
    ledger.put_in_place(MAIN, "typed")
    if then.startswith("a save"):
        other = ledger.add_save(MAIN, "other", begun, begun.page(), tab(("T-1", "one")), "Ben")
        ledger.put_in_place(MAIN, "other")
        if then != "a save":
            # Out of a copy, where somebody typed it, too.
            ledger.add_write(MAIN, "same", other, tab(("T-1", "typed")), 4)
            ledger.arrivals.append((MAIN, "same"))
    elif then == "an old version":
        ledger.put_in_place(MAIN, written.revision)
    elif then == "a sync":
        ledger.arrivals.append((MAIN, written.revision))
    ledger.seen |= {(MAIN, "typed")} if is_read else set()
    rest = rest_of(ledger, "written")
    assert (len(lost(rest)), len(list(_left_unread(rest)))) == expected


@pytest.mark.parametrize(("facts", "rows", "rule"), [
    ({}, ("T-1", "T-2"), ""), ({}, ("T-1", None), "I4"), ({}, ("T-1", "T-1"), "I4"),
    ({}, ("T-1", "T-3"), "I5"), ({"rows": {}}, ("T-1", "T-2"), "I5"), ({"noise": "main was written"},
    ("T-1", "T-2"), "I6"), ({"failed": {MAIN: "it is gone"}}, ("T-1", "T-2"), "I6"),
    ({"is_whole": False}, ("T-1", "T-2"), "I10"),
])  # fmt: skip
def test_what_is_wrong_at_rest_is_broken_by_its_rule(
    facts: dict[str, Any], rows: tuple[str, str | None], rule: str
) -> None:
    ledger = Ledger(beginning(1).desk)
    ledger.add_start(MAIN, "0", tab(("T-1", "one"), ("T-2", "two")), 2)
    keys = stored(ledger.desk.tickets)
    began = {name: tuple(title if key == "title" else None for key in keys) for name, title in BEGAN}
    shown = replace(ledger.versions[MAIN, "0"], grids=tab((rows[0], "one"), (rows[1], "two")))
    rest = replace(rest_of(ledger, "0"), sheets={MAIN: shown}, rows=began, began=began)
    found = {violation.rule for violation in violations(replace(rest, **facts))}
    assert rule in found if rule else not found


@pytest.mark.parametrize(("times", "broken"), [(0, ["I8"]), (1, []), (2, ["I8"])])
def test_a_ticket_that_was_told_of_not_once_is_broken(times: int, broken: list[str]) -> None:
    ledger = Ledger(replace(beginning(1).desk, rules=("tell",)))  # type: ignore[arg-type]
    ledger.add_start(MAIN, "0", tab(("T-1", "one"), ("T-2", "two")), 2)
    rest = replace(rest_of(ledger, "0"), desk=ledger.desk, told={"T-1": times, "T-2": 1})
    assert [violation.rule for violation in _told(rest)] == broken


@pytest.mark.parametrize(("is_copy", "broken"), [(True, []), (False, ["I9"])])
def test_what_stood_beside_a_copy_may_come_back_with_the_ticket_that_it_became(
    *, is_copy: bool, broken: list[str]
) -> None:
    def beside(*own: str | None) -> tuple[Grid, ...]:
        return (Grid("Tickets", 3, [["ID", "T-1", "T-2"], ["Mine", *own]]),)

    ledger = Ledger(beginning(1).desk, moving=MAIN)
    rows = ("start T-1", "copy")
    ledger.versions[MAIN, "0"] = begun = Version(
        "0", MAIN, "", "build", ("id", "own 1"), rows, {}, beside(None, None), 2
    )
    if is_copy:
        ledger.copy("copy", "start T-1")
    page = begun.page()
    page.rows[1].cells["own 1"] = "theirs"
    ledger.add_save(MAIN, "1", begun, page, beside(None, "theirs"), "Ann")
    # The copy was deleted; what comes back is called as the ticket.
    back = replace(ledger.versions[MAIN, "1"], rows=("start T-1", "start T-1"))
    rest = replace(rest_of(ledger, "1"), sheets={MAIN: back})
    assert [found.rule for found in _own(rest) if "nobody's" in found.text] == broken
