"""A desk in a spreadsheet that somebody made in another zone and language: moments mean what they meant."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sheetdesk.plan import draw
from sheetdesk.sandbox.people import set_time_zone
from sheetdesk.sheets.google.zones import SECOND
from tests.flows.online import DESK, Online


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer empty rows below the tickets: the sandbox works all of them out."""
    monkeypatch.setattr(draw, "REACH", 20)


def desk_in(folder: Path, locale: str, rows: list[dict[str, Any]]) -> Online:
    """A desk in Shanghai whose spreadsheet somebody made in Los Angeles."""
    desk = Online(folder, DESK.replace("Europe/London", "Asia/Shanghai").replace(
        "  - due\n", "  - due\n  - {key: day, title: Day, type: date}\n"
        "  - {key: price, title: Price, type: number, maximum: 10000}\n"))  # fmt: skip
    made = desk.google.create("Ours", locale, "America/Los_Angeles")
    desk.write(desk.text.replace('"google:"', f'"google:{made}"'))
    desk.given(rows)
    return desk


def types_as_entered(desk: Online, ticket: str, title: str, *texts: str) -> None:
    """Through the values API, as the editor would take it; further texts go into the cells below."""
    column, row = chr(65 + desk.place(title)), desk.row(ticket) + 1
    cells = quote(f"Tickets!{column}{row}:{column}{row + len(texts) - 1}")
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{desk.id}/values/{cells}?valueInputOption=USER_ENTERED"
    answer = desk.sandbox.handle("PUT", url, {}, json.dumps({"values": [[text] for text in texts]}).encode())
    assert answer.status == 200, answer.body


def serial(*when: int) -> float:
    return (datetime(*when) - datetime(1899, 12, 30)).total_seconds() / 86400  # type: ignore[arg-type]


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("locale", "due", "day"),
    [("en_US", "11/2/2026 15:45", "12/24/2026"), ("zh_CN", "2026/11/2 15:45", "2026年12月24日")],
)
def test_moments_follow_the_spreadsheets_clock_and_days_do_not(
    tmp_path: Path, locale: str, due: str, day: str
) -> None:
    rows = [
        {"title": "Summer", "due": at(2026, 7, 1, 1, 0), "day": datetime(2026, 7, 1)},
        {"title": "First", "due": at(2026, 11, 1, 8, 30)},
        {"title": "Second", "due": at(2026, 11, 1, 9, 30)},
        {"title": "Before the gap", "due": at(2026, 3, 8, 9, 59)},
        {"title": "Behind the gap", "due": at(2026, 3, 8, 10, 0)},
    ]
    desk = desk_in(tmp_path / "desk", locale, rows)
    zone = desk.looking.get(desk.id, "properties(timeZone,locale)")["properties"]
    assert zone == {"timeZone": "America/Los_Angeles", "locale": locale}
    assert desk.cell("T-001", "Due") == pytest.approx(serial(2026, 6, 30, 18, 0), abs=1e-8)
    assert desk.cell("T-001", "Day") == serial(2026, 7, 1)
    assert desk.cell("T-002", "Due") == pytest.approx(serial(2026, 11, 1, 1, 30), abs=1e-8)
    second = serial(2026, 11, 1, 1, 30) + SECOND.total_seconds() / 86400
    assert desk.cell("T-003", "Due") == pytest.approx(second, abs=1e-9)
    assert desk.cell("T-004", "Due") == pytest.approx(serial(2026, 3, 8, 1, 59), abs=1e-8)
    assert desk.cell("T-005", "Due") == pytest.approx(serial(2026, 3, 8, 3, 0), abs=1e-8)
    synced = desk.sync()
    assert [(s.entries, s.problems, s.written) for s in synced.sheets] == [([], [], 0)]
    types_as_entered(desk, "T-001", "Due", due)
    types_as_entered(desk, "T-002", "Day", day)
    desk.sync()
    assert desk.value("T-001", "due") == at(2026, 11, 2, 23, 45)
    assert desk.value("T-002", "day") == datetime(2026, 12, 24)
    # What rules write by the clock stands in the spreadsheet's own time, too.
    updated = desk.value("T-001", "updated").tz_convert("America/Los_Angeles").tz_localize(None)
    assert desk.cell("T-001", "Updated") == pytest.approx(
        (updated - datetime(1899, 12, 30)).total_seconds() / 86400, abs=1e-8
    )
    for name, moment in (("T-003", at(2026, 11, 1, 9, 30)), ("T-005", at(2026, 3, 8, 10, 0))):
        assert desk.value(name, "due") == moment
    assert [(s.state, s.written) for s in desk.sync().sheets] == [("quiet", 0)]


