"""Which row is which ticket, whatever people did to ids and rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.table.candidates import MOST_NEAR, UNKNOWN
from sheetdesk.table.identified import FoundRow, Identified
from sheetdesk.table.identify import identify
from sheetdesk.table.plain import PlainRows

# title, type, owner, created
BASE: PlainRows = {
    "T-1": ("ink", "printer", "Ann", 1),
    "T-2": ("toner", "printer", "Ben", 2),
    "T-3": ("paper", "tray", "Cy", 3),
    "T-4": ("vpn", "network", None, 4),
}


def found(*lines: tuple[Any, ...]) -> list[FoundRow]:
    """Rows below a header, each an id and its cells."""
    return [FoundRow(place, line[0], tuple(line[1:])) for place, line in enumerate(lines, 1)]


def line(name: str, called: str | None = None) -> tuple[Any, ...]:
    """A ticket's row as agreed on, with its own id or another."""
    return (name if called is None else called, *BASE[name])


def told(rows: Sequence[FoundRow], *, known: Collection[str] = (), **more: Any) -> Identified:
    return identify(
        rows, more.pop("base", BASE), {*BASE, *known}, lambda text: re.fullmatch(r"T-\d+", text) is not None,
        more.pop("title", 0), **more,
    )  # fmt: skip


def places(made: Identified) -> dict[str, int]:
    return {name: row.place for name, row in made.rows.items()}


def test_an_id_that_stands_once_holds_though_every_cell_but_the_title_is_new() -> None:
    made = told(found(("T-1", "ink", "x", "y", 99), line("T-2")))
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert not any((made.new, made.put_back, made.copies, made.frozen))


def test_a_row_that_is_edited_all_over_keeps_its_id() -> None:
    made = told(found(("T-1", "a", "b", "c", 9), line("T-2")))
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert made.put_back == {}


def test_a_row_whose_cells_were_all_erased_keeps_its_id() -> None:
    assert places(told(found(("T-1", None, None, None, None), line("T-2")))) == {"T-1": 1, "T-2": 2}


def test_a_row_that_nobody_can_read_keeps_its_id() -> None:
    assert places(told(found(("T-1", *[UNKNOWN] * 4)))) == {"T-1": 1}


@pytest.mark.parametrize("turned", [False, True])
def test_of_a_copied_row_the_one_most_like_the_ticket_keeps_the_id(turned: bool) -> None:
    lines = [line("T-1"), ("T-1", "ink", "printer", "Zoe", 1)]
    made = told(found(*lines[:: -1 if turned else 1], line("T-2")))
    keeper = 2 if turned else 1
    assert places(made) == {"T-1": keeper, "T-2": 3}
    assert [row.place for row in made.new] == [3 - keeper]
    assert made.copies == {3 - keeper: "T-1"}


def test_of_a_row_and_its_copy_the_one_that_is_called_as_before_keeps_the_id_however_it_was_edited() -> None:
    made = told(found(("T-1", "toner two", "printer", "Ann", 1), ("T-1", "ink", "tray", "Zoe", 1)))
    assert places(made) == {"T-1": 2}
    assert made.copies == {1: "T-1"}


def test_of_equal_copies_the_first_keeps_the_id() -> None:
    made = told(found(line("T-1"), line("T-1"), line("T-1")))
    assert places(made) == {"T-1": 1}
    assert [row.place for row in made.new] == [2, 3]


def test_copies_that_are_edited_as_much_as_each_other_are_frozen() -> None:
    made = told(found(("T-1", "ink", "printer", "Zoe", 1), ("T-1", "ink", "tray", "Ann", 1), line("T-2")))
    assert made.frozen == {"T-1": [1, 2]}
    assert places(made) == {"T-2": 3}
    assert made.new == []


def test_a_missing_ticket_that_one_of_the_frozen_rows_may_be_is_frozen_with_them() -> None:
    twins = {**BASE, "T-5": BASE["T-1"]}
    rows = ("T-1", "ink", "printer", "Zoe", 1), ("T-1", "ink", "tray", "Ann", 1)
    made = told(found(*rows, line("T-2")), base=twins)
    assert made.frozen == {"T-1": [1, 2], "T-5": [1, 2]}
    # It is none of them where it stands elsewhere.
    for last in (("T-5", *BASE["T-1"]), ("", *BASE["T-1"])):
        made = told(found(*rows, last), base=twins)
        assert made.frozen == {"T-1": [1, 2]}
        assert places(made) == {"T-5": 3}


def test_an_id_known_to_the_store_alone_that_stands_twice_is_frozen_where_the_rows_differ() -> None:
    made = told(found(("T-9", "a", "b", "c", 1), ("T-9", "d", "e", "f", 2)), known=["T-9"])
    assert made.frozen == {"T-9": [1, 2]}


def test_an_id_pasted_over_by_anothers_is_put_back() -> None:
    made = told(found(line("T-1"), line("T-2", "T-1"), line("T-3")))
    assert places(made) == {"T-1": 1, "T-2": 2, "T-3": 3}
    assert made.put_back == {2: "T-2"}
    assert not any((made.new, made.frozen))


def test_an_id_filled_down_over_all_is_put_back_everywhere() -> None:
    made = told(found(*[line(name, "T-1") for name in BASE]))
    assert places(made) == {"T-1": 1, "T-2": 2, "T-3": 3, "T-4": 4}
    assert made.put_back == {2: "T-2", 3: "T-3", 4: "T-4"}


