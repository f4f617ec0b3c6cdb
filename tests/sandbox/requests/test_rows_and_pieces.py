"""Rows that are shuffled or lose their duplicates, and texts that become several cells."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.world import World, grid


def test_of_rows_that_show_the_same_the_first_stays_and_the_rest_closes_up() -> None:
    world = World()
    rows: list[list[Any]] = [
        ["a", 1, "x"],
        ["A", "=0+1", "y"],
        ["b", 1, "z"],
        ["", "", "w"],
        ["", "", "v"],
        ["b", 2, "u"],
    ]
    world.write("A1:C6", rows)
    world.write("A7", [["below"]])
    [reply] = world.batch({"deleteDuplicates": {"range": grid(0, 6, 0, 2)}})
    assert reply == {"deleteDuplicates": {"duplicatesRemovedCount": 1}}
    # What stands beside the range stays, and so does what is below it.
    assert world.read("A1:C7") == [
        ["a", "1", "x"], ["b", "1", "y"], ["", "", "z"], ["", "", "w"], ["b", "2", "v"], ["", "", "u"],
        ["below"],
    ]  # fmt: skip


def test_duplicates_may_be_found_by_some_columns() -> None:
    world = World()
    world.write("A1:B3", [["a", 1], ["a", 2], ["b", 2]])
    by_first = [{"dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}]
    [reply] = world.batch({"deleteDuplicates": {"range": grid(0, 3, 0, 2), "comparisonColumns": by_first}})
    assert reply["deleteDuplicates"] == {"duplicatesRemovedCount": 1}
    assert world.read("A1:B3") == [["a", "1"], ["b", "2"]]
    assert world.batch({"deleteDuplicates": {"range": grid(0, 3, 0, 2)}}) == [{"deleteDuplicates": {}}]
    outside = [{"dimension": "COLUMNS", "startIndex": 1, "endIndex": 3}]
    message = world.refused({"deleteDuplicates": {"range": grid(0, 3, 0, 2), "comparisonColumns": outside}})
    assert message.endswith("comparisonColumns must be columns of the range.")


def test_shuffled_rows_are_the_same_rows() -> None:
    world = World()
    rows = [[str(number), f"t{number}"] for number in range(30)]
    world.write("A1:B30", rows)
    world.write("C1:C2", [["here"], ["stays"]])
    world.batch({"randomizeRange": {"range": grid(0, 30, 0, 2)}})
    found = world.read("A1:B30")
    assert found != rows
    assert sorted(found) == sorted(rows)
    assert world.read("C1:C2") == [["here"], ["stays"]]


@pytest.mark.parametrize(
    ("facts", "pieces"),
    [
        ({"delimiterType": "COMMA"}, [["1", "b c"], ["d", "$2"], ["e; f"]]),
        ({"delimiterType": "CUSTOM", "delimiter": "; "}, [["1, b c"], ["d,$2"], ["e", "f"]]),
        ({"delimiterType": "SPACE"}, [["1,", "b", "c"], ["d,$2"], ["e;", "f"]]),
        ({"delimiterType": "AUTODETECT"}, [["1", "b c"], ["d", "$2"], ["e; f"]]),
    ],
)
def test_a_column_is_split_at_a_sign(facts: dict[str, Any], pieces: list[list[str]]) -> None:
    world = World()
    world.write("A1:A3", [["1, b c"], ["d,$2"], ["e; f"]])
    world.batch({"textToColumns": {"source": grid(0, 5, 0, 1), **facts}})
    assert world.read("A1:C3") == pieces


def test_only_one_column_is_split_and_a_sign_has_to_be_named() -> None:
    world = World()
    world.write("A1", [["a,b"]])
    wide = {"source": grid(0, 1, 0, 2), "delimiterType": "COMMA"}
    assert world.refused({"textToColumns": wide}).endswith("source must span exactly one column.")
    unnamed = {"source": grid(0, 1, 0, 1), "delimiterType": "CUSTOM"}
    assert "delimiter is required" in world.refused({"textToColumns": unnamed})
    assert "delimiterType is required" in world.refused({"textToColumns": {"source": grid(0, 1, 0, 1)}})


def test_pasted_lines_are_read_as_if_typed_and_the_grid_grows() -> None:
    world = World()
    place = {"rowIndex": 998, "columnIndex": 24}
    data = 'a;"b;c";2026-03-04\n7;;=1+1\nlast'
    world.batch({"pasteData": {"coordinate": place, "data": data, "type": "PASTE_NORMAL", "delimiter": ";"}})
    assert world.read("Y999:AA1001") == [["a", "b;c", "2026-03-04"], ["7", "", "2"], ["last"]]
    world.batch({"pasteData": {"coordinate": {}, "data": "a -> b\nc", "delimiter": " -> "}})
    assert world.read("A1:B2") == [["a", "b"], ["c"]]


def test_what_cannot_be_pasted_here_is_refused_openly() -> None:
    world = World()
    for more in ({"html": True}, {"delimiter": ",", "type": "PASTE_FORMAT"}):
        message = world.refused({"pasteData": {"coordinate": {}, "data": "<b>", **more}})
        assert message.endswith("is not emulated by the sandbox.")
    assert "delimiter and html" in world.refused({"pasteData": {"coordinate": {}, "data": "a"}})


def test_a_protection_keeps_rows_and_pieces_out() -> None:
    world = World()
    world.write("A1:A2", [["a,b"], ["c"]])
    guarded = {"range": grid(0, 9, 1, 2), "editors": {"users": ["boss@example.org"]}}
    world.batch({"addProtectedRange": {"protectedRange": guarded}})
    file = world.sandbox.drive.files[world.id]
    share = {"role": "writer", "type": "user", "emailAddress": "editor@example.org"}
    file.permissions["p"] = {"id": "p", **share}
    split = {"textToColumns": {"source": grid(0, 1, 0, 1), "delimiterType": "COMMA"}}
    assert "protected" in world.refused(split, who="editor@example.org")
    assert world.read("A1:B1") == [["a,b"]]
