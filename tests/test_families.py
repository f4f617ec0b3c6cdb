"""A family is a folder and a member a file in it: nothing is registered anywhere."""

from __future__ import annotations

from importlib import resources

import pytest

from sheetdesk.errors import FamilyMemberUnknown
from sheetdesk.families import member, members

COLUMNS = ("case", "choice", "date", "flag", "moment", "number", "person", "tags", "text", "ticket")


def test_the_columns_are_the_files_of_their_folder_in_order() -> None:
    assert members("columns") == COLUMNS
    files = {entry.name for entry in resources.files("sheetdesk.columns").iterdir()}
    assert {f"{name}.py" for name in COLUMNS} < files


@pytest.mark.parametrize("name", COLUMNS)
def test_a_member_is_the_module_of_its_name(name: str) -> None:
    found = member("columns", name)
    assert found.__name__ == f"sheetdesk.columns.{name}"
    assert found.KIND.read
    assert "KIND" in found.__all__


@pytest.mark.parametrize("name", ["base", "__init__", "", "txt", "../errors", "text.KIND", "os"])
def test_what_is_no_member_is_an_error_that_names_the_known(name: str) -> None:
    with pytest.raises(FamilyMemberUnknown, match="Known: case, choice, date, "):
        member("columns", name)