def test_an_id_pasted_over_a_ticket_that_is_much_like_the_other_is_put_back_too() -> None:
    base: PlainRows = {"T-1": ("ink", "printer", "Ann", 1), "T-2": ("ink low", "printer", "Ann", 1)}
    made = told(found(("T-1", *base["T-1"]), ("T-1", *base["T-2"])), base=base)
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert made.put_back == {2: "T-2"}


def test_an_id_over_that_of_its_copy_is_put_back_by_what_the_copy_is_called() -> None:
    # A cell in which they differ is as in the ticket it was copied from.
    base = {"T-1": ("ink", "printer", "Ann", 1), "T-2": ("toner", "network", "Ann", 1)}
    made = told(found(("T-1", *base["T-1"]), ("T-1", "toner", "printer", "Ann", 1)), base=base)
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert made.put_back == {2: "T-2"}


def test_an_id_pasted_over_the_only_row_of_its_ticket_is_put_back() -> None:
    made = told(found(line("T-2", "T-1")))
    assert places(made) == {"T-2": 1}
    assert made.put_back == {1: "T-2"}


def test_an_erased_id_is_put_back() -> None:
    made = told(found(line("T-1", ""), line("T-2")))
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert made.put_back == {1: "T-1"}


def test_an_erased_id_of_a_row_that_was_edited_a_little_is_put_back() -> None:
    assert told(found(("", "ink", "printer", "Zoe", 1), line("T-2"))).put_back == {1: "T-1"}


def test_an_erased_id_of_a_row_whose_title_changed_too_makes_it_a_new_one() -> None:
    made = told(found(("", "laser", "printer", "Ann", 1), line("T-2")))
    assert [row.place for row in made.new] == [1]
    assert "T-1" not in made.rows


def test_rows_that_are_alike_and_lost_their_ids_are_not_guessed() -> None:
    base: PlainRows = {"T-1": ("ink", "printer", "Ann", 1), "T-2": ("ink", "printer", "Ann", 2)}
    made = told(found(("", "ink", "printer", "Ann", 3)), base=base)
    assert [row.place for row in made.new] == [1]
    assert made.put_back == {}


def test_of_tickets_that_are_alike_the_one_that_is_wholly_equal_gets_its_row() -> None:
    base: PlainRows = {"T-1": ("ink", "printer", "Ann", 1), "T-2": ("ink", "printer", "Ann", 2)}
    assert told(found(("", *base["T-2"]), ("", *base["T-1"])), base=base).put_back == {1: "T-2", 2: "T-1"}


def test_two_tickets_without_any_difference_are_not_told_apart() -> None:
    base: PlainRows = {"T-1": ("ink", None, None, None), "T-2": ("ink", None, None, None)}
    assert told(found(("", *base["T-1"])), base=base).put_back == {}


def test_as_many_rows_as_tickets_without_any_difference_are_those_in_any_order() -> None:
    # A ticket and its copy, sorted away from their ids: whichever is which, both are there.
    base: PlainRows = BASE | {"T-5": (None, "printer", "Ann", 5), "T-6": (None, "printer", "Ann", 5)}
    sorted_away = found(("T-1", *base["T-5"]), ("T-5", *base["T-1"]), ("", *base["T-6"]), line("T-2"))
    made = told(sorted_away, base=base)
    assert made.put_back == {1: "T-5", 2: "T-1", 3: "T-6"}
    assert made.new == []
    # Three are more than two tickets: one of them is new, and nobody can tell which.
    made = told([*sorted_away, FoundRow(5, "", base["T-6"])], base=base)
    assert [row.place for row in made.new] == [1, 3, 5]
    assert made.put_back == {2: "T-1"}


def test_of_a_ticket_and_its_copy_that_were_both_sorted_away_from_their_ids_one_is_the_ticket() -> None:
    ids = found(("T-2", *BASE["T-1"]), ("T-3", *BASE["T-1"]), line("T-2", "T-1"), line("T-3", "T-1"))
    made = told(ids)
    assert places(made) == {"T-1": 1, "T-2": 3, "T-3": 4}
    assert made.copies == {2: "T-3"}
    # Where they differ and neither is as it was, nobody can tell which is the copy.
    ann, ben = (("ink", "tray", name, 1) for name in ("Zoe", "Ben"))
    made = told(found(("T-2", *ann), ("T-3", *ben), line("T-2", "T-1"), line("T-3", "T-1")))
    assert places(made) == {"T-2": 3, "T-3": 4}


def test_as_many_changed_rows_as_later_tickets_without_any_difference_are_those() -> None:
    later: PlainRows = {"T-9": ("fresh", None, None, None), "T-10": ("fresh", None, None, None)}
    rows = found(("", "fresh", "printer", None, None), ("", "fresh", None, "Zoe", None), line("T-1"))
    assert told(rows, known=later, later=later).put_back == {1: "T-10", 2: "T-9"}
    # Of more rows, or of tickets that differ, nobody can tell which is which.
    more = [*rows, FoundRow(4, "", ("fresh", "tray", None, None))]
    assert [row.place for row in told(more, known=later, later=later).new] == [1, 2, 4]
    differ: PlainRows = {"T-9": ("fresh", "tray", "Ann", None), "T-10": ("fresh", "tray", "Ben", None)}
    rows = found(("", "fresh", "tray", "Cy", None), ("", "fresh", "tray", "Zoe", None), line("T-1"))
    assert [row.place for row in told(rows, known=differ, later=differ).new] == [1, 2]


