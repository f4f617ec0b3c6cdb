"""Circles are not looked for while a sheet is worked on, and are again after it, whatever came of it."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from sheetdesk.no_collection import no_collection
from tests.flows.online import Online


def test_collection_is_as_it_was_afterwards() -> None:
    assert gc.isenabled()
    with no_collection():
        assert not gc.isenabled()
        with no_collection():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), no_collection():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_a_sync_is_such_work(tmp_path: Path) -> None:
    desk = Online(tmp_path / "desk")
    desk.given([{"title": "Printer"}])
    was_on = [gc.isenabled()]
    desk.crowd.before_request.append(lambda method, url: was_on.append(gc.isenabled()))
    desk.sync()
    assert was_on[0]
    assert not any(was_on[1:])
    assert len(was_on) > 1
    assert gc.isenabled()
