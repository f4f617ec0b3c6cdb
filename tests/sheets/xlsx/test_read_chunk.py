"""Many places of a piece of bytes at once: the same as looking at them one by one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from sheetdesk.sheets.xlsx.read.chunk import LONGEST_WORD, Chunk, Pieces
from sheetdesk.sheets.xlsx.read.found import Book
from sheetdesk.sheets.xlsx.read.text import Unsure
from sheetdesk.sheets.xlsx.read.values import values_of

DATA = st.text("<cr1>", max_size=60).map(str.encode)
WORDS = [
    *(
        "0",
        "7",
        "007",
        "-1.5",
        "-0",
        "1e3",
        "1E+2",
        "1.",
        ".5",
        "+1",
        "1e999",
        "nan",
        "inf",
        "0x1",
        "1_0",
        "",
    ),
    *(" 7", "7 ", "1,2", "1 2", "\n1", "\t", "[1]", "null", "9" * 17, "9" * 19, "1" * 41, "12.5" * 12),
]
NUMBER = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


def pieces(words: list[str], between: str = "</v>") -> Pieces:
    """The words as they may stand in a chunk, each followed by something else."""
    data, starts, ends = b"", [], []
    for word in words:
        starts.append(len(data))
        data += word.encode()
        ends.append(len(data))
        data += between.encode()
    return Pieces(Chunk(data), np.array(starts, np.intp), np.array(ends, np.intp))


@given(DATA, st.sampled_from([b"<c", b"<c1", b"<r1>"]), st.sampled_from([b"<1", b"<>c"]))
def test_words_are_found_where_they_stand(data: bytes, word: bytes, other: bytes) -> None:
    found = Chunk(data).begun(word, other)
    for wanted, places in zip((word, other), found, strict=True):
        assert places.tolist() == [at for at in range(len(data)) if data.startswith(wanted, at)]


@given(
    DATA, st.lists(st.integers(-4, 70)).map(sorted), st.text("<c1", min_size=4, max_size=5).map(str.encode)
)
def test_words_are_compared_in_many_places_as_in_one(data: bytes, at: list[int], words: bytes) -> None:
    chunk, places = Chunk(data), np.array(at, np.intp)
    expected = [place >= 0 and data[place : place + len(words)] == words for place in at]
    assert chunk.say(places, words).tolist() == expected
    assert chunk.all_say(places, words) == all(expected)
    for place, row in zip(at, chunk.wide(places, len(words)).tolist(), strict=True):
        outside = bytes(len(words))
        framed = outside + data + outside
        assert bytes(row) == (framed[place + len(words) :] + outside)[: len(words)]


@given(st.lists(st.text("ab<é 二", max_size=LONGEST_WORD + 5)))
def test_pieces_are_joined_whether_they_are_short_or_long(words: list[str]) -> None:
    made = pieces(words)
    assert made.words() == [word.encode() for word in words]
    assert made.joined() == "\x00".join(words).encode()


@given(st.lists(st.sampled_from(WORDS) | NUMBER, max_size=8))
@example(["1,2", "3"])
@example(["\t"])
@example(["1e999"])
@example(["1", "2 ", "33"])
def test_numbers_are_what_float_makes_of_each(words: list[str]) -> None:
    def number(word: str) -> float | None:
        if not word:
            return None
        if word.strip("0123456789+-.eE") or not np.isfinite(float(word)):
            raise ValueError(word)
        return float(word)

    expected: list[float | None] | None = None
    found: list[Any] | None = None
    with suppress(ValueError):
        expected = [number(word) for word in words]
    with suppress(Unsure):
        found = values_of(pieces(words), "n", "0", Book([], [], False), trimmed=False)
    assert found == expected
    assert found is None or {type(value) for value in found} <= {float, type(None)}


@given(st.lists(st.sampled_from(WORDS) | st.integers(0, 10**19).map(str), max_size=8))
@example(["", "1"])
def test_whole_numbers_have_digits_and_nothing_else(words: list[str]) -> None:
    found = pieces(words).numbers()
    if all(word.isdecimal() and len(word) <= 18 for word in words):
        assert found is not None
        assert found.tolist() == [int(word) for word in words]
    else:
        assert found is None
