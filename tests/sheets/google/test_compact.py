"""JSON as short as it gets, also of a list that is longer than what is there of it at a time."""

from __future__ import annotations

import json

import pytest

from sheetdesk.sheets.google.compact import TOGETHER, compact, listed


@pytest.mark.parametrize("count", [0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER])
def test_a_list_that_is_made_while_it_is_written_is_the_same(count: int) -> None:
    items = [{"row": number, "text": "问题"} for number in range(count)]
    assert b"".join(listed(iter(items))) == compact(items)
    assert json.loads(b"".join(listed(items))) == items


def test_no_more_of_a_list_is_there_than_is_written_together() -> None:
    left = iter(range(10 * TOGETHER))
    found = listed(left)
    assert next(found) == b"["
    assert next(left) == TOGETHER


def test_what_json_has_no_word_for_is_refused_wherever_it_stands() -> None:
    with pytest.raises(ValueError, match="JSON"):
        b"".join(listed([1.0] * TOGETHER + [float("nan")]))