def test_an_id_pasted_over_that_of_a_ticket_without_any_difference_is_put_back() -> None:
    base: PlainRows = BASE | {"T-5": BASE["T-1"]}
    rows = found(line("T-1", "T-5"), line("T-2"), ("T-5", *base["T-5"]))
    made = told(rows, base=base)
    assert places(made) == {"T-5": 1, "T-2": 2, "T-1": 3}
    assert made.put_back == {3: "T-1"}
    assert not any((made.new, made.copies, made.frozen))
    # A third is one too many.
    made = told([*rows, FoundRow(4, "T-5", base["T-5"])], base=base)
    assert [row.place for row in made.new] == [3, 4]
    assert made.put_back == {}


def test_a_changed_row_beside_one_with_its_id_is_the_missing_ticket_that_is_no_less_like_it() -> None:
    # A copy got an id of its own, which was lost again; just then somebody changed one of the two rows.
    base: PlainRows = BASE | {"T-5": BASE["T-1"]}
    changed = ("T-1", "ink", "printer", "Ann", UNKNOWN)
    rows = found(line("T-1"), line("T-2"), changed)
    made = told(rows, base=base)
    assert places(made) == {"T-1": 1, "T-2": 2, "T-5": 3}
    assert made.put_back == {3: "T-5"}
    assert not any((made.new, made.copies, made.frozen))
    # One that is more like the ticket of its id is a copy of that, and two are one too many.
    nearer = told(rows, base=BASE | {"T-5": ("ink", "printer", "Zoe", 1)})
    assert [row.place for row in nearer.new] == [3]
    both = told([*rows, FoundRow(4, *changed[:1], ("ink", "printer", UNKNOWN, 1))], base=base)
    assert [row.place for row in both.new] == [3, 4]


def test_swapped_ids_are_put_back() -> None:
    made = told(found(line("T-1", "T-3"), line("T-2"), line("T-3", "T-1")))
    assert places(made) == {"T-1": 1, "T-2": 2, "T-3": 3}
    assert made.put_back == {1: "T-1", 3: "T-3"}


def test_swapped_ids_of_tickets_that_are_half_alike_are_put_back() -> None:
    base: PlainRows = {"T-1": ("ink", "printer", "Ann", 1), "T-2": ("toner", "printer", "Ann", 2)}
    made = told(found(("T-2", *base["T-1"]), ("T-1", *base["T-2"])), base=base)
    assert made.put_back == {1: "T-1", 2: "T-2"}


def test_a_title_typed_anew_where_another_ticket_still_has_it_is_an_edit() -> None:
    made = told(found(("T-1", "toner", "printer", "Ann", 1), line("T-2")))
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert made.put_back == {}


def test_a_row_written_over_with_a_copy_of_another_that_still_stands_keeps_its_id() -> None:
    made = told(found(line("T-3", "T-1"), line("T-3")))
    assert places(made) == {"T-1": 1, "T-3": 2}


def test_where_ids_were_sorted_away_a_copy_of_a_row_that_stands_is_new_and_not_the_ticket_of_its_id() -> None:
    # Somebody copied T-4's row, all but the ids were sorted, and the row that T-1 was in then was deleted.
    for copy in (BASE["T-4"], ("vpn", "network", "Ben", 4)):
        rows = found(("T-1", *copy), line("T-4"), line("T-2", "T-3"), line("T-3", "T-2"))
        made = told(rows, created=3)
        assert places(made) == {"T-4": 2, "T-2": 3, "T-3": 4}
        assert [row.place for row in made.new] == [1]
        assert made.copies == {1: "T-1"}
        # Where no id says that any was sorted, somebody wrote over the row.
        alone = told(found(("T-1", *copy), line("T-4"), line("T-2"), line("T-3")), created=3)
        assert alone.new == []
    # That a copy's ticket is half like that of its id tells less than that it is all of it.
    base = {**BASE, "T-1": ("ink", "network", "Ben", 1), "T-4": ("vpn", "network", "Ben", 4)}
    copies = [(name, *base["T-4"]) for name in ("T-1", "T-4", "T-4")]
    rows = found(*copies, line("T-2", "T-3"), line("T-3", "T-2"))
    assert [row.place for row in told(rows, base=base).new] == [1, 3]
    # Nor is a row that is no copy of another anything but edited.
    edited = told(found(("T-1", "a", "b", "c", 9), line("T-4"), line("T-2", "T-3"), line("T-3", "T-2")))
    assert edited.new == []


def test_a_copy_without_a_title_beside_an_id_that_is_not_its_own_is_new_where_ids_had_moved() -> None:
    # Somebody copied T-4's row, erased what the copy is called, and ids were sorted away and pasted.
    copy = ("T-1", None, "network", None, 4)
    made = told(found(copy, line("T-4"), line("T-3", "T-2"), line("T-2")), created=3)
    assert places(made) == {"T-4": 2, "T-3": 3, "T-2": 4}
    assert made.copies == {1: "T-1"}
    # It is edited where no id had moved, or where it does not say when the other was created.
    for rows in ((copy, line("T-3")), (("T-1", None, "network", None, None), line("T-3", "T-2"))):
        assert told(found(rows[0], line("T-4"), rows[1], line("T-2")), created=3).new == []


def test_ids_sorted_away_from_their_rows_are_all_put_back() -> None:
    names = sorted(BASE, reverse=True)
    made = told(found(*[line(name, called) for name, called in zip(BASE, names, strict=True)]))
    assert places(made) == {"T-1": 1, "T-2": 2, "T-3": 3, "T-4": 4}
    assert len(made.put_back) == 4


def test_where_two_rows_claim_one_ticket_neither_gets_it() -> None:
    copy = line("T-4")[1:]
    made = told(found(("T-1", *copy), ("T-2", *copy), line("T-3")))
    assert places(made) == {"T-1": 1, "T-2": 2, "T-3": 3}
    assert made.put_back == {}


