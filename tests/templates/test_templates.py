"""Every desk that ships can be adopted unchanged: it parses, its twins agree, nothing leads nowhere."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import pytest

from sheetdesk.columns.base import Meaning
from sheetdesk.desk.condition import All, Any_, Condition, Not, parse_condition
from sheetdesk.desk.condition import Test as Comparison
from sheetdesk.desk.desk import Desk, Duration
from sheetdesk.desk.ids import IdForm
from sheetdesk.desk.template import parse_desk, templates

TRADES = ("bugs", "complaints", "customer-support", "facilities", "hr-admin", "it-service")
LANGUAGES = ("en", "zh")
TEXTS = templates()
DESKS = {name: parse_desk(text, name) for name, text in TEXTS.items()}

every_desk = pytest.mark.parametrize("desk", DESKS.values(), ids=DESKS.keys())


def targets(desk: Desk) -> dict[str, set[str]]:
    """Where each status may go."""
    found: dict[str, set[str]] = defaultdict(set)
    for step in desk.transitions:
        found[step.source].add(step.target)
    return found


def columns_of(condition: Condition | None) -> set[str]:
    """The columns a condition looks at."""
    if condition is None:
        return set()
    if isinstance(condition, Comparison):
        return {condition.column}
    if isinstance(condition, Not):
        return columns_of(condition.part)
    return {column for part in condition.parts for column in columns_of(part)}


def test_six_trades_ship_in_both_languages() -> None:
    assert set(TEXTS) == {f"{trade}.{language}" for trade in TRADES for language in LANGUAGES}


@pytest.mark.parametrize("name", TEXTS)
def test_a_template_says_first_whom_it_is_for_and_what_to_change(name: str) -> None:
    lines = TEXTS[name].splitlines()
    assert lines[0].startswith("# ")
    assert lines[1].startswith("# Change first:" if name.endswith(".en") else "# 先改")
    assert lines[2] == "# yaml-language-server: $schema=desk.schema.json"


@pytest.mark.parametrize("trade", TRADES)
def test_twins_have_the_same_keys(trade: str) -> None:
    def keys(desk: Desk) -> dict[str, object]:
        return {
            "ids": desk.ids,
            "columns": [
                (c.key, c.type, c.owner, c.required, c.formula, c.pii, c.default)
                for c in desk.tickets.columns
            ],
            "choices": [
                (c.key, [(o.key, o.parent, o.meaning) for o in c.choices]) for c in desk.tickets.columns
            ],
            "roles": [(r.key, r.sees, r.edits, r.may) for r in desk.roles],
            "conditions": [r.tickets for r in desk.roles],
            "transitions": desk.transitions,
            "review": desk.review,
            "matrix": desk.matrix,
            "sla": [
                (p.key, p.when, p.first_response, p.next_update, p.resolution, p.pauses) for p in desk.sla
            ],
            "rules": [
                (r.key, parse_condition(r.when, desk.tickets.columns), len(r.then)) for r in desk.rules
            ],
            "reports": [(r.key, r.rows, r.columns, r.slicers, r.chart) for r in desk.reports],
            "figures": [(v.column, v.how, v.number_format) for r in desk.reports for v in r.values],
            "views": [(v.key, v.tickets, v.columns) for v in desk.views],
            "sheets": [(s.key, s.role) for s in desk.sheets],
            "people": [(p.role, p.skills, p.share, p.cap) for p in desk.people],
            "calendars": [c.key for c in desk.calendars],
            "imports": [m.key for m in desk.imports],
            "cases": [(c["id"], c["type"]) for c in desk.cases],
        }

    english, chinese = (keys(DESKS[f"{trade}.{language}"]) for language in LANGUAGES)
    assert english == chinese


@every_desk
def test_a_template_has_every_part_a_team_needs(desk: Desk) -> None:
    assert 5 <= len(desk.column("type").choices) <= 9
    assert {c.parent for c in desk.column("subtype").choices} == {c.key for c in desk.column("type").choices}
    assert desk.column("subtype").depends_on == "type"
    assert all(c.color and c.meaning for c in desk.column("status").choices)
    assert {r.key for r in desk.roles} == {"admin", "technician", "service", "reviewer", "requester"}
    assert all(role.duties for role in desk.roles)
    assert 4 <= len(desk.rules) <= 8
    assert len({rule.title for rule in desk.rules}) == len(desk.rules)
    assert 4 <= len(desk.reports) <= 6
    assert any(report.chart for report in desk.reports)
    assert desk.reports[0].slicers == ("type", "priority", "month")
    assert 3 <= len(desk.views) <= 5
    assert 5 <= len(desk.people) <= 7
    assert 4 <= len(desk.cases) <= 6
    assert all(case["cause"] and case["solution"] and case["type"] for case in desk.cases)
    assert len(desk.imports) == 1
    # What rules write people need not fill.
    assert len([c for c in desk.tickets.columns if c.owner == "people"]) <= 23


@every_desk
def test_statuses_of_every_meaning_are_there(desk: Desk) -> None:
    assert {c.meaning for c in desk.column("status").choices} == set(Meaning)
    first = desk.column("status").choices[0]
    assert (first.meaning, desk.column("status").default) == (Meaning.NEW, first.key)


@every_desk
def test_every_status_can_be_reached(desk: Desk) -> None:
    steps = targets(desk)
    reached, fresh = set(), {desk.column("status").choices[0].key}
    while fresh:
        reached |= fresh
        fresh = {target for status in fresh for target in steps[status]} - reached
    assert reached == {c.key for c in desk.column("status").choices}


@every_desk
def test_every_status_that_is_not_final_can_be_left(desk: Desk) -> None:
    final = (Meaning.CLOSED, Meaning.CANCELLED)
    stuck = {
        c.key for c in desk.column("status").choices if not targets(desk)[c.key] and c.meaning not in final
    }
    assert not stuck


@every_desk
def test_a_reviewed_ticket_is_closed_by_approvers_only(desk: Desk) -> None:
    if desk.review is None:
        return
    approvers = {role.key for role in desk.roles if "approve" in role.may}
    closed = {c.key for c in desk.column("status").choices if c.meaning is desk.review.before}
    ways = [step for step in desk.transitions if step.target in closed]
    assert ways
    assert all(step.source == desk.review.status and step.roles <= approvers for step in ways)
    # Somebody who may approve has a sheet to do it in.
    assert {sheet.role for sheet in desk.sheets} & approvers


def test_at_least_two_trades_ask_for_a_review() -> None:
    assert {name.partition(".")[0] for name, desk in DESKS.items() if desk.review} >= {
        "complaints",
        "facilities",
    }


@every_desk
def test_roles_see_what_they_work_with(desk: Desk) -> None:
    for role in desk.roles:
        assert {"id", "status"} <= role.sees
        assert role.edits <= role.sees
        # A condition on a column that its role does not see would tell what stands in it.
        assert columns_of(role.tickets) <= role.sees, role.key
    admin = desk.role("admin")
    assert admin.sees == {column.key for column in desk.tickets.columns}
    assert admin.tickets is None
    assert admin.may == {"add", "archive", "assign", "approve"}


@every_desk
def test_a_requester_sees_nothing_personal_of_others(desk: Desk) -> None:
    requester = desk.role("requester")
    personal = {column.key for column in desk.tickets.columns if column.pii}
    assert personal
    assert not requester.sees & (personal | {"notes", "description"})
    assert "status" not in requester.edits
    assert requester.may <= {"add"}


@every_desk
def test_who_may_add_a_ticket_can_fill_what_it_needs(desk: Desk) -> None:
    # The number and the moment come by themselves.
    needed = {c.key for c in desk.tickets.columns if c.required and c.default is None and c.owner == "people"}
    for role in desk.roles:
        if "add" in role.may:
            assert needed - {"created"} <= role.edits, role.key


@every_desk
def test_the_role_of_the_main_sheet_sees_all_tickets_and_can_work_them(desk: Desk) -> None:
    sheet = desk.sheets[0]
    assert (sheet.key, sheet.address) == (
        "main",
        "tickets.xlsx" if desk.locale.code == "en" else "工单.xlsx",
    )
    role = desk.role(sheet.role)
    assert role.tickets is None
    assert {"title", "type", "status", "owner", "requester", "notes"} <= role.edits
    assert "add" in role.may
    assert all(
        role.key in step.roles for step in desk.transitions if step.roles and desk.review is None
    ) or all(desk.role(other.role).may >= {"approve"} for other in desk.sheets[1:])


@every_desk
def test_every_priority_is_promised_something_and_a_higher_one_no_less(desk: Desk) -> None:
    priorities = [choice.key for choice in desk.column("priority").choices]
    promised = {policy.when.value: policy for policy in desk.sla if isinstance(policy.when, Comparison)}
    assert list(promised) == priorities
    for target in ("first_response", "resolution"):
        spans = [getattr(promised[key], target) for key in priorities]
        assert all(isinstance(span, Duration) for span in spans)
        hours = [span.hours for span in spans]
        assert hours == sorted(hours)
    assert promised[priorities[0]].next_update is not None
    assert all(
        p.first_response and p.resolution and p.first_response.hours < p.resolution.hours for p in desk.sla
    )


@every_desk
def test_calendars_have_a_lunch_break_and_holidays(desk: Desk) -> None:
    office = next(calendar for calendar in desk.calendars if calendar.key == "office")
    assert [len(day) for day in office.week] == [2, 2, 2, 2, 2, 0, 0]
    assert office.country == {"en": "GB", "zh": "CN"}[desk.locale.code]
    assert office.zone == desk.zone
    assert {policy.calendar for policy in desk.sla} == {calendar.key for calendar in desk.calendars}


def test_facilities_are_open_around_the_clock_for_emergencies() -> None:
    for language in LANGUAGES:
        desk = DESKS[f"facilities.{language}"]
        always = next(calendar for calendar in desk.calendars if calendar.key == "always")
        assert all(len(day) == 1 for day in always.week)
        assert next(policy.calendar for policy in desk.sla if policy.key == "p1") == "always"


@every_desk
def test_ids_can_be_made_and_read_again(desk: Desk) -> None:
    form = IdForm(desk.ids)
    when = datetime(2026, 3, 31, 9)
    assert form.parse(form.make(7, when)) == (form.period(when), 7)


def test_ids_by_month_and_with_a_check_digit_are_shown() -> None:
    forms = {desk.ids for desk in DESKS.values()}
    assert any(form.endswith("{yyyymm}-{n:04}") for form in forms)
    assert any("{check}" in form for form in forms)


@every_desk
def test_people_are_made_up_and_have_skills_for_every_type(desk: Desk) -> None:
    assert all(person.mail.endswith("@example.com") for person in desk.people)
    assert all("Example" in person.name or "示例" in person.name for person in desk.people)
    assert {skill for person in desk.people for skill in person.skills} == set(desk.column("type").by_key)
    assert {person.role for person in desk.people} <= {role.key for role in desk.roles}
    assert all(person.backup != person.name for person in desk.people)


@every_desk
def test_a_figure_is_not_called_like_a_column(desk: Desk) -> None:
    # A PivotTable cannot hold a value field whose name is that of a source column.
    titles = {column.title.casefold() for column in desk.tickets.columns}
    for report in desk.reports:
        names = [figure.title.casefold() for figure in report.values]
        assert not titles & set(names)
        assert len(names) == len(set(names))


@every_desk
def test_an_import_maps_each_column_once(desk: Desk) -> None:
    for mapping in desk.imports:
        ours = [key for key in mapping.columns.values() if key != "-"]
        assert len(ours) == len(set(ours))
        assert {"created", "title", "type"} <= {*ours} | {"type"}
        # Words for a column that nothing is read into would never be used.
        assert set(mapping.values) <= set(ours)


def test_impact_and_urgency_decide_the_priority_of_an_it_ticket() -> None:
    for language in LANGUAGES:
        desk = DESKS[f"it-service.{language}"]
        assert desk.matrix is not None
        assert desk.column("priority").formula == "matrix(impact, urgency)"
        ranks = {choice.key: rank for rank, choice in enumerate(desk.column("priority").choices)}
        rows = [choice.key for choice in desk.column("impact").choices]
        across = [choice.key for choice in desk.column("urgency").choices]
        table = [[ranks[desk.matrix.cells[row, column]] for column in across] for row in rows]
        assert all(line == sorted(line) for line in table)
        assert all(list(line) == sorted(line) for line in zip(*table, strict=True))
        assert {rank for line in table for rank in line} == set(ranks.values())


def test_conditions_are_read_into_all_four_shapes() -> None:
    condition = parse_condition(
        "not (owner is empty or status = new) and title contains x", DESKS["bugs.en"].tickets.columns
    )
    assert isinstance(condition, All)
    assert isinstance(condition.parts[0], Not)
    assert isinstance(condition.parts[0].part, Any_)
    assert columns_of(condition) == {"owner", "status", "title"}
