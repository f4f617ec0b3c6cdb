"""The ten probes, run against Google itself with somebody's account, or against a sandbox's server.

Nothing is sent anywhere unless the environment says where: SHEETDESK_LIVE_CREDENTIALS names a key file (or
SHEETDESK_GOOGLE_SANDBOX a sandbox on this machine), SHEETDESK_LIVE_SHEET a spreadsheet to add two tabs
to for as long as it takes. Without one, a spreadsheet is made and deleted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetdesk.locales.locale import load_locale
from sheetdesk.sheets.google.bench import Bench, set_up, tear_down
from sheetdesk.sheets.google.buckets import Buckets
from sheetdesk.sheets.google.opening import open_google
from sheetdesk.sheets.google.probes import PROBES, Finding, run_probes

CREDENTIALS = os.environ.get("SHEETDESK_LIVE_CREDENTIALS")
SANDBOX = os.environ.get("SHEETDESK_GOOGLE_SANDBOX")
SHEET = os.environ.get("SHEETDESK_LIVE_SHEET")
ROUNDS = 5
"""How often two programs race; `sheetdesk probe --rounds` takes longer."""

HASTY_S = 0.5

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(
        not CREDENTIALS and not SANDBOX,
        reason="SHEETDESK_LIVE_CREDENTIALS names no key file of an account to try Google with",
    ),
]


@pytest.fixture
def bench() -> Iterator[Bench]:
    named = Path(CREDENTIALS) if CREDENTIALS else None
    buckets = Buckets()
    google, other = (open_google(os.environ, named=named, buckets=buckets) for _ in range(2))
    hasty = open_google(os.environ, named=named, buckets=buckets, deadline_s=HASTY_S)
    sheet = SHEET or google.create("sheetdesk live test", "en_US", "Etc/UTC")
    try:
        set_up(google, sheet)
        yield Bench(google, other, hasty, sheet, ROUNDS)
    finally:
        tear_down(google, sheet) if SHEET else google.delete(sheet)


def test_google_does_what_a_sync_relies_on(bench: Bench) -> None:
    found = []
    for finding in run_probes(bench, frozenset(PROBES)):
        print(told(finding))
        found.append(finding)
    assert len(found) == len(PROBES)
    assert [told(finding) for finding in found if finding.holds is False] == []


def told(finding: Finding) -> str:
    """What was asked, what came of it, and what of it only a person can judge."""
    title = load_locale("en").text(f"cli.probe_title_{finding.number}")
    verdict = {True: "holds", False: "differs", None: "to be judged"}[finding.holds]
    by_hand = f"; by hand: {', '.join(finding.by_hand)}" if finding.by_hand else ""
    return f"{finding.number:>2} {verdict}: {title}: {json.dumps(finding.seen, ensure_ascii=False)}{by_hand}"