def test_of_a_row_and_its_copy_that_claim_one_ticket_the_one_that_is_called_so_gets_it() -> None:
    # Somebody copied T-4's row, called the copy something else, and all but the ids were sorted.
    rows = found(("T-1", "vpn", "network", "Eve", 4), ("T-4", *BASE["T-1"]), ("T-4", *BASE["T-2"]))
    copy = FoundRow(4, "T-2", ("copied", "network", "Eve", 4))
    made = told([*rows, copy, FoundRow(5, "T-3", BASE["T-3"])], created=3)
    assert places(made) == {"T-4": 1, "T-1": 2, "T-2": 3, "T-3": 5}
    assert [row.place for row in made.new] == [4]


def test_a_row_whose_ticket_another_one_plainly_is_becomes_new() -> None:
    made = told(found(("T-1", "a", "b", "c", 9), line("T-1", "T-2")))
    assert places(made) == {"T-1": 2}
    assert made.put_back == {2: "T-1"}
    assert [row.place for row in made.new] == [1]
    assert made.copies == {1: "T-1"}


def test_an_unknown_id_of_the_right_form_is_adopted_once() -> None:
    made = told(found(("T-7", "x", None, None, None), ("T-7", "y", None, None, None)))
    assert places(made) == {"T-7": 1}
    assert made.adopted == {"T-7"}
    assert [row.place for row in made.new] == [2]


def test_an_unknown_id_of_the_wrong_form_makes_a_new_row() -> None:
    made = told(found(("soon", "x", None, None, None)))
    assert [row.id for row in made.new] == ["soon"]
    assert made.adopted == set()


def test_an_unknown_id_on_a_row_that_plainly_is_a_ticket_is_put_back_even_if_it_has_the_right_form() -> None:
    made = told(found(line("T-1", "T-7")))
    assert made.put_back == {1: "T-1"}
    assert made.adopted == set()


def test_an_archived_id_that_comes_back_is_that_ticket() -> None:
    made = told(found(("T-8", "old", None, None, None)), known=["T-8"])
    assert places(made) == {"T-8": 1}
    assert not any((made.new, made.adopted))


def test_a_row_of_an_old_copy_is_the_ticket_that_it_became_since() -> None:
    later: PlainRows = {"T-5": ("fresh", "printer", "Ann", 5)}
    made = told(found(("", "fresh", "printer", "Ann", 5)), known=["T-5"], later=later)
    assert made.put_back == {1: "T-5"}
    made = told(found(("T-5", "fresh", "printer", "Ann", 5), ("", *later["T-5"])), known=["T-5"], later=later)
    assert places(made) == {"T-5": 1}
    assert [row.place for row in made.new] == [2]


def test_an_id_typed_over_a_tickets_that_became_one_elsewhere_since_is_put_back() -> None:
    # Somebody copied the row with that id and saved beside the file: one of the two rows there is the ticket,
    # the other one got the id.
    later: PlainRows = {"T-9": BASE["T-1"]}
    made = told(found(("T-9", *BASE["T-1"]), line("T-2")), known=later, later=later)
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert made.put_back == {1: "T-1"}
    # It is that other where the ticket itself stands there, or is like it in less.
    made = told(found(("T-9", *BASE["T-1"]), line("T-1")), known=later, later=later)
    assert places(made) == {"T-9": 1, "T-1": 2}
    later = {"T-9": ("ink", "printer", "Zoe", 9)}
    made = told(found(("T-9", "ink", "printer", "Zoe", 9), line("T-2")), known=later, later=later)
    assert places(made) == {"T-9": 1, "T-2": 2}


def test_a_ticket_with_a_cell_that_nobody_can_read_is_no_copy_of_one_that_stands_and_is_like_it() -> None:
    # T-6 began as a copy of T-5; somebody typed into it, and pasted its id over T-1's.
    base: PlainRows = BASE | {"T-5": ("vpn", "line", "Dee", 5), "T-6": ("vpn", "line", "Dee", 5)}
    typed = ("T-6", "vpn", UNKNOWN, "Dee", 5)
    made = told(found(line("T-1", "T-6"), ("T-5", *base["T-5"]), typed), base=base, created=3)
    assert places(made) == {"T-1": 1, "T-5": 2, "T-6": 3}
    assert made.new == []


LATER: PlainRows = {"T-5": ("fresh", "printer", "Ann", 5), "T-6": ("other", None, None, 6)}


def test_a_row_as_it_was_typed_is_the_ticket_that_it_became_since() -> None:
    """`later` has the ticket as it stood in the sheet first: what it got by itself is not in there yet."""
    made = told(found(("", "fresh", None, None, None)), known=LATER, later=LATER)
    assert made.put_back == {1: "T-5"}
    assert made.rows["T-5"].cells == ("fresh", None, None, None)


def test_a_row_as_it_was_typed_that_came_to_stand_beside_anothers_id_is_the_ticket_that_it_became() -> None:
    # Somebody sorted all but the ids.
    rows = found(("T-1", "fresh", None, None, None), line("T-1", "T-2"), line("T-2", "T-3"), line("T-3", ""))
    made = told(rows, known=LATER, later=LATER)
    assert made.put_back == {1: "T-5", 2: "T-1", 3: "T-2", 4: "T-3"}
    assert (made.new, made.copies) == ([], {})


@pytest.mark.parametrize(
    "cells", [("fresh", "tray", "Zoe", 9), (None, "printer", "Ann", None), (UNKNOWN, "z", None, 9)]
)
def test_a_row_that_is_not_what_was_typed_is_new(cells: tuple[Any, ...]) -> None:
    assert len(told(found(("", *cells)), known=LATER, later=LATER).new) == 1


