"""LibreOffice as a judge: what it makes of a workbook that it recalculates, refreshes or saves again.

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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

__all__ = [
    "OfficeCell",
    "OfficePivot",
    "Question",
    "Resave",
    "needs_libreoffice",
    "pages_of",
    "pivots_of",
    "recalculate",
    "recalculate_each",
    "refresh_pivots",
    "save_each",
    "to_pdf",
]

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


@dataclass(frozen=True)
class Question:
    """What a workbook's `ranges` (by tab) show once the cells of `edits` (by tab) are typed in.

    None empties a cell; dates are day numbers; what starts with `=` is a formula in LibreOffice's own
    spelling (`;` between arguments, `$'Tab'.$A$1`).
    """

    path: Path
    ranges: Mapping[str, Sequence[str]]
    edits: Mapping[str, Mapping[str, str | float | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Resave:
    """A workbook that is opened and saved again at `to`: first the rows of `delete` go (by tab, counted from
    1), then the cells of `edits` are typed in, as in a Question.
    """

    path: Path
    to: Path
    edits: Mapping[str, Mapping[str, str | float | None]] = field(default_factory=dict)
    delete: Mapping[str, Sequence[int]] = field(default_factory=dict)


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
    return recalculate_each([Question(path, ranges)], limit_s=limit_s)[0]


def recalculate_each(
    questions: Sequence[Question], zone: str = "", limit_s: float = LIMIT_S
) -> list[dict[str, dict[str, list[list[OfficeCell]]]]]:
    """The answers of `recalculate` to several questions by one office, whose clock is in `zone`."""
    orders = [
        {
            "do": "recalculate",
            "path": str(question.path),
            "ranges": {tab: list(ranges) for tab, ranges in question.ranges.items()},
            "edits": {tab: dict(cells) for tab, cells in question.edits.items()},
        }
        for question in questions
    ]
    return _ask(orders, limit_s, {"TZ": zone} if zone else {})


def refresh_pivots(path: Path, limit_s: float = LIMIT_S) -> dict[str, OfficePivot]:
    """Every pivot by its name, worked out anew from its source."""
    return pivots_of([path], limit_s=limit_s)[0]


def pivots_of(
    paths: Sequence[Path], zone: str = "", limit_s: float = LIMIT_S
) -> list[dict[str, OfficePivot]]:
    """The answers of `refresh_pivots` for several workbooks by one office, whose clock is in `zone`."""
    orders = [{"do": "refresh_pivots", "path": str(path)} for path in paths]
    answers = _ask(orders, limit_s, {"TZ": zone} if zone else {})
    books = [
        [OfficePivot(**{**found, "source": tuple(found["source"])}) for found in answer] for answer in answers
    ]
    return [{pivot.name: pivot for pivot in pivots} for pivots in books]


def to_pdf(path: Path, target: Path, limit_s: float = LIMIT_S) -> Path:
    """The workbook as pages, written to `target`."""
    return pages_of({path: target}, limit_s)[0]


def pages_of(targets: Mapping[Path, Path], limit_s: float = LIMIT_S) -> list[Path]:
    """The answers of `to_pdf` for several workbooks by one office."""
    _ask([{"do": "pdf", "path": str(path), "to": str(to)} for path, to in targets.items()], limit_s)
    return list(targets.values())


def save_each(saves: Sequence[Resave], limit_s: float = LIMIT_S) -> None:
    """Save several workbooks again, by one office."""
    orders = [
        {
            "do": "save",
            "path": str(save.path),
            "to": str(save.to),
            "edits": {tab: dict(cells) for tab, cells in save.edits.items()},
            "delete": {tab: list(rows) for tab, rows in save.delete.items()},
        }
        for save in saves
    ]
    _ask(orders, limit_s)


def _ask(orders: Sequence[dict[str, Any]], limit_s: float, environment: Mapping[str, str] = {}) -> list[Any]:
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
            env={**_clean_environment(), "TMPDIR": folder, "HOME": folder, **environment},
            start_new_session=True,
        ) as process,
    ):
        try:
            # LibreOffice locks what it opens, and refuses what another office has open.
            lines = []
            for number, order in enumerate(orders):
                own = Path(folder) / str(number)
                own.mkdir()
                lines.append(json.dumps({**order, "path": str(shutil.copy(order["path"], own))}) + "\n")
            output, errors = process.communicate("".join(lines), timeout=limit_s)
        finally:
            _kill_group(process)
    answers = [json.loads(line) for line in output.splitlines()]
    for order, answer in zip(orders, answers, strict=False):
        if "error" in answer:
            raise RuntimeError(f"LibreOffice refused {order}: {answer['error']}")
    if len(answers) < len(orders):
        raise RuntimeError(f"LibreOffice gave no answer to {orders[len(answers)]}: {errors[-2000:]}")
    return [answer["ok"] for answer in answers]


def _clean_environment() -> dict[str, str]:
    """Ours, without what would point the system's Python at another one's modules."""
    return {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}


def _kill_group(process: subprocess.Popen[str]) -> None:
    # Nobody is left in the group when the office ended by itself.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
