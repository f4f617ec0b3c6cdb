"""Random requests of every kind: each is answered, refused or not emulated, and nothing ever breaks."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from sheetdesk.sandbox.requests import HANDLERS
from sheetdesk.sandbox.schema import document
from tests.sandbox.requests.random_requests import SIDE, Requests
from tests.sandbox.world import World

ROUNDS = 900
SIZE = {
    "updateSheetProperties": {
        "properties": {"gridProperties": {"rowCount": SIDE, "columnCount": SIDE}},
        "fields": "gridProperties(rowCount,columnCount)",
    }
}


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_fits_the_schema_is_answered_and_a_refusal_changes_nothing(seed: int) -> None:
    schema = document("sheets")
    if schema is None:
        pytest.skip("google-api-python-client is not installed")
    world, rng = World(), random.Random(seed)
    world.batch(SIZE, {"addSheet": {"properties": {"sheetId": 2, "title": "Other"}}})
    requests = Requests(schema, rng, (1, 2, 3))
    kinds = sorted(set(HANDLERS) - {"deleteSheet"})
    tally: Counter[int] = Counter()
    for at in range(ROUNDS):
        before = world.sandbox.drive.files[world.id].book
        request = requests.draw(rng.choice(kinds))
        status, found = world.send("POST", f"/{world.id}:batchUpdate", {"requests": [request]})
        tally[status] += 1
        assert status in (200, 400, 501), (request, found)
        if status != 200:
            assert world.sandbox.drive.files[world.id].book is before
        elif at % 4 == 0:
            world.ask("GET", f"/{world.id}?includeGridData=true")
        if at % 8 == 0:
            world.send("POST", f"/{world.id}:batchUpdate", {"requests": [SIZE]})
    print(f"\n{ROUNDS} random requests: {tally[200]} done, {tally[400]} refused, {tally[501]} not emulated")
    assert tally[200] > ROUNDS / 8
