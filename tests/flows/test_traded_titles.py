"""Two choices trade their titles: every ticket keeps its choice, and what people typed means what they saw
there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.flows import Synced, undo
from sheetdesk.plan import draw
from sheetdesk.store.store import Write
from sheetdesk.table.change import CellChange, ChangeSet
from tests.flows.online import BOTH, DESK
from tests.flows.titled import REACH, SWAPPED, TITLES, TRADED, TYPES, AnyDesk, AtGoogle, Files

ROWS: list[dict[str, Any]] = [
    {"title": "Printer", "type": "hard"}, {"title": "Login", "type": "soft"}, {"title": "Phone"},
]  # fmt: skip
IDS = ("T-001", "T-002", "T-003")
KEPT = dict(zip(IDS, ("hard", "soft", None), strict=True))


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer empty rows below the tickets: the sandbox works all of them out."""
    monkeypatch.setattr(draw, "REACH", REACH)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AnyDesk]:
    made: dict[str, AnyDesk] = {
        "file": Files(tmp_path_factory.mktemp("file") / "desk"),
        "google": AtGoogle(tmp_path_factory.mktemp("google") / "desk"),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "REACH", REACH)
        for desk in made.values():
            desk.given(ROWS)
            desk.sync()
    return made


@pytest.fixture
def file(begun: dict[str, Files], tmp_path: Path) -> Files:
    return begun["file"].twin(tmp_path / "desk")


@pytest.fixture
def google(begun: dict[str, AtGoogle], tmp_path: Path) -> AtGoogle:
    return begun["google"].twin(tmp_path / "desk")


@pytest.fixture(params=["file", "google"])
def desk(request: pytest.FixtureRequest, begun: dict[str, AnyDesk], tmp_path: Path) -> AnyDesk:
    return begun[request.param].twin(tmp_path / "desk")


def types_of(desk: AnyDesk) -> dict[str, Any]:
    with desk.desk() as opened:
        found = opened.store.table(opened.desk.tickets).frame["type"]
        return {str(name): value for name, value in found.items()}


def shown(desk: AnyDesk, **where: Any) -> list[Any]:
    return [desk.cell(name, "Type", **where) for name in IDS]


def as_kept(titles: Mapping[str, str], kept: Mapping[str, str | None] = KEPT) -> list[str | None]:
    return [titles.get(str(kept[name])) for name in IDS]


def told(synced: Synced) -> list[tuple[Any, ...]]:
    """What the journal got of the tickets."""
    return [
        (entry.row, entry.kind, entry.column, entry.before, entry.after)
        for sheet in synced.sheets
        for entry in sheet.entries
        if entry.table == "tickets" and entry.column != "updated"
    ]


def assert_settled(desk: AnyDesk, titles: Mapping[str, str], kept: Mapping[str, str | None] = KEPT) -> None:
    """Everybody's type is kept, every cell has its title, and the next syncs find nothing."""
    for _ in range(2):
        assert told(desk.sync()) == []
    assert types_of(desk) == kept
    assert shown(desk) == as_kept(titles, kept)


def trade(desk: AnyDesk) -> str:
    """The desk file trades them; the upgrade's run."""
    desk.write(desk.text.replace(TYPES, SWAPPED))
    done = desk.upgrade()
    assert done.is_done
    return done.run


def take_back(desk: AnyDesk, run: str) -> None:
    with desk.desk() as opened:
        assert undo(opened, run, now=desk.now).count == 2


def test_an_upgrade_that_is_undone_changes_no_type(desk: AnyDesk) -> None:
    run = trade(desk)
    assert types_of(desk) == KEPT
    assert shown(desk) == as_kept(TRADED)
    take_back(desk, run)
    assert told(desk.sync()) == []
    assert_settled(desk, TITLES)


def test_a_cell_typed_before_an_undone_upgrade_reaches_the_sheet_means_what_the_sheet_said(
    desk: AnyDesk,
) -> None:
    run = trade(desk)
    take_back(desk, run)
    assert desk.types("T-003", "Type", "Software")
    assert told(desk.sync()) == [("T-003", "changed", "type", None, "hard")]
    assert_settled(desk, TITLES, KEPT | {"T-003": "hard"})


def test_titles_traded_in_the_lists_change_no_type(desk: AnyDesk) -> None:
    desk.calls(TITLES, TRADED)
    assert told(desk.sync()) == []
    assert_settled(desk, TRADED)


def test_titles_traded_in_a_sheet_that_an_earlier_version_wrote_change_no_type(desk: AnyDesk) -> None:
    with closing(sqlite3.connect(desk.folder / "desk.db")) as store, store:
        assert store.execute("delete from bases where table_key = 'titles'").rowcount
    desk.calls(TITLES, TRADED)
    assert told(desk.sync()) == []
    assert_settled(desk, TRADED)


def test_a_cell_typed_along_with_the_trade_is_put_back_and_told(desk: AnyDesk) -> None:
    desk.calls(TITLES, TRADED)
    assert desk.types("T-001", "Type", "Software")
    assert desk.types("T-003", "Type", "Hardware")
    assert desk.types("T-002", "Title", "Sign in")
    synced = desk.sync()
    assert sorted(told(synced), key=str) == [
        ("T-001", "refused", "type", "hard", "Software"),
        ("T-002", "changed", "title", "Login", "Sign in"),
        ("T-003", "refused", "type", None, "Hardware"),
    ]
    assert [(r.row, r.reason) for s in synced.sheets for r in s.refusals] == [
        ("T-001", "retitled"), ("T-003", "retitled"),
    ]  # fmt: skip
    assert_settled(desk, TRADED)
    assert desk.types("T-003", "Type", "Hardware")
    assert told(desk.sync()) == [("T-003", "changed", "type", None, "soft")]
    assert_settled(desk, TRADED, KEPT | {"T-003": "soft"})