def test_a_copy_of_a_ticket_beside_the_id_of_one_that_is_gone_is_new_where_that_was_sorted_away() -> None:
    # The first ticket was deleted, its id was sorted beside the second, and pasted over a copy of the third.
    made = told(found(line("T-2", "T-1"), line("T-3"), line("T-3", "T-1")))
    assert places(made) == {"T-2": 1, "T-3": 2}
    assert (made.put_back, made.copies) == ({1: "T-2"}, {3: "T-1"})
    # It is itself where it is as it was, like another or not.
    base = BASE | {"T-3": BASE["T-1"]}
    made = told(found(line("T-2", "T-1"), ("T-3", *base["T-3"]), line("T-1")), base=base)
    assert places(made) == {"T-2": 1, "T-3": 2, "T-1": 3}


@pytest.mark.parametrize("own", [("", *BASE["T-1"]), line("T-1")])
def test_a_row_as_it_was_typed_is_its_ticket_though_the_id_of_another_was_pasted_into_it(
    own: tuple[Any, ...],
) -> None:
    # Half of what was typed there has changed since, in a page that was opened before it became a ticket.
    later: PlainRows = {"T-5": ("fresh", "printer", None, None)}
    made = told(found(own, ("T-1", "fresh", "network", None, None)), known=later, later=later)
    assert places(made) == {"T-1": 1, "T-5": 2}
    assert (made.new, made.copies) == ([], {})


@pytest.mark.parametrize(("called", "names"), [("", ["T-5"]), ("77", ["T-5"]), ("T-9", ["T-9"])])
def test_a_row_as_it_was_typed_is_its_ticket_unless_a_person_gave_it_an_id(
    called: str, names: list[str]
) -> None:
    later: PlainRows = {"T-5": ("fresh", "printer", None, None)}
    made = told(found((called, "fresh", "network", None, None)), known=later, later=later)
    assert list(made.rows) == names
    assert made.new == []


@pytest.mark.parametrize(("machine", "expected"), [({3}, {1: "T-5"}), ({2}, {})])
def test_what_people_type_where_rules_write_tells_nothing_of_a_row_as_it_was_typed(
    machine: set[int], expected: dict[int, str]
) -> None:
    later: PlainRows = {"T-5": ("fresh", "printer", None, None)}
    made = told(found(("", "fresh", "tray", None, 9)), known=later, later=later, machine=machine)
    assert made.put_back == expected


@pytest.mark.parametrize("type_", ["printer", UNKNOWN])
def test_a_row_with_the_id_that_it_got_since_is_no_missing_ticket_that_was_created_when_it_was(
    type_: Any,
) -> None:
    # It began as a copy of that one.
    later: PlainRows = {"T-5": ("fresh", "printer", "Ann", 1)}
    made = told(found(("T-5", "fresh", type_, "Ann", 1), line("T-2")), known=later, later=later, created=3)
    assert places(made) == {"T-5": 1, "T-2": 2}
    assert made.put_back == {}


def test_a_row_that_two_or_too_many_later_tickets_may_have_come_from_is_new() -> None:
    for count in (2, MOST_NEAR + 1):
        later: PlainRows = {f"T-{n}": ("fresh", "printer", n, n) for n in range(10, 10 + count)}
        assert len(told(found(("", "fresh", "printer", None, None)), known=later, later=later).new) == 1


def test_a_title_that_nobody_can_read_says_nothing_against_a_row() -> None:
    made = told(found(("T-1", UNKNOWN, "tray", "Cy", 3)))
    assert places(made) == {"T-1": 1}
    assert repr(UNKNOWN) == "UNKNOWN"


def test_copies_of_which_all_are_other_tickets_leave_their_id_free() -> None:
    made = told(found(line("T-2", "T-1"), line("T-3", "T-1")))
    assert places(made) == {"T-2": 1, "T-3": 2}


def test_a_ticket_beside_anothers_id_is_itself_though_a_row_that_is_half_like_it_has_its_id() -> None:
    # The first's id was pasted over that of the second, who is half like it, and the ids were sorted away.
    base = BASE | {"T-2": ("toner", "printer", "Ann", 2)}
    edited, own = ("T-1", "toner", "printer", "Ann", 9), line("T-1", "T-3")
    made = told(found(edited, line("T-3", "T-1"), own, line("T-4")), base=base)
    assert places(made) == {"T-1": 3, "T-2": 1, "T-3": 2, "T-4": 4}
    assert (made.new, made.copies, made.frozen) == ([], {}, {})


def test_of_two_tickets_without_a_difference_both_are_there_where_both_changed_beside_other_ids() -> None:
    base = BASE | {"T-5": BASE["T-1"]}
    one, two = ("T-2", "ink", "printer", "Ann", 9), ("T-3", "ink", "tray", "Ann", 1)
    made = told(found(line("T-2", "T-1"), line("T-3", "T-5"), one, two, line("T-4")), base=base)
    assert (set(made.rows), made.new, made.copies) == (set(base), [], {})
    assert {made.rows["T-1"].place, made.rows["T-5"].place} == {3, 4}


def test_without_a_title_whole_rows_are_told_apart_too() -> None:
    made = told(found(line("T-1", "T-2"), line("T-2", "T-1"), line("T-3", "")), title=None)
    assert places(made) == {"T-1": 1, "T-2": 2, "T-3": 3}


