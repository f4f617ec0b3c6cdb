"""A scheduled sync from Python: one line a sheet, and an exit code as `sheetdesk sync` has it.

    python examples/sync_by_library.py desk

Credentials come from the environment, as for the command. Nothing that tickets say is printed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import sheetdesk
from sheetdesk.flows import send_notices


def sync_once(place: Path, wait_s: float = 60.0) -> int:
    """Sync every sheet of the desk, run its rules, tell people; the exit code. Raises SheetdeskError."""
    started = time.monotonic()
    with sheetdesk.open_desk(place) as opened:
        synced = sheetdesk.sync(opened, now=datetime.now(UTC), wait_s=wait_s)
        sent = send_notices(opened, now=datetime.now(UTC), environment=os.environ)
    for sheet in synced.sheets:
        counts = " ".join(f"{name}={count}" for name, count in sheet.counts.items())
        print(f"{sheet.key}: {sheet.state} {counts}")
        if sheet.error is not None:
            print(f"{type(sheet.error).__name__}: {sheet.error}", file=sys.stderr)
    for error in sent.errors:
        print(error, file=sys.stderr)
    print(f"{time.monotonic() - started:.1f} s")
    return 3 if sent.errors else synced.exit_code


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("place", type=Path, help="the desk's folder")
    parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for another sync")
    given = parser.parse_args()
    try:
        sys.exit(sync_once(given.place, given.wait))
    except sheetdesk.SheetdeskError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
