"""A message's words on their way out look as they were and call nobody."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from sheetdesk.channels._words import JOINER, called, cut, harmless, one_line, plain
from sheetdesk.channels.base import Addressee

tricky = st.lists(
    st.sampled_from(["@", "＠", "<", ">", "!", "at", "all", "](", "[", JOINER, "/", " ", "\r\n"])
).map("".join)


@given(st.one_of(tricky, st.text()))
@example("@" + JOINER + "all")
def test_no_mention_tag_or_hidden_link_is_left_and_the_text_looks_the_same(text: str) -> None:
    """plain(text) without joiners == harmless(text) without joiners"""
    safe = harmless(text)
    assert not re.search(r"[@＠][^\u2060]|[@＠]$|<[\w/!@#]|\][(（]", safe)
    assert safe.replace(JOINER, "") == plain(text).replace(JOINER, "")


@given(tricky)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    """harmless(harmless(text)) == harmless(text)"""
    assert harmless(harmless(text)) == harmless(text)


@given(st.text(), st.integers(min_value=3, max_value=50))
def test_what_is_cut_is_short_enough_and_begins_the_same(text: str, limit: int) -> None:
    text = plain(text)
    short = cut(text, limit)
    assert len(short.encode("utf-8")) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))


@given(st.text(st.characters()))
def test_one_line_is_one_line_that_can_be_written(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.encode("utf-8").decode("utf-8") == line


def test_lines_and_tabs_stay() -> None:
    assert plain("a\r\nb\rc\n\td") == "a\nb\nc\n\td"


def test_an_id_is_taken_without_the_blanks_around_it() -> None:
    assert called(Addressee(chat=" ou_1-2.3@x ")) == "ou_1-2.3@x"
    assert called(Addressee(chat="Everyone")) == ""
    assert called(Addressee(chat="x" * 129)) == ""
