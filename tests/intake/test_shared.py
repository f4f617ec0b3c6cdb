"""The shared ticket files: counts and values held against the files by hand, twice the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from sheetdesk.desk.desk import Desk
from sheetdesk.intake.base import read_file
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.plan import ImportCounts, ImportPlan, plan_import
from sheetdesk.table.change import apply
from sheetdesk.table.table import Table, empty_table

from . import CHINESE, NOW, desk_of, matched, notes, shared

pytestmark = pytest.mark.shared_data


def imported(name: str, desk: Desk, **options: Any) -> tuple[ImportPlan, Table]:
    """The plan and the tickets after it; the same file again must change nothing."""
    grid = read_file(shared(name))
    chosen = ImportOptions(**options)
    plan = plan_import(desk, empty_table(desk.tickets), {}, {}, grid, chosen, NOW)
    tickets = apply(empty_table(desk.tickets), plan.changes)
    for key, choices in plan.new_choices.items():
        desk = desk.with_choices(key, [*desk.column(key).choices, *choices])
    people = ImportOptions(**{**options, "people": frozenset(plan.new_people)})
    known: dict[str, datetime] = {entry.row: entry.seen_to for entry in plan.entries}
    again = plan_import(desk, tickets, plan.origins, plan.counters, grid, people, NOW, known_history=known)
    assert not again.changes
    assert not again.entries
    assert not again.new_choices
    assert not again.new_people
    assert not again.origins
    assert again.counters == plan.counters
    assert (again.counts.added, again.counts.aside) == (0, plan.counts.aside)
    return plan, tickets


def local(tickets: Table, ticket: str, key: str, zone: str = "UTC") -> str:
    return f"{tickets.frame[key].dt.tz_convert(zone)[ticket]:%Y-%m-%d %H:%M:%S}"


def test_uci_last_states() -> None:
    plan, tickets = imported("uci_incidents_last_state.csv.gz", desk_of(), add_choices=True)
    frame = tickets.frame
    assert plan.counts == ImportCounts(read=24918, added=24918)
    assert int(frame["resolved"].isna().sum()) == 1556
    assert frame["status"].value_counts().to_dict() == {"closed": 24918}
    assert frame["priority"].value_counts().to_dict() == {"p3": 23466, "p4": 774, "p2": 408, "p1": 270}
    assert frame["impact"].value_counts().to_dict() == {"medium": 23746, "low": 751, "high": 421}
    channels = {"phone": 24688 + 9, "web": 158, "mail": 59, "walk_in": 4}
    assert frame["channel"].value_counts().to_dict() == channels
    assert int(frame["owner"].isna().sum()) == 725
    assert len(plan.new_choices["type"]) == 52
    assert len({choice.title for choice in plan.new_choices["subtype"]}) == 245
    assert len({choice.key for choice in plan.new_choices["subtype"]}) == len(plan.new_choices["subtype"])
    # 29/2/2016 01:16 and 1/3/2016 09:52: the second fits both orders.
    assert local(tickets, "INC0000045", "created") == "2016-02-29 01:16:00"
    assert local(tickets, "INC0000047", "resolved") == "2016-03-01 09:52:00"
    assert local(tickets, "INC0000047", "closed") == "2016-03-06 10:00:00"
    assert frame.at["INC0000047", "owner"] == "Resolver 89"
    assert frame.at["INC0000047", "title"] == "Category 40 / Subcategory 215"
    assert "dates read day first: 60 % of the values cannot be read the other way" in notes(plan)
    assert "read as blank: ? × 1556" in notes(plan)


def test_uci_without_new_choices_says_how_to_take_them() -> None:
    desk = desk_of()
    grid = read_file(shared("uci_incidents_last_state.csv.gz"))
    plan = plan_import(desk, empty_table(desk.tickets), {}, {}, grid, ImportOptions(), NOW)
    assert plan.counts.aside == 24914
    assert "Type: 52 values are not in the desk" in notes(plan)
    assert "--add-choices" in notes(plan)


def test_uci_events_come_with_their_history() -> None:
    plan, tickets = imported("uci_incident_events_sample.csv", desk_of(), add_choices=True, history=True)
    assert (plan.counts.read, plan.counts.added, plan.counts.aside) == (12049, 1993, 0)
    assert tickets.frame["status"].value_counts().to_dict() == {"closed": 1993}
    assert sum(entry.kind == "added" for entry in plan.entries) == 1993
    first = [entry for entry in plan.entries if entry.row == "INC0000057"]
    status = [
        (entry.before, entry.after, f"{entry.seen_to:%m-%d %H:%M}")
        for entry in first
        if entry.column == "status"
    ]
    assert status == [("new", "resolved", "03-01 02:55"), ("resolved", "closed", "03-06 03:00")]
    assert first[0].after["status"] == "new"
    assert "resolved" not in first[0].after
    assert local(tickets, "INC0000057", "created") == "2016-02-29 06:10:00"
    assert local(tickets, "INC0000057", "resolved") == "2016-03-01 02:55:00"
    assert tickets.frame.at["INC0000057", "owner"] == "Resolver 6"
    reopened = sum(
        e.column == "status" and e.before == "resolved" and e.after == "open" for e in plan.entries
    )
    assert reopened > 0
    state: dict[str, dict[str, Any]] = {}
    for entry in plan.entries:
        if entry.kind == "added":
            state[entry.row] = dict(entry.after)
        else:
            assert state[entry.row].get(entry.column) == entry.before
            state[entry.row][entry.column] = entry.after
    replay = pd.DataFrame.from_dict(state, orient="index").reindex(tickets.frame.index)
    for key in ("status", "owner", "priority", "type", "subtype", "resolved", "closed", "first_response"):
        ours, theirs = tickets.frame[key], replay[key]
        assert ((ours == theirs) | (ours.isna() & theirs.isna())).all(), key


def test_uci_events_without_history_name_it() -> None:
    desk = desk_of()
    grid = read_file(shared("uci_incident_events_sample.csv"))
    plan = plan_import(desk, empty_table(desk.tickets), {}, {}, grid, ImportOptions(add_choices=True), NOW)
    assert (plan.counts.added, plan.counts.aside) == (1993, 12049 - 1993)
    assert all("--history" in problem.expected for row in plan.aside for problem in row.problems)


def test_rental_work_orders() -> None:
    plan, tickets = imported("zh_rental_workorders_pseudonymised.csv", desk_of(CHINESE), add_choices=True)
    frame = tickets.frame
    assert plan.counts == ImportCounts(read=3247, added=3247)
    assert frame["status"].value_counts().to_dict() == {"closed": 1613 + 87, "open": 1547}
    assert frame["priority"].value_counts().to_dict() == {"p3": 1969, "p1": 794 + 484}
    assert frame["deal"].value_counts(dropna=False).to_dict() == {True: 402, False: 98, pd.NA: 2747}
    assert int(frame["resolved"].notna().sum()) == 1701
    assert frame["type"].value_counts().to_dict() == {"合租": 2737, "整组": 312, "整租": 198}
    assert matched(plan)["负责人"] == "owner"
    assert "星级" not in matched(plan)
    assert "视为空白：选项1 × 1, 选项2 × 1" in notes(plan)
    assert len(plan.new_people) == 304
    assert local(tickets, "WO-00001", "created", "Asia/Shanghai") == "2020-05-25 14:55:00"
    assert local(tickets, "WO-00004", "first_response", "Asia/Shanghai") == "2020-05-24 20:36:00"
    assert frame.at["WO-00003", "owner"] == "坐席44"


def test_rental_work_orders_with_their_durations() -> None:
    plan, tickets = imported(
        "zh_rental_workorders_pseudonymised.csv", desk_of(CHINESE), add_choices=True, keep_good=True,
        columns={"耗时": "spent"},
    )  # fmt: skip
    assert plan.counts.added == 3247
    assert len(plan.problems) == 660
    assert {problem.raw for problem in plan.problems} == {"超过7天"}
    assert int((tickets.frame["spent"] == 0).sum()) == 1423
    assert int((tickets.frame["spent"] == 49).sum()) >= 18


def test_zendesk_style_tickets() -> None:
    plan, tickets = imported("zendesk_style_tickets.csv", desk_of(), add_choices=True)
    frame = tickets.frame
    assert plan.counts == ImportCounts(read=6445, added=6445)
    assert frame["status"].value_counts().to_dict() == {"resolved": 6445}
    assert frame["satisfaction"].value_counts().to_dict() == {5: 3457, 4: 2048, 3: 468, 2: 264, 1: 208}
    assert frame["priority"].value_counts().to_dict() == {"p3": 4214, "p2": 1581, "p4": 328, "p1": 322}
    assert [choice.title for choice in plan.new_choices["channel"]] == ["Social media"]
    assert str(frame.at["1", "resolved"]) == "2025-04-19 20:49:39.196000+00:00"
    assert frame.at["1", "title"] == "Ticket 1"
    assert (frame["created"] == frame["first_response"]).all()


def test_technical_support() -> None:
    plan, tickets = imported("technical_support_tickets.csv", desk_of())
    frame = tickets.frame
    assert plan.counts == ImportCounts(read=2330, added=2330)
    assert frame["status"].value_counts().to_dict() == {"closed": 1173, "resolved": 739, "open": 418}
    assert int(frame["resolved"].isna().sum()) == 418
    assert int(frame["closed"].notna().sum()) == 1173
    assert int(frame["satisfaction"].notna().sum()) == 2330 - 1157
    assert len(plan.new_people) == 8
    assert matched(plan)["Expected SLA to resolve"] == "due"
    assert frame.at["1013", "owner"] == "Adolpho Messingham"
    assert local(tickets, "1012", "due") == "2023-01-04 00:58:36"
    assert "not rated × 1157" in notes(plan)


def test_nyc_311() -> None:
    plan, tickets = imported("nyc_311_20220501_924rows.csv", desk_of(), add_choices=True, day_first=False)
    frame = tickets.frame
    assert plan.counts == ImportCounts(read=924, added=924)
    assert frame["status"].value_counts().to_dict() == {"closed": 480, "open": 444}
    assert int(frame["closed"].notna().sum()) == 480
    assert len(plan.new_choices["type"]) == 37
    assert frame["channel"].value_counts().to_dict() == {"web": 501, "MOBILE": 280, "phone": 139}
    assert local(tickets, "54049402", "created") == "2022-05-01 00:00:03"
    assert local(tickets, "54046813", "closed") == "2022-05-01 00:07:46"
    assert frame.at["54049402", "title"] == "Loud Music/Party"


def test_nyc_311_says_that_its_dates_could_be_both() -> None:
    desk = desk_of()
    grid = read_file(shared("nyc_311_20220501_924rows.csv"))
    plan = plan_import(desk, empty_table(desk.tickets), {}, {}, grid, ImportOptions(add_choices=True), NOW)
    assert plan.counts.aside == 924
    assert "924 dates could be day first or month first" in notes(plan)


def test_multilingual_tickets() -> None:
    plan, tickets = imported("multilang_tickets_excerpt.csv", desk_of(), add_choices=True)
    frame = tickets.frame
    assert plan.counts == ImportCounts(read=99, added=99, blank=2543)
    assert frame["priority"].value_counts().to_dict() == {"p3": 44, "p2": 40, "p4": 15}
    assert frame["type"].value_counts().to_dict() == {
        "Request": 42,
        "Incident": 36,
        "Problem": 14,
        "Change": 7,
    }
    assert frame["tags"].iloc[0] == "Security, Outage, Disruption, Data Breach"
    assert "\n\n" in frame["description"].iloc[0]
    assert not frame["description"].str.contains("\\n", regex=False).any()
    assert list(frame.index[:2]) == ["T-00001", "T-00002"]


def test_assignment_groups() -> None:
    plan, tickets = imported("gl_it_tickets_assignment_group.csv", desk_of(), add_choices=True)
    frame = tickets.frame
    assert plan.counts == ImportCounts(read=7818, added=7798, aside=20)
    assert all(problem.column in ("title", "description") for row in plan.aside for problem in row.problems)
    assert len(plan.new_choices["group"]) == 74
    assert int((frame["group"] == "GRP_0").sum()) > 3350
    assert frame["title"].str.strip().eq(frame["title"]).all()
    assert len(plan.origins) == 7798
    assert plan.counters == {"": 7798}
