"""What a setting stands for is found when it is needed, and an error names the place alone."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import keyring
import keyring.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.channels._secrets import is_looked_up, look_up
from sheetdesk.errors import ChannelInvalid


@dataclass
class Ring:
    """A keyring of the test's own."""

    kept: dict[tuple[str, str], str]
    is_locked: bool = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked("hidden")
        return self.kept.get((service, username))


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    found = Ring({("slack", "hook"): "T0/B0/x", ("a/b", "c"): "deep"})
    monkeypatch.setattr(keyring, "get_password", found.get_password)
    return found


def test_a_variable_stands_for_its_value_anywhere_in_a_setting() -> None:
    environment = {"A": "1${B}", "B": "2"}
    assert look_up("ours", "plain", environment) == "plain"
    assert look_up("ours", "x${A}y${B}", environment) == "x1${B}y2"
    assert is_looked_up("x${A}")
    assert not is_looked_up("x$A {B}")


@pytest.mark.parametrize("environment", [{"A": "hidden"}, {"A": "hidden", "B": ""}])
def test_a_variable_that_is_not_set_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(ChannelInvalid) as raised:
        look_up("ours", "https://literal.example.com/${A}/${B}", environment)
    assert "variable B is not set" in str(raised.value)
    assert "环境变量" not in str(raised.value)
    assert raised.value.exit_code == 2
    assert "hidden" not in repr(raised.value)
    assert "literal" not in repr(raised.value)


def test_a_password_comes_from_the_keyring(ring: Ring) -> None:
    assert is_looked_up("keyring:slack/hook")
    assert look_up("ours", "keyring:slack/hook", {}) == "T0/B0/x"
    assert look_up("ours", "keyring:a/b/c", {}) == "deep"


@pytest.mark.parametrize("place", ["keyring:", "keyring:slack", "keyring:/hook", "keyring:slack/"])
def test_a_place_in_the_keyring_has_a_service_and_a_user(ring: Ring, place: str) -> None:
    with pytest.raises(ChannelInvalid, match="keyring:SERVICE/USER"):
        look_up("ours", place, {})


def test_a_keyring_without_the_password_or_locked_is_told(ring: Ring) -> None:
    with pytest.raises(ChannelInvalid, match="the keyring has no password at slack/other"):
        look_up("ours", "keyring:slack/other", {})
    ring.is_locked = True
    with pytest.raises(ChannelInvalid, match="the keyring has no password at slack/hook"):
        look_up("ours", "keyring:slack/hook", {})


def test_without_the_package_an_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ChannelInvalid, match=r"pip install 'sheetdesk\[keyring\]'"):
        look_up("ours", "keyring:slack/hook", {})


@given(st.text(), st.text())
def test_a_value_is_never_read_as_a_name_again(before: str, value: str) -> None:
    written = before.replace("${", "") + "${A}"
    if value and not written.startswith("keyring:"):
        assert look_up("ours", written, {"A": value}) == before.replace("${", "") + value
