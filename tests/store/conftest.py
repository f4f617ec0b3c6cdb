"""Every test that asks for a `place` or a `store` runs on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetdesk.store.store import Store, open_store
from tests.store import NewPlace, Place
from tests.store.postgres import MISSING, find_programs, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server, without the desk."""
    programs = find_programs()
    if programs is None:
        pytest.skip(MISSING)
    with running(programs) as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewPlace:
    """Makes a place for a store that is not there yet."""
    if request.param == "sqlite":
        return lambda: tmp_path_factory.mktemp("store") / "desk.db"
    url = request.getfixturevalue("postgres")
    return lambda: f"{url}&desk=t{uuid.uuid4().hex[:12]}"


@pytest.fixture
def place(new_place: NewPlace) -> Place:
    return new_place()


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with open_store(place) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A place for a SQLite store, for what only files know."""
    return tmp_path / "desk.db"
