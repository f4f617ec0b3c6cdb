"""What cells mean: words of other desks, values that are none, durations, and names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.desk.desk import ImportMapping
from sheetdesk.intake.durations import parse_hours

from . import CHINESE, ENGLISH, added, desk_of, notes, plan_of, reasons


def column(text: str, key: str, **options: Any) -> list[Any]:
    return [ticket.get(key) for ticket in added(plan_of(text, **options)).values()]


def test_status_words_of_both_languages_are_understood() -> None:
    words = ["Open", "in progress", "WIP", "Awaiting Vendor", "已解决", "已关闭", "Cancelled", "待处理"]
    text = "Title,Status\n" + "\n".join(f"t,{word}" for word in words)
    expected = ["open", "open", "open", "on_hold", "resolved", "closed", "cancelled", "new"]
    assert column(text, "status") == expected


def test_a_status_nobody_knows_is_never_invented_but_named_with_its_count() -> None:
    plan = plan_of("Title,Status\na,Open\nb,Parked\nc,Parked", add_choices=True)
    assert plan.counts.aside == 2
    assert "Status: 1 statuses are not in the desk (Parked × 2)" in notes(plan)


def test_a_mapping_in_the_desk_file_says_what_a_word_means_or_that_it_means_nothing() -> None:
    mapping = ImportMapping(
        "x", values={"status": {"Parked": "on_hold"}, "priority": {"P0": "p1", "None yet": ""}}
    )
    plan = plan_of("Title,Status,Priority\na,parked,P0\nb,Open,None yet", mapping=mapping)
    assert [t.get("status") for t in added(plan).values()] == ["on_hold", "open"]
    assert [t.get("priority") for t in added(plan).values()] == ["p1", None]


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("3 - Moderate", "p3"),
        ("1 - Critical", "p1"),
        ("P2: High", "p2"),
        ("2. 高", "p2"),
        ("紧急", "p1"),
        ("p4", "p4"),
    ],
)
def test_priorities_are_understood_with_or_without_their_number(word: str, key: str) -> None:
    assert column(f"Title,Priority\na,{word}", "priority") == [key]


def test_numbered_levels_go_by_rank_where_both_have_as_many_and_that_is_said() -> None:
    text = "Title,Priority\na,1 - Drop everything\nb,2 - Today\nc,3 - This week\nd,4 - Whenever"
    assert column(text, "priority") == ["p1", "p2", "p3", "p4"]
    assert "read by rank" in notes(plan_of(text))
    fewer = "Title,Priority\na,1 - Drop everything\nb,2 - Today"
    assert plan_of(fewer).counts.aside == 2


def test_unknown_choices_are_counted_with_the_way_to_take_them() -> None:
    plan = plan_of("Title,Type\na,Hardware\nb,Garden\nc,Garden\nd,Roof")
    assert [row.number for row in plan.aside] == [3, 4, 5]
    assert (
        "Type: 2 values are not in the desk (Garden × 2, Roof × 1): run again with `--add-choices`"
        in notes(plan)
    )


def test_new_choices_are_collected_in_the_order_met() -> None:
    plan = plan_of("Title,Type\na,Hardware\nb,Garden\nc,garden\nd,Roof", add_choices=True)
    assert [choice.title for choice in plan.new_choices["type"]] == ["Garden", "Roof"]
    assert [t["type"] for t in added(plan).values()] == ["Hardware", "Garden", "Garden", "Roof"]


def test_a_new_choice_below_two_parents_is_two_choices() -> None:
    text = "Title,Type,Subtype\na,Hardware,Other\nb,Software,Other\nc,Software,Laptop\nd,Hardware,Laptop"
    plan = plan_of(text, add_choices=True)
    new = {(choice.parent, choice.title): choice.key for choice in plan.new_choices["subtype"]}
    assert set(new) == {("Hardware", "Other"), ("Software", "Other"), ("Software", "Laptop")}
    assert len(set(new.values())) == 3
    subtypes = [t["subtype"] for t in added(plan).values()]
    assert subtypes == [
        new["Hardware", "Other"],
        new["Software", "Other"],
        new["Software", "Laptop"],
        "Laptop",
    ]


def test_a_new_choice_that_a_spreadsheet_would_take_for_a_command_is_set_aside() -> None:
    plan = plan_of("Title,Type\na,=cmd\nb,what?\nc,ok", add_choices=True)
    assert [raw for _, _, raw in reasons(plan)] == ["=cmd", "what?"]


def test_choices_only_used_by_rows_set_aside_are_not_added() -> None:
    plan = plan_of("Title,Type,Status\na,Garden,Bananas\nb,Roof,Open", add_choices=True)
    assert [choice.title for choice in plan.new_choices["type"]] == ["Roof"]


@pytest.mark.parametrize(
    "word", ["?", "-", "N/A", "NULL", "none", "无", "/", "#N/A", "nan", "not rated", "Unspecified", " "]
)
def test_values_that_stand_for_no_value_are_none(word: str) -> None:
    text = f"Title,Satisfaction,Owner,Type,Resolved\na,{word},{word},{word},{word}"
    ticket = next(iter(added(plan_of(text)).values()))
    assert not {"satisfaction", "owner", "type", "resolved"} & set(ticket)


def test_what_was_read_as_blank_is_said_with_its_count() -> None:
    assert "read as blank: not rated × 2, ? × 1" in notes(
        plan_of("Title,Rating\na,not rated\nb,?\nc,not rated")
    )


def test_in_free_text_only_the_unmistakable_ones_are_none() -> None:
    assert column("Title,Description\na,none\nb,-\nc,N/A\nd,?", "description") == ["none", "-", None, None]


def test_a_choice_of_the_desk_is_a_value_whatever_it_looks_like() -> None:
    desk = desk_of(
        ENGLISH.replace("[Hardware, Software]", "[Hardware, None]").replace(
            "{title: Laptop, parent: Hardware}", ""
        )
    )
    assert [t.get("type") for t in added(plan_of("Title,Type\na,None\nb,?", desk)).values()] == ["None", None]


def test_option_leftovers_among_real_words_are_none_and_said() -> None:
    plan = plan_of("标题,是否成交\n甲,是\n乙,选项1\n丙,否\n丁,选项２", desk_of(CHINESE))
    assert [t.get("deal") for t in added(plan).values()] == [True, None, False, None]
    assert "选项1 × 1" in notes(plan)


def test_options_that_are_all_there_is_stay() -> None:
    plan = plan_of("Title,Type\na,Option 1\nb,Option 2", add_choices=True)
    assert [t["type"] for t in added(plan).values()] == ["Option 1", "Option 2"]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1小时20分", 1 + 20 / 60), ("0秒", 0), ("35分钟", 35 / 60), ("12.5h", 12.5), ("1.5 hours", 1.5),
        ("2d 3h", 51), ("1:30", 1.5), ("1:30:36", 1.51), ("45 min", 0.75), ("3天", 72), ("超过7天", None),
        ("12.5", None), ("soon", None), ("", None), ("5 apples", None), ("12h or so", None),
    ],
)  # fmt: skip
def test_durations_are_hours(text: str, hours: float | None) -> None:
    assert parse_hours(text) == (None if hours is None else pytest.approx(hours))


@given(st.text(alphabet="0123456789.:hmd 小时分天秒", max_size=14))
def test_no_text_breaks_the_reading_of_durations(text: str) -> None:
    hours = parse_hours(text)
    assert hours is None or hours >= 0


def test_a_column_of_durations_is_read_in_hours_and_said() -> None:
    text = "Title,Time spent\na,1小时30分\nb,45分\nc,0秒\nd,超过7天"
    plan = plan_of(text)
    assert [t.get("spent") for t in added(plan).values()] == [1.5, 0.75, 0]
    assert reasons(plan) == [(5, "spent", "超过7天")]
    assert "durations read as hours" in notes(plan)


def test_full_width_digits_are_digits() -> None:
    assert column("Title,Satisfaction,Time spent\na,４,１２．５", "spent") == [12.5]


def test_text_loses_the_blanks_around_it() -> None:
    assert column("Title,Description\n a  b ,  c ", "title") == ["a  b"]


def test_escaped_line_breaks_become_real_where_most_cells_have_them() -> None:
    text = "Title,Description\na,one\\n\\ntwo\nb,three\\nfour\nc,five"
    assert column(text, "description") == ["one\n\ntwo", "three\nfour", "five"]
    assert column("Title,Description\na,C:\\new\nb,x\nc,y", "description") == ["C:\\new", "x", "y"]


def test_new_names_join_the_team_and_known_ones_keep_their_spelling() -> None:
    plan = plan_of("Title,Owner\na,ANN\nb,Bob\nc,bob  \nd,-", people=frozenset({"Ann"}))
    assert [t.get("owner") for t in added(plan).values()] == ["Ann", "Bob", "bob", None]
    assert plan.new_people == ("Bob", "bob")


def test_unknown_names_are_set_aside_where_none_may_join() -> None:
    plan = plan_of("Title,Owner\na,ann\nb,Anna", people=frozenset({"Ann"}), add_people=False)
    assert [t.get("owner") for t in added(plan).values()] == ["Ann"]
    assert [(p.raw, p.near) for row in plan.aside for p in row.problems] == [("Anna", "Ann")]


def test_mixed_types_in_one_column_are_each_read_as_they_are() -> None:
    text = "Title,Date bought\na,2026-03-01\nb,46085\nc,1 Mar 2026\nd,yesterday"
    plan = plan_of(text)
    assert [str(t["bought"])[:10] for t in added(plan).values()] == ["2026-03-01", "2026-03-04", "2026-03-01"]
    assert reasons(plan) == [(5, "bought", "yesterday")]
