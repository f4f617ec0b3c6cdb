"""The header is found among titles and remarks, and only tickets are read below it."""

from __future__ import annotations

import pytest

from sheetdesk.intake.header import find_layout
from sheetdesk.intake.titles import fold_title, letters

from . import CHINESE, added, desk_of, grid_of, matched, notes, plan_of


def test_title_rows_above_the_header_are_no_tickets() -> None:
    plan = plan_of(
        """
        Help desk list 2026,,,
        as of 3 May,,,
        ,,,
        Ticket ID,Subject,Status,Priority
        7,printer,Open,High
        """
    )
    assert list(added(plan)) == ["7"]


def test_a_header_of_unknown_words_is_found_by_its_shape() -> None:
    layout = find_layout(grid_of("Our list,,\nalpha,beta,gamma\n1,2,3\n4,5,6"), {})
    assert layout.titles == ("alpha", "beta", "gamma")
    assert list(layout.numbers) == [3, 4]


def test_a_row_of_data_with_known_words_is_no_header() -> None:
    plan = plan_of("Ticket ID,Subject,Area\n1,Problem,Phone\n2,Incident,Email\n3,Phone,Problem")
    assert matched(plan) == {"Ticket ID": "id", "Subject": "title"}
    assert plan.counts.added == 3


def test_a_blank_tail_and_totals_are_dropped_and_counted() -> None:
    plan = plan_of(
        """
        Ticket ID,Subject,Created,Satisfaction
        1,printer,2026-03-01,4
        2,screen,2026-03-02,5
        ,,,
        Total,,,9
        共 2 条,,,
        ,,,
        """
    )
    assert (plan.counts.added, plan.counts.totals, plan.counts.blank) == (2, 2, 2)


def test_a_ticket_called_total_stays_a_ticket() -> None:
    plan = plan_of("Ticket ID,Subject,Created\n1,printer,2026-03-01\n2,Total,2026-03-02")
    assert [ticket["title"] for ticket in added(plan).values()] == ["printer", "Total"]


def test_a_header_that_comes_again_on_every_page_is_dropped_and_said() -> None:
    plan = plan_of("Ticket ID,Subject\n1,printer\nTicket ID,Subject\n2,screen")
    assert list(added(plan)) == ["1", "2"]
    assert "1 repeated header rows dropped" in notes(plan)


def test_row_numbers_are_those_a_person_sees_in_the_file() -> None:
    plan = plan_of("List,,\n,,\nTicket ID,Subject,Status\n1,printer,Open\n,,\n2,screen,Bananas")
    assert [row.number for row in plan.aside] == [6]


def test_equal_titles_are_told_apart() -> None:
    layout = find_layout(grid_of("Status,Status,,Notes\nOpen,Closed,x,y"), {"status"})
    assert layout.titles == ("Status", "Status (2)", "(C)", "Notes")


@pytest.mark.parametrize(
    ("title", "folded"),
    [
        ("Ticket_ID", "ticket id"),
        ("ticketId", "ticket id"),
        ("TicketID", "ticket id"),
        ("  Created  Date: ", "created date"),
        ("状态（必填）", "状态"),
        ("Ｓｔａｔｕｓ*", "status"),
        ("Created (UTC)", "created"),
        ("(none)", "none"),
        ("sys_updated_at", "sys updated at"),
        ("", ""),
        (None, ""),
    ],
)
def test_titles_are_compared_folded(title: str | None, folded: str) -> None:
    assert fold_title(title) == folded


def test_columns_without_a_title_go_by_their_letter() -> None:
    assert [letters(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_chinese_list_with_a_title_row_and_a_total_is_read() -> None:
    plan = plan_of(
        """
        三月份工单汇总,,,
        工单编号,标题,状态,创建时间
        Ａ１,打印机卡纸,处理中,２０２６年３月１日 下午3点20分
        A2,没有声音,已解决,2026/3/2
        合计：2,,,
        """,
        desk_of(CHINESE),
    )
    tickets = added(plan)
    assert list(tickets) == ["A1", "A2"]
    assert tickets["A1"]["created"].isoformat() == "2026-03-01T07:20:00+00:00"
    assert plan.counts.totals == 1
