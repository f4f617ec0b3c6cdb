"""The samples of Google's own documentation, each sent to a spreadsheet of its own.

They are not ours to keep here, so SHEETDESK_OFFICIAL_SAMPLES names a folder of them, made from the pages
of developers.google.com/workspace/sheets/api (samples and guides) and of googleworkspace's repositories.
Each sample is one JSON file:

- `source`: the page it is from.
- `method`, `url`, `body`: the request. SPREADSHEET_ID and TARGET_SPREADSHEET_ID in it stand for two new
  spreadsheets, all other placeholders are filled in. `body` is null for a GET.
- `answer`: what the page shows of the answer, or null. `"..."` in it is what the page leaves open.
- `before`: the requests that make what the sample takes for granted (a tab, a chart, cells), in order,
  each with `method`, `url` and `body`.
- `unlike`, if there: why the page cannot be right. Then its answer must not be met, or it is refused.

Whatever the sandbox does not emulate is counted by name; `pytest -s` prints the tally.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sheetdesk.sandbox.schema import document
from tests.sandbox.world import ROOT, World

FOLDER = os.environ.get("SHEETDESK_OFFICIAL_SAMPLES")
NOT_EMULATED = ("addDataSource", "of a data source")
"""What in Google's samples the sandbox openly refuses, by a word of each refusal."""

pytestmark = pytest.mark.skipif(
    document("sheets") is None, reason="google-api-python-client is not installed"
)


class Told(NamedTuple):
    """What became of one sample: `word` is for the tally, `why` for whoever mends it."""

    word: str
    why: str = ""


def send(world: World, target: str, call: dict[str, Any]) -> tuple[int, Any]:
    """The status and the answer, the placeholders for spreadsheets filled in."""
    text = json.dumps([call["url"], call["body"]])
    text = text.replace("TARGET_SPREADSHEET_ID", target).replace("SPREADSHEET_ID", world.id)
    url, body = json.loads(text)
    assert url.startswith(ROOT), f"{url} is no address of the Sheets API"
    return world.send(call["method"], url.removeprefix(ROOT), body)


def unmet(shown: Any, got: Any, at: str = "answer") -> str:
    """Where an answer lacks what a page shows of it, "" where it has everything."""
    if shown == "...":
        return ""
    if isinstance(shown, dict) and isinstance(got, dict):
        # What is 0, false or empty is left out of answers, and sometimes of pages.
        gaps = (unmet(part, got.get(name, type(part)()), f"{at}.{name}") for name, part in shown.items())
        return next(filter(None, gaps), "")
    if isinstance(shown, list) and isinstance(got, list):
        is_open = shown[-1:] == ["..."]
        if len(got) < len(shown) - is_open or (len(got) > len(shown) and not is_open):
            return f"{at}: {len(got)} for {len(shown)}"
        pairs = enumerate(zip(shown, got, strict=False))
        return next(filter(None, (unmet(one, two, f"{at}[{place}]") for place, (one, two) in pairs)), "")
    if isinstance(shown, float) and isinstance(got, float | int):
        return "" if abs(shown - got) < 1e-6 else f"{at}: {got} for {shown}"
    return "" if shown == got else f"{at}: {json.dumps(got)} for {json.dumps(shown)}"


def tried(sample: dict[str, Any]) -> Told:
    """Send a sample to new spreadsheets, what it takes for granted first."""
    world = World()
    target = world.ask("POST", "", {"properties": {"title": "Target"}})["spreadsheetId"]
    known = {"SPREADSHEET_ID": world.id, "TARGET_SPREADSHEET_ID": target}
    for call in sample["before"]:
        status, answer = send(world, target, call)
        if status != 200:
            return Told("wrong", f"before it: {answer['error']['message']}")
    status, answer = send(world, target, sample)
    if status == 501:
        return Told("not emulated", answer["error"]["message"])
    gap = (
        answer["error"]["message"] if status != 200 else unmet(filled(sample["answer"] or {}, known), answer)
    )
    if "unlike" in sample:
        return Told("unlike", f"{sample['unlike']}: {gap}") if gap else Told("wrong", "it is met after all")
    if gap:
        return Told("wrong", gap)
    return Told("taken" if sample["answer"] is None else "alike")


def filled(answer: Any, known: dict[str, str]) -> Any:
    """What a page shows, with the ids of the new spreadsheets."""
    text = json.dumps(answer)
    for name in sorted(known, reverse=True):
        text = text.replace(name, known[name])
    return json.loads(text)


def test_an_answer_is_met_where_it_has_all_that_is_shown() -> None:
    got = {"a": 1, "b": [{"c": 0.25}, {"c": 2}]}
    assert unmet({"b": [{"c": 0.25}, "..."]}, got) == ""
    assert unmet({"a": "...", "z": 0, "y": ""}, got) == ""
    assert unmet({"b": [{"c": 0.25}]}, got) == "answer.b: 2 for 1"
    assert unmet({"b": [{}, {"c": 3}]}, got) == "answer.b[1].c: 2 for 3"
    assert unmet({"a": "1"}, got) == 'answer.a: 1 for "1"'


@pytest.mark.parametrize(
    ("sample", "word"),
    [
        ({"url": f"{ROOT}/SPREADSHEET_ID/values/A1", "answer": {"range": "Sheet1!A1"}}, "alike"),
        (
            {"url": f"{ROOT}/SPREADSHEET_ID/values/A1", "answer": {"range": "A1"}, "unlike": "no tab"},
            "unlike",
        ),
        ({"url": f"{ROOT}/SPREADSHEET_ID/values/A1", "answer": {"range": "A2"}}, "wrong"),
        ({"url": f"{ROOT}/SPREADSHEET_ID", "answer": {"spreadsheetId": "TARGET_SPREADSHEET_ID"}}, "wrong"),
        ({"url": f"{ROOT}/TARGET_SPREADSHEET_ID", "answer": {"properties": {"title": "Target"}}}, "alike"),
    ],
)
def test_a_sample_is_told_by_what_it_met(sample: dict[str, Any], word: str) -> None:
    assert tried({"method": "GET", "body": None, "before": [], **sample}).word == word


@pytest.mark.skipif(not FOLDER, reason="SHEETDESK_OFFICIAL_SAMPLES names no folder of Google's samples")
def test_googles_own_samples_are_taken_and_answered_as_its_pages_show() -> None:
    paths = sorted(Path(FOLDER or "").glob("*.json"))
    assert paths, f"no samples in {FOLDER}"
    told = {path.stem: (sample, tried(sample)) for path in paths for sample in [json.loads(path.read_text())]}
    kinds = Counter(
        kind
        for sample, _ in told.values()
        for request in (sample["body"] or {}).get("requests", ())
        for kind in request
    )
    words = Counter(one.word for _, one in told.values())
    print(
        f"\n{len(told)} samples, {len(kinds)} kinds of change: "
        + ", ".join(f"{n} {w}" for w, n in words.items())
    )
    for name, (_, one) in told.items():
        if one.why:
            print(f"  {one.word}: {name}: {one.why}")
    assert words["wrong"] == 0
    refused = {one.why for _, one in told.values() if one.word == "not emulated"}
    assert all(any(word in why for word in NOT_EMULATED) for why in refused), refused