@pytest.mark.parametrize("title", [None, 0])
def test_without_a_title_the_rest_of_the_row_tells(title: int | None) -> None:
    row = ("", UNKNOWN if title == 0 else "other", "tray", "Cy", 3)
    assert told(found(row), title=title).put_back == {1: "T-3"}


def test_an_empty_title_is_nobodys() -> None:
    base: PlainRows = {"T-1": (None, "printer", "Ann", 1)}
    assert told(found(("", None, "printer", "Ann", 2)), base=base).put_back == {}
    # All of it is.
    assert told(found(("", None, "printer", "Ann", 1)), base=base).put_back == {1: "T-1"}
    # An edit of a row without a title stays one.
    assert places(told(found(("T-1", "now", "printer", "Ann", 1)), base=base)) == {"T-1": 1}


def test_of_too_many_that_are_alike_none_is_guessed() -> None:
    base: PlainRows = {f"T-{n}": ("ink", "x", n, n) for n in range(MOST_NEAR + 1)}
    assert told(found(("", "ink", "x", 5, 5)), base=base).put_back == {1: "T-5"}
    assert told(found(("", "ink", "x", 5, -1)), base=base).put_back == {}


def test_new_rows_come_in_the_order_of_the_sheet() -> None:
    made = told(found(("", "b", None, None, None), line("T-1"), line("T-1"), ("", "c", None, None, None)))
    assert [row.place for row in made.new] == [1, 3, 4]


@pytest.mark.parametrize("called", ["", "soon", "T-77"])
@pytest.mark.parametrize("rest", [(None, None), ("tray", "Zoe")])
def test_an_erased_or_junk_id_comes_back_by_title_and_created(called: str, rest: tuple[Any, ...]) -> None:
    made = told(found((called, "ink", *rest, 1), line("T-2")), created=3)
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert made.put_back == {1: "T-1"}


def test_a_new_row_with_an_old_title_is_not_the_ticket_that_had_it() -> None:
    made = told(found(("", "ink", None, None, None), line("T-2")), created=3)
    assert places(made) == {"T-2": 2}
    assert [row.place for row in made.new] == [1]


@pytest.mark.parametrize(("called", "is_known"), [("77", True), ("", False)])
def test_a_row_without_a_title_whose_id_was_typed_over_is_the_ticket_that_had_none(
    called: str, is_known: bool
) -> None:
    base = {**BASE, "T-5": (None, "tray", "Dan", 5)}
    made = told(found((called, None, "tray", "Dan", 99), line("T-1")), base=base)
    assert (made.put_back == {1: "T-5"}) == is_known
    assert [row.place for row in made.new] == ([] if is_known else [1])


def test_where_ids_were_sorted_away_a_row_with_a_new_title_is_known_by_created_and_most_cells() -> None:
    made = told(found(("T-2", "laser", "printer", "Ann", 1), line("T-2", "T-1")), created=3)
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert made.put_back == {1: "T-1", 2: "T-2"}


@pytest.mark.parametrize("owner", ["Ann", "Zoe"])
def test_a_ticket_that_the_version_could_show_goes_before_a_later_one_that_is_as_like(owner: str) -> None:
    later: PlainRows = {"T-5": BASE["T-1"]}
    made = told(found(("", "ink", "printer", owner, 1)), known=later, later=later)
    assert made.put_back == {1: "T-1"}


@pytest.mark.parametrize("called", ["T-2", "", "soon"])
def test_an_id_that_stands_twice_and_at_none_of_its_rows_is_found_at_a_third(called: str) -> None:
    made = told(found(line("T-3", "T-1"), ("T-1", "mouse", None, None, None), line("T-1", called)))
    assert places(made) == {"T-1": 3, "T-3": 1}
    assert made.put_back == {1: "T-3", 3: "T-1"}
    assert [row.place for row in made.new] == [2]
    assert made.copies == {2: "T-1"}


def test_a_changed_row_without_an_id_is_the_ticket_whose_id_stands_at_two_others() -> None:
    lines = [("", "ink", "printer", "Zoe", 1), line("T-2", "T-1"), ("T-1", "copied", "printer", "Ben", 2)]
    made = told(found(*lines, line("T-3"), line("T-4")))
    assert places(made) == {"T-1": 1, "T-2": 2, "T-3": 4, "T-4": 5}
    assert [row.place for row in made.new] == [3]


@pytest.mark.parametrize("called", ["T-1", "T-5"])
def test_a_copy_of_a_row_whose_id_was_pasted_over_is_new_and_the_row_is_put_back(called: str) -> None:
    later: PlainRows = {"T-5": ("fresh", "printer", "Zoe", 5)}
    copy = (called, "mouse", "printer", "Ben", 2)
    made = told(found(line("T-2", called), copy), known=later, later=later)
    assert places(made) == {"T-2": 1}
    assert made.put_back == {1: "T-2"}
    assert [row.place for row in made.new] == [2]
    assert made.copies == {2: called}


@pytest.mark.parametrize("cells", [BASE["T-1"], ("laser", "tray", "Zoe", 9)])
def test_a_row_is_known_by_what_was_written_into_it_and_by_what_was_read_last(cells: tuple[Any, ...]) -> None:
    written: PlainRows = {"T-1": ("laser", "tray", "Zoe", 9)}
    assert told(found(("", *cells)), written=written).put_back == {1: "T-1"}


@pytest.mark.parametrize("called", ["T-1", "T-2"])
def test_an_id_alone_in_an_empty_row_that_is_anothers_is_no_row_and_no_ticket(called: str) -> None:
    made = told(found(("T-1", None, None, None, None), line("T-1", called)))
    assert places(made) == {"T-1": 2}
    assert made.stray == [1]
    assert made.new == []


