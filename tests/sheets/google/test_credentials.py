"""Which file says who sheetdesk is, and what is wrong with one that does not."""

from __future__ import annotations

import json
import os
import sys
import traceback
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceCredentials

from sheetdesk.errors import CredentialsMissing, CredentialsUnreadable, SignInFailed
from sheetdesk.sheets.google.credentials import (
    find_identity,
    keep_sign_in,
    read_identity,
    sign_in,
    sign_in_path,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


@cache
def key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    none = serialization.NoEncryption()
    return made.private_bytes(serialization.Encoding.PEM, form, none).decode()


def service(email: str = "desk@p.iam.gserviceaccount.com", **other: Any) -> dict[str, Any]:
    return {
        "type": "service_account", "client_email": email, "private_key": key(),
        "token_uri": "https://oauth2.googleapis.com/token", "project_id": "p", **other,
    }  # fmt: skip


def user(**other: Any) -> dict[str, Any]:
    return {
        "type": "authorized_user",
        "client_id": "c",
        "client_secret": "hush",
        "refresh_token": "1//r",
        **other,
    }


def kept(path: Path, facts: Any, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(facts if isinstance(facts, str) else json.dumps(facts), "utf-8")
    path.chmod(mode)
    return path


def test_the_most_explicit_file_wins(tmp_path: Path) -> None:
    named = kept(tmp_path / "named.json", service("named@p"))
    environment = {
        "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "SHEETDESK_GOOGLE_CREDENTIALS": str(kept(tmp_path / "ours.json", service("ours@p"))),
        "GOOGLE_APPLICATION_CREDENTIALS": str(kept(tmp_path / "google.json", service("google@p"))),
        "CLOUDSDK_CONFIG": str(tmp_path / "gcloud"),
    }  # fmt: skip
    kept(sign_in_path(environment), user(account="kept@p"))
    kept(tmp_path / "gcloud" / "application_default_credentials.json", user(account="gcloud@p"))
    assert find_identity(environment, named).account == "named@p"
    assert find_identity(environment).account == "ours@p"
    del environment["SHEETDESK_GOOGLE_CREDENTIALS"]
    assert find_identity(environment).account == "kept@p"
    sign_in_path(environment).unlink()
    assert find_identity(environment).account == "google@p"
    del environment["GOOGLE_APPLICATION_CREDENTIALS"]
    assert find_identity(environment).account == "gcloud@p"
    del environment["CLOUDSDK_CONFIG"]
    with pytest.raises(CredentialsMissing):
        find_identity(environment)


def test_a_file_that_is_named_is_not_passed_over(tmp_path: Path) -> None:
    environment = {
        "HOME": str(tmp_path), "SHEETDESK_GOOGLE_CREDENTIALS": str(tmp_path / "gone.json"),
        "GOOGLE_APPLICATION_CREDENTIALS": str(kept(tmp_path / "google.json", service())),
    }  # fmt: skip
    with pytest.raises(CredentialsUnreadable, match="no such file"):
        find_identity(environment)


def test_a_service_account_may_see_spreadsheets_and_what_is_shared_with_it(tmp_path: Path) -> None:
    identity = read_identity(kept(tmp_path / "key.json", service()))
    assert isinstance(identity.credentials, ServiceCredentials)
    assert identity.credentials.service_account_email == "desk@p.iam.gserviceaccount.com"
    assert [scope.rsplit("/", 1)[-1] for scope in identity.credentials.scopes] == ["spreadsheets", "drive"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ("", "not JSON"),
        ("[1]", "neither"),
        ({"type": "external_account"}, "neither"),
        ({"installed": {"client_id": "c"}}, "OAuth client"),
        ({"type": "service_account", "client_email": "a@b"}, "no private_key"),
        ({**user(), "refresh_token": ""}, "no refresh_token"),
        ({"type": "authorized_user", "refresh_token": "1//r"}, "not whole"),
        ({"type": "service_account", "private_key": "hush-hush", "client_email": "a@b"}, "not whole"),
        ({"type": "service_account", "private_key": "hush-hush", "client_email": "a@b",
          "token_uri": "https://x"}, "not whole"),
    ],
)  # fmt: skip
def test_a_file_with_something_else_in_it_is_told_without_repeating_it(
    facts: Any, reason: str, tmp_path: Path
) -> None:
    path = kept(tmp_path / "key.json", facts)
    with pytest.raises(CredentialsUnreadable, match=reason) as caught:
        read_identity(path)
    told = "".join(traceback.format_exception(caught.value))
    assert str(path) in told
    assert "hush" not in told
    assert "1//r" not in told


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CredentialsUnreadable, match="is a directory"):
        read_identity(tmp_path)


@posix
def test_a_key_that_others_can_read_is_noticed(tmp_path: Path) -> None:
    assert read_identity(kept(tmp_path / "a.json", service(), 0o644)).is_exposed
    assert read_identity(kept(tmp_path / "b.json", service(), 0o640)).is_exposed
    assert not read_identity(kept(tmp_path / "c.json", service(), 0o600)).is_exposed


def test_an_identity_shows_no_secret(tmp_path: Path) -> None:
    shown = repr(read_identity(kept(tmp_path / "a.json", user(account="me@p"))))
    assert "me@p" in shown
    assert "hush" not in shown
    assert "1//r" not in shown


@posix
def test_a_sign_in_is_kept_for_its_user_alone_and_without_its_token(tmp_path: Path) -> None:
    path = sign_in_path({"HOME": str(tmp_path)})
    before = os.umask(0)
    try:
        keep_sign_in(
            json.dumps({**user(), "token": "ya29.now", "type": "other"} | {"type": "authorized_user"}), path
        )
        keep_sign_in(
            json.dumps({"client_id": "c", "client_secret": "s", "refresh_token": "2", "token": "t"}), path
        )
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text()) == {
        "type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "2",
    }  # fmt: skip
    assert list(path.parent.iterdir()) == [path]
    assert isinstance(read_identity(path).credentials, UserCredentials)


def test_signing_in_keeps_what_google_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def flow(client: Any, scopes: Any) -> Any:
        seen.append((client, scopes))
        return UserCredentials.from_authorized_user_info(user())  # type: ignore[no-untyped-call]

    monkeypatch.setattr("gspread.auth.local_server_flow", flow)
    client = kept(tmp_path / "client.json", {"installed": {"client_id": "c"}})
    identity = sign_in(client, tmp_path / "kept" / "google.json")
    assert identity.path == tmp_path / "kept" / "google.json"
    assert seen[0][0] == {"installed": {"client_id": "c"}}
    assert not any(scope.endswith("/drive") for scope in seen[0][1])


def test_what_is_no_oauth_client_is_told(tmp_path: Path) -> None:
    with pytest.raises(SignInFailed, match="no OAuth client"):
        sign_in(kept(tmp_path / "client.json", "{"), tmp_path / "kept.json")
    with pytest.raises(SignInFailed, match="no OAuth client"):
        sign_in(kept(tmp_path / "client.json", service()), tmp_path / "kept.json")
