"""Who may see a file, and which cells a protection keeps from whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.sandbox.access import OWNER, Caller, can_edit, check_protected, may, role_of, shut_out, who
from sheetdesk.sandbox.api import ApiError
from sheetdesk.sandbox.book import Spreadsheet, Tab, new_spreadsheet
from sheetdesk.sandbox.file import File
from sheetdesk.sandbox.permissions import owned

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANN = Caller("ann@sandbox.local", is_owner=False)
BOB = Caller("bob@elsewhere.org", is_owner=False)


def book_with(*protections: dict[str, Any]) -> tuple[Spreadsheet, Tab]:
    book = new_spreadsheet("id", "Tickets")
    book.tabs[0].protected_ranges = list(protections)
    return book, book.tabs[0]


def box(top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    return {"startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right}


@pytest.mark.parametrize(
    ("header", "email"),
    [
        ("Bearer role:ann@example.org", "ann@example.org"),
        ("bearer role:Ann@Example.org", "ann@example.org"),
        ("Bearer role:ann", "ann@sandbox.local"),
        ("Bearer ya29.something", OWNER),
        ("Basic role:ann", OWNER),
        (None, OWNER),
    ],
)
def test_the_token_says_who_calls_and_anything_else_is_the_owner(header: str | None, email: str) -> None:
    caller = who({} if header is None else {"AUTHORIZATION": header})
    assert (caller.email, caller.is_owner) == (email, email == OWNER)


@pytest.mark.parametrize(
    ("permission", "role"),
    [
        ({"type": "user", "role": "reader", "emailAddress": "Ann@sandbox.local"}, "reader"),
        ({"type": "user", "role": "writer", "emailAddress": "bob@sandbox.local"}, None),
        ({"type": "domain", "role": "commenter", "domain": "sandbox.local"}, "commenter"),
        ({"type": "domain", "role": "commenter", "domain": "box.local"}, None),
        ({"type": "anyone", "role": "writer"}, "writer"),
    ],
)
def test_a_role_comes_by_name_by_domain_or_by_link(permission: dict[str, str], role: str | None) -> None:
    file = File(new_spreadsheet("id", "Tickets"), OWNER, NOW, NOW, OWNER, permissions=owned(OWNER))
    file.permissions["1"] = permission
    assert role_of(file, ANN) == role
    assert may(file, ANN, "reader") == (role is not None)
    assert may(file, ANN, "writer") == (role == "writer")
    assert role_of(file, Caller()) == "owner"


def test_the_strongest_of_several_roles_counts() -> None:
    file = File(new_spreadsheet("id", "Tickets"), OWNER, NOW, NOW, OWNER)
    file.permissions = {
        "1": {"type": "anyone", "role": "reader"},
        "2": {"type": "user", "role": "writer", "emailAddress": ANN.email},
        "3": {"type": "domain", "role": "commenter", "domain": "sandbox.local"},
    }
    assert role_of(file, ANN) == "writer"
    assert role_of(file, BOB) == "reader"


def test_a_protected_cell_is_refused_in_googles_words() -> None:
    book, tab = book_with({"protectedRangeId": 1, "range": box(0, 5, 0, 2), "editors": {"users": [OWNER]}})
    with pytest.raises(ApiError) as caught:
        check_protected(book, ANN, tab, [box(9, 10, 0, 1), box(4, 6, 1, 3)], 3, "updateCells")
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    assert caught.value.message == (
        "Invalid requests[3].updateCells: You are trying to edit a protected cell or object. "
        "Please contact the spreadsheet owner to remove protection if you need to edit."
    )
    with pytest.raises(ApiError, match=r"^Invalid data\[0\]: You are trying to edit"):
        check_protected(book, ANN, tab, [{}], 0, "")
    check_protected(book, ANN, tab, [box(5, 9, 0, 2), box(0, 5, 2, 9)], 0, "updateCells")


@pytest.mark.parametrize(
    ("protection", "is_free"),
    [
        ({"editors": {"users": [OWNER]}}, False),
        ({"editors": {"users": [OWNER, "Ann@sandbox.local"]}}, True),
        ({"editors": {"users": [OWNER], "domainUsersCanEdit": True}}, True),
        ({"warningOnly": True}, True),
        ({}, False),
    ],
)
def test_editors_may_and_a_warning_stops_nobody(protection: dict[str, Any], is_free: bool) -> None:
    book, tab = book_with({**protection, "range": {"sheetId": 0}})
    assert can_edit(protection, ANN) == is_free
    assert shut_out(book, ANN, tab, box(0, 1, 0, 1)) != is_free
    assert not shut_out(book, Caller(), tab, {})


def test_a_protected_sheet_leaves_its_unprotected_ranges_free() -> None:
    free = [box(1, 100, 2, 3), box(1, 100, 3, 4)]
    book, tab = book_with({"range": {"sheetId": 0}, "unprotectedRanges": free})
    assert not shut_out(book, ANN, tab, box(5, 9, 2, 4))
    assert shut_out(book, ANN, tab, box(0, 9, 2, 4))
    assert shut_out(book, ANN, tab, box(5, 9, 2, 5))
    assert shut_out(book, ANN, tab, {"startRowIndex": 5})


def test_a_protected_named_range_is_kept_where_the_name_points() -> None:
    book, tab = book_with({"namedRangeId": "n"})
    book.named_ranges = {"n": {"namedRangeId": "n", "name": "ids", "range": {"sheetId": 0, "endRowIndex": 1}}}
    assert shut_out(book, ANN, tab, box(0, 2, 7, 8))
    assert not shut_out(book, ANN, tab, box(1, 2, 7, 8))


BOXES = st.tuples(*[st.integers(0, 4)] * 4).map(
    lambda side: box(side[0], side[0] + side[1] + 1, side[2], side[2] + side[3] + 1)
)


def cells(grid: dict[str, int]) -> set[tuple[int, int]]:
    return {
        (row, column)
        for row in range(grid["startRowIndex"], grid["endRowIndex"])
        for column in range(grid["startColumnIndex"], grid["endColumnIndex"])
    }


@given(kept=BOXES, free=st.lists(BOXES, max_size=3), written=BOXES)
def test_a_write_is_refused_just_when_a_kept_cell_is_in_it(
    kept: dict[str, int], free: list[dict[str, int]], written: dict[str, int]
) -> None:
    book, tab = book_with({"range": kept, "unprotectedRanges": free})
    freed = {cell for one in free for cell in cells(one)}
    assert shut_out(book, ANN, tab, written) == bool(cells(kept) & cells(written) - freed)
