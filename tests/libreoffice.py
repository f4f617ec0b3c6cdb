"""LibreOffice as a judge: what it makes of a workbook when it recalculates it or refreshes its pivots.

Each call starts an office of its own, with its own profile and pipe, so that calls may run side by
side, and takes the whole process group down when it ends or when its time is over. Tests that call
it carry `@needs_libreoffice`.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

__all__ = ["OfficeCell", "OfficePivot", "needs_libreoffice", "recalculate", "refresh_pivots", "to_pdf"]

PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("uno_script.py")
LIMIT_S = 240.0

OfficeCell = None | str | float | dict[str, int]
"""What a cell shows; `{"error": number}` for a formula that failed."""


@dataclass(frozen=True)
class OfficePivot:
    """A pivot after its refresh: `range` such as A3:D9 on `tab`, its cells row by row.

    `source` is (first row, first column, last row, last column), counted from 0.
    """

    name: str
    tab: str
    range: str
    source: tuple[int, int, int, int]
    cells: list[list[OfficeCell]]


@functools.cache
def _missing() -> str:
    """What to install, or nothing."""
    if shutil.which("soffice") is None:
        return "no soffice on PATH: apt install libreoffice-calc python3-uno"
    if not Path(PYTHON).exists():
        return f"no {PYTHON}: apt install python3 python3-uno"
    found = subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False, timeout=60)
    return f"{PYTHON} cannot import uno: apt install python3-uno" if found.returncode else ""


def needs_libreoffice(test: Any) -> Any:
    """Mark a test that calls this module; it is skipped, saying what to install, where it cannot."""
    skip = pytest.mark.skipif(bool(_missing()), reason=_missing() or "LibreOffice is there")
    return pytest.mark.libreoffice(skip(test))


def recalculate(
    path: Path, ranges: Mapping[str, Sequence[str]], limit_s: float = LIMIT_S
) -> dict[str, dict[str, list[list[OfficeCell]]]]:
    """The cells of each tab's ranges (`"A1:B2"`, or a defined name), after recalculating everything."""
    order = {"do": "recalculate", "path": str(path), "ranges": {t: list(r) for t, r in ranges.items()}}
    answer: dict[str, dict[str, list[list[OfficeCell]]]] = _ask(order, limit_s)
    return answer


def refresh_pivots(path: Path, limit_s: float = LIMIT_S) -> dict[str, OfficePivot]:
    """Every pivot by its name, worked out anew from its source."""
    answer = _ask({"do": "refresh_pivots", "path": str(path)}, limit_s)
    pivots = [OfficePivot(**{**found, "source": tuple(found["source"])}) for found in answer]
    return {pivot.name: pivot for pivot in pivots}


def to_pdf(path: Path, target: Path, limit_s: float = LIMIT_S) -> Path:
    """The workbook as pages, written to `target`."""
    _ask({"do": "pdf", "path": str(path), "to": str(target)}, limit_s)
    return target


def _ask(order: dict[str, Any], limit_s: float) -> Any:
    soffice = shutil.which("soffice")
    if soffice is None:
        raise FileNotFoundError(_missing())
    # A short folder: a pipe's name may not be longer than a socket's path.
    with (
        tempfile.TemporaryDirectory(prefix="office", ignore_cleanup_errors=True) as folder,
        subprocess.Popen(
            [PYTHON, str(SCRIPT), soffice, str(Path(folder) / "profile")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**_clean_environment(), "TMPDIR": folder, "HOME": folder},
            start_new_session=True,
        ) as process,
    ):
        try:
            # LibreOffice locks what it opens, and refuses what another office has open.
            copied = shutil.copy(order["path"], folder)
            sent = json.dumps({**order, "path": str(copied)})
            output, errors = process.communicate(sent + "\n", timeout=limit_s)
        finally:
            _kill_group(process)
    if not output:
        raise RuntimeError(f"LibreOffice gave no answer to {order}: {errors[-2000:]}")
    answer = json.loads(output.splitlines()[0])
    if "error" in answer:
        raise RuntimeError(f"LibreOffice refused {order}: {answer['error']}")
    return answer["ok"]


def _clean_environment() -> dict[str, str]:
    """Ours, without what would point the system's Python at another one's modules."""
    return {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}


def _kill_group(process: subprocess.Popen[str]) -> None:
    # Nobody is left in the group when the office ended by itself.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
