"""The probes tell a Google that keeps its word from one that does not, and leave nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from sheetdesk.sheets.google.bench import Bench, set_up, tear_down
from sheetdesk.sheets.google.buckets import Buckets
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.google.probes import PROBES, Finding, run_probes
from tests.sheets.google.empty import Empty, session_over
from tests.sheets.google.scripted import SHEET, Time

JUDGED = {1, 2, 3, 5, 6, 7, 8, 10}


def bench(adapter: Any, sheet: str = SHEET, rounds: int = 2) -> Bench:
    time = Time()
    buckets = Buckets(user=10_000, project=10_000)
    options: dict[str, Any] = {"clock": time, "sleep": time.sleep, "buckets": buckets}
    one, other, hasty = (Google(session_over(adapter), **options) for _ in range(3))
    return Bench(one, other, hasty, sheet, rounds, time, time.sleep)


def asked(on: Bench, *numbers: int) -> dict[int, Finding]:
    return {one.number: one for one in run_probes(on, frozenset(numbers) or frozenset(PROBES))}


def test_a_google_that_forgets_everything_is_found_out() -> None:
    found = asked(bench(Empty()), 1, 2, 3, 5, 6, 8, 10)
    assert {number: one.holds for number, one in found.items()} == dict.fromkeys(found, False)
    assert found[1].seen == {"rounds": 2, "one": 0, "both": 2, "none": 0, "unknown": 0}
    assert found[2].seen == {"outcome": "applied", "cell": None}
    assert found[10].seen == {"rounds": 2, "stale": 2}


def test_what_a_script_cannot_judge_is_left_to_a_person() -> None:
    found = asked(bench(Empty()), 4, 6, 9)
    assert (found[4].holds, found[9].holds) == (None, None)
    assert found[4].by_hand == ("answered",)
    assert "undo" in found[6].by_hand
    assert set(found[9].seen) == {"100_requests_s", "1000_requests_s", "5000_requests_s"}


def test_two_batches_that_are_both_refused_do_not_hold_either() -> None:
    (finding,) = run_probes(bench(Empty("deleteNamedRange")), frozenset({1}))
    assert finding.holds is False
    assert finding.seen["none"] == 2


def test_a_probe_that_google_refuses_is_a_finding_and_the_next_one_goes_on() -> None:
    found = asked(bench(Empty("mergeCells")), 3, 9)
    assert found[3].holds is False
    assert found[3].seen["error"] == "GoogleRefused"
    assert found[9].holds is None


def test_tabs_of_an_earlier_probe_are_taken_away_first() -> None:
    google = Empty()
    set_up(bench(google).google, SHEET)
    assert google.kinds == ["deleteSheet", "addSheet", "addSheet"]


def test_a_google_that_keeps_its_word_passes_and_is_left_as_it_was() -> None:
    handle = pytest.importorskip("sheetdesk.sandbox.handle", reason="the sandbox is not in this copy")
    adapter = pytest.importorskip("sheetdesk.sandbox.adapter")
    on = bench(adapter.LoopAdapter(handle.Sandbox()))
    sheet = on.google.create("Desk", "en_US", "Etc/UTC")
    before = on.google.get(sheet, "sheets.properties,namedRanges")
    on = Bench(on.google, on.other, on.hasty, sheet, 3, on.clock, on.sleep)
    set_up(on.google, sheet)
    found = asked(on)
    tear_down(on.google, sheet)
    assert {number for number, one in found.items() if one.holds} == JUDGED
    assert on.google.get(sheet, "sheets.properties,namedRanges") == before
