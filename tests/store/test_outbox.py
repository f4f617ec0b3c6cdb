"""Notices: kept with the commit that caused them or not at all, told once by key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from sheetdesk.errors import StoreMoved
from sheetdesk.store.store import Store, open_store
from tests.store import Place
from tests.table import NOW

HOUR = timedelta(hours=1)


def keep(store: Store, notices: Mapping[str, Mapping[str, Any]], hours: int = 0) -> None:
    """A commit with these notices."""
    now = NOW + hours * HOUR
    store.commit(store.version, [], by="rule:remind", why="rule", run="a", now=now, notices=notices)


def waiting(store: Store) -> dict[str, Mapping[str, Any]]:
    return {notice.key: notice.facts for notice in store.outbox.notices("waiting")}


def test_a_notice_stands_in_the_outbox_until_it_was_sent(place: Place) -> None:
    with open_store(place) as store:
        keep(store, {"T-1/due": {"to": "Ann", "text": "到期"}, "T-2/due": {"to": "Ben"}})
    with open_store(place) as store:
        assert waiting(store) == {"T-1/due": {"to": "Ann", "text": "到期"}, "T-2/due": {"to": "Ben"}}
        store.outbox.settle(["T-1/due"], "sent", NOW)
        assert list(waiting(store)) == ["T-2/due"]
        (sent,) = store.outbox.notices("sent")
        assert (sent.key, sent.settled_at, sent.attempts) == ("T-1/due", NOW, 1)


def test_a_notice_is_never_kept_twice_not_even_after_it_was_sent(place: Place) -> None:
    with open_store(place) as store:
        for number in range(2):
            keep(store, {"T-1/due": {"n": number}}, number)
        assert waiting(store) == {"T-1/due": {"n": 0}}
        store.outbox.settle(["T-1/due"], "sent", NOW)
        keep(store, {"T-1/due": {"n": 2}})
        assert waiting(store) == {}


def test_a_commit_that_came_too_late_leaves_no_notice(place: Place) -> None:
    with open_store(place) as store:
        store.commit(0, [], by="r", why="rule", run="a", now=NOW)
        with pytest.raises(StoreMoved):
            store.commit(
                0, [], by="r", why="rule", run="b", now=NOW, notices={"T-1/due": {}},
                states={("r", "T-1"): {"fired": "x"}},
            )  # fmt: skip
        assert waiting(store) == {}
        assert store.rule_states() == {}


def test_notices_come_oldest_first(place: Place) -> None:
    with open_store(place) as store:
        for hours, key in enumerate(("b", "a")):
            keep(store, {key: {}}, hours)
        assert list(waiting(store)) == ["b", "a"]


def test_of_two_senders_one_gets_a_notice_and_when_it_dies_the_other(place: Place) -> None:
    with open_store(place) as one, open_store(place) as other:
        keep(one, {f"n{number}": {} for number in range(1200)})
        assert len(one.outbox.claim(NOW, NOW + HOUR)) == 1200
        assert other.outbox.claim(NOW, NOW + HOUR) == []
        keep(other, {"new": {}})
        assert [notice.key for notice in other.outbox.claim(NOW, NOW + HOUR)] == ["new"]
        # The first never said how it went.
        assert len(other.outbox.claim(NOW + HOUR, NOW + 2 * HOUR)) == 1201


def test_what_failed_is_tried_again_later_and_what_was_given_up_when_somebody_says_so(place: Place) -> None:
    with open_store(place) as store:
        keep(store, {"a": {}, "b": {}})
        store.outbox.claim(NOW, NOW + HOUR)
        store.outbox.put_off(["a"], NOW + HOUR, "no answer")
        store.outbox.settle(["b"], "dead", NOW, "no such address")
        assert store.outbox.claim(NOW, NOW + HOUR) == []
        (again,) = store.outbox.claim(NOW + HOUR, NOW + 2 * HOUR)
        assert (again.key, again.attempts, again.error) == ("a", 1, "no answer")
        store.outbox.release(["a"], NOW + 3 * HOUR)
        assert store.outbox.claim(NOW + 2 * HOUR, NOW + 2 * HOUR) == []
        store.outbox.revive(["a", "b"])
        assert [notice.key for notice in store.outbox.claim(NOW, NOW)] == ["b"]


def test_what_rules_remember_is_kept_with_the_commit(place: Place) -> None:
    with open_store(place) as store:
        states: dict[tuple[str, str], Mapping[str, Any] | None]
        states = {("remind", "T-1"): {"since": 5}, ("remind", "T-2"): {"fired": "x"}}
        store.commit(0, [], by="r", why="rule", run="a", now=NOW, states=states)
        assert store.rule_states() == states
        assert store.rule_states("T-2") == {("remind", "T-2"): {"fired": "x"}}
        store.commit(
            1, [], by="r", why="rule", run="b", now=NOW,
            states={("remind", "T-1"): None, ("remind", "T-2"): {"fired": "y"}},
        )  # fmt: skip
        assert store.rule_states() == {("remind", "T-2"): {"fired": "y"}}
