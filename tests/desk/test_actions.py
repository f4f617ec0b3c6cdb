"""What a rule may do is a fixed list of words in both languages."""

from __future__ import annotations

import pytest

from sheetdesk.columns.base import Column
from sheetdesk.desk.actions import ACTIONS, Action, ActionInvalid, parse_action

COLUMNS = (Column("status", "状态"), Column("owner", "Owner"))
RESTS = {"set": "status = new", "close": "", "return": "", "link": ""}


@pytest.mark.parametrize(
    ("verb", "word"), [(verb, word) for verb, words in ACTIONS.items() for word in words]
)
def test_every_action_has_a_word_in_both_languages(verb: str, word: str) -> None:
    rest = RESTS.get(verb, "owner")
    assert parse_action(f"  {word.upper()} {rest} ", COLUMNS) == Action(verb, rest)
    assert len(ACTIONS[verb]) >= 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "'' is no action"), ("clsoe", "'clsoe' is no action, did you mean 'close'?"),
        ("eval x", "'eval' is no action"),
        ("assign", "'assign' needs to know whom or what"), ("notify  ", "'notify' needs"),
        ("升级", "'升级' needs"),
        ("flag", "'flag' needs"), ("set status", "write `set column = value`"),
        ("set status =", "write `set column = value`"),
        ("set", "write `set column = value`"),
        ("set statsu = new", "no column 'statsu', did you mean 'status'?"),
        ("set zzz = 1", "no column 'zzz'"),
    ],
)  # fmt: skip
def test_what_is_no_action_is_refused_with_what_is_near(text: str, reason: str) -> None:
    with pytest.raises(ActionInvalid) as caught:
        parse_action(text, COLUMNS)
    assert reason in str(caught.value)


def test_a_column_may_be_set_by_its_title() -> None:
    assert parse_action("设为 状态 = 新建", COLUMNS) == Action("set", "状态 = 新建")