TYPED = ("1,234.5", "1.234,5", "50%", "¥1,234.50", "12 €", "$12", "2026年11月3日", "1.234.5")


@pytest.mark.parametrize(
    ("locale", "read"),
    [
        ("en_US", [1234.5, "1.234,5", 0.5, "¥1,234.50", "12 €", 12, "46329", "1.234.5"]),
        ("zh_CN", [1234.5, "1.234,5", 0.5, 1234.5, "12 €", "$12", "46329", "1.234.5"]),
        ("de_DE", [1234.5, 1234.5, 0.5, "¥1,234.50", 12, "$12", "46329", "1.234.5"]),
    ],
)
def test_what_is_typed_as_a_number_is_that_number_or_a_told_problem(
    tmp_path: Path, locale: str, read: list[float | str]
) -> None:
    desk = desk_in(tmp_path / "desk", locale, [{"title": text, "price": 7} for text in TYPED])
    types_as_entered(desk, "T-001", "Price", *TYPED)
    # As a date and as a text: people see the same in both.
    types_as_entered(desk, "T-001", "Day", "2026年11月3日", "'2026年11月3日")
    [sheet] = desk.sync().sheets
    told = {problem.ticket: problem.raw for problem in sheet.problems}
    with desk.desk() as opened:
        tickets = opened.store.table(opened.desk.tickets).frame
    prices = {str(name): price for name, price in tickets["price"].items()}
    assert [told.get(name, price) for name, price in prices.items()] == read
    assert {prices[name] for name in told} == {7}
    assert list(tickets["day"][:2]) == [datetime(2026, 11, 3)] * 2
    # What cannot be read stays as it was typed.
    stands = {name: desk.cell(name, "Price") for name in ("T-007", "T-008")}
    assert stands == {"T-007": 46329, "T-008": "1.234.5"}


def test_a_zone_chosen_later_is_told_and_nothing_is_rewritten(tmp_path: Path) -> None:
    desk = desk_in(tmp_path / "desk", "en_US", [{"title": "One", "due": at(2026, 7, 1, 1, 0)}])
    before = desk.cell("T-001", "Due")
    person = desk.person("owner@sandbox.local")
    book = desk.sandbox.drive.files[desk.id].book
    assert person.tries(set_time_zone(book, desk.now, time_zone="Europe/Paris")) is None
    [sheet] = desk.sync().sheets
    assert [(p.kind, p.raw) for p in sheet.problems] == [("zone_moved", "Europe/Paris")]
    assert "America/Los_Angeles" in sheet.problems[0].expected
    assert (sheet.entries, desk.value("T-001", "due")) == ([], at(2026, 7, 1, 1, 0))
    assert desk.cell("T-001", "Due") == before
    assert person.tries(set_time_zone(book, desk.now, time_zone="America/Los_Angeles")) is None
    [sheet] = desk.sync().sheets
    assert sheet.problems == []


def test_an_upgrade_keeps_to_the_spreadsheets_clock(tmp_path: Path) -> None:
    desk = desk_in(tmp_path / "desk", "en_US", [{"title": "One", "due": at(2026, 7, 1, 1, 0), "notes": "x"}])
    assert desk.types("T-001", "Notes", "y")
    desk.sync()
    updated = desk.cell("T-001", "Updated")
    # What rules keep is written anew as a whole.
    cost = "  - {key: cost, title: Cost, owner: rules}\n"
    desk.write(desk.text.replace("  - {key: risk,", f"{cost}  - {{key: risk,"))
    assert desk.upgrade().is_done
    assert desk.cell("T-001", "Updated") == updated
    assert desk.cell("T-001", "Due") == pytest.approx(serial(2026, 6, 30, 18, 0), abs=1e-8)
    assert [(s.state, s.entries, s.written) for s in desk.sync().sheets] == [("quiet", [], 0)]
