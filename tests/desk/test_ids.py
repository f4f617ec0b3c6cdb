"""Ticket ids are made and recognised by one form."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sheetdesk.desk.ids import IdForm, IdFormInvalid, luhn_digit

WHEN = datetime(2026, 3, 9, 23, 59)
FORMS = (
    "{n}", "T-{n:05}", "IT-{n:5}", "{yyyymm}-{n:04}", "{yy}{mm}{dd}{n:03}", "工单{yyyy}/{n}", "{n:04}-{yyyy}",
    "A{n:06}{check}",
    "{yyyymmdd}{n:04}-{check}", "{dd}.{mm}.{yyyy}#{n}", "T1{n:02}2", "a.b*{n}", "{n:017}", "{n:1}",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 10**16), when=st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31)))
def test_an_id_tells_the_period_and_the_counter_it_was_made_from(form: str, n: int, when: datetime) -> None:
    ids = IdForm(form)
    assert ids.parse(ids.make(n, when)) == (ids.period(when), n)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=20, deadline=None)
@given(data=st.data(), n=st.integers(1, 10**6))
def test_a_changed_id_is_none_or_the_one_that_would_be_made(form: str, data: st.DataObject, n: int) -> None:
    ids = IdForm(form)
    made = ids.make(n, WHEN)
    place = data.draw(st.integers(0, len(made)))
    changed = (
        made[:place] + data.draw(st.sampled_from(["", "0", "7", "x", " ", "-", "７"])) + made[place + 1 :]
    )
    found = ids.parse(changed)
    if found is not None and found[0] == ids.period(WHEN):
        assert ids.make(found[1], WHEN) == changed


@pytest.mark.parametrize(
    ("form", "made"),
    [("T-{n:05}", "T-00042"), ("{n}", "42"), ("{yyyymm}-{n:04}", "202603-0042"),
    ("{yy}{mm}{dd}{n:3}", "260309042"),
     ("{n:1}", "42"), ("A{n:03}{check}", "A0422"), ("{yyyy}-{n}-{check}x", "2026-42-5x")],
)  # fmt: skip
def test_a_form_is_filled_in(form: str, made: str) -> None:
    assert IdForm(form).make(42, WHEN) == made


@pytest.mark.parametrize(
    "text",
    ["", "T-", "T-1", "T-0001", "t-00001", " T-00001", "T-00001 ", "T-00001\n", "X-00001", "T-000001",
    "T-１２３４５", "T-٠٠٠٠١",
     "T-0000A", "T-00001T-00001", "T-+0001", "T-" + "9" * 30],
)  # fmt: skip
def test_a_foreign_text_is_no_id(text: str) -> None:
    assert IdForm("T-{n:05}").parse(text) is None


def test_a_counter_may_outgrow_its_width_but_never_gains_zeros() -> None:
    form = IdForm("T-{n:03}")
    assert form.parse("T-1000") == ("", 1000)
    assert form.parse("T-0999") is None


def test_counters_rise_and_start_anew_each_period() -> None:
    counters = {"202602": 7}
    moments = [datetime(2026, 2, 28), datetime(2026, 3, 1), datetime(2026, 3, 31), datetime(2026, 2, 1)]
    made = IdForm("{yyyymm}-{n:02}").next_ids(counters, moments)
    assert made == ["202602-08", "202603-01", "202603-02", "202602-09"]
    assert counters == {"202602": 9, "202603": 2}


def test_a_form_without_a_date_has_one_counter() -> None:
    counters: dict[str, int] = {}
    assert IdForm("T{n:2}").next_ids(counters, [WHEN, datetime(2030, 1, 1)]) == ["T01", "T02"]
    assert counters == {"": 2}


@pytest.mark.parametrize(
    ("digits", "check"), [("7992739871", "3"), ("", "0"), ("0", "0"), ("1", "8"), ("123456789", "7")]
)
def test_the_check_digit_is_luhn_s(digits: str, check: str) -> None:
    assert luhn_digit(digits) == check


@settings(max_examples=100, deadline=None)
@given(n=st.integers(1, 999_999), place=st.integers(0, 20), digit=st.sampled_from("0123456789"))
def test_any_single_changed_digit_is_caught(n: int, place: int, digit: str) -> None:
    form = IdForm("T{yyyymm}{n:06}{check}")
    made = form.make(n, WHEN)
    place = 1 + place % (len(made) - 1)
    assume(made[place] != digit)
    assert form.parse(made[:place] + digit + made[place + 1 :]) is None


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("", "one counter"), ("T-", "one counter"), ("{yyyy}", "one counter"), ("{n}{n}", "one counter"),
        ("{n:3}-{n:4}", "one counter"),
        ("{n}{week}", "'{week}' is not one of"), ("{n:05", "one counter"), ("{n}}", "is not one of"),
        ("{{n}", "is not one of"),
        ("{n} {yy}", "no blanks"), ("T\n{n}", "no blanks"), ("={n}", "not start with"),
        ("-{n}", "not start with"),
        ("'{n}", "not start with"), ("@{n}", "not start with"), ("+{n}", "not start with"),
        ("{yyyy}{n}", "needs a width"),
        ("{n}{check}", "needs a width"), ("{n:0}", "1 to 17 digits wide"), ("{n:00}", "1 to 17 digits wide"),
        ("{n:18}", "1 to 17 digits wide"), ("{n:99}", "1 to 17 digits wide"), ("{n:100}", "one counter"),
        ("{check}-{n:4}", "behind the counter"), ("{n:4}{check}{check}", "behind the counter"),
        ("{n:x}", "one counter"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_work_is_refused_with_the_reason(form: str, reason: str) -> None:
    with pytest.raises(IdFormInvalid, match=reason):
        IdForm(form)
