"""Made-up tickets hold together as real ones would: the same every time, and none from the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from sheetdesk.columns.base import Meaning, Setting
from sheetdesk.demo import make_demo
from sheetdesk.demo.story import due_after
from sheetdesk.demo.words import load_words
from sheetdesk.desk.desk import Desk, Duration
from sheetdesk.desk.ids import IdForm
from sheetdesk.desk.template import parse_desk, templates
from sheetdesk.families import member, members

NOW = datetime(2026, 11, 20, 13, 45, tzinfo=UTC)
DESKS = {name: parse_desk(text, name) for name, text in templates().items()}
FRAMES = {name: make_demo(desk, 600, 7, NOW).tickets for name, desk in DESKS.items()}

BARE = parse_desk("name: Bare\ncolumns: [id, title, status]")
STRANGE = parse_desk(
    """
name: Strange
locale: en
zone: Pacific/Auckland
ids: "{yy}{mm}{dd}-{n:03}{check}"
columns:
  - {key: title, max_length: 12}
  - {key: type, choices: [{key: owls}, {key: bats}]}
  - {key: status, choices: [{key: go, meaning: open}, {key: end, meaning: closed}]}
  - {key: perch, title: Perch, choices: [{key: high}, {key: low}], required: true}
  - key: twig
    title: Twig
    depends_on: perch
    choices: [{key: oak, parent: high}, {key: reed, parent: low}]
  - {key: wings, title: Wings, type: number, minimum: 2, maximum: 4, decimals: 0, required: true}
  - {key: weight, title: Weight, type: number, minimum: 0.5, required: true}
  - {key: span, title: Span, type: number, minimum: 0.6, maximum: 0.9, decimals: 0, required: true}
  - {key: hatched, title: Hatched, type: date, required: true}
  - {key: seen, title: Seen, type: moment, required: true}
  - {key: tame, title: Tame, type: flag, required: true}
  - {key: marks, title: Marks, type: tags, required: true}
  - {key: keeper, title: Keeper, type: person, required: true}
  - {key: mother, title: Mother, type: ticket}
  - {key: cure, title: Cure, type: case}
  - {key: story, title: Story, required: true, max_length: 9}
  - {key: food, title: Food, default: mice, required: true}
  - resolved
