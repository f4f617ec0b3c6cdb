"""Drop-downs, colours, locks, filter views, pivots and charts of a spreadsheet, each as the plan has it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from sheetdesk.desk.desk import Desk
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.plan.plan import SheetPlan, Style
from sheetdesk.sheets.google.publish import Publication, publication
from sheetdesk.sheets.google.render.dialect import column_letters
from sheetdesk.sheets.google.render.ids import Ids
from sheetdesk.sheets.google.render.locks import Share, shares
from sheetdesk.sheets.google.render.styles import format_of, number_format
from tests.books import NOW, book_of, desk_named

Request = dict[str, Any]
TICKETS = Ids().tab("tickets")


@cache
def drawn(is_copy: bool = False) -> tuple[Desk, SheetPlan]:
    desk = desk_named("it-service", "en")
    book = book_of(desk, {"title": ["A", "B"], "status": ["open", "new"]}, ["IT-1", "IT-2"])
    whom = Audience(desk.roles[0], is_copy=True) if is_copy else Audience()
    return desk, draw(desk, book.tables, NOW, audience=whom)


@cache
def made() -> Publication:
    desk, plan = drawn()
    return publication(plan, desk)


def of_kind(published: Publication, kind: str) -> list[Request]:
    return [request[kind] for request in published.requests if kind in request]


def place(key: str) -> int:
    return drawn()[1].table("tickets")[1].index(key)


def rule_of(key: str, table: str = "tickets") -> Request:
    tab, planned = drawn()[1].table(table)
    [found] = [
        check["rule"]
        for check in of_kind(made(), "setDataValidation")
        if check["range"]["sheetId"] == Ids().tab(tab.key)
        and check["range"]["startColumnIndex"] == planned.index(key)
    ]
    return dict(found)


def condition_of(key: str, table: str = "tickets") -> tuple[str, list[str]]:
    condition = rule_of(key, table)["condition"]
    return condition["type"], [value["userEnteredValue"] for value in condition["values"]]


# How tabs look


def grids() -> dict[str, Request]:
    return {sheet["properties"]["title"]: sheet["properties"] for sheet in made().create_body["sheets"]}


def test_headers_stay_in_sight_and_ids_with_them() -> None:
    frozen = {
        title: (tab["gridProperties"].get("frozenRowCount"), tab["gridProperties"].get("frozenColumnCount"))
        for title, tab in grids().items()
    }
    assert frozen == {
        "Tickets": (1, 1), "Cases": (1, 1), "Team": (1, 1), "Lists": (1, 1), "Rules": (1, 1),
        "Problems": (1, None), "_sheetdesk_sync": (1, None), "Dashboard": (None, None),
        "Pivots": (None, None), "Guide": (None, None), "Definitions": (None, None),
        "_sheetdesk": (None, None),
    }  # fmt: skip


def test_no_lines_are_drawn_where_nothing_is_filled_in() -> None:
    bare = {title for title, tab in grids().items() if tab["gridProperties"].get("hideGridlines")}
    assert bare == {"Dashboard", "Pivots", "Guide", "Definitions"}


def test_what_is_for_machines_alone_is_hidden() -> None:
    columns = [
        (body["range"]["sheetId"], body["range"]["startIndex"])
        for body in of_kind(made(), "updateDimensionProperties")
        if body["properties"] == {"hiddenByUser": True} and body["range"]["dimension"] == "COLUMNS"
    ]
    tickets = [(TICKETS, place(key)) for key in ("sla", "quiet_days", "is_open")]
    assert columns == [*tickets, (Ids().tab("choices"), 0)]
    assert [title for title, tab in grids().items() if tab.get("hidden")] == ["_sheetdesk", "_sheetdesk_sync"]


def test_every_other_ticket_has_a_shade_down_to_the_end() -> None:
    bands = {body["bandedRange"]["range"]["sheetId"]: body["bandedRange"]
             for body in of_kind(made(), "addBanding")}  # fmt: skip
    keys = ("tickets", "problems", "cases", "people", "choices", "rules")
    assert set(bands) == {Ids().tab(key) for key in keys}
    rows = grids()["Tickets"]["gridProperties"]["rowCount"]
    assert bands[TICKETS]["range"] == {
        "sheetId": TICKETS, "startRowIndex": 1, "endRowIndex": rows, "startColumnIndex": 0,
        "endColumnIndex": 36,
    }  # fmt: skip
    first, second = (bands[TICKETS]["rowProperties"][f"{band}BandColorStyle"] for band in ("first", "second"))
    assert first["rgbColor"] == {"red": 1, "green": 1, "blue": 1}
    assert 0.9 < second["rgbColor"]["red"] < second["rgbColor"]["blue"] < 1


def test_a_header_tells_what_belongs_below_it_and_who_fills_it() -> None:
    [header] = [
        body["rows"][0]["values"] for body in of_kind(made(), "updateCells")
        if body["start"] == {"sheetId": TICKETS, "rowIndex": 0, "columnIndex": 0} and "note" in body["fields"]
    ]  # fmt: skip
    notes = {key: header[place(key)].get("note") for key in ("title", "due", "priority")}
    assert notes == {
        "title": "The request in one line.",
        "due": "When it must be resolved. Filled by sheetdesk: what is typed here is put back.",
        "priority": "How soon it must be worked on; decides what is promised.\nWorked out by the sheet.",
    }


def test_tables_and_lists_have_their_names() -> None:
    named = {body["namedRange"]["name"]: body["namedRange"]["range"]
             for body in of_kind(made(), "addNamedRange")}  # fmt: skip
    tabs = {name: block["sheetId"] for name, block in named.items() if not name.startswith("sd_")}
    keys = ("tickets", "problems", "cases", "people", "choices", "rules")
    assert tabs == {key: Ids().tab(key) for key in keys}
    assert named["tickets"] == {
        "sheetId": TICKETS, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": 36,
        "endRowIndex": grids()["Tickets"]["gridProperties"]["rowCount"],
    }  # fmt: skip
    # Three impacts by three urgencies; the statuses that count as open are four.
    sizes = {
        name: (
            block["endRowIndex"] - block["startRowIndex"],
            block["endColumnIndex"] - block["startColumnIndex"],
        )
        for name, block in named.items()
    }
    assert (sizes["sd_matrix"], sizes["sd_matrix_rows"], sizes["sd_matrix_across"]) == (
        (3, 3),
        (3, 1),
        (1, 3),
    )
    assert (sizes["sd_open"], sizes["sd_yes_no"]) == ((4, 1), (2, 1))


# What may be typed


def test_a_list_that_people_keep_is_chosen_from_where_they_keep_it() -> None:
    kind, [values] = condition_of("type")
    assert kind == "ONE_OF_RANGE"
    assert values.startswith("='_sheetdesk'!$")
    assert condition_of("owner") == ("ONE_OF_RANGE", ["='Team'!$A$2:$A"])


def test_a_list_that_never_changes_is_given() -> None:
    assert condition_of("active", "rules") == ("ONE_OF_LIST", ["yes", "no"])


def test_dates_numbers_and_lengths_are_bounded() -> None:
    assert condition_of("created") == ("DATE_BETWEEN", ["2000-01-01", "2099-12-31"])
    assert condition_of("share", "people") == ("NUMBER_BETWEEN", ["0", "1"])
    cell = f"${column_letters(place('satisfaction'))}2"
    whole = f"=AND(ISNUMBER({cell}),INT({cell})={cell},{cell}>=1,{cell}<=5)"
    assert condition_of("satisfaction") == ("CUSTOM_FORMULA", [whole])
    assert condition_of("title") == ("CUSTOM_FORMULA", ["=LEN($C2)<=200"])


def test_what_the_plan_refuses_google_refuses_and_says_why() -> None:
    assert rule_of("status")["strict"] is True
    assert rule_of("status")["inputMessage"].startswith("Required.")
    # A case nobody has written down yet may still be named.
    assert rule_of("case")["strict"] is False


def test_checks_reach_down_to_the_last_row_of_the_tab() -> None:
    [tab] = [s["properties"] for s in made().create_body["sheets"] if s["properties"]["sheetId"] == TICKETS]
    rows = tab["gridProperties"]["rowCount"]
    ends = {c["range"]["endRowIndex"] for c in of_kind(made(), "setDataValidation")
            if c["range"]["sheetId"] == TICKETS}  # fmt: skip
    assert ends == {rows}
    assert rows > 5_000


# Colours


def rules() -> list[Request]:
    found = [r for r in of_kind(made(), "addConditionalFormatRule")
             if r["rule"]["ranges"][0]["sheetId"] == TICKETS]  # fmt: skip
    assert [rule["index"] for rule in found] == list(range(len(found)))
    return [rule["rule"] for rule in found]


def test_of_conditional_formats_the_plan_s_first_comes_first() -> None:
    _, plan = drawn()
    fills = [rule["booleanRule"]["format"].get("backgroundColorStyle") for rule in rules()]
    planned = [h.style for h in plan.table("tickets")[1].highlights]
    wanted = [format_of(replace(style, wrap=False)).get("backgroundColorStyle") for style in planned]
    # A value below the wrong parent is Google's own first: the plan has lists that follow the row.
    assert fills[1:] == wanted
    tests = [rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for rule in rules()]
    assert "COUNTIFS(INDIRECT(" in tests[0]
    assert tests[1] == '=AND(ROW()>ROW($A$1),AND($A1<>"",COUNTIF($A$1:$A,$A1)>1))'
    # A row that people insert above the first is in their ranges.
    assert {block.get("startRowIndex", 0) for rule in rules() for block in rule["ranges"]} == {0}


def test_a_conditional_format_holds_only_what_google_takes_there() -> None:
    for rule in rules():
        assert set(rule["booleanRule"]["format"]) <= {"textFormat", "backgroundColorStyle"}
        words = rule["booleanRule"]["format"].get("textFormat", {})
        assert set(words) <= {"bold", "italic", "foregroundColorStyle"}


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("yyyy-mm-dd", "DATE"),
        ("yyyy-mm-dd hh:mm", "DATE_TIME"),
        ("hh:mm", "TIME"),
        ("0%", "PERCENT"),
        ("0.00", "NUMBER"),
        ('0.0" days"', "NUMBER"),
        ("@", "TEXT"),
    ],
)
def test_a_number_format_has_its_kind(pattern: str, kind: str) -> None:
    assert number_format(pattern) == {"type": kind, "pattern": pattern}
    assert number_format("General") is None


def test_a_style_says_all_that_it_has() -> None:
    style = Style(
        bold=True, size=13, color="FF0000", wrap=True, align="right", indent=1, border_bottom="0000FF"
    )
    found = format_of(style)
    red, blue = ({"rgbColor": {"red": r, "green": 0, "blue": b}} for r, b in ((1, 0), (0, 1)))
    assert found == {
        "verticalAlignment": "TOP",
        "textFormat": {"bold": True, "fontSize": 13, "foregroundColorStyle": red},
        "wrapStrategy": "WRAP",
        "horizontalAlignment": "RIGHT",
        "padding": {"top": 2, "right": 11, "bottom": 2, "left": 3},
        "borders": {"bottom": {"style": "SOLID", "colorStyle": blue}},
    }


# Who may type where


def locks(published: Publication) -> list[Request]:
    return [lock["protectedRange"] for lock in of_kind(published, "addProtectedRange")]


def editors_of(key: str) -> set[str] | None:
    """Who may edit a column's cells, None where nothing protects them."""
    for lock in locks(made()):
        block = lock["range"]
        if (block["sheetId"], block.get("startRowIndex")) != (TICKETS, 1):
            continue
        if block["startColumnIndex"] <= place(key) < block["endColumnIndex"]:
            return set(lock["editors"]["users"])
    return None


