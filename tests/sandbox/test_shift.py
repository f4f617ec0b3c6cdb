"""Rows and columns move, and all that is anchored to them goes along: against a naive model."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.sandbox.a1 import column_letters
from sheetdesk.sandbox.references import copied, renamed, rewritten
from sheetdesk.sandbox.shift import Kind, Shift
from tests.sandbox.world import World, grid

SIZE = 7


@st.composite
def steps(draw: st.DrawFn, size: int = SIZE) -> Shift:
    kind: Kind = draw(st.sampled_from(("insert", "delete", "move")))
    start = draw(st.integers(0, size - 1))
    end = draw(st.integers(start + 1, size)) if kind != "insert" else start + draw(st.integers(1, 3))
    target = draw(st.integers(0, size).filter(lambda at: not start < at < end)) if kind == "move" else 0
    return Shift(kind, 0, "ROWS", start, end, target)


def carried_out(lines: list[Any], step: Shift, empty: Any) -> list[Any]:
    """The naive model: what a step does to a list."""
    block = lines[step.start : step.end]
    if step.kind == "insert":
        return lines[: step.start] + [empty] * (step.end - step.start) + lines[step.start :]
    rest = lines[: step.start] + lines[step.end :]
    if step.kind == "delete":
        return rest
    at = step.target if step.target <= step.start else step.target - len(block)
    return rest[:at] + block + rest[at:]


@given(steps())
def test_an_index_goes_where_its_line_goes(step: Shift) -> None:
    after = carried_out(list(range(SIZE)), step, None)
    for line in range(SIZE):
        assert step.index(line) == (after.index(line) if line in after else None)


@given(steps(), st.integers(0, SIZE - 1), st.integers(1, SIZE))
def test_a_span_is_the_hull_of_what_was_in_it(step: Shift, first: int, length: int) -> None:
    last = min(first + length, SIZE)
    after = carried_out(list(range(SIZE)), step, None)
    held = set(range(first, last))
    if step.kind == "move" and not held <= set(range(step.start, step.end)) and after != list(range(SIZE)):
        held -= set(range(step.start, step.end))
    places = [at for at, line in enumerate(after) if line in held]
    assert step.span(first, last) == ((min(places), max(places) + 1) if places else None)


@given(steps(), st.integers(0, SIZE - 1))
def test_an_open_end_stays_open(step: Shift, first: int) -> None:
    found = step.span(first, None)
    closed = step.span(first, 1000)
    assert found is not None
    assert closed is not None
    assert found == (closed[0], None)


def request(step: Shift, axis: str) -> dict[str, Any]:
    place = {"dimension": axis, "startIndex": step.start, "endIndex": step.end}
    if step.kind == "insert":
        return {"insertDimension": {"range": place, "inheritFromBefore": False}}
    if step.kind == "delete":
        return {"deleteDimension": {"range": place}}
    return {"moveDimension": {"source": place, "destinationIndex": step.target}}


@settings(max_examples=60)
@given(st.lists(st.tuples(steps(4), st.sampled_from(["ROWS", "COLUMNS"])), max_size=5), st.data())
def test_everything_at_a_cell_goes_with_it(moves: list[tuple[Shift, str]], data: st.DataObject) -> None:
    model = [[f"{row}.{column}" for column in range(SIZE)] for row in range(SIZE)]
    world = World(checked=False)
    size = {"rowCount": SIZE, "columnCount": SIZE}
    world.batch(
        {
            "updateSheetProperties": {
                "properties": {"sheetId": 0, "gridProperties": size},
                "fields": "gridProperties(rowCount,columnCount)",
            }
        },
        {"addSheet": {"properties": {"sheetId": 5, "title": "Other"}}},
    )
    world.write("Sheet1!A1:G7", model, "RAW")
    row, column = data.draw(st.integers(0, SIZE - 1)), data.draw(st.integers(0, SIZE - 1))
    label, place = f"{row}.{column}", grid(row, row + 1, column, column + 1)
    spelled = f"Sheet1!{column_letters(column)}{row + 1}"
    world.write("Other!A1", [[f"={spelled}"]])
    tag = {"dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    boolean = {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}}
    world.batch(
        {"addNamedRange": {"namedRange": {"name": "spot", "range": place}}},
        {"addProtectedRange": {"protectedRange": {"range": place}}},
        {"addConditionalFormatRule": {"rule": {"ranges": [place], "booleanRule": boolean}}},
        {
            "createDeveloperMetadata": {
                "developerMetadata": {
                    "metadataId": 9,
                    "metadataKey": "k",
                    "visibility": "DOCUMENT",
                    "location": {"dimensionRange": tag},
                }
            }
        },
    )
    for step, axis in moves:
        height, width = len(model), len(model[0])
        count = height if axis == "ROWS" else width
        if step.kind != "insert" and (
            step.end > count or step.end - step.start == count or step.target > count
        ):
            continue
        if step.start > count:
            continue
        world.batch(request(step, axis))
        if axis == "ROWS":
            model = carried_out(model, step, [""] * width)
        else:
            model = [carried_out(line, step, "") for line in model]
    shown = world.read("Sheet1")
    assert [line + [""] * (len(model[0]) - len(line)) for line in shown] == model[: len(shown)]
    assert not any(any(line) for line in model[len(shown) :])
    found = [(y, x) for y, line in enumerate(model) for x, text in enumerate(line) if text == label]
    named = world.get("namedRanges").get("namedRanges", [])
    rows_left = {text.partition(".")[0] for line in model for text in line if text}
    if found:
        y, x = found[0]
        kept = grid(y, y + 1, x, x + 1)
        assert [one["range"] for one in named] == [kept]
        assert [one["range"] for one in world.sheet("protectedRanges")] == [kept]
        assert [one["ranges"] for one in world.sheet("conditionalFormats")] == [[kept]]
        assert world.formulas("Other!A1") == [[f"=Sheet1!{column_letters(x)}{y + 1}"]]
    else:
        assert (named, world.sheet("protectedRanges"), world.sheet("conditionalFormats")) == ([], None, None)
        assert world.formulas("Other!A1") == [["=#REF!"]]
    status, metadata = world.send("GET", f"/{world.id}/developerMetadata/9")
    if str(row) in rows_left:
        own = next(y for y, line in enumerate(model) if any(text.startswith(f"{row}.") for text in line))
        assert metadata["location"]["dimensionRange"] == {**tag, "startIndex": own, "endIndex": own + 1}
    elif status == 200:
        # Its cells may have gone with their columns while the row is still there.
        assert metadata["location"]["dimensionRange"]["endIndex"] <= len(model)


def test_references_are_found_only_where_they_are() -> None:
    step = Shift("insert", 0, "ROWS", 2, 4)
    for text, moved in {
        "=A3+B$3*$C3": "=A5+B$5*$C5",
        "=SUM(A1:A3)": "=SUM(A1:A5)",
        "=SUM(A:A)+SUM(2:5)": "=SUM(A:A)+SUM(2:7)",
        '=A3&"A3"': '=A5&"A3"',
        "=Log10(A3)+LOG10(1)": "=Log10(A5)+LOG10(1)",
        "='My tab'!A3+Data!A3": "='My tab'!A3+Data!A5",
        "=A3_rate+x.A3": "=A3_rate+x.A3",
        "=COUNTA(A2:A)": "=COUNTA(A2:A)",
        "=COUNTA(A3:A)": "=COUNTA(A5:A)",
    }.items():
        assert rewritten(text, step, "Data", is_home=True) == moved
    assert rewritten("=A3+Data!A3", step, "Data", is_home=False) == "=A3+Data!A5"
    assert rewritten("=A3", Shift("delete", 0, "ROWS", 2, 3), "Data", is_home=True) == "=#REF!"


def test_a_copied_formula_takes_its_relative_references_along() -> None:
    assert copied("=A1+$A1+A$1+$A$1", 2, 1) == "=B3+$A3+B$1+$A$1"
    assert copied("=SUM(A:A)", 0, 1) == "=SUM(B:B)"
    assert copied("=A1", -1, 0) == "=#REF!"


def test_a_renamed_tab_is_renamed_in_formulas() -> None:
    assert renamed("=Data!A1+'Data'!B2+A1", "Data", "'My tab'") == "='My tab'!A1+'My tab'!B2+A1"
