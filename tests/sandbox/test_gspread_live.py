"""gspread's own tests, unchanged, live over HTTP against the sandbox."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sheetdesk.sandbox.book import new_spreadsheet
from sheetdesk.sandbox.front import Front
from sheetdesk.sandbox.server import Server

CHECKOUT = os.environ.get("SHEETDESK_GSPREAD_CHECKOUT")
PASSING = 151
"""How many of the suite's tests pass."""

PRIVATE = "1jIKzPs8LsiZZdLdeMEP-5ZIHw6RkjiOmj1LrJN706Yc"
"""A spreadsheet of somebody else, which the suite expects to be kept out of."""


@pytest.mark.skipif(not CHECKOUT, reason="SHEETDESK_GSPREAD_CHECKOUT names no checkout of gspread")
def test_gspreads_own_suite_passes_against_the_sandbox(tmp_path: Path) -> None:
    front = Front(seed=1)
    front.sandbox.drive.add(new_spreadsheet(PRIVATE, "private"), "somebody@elsewhere.org")
    server = Server(front)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    report = tmp_path / "report.xml"
    # Alone in its folder: beside it lie packages with the names of others.
    plugin = tmp_path / "plugin"
    plugin.mkdir()
    shutil.copy(Path(__file__).with_name("gspread_live.py"), plugin)
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "gspread_live",
             "-p", "no:cacheprovider", "-p", "no:xdist", f"--junitxml={report}", "tests"],
            cwd=str(CHECKOUT), capture_output=True, text=True, check=False, timeout=300,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(plugin)]),
                 "SHEETDESK_SANDBOX_ADDRESS": server.address, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert report.exists(), run.stdout + run.stderr
    (suite,) = ElementTree.parse(report).getroot().iter("testsuite")
    count = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    bad = {
        f"{case.get('classname')}.{case.get('name')}"
        for case in suite.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    }
    passed = count["tests"] - len(bad) - count["skipped"]
    print(f"gspread: {passed} passed, {len(bad)} failed, {count['skipped']} skipped")
    assert passed >= PASSING, "\n".join([*sorted(bad), run.stdout[-20_000:]])