def test_nothing_is_only_warned_about() -> None:
    assert len(locks(made())) > 5
    assert [lock for lock in locks(made()) if "warningOnly" in lock] == []


def test_who_makes_the_file_is_named_in_every_lock() -> None:
    desk, plan = drawn()
    named = locks(publication(plan, desk, owner="robot@example.com"))
    assert [lock for lock in named if "robot@example.com" not in lock["editors"]["users"]] == []
    for lock, other in zip(named, locks(made()), strict=True):
        assert set(lock["editors"]["users"]) == {"robot@example.com", *other["editors"]["users"]}


def test_what_rules_write_is_for_nobody_and_what_everybody_may_change_is_free() -> None:
    assert [editors_of(key) for key in ("id", "due", "month", "is_open")] == [set()] * 4
    assert editors_of("title") is None


def test_a_column_of_some_roles_is_for_their_people_alone() -> None:
    desk, _ = drawn()
    everyone = {share.mail for share in made().shares}
    for column in desk.tickets.columns:
        if column.owner != "people":
            continue
        roles = {role.key for role in desk.roles if column.key in role.edits
                 and (column.key != "owner" or "assign" in role.may)}  # fmt: skip
        known = {p.mail for p in desk.people if desk.role(p.role).key in roles} & everyone
        assert (editors_of(column.key) or everyone) == (known or everyone)
        if known != everyone:
            assert editors_of(column.key) == known