people: [{name: Ann Example}]
"""
)
ALL = {**DESKS, "bare": BARE, "strange": STRANGE}

every_desk = pytest.mark.parametrize("name", DESKS)


def check_every_cell_is_valid(desk: Desk, tickets: pd.DataFrame) -> None:
    """What stands in the frame is what its column would read back from what it shows."""
    people = frozenset(person.name for person in desk.people)
    setting = Setting(desk.locale, desk.zone, people=people)
    expected = [c.key for c in desk.tickets.columns if c.key != "id" and c.owner != "formula"]
    assert list(tickets.columns) == expected
    for key in expected:
        column = desk.column(key)
        kind = member("columns", column.type).KIND
        values = tickets[key]
        assert str(values.dtype) == kind.dtype
        assert not (values.dtype == object and values.isna().any()) or all(
            value is None or isinstance(value, str) for value in values
        )
        reading = kind.read(kind.show(values, column, setting), column, setting)
        assert not reading.problems, (key, reading.problems[:3])
        if column.type == "choice":
            assert set(values.dropna()) <= set(column.by_key)


def check_times(tickets: pd.DataFrame, now: datetime) -> None:
    """Each moment that has come is not before the one before it, and none is yet to come."""
    order = [key for key in ("created", "first_response", "resolved", "closed") if key in tickets]
    for place, key in enumerate(order):
        assert (tickets[key].dropna() <= now).all(), key
        for earlier in order[:place]:
            both = tickets[[earlier, key]].dropna()
            assert (both[earlier] <= both[key]).all(), (earlier, key)
    if "updated" in tickets:
        for key in order:
            both = tickets[["updated", key]].dropna()
            assert (both[key] <= both["updated"]).all(), key
        assert (tickets["updated"] <= now).all()
    assert tickets["created"].is_monotonic_increasing


@given(
    name=st.sampled_from(sorted(ALL)),
    count=st.integers(0, 120),
    seed=st.integers(0, 2**32),
    now=st.datetimes(datetime(2021, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
@settings(deadline=None, max_examples=80)
def test_any_seed_gives_valid_tickets(name: str, count: int, seed: int, now: datetime) -> None:
    desk = ALL[name]
    demo = make_demo(desk, count, seed, now)
    assert len(demo.tickets) == count
    assert demo.tickets.index.is_unique
    check_every_cell_is_valid(desk, demo.tickets)
    check_times(demo.tickets, now)
    form = IdForm(desk.ids)
    last: dict[str, int] = {}
    for ticket in demo.tickets.index:
        parsed = form.parse(ticket)
        assert parsed is not None
        last[parsed[0]] = max(parsed[1], last.get(parsed[0], 0))
    assert demo.counters == last


@every_desk
def test_same_seed_and_moment_give_the_same_tickets(name: str) -> None:
    again = make_demo(DESKS[name], 600, 7, NOW).tickets
    assert_frame_equal(FRAMES[name], again)
    assert not FRAMES[name].equals(make_demo(DESKS[name], 600, 8, NOW).tickets)


@every_desk
def test_the_moment_may_come_in_any_zone(name: str) -> None:
    elsewhere = NOW.astimezone(ZoneInfo("America/Lima"))
    assert_frame_equal(FRAMES[name], make_demo(DESKS[name], 600, 7, elsewhere).tickets)


@every_desk
def test_the_index_holds_the_ids(name: str) -> None:
    index = FRAMES[name].index
    assert index.name == "id"
    assert index.dtype == object


@every_desk
def test_a_subtype_belongs_to_its_type(name: str) -> None:
    tickets, subtypes = FRAMES[name], DESKS[name].column("subtype").by_key
    both = tickets[["type", "subtype"]].dropna()
    assert len(both) > 500
    assert all(subtypes[sub].parent == kind for kind, sub in both.to_numpy().tolist())


@every_desk
def test_a_status_agrees_with_the_times(name: str) -> None:
    tickets = FRAMES[name]
    meanings = tickets["status"].map({c.key: c.meaning for c in DESKS[name].column("status").choices})
    done = meanings.isin([Meaning.RESOLVED, Meaning.CLOSED])
    assert (tickets["resolved"].notna() == done).all()
    assert tickets.loc[meanings == Meaning.NEW, "first_response"].isna().all()
    assert tickets.loc[done, "first_response"].notna().all()
    assert tickets.loc[done, "owner"].notna().all()
    if "closed" in tickets:
        assert (tickets["closed"].notna() == (meanings == Meaning.CLOSED)).all()
    if "satisfaction" in tickets:
        assert tickets.loc[~done, "satisfaction"].isna().all()
        assert 0.3 < tickets.loc[done, "satisfaction"].notna().mean() < 0.5


@every_desk
def test_every_meaning_occurs_and_some_open_tickets_are_nobodys(name: str) -> None:
    tickets = make_demo(DESKS[name], 1500, 7, NOW).tickets
    meanings = tickets["status"].map({c.key: c.meaning for c in DESKS[name].column("status").choices})
    assert set(meanings) == set(Meaning)
    is_open = meanings.map(lambda meaning: meaning.is_open)
    assert tickets.loc[is_open, "owner"].isna().any()


@every_desk
def test_about_a_tenth_is_overdue(name: str) -> None:
    tickets = make_demo(DESKS[name], 3000, 5, NOW).tickets
    end = tickets["resolved"].fillna(pd.Timestamp(NOW))
    assert 0.03 < (end > tickets["due"]).mean() < 0.16


@every_desk
def test_work_goes_to_those_who_know_the_type(name: str) -> None:
    able: dict[str, set[str]] = {}
    for person in DESKS[name].people:
        for skill in person.skills:
            able.setdefault(skill, set()).add(person.name)
    owned = FRAMES[name][["type", "owner"]].dropna()
    assert all(owner in able[kind] for kind, owner in owned.to_numpy().tolist())


@every_desk
def test_a_few_hundred_tickets_do_not_look_copied(name: str) -> None:
    titles = FRAMES[name]["title"].iloc[:300]
    assert titles.nunique() > 170
    assert titles.value_counts().max() <= 12


@every_desk
def test_no_slot_is_left_in_a_text(name: str) -> None:
    words = FRAMES[name].select_dtypes("object").stack().astype(str)
    assert not words.str.contains(r"[{}#]").any()


@every_desk
def test_people_and_addresses_are_made_up(name: str) -> None:
    tickets, desk = FRAMES[name], DESKS[name]
    assert not set(tickets["requester"]) & {person.name for person in desk.people}
    if "contact" in tickets:
        fake = r"^(?:[\w.]+@example\.com|555-01\d\d|1380000\d{4})$"
        assert tickets["contact"].dropna().str.match(fake).all()


@every_desk
def test_a_link_names_an_earlier_ticket(name: str) -> None:
    tickets = FRAMES[name]
    if "link" not in tickets:
        return
    places = {ticket: place for place, ticket in enumerate(tickets.index)}
    linked = tickets["link"].dropna()
    assert len(linked)
    assert all(places[target] < places[ticket] for ticket, target in linked.items())


@every_desk
def test_a_case_named_is_one_of_the_desk_for_this_type(name: str) -> None:
    desk, tickets = DESKS[name], FRAMES[name]
    if "case" not in tickets:
        return
    types = {case["id"]: case["type"] for case in desk.cases}
    named = tickets[["case", "type"]].dropna()
    assert len(named)
    assert all(types[case] == kind for case, kind in named.to_numpy().tolist())


def test_priority_follows_from_the_matrix() -> None:
    # It is worked out by the sheet, so it is not in the frame, but it decides what was promised.
    for language in ("en", "zh"):
        tickets = FRAMES[f"it-service.{language}"]
        assert "priority" not in tickets
        assert tickets[["impact", "urgency", "due"]].notna().all(axis=None)
        span = tickets["due"] - tickets["created"]
        critical = (tickets["impact"] == "high") & (tickets["urgency"] == "high")
        assert (span[critical] == timedelta(hours=4)).all()
        assert (span[~critical] > pd.Timedelta(days=1)).mean() > 0.5


def test_working_hours_on_weekdays_are_busiest_and_monday_most() -> None:
    desk = DESKS["it-service.zh"]
    local = make_demo(desk, 5000, 1, NOW).tickets["created"].dt.tz_convert(desk.zone)
    by_day = local.dt.day_of_week.value_counts()
    assert by_day.idxmax() == 0
    assert by_day[[5, 6]].sum() < by_day[0] / 2
    assert 0.85 < local.dt.hour.between(8, 18).mean() < 0.98
    assert local.min() > pd.Timestamp(NOW - timedelta(days=130))


def test_a_bare_desk_gets_its_four_columns() -> None:
    tickets = make_demo(BARE, 50, 1, NOW).tickets
    assert list(tickets.columns) == ["created", "title", "status"]
    assert tickets.notna().all(axis=None)


def test_a_strange_desk_has_every_kind_of_column_filled() -> None:
    tickets = make_demo(STRANGE, 60, 1, NOW).tickets
    assert {column.type for column in STRANGE.tickets.columns} == set(members("columns"))
    empty = {key for key in tickets if tickets[key].isna().all()}
    # No number fits the bounds of the span, and whose child a ticket is and what cures it nobody knows.
    assert empty == {"span", "mother", "cure"}
    assert tickets["story"].str.len().max() <= 9
    assert set(tickets["food"]) == {"mice"}
    assert (tickets.loc[tickets["resolved"].notna(), "status"] == "end").all()


def test_a_desk_without_people_has_no_owners() -> None:
    desk = parse_desk("name: Alone\ncolumns: [type, owner, resolved]".replace("type", "priority"))
    assert make_demo(desk, 40, 1, NOW).tickets["owner"].isna().all()


def test_a_language_without_words_speaks_english() -> None:
    assert load_words("xx") == load_words("en")


def test_both_languages_have_words_for_the_same_things() -> None:
    english, chinese = (load_words(code).tree for code in ("en", "zh"))
    assert {name: set(words) for name, words in english.items()} == {
        name: set(words) for name, words in chinese.items()
    }


def test_every_type_that_ships_has_its_own_words() -> None:
    words = load_words("en").tree
    for desk in DESKS.values():
        for choice in desk.column("subtype").choices:
            assert f"{choice.parent}.{choice.key}" in words["titles"]
            assert choice.parent in words["details"]


LONDON = ZoneInfo("Europe/London")
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("target", "clock", "due"),
    [
        (Duration(4, "hours"), "calendar", datetime(2026, 11, 20, 20, 0, tzinfo=UTC)),
        (Duration(4, "hours"), "business", datetime(2026, 11, 23, 11, 0, tzinfo=UTC)),
        (Duration(2, "hours"), "business", datetime(2026, 11, 20, 18, 0, tzinfo=UTC)),
        (Duration(2, "days"), "business", datetime(2026, 11, 22, 16, 0, tzinfo=UTC)),
        (Duration(2, "working days"), "business", datetime(2026, 11, 24, 16, 0, tzinfo=UTC)),
    ],
)
def test_a_promise_made_on_friday_afternoon_is_due(target: Duration, clock: str, due: datetime) -> None:
    assert due_after(FRIDAY, target, LONDON, in_working_time=clock == "business") == due


def test_an_emergency_is_due_around_the_clock() -> None:
    tickets = make_demo(DESKS["facilities.en"], 3000, 2, NOW).tickets
    critical = tickets[tickets["priority"] == "p1"]
    assert len(critical) > 50
    assert ((critical["due"] - critical["created"]) == timedelta(hours=4)).all()
