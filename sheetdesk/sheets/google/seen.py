"""Which version of a spreadsheet was read last: kept in a file, so that a quiet sheet is not read again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

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
        try:
            found = json.loads(self._path.read_text("utf-8"))
            version, revision, at = str(found["version"]), str(found["revision"]), float(found["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return "", ""
        return (version, revision) if 0 <= self._clock() - at < LONGEST_S else ("", "")

    def save(self, version: str, revision: str) -> None:
        """Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_text(
            self._path, json.dumps({"version": version, "revision": revision, "at": round(self._clock())})
        )
