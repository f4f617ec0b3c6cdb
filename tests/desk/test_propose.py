"""What a desk file says for a sheet that was looked at: titles kept, kinds by evidence, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import Cell, Meaning
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.propose import Proposal, SeenColumn, SeenRule, SeenTab, propose, ticket_score
from sheetdesk.desk.propose_choices import meaning_of
from sheetdesk.desk.propose_ids import guess_ids
from sheetdesk.desk.template import parse_desk


def tab(columns: dict[str, list[Any]], **more: Any) -> SeenTab:
    """A tab with these columns; a column's facts besides its cells come by its title in `facts`."""
    facts = more.pop("facts", {})
    rows = max((len(cells) for cells in columns.values()), default=0)
    seen = tuple(
        SeenColumn(place, title, tuple(cells), **facts.get(title, {}))
        for place, (title, cells) in enumerate(columns.items())
    )
    return SeenTab("desk.xlsx", "Tickets", header_row=1, rows=tuple(range(2, rows + 2)), columns=seen, **more)


def proposed(seen: SeenTab, locale: str | None = None) -> tuple[Proposal, Desk]:
    found = propose(seen, name="Desk", locale=locale, zone="Asia/Shanghai")
    return found, parse_desk(found.text)


def test_known_titles_of_both_languages_become_standard_columns_and_stay_as_they_are() -> None:
    found, desk = proposed(
        tab(
            {
                "工单编号": ["BUG-0001"],
                "缺陷标题": ["登录失败"],
                "当前状态": ["处理中"],
                "Assigned to": ["李雷"],
            }
        )
    )
    assert found.columns == {
        "工单编号": "id",
        "缺陷标题": "title",
        "当前状态": "status",
        "Assigned to": "owner",
    }
    assert [desk.column(key).title for key in found.columns.values()] == list(found.columns)
    assert (desk.locale.code, desk.ids, found.has_ids) == ("zh", "BUG-{n:04}", True)


@pytest.mark.parametrize("title", ["Date created", "created_date", "Ticket created", "DateCreated"])
def test_a_title_is_known_in_another_order_and_behind_a_word_for_a_ticket(title: str) -> None:
    found, _ = proposed(tab({"Title": ["a"], title: [datetime(2026, 3, 1)]}))
    assert found.columns[title] == "created"


def test_a_column_whose_cells_cannot_be_what_its_title_says_is_the_teams_own() -> None:
    found, desk = proposed(tab({"Title": ["a", "b"], "Due date": ["soon", "when Ann is back"]}))
    assert found.columns["Due date"] == "due_date"
    assert desk.column("due_date").type == "text"


@pytest.mark.parametrize(
    ("ids", "form"),
    [
        (["BUG-0042", "BUG-0043", "BUG-12345"], "BUG-{n:04}"),
        (["202603-0007", "202603-0008", "202604-0001"], "{yyyymm}-{n:04}"),
        (["2026030007", "2026040001"], "{yyyymm}{n:04}"),
        (["202603010007", "202604300001"], "{yyyymmdd}{n:04}"),
        (["IT2026-1", "IT2026-17"], "IT{yyyy}-{n}"),
        ([1.0, 2.0, 3.0, 10.0], "{n}"),
        (["007", "008", "112"], "{n:03}"),
        (["W71590-001", "W71590-002"], "W71590-{n:03}"),
        (["工单12", "工单13"], "工单{n}"),
    ],
)
def test_the_form_of_ids_is_guessed_from_them(ids: list[Cell], form: str) -> None:
    guess = guess_ids(ids)
    assert (guess.form, guess.holds, guess.fitting) == (form, True, len(ids))


@pytest.mark.parametrize(
    "ids",
    [
        ["W71590-001", "W88421-002"],
        ["a", "b"],
        ["A 1", "A 2"],
        ["=1", "=2"],
        ["T-1", None, None, None],
        ["T-1", "T-1", "T-2", "T-2"],
        ["T-{1", "T-{2"],
    ],
)
def test_ids_without_a_form_or_doubled_or_mostly_missing_do_not_go_on(ids: list[Cell]) -> None:
    found, desk = proposed(tab({"ID": ids, "Title": [f"title {row}" for row, _ in enumerate(ids)]}))
    assert not found.has_ids
    assert "id" in found.added
    assert desk.column("id").title == "ID (desk)"
    assert desk.column(found.columns["ID"]).title == "ID"
    assert "The desk adds its own" in "\n".join(found.notes)


def test_a_drop_down_keeps_its_order_and_gets_the_values_it_lacks() -> None:
    rule = SeenRule("list", values=("Low", "High"))
    found, desk = proposed(
        tab(
            {"Title": ["a", "b", "c"], "Priority": ["High", "low", "Blocker"]},
            facts={"Priority": {"rule": rule}},
        )
    )
    assert [choice.title for choice in desk.column("priority").choices] == ["Low", "High", "Blocker"]
    assert "1 more stand in cells and not in the drop-down: Blocker." in found.text


