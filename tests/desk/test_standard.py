"""The columns and tables that every desk may use by naming them."""

from __future__ import annotations

import pytest

from sheetdesk.columns.base import Column
from sheetdesk.desk.standard import ALWAYS, CLOSING, FORMULAS, STANDARD, other_tables, parse_formula
from sheetdesk.desk.standard import standard_column as standard
from sheetdesk.families import members
from sheetdesk.locales.locale import load_locale, locales


@pytest.mark.parametrize("code", locales())
@pytest.mark.parametrize("key", STANDARD)
def test_a_standard_column_has_its_words_in_every_language(key: str, code: str) -> None:
    column = standard(key, load_locale(code))
    assert column.title
    assert column.note
    assert column.type in members("columns")
    for choice in column.choices:
        assert choice.color or key == "channel"
        assert (choice.meaning is not None) == (key == "status")


def test_what_is_added_by_itself_is_standard() -> None:
    assert {*ALWAYS, *CLOSING} <= set(STANDARD)
    assert all(STANDARD[key].owner == "formula" for key in CLOSING)


@pytest.mark.parametrize(
    "column", [column for column in STANDARD.values() if column.formula], ids=lambda column: column.key
)
def test_a_standard_formula_takes_columns_of_the_right_kind(column: Column) -> None:
    name, arguments = parse_formula(column.formula)
    assert tuple(STANDARD[argument].type for argument in arguments) == FORMULAS[name]


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("hours(created, resolved)", "hours", ("created", "resolved")),
        (" month ( created ) ", "month", ("created",)),
        ("f()", "f", ()),
    ],
)
def test_a_formula_is_a_name_and_columns(text: str, name: str, arguments: tuple[str, ...]) -> None:
    assert parse_formula(text) == (name, arguments)


@pytest.mark.parametrize("text", ["", "month", "month(created", "month created)", "created + 1"])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_formula(text)


@pytest.mark.parametrize("code", locales())
def test_the_other_tables_are_keyed_by_id_and_have_titles_that_stand_once(code: str) -> None:
    columns = [standard(key, load_locale(code)) for key in STANDARD]
    for table in other_tables(load_locale(code), columns):
        assert table.columns[0].key == "id"
        titles = [column.title for column in table.columns]
        assert len(set(titles)) == len(titles)
