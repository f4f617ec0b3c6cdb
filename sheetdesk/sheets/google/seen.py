"""Which version of a spreadsheet was read last, and which write hit what it was meant for: kept in a file,
so that a quiet sheet is not read again, nor such a write looked at twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sheetdesk.whole_file import write_text

__all__ = ["SeenFile"]

LONGEST_S = 3600.0
"""After so long the sheet is read whatever Drive says of its version."""


class SeenFile:
    """A small file beside the desk. One that is gone, spoilt or old means: read the sheet.

    `clock` gives seconds since 1970.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock

    def load(self) -> tuple[str, str]:
        """The version at Google and the revision that it was read as; empty ones where nothing is known."""
        found = self._facts()
        try:
            version, revision, at = str(found["version"]), str(found["revision"]), float(found["at"])
        except (ValueError, KeyError, TypeError):
            return "", ""
        return (version, revision) if 0 <= self._clock() - at < LONGEST_S else ("", "")

    def save(self, version: str, revision: str) -> None:
        """Raises OSError."""
        self._keep({"version": version, "revision": revision, "at": round(self._clock())})

    def right(self) -> str:
        """The turn of the last write that hit what it was meant for; "" where none is known."""
        turn = self._facts().get("right")
        return turn if isinstance(turn, str) else ""

    def save_right(self, turn: str) -> None:
        """Raises OSError."""
        self._keep({"right": turn})

    def _facts(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _keep(self, facts: dict[str, Any]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_text(self._path, json.dumps({**self._facts(), **facts}))