def test_what_no_drop_down_can_offer_is_left_out_of_it_and_makes_a_column_text_when_people_use_it() -> None:
    rule = SeenRule("list", values=("@Ann", "Bo"))
    unused = tab({"Title": ["a"], "Helper": ["Bo"]}, facts={"Helper": {"rule": rule}})
    used = tab({"Title": ["a"], "Helper": ["@Ann"]}, facts={"Helper": {"rule": rule}})
    assert [c.title for c in proposed(unused)[1].column("helper").choices] == ["Bo"]
    assert proposed(used)[1].column("helper").type == "text"


def test_few_short_words_that_repeat_become_choices_and_others_stay_text() -> None:
    _, desk = proposed(
        tab(
            {
                "Title": [f"ticket number {row}" for row in range(12)],
                "Site": ["North", "South", "East"] * 4,
                "Room": [f"R{row}" for row in range(12)],
                "Two": ["only", "two"] + [None] * 10,
            }
        )
    )
    assert [choice.title for choice in desk.column("site").choices] == ["North", "South", "East"]
    assert desk.column("room").type == desk.column("two").type == "text"


def test_a_list_below_another_column_keeps_what_belongs_to_what() -> None:
    below = (("Hardware", ("Laptop", "Other")), ("Software", ("Mail", "Other")))
    facts = {
        "Category": {"rule": SeenRule("list", values=("Hardware", "Software"))},
        "Subcategory": {"rule": SeenRule("list", parent=1, below=below)},
    }
    _, desk = proposed(
        tab({"Title": ["a"], "Category": ["Hardware"], "Subcategory": ["Printer"]}, facts=facts)
    )
    column = desk.column("subtype")
    assert column.depends_on == "type"
    assert [(choice.parent, choice.title) for choice in column.choices] == [
        ("hardware", "Laptop"), ("hardware", "Other"), ("software", "Mail"), ("software", "Other"),
        ("hardware", "Printer"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "meaning", "is_guess"),
    [
        ("Done", Meaning.RESOLVED, False),
        ("Waiting for info", Meaning.PENDING, False),
        ("Not started", Meaning.NEW, False),
        ("已解决", Meaning.RESOLVED, False),
        ("未解决", Meaning.NEW, False),
        ("装配中", Meaning.OPEN, False),
        ("不予处理", Meaning.CANCELLED, False),
        ("未结束", Meaning.OPEN, True),
        ("Warehouse", Meaning.OPEN, True),
    ],
)
def test_a_status_means_what_its_words_say(word: str, meaning: Meaning, *, is_guess: bool) -> None:
    assert meaning_of(word) == (meaning, is_guess)


def test_a_status_that_nobody_knows_is_told_and_one_that_ends_a_ticket_is_added() -> None:
    found, desk = proposed(tab({"Title": ["a", "b"], "Status": ["Warehouse", "Open"]}))
    assert [choice.title for choice in desk.column("status").choices] == ["Warehouse", "Open", "Closed"]
    assert "they count as being worked on: Warehouse" in found.text
    assert "“Closed” is added" in found.text


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([True, False], "flag"),
        ([1.0, 2.5], "number"),
        (["0071", "0072"], "text"),
        ([datetime(2026, 3, 1), datetime(2026, 3, 2)], "date"),
        ([datetime(2026, 3, 1, 9, 30), datetime(2026, 3, 2)], "moment"),
        (["2026-03-01 09:30", "2026-03-02"], "moment"),
        (["vpn, laptop", "vpn", "laptop, vpn", "laptop"], "tags"),
        ([None, None], "text"),
    ],
)
def test_the_kind_of_a_column_is_seen_from_its_cells(cells: list[Cell], kind: str) -> None:
    _, desk = proposed(tab({"Title": [f"t {row}" for row, _ in enumerate(cells)], "Mine": cells}))
    assert desk.column("mine").type == kind


def test_bounds_of_a_validation_are_kept() -> None:
    facts = {
        "Floor": {"rule": SeenRule("whole", minimum=-2, maximum=30)},
        "Code": {"rule": SeenRule("length", maximum=8)},
    }
    _, desk = proposed(tab({"Title": ["a"], "Floor": [3.0], "Code": ["abc"]}, facts=facts))
    floor = desk.column("floor")
    assert (floor.type, floor.minimum, floor.maximum, floor.decimals) == ("number", -2, 30, 0)
    assert desk.column("code").max_length == 8


def test_what_the_sheet_works_out_stays_the_sheets_own() -> None:
    found, desk = proposed(
        tab({"Title": ["a", "b"], "Month": ["03", "03"], "Created": [datetime(2026, 3, 1)] * 2},
            facts={"Month": {"formulas": 2}})
    )  # fmt: skip
    assert found.left_out == ("Month",)
    assert "Worked out by the sheet, so left alone: Month." in found.notes
    # The desk's own month must not stand under their title.
    assert desk.column("month").title == "Month (desk)"


