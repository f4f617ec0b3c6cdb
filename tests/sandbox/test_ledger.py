"""The ledger of evidence: complete, and honest about what recordings show."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from sheetdesk.sandbox.ledger import LEDGER, Evidence
from sheetdesk.sandbox.requests import HANDLERS
from sheetdesk.sandbox.schema import document
from tests.conftest import shared_folder
from tests.sandbox.replay import recordings

ARCHIVE = shared_folder() / "data" / "sheets-api" / "recorded-exchanges.tar.xz"


def test_every_kind_says_what_it_rests_on() -> None:
    assert set(LEDGER) == set(HANDLERS)
    tally = Counter(entry.evidence for entry in LEDGER.values())
    print(f"\n{len(LEDGER)} kinds of request: " + ", ".join(f"{n} {e.value}" for e, n in tally.items()))


def test_only_kinds_that_google_has_are_handled() -> None:
    found = document("sheets")
    if found is None:
        pytest.skip("google-api-python-client is not installed")
    known = set(found.schemas["Request"]["properties"])
    assert set(HANDLERS) <= known
    print(f"\n{len(HANDLERS)} of {len(known)} kinds; refused: {', '.join(sorted(known - set(HANDLERS)))}")


@pytest.mark.shared_data
def test_what_is_called_recorded_was_recorded() -> None:
    if not ARCHIVE.exists():
        pytest.skip(f"the shared recordings are not at {ARCHIVE}")
    seen = {
        kind
        for exchanges in recordings(ARCHIVE).values()
        for exchange in exchanges
        if exchange["request"]["uri"].endswith(":batchUpdate") and "/values" not in exchange["request"]["uri"]
        for request in json.loads(exchange["request"]["body"])["requests"]
        for kind in request
    }
    recorded = {kind for kind, entry in LEDGER.items() if entry.evidence is Evidence.RECORDED}
    assert recorded == seen