@pytest.mark.parametrize(
    ("called", "cell", "stray"), [("T-1", UNKNOWN, [1]), ("T-2", UNKNOWN, [1]), ("T-2", "Ann", [])]
)
def test_a_column_of_which_nothing_can_be_read_does_not_fill_an_empty_row(
    called: str, cell: Any, stray: list[int]
) -> None:
    # Such is one that only rules write, in a sheet whose ids were sorted away. Where another row's can be
    # read, somebody typed into this one.
    rows = found(("T-1", None, None, UNKNOWN, None), (called, *BASE["T-1"]))
    other = replace(rows[1], cells=(*BASE["T-1"][:2], cell, BASE["T-1"][3]))
    made = told([rows[0], other])
    assert places(made)["T-1"] == 2
    assert (made.stray, [row.place for row in made.new]) == (stray, [] if stray else [1])


# laws

TITLES = st.sampled_from(["ink", "toner", "paper", None])
ROW = st.tuples(TITLES, st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y"]), st.integers(0, 9))
BASES = st.lists(ROW, min_size=1, max_size=8).map(lambda rows: {f"T-{n}": row for n, row in enumerate(rows)})
TYPED = st.lists(
    st.tuples(st.sampled_from(["", "T-0", "T-1", "T-2", "T-77", "what"]), ROW).map(
        lambda row: (row[0], *row[1])
    ),
    max_size=8,
)


@given(BASES, TYPED, st.randoms(use_true_random=False))
def test_shuffled_rows_are_the_same_tickets(base: PlainRows, typed: list[Any], random: Any) -> None:
    rows = found(*typed)
    made = told(rows, base=base)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert told(shuffled, base=base) == made


@given(BASES, st.randoms(use_true_random=False))
def test_untouched_rows_in_any_order_are_their_own_tickets(base: PlainRows, random: Any) -> None:
    lines = [(name, *cells) for name, cells in base.items()]
    random.shuffle(lines)
    made = told(found(*lines), base=base)
    assert {name: row.cells for name, row in made.rows.items()} == base
    assert not any((made.new, made.put_back, made.copies, made.frozen, made.adopted))


@given(BASES, st.data())
def test_deleted_rows_leave_the_rest_as_they_are(base: PlainRows, data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(sorted(base)), unique=True))
    made = told(found(*[(name, *base[name]) for name in kept]), base=base)
    assert places(made) == {name: place for place, name in enumerate(kept, 1)}
    assert not any((made.new, made.put_back, made.copies, made.frozen))


@given(BASES, st.data())
def test_a_copied_row_is_exactly_one_new_row(base: PlainRows, data: st.DataObject) -> None:
    lines = [(name, *cells) for name, cells in base.items()]
    lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(lines)))
    made = told(found(*lines), base=base)
    assert made.rows.keys() == base.keys()
    assert {name: row.cells for name, row in made.rows.items()} == base
    assert len(made.new) == len(made.copies) == 1
    assert not any((made.put_back, made.frozen))


@given(BASES, TYPED)
def test_every_row_is_one_ticket_or_new_or_frozen_and_no_ticket_stands_twice(
    base: PlainRows, typed: list[Any]
) -> None:
    made = told(found(*typed), base=base)
    stand = [row.place for row in made.rows.values()] + [row.place for row in made.new]
    stand += {place for frozen in made.frozen.values() for place in frozen}
    assert sorted(stand) == list(range(1, len(typed) + 1))
    assert not made.frozen.keys() & made.rows.keys()


@settings(max_examples=20)
@given(st.permutations(range(12)))
def test_ids_in_any_other_order_are_put_back(order: list[int]) -> None:
    base: PlainRows = {f"T-{n}": (f"title {n}", "same", "same", n) for n in range(12)}
    lines = [(f"T-{called}", *base[f"T-{n}"]) for n, called in enumerate(order)]
    made = told(found(*lines), base=base)
    assert places(made) == {f"T-{n}": n + 1 for n in range(12)}


def test_the_work_grows_with_the_rows_and_not_with_their_square() -> None:
    """Counted in comparisons of cells: all ids erased, all titles equal, nothing wholly equal."""

    class Counted:
        compared = 0

        def __eq__(self, other: object) -> bool:
            Counted.compared += 1
            return self is other

        __hash__ = object.__hash__

    def work(rows: int) -> int:
        Counted.compared = 0
        base: PlainRows = {f"T-{n}": ("ink", Counted(), n) for n in range(rows)}
        erased = found(*[("", "ink", Counted(), n) for n in range(rows)])
        assert len(told(erased, base=base).new) == rows
        swapped = found(*[(f"T-{n}", "toner", Counted(), -n) for n in range(rows)])
        assert len(told(swapped, base=base).rows) == rows
        return Counted.compared

    assert work(4_000) <= 2.5 * max(work(2_000), 1)


@pytest.mark.parametrize(("lost", "unread"), [((2,), ()), ((), ((2, 2),)), ((2, 3), ())])
def test_ids_sorted_away_are_put_back_where_a_column_is_lost_or_a_cell_cannot_be_read(
    lost: tuple[int, ...], unread: tuple[tuple[int, int], ...]
) -> None:
    """A ticket that has no title holds its id by anything that is half its own."""
    base: PlainRows = BASE | {"T-2": (None, "printer", None, 2), "T-3": ("paper", "printer", "Cy", 3)}
    rows = [("T-4", *base["T-1"]), ("T-2", *base["T-3"]), ("T-3", *base["T-4"])]
    hidden = [
        (name, *(UNKNOWN if c in lost or (place, c) in unread else cell for c, cell in enumerate(cells)))
        for place, (name, *cells) in enumerate(rows, 1)
    ]
    made = told(found(*hidden), base=base, created=3)
    assert places(made) == {"T-1": 1, "T-3": 2, "T-4": 3}