def test_the_dashboard_and_the_hidden_tabs_are_locked_whole() -> None:
    whole = {lock["range"]["sheetId"] for lock in locks(made()) if len(lock["range"]) == 1}
    keys = ("dashboard", "guide", "definitions", "problems", "_sheetdesk", "_sheetdesk_sync")
    assert whole == {Ids().tab(key) for key in keys}


def test_a_role_s_copy_is_locked_but_for_what_the_role_may_change() -> None:
    desk, plan = drawn(is_copy=True)
    published = publication(plan, desk, whom=Audience(desk.roles[0], is_copy=True))
    [lock] = [lock for lock in locks(published) if lock["range"] == {"sheetId": TICKETS}]
    _, table = plan.table("tickets")
    unlocked = {index for index, column in enumerate(table.columns) if column.style.unlocked}
    free = {
        index
        for block in lock["unprotectedRanges"]
        for index in range(block["startColumnIndex"], block["endColumnIndex"])
    }
    assert free == unlocked != set()


def test_a_sheet_of_everything_goes_to_who_sees_everything() -> None:
    desk, _ = drawn()
    blind = replace(desk.roles[0], sees=desk.roles[0].sees - {"contact"})
    narrow = replace(desk, roles=(blind, *desk.roles[1:]))
    lost = {person.mail for person in desk.people if desk.role(person.role).key == blind.key}
    assert lost
    assert {s.mail for s in shares(desk, Audience())} - {s.mail for s in shares(narrow, Audience())} == lost