def test_a_new_row_typed_along_with_the_trade_is_told_of_once_it_is_a_ticket(desk: AnyDesk) -> None:
    desk.calls(TITLES, TRADED)
    desk.adds(IDS[-1], "Scanner", "Software")
    found = told(desk.sync())
    assert [entry[1:] for entry in found if entry[1] == "refused"][-1] == (
        "refused",
        "type",
        None,
        "Software",
    )
    [row] = [entry[-1] for entry in found if entry[1] == "added"]
    assert (row["title"], row.get("type")) == ("Scanner", None)
    assert desk.cell("T-004", "Type") is None
    assert_settled(desk, TRADED, KEPT | {"T-004": None})


def test_a_new_row_typed_after_an_undone_upgrade_means_what_the_sheet_said(desk: AnyDesk) -> None:
    take_back(desk, trade(desk))
    desk.adds(IDS[-1], "Scanner", "Software")
    found = told(desk.sync())
    assert [(*entry[:3], entry[-1]["type"]) for entry in found] == [("T-004", "added", "", "hard")]
    assert_settled(desk, TITLES, KEPT | {"T-004": "hard"})
    assert desk.cell("T-004", "Type") == "Hardware"


def test_a_title_typed_just_before_an_upgrade_is_written_is_not_guessed(google: AtGoogle) -> None:
    desk = google
    desk.before_batch(lambda: desk.types("T-003", "Type", "Software"))
    trade(desk)
    entries = told(desk.sync())
    assert types_of(desk) == KEPT
    with desk.desk() as opened:
        found = [e for e in opened.store.entries([opened.desk.tickets], row="T-003") if e.column == "type"]
    assert [(entry.kind, entry.after) for entry in found] == [("refused", "Software")]
    assert entries == []
    assert_settled(desk, TRADED)


@pytest.mark.parametrize("ticket", ["T-001", "T-003"])
def test_a_title_typed_just_before_a_trade_is_written_is_not_guessed(google: AtGoogle, ticket: str) -> None:
    desk = google
    take_back(desk, trade(desk))
    desk.before_batch(lambda: desk.types(ticket, "Type", "Hardware"))
    assert (ticket, "refused", "type", KEPT[ticket], "Hardware") in told(desk.sync())
    assert_settled(desk, TITLES)


def test_a_conflict_over_a_type_waits_with_the_new_titles(desk: AnyDesk) -> None:
    with desk.desk() as opened:
        tickets = opened.store.table(opened.desk.tickets)
        write = Write(tickets, ChangeSet((CellChange("T-003", "type", None, "soft"),)))
        opened.store.commit(opened.store.version, [write], by="a", why="cli", run="r", now=desk.now)
    assert desk.types("T-003", "Type", "Hardware")
    assert [c.row for s in desk.sync().sheets for c in s.conflicts] == ["T-003"]
    with desk.desk() as opened:
        lists = opened.store.table(opened.desk.table("choices"))
        cells = [CellChange(f"type/{k}", "value", TITLES[k], TRADED[k]) for k in TITLES]
        write = Write(lists, ChangeSet(tuple(cells)))
        opened.store.commit(opened.store.version, [write], by="a", why="cli", run="q", now=desk.now)
    for _ in range(2):
        found = [(c.row, c.ours, c.theirs) for s in desk.sync().sheets for c in s.conflicts]
        assert found == [("T-003", "soft", "hard")]
        assert desk.cell("T-003", "Type") == "Software"


def test_a_copy_whose_cells_still_show_the_old_titles(file: Files) -> None:
    file.calls(TITLES, TRADED)
    assert told(file.sync(sheets=["tickets.xlsx"])) == []
    assert shown(file, name="tickets-agent") == as_kept(TITLES)
    assert file.types("T-003", "Type", "Software", "tickets-agent")
    assert told(file.sync()) == [("T-003", "changed", "type", None, "soft")]
    assert_settled(file, TRADED, KEPT | {"T-003": "soft"})
    assert shown(file, name="tickets-agent") == as_kept(TRADED, KEPT | {"T-003": "soft"})


@pytest.mark.parametrize("times", [1, 2])
def test_an_old_copy_that_comes_back_says_what_it_said_then(file: Files, times: int) -> None:
    old = file.book()
    tab = old.tab()
    tab.type(tab.row_of("T-003"), "Type", "Software")
    titles = [TITLES, TRADED]
    for number in range(times):
        file.calls(titles[number % 2], titles[(number + 1) % 2])
        assert told(file.sync()) == []
    old.save()
    assert told(file.sync()) == [("T-003", "changed", "type", None, "soft")]
    assert_settled(file, titles[times % 2], KEPT | {"T-003": "soft"})


def test_a_title_picked_in_another_sheet_means_what_that_one_said(tmp_path: Path) -> None:
    desk = AtGoogle(tmp_path / "desk", DESK[: DESK.index("sheets:")] + BOTH)
    desk.given(ROWS)
    book = Files(desk.folder, desk.text)
    book.calls(TITLES, TRADED)
    assert desk.types("T-003", "Type", "Software")
    assert told(desk.sync()) == [("T-003", "changed", "type", None, "soft")]
    assert desk.types("T-003", "Type", "Software")
    assert told(desk.sync()) == [("T-003", "changed", "type", "soft", "hard")]
    assert_settled(desk, TRADED, KEPT | {"T-003": "hard"})
    assert shown(book) == as_kept(TRADED, KEPT | {"T-003": "hard"})