def test_of_a_column_that_is_lost_nothing_tells_that_a_row_is_a_ticket() -> None:
    """The moment of creation is one moment for nobody when it is not there."""
    made = told(found(("", "ink", "x", "y", UNKNOWN), ("T-2", "toner", "x", "y", UNKNOWN)), created=3)
    assert "T-1" not in made.rows


def test_a_row_without_a_title_whose_cell_cannot_be_read_is_its_own_ticket() -> None:
    base: PlainRows = BASE | {"T-2": (None, "printer", "Ben", 2)}
    made = told(found(line("T-1"), ("T-2", None, UNKNOWN, "Ben", 2)), base=base, created=3)
    assert places(made) == {"T-1": 1, "T-2": 2}
    assert made.put_back == {}


def test_ids_sorted_away_from_rows_that_are_alike_are_put_back_though_a_cell_was_edited() -> None:
    # Half of each row is as in the one that its id stood by before.
    base: PlainRows = {"T-1": ("ink", "printer", "Ann", 1), "T-2": ("toner", "printer", "Ann", 2)}
    rows = found(("T-2", "ink", "printer", "Ann", 1), ("T-1", "toner", "printer", "Ann", 2))
    edited = [replace(rows[0], cells=("ink", "printer", "Zoe", 1)), rows[1]]
    wider = {name: (*cells, "low", "note") for name, cells in base.items()}
    for where in (rows, edited):
        made = told([replace(row, cells=(*row.cells, "low", "note")) for row in where], base=wider, created=3)
        assert places(made) == {"T-1": 1, "T-2": 2}
    # What was imported together was all created at one moment: there a title may be taken over.
    once = {name: (*cells[:3], 1, *cells[4:]) for name, cells in wider.items()}
    made = told(found(("T-1", "toner", "printer", "Zoe", 1, "low", "note")), base=once, created=3)
    assert places(made) == {"T-1": 1}


def test_a_row_deleted_since_the_file_was_written_is_found_under_another_id_in_an_older_version() -> None:
    left = {name: cells for name, cells in BASE.items() if name != "T-3"}
    rows = found(line("T-1"), ("T-9", "paper", "printer", "Cy", 3))
    assert told(rows, base=left, written=BASE, known=["T-3"], created=3).put_back == {2: "T-3"}
    # Where nothing tells of it, the id that was typed is a new one's.
    assert told(rows, base=left, known=["T-3"], created=3).adopted == {"T-9"}
    # One that is still there goes before it.
    twin: PlainRows = left | {"T-5": BASE["T-3"]}
    assert told(found(line("T-3", "")), base=twin, written=BASE, known=["T-3"]).put_back == {1: "T-5"}


def test_a_ticket_that_came_to_be_like_its_copy_stays_beside_it() -> None:
    like = ("T-1", "ink", None, "Ann", 1)
    later = {"T-5": ("ink", None, "Ann", 1)}
    made = told(found(like, like, line("T-2"), line("T-3"), line("T-4")), known=["T-5"], later=later)
    assert sorted(places(made).items())[0] in (("T-1", 1), ("T-1", 2))
    assert {made.rows["T-1"].place, made.rows["T-5"].place} == {1, 2}
    assert made.new == []


def test_the_id_of_a_ticket_that_was_deleted_since_pasted_over_another_is_put_back_in_an_older_version() -> (
    None
):
    base = {name: cells for name, cells in BASE.items() if name != "T-3"}
    rows = found(line("T-1"), line("T-2"), line("T-4", "T-3"))
    for later in ({}, {"T-3": (None, "tray", "Cy", 3)}):
        made = told(rows, base=base, written=BASE, later=later)
        assert places(made) == {"T-1": 1, "T-2": 2, "T-4": 3}
        assert made.put_back == {3: "T-4"}


def test_rows_without_titles_that_were_changed_much_at_once_keep_their_ids() -> None:
    base: PlainRows = {
        "T-1": (None, "offered", "1", 10, 7),
        "T-2": (None, "asked", "2", 20, 7),
        "T-3": (None, "done", "3", 30, 7),
    }
    # The first is more like the second's ticket now, but that one's row is nobody else's.
    changed = (
        ("T-1", None, "asked", "2", 11, 7),
        ("T-2", None, "ordered", "4", 21, 7),
        ("T-3", *base["T-3"]),
    )
    made = told(found(*changed), base=base, created=4)
    assert places(made) == {"T-1": 1, "T-2": 2, "T-3": 3}
    assert (made.put_back, made.new) == ({}, [])
    # Where ids were sorted away each row is another's, though one of them was changed meanwhile.
    sorted_away = (("T-3", *base["T-1"]), ("T-1", None, "asked", "2", 11, 7), ("T-2", *base["T-3"]))
    assert told(found(*sorted_away), base=base, created=4).put_back == {1: "T-1", 2: "T-2", 3: "T-3"}


def test_a_moment_that_is_another_tickets_tells_of_it_though_that_ones_row_was_changed_all_over() -> None:
    base: PlainRows = {"T-1": (None, "hot", "1", 10, 7), "T-2": (None, "cold", "1", 10, 8)}
    made = told(
        found(("T-1", None, "cold", "1", 20, 8), ("T-2", None, "new", "5", 6, 9)), base=base, created=4
    )
    assert made.put_back == {1: "T-2"}
