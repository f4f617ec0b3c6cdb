"""Who sheetdesk is to Google: a key file that somebody names, else a sign-in, else what gcloud left.

Only files are looked at. Asking a cloud machine's metadata server would hang where there is none.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceCredentials

from sheetdesk.errors import Cause, CredentialsMissing, CredentialsUnreadable, SignInFailed

__all__ = ["SIGN_IN_SCOPES", "Identity", "find_identity", "keep_sign_in", "sign_in", "sign_in_path"]

VARIABLE = "SHEETDESK_GOOGLE_CREDENTIALS"
GOOGLES_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
API = "https://www.googleapis.com/auth/"
SERVICE_SCOPES = (API + "spreadsheets", API + "drive")
"""A service account sees of Drive only what is shared with it."""

SIGN_IN_SCOPES = (API + "spreadsheets", API + "drive.file", API + "drive.metadata.readonly")
"""Of a person's Drive: what sheetdesk made, and of the rest no more than names and versions."""

KINDS = {"service_account": "private_key", "authorized_user": "refresh_token"}


@dataclass(frozen=True)
class Identity:
    """Credentials and the file they are from. `is_exposed`: other users of this machine can read it."""

    path: Path
    account: str
    is_exposed: bool
    credentials: Credentials = field(repr=False)


def find_identity(environment: Mapping[str, str], named: Path | None = None) -> Identity:
    """The first of: the file `named`, SHEETDESK_GOOGLE_CREDENTIALS, a sign-in that was kept, Google's own
    GOOGLE_APPLICATION_CREDENTIALS, gcloud's sign-in. One that is named has to be there.

    Raises CredentialsMissing, CredentialsUnreadable.
    """
    if named is not None:
        return read_identity(named)
    if environment.get(VARIABLE):
        return read_identity(Path(environment[VARIABLE]).expanduser())
    kept = sign_in_path(environment)
    if kept.exists():
        return read_identity(kept)
    if environment.get(GOOGLES_VARIABLE):
        return read_identity(Path(environment[GOOGLES_VARIABLE]).expanduser())
    left = _gcloud(environment)
    if left.exists():
        return read_identity(left)
    raise CredentialsMissing


def read_identity(path: Path) -> Identity:
    """The credentials in a file. Raises CredentialsUnreadable, which repeats nothing of what is in it."""
    reason = None
    try:
        facts = json.loads(path.read_text("utf-8"))
        mode = path.stat().st_mode
    except FileNotFoundError:
        reason = Cause("there is no such file", "没有该文件")
    except OSError as error:
        told = (error.strerror or "").lower()
        reason = Cause.quoted(told) if told else Cause("it cannot be read", "无法读取")
    except ValueError:
        reason = Cause("it is not JSON", "它不是 JSON")
    if reason is not None:
        raise CredentialsUnreadable(path=path, reason=reason)
    credentials = _made(path, facts)
    account = str(facts.get("client_email") or facts.get("account") or "")
    is_exposed = os.name == "posix" and bool(mode & (stat.S_IRGRP | stat.S_IROTH))
    return Identity(path, account, is_exposed, credentials)


def sign_in_path(environment: Mapping[str, str]) -> Path:
    """Where a person's sign-in is kept, in the user's own folder for settings."""
    return _settings(environment) / "sheetdesk" / "google.json"


def sign_in(client_file: Path, path: Path) -> Identity:
    """Let a person sign in with the browser of this machine, and keep what Google answers at `path`.

    `client_file` is the OAuth client ("Desktop app") of a Google Cloud project. Raises SignInFailed, OSError.
    """
    import requests
    from gspread.auth import local_server_flow
    from oauthlib.oauth2 import OAuth2Error

    try:
        client = json.loads(client_file.read_text("utf-8"))
        found = local_server_flow(client, SIGN_IN_SCOPES)
    except ValueError:
        reason = Cause("it is no OAuth client of a desktop app", "它不是桌面应用的 OAuth 客户端")
    except OAuth2Error:
        # Its own words may hold what was sent.
        reason = Cause("Google did not allow it", "Google 未允许")
    except requests.RequestException:
        reason = Cause("Google could not be reached", "无法连接 Google")
    else:
        keep_sign_in(found.to_json(), path)  # type: ignore[no-untyped-call]
        return read_identity(path)
    raise SignInFailed(path=client_file, reason=reason)


def keep_sign_in(text: str, path: Path) -> None:
    """Write a sign-in, as `to_json` of google-auth has it, so that its user alone can read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = {"type": "authorized_user", **json.loads(text)}
    # An access token is good for an hour; kept, it would only be one more thing to lose.
    facts.pop("token", None)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(facts, file)
    beside.replace(path)


def _made(path: Path, facts: Any) -> Credentials:
    kind = facts.get("type") if isinstance(facts, dict) else None
    if isinstance(facts, dict) and "installed" in facts:
        reason = Cause("it is an OAuth client, which is nobody's key", "它是 OAuth 客户端，不是任何人的密钥")
    elif kind not in KINDS:
        reason = Cause(
            "it is neither a service account's key nor a sign-in", "它既不是服务帐号的密钥，也不是登录凭据"
        )
    elif not facts.get(KINDS[kind]):
        reason = Cause(f"it has no {KINDS[kind]}", f"其中没有 {KINDS[kind]}")
    else:
        made = _read(kind, facts)
        if made is not None:
            return made
        reason = Cause("its contents are not whole", "内容不完整")
    raise CredentialsUnreadable(path=path, reason=reason)


def _read(kind: str, facts: Mapping[str, Any]) -> Credentials | None:
    scopes: Sequence[str] = SERVICE_SCOPES
    made: Credentials
    try:
        if kind == "service_account":
            made = ServiceCredentials.from_service_account_info(facts, scopes=scopes)  # type: ignore[no-untyped-call]
        else:
            made = UserCredentials.from_authorized_user_info(facts)  # type: ignore[no-untyped-call]
    except (GoogleAuthError, ValueError, TypeError):
        return None
    return made


def _settings(environment: Mapping[str, str]) -> Path:
    if os.name == "nt" and environment.get("APPDATA"):
        return Path(environment["APPDATA"])
    named = environment.get("XDG_CONFIG_HOME", "")
    return Path(named) if Path(named).is_absolute() else _home(environment) / ".config"


def _gcloud(environment: Mapping[str, str]) -> Path:
    named = environment.get("CLOUDSDK_CONFIG")
    windows = environment.get("APPDATA") if os.name == "nt" else None
    folder = Path(named) if named else Path(windows or _home(environment) / ".config") / "gcloud"
    return folder / "application_default_credentials.json"


def _home(environment: Mapping[str, str]) -> Path:
    return Path(environment["HOME"]) if environment.get("HOME") else Path.home()
