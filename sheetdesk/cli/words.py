"""In which language the command line speaks, and how it prints."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

import click

from sheetdesk.locales.locale import Locale, load_locale, locales, width

__all__ = ["aligned", "echo_json", "machine_zone", "say", "speak", "spoken", "spoken_locale"]

_spoken = ""


def spoken_locale() -> str:
    """The desk's language once a desk is read; before that SHEETDESK_LANG or the environment's."""
    if _spoken:
        return _spoken
    for name in ("SHEETDESK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(name, "").replace("_", "-").split("-")[0].split(".")[0].lower()
        if code:
            return code if code in locales() else "en"
    return "en"


def speak(locale: Locale) -> None:
    """From here on speak the desk's language, unless SHEETDESK_LANG says otherwise."""
    global _spoken  # noqa: PLW0603
    if not os.environ.get("SHEETDESK_LANG"):
        _spoken = locale.code


def say(key: str, /, **facts: object) -> None:
    """One line of the command line's own words."""
    click.echo(spoken(key, **facts))


def spoken(key: str, /, **facts: object) -> str:
    """The command line's own words."""
    return load_locale(spoken_locale()).text(f"cli.{key}", **facts)


def echo_json(value: Any) -> None:
    """One JSON document for scripts."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def machine_zone() -> str:
    """The time zone of this machine by its name, UTC where it has none."""
    zone = os.environ.get("TZ", "").lstrip(":")
    link = os.path.realpath("/etc/localtime")
    if not zone and "zoneinfo/" in link:
        zone = link.split("zoneinfo/", maxsplit=1)[1]
    return zone if zone in available_timezones() else "UTC"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with aligned columns; East Asian characters count two."""
    count = max((len(row) for row in rows), default=0)
    widths = [max((width(row[i]) for row in rows if i < len(row)), default=0) for i in range(count)]
    lines = []
    for row in rows:
        cells = [cell + " " * (widths[i] - width(cell)) for i, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return lines
