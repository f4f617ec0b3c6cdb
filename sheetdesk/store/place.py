"""Where a desk's store is, as a path or a URL: the desk file's `store:`, or SHEETDESK_STORE over it.

`${NAME}` stands for an environment variable, so that no password needs to stand in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from sheetdesk.errors import StoreAddressInvalid, StoreVariableUnset

__all__ = ["STORE_FILE", "database_url", "find_store", "shown_address"]

STORE_FILE = "desk.db"
VARIABLE = "SHEETDESK_STORE"

NAMED = re.compile(r"\$\{(\w+)\}")
DESK = re.compile(r"[a-z][a-z0-9_]{0,50}")


def find_store(setting: str, folder: Path, environ: Mapping[str, str]) -> Path | str:
    """The store's file, or its URL; a path counts from the desk file's `folder`.

    Raises StoreVariableUnset.
    """
    text = environ.get(VARIABLE) or setting
    if not text:
        return folder / STORE_FILE
    is_url = "://" in text

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in environ:
            raise StoreVariableUnset(name=name)
        # A password may hold what would end it in a URL; a whole URL in a variable stays as it is.
        return quote(environ[name], safe="") if is_url else environ[name]

    text = NAMED.sub(value, text)
    return text if "://" in text else folder / Path(text).expanduser()


def database_url(address: str) -> tuple[sa.URL, str]:
    """The URL for the driver, and the PostgreSQL schema that holds the desk. Raises StoreAddressInvalid."""
    invalid = StoreAddressInvalid(address=shown_address(address))
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        # The parser's own words repeat the address, password and all.
        raise invalid from None
    desk = url.query.get("desk", "")
    known = ("postgresql", "postgres", "postgresql+psycopg")
    if url.drivername not in known or not isinstance(desk, str) or not DESK.fullmatch(desk):
        raise invalid
    password = url.query.get("password")
    if isinstance(password, str):
        url = url.set(password=password)
    url = url.difference_update_query(["desk", "password"]).set(drivername="postgresql+psycopg")
    return url, f"sheetdesk_{desk}"


def shown_address(address: str) -> str:
    """An address as errors show it: nothing of user, password or settings but the desk's name."""
    head, _, query = address.partition("?")
    desk = [part for part in query.split("&") if part.startswith("desk=")]
    # Greedy: a password that was not quoted may hold an @ itself.
    head = re.sub(r"://.*@", "://…@", head, flags=re.DOTALL)
    if "@" in query:
        # A question mark inside a password cut the address in the wrong place.
        head, desk = f"{head.partition('://')[0]}://…", []
    return "?".join([head, *desk[:1]])
