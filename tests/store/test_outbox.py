"""Notices: kept with the commit that caused them or not at all, told once by key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sheetdesk.errors import StoreMoved
from sheetdesk.store.store import open_store
from tests.store import Place
from tests.table import NOW


def test_a_notice_stands_in_the_outbox_until_it_was_sent(place: Place) -> None:
    with open_store(place) as store:
        store.commit(
            0, [], by="rule:remind", why="rule", run="a", now=NOW,
            notices={"T-1/due": {"to": "Ann", "text": "到期"}, "T-2/due": {"to": "Ben"}},
        )  # fmt: skip
    with open_store(place) as store:
        assert store.unsent() == {"T-1/due": {"to": "Ann", "text": "到期"}, "T-2/due": {"to": "Ben"}}
        store.mark_sent(["T-1/due"], NOW)
        assert list(store.unsent()) == ["T-2/due"]


def test_a_notice_is_never_kept_twice_not_even_after_it_was_sent(place: Place) -> None:
    with open_store(place) as store:
        for version in range(2):
            later = NOW + timedelta(hours=version)
            store.commit(
                version, [], by="r", why="rule", run="a", now=later, notices={"T-1/due": {"n": version}}
            )
        assert store.unsent() == {"T-1/due": {"n": 0}}
        store.mark_sent(["T-1/due"], NOW)
        store.commit(2, [], by="r", why="rule", run="a", now=NOW, notices={"T-1/due": {"n": 2}})
        assert store.unsent() == {}


def test_a_commit_that_came_too_late_leaves_no_notice(place: Place) -> None:
    with open_store(place) as store:
        store.commit(0, [], by="r", why="rule", run="a", now=NOW)
        with pytest.raises(StoreMoved):
            store.commit(0, [], by="r", why="rule", run="b", now=NOW, notices={"T-1/due": {}})
        assert store.unsent() == {}


def test_notices_come_oldest_first(place: Place) -> None:
    with open_store(place) as store:
        for version, key in enumerate(("b", "a")):
            later = NOW + timedelta(minutes=version)
            store.commit(version, [], by="r", why="rule", run="x", now=later, notices={key: {}})
        assert list(store.unsent()) == ["b", "a"]
