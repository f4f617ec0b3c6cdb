"""Where a store is: paths, URLs, what the environment fills in, and no password in any word."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
import sqlalchemy as sa

from sheetdesk.errors import StoreAddressInvalid, StoreDriverMissing, StoreUnreadable, StoreVariableUnset
from sheetdesk.store.place import database_url, find_store, shown_address
from sheetdesk.store.store import open_store

FOLDER = Path("/desks/it")
SECRET = "hush/h@u:s?h"


@pytest.mark.parametrize(
    ("setting", "environ", "found"),
    [
        ("", {}, FOLDER / "desk.db"),
        ("", {"SHEETDESK_STORE": ""}, FOLDER / "desk.db"),
        ("data/it.db", {}, FOLDER / "data" / "it.db"),
        ("/var/it.db", {}, Path("/var/it.db")),
        ("data/it.db", {"SHEETDESK_STORE": "/var/other.db"}, Path("/var/other.db")),
        ("${DATA}/it.db", {"DATA": "/srv"}, Path("/srv/it.db")),
        ("a$b{c}.db", {}, FOLDER / "a$b{c}.db"),
        ("postgresql://u:${PW}@h/d?desk=it", {"PW": SECRET},
         "postgresql://u:hush%2Fh%40u%3As%3Fh@h/d?desk=it"),
        ("${URL}", {"URL": "postgresql://u:p@h/d?desk=it"}, "postgresql://u:p@h/d?desk=it"),
    ],
)  # fmt: skip
def test_a_store_is_found_by_the_desk_file_and_the_environment_over_it(
    setting: str, environ: dict[str, str], found: Path | str
) -> None:
    assert find_store(setting, FOLDER, environ) == found


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(StoreVariableUnset, match="environment variable PW, which is not set"):
        find_store("postgresql://u:${PW}@h/d?desk=it", FOLDER, {})


def test_a_home_folder_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert find_store("~/it.db", FOLDER, {}) == Path("/home/ann/it.db")


def test_a_url_becomes_one_for_the_driver_and_a_schema_of_the_desks_own() -> None:
    address = find_store(
        "postgresql://ann:${PW}@host:5433/db?desk=it_2&sslmode=require", FOLDER, {"PW": SECRET}
    )
    assert isinstance(address, str)
    url, schema = database_url(address)
    assert (url.drivername, url.password, url.port) == ("postgresql+psycopg", SECRET, 5433)
    assert (dict(url.query), schema) == ({"sslmode": "require"}, "sheetdesk_it_2")


def test_a_password_among_the_settings_is_taken_out_of_them() -> None:
    url, _ = database_url("postgresql://ann@host/db?password=hush&desk=it")
    assert (url.password, dict(url.query)) == ("hush", {})


@pytest.mark.parametrize(
    "address",
    [
        "mysql://ann:hush@host/db?desk=it", "postgresql://ann:hush@host/db", "sqlite:///hush.db?desk=it",
        "postgresql://ann:hush@host/db?desk=IT", "postgresql://ann:hush@host/db?desk=it;drop",
        "postgresql://ann:hush@host/db?desk=it&desk=hr", "postgresql://ann:hush@host:port/db?desk=it",
        "postgresql://ann:hu?sh@host/db?desk=", "://hush@", "postgresql://ann:hush/@host/db?password=hush",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(StoreAddressInvalid) as caught:
        database_url(address)
    told = "".join(traceback.format_exception(caught.value))
    assert "postgresql://USER:${PASSWORD}@HOST/DATABASE?desk=NAME" in str(caught.value)
    assert caught.value.exit_code == 2
    assert "hush@" not in told.replace("sqlite:///hush.db", "")
    assert "hush" not in shown_address(address).replace("sqlite:///hush.db", "")
    assert "sh@" not in shown_address(address)


def test_a_server_that_is_not_there_is_told_of_without_the_password() -> None:
    pytest.importorskip("psycopg")
    # A traceback shows the lines of this test, too.
    word = "hush" * 2
    with pytest.raises(StoreUnreadable) as caught:
        open_store(f"postgresql://ann:{word}@127.0.0.1:9/db?desk=it&password={word}")
    assert str(caught.value).startswith("The store postgresql://127.0.0.1:9/db?desk=it cannot be used: ")
    assert "hushhush" not in "".join(traceback.format_exception(caught.value))
    assert "hushhush" not in repr(caught.value)


def test_without_a_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr(sa, "create_engine", missing)
    with pytest.raises(StoreDriverMissing, match=r"pip install 'sheetdesk\[postgres\]'"):
        open_store("postgresql://ann@host/db?desk=it")
