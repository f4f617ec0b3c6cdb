"""A desk finds its parts by name."""

from __future__ import annotations

import pytest

from sheetdesk.columns.base import Choice, Meaning
from sheetdesk.errors import RoleUnknown
from tests.desk import small

DESK = small(
    "people:\n  - {name: Ann Example}\nroles:\n  boss: {title: The boss}\nimports:\n  - {key: jira}\n"
)


def test_a_role_is_found_by_key_or_title() -> None:
    assert DESK.role("boss") is DESK.role("The boss")
    with pytest.raises(RoleUnknown, match=r"No role 'bos' in this desk \(boss\?\)\. Known: boss"):
        DESK.role("bos")


def test_a_person_is_found_in_any_case() -> None:
    assert DESK.person("ann EXAMPLE").name == "Ann Example"
    with pytest.raises(RoleUnknown, match="No person 'Bo'"):
        DESK.person("Bo")


def test_an_import_mapping_is_found_by_key() -> None:
    assert DESK.import_mapping("jira").key == "jira"
    with pytest.raises(RoleUnknown, match="No import mapping 'jra'"):
        DESK.import_mapping("jra")


def test_tables_and_columns_are_found_by_key() -> None:
    assert DESK.column("status") is DESK.tickets.column("status")
    assert [table.key for table in DESK.tables] == ["tickets", "people", "choices", "rules", "cases"]
    assert DESK.has("status", "owner")
    assert not DESK.has("status", "nothing")
    with pytest.raises(KeyError):
        DESK.table("nothing")
    with pytest.raises(KeyError):
        DESK.column("nothing")


def test_statuses_are_found_by_meaning_in_the_desk_s_order() -> None:
    assert DESK.status_keys(Meaning.CLOSED, Meaning.NEW) == ("new", "closed")
    assert [choice.title for choice in DESK.open_statuses()] == ["New", "Open"]


def test_other_choices_make_another_desk() -> None:
    changed = DESK.with_choices("type", [Choice("x", "X")])
    assert [choice.key for choice in changed.column("type").choices] == ["x"]
    assert [choice.key for choice in DESK.column("type").choices] == ["Hardware", "Software"]
    # A case is of one of the types.
    assert changed.table("cases").column("type").choices == changed.column("type").choices
    changed = DESK.with_choices("status", [Choice("x", "X")])
    assert changed.tables[1:] == DESK.tables[1:]