def test_protection_becomes_a_role_that_may_not_change_what_is_locked() -> None:
    columns = {"Title": ["a"], "Priority": ["High"], "Owner": ["Ann"], "Status": ["Open"]}
    facts = {"Title": {"locked": False}, "Owner": {"locked": False}, "Status": {"locked": False}}
    guarded = proposed(tab(columns, facts=facts, protected=True))[1]
    assert guarded.role("member").edits >= {"title", "owner", "status"}
    assert "priority" not in guarded.role("member").edits
    assert "priority" in guarded.role("admin").edits
    assert [(place.address, place.role) for place in guarded.sheets] == [("desk.xlsx", "member")]
    open_to_all = proposed(tab(columns, facts=facts))[1]
    assert [role.key for role in open_to_all.roles] == ["admin"]


def test_names_of_owners_are_the_team_each_once() -> None:
    _, desk = proposed(tab({"Title": ["a", "b", "c", "d"], "Owner": ["Ann ", "ann", "Bo", "Ann"]}))
    assert [person.name for person in desk.people] == ["Ann", "Bo"]


def test_a_column_is_required_where_no_cell_is_blank_and_not_where_one_is() -> None:
    full = [f"text {row}" for row in range(10)]
    _, desk = proposed(tab({"Title": [*full[:9], None], "Place": full}))
    assert not desk.column("title").required
    assert desk.column("place").required


def test_dates_as_text_prove_which_comes_first() -> None:
    found, desk = proposed(tab({"Title": ["a", "b"], "Created": ["25/03/2026", "04/03/2026"]}))
    assert found.day_first is True
    assert desk.imports[0].day_first is True


def test_a_title_that_stands_twice_is_left_alone_the_second_time() -> None:
    seen = tab({"Title": ["a"], "Date": [datetime(2026, 3, 1)]})
    twice = replace(seen, columns=(*seen.columns, SeenColumn(2, "date ", ("x",))))
    found, _ = proposed(twice)
    assert found.left_out == ("date ",)


def test_a_list_of_tickets_scores_above_a_report_and_a_hidden_tab() -> None:
    tickets = tab({"ID": [1.0], "Title": ["a"], "Status": ["Open"]})
    report = tab({"Status": ["Open"], "Count": [1.0]}, facts={"Count": {"formulas": 1}})
    assert ticket_score(tickets) > ticket_score(replace(tickets, visible=False)) > ticket_score(report)
    assert ticket_score(SeenTab("desk.xlsx", "Empty")) == 0


CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=30),
    st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1)), st.sampled_from(["Open", "高", "=1+1", "*"]),
)  # fmt: skip
TITLES = st.one_of(
    st.text(min_size=1, max_size=30),
    st.sampled_from(
        ["ID", "Status", "状态", "Type", "Subcategory", "Month", "Created", "责任人", "open", "all"]
    ),
)
WORDS = st.lists(st.text(max_size=5), max_size=4).map(tuple)
RULES = st.one_of(
    st.none(),
    st.builds(
        SeenRule,
        st.sampled_from(["list", "whole", "number", "date", "time", "length", "custom"]),
        st.lists(st.text(max_size=12), max_size=6).map(tuple),
        st.lists(st.tuples(st.text(max_size=5), WORDS), max_size=3).map(tuple),
        st.one_of(st.none(), st.integers(0, 4)),
        minimum=st.one_of(st.none(), st.integers(-9, 9)),
        maximum=st.one_of(st.none(), st.integers(-9, 40_000)),
        prompt=st.text(max_size=20),
    ),
)  # fmt: skip


@st.composite
def tabs(draw: st.DrawFn) -> SeenTab:
    rows = draw(st.integers(0, 12))
    columns = []
    for place in range(draw(st.integers(1, 6))):
        cells = draw(st.lists(CELLS, min_size=rows, max_size=rows))
        columns.append(
            SeenColumn(
                place,
                draw(TITLES),
                tuple(cells),
                draw(RULES),
                colors=tuple(draw(st.lists(st.tuples(st.text(max_size=5), st.just("FF0000")), max_size=2))),
                formulas=draw(st.sampled_from([0, 0, 0, rows])),
                locked=draw(st.booleans()),
                comment=draw(st.text(max_size=300)),
            )
        )
    file = draw(st.sampled_from(["desk.xlsx", "a:b.xlsx", "desk.xlsm"]))
    return SeenTab(
        file,
        "Tab",
        protected=draw(st.booleans()),
        header_row=1,
        rows=tuple(range(rows)),
        columns=tuple(columns),
    )


@settings(max_examples=80)
@given(tabs(), st.sampled_from(["en", "zh", None]), st.text(max_size=20))
def test_every_proposal_parses_and_names_each_of_their_columns_once(
    seen: SeenTab, locale: str | None, name: str
) -> None:
    found = propose(seen, name=name, locale=locale, zone="UTC")
    desk = parse_desk(found.text)
    assert len(found.places) + len(found.left_out) == len(seen.columns)
    assert len(set(found.places.values())) == len(found.places)
    for title, key in found.columns.items():
        assert desk.column(key).title == title
