"""Seeding: the desk file starts the other tables, and a changed one changes only what people left."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings

from sheetdesk.desk.template import parse_desk, templates
from sheetdesk.table.change import ChangeSet, apply, diff
from sheetdesk.table.seed import choices_of, reseed, seed_tables, with_tables
from sheetdesk.table.table import Table
from tests.table import DESK, SMALL, assert_same, tables

PEOPLE = seed_tables(DESK)["people"]


def edited(table: Table, row: str, column: str, value: Any) -> Table:
    frame = table.frame.copy()
    frame.at[row, column] = value
    return Table(table.spec, frame)


def without(table: Table, row: str) -> Table:
    return Table(table.spec, table.frame.drop(index=row))


def people(text: str) -> Table:
    """The people of the small desk with other people."""
    return seed_tables(parse_desk(SMALL[: SMALL.index("people:")] + "people:\n" + text))["people"]


def test_the_desk_files_people_are_rows_with_their_skills_in_words() -> None:
    text = "name: D\ncolumns: [status, {key: type, choices: [{key: net, title: Network}]}]\n"
    text += "people: [{name: Ann, mail: a@x.example, skills: {net: 3}, cap: 4}, {name: Ben}]"
    frame = seed_tables(parse_desk(text))["people"].frame
    assert frame.at["Ann", "skills"] == "Network:3"
    assert frame.at["Ann", "cap"] == 4
    assert [frame.at["Ben", key] for key in ("mail", "skills", "backup")] == [None, None, None]


def test_every_template_seeds_its_rules_and_cases() -> None:
    for name, text in templates().items():
        desk = parse_desk(text, name)
        tables = seed_tables(desk)
        assert list(tables["rules"].frame.index) == [rule.key for rule in desk.rules]
        assert len(tables["cases"]) == len(desk.cases)


def test_choices_stand_in_order_with_their_parents_titles() -> None:
    frame = choices_of(DESK).frame
    rows = frame[frame["column"] == "subtype"]
    assert list(rows.index) == ["subtype/laptop", "subtype/office"]
    assert rows["parent"].tolist() == ["Hardware", "Software"]
    assert rows["position"].tolist() == [1.0, 2.0]
    assert rows["active"].all()


def test_lists_as_seeded_leave_the_desk_as_it_is() -> None:
    for name, text in templates().items():
        desk = parse_desk(text, name)
        assert with_tables(desk, choices_of(desk)).tables == desk.tables


def test_a_desk_that_its_lists_leave_as_it_is_is_the_same_desk() -> None:
    choices = edited(choices_of(DESK), "impact/low", "value", "Tiny")
    once = with_tables(DESK, choices)
    assert once is not DESK
    assert with_tables(DESK, choices) is once
    assert with_tables(once, choices) is once
    assert with_tables(DESK, choices_of(DESK)) is DESK


def test_lists_rename_reorder_add_and_retire_choices() -> None:
    choices = choices_of(DESK)
    choices = edited(choices, "impact/low", "value", "Tiny")
    choices = edited(choices, "impact/low", "position", 0.0)
    choices = edited(choices, "impact/high", "active", False)
    row = choices.frame.loc[["impact/low"]].rename(index={"impact/low": "impact/huge"})
    row["value"], row["position"] = "Huge", 9.0
    choices = apply(choices, ChangeSet(added=row))
    found = [(c.key, c.title) for c in with_tables(DESK, choices).column("impact").choices]
    assert found == [("low", "Tiny"), ("medium", "Medium"), ("huge", "Huge"), ("high", "High")]


def test_a_choice_keeps_what_the_lists_do_not_say() -> None:
    choices = edited(choices_of(DESK), "status/new", "value", None)
    kept = with_tables(DESK, choices).column("status").choice("new")
    assert kept == DESK.column("status").choice("new")


def test_a_choice_moves_below_another_parent() -> None:
    choices = edited(choices_of(DESK), "subtype/laptop", "parent", "Software")
    found = with_tables(DESK, choices).column("subtype").choice("laptop")
    assert found is not None
    assert found.parent == "soft"


def test_a_choice_without_a_parent_in_the_lists_keeps_its_own() -> None:
    choices = edited(choices_of(DESK), "subtype/laptop", "parent", None)
    found = with_tables(DESK, choices).column("subtype").choice("laptop")
    assert found is not None
    assert found.parent == "hard"


def test_a_drop_down_whose_every_row_is_gone_stays_as_in_the_desk_file() -> None:
    choices = choices_of(DESK)
    frame = choices.frame[choices.frame["column"] != "impact"]
    after = with_tables(DESK, Table(choices.spec, frame))
    assert after.column("impact").choices == DESK.column("impact").choices


@settings(max_examples=12, deadline=None)
@given(tables(PEOPLE.spec, most=3), tables(PEOPLE.spec, most=3))
def test_a_table_nobody_touched_becomes_what_the_desk_file_says(old: Table, new: Table) -> None:
    assert_same(apply(old, reseed(old, new, old)), new)


@settings(max_examples=12, deadline=None)
@given(tables(PEOPLE.spec, most=3), tables(PEOPLE.spec, most=3))
def test_a_desk_file_that_did_not_change_asks_for_nothing(old: Table, now: Table) -> None:
    assert not reseed(old, old, now)


@settings(max_examples=12, deadline=None)
@given(tables(PEOPLE.spec, most=3), tables(PEOPLE.spec, most=3), tables(PEOPLE.spec, most=3))
def test_what_people_changed_is_never_changed_back(old: Table, new: Table, now: Table) -> None:
    after = apply(now, reseed(old, new, now))
    theirs = {(c.row, c.column) for c in diff(old, now).cells}
    ours = {(c.row, c.column) for c in diff(now, after).cells}
    assert not theirs & ours
    assert {row for row, _ in theirs} <= set(after.frame.index)


def test_a_new_person_is_added_and_a_changed_cell_changed() -> None:
    new = people("  - {name: Ann Example, cap: 3}\n  - {name: Ben Example}\n  - {name: Cy Example}\n")
    after = apply(PEOPLE, reseed(PEOPLE, new, PEOPLE))
    assert list(after.frame.index) == ["Ann Example", "Ben Example", "Cy Example"]
    assert after.frame.at["Ann Example", "cap"] == 3


def test_a_cell_that_people_changed_keeps_their_value() -> None:
    new = people("  - {name: Ann Example, cap: 3}\n  - {name: Ben Example}\n")
    now = edited(PEOPLE, "Ann Example", "cap", 7.0)
    assert not reseed(PEOPLE, new, now)


def test_a_person_whom_people_removed_does_not_come_back() -> None:
    new = people("  - {name: Ann Example, cap: 3}\n  - {name: Ben Example}\n")
    assert not reseed(PEOPLE, new, without(PEOPLE, "Ann Example"))


def test_a_person_whom_people_added_already_is_left() -> None:
    new = people("  - {name: Ann Example}\n  - {name: Ben Example}\n  - {name: Cy Example, cap: 3}\n")
    frame = pd.concat([PEOPLE.frame, PEOPLE.frame.iloc[[0]].rename(index={"Ann Example": "Cy Example"})])
    assert not reseed(PEOPLE, new, Table(PEOPLE.spec, frame))


def test_a_dropped_person_goes_only_where_nobody_changed_the_row() -> None:
    new = people("  - {name: Ann Example}\n")
    gone = reseed(PEOPLE, new, PEOPLE).removed
    assert gone is not None
    assert list(gone.index) == ["Ben Example"]
    assert not reseed(PEOPLE, new, edited(PEOPLE, "Ben Example", "cap", 7.0))
    assert not reseed(PEOPLE, new, without(PEOPLE, "Ben Example"))
