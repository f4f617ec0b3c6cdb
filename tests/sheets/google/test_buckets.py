"""No minute sees more calls than Google allows, whoever makes them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.sheets.google.buckets import MINUTE_S, Bucket, Buckets


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 5))
def test_no_minute_ever_holds_more_than_the_limit(gaps: list[int], limit: int) -> None:
    bucket, now = Bucket(limit), 0.0
    taken: list[float] = []
    for gap in gaps:
        now += gap
        now += bucket.wait_s(now)
        assert bucket.wait_s(now) == 0
        bucket.take(now)
        taken.append(now)
    for start in taken:
        assert sum(start <= other < start + MINUTE_S for other in taken) <= limit


def test_reads_and_writes_have_a_quota_each() -> None:
    buckets = Buckets(user=1)
    assert buckets.take("read", 0.0) == 0.0
    assert buckets.take("write", 0.0) == 0.0
    assert buckets.take("read", 10.0) == 50.0
    assert buckets.take("drive", 10.0) == 0.0
    assert buckets.take("read", 60.0) == 0.0


def test_accounts_of_one_project_share_its_quota_but_not_each_others() -> None:
    one = Buckets(user=2, project=3)
    other = Buckets(user=2, beside=one)
    assert [one.take("read", 0.0) for _ in range(2)] == [0.0, 0.0]
    assert one.take("read", 1.0) == 59.0
    assert other.take("read", 1.0) == 0.0
    assert other.take("read", 2.0) == 58.0
