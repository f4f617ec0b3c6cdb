"""Columns are matched by what is asked, then by name; never against their content."""

from __future__ import annotations

from typing import Any

import pytest

from sheetdesk.desk.desk import ImportMapping
from sheetdesk.errors import ColumnsUnmatched, MapUnknown

from . import CHINESE, ENGLISH, added, desk_of, matched, notes, plan_of


def how(text: str, **options: Any) -> dict[str, str]:
    return {match.title: match.how for match in plan_of(text, **options).matching}


def test_title_key_and_synonym_are_told_apart() -> None:
    assert how("ID,first_response,Summary,状态,Zodiac\n1,2026-03-01,a,Open,Leo") == {
        "ID": "title",
        "first_response": "title",
        "Summary": "synonym",
        "状态": "synonym",
        "Zodiac": "",
    }


def test_a_former_key_still_matches() -> None:
    desk = desk_of(ENGLISH.replace("{key: vip,", "{key: vip, was: [gold_member],"))
    plan = plan_of("Title,Gold member\na,yes", desk)
    assert matched(plan)["Gold member"] == "vip"


def test_the_better_evidence_wins_and_the_other_column_is_left() -> None:
    plan = plan_of("Number,ID,Subject\n5,A-1,printer")
    assert matched(plan) == {"ID": "id", "Subject": "title"}


def test_the_command_line_beats_the_mapping_and_the_name() -> None:
    mapping = ImportMapping("x", {"Words": "description", "Title": "notes", "Absent": "type"})
    plan = plan_of("Title,Words,ID\na,b,1", mapping=mapping, columns={"title": "title", "ID": "-"})
    assert [(match.column, match.how) for match in plan.matching] == [
        ("title", "command line"),
        ("description", "mapping"),
        ("", "dropped"),
    ]


def test_a_column_may_be_named_by_our_title() -> None:
    assert matched(plan_of("X,Title\nBob,a", columns={"X": "Requester"}))["X"] == "requester"


def test_an_unknown_word_on_the_command_line_is_an_error_with_the_near_name() -> None:
    with pytest.raises(MapUnknown, match=r"'Statsu'.*\(Status\?\)"):
        plan_of("Title,Status\na,Open", columns={"Statsu": "status"})
    with pytest.raises(MapUnknown, match=r"'prioritty'.*\(priority\?\)"):
        plan_of("Title,Status\na,Open", columns={"Status": "prioritty"})


def test_one_of_ours_takes_one_of_theirs() -> None:
    plan = plan_of("Title,X,Y\na,b,c", columns={"X": "notes", "Y": "notes"})
    assert matched(plan) == {"Title": "title", "X": "notes"}
    assert "another column of the file is already Notes" in notes(plan)


def test_numbered_tags_become_one_column() -> None:
    plan = plan_of("Title,tag_1,Tag 2,tag_3\na,vpn,,laptop\nb,,,")
    assert [ticket.get("tags") for ticket in added(plan).values()] == ["vpn, laptop", None]


def test_a_column_whose_values_do_not_read_is_not_matched_and_says_why() -> None:
    plan = plan_of("Title,Resolution time,Solved at\na,31.8,2026-03-02\nb,12.5,2026-03-03\nc,2026-03-04,")
    assert matched(plan) == {"Title": "title", "Solved at": "resolved"}
    assert "67 % of the values cannot be read, such as “31.8”" in notes(plan)


def test_what_was_asked_for_is_matched_whatever_it_holds() -> None:
    plan = plan_of("Title,Resolution time\na,31.8", columns={"Resolution time": "resolved"})
    assert plan.counts.aside == 1


def test_long_texts_are_no_list_of_choices() -> None:
    story = "a rather long story that nobody would put into a list of words to pick"
    rows = "\n".join(f"t{n},{story} {n}" for n in range(9))
    assert matched(plan_of(f"Title,Type\n{rows}", add_choices=True)) == {"Title": "title"}


def test_columns_of_the_desk_itself_are_not_imported_and_that_is_said() -> None:
    plan = plan_of("Title,Month,Overdue\na,2026-03,1")
    assert matched(plan) == {"Title": "title"}
    assert notes(plan).count("worked out by the desk") == 2


def test_unmatched_columns_are_named_with_a_way_to_map_them() -> None:
    assert "2 columns match nothing (Zodiac, Pet): to take one over, use `--map" in notes(
        plan_of("Title,Zodiac,Pet,Empty\na,Leo,cat,")
    )


def test_a_file_without_any_known_column_is_refused_with_its_titles() -> None:
    with pytest.raises(ColumnsUnmatched, match="Zodiac, Pet"):
        plan_of("Zodiac,Pet\nLeo,cat")


def test_an_empty_column_yields_to_a_filled_one() -> None:
    plan = plan_of("Title,Resolved,Resolved date\na,,2026-03-02")
    assert matched(plan)["Resolved date"] == "resolved"


def test_a_count_of_rows_is_no_id() -> None:
    plan = plan_of("序号,标题\n1,甲\n2,乙\n3,丙", desk_of(CHINESE))
    assert list(added(plan)) == ["202605-0001", "202605-0002", "202605-0003"]
    assert "行号" in notes(plan)