def test_a_role_s_sheet_goes_to_its_holders_and_who_changes_nothing_reads() -> None:
    desk, _ = drawn()
    idle = replace(desk.roles[0], edits=frozenset(), may=frozenset())
    holders = [p.mail for p in desk.people if desk.role(p.role).key == idle.key]
    changed = replace(desk, roles=(idle, *desk.roles[1:]))
    assert shares(changed, Audience(idle)) == tuple(Share(mail, "reader", idle.key) for mail in holders)


# Filters


def test_the_views_are_called_in_the_desk_s_words_and_one_is_everybody_s_own() -> None:
    desk, _ = drawn()
    titles = [view["filter"]["title"] for view in of_kind(made(), "addFilterView")]
    assert titles[:4] == ["Open", "Overdue", "Due soon", "Nobody's"]
    assert [f"Open · {person.name}" for person in desk.people] == titles[-len(desk.people) :]
    assert len(set(titles)) == len(titles)


def test_my_tickets_are_open_and_mine() -> None:
    desk, _ = drawn()
    view = of_kind(made(), "addFilterView")[-1]["filter"]
    tests = {spec["columnIndex"]: spec["filterCriteria"]["condition"] for spec in view["filterSpecs"]}
    assert tests[place("is_open")] == {"type": "NUMBER_EQ", "values": [{"userEnteredValue": "1"}]}
    name = desk.people[-1].name
    assert tests[place("owner")]["values"] == [{"userEnteredValue": f'=$K2="{name}"'}]


