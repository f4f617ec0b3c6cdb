"""Which column is which, whatever people did to the titles."""

from __future__ import annotations

from collections.abc import Mapping

from sheetdesk.columns.base import Column
from sheetdesk.table.grid import Area, Grid, GridTable
from sheetdesk.table.headers import Headers, find_columns

COLUMNS = (
    Column("id", "ID"),
    Column("title", "Title", was=("subject", "Headline")),
    Column("status", "Status"),
    Column("due", "Due"),
)


def find(
    titles: str,
    *,
    learned: Mapping[str, str] | None = None,
    numbers: Mapping[str, int] | None = None,
    native: tuple[int, ...] = (),
    like: Mapping[tuple[str, int], float] | None = None,
) -> Headers:
    """The columns under these titles; `native` are the program's numbers of them, from the left."""
    row = [None if title == "." else title for title in titles.split()]
    table = GridTable("tickets", 0, 0, 0, len(row) - 1, native) if native else None
    area = Area(Grid("t", 1, [[t] for t in row]), 0, 0, {p: t or "" for p, t in enumerate(row)}, table)
    alike = like or {}
    return find_columns(
        area, COLUMNS, learned or {}, numbers or {}, lambda key, place: alike.get((key, place), 0.0)
    )


def places(found: Headers) -> str:
    """Where each column is, `-` for one that is lost, `?` for one that is frozen."""
    return " ".join(
        "-" if c.key in found.lost else "?" if c.key in found.doubled else str(found.places[c.key])
        for c in COLUMNS
    )


NUMBERS = {"id": 11, "title": 12, "status": 13, "due": 14}
NATIVE = (11, 12, 13, 14)


def test_columns_are_found_wherever_they_were_moved_and_others_are_left_alone() -> None:
    found = find("due mine Title ＩＤ STATUS .")
    assert places(found) == "3 2 4 0"
    assert (found.renamed, found.doubled, found.lost) == ({}, {}, [])


def test_a_title_that_people_gave_is_learned() -> None:
    assert places(find("ID Betreff Status Due", learned={"title": "betreff"})) == "0 1 2 3"


def test_the_desks_title_beats_a_learned_one() -> None:
    assert places(find("ID Betreff Title Status Due", learned={"title": "Betreff"})) == "0 2 3 4"


def test_a_title_is_not_two_columns() -> None:
    """`Title` was once called as the status is, whose own column is gone."""
    found = find("ID Status Due", learned={"title": "Status"})
    assert places(found) == "0 - 1 2"
    found = find("ID Wann", learned={"title": "Wann", "due": "Wann"})
    assert sorted(found.places.values()) == [0, 1]
    assert len(found.lost) == 2


def test_former_titles_and_keys_are_known() -> None:
    assert places(find("ID subject status due")) == "0 1 2 3"
    assert places(find("ID HEADLINE Status Due")) == "0 1 2 3"
    assert places(find("id title status due")) == "0 1 2 3"


def test_a_renamed_column_is_told_by_the_programs_number() -> None:
    found = find("ID Betreff Status Due", numbers=NUMBERS, native=NATIVE)
    assert places(found) == "0 1 2 3"
    assert found.renamed == {"title": "Betreff"}


def test_a_number_that_is_anothers_by_its_title_does_not_count() -> None:
    found = find("ID Status mine Due", numbers=NUMBERS, native=NATIVE)
    assert places(found) == "0 - 1 3"


def test_without_a_number_a_renamed_column_is_told_by_what_it_holds() -> None:
    found = find("ID Betreff mine Status Due", like={("title", 1): 0.6, ("title", 2): 0.59})
    assert places(found) == "0 1 3 4"
    assert found.renamed == {"title": "Betreff"}


def test_of_two_columns_that_hold_the_same_none_is_it() -> None:
    found = find("ID Betreff mine Status Due", like={("title", 1): 1.0, ("title", 2): 0.6})
    assert places(found) == "0 - 3 4"


def test_a_column_without_a_title_may_be_it() -> None:
    found = find("ID . Status Due", like={("title", 1): 1.0})
    assert places(found) == "0 1 2 3"
    assert found.renamed == {"title": ""}


def test_of_a_doubled_title_the_programs_number_tells() -> None:
    assert places(find("Due ID Title Status Due", numbers=NUMBERS, native=(20, 11, 12, 13, 14))) == "1 2 3 4"


def test_of_a_doubled_title_the_content_tells_where_no_number_does() -> None:
    assert places(find("Due ID Title Status Due", like={("due", 0): 1.0})) == "1 2 3 0"
    assert places(
        find("Due ID Title Status Due", numbers=NUMBERS, native=(1, 2, 3, 4, 5), like={("due", 4): 0.7})
    ) == ("1 2 3 4")


def test_a_doubled_title_that_nothing_tells_is_frozen_and_nobody_elses() -> None:
    found = find("Due ID Title Due", like={("status", 0): 1.0})
    assert places(found) == "1 2 - ?"
    assert found.doubled == {"due": [0, 3]}


def test_a_doubled_former_title_is_frozen_too() -> None:
    found = find("ID subject headline Status Due")
    assert found.doubled == {"title": [1, 2]}


def test_a_column_that_is_not_there_is_lost() -> None:
    assert find("ID Title Due").lost == ["status"]
    assert find(". .").lost == ["id", "title", "status", "due"]
