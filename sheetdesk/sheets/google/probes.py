"""What the sync relies on at Google and nobody has promised: ten questions, put to a spreadsheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sheetdesk.errors import GoogleError
from sheetdesk.sheets.google.bench import BACK, FRONT, Bench, area, cells

__all__ = ["PROBES", "Finding", "run_probes"]

TAG = '="new"&T(N("tag_1"))'
LATE_S = 30.0


@dataclass(frozen=True)
class Finding:
    """What was seen for one question. `holds` is None where that is for a person to judge, `by_hand` names
    what a script could not try.
    """

    number: int
    seen: dict[str, Any]
    holds: bool | None
    by_hand: tuple[str, ...] = field(default=())


def run_probes(bench: Bench, numbers: frozenset[int]) -> Iterator[Finding]:
    """One finding after the other. One that Google refuses to be asked is a finding as well."""
    for number, probe in PROBES.items():
        if number in numbers:
            try:
                bench.clear()
                yield probe(bench)
            except GoogleError as error:
                yield Finding(number, {"error": type(error).__name__, "says": error.say()}, False)


def one_token(bench: Bench) -> Finding:
    """Two batches at once that use up the same token."""
    name, seen = _token(bench, 0), Counter({"one": 0, "both": 0, "none": 0, "unknown": 0})
    for number in range(1, bench.rounds + 1):
        step = [{"deleteNamedRange": {"namedRangeId": name}}, _named(f"probe_{number}")]
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(bench.outcome, *step, by=by) for by in (bench.google, bench.other)]
            outcomes = Counter(one.result() for one in asked)
        if outcomes["unknown"]:
            seen["unknown"] += 1
            name = _token(bench, number + bench.rounds)
            continue
        applied = ("none", "one", "both")[outcomes["applied"]]
        seen[applied] += 1
        name = name if applied == "none" else f"probe_{number}"
    return Finding(1, {"rounds": bench.rounds, **seen}, seen["one"] > 0 and not seen["both"] + seen["none"])


def dead_token(bench: Bench) -> Finding:
    """A batch whose last request deletes what is not there, and what became of those before it."""
    outcome = bench.outcome(cells(0, 0, ["x"]), {"deleteNamedRange": {"namedRangeId": "probe_never"}})
    left = _first(bench.read("A1"))
    return Finding(2, {"outcome": outcome, "cell": left}, (outcome, left) == ("refused", None))


def before_image(bench: Bench) -> Finding:
    """A cell that is copied and then overwritten in one batch: here, on a hidden tab, and merged."""
    bench.send(
        cells(0, 0, ["old"], ["old 2"]),
        {"mergeCells": {"range": area(4, 0, 1, 2), "mergeType": "MERGE_ALL"}}, cells(4, 0, ["old 3"]),
    )  # fmt: skip
    bench.send(
        _copy(area(0, 0), area(0, 5)), _copy(area(1, 0), area(0, 0, tab=BACK)), _copy(area(4, 0), area(4, 5)),
        cells(0, 0, ["new"], ["new 2"]), cells(4, 0, ["new 3"]), _copy(area(0, 0, tab=BACK), area(1, 5)),
    )  # fmt: skip
    kept = [_first([part]) for part in bench.read("F1", "F2", "F5")]
    return Finding(3, {"kept": kept}, kept == ["old", "old 2", "old 3"])


def late_batch(bench: Bench) -> Finding:
    """Whether a batch that we gave up waiting for is applied after all, and how late."""
    outcome = bench.outcome(cells(0, 0, *[["x"] * 10] * 5000), by=bench.hasty)
    begun, applied_s = bench.clock(), None
    while outcome == "unknown" and applied_s is None and bench.clock() - begun < LATE_S:
        if _first(bench.read("A1")) == "x":
            applied_s = round(bench.clock() - begun, 1)
        else:
            bench.sleep(2.0)
    by_hand = () if outcome == "unknown" else ("answered",)
    return Finding(4, {"outcome": outcome, "applied_after_s": applied_s}, None, by_hand)


def tags_settled(bench: Bench) -> Finding:
    """What a tag becomes when findReplace puts a value in its place."""
    values = {"text": "done", "text like a number": "'007", "number": "7.5", "date": "2026-11-27",
              "flag": "TRUE", "nothing": ""}  # fmt: skip
    tags = {name: f'="x"&T(N("tag_{place}"))' for place, name in enumerate(values)}
    bench.send(cells(0, 0, *[[tag] for tag in tags.values()]))
    replaced = bench.send(
        *({"findReplace": {"find": tags[name], "replacement": value, "includeFormulas": True,
                           "matchEntireCell": True, "sheetId": FRONT}} for name, value in values.items())
    ).get("replies", [])  # fmt: skip
    counts = [one.get("findReplace", {}).get("occurrencesChanged", 0) for one in replaced]
    rows = _rows(bench.read(f"A1:A{len(values)}"))
    typed = [row[0] if row else None for row in rows] + [None] * (len(values) - len(rows))
    holds = counts == [1] * len(values) and not any(str(one).startswith("=") for one in typed)
    return Finding(5, {"changed": counts, **dict(zip(values, typed, strict=True))}, holds)


def tag_in_use(bench: Bench) -> Finding:
    """A tagged cell under a drop-down list, and where it is after a sort."""
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "new"}]}, "strict": True}
    bench.send(
        cells(0, 0, ["b", "old"], ["a", "old"]),
        {"setDataValidation": {"range": area(0, 1, 2, 1), "rule": rule}},
    )
    outcome = bench.outcome(cells(0, 1, [TAG]))
    order = [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]
    bench.send({"sortRange": {"range": area(0, 0, 2, 2), "sortSpecs": order}})
    typed, shown = _rows(bench.read("A1:B2")), _rows(bench.read("A1:B2", shown=True))
    holds = outcome == "applied" and shown[-1:] == [["b", "new"]] and typed[-1:] == [["b", TAG]]
    by_hand = ("undo", "copy", "export", "typed_table")
    return Finding(6, {"outcome": outcome, "typed": typed, "shown": shown}, holds, by_hand)


def torn_reads(bench: Bench) -> Finding:
    """Whether two ranges of one read can be from before and after one batch."""
    torn = 0
    for number in range(bench.rounds):
        with ThreadPoolExecutor(2) as pool:
            write = pool.submit(bench.send, cells(0, 0, [number]), cells(5000, 0, [number]))
            read = pool.submit(bench.read, "A1", "A5001", by=bench.other)
            write.result()
            parts = [_first([part]) for part in read.result()]
        torn += len(set(parts)) > 1
    return Finding(7, {"rounds": bench.rounds, "torn": torn}, torn == 0)


def hidden_rows(bench: Bench) -> Finding:
    """Whether a filter hides rows from a read, and whether metadata of a row goes along in a sort."""
    where = {"dimensionRange": {"sheetId": FRONT, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}
    label = {"metadataId": 910_003, "metadataKey": "probe", "visibility": "DOCUMENT", "location": where}
    bench.send(
        cells(0, 0, ["head"], ["c"], ["b"], ["a"]), {"createDeveloperMetadata": {"developerMetadata": label}}
    )
    specs = [{"columnIndex": 0, "filterCriteria": {"hiddenValues": ["b"]}}]
    bench.send({"setBasicFilter": {"filter": {"range": area(0, 0, 4, 1), "filterSpecs": specs}}})
    rows = len(_rows(bench.read("A1:A4")))
    order = [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]
    bench.send(
        {"clearBasicFilter": {"sheetId": FRONT}},
        {"sortRange": {"range": area(1, 0, 3, 1), "sortSpecs": order}},
    )
    found = bench.google.get(bench.sheet, "sheets(data(rowMetadata.developerMetadata))", ["_probe!A1:A4"])
    labels = [
        one
        for tab in found.get("sheets", [])
        for part in tab.get("data", [])
        for one in part.get("rowMetadata", [])
    ]
    row = next((place for place, one in enumerate(labels, 1) if one.get("developerMetadata")), None)
    bench.send(
        {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": 910_003}}}}
    )
    return Finding(8, {"rows_read": rows, "metadata_went_from_row_2_to": row}, rows == 4)


def latency(bench: Bench) -> Finding:
    """How long a batch of so many requests takes."""
    took = {}
    for size in (100, 1000, 5000):
        begun = bench.clock()
        bench.send(*[cells(row, 0, ["x"]) for row in range(size)])
        took[f"{size}_requests_s"] = round(bench.clock() - begun, 2)
    return Finding(9, took, None)


def own_writes(bench: Bench) -> Finding:
    """Whether a read right after a batch sees it, through another client."""
    stale = 0
    for number in range(1, bench.rounds + 1):
        bench.send(cells(0, 0, [number]))
        stale += _first(bench.read("A1", by=bench.other)) != number
    return Finding(10, {"rounds": bench.rounds, "stale": stale}, stale == 0)


PROBES: dict[int, Callable[[Bench], Finding]] = {
    1: one_token, 2: dead_token, 3: before_image, 4: late_batch, 5: tags_settled, 6: tag_in_use,
    7: torn_reads, 8: hidden_rows, 9: latency, 10: own_writes,
}  # fmt: skip


def _token(bench: Bench, number: int) -> str:
    """Put a token there, in place of all that an earlier round left."""
    found = bench.google.get(bench.sheet, "namedRanges(namedRangeId,name)").get("namedRanges", [])
    old = [one["namedRangeId"] for one in found if one["name"].startswith("probe_")]
    gone = [{"deleteNamedRange": {"namedRangeId": name}} for name in old]
    bench.send(*gone, _named(f"probe_{number}"))
    return f"probe_{number}"


def _named(name: str) -> dict[str, Any]:
    return {"addNamedRange": {"namedRange": {"namedRangeId": name, "name": name, "range": area(0, 0)}}}


def _copy(source: dict[str, int], destination: dict[str, int]) -> dict[str, Any]:
    return {"copyPaste": {"source": source, "destination": destination, "pasteType": "PASTE_NORMAL"}}


def _rows(parts: list[list[list[Any]]]) -> list[list[Any]]:
    return parts[0] if parts else []


def _first(parts: list[list[list[Any]]]) -> Any:
    """The first cell of the first range, None when it is empty."""
    return parts[0][0][0] if parts and parts[0] and parts[0][0] else None