def test_the_ticket_table_has_one_filter_from_its_header_down() -> None:
    [found] = of_kind(made(), "setBasicFilter")
    block = found["filter"]["range"]
    assert (block["sheetId"], block["startRowIndex"]) == (TICKETS, 0)


# Pivots, slicers, charts


def test_pivots_are_native_and_count_tickets_alone() -> None:
    _, plan = drawn()
    anchors = {
        (written["start"]["rowIndex"], written["start"]["columnIndex"]): cell["pivotTable"]
        for written in of_kind(made(), "updateCells")
        for row in written["rows"]
        for cell in row["values"]
        if "pivotTable" in cell
    }
    tab = plan.tab("pivots")
    assert set(anchors) == {(pivot.row, pivot.column) for pivot in tab.pivots}
    first = tab.pivots[0]
    found = anchors[first.row, first.column]
    assert [group["sourceColumnOffset"] for group in found["rows"]] == [place(key) for key in first.rows]
    assert [group["sourceColumnOffset"] for group in found["columns"]] == [
        place(key) for key in first.columns
    ]
    assert [value["summarizeFunction"] for value in found["values"]] == ["COUNTA"]
    assert found["filterSpecs"][0]["filterCriteria"]["condition"] == {"type": "NOT_BLANK"}


def test_what_a_pivot_shows_is_not_written_as_well() -> None:
    _, plan = drawn()
    shown = {(cell.row, cell.column) for layout in plan.layouts.values() for cell in layout.cells}
    assert shown
    written = {
        (row, column)
        for body in of_kind(made(), "updateCells")
        if body["start"]["sheetId"] == Ids().tab("pivots")
        for row, line in enumerate(body["rows"], body["start"]["rowIndex"])
        for column, cell in enumerate(line["values"], body["start"]["columnIndex"])
        if "userEnteredValue" in cell
    }
    assert shown & written == set()


def test_slicers_and_charts_stand_where_the_plan_has_them() -> None:
    _, plan = drawn()
    for key, kind, part in (("pivots", "addSlicer", "slicer"), ("dashboard", "addChart", "chart")):
        tab = plan.tab(key)
        anchors = [
            body[part]["position"]["overlayPosition"]["anchorCell"]
            for body in of_kind(made(), kind)
            if body[part]["position"]["overlayPosition"]["anchorCell"]["sheetId"] == Ids().tab(key)
        ]
        places = [(anchor["rowIndex"], anchor["columnIndex"]) for anchor in anchors]
        planned = [(s.row, s.left) for s in tab.slicers] or [(c.row, c.column) for c in tab.charts]
        assert places == planned != []


def test_a_slicer_steers_the_pivots_by_its_column_and_begins_with_everything() -> None:
    table = {"sheetId": TICKETS, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": 36,
             "endRowIndex": grids()["Tickets"]["gridProperties"]["rowCount"]}  # fmt: skip
    specs = [body["slicer"]["spec"] for body in of_kind(made(), "addSlicer")]
    assert specs == [
        {"dataRange": table, "columnIndex": place(key), "title": title, "filterCriteria": {},
         "applyToPivotTables": True}
        for key, title in (("type", "Type"), ("priority", "Priority"), ("month", "Month"))
    ]  # fmt: skip


def test_the_names_of_series_are_the_cells_above_them() -> None:
    _, plan = drawn()
    chart = plan.tab("dashboard").charts[0]
    spec = of_kind(made(), "addChart")[0]["chart"]["spec"]["basicChart"]
    assert (spec["chartType"], spec["stackedType"], spec["headerCount"]) == ("BAR", "STACKED", 1)
    [source] = spec["series"][0]["series"]["sourceRange"]["sources"]
    title, values = chart.series[0].title, chart.series[0].values
    assert source["startRowIndex"] == title.row
    assert source["endRowIndex"] == values.row + values.rows
    assert source["startColumnIndex"] == values.column
