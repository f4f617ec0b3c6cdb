"""What every test shares: where the shared files are, and that a full check skips nothing it could run."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.disks import no_waiting_for_disks

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")

# The processes that tests start would each compile all of sheetdesk anew, which takes a second.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

no_waiting_for_disks()


LONGEST_FIRST = (
    "storm/test_storm.py",
    "sheets/xlsx/test_patch_shared.py",
    "plan/test_draw_any_desk.py",
    "plan/test_draw_dashboard.py",
    "plan/test_draw_pivots.py",
    "test_examples.py",
    "test_pictures.py",
    "intake/test_history.py",
    "clock/test_oracle.py",
    "store/test_kill.py",
)
"""Files with tests of many seconds each: begun last, one of them would keep a single worker busy."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests; within a file, and among the others, the order stays."""
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Afterwards rubbish is looked for only among what tests make, and less often.

    What is imported and collected stays to the end: to look through it takes a twelfth of the time of a run.
    """
    gc.disable()
    done = yield
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    gc.enable()
    return done


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With SHEETDESK_FULL set, a test that was skipped for want of a program fails the run.

    What cannot be installed is excused: the shared files, a checkout of gspread, Google's samples, an
    account at Google, and not being root.
    """
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("SHEETDESK_FULL") or reporter is None:
        return
    shared_is_here = shared_folder().is_dir()
    for report in reporter.stats.get("skipped", []):
        reason = str(report.longrepr)
        # Root cannot be kept out of a folder, whatever is installed.
        excused = (
            "root may write everywhere" in reason
            or ("shared" in reason and not shared_is_here)
            # The package index has gspread without its tests.
            or "SHEETDESK_GSPREAD_CHECKOUT" in reason
            # Google's pages are not ours to copy.
            or "SHEETDESK_OFFICIAL_SAMPLES" in reason
            or "SHEETDESK_LIVE_CREDENTIALS" in reason
        )
        if not excused:
            reporter.write_line(f"not run in a full check: {report.nodeid}: {reason}", red=True)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def shared_folder() -> Path:
    """The folder of shared tickets and workbooks, which may not be there."""
    named = os.environ.get("SHEETDESK_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
