"""Faults strike when they are told to: before the request is applied, after it, or late."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping

import pytest

from sheetdesk.sandbox.faults import KINDS, Cut, Fault, Faulty, Kind, TimedOut
from sheetdesk.sandbox.handle import Answer


class Counter:
    """Something behind the line that notes what reaches it."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.got.append(body.decode())
        return Answer(200, {}, b"{}")


def line(*faults: Fault, seed: int = 1) -> tuple[Faulty, Counter]:
    inner = Counter()
    return Faulty(inner, random.Random(seed), list(faults)), inner


def send(faulty: Faulty, body: str, method: str = "POST", url: str = "/v4/spreadsheets/x:batchUpdate") -> str:
    try:
        answer = faulty.handle(method, url, {}, body.encode())
    except TimedOut:
        return "timed out"
    except Cut:
        return "cut"
    return str(answer.status)


@pytest.mark.parametrize(
    ("kind", "heard", "is_applied"),
    [
        ("429", "429", False),
        ("500", "500", False),
        ("503", "503", False),
        ("503_after", "503", True),
        ("request_lost", "timed out", False),
        ("answer_lost", "timed out", True),
        ("cut", "cut", False),
        ("cut_after", "cut", True),
    ],
)
def test_what_the_caller_hears_and_whether_the_request_was_applied(
    kind: Kind, heard: str, is_applied: bool
) -> None:
    faulty, inner = line(Fault(kind, nth=2))
    assert [send(faulty, word) for word in "abc"] == ["200", heard, "200"]
    assert inner.got == (["a", "b", "c"] if is_applied else ["a", "c"])


def test_a_late_request_is_applied_before_the_next_one() -> None:
    faulty, inner = line(Fault("late"))
    assert send(faulty, "a") == "timed out"
    assert inner.got == []
    assert send(faulty, "b") == "200"
    assert send(faulty, "c") == "200"
    assert inner.got == ["a", "b", "c"]


def test_late_requests_can_be_delivered_when_nobody_asks_any_more() -> None:
    faulty, inner = line(Fault("late"))
    send(faulty, "a")
    faulty.deliver()
    faulty.deliver()
    assert inner.got == ["a"]


def test_only_what_matches_method_and_endpoint_is_counted_and_struck() -> None:
    faulty, _ = line(Fault("500", nth=2, method="POST", endpoint=":batchUpdate"))
    heard = [
        send(faulty, "", "GET"),
        send(faulty, ""),
        send(faulty, "", url="/v4/spreadsheets/x/values/A1:append"),
        send(faulty, ""),
        send(faulty, ""),
    ]
    assert heard == ["200", "200", "200", "500", "200"]


def test_a_fault_strikes_as_often_as_it_may() -> None:
    faulty, _ = line(Fault("503", times=2))
    assert [send(faulty, "") for _ in range(4)] == ["503", "503", "200", "200"]
    faulty, _ = line(Fault("503", nth=2, times=0))
    assert [send(faulty, "") for _ in range(4)] == ["200", "503", "200", "200"]
    faulty, _ = line(Fault("503", times=0))
    assert {send(faulty, "") for _ in range(9)} == {"503"}


def test_chance_comes_from_the_seed_alone() -> None:
    runs = []
    for _ in range(2):
        faulty, _ = line(Fault("500", probability=0.3, times=0), seed=7)
        runs.append([send(faulty, "") for _ in range(50)])
    assert runs[0] == runs[1]
    assert 5 < runs[0].count("500") < 28


def test_the_first_fault_that_strikes_is_the_one_and_the_other_waits() -> None:
    faulty, _ = line(Fault("500"), Fault("cut"))
    assert [send(faulty, "") for _ in range(3)] == ["500", "cut", "200"]


def test_the_errors_have_googles_envelope_and_no_advice_when_to_return() -> None:
    for kind, status in (("500", "INTERNAL"), ("503", "UNAVAILABLE"), ("429", "RESOURCE_EXHAUSTED")):
        faulty, _ = line(Fault(kind))  # type: ignore[arg-type]
        answer = faulty.handle("GET", "/v4/spreadsheets/x", {}, b"")
        error = json.loads(answer.body)["error"]
        assert (str(error["code"]), error["status"]) == (kind, status)
        assert "retry-after" not in {name.lower() for name in answer.headers}


def test_an_unknown_fault_is_refused_at_once() -> None:
    assert len(set(KINDS)) == 9
    with pytest.raises(ValueError, match="no such fault: 418"):
        Fault("418")  # type: ignore[arg-type]
