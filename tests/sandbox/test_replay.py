"""Recorded traffic: the sandbox answers every recorded request as Google did, named exceptions aside."""

from __future__ import annotations

import pytest

from sheetdesk.sandbox.schema import document
from tests.conftest import shared_folder
from tests.sandbox.replay import Difference, Player, recordings

ARCHIVE = shared_folder() / "data" / "sheets-api" / "recorded-exchanges.tar.xz"

ALLOWED = {
    ("WorksheetTest.test_auto_resize_columns", "pixelSize"): "widths depend on the fonts of a browser",
    ("ClientTest.test_import_csv", "upload"): "Drive v2 tells more about a file than is kept here",
}
"""Every difference there may be, with its reason."""


def reason(found: Difference, uri: str) -> str:
    """What kind of difference it is, in the words of ALLOWED; the place where it is none of them."""
    if "/upload/drive/v2/" in uri:
        return "upload"
    return "pixelSize" if found.place.endswith(".pixelSize") else found.place


@pytest.mark.shared_data
def test_every_recorded_request_is_answered_as_google_did() -> None:
    if not ARCHIVE.exists():
        pytest.skip(f"the shared recordings are not at {ARCHIVE}")
    if document("sheets") is None:
        pytest.skip("google-api-python-client is not installed")
    exchanges = 0
    differing: set[tuple[str, int]] = set()
    unexplained: list[str] = []
    seen: set[tuple[str, str]] = set()
    for name, recorded in recordings(ARCHIVE).items():
        exchanges += len(recorded)
        for found in Player(name).play(recorded):
            kind = (name, reason(found, recorded[found.exchange]["request"]["uri"]))
            differing.add((name, found.exchange))
            seen.add(kind)
            if kind not in ALLOWED:
                unexplained.append(str(found))
    print(f"\n{exchanges} recorded exchanges: {exchanges - len(differing)} equal, {len(differing)} differ by")
    for (recording, what), why in ALLOWED.items():
        print(f"  {recording}, {what}: {why}")
    assert unexplained == []
    assert exchanges >= 1488
    # An exception that no recording needs any more is no exception.
    assert seen == set(ALLOWED)
