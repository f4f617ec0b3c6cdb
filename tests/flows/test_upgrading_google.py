"""A desk file changes under a Google spreadsheet that people have made their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sheetdesk.flows.journal import verify
from sheetdesk.plan import draw
from sheetdesk.sandbox.faults import Cut
from sheetdesk.sandbox.people import delete_column, edit, insert_column, sort
from sheetdesk.sheets.google.render.ids import Ids
from tests.flows.online import ME, Online

ROWS = [
    {"title": "Printer", "status": "open", "type": "hard", "notes": "ink"},
    {"title": "Login", "owner": "Ann Example", "type": "soft", "risk": "high"},
    {"title": "Phone", "type": "hard"},
]
REACH = 20
COST = ("  - {key: risk,", "  - {key: cost, title: Cost, type: number}\n  - {key: risk,")
MACHINES = ("{key: hard, title: Hardware}", "{key: iron, was: [hard], title: Machines}")


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer empty rows below the tickets: the sandbox works all of them out."""
    monkeypatch.setattr(draw, "REACH", REACH)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Online:
    made = Online(tmp_path_factory.mktemp("begun") / "desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "REACH", REACH)
        made.given(ROWS)
    return made


@pytest.fixture
def desk(begun: Online, tmp_path: Path) -> Online:
    return begun.twin(tmp_path / "desk")


def changed(desk: Online, *pairs: tuple[str, str]) -> None:
    text = desk.text
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    desk.write(text)


def assert_quiet(desk: Online) -> None:
    """Nobody did anything, and the desk knows that."""
    synced = desk.sync()
    assert [(s.state, s.entries, s.written, s.problems) for s in synced.sheets] == [("quiet", [], 0, [])]
    with desk.desk() as opened:
        assert verify(opened).is_whole


def whole(desk: Online) -> dict[str, Any]:
    """All that stands there."""
    return desk.looking.get(desk.id, "namedRanges,developerMetadata,sheets")


@pytest.mark.parametrize("is_typing", [False, True])
def test_the_hidden_tab_that_somebody_deleted_is_there_again_after_one_sync(
    desk: Online, is_typing: bool
) -> None:
    assert desk.cell("T-002", "Risk") == "high"
    assert desk.person(ME).tries([{"deleteSheet": {"sheetId": Ids().tab("_sheetdesk_sync")}}]) is None
    if is_typing:
        assert desk.types("T-001", "Title", "Scanner")
        desk.before_batch(lambda: desk.does(sort, ME, column=desk.place("Title"), descending=True))
    synced = desk.sync()
    assert [(s.state, s.error, s.refusals) for s in synced.sheets] == [("synced", None, [])]
    titles = {desk.cell(ticket, "Title") for ticket in ("T-001", "T-002", "T-003")}
    assert titles == {"Scanner" if is_typing else "Printer", "Login", "Phone"}
    assert [desk.cell(ticket, "Risk") for ticket in ("T-001", "T-002")] == [None, "high"]
    assert_quiet(desk)
    assert desk.does(edit, ME, row=desk.row("T-003"), column=desk.place("Title"), text="Telephone")
    desk.sync()
    assert desk.cell("T-003", "Title") == "Telephone"
    changed(desk, COST)
    assert desk.upgrade().is_done
    assert desk.cell("T-002", "Risk") == "high"


def test_a_worked_out_column_whose_column_was_deleted_is_the_desks_still(desk: Online) -> None:
    assert desk.does(delete_column, ME, column=desk.place("Created"))
    for _ in range(2):
        synced = desk.sync()
        assert [(p.kind, p.column) for s in synced.sheets for p in s.problems] == [("lost_column", "created")]


def test_an_error_that_somebody_typed_where_rules_write_goes_again(desk: Online) -> None:
    assert desk.does(edit, ME, row=2, column=desk.place("Risk"), text="=1/0")
    desk.sync()
    assert [desk.cell(ticket, "Risk") for ticket in ("T-001", "T-002", "T-003")] == [None, "high", None]
    assert_quiet(desk)


def test_the_hidden_tab_that_somebody_retitled_has_its_title_again(desk: Online) -> None:
    named = {"properties": {"sheetId": Ids().tab("_sheetdesk_sync"), "title": "Old"}, "fields": "title"}
    assert desk.person(ME).tries([{"updateSheetProperties": named}]) is None
    assert desk.types("T-001", "Title", "Scanner")
    desk.sync()
    assert desk.tab("_sheetdesk_sync").cell(0, 0) == "id"
    assert (desk.cell("T-001", "Title"), desk.cell("T-002", "Risk")) == ("Scanner", "high")
    assert_quiet(desk)


def test_columns_titles_and_choices_follow_and_all_that_is_peoples_stays(desk: Online) -> None:
    assert desk.does(insert_column, ME, column=3)
    assert desk.does(edit, ME, row=0, column=3, text="Mood")
    assert desk.does(edit, row=2, column=3, text="calm")
    assert desk.does(sort, ME, column=desk.place("Title"), descending=True)
    own = {"properties": {"sheetId": 77, "title": "Our page"}}
    assert desk.person().tries([{"addSheet": own}]) is None
    assert desk.does(edit, tab="Our page", row=0, column=0, text="Ours")
    changed(
        desk, COST, MACHINES, ("  - title\n", "  - {key: title, title: Subject}\n"),
        ("  - {key: notes, merge: append}\n", ""), (" hides: [notes],", ""),
    )  # fmt: skip
    before = whole(desk)
    would = desk.upgrade(dry_run=True)
    assert [sheet.state for sheet in would.sheets] == ["upgraded"]
    assert whole(desk) == before
    batches = desk.google.calls.writes
    done = desk.upgrade()
    assert done.is_done
    assert desk.google.calls.writes - batches == 1
    assert [(sheet.state, sheet.backup) for sheet in done.sheets] == [("upgraded", None)]
    grid = desk.tab()
    assert [grid.cell(0, at) for at in range(len(grid.columns))] == [
        "ID", "Created", "Subject", "Mood", "Type", "Status", "Owner", "Due", "Updated", "Notes", "Risk",
        "Month", "Open", "Cost",
    ]  # fmt: skip
    assert [desk.cell(name, "Type") for name in ("T-001", "T-002", "T-003")] == [
        "Machines", "Software", "Machines",
    ]  # fmt: skip
    assert [desk.cell(name, "Mood") for name in ("T-001", "T-002", "T-003")] == [None, "calm", None]
    assert (desk.cell("T-002", "Risk"), desk.cell("T-001", "Notes")) == ("high", "ink")
    assert desk.tab("Our page").cell(0, 0) == "Ours"
    assert_quiet(desk)
    assert desk.types("T-003", "Cost", "12.5")
    assert desk.types("T-001", "Type", "Software")
    desk.sync()
    assert (desk.value("T-003", "cost"), desk.value("T-001", "type")) == (12.5, "soft")
    again = whole(desk)
    assert desk.upgrade().steps == ()
    assert whole(desk) == again


def test_what_people_painted_keeps_its_colour_in_columns_old_renamed_and_given_away(desk: Online) -> None:
    places = {title: desk.place(title) for title in ("Title", "Notes", "Due", "Updated")}
    paint(desk, GREEN, row=desk.row("T-002"), column=places["Title"])
    paint(desk, BLUE, column=places["Notes"])
    paint(desk, BLUE, column=places["Due"])
    paint(desk, GREEN, row=0, column=places["Updated"])
    changed(
        desk, COST, ("{key: notes, merge: append}", "{key: remarks, title: Remarks, was: [notes]}"),
        ("hides: [notes]", "hides: [remarks]"), ("  - due\n", "  - {key: due, owner: rules}\n"),
        ("  - {key: risk,", "  - {key: heat, title: Heat, owner: rules}\n  - {key: risk,"),
    )  # fmt: skip
    updated = desk.tab().column(places["Updated"])
    assert desk.upgrade().is_done
    assert (desk.place("Remarks"), desk.place("Heat") > desk.place("Cost")) == (places["Notes"], True)
    assert colour(desk, desk.row("T-002"), places["Title"]) == GREEN
    assert colour(desk, desk.row("T-001"), places["Title"]) != GREEN
    rows = range(desk.tab().rows)
    assert {colour(desk, row, places["Notes"]) for row in rows} == {BLUE}
    assert {colour(desk, row, places["Due"]) for row in rows[1:]} == {BLUE}
    # The formula in this header looks elsewhere now.
    assert colour(desk, 0, places["Updated"]) == GREEN
    assert desk.tab().column(places["Updated"]) == updated


GREEN, BLUE = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def paint(desk: Online, color: tuple[float, float, float], *, column: int, row: int | None = None) -> None:
    """Somebody gives a cell a background, or a whole column."""
    block = {"sheetId": Ids().tab("tickets"), "startColumnIndex": column, "endColumnIndex": column + 1}
    if row is not None:
        block |= {"startRowIndex": row, "endRowIndex": row + 1}
    shade = {"rgbColor": dict(zip(("red", "green", "blue"), color, strict=True))}
    cell = {"userEnteredFormat": {"backgroundColorStyle": shade}}
    fields = "userEnteredFormat.backgroundColorStyle"
    assert desk.person(ME).tries([{"repeatCell": {"range": block, "cell": cell, "fields": fields}}]) is None


def colour(desk: Online, row: int, column: int) -> tuple[float, float, float]:
    """The background of a cell of the tickets."""
    tab = desk.sandbox.drive.files[desk.id].book.tab_titled("Tickets")
    assert tab is not None
    shade = (
        tab.cell(row, column).get("userEnteredFormat", {}).get("backgroundColorStyle", {}).get("rgbColor", {})
    )
    return shade.get("red", 0.0), shade.get("green", 0.0), shade.get("blue", 0.0)


def test_a_renamed_column_keeps_its_cells_and_its_place(desk: Online) -> None:
    changed(
        desk, ("  - {key: notes, merge: append}\n", "  - {key: remarks, title: Remarks, was: [notes]}\n"),
        ("key: risk, title: Risk", "key: danger, title: Danger, was: [risk]"),
        ("hides: [notes]", "hides: [remarks]"),
    )  # fmt: skip
    place = desk.place("Notes")
    assert desk.upgrade().is_done
    assert desk.place("Remarks") == place
    assert (desk.cell("T-001", "Remarks"), desk.cell("T-002", "Danger")) == ("ink", "high")
    assert_quiet(desk)
    assert (desk.value("T-001", "remarks"), desk.value("T-002", "danger")) == ("ink", "high")


def test_who_may_type_where_follows_the_roles(desk: Online) -> None:
    def may_ann_type() -> bool:
        return desk.types("T-001", "Due", "2026-12-24")

    assert may_ann_type()
    changed(desk, ("boss: {title: Boss, edits: all,", "boss: {title: Boss, edits: all, locks: [due],"))
    assert desk.upgrade().is_done
    assert not may_ann_type()
    assert desk.types("T-001", "Title", "Printer again")


@pytest.mark.parametrize("is_applied", [False, True])
@pytest.mark.parametrize("by_sync", [False, True])
def test_a_run_that_dies_at_its_batch_is_finished_by_the_next(
    desk: Online, *, is_applied: bool, by_sync: bool
) -> None:
    changed(desk, COST, MACHINES)

    def dies(*_: object, **__: object) -> Any:
        raise Cut("cable")

    applied = desk.google.batch_update

    def dies_after(*given: Any, **options: Any) -> Any:
        applied(*given, **options)
        dies()

    desk.google.batch_update = dies_after if is_applied else dies  # type: ignore[method-assign]
    with pytest.raises(Cut):
        desk.upgrade()
    desk.google.batch_update = applied  # type: ignore[method-assign]
    assert desk.value("T-001", "type") == "iron"
    assert desk.types("T-002", "Title", "Log in")
    if by_sync:
        desk.sync()
    else:
        assert desk.upgrade().is_done
    assert desk.cell("T-001", "Type") == "Machines"
    assert desk.cell("T-001", "Cost") is None
    desk.sync()
    assert desk.value("T-002", "title") == "Log in"
    assert_quiet(desk)
    assert not (desk.folder / "kept" / "upgrade").exists()


def test_what_people_do_while_the_batch_is_on_its_way_is_not_lost(desk: Online) -> None:
    changed(desk, MACHINES)
    place = desk.place("Title")

    def busy() -> None:
        assert desk.types("T-003", "Type", "Software")
        assert desk.does(sort, ME, column=place, descending=True)

    desk.before_batch(busy)
    assert desk.upgrade().is_done
    desk.sync()
    desk.sync()
    assert [desk.value(name, "type") for name in ("T-001", "T-002", "T-003")] == ["iron", "soft", "soft"]
    assert [desk.cell(name, "Type") for name in ("T-001", "T-002", "T-003")] == [
        "Machines", "Software", "Software",
    ]  # fmt: skip
    assert_quiet(desk)


def test_a_column_that_rules_take_over_or_give_back_keeps_its_values(desk: Online) -> None:
    changed(
        desk, ("{key: risk, title: Risk, owner: rules}", "{key: risk, title: Risk}"),
        ("{key: notes, merge: append}", "{key: notes, owner: rules}"),
    )  # fmt: skip
    assert desk.upgrade().is_done
    assert (desk.cell("T-002", "Risk"), desk.cell("T-001", "Notes")) == ("high", "ink")
    assert_quiet(desk)
    assert desk.types("T-001", "Risk", "low")
    desk.sync()
    assert desk.value("T-001", "risk") == "low"


def test_a_column_of_peoples_own_becomes_the_desks_where_it_has_its_title(desk: Online) -> None:
    at = len(desk.tab().columns)
    assert desk.does(edit, ME, row=0, column=at, text="Cost")
    assert desk.does(edit, row=1, column=at, text="7")
    changed(desk, COST)
    assert desk.upgrade().is_done
    assert desk.place("Cost") == at
    desk.sync()
    assert desk.value("T-001", "cost") == 7
    assert_quiet(desk)


def test_a_zone_cannot_change_under_a_spreadsheet(desk: Online) -> None:
    before = whole(desk)
    changed(desk, ("zone: Europe/London", "zone: Asia/Shanghai"))
    refused = desk.upgrade()
    assert (refused.refused, refused.is_done) == (["zone Asia/Shanghai"], False)
    assert whole(desk) == before


def test_a_column_that_was_renamed_and_then_given_to_people_is_not_locked_any_more(desk: Online) -> None:
    changed(desk, ("{key: risk, title: Risk, owner", "{key: danger, title: Danger, was: [risk], owner"))
    assert desk.upgrade().is_done
    assert not desk.types("T-001", "Danger", "low")
    locks = [lock["protectedRangeId"] for sheet in whole(desk)["sheets"] for lock in locks_of(sheet)]
    changed(desk, ("key: danger, title: Danger, was: [risk], owner: rules", "key: danger, title: Danger"))
    assert desk.upgrade().is_done
    assert desk.types("T-001", "Danger", "low")
    desk.sync()
    assert desk.value("T-001", "danger") == "low"
    now = [lock["protectedRangeId"] for sheet in whole(desk)["sheets"] for lock in locks_of(sheet)]
    assert (len(locks), len(now)) == (len(set(locks)), len(set(now)))


def locks_of(sheet: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sheet.get("protectedRanges", [])
    return found


def test_who_may_type_where_follows_the_roles_though_columns_were_moved(desk: Online) -> None:
    rights = "boss: {title: Boss, edits: all,"
    changed(desk, (rights, f"{rights} locks: [type, status, owner],"))
    assert desk.upgrade().is_done
    first = desk.place("Type")
    source = {"sheetId": Ids().tab("tickets"), "dimension": "COLUMNS", "startIndex": first}
    move = {"source": {**source, "endIndex": first + 1}, "destinationIndex": first + 2}
    assert desk.person(ME).tries([{"moveDimension": move}]) is None
    assert not desk.types("T-001", "Owner", "Ann Example")
    changed(desk, ("locks: [type, status, owner],", "locks: [type, status],"))
    assert desk.upgrade().is_done
    assert desk.types("T-001", "Owner", "Ann Example")
    assert not desk.types("T-001", "Status", "In progress")
    assert not desk.types("T-001", "Type", "Software")


def test_filter_views_follow_the_desk_where_a_column_is_renamed_with_them(desk: Online) -> None:
    views = (
        "views:\n  - {key: hard, title: Machines, tickets: status = new and type = hard}\n"
        "  - {key: soft, title: Programs, tickets: type = soft}\n"
    )
    changed(desk, ("people:\n", f"{views}people:\n"))
    assert desk.upgrade().is_done
    assert {"Machines", "Programs"} <= titles_of_views(desk)
    changed(
        desk, ("key: type, choices", "key: kind, was: [type], choices"), ("type = hard", "kind = hard"),
        ("  - {key: soft, title: Programs, tickets: type = soft}\n", ""),
    )  # fmt: skip
    assert desk.upgrade().is_done
    assert "Programs" not in titles_of_views(desk)
    assert_quiet(desk)


def titles_of_views(desk: Online) -> set[str]:
    views = [view for sheet in whole(desk)["sheets"] for view in sheet.get("filterViews", [])]
    return {view["title"] for view in views}


def test_a_spreadsheet_that_people_call_something_else_keeps_that_title(desk: Online) -> None:
    changed(desk, ("name: Small", "name: Support"))
    assert desk.upgrade().is_done
    assert desk.looking.get(desk.id, "properties")["properties"]["title"] == "Support"
    title = {"properties": {"title": "Our tickets"}, "fields": "title"}
    assert desk.person(ME).tries([{"updateSpreadsheetProperties": title}]) is None
    changed(desk, ("name: Support", "name: Helpers"))
    assert desk.upgrade().is_done
    assert desk.looking.get(desk.id, "properties")["properties"]["title"] == "Our tickets"
