"""`sheetdesk sign-in` lets a person sign in, and keeps that where a sync looks; `--forget` takes it back."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from oauthlib.oauth2 import AccessDeniedError

from sheetdesk.sheets.google.credentials import find_identity
from tests.cli.conftest import Shell

ANSWER = {
    "client_id": "c",
    "client_secret": "s",
    "refresh_token": "kept-by-nobody",
    "type": "authorized_user",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SHEETDESK_GOOGLE_CREDENTIALS", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    def flow(client: Any, scopes: Any) -> Any:
        print("Please visit this URL")
        if client == {"installed": {"client_id": "denied"}}:
            raise AccessDeniedError("what was sent")
        return Credentials.from_authorized_user_info(ANSWER)  # type: ignore[no-untyped-call]

    monkeypatch.setattr("gspread.auth.local_server_flow", flow)
    (tmp_path / "client.json").write_text('{"installed": {"client_id": "c"}}')
    return tmp_path


def test_a_person_signs_in_and_is_found_by_the_next_sync(sheetdesk: Shell, home: Path) -> None:
    kept = home / ".config" / "sheetdesk" / "google.json"
    said = sheetdesk("sign-in", home / "client.json", lang="en")
    assert (said.code, said.out) == (0, f"Signed in. Kept for this user alone: {kept}.\n")
    assert said.err == "Please visit this URL\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert find_identity({"HOME": str(home)}).path == kept
    said = sheetdesk("sign-in", home / "client.json", "--json")
    assert json.loads(said.out) == {"kept": str(kept), "account": ""}
    assert ANSWER["refresh_token"] not in said.out + said.err


def test_a_sign_in_is_forgotten_once(sheetdesk: Shell, home: Path) -> None:
    kept = home / ".config" / "sheetdesk" / "google.json"
    sheetdesk("sign-in", home / "client.json")
    said = sheetdesk("sign-in", "--forget", lang="zh")
    assert (said.code, kept.exists()) == (0, False)
    assert said.out.startswith(f"已删除 {kept}。")
    assert json.loads(sheetdesk("sign-in", "--forget", "--json").out) == {
        "kept": str(kept),
        "forgotten": False,
    }


def test_what_is_no_client_is_refused_and_what_was_kept_stays(sheetdesk: Shell, home: Path) -> None:
    sheetdesk("sign-in", home / "client.json")
    kept = (home / ".config" / "sheetdesk" / "google.json").read_bytes()
    (home / "other.json").write_text("{")
    (home / "denied.json").write_text('{"installed": {"client_id": "denied"}}')
    for name, reason in (("other", "it is no OAuth client"), ("denied", "Google did not allow it")):
        said = sheetdesk("sign-in", home / f"{name}.json", lang="en")
        assert said.code == 2
        assert f"{name}.json: {reason}" in said.err
        assert "what was sent" not in said.err
    assert sheetdesk("sign-in", home / "gone.json").code == 3
    assert sheetdesk("sign-in").code == sheetdesk("sign-in", home / "client.json", "--forget").code == 2
    assert (home / ".config" / "sheetdesk" / "google.json").read_bytes() == kept
