"""A changed part is packed stretch by stretch, and unpacks to what packing it whole would have given."""

from __future__ import annotations

import io
import random
import struct
import sys
import zipfile
import zlib
from dataclasses import replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.stretches import STRETCH, Spliced
from tests.sheets.xlsx.patch_oracle import raw_parts, saved

NAME = "xl/worksheets/sheet1.xml"
WORDS = "".join(random.Random(5).choices("打印机无法连接 printer offline <c r=", k=3 * STRETCH)).encode()
LENGTHS = [0, 1, STRETCH - 1, STRETCH, STRETCH + 1, 3 * STRETCH, 3 * STRETCH + 4_321]
WHOLE = WORDS[: 3 * STRETCH + 4_321]

Made = list[tuple[int, int, bytes]]


def packaged(part: bytes) -> bytes:
    target = io.BytesIO()
    Package({"first.xml": b"<a/>", NAME: part, "last.xml": b"<z/>"}).write(target)
    return target.getvalue()


def zipped(packed: bytes, plain: bytes) -> bytes:
    """An archive whose only part is this deflate stream."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", packed)
    file = target.getvalue()
    told = struct.pack("<H", 8), struct.pack("<3I", zlib.crc32(plain), len(packed), len(plain))
    directory = file.index(b"PK\x01\x02")
    for method, sizes in ((8, 14), (directory + 10, directory + 16)):
        file = file[:method] + told[0] + file[method + 2 : sizes] + told[1] + file[sizes + 12 :]
    return file


def flushed(plain: bytes, mode: int, step: int = STRETCH) -> bytes:
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    pieces = [plain[at : at + step] for at in range(0, len(plain), step)]
    return b"".join(squeeze.compress(piece) + squeeze.flush(mode) for piece in pieces) + squeeze.flush()


def spliced(plain: bytes, made: Made) -> bytes:
    for start, end, new in reversed(made):
        plain = plain[:start] + new + plain[end:]
    return plain


def ends(part: Spliced) -> list[int]:
    """Where each stretch ends in the part."""
    return list(accumulate(stretch.size for stretch in part.stretches))


def put(file: bytes, name: str, made: Made) -> bytes:
    archive = Archive.read(file)
    part = replace(archive.spliced(name), made=tuple(made))
    return saved(archive.with_parts({name: part}))


def read(file: bytes, name: str) -> bytes:
    """The part as the standard library unpacks it, its size and checksum compared."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        return archive.read(name)


@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_packed_in_stretches_unpacks_to_the_same(length: int) -> None:
    part = WHOLE[:length]
    file = packaged(part)
    assert read(file, NAME) == part
    assert Archive.read(file).bytes(NAME) == part
    found = Archive.read(file).spliced(NAME)
    assert found.plain == part
    assert ends(found) == ([] if length < STRETCH else [*range(STRETCH, length + 1, STRETCH), length])


EDGES = sorted(
    {place for at in range(4) for place in range(at * STRETCH - 2, at * STRETCH + 3) if place >= 0}
)
places = st.lists(st.one_of(st.sampled_from(EDGES), st.integers(0, len(WHOLE))), max_size=8)


@settings(deadline=None, max_examples=60)
@given(places, st.lists(st.binary(max_size=30), min_size=4, max_size=4), st.booleans())
def test_stretches_put_together_are_the_part_packed_whole(
    cuts: list[int], new: list[bytes], twice: bool
) -> None:
    edges = sorted(cuts)
    made = [(start, end, text) for start, end, text in zip(edges[::2], edges[1::2], new, strict=False)]
    after = put(packaged(WHOLE), NAME, made)
    expected = spliced(WHOLE, made)
    assert read(after, NAME) == expected
    if twice:
        # The changed part is made of stretches too, and changes again.
        again = [(0, 1, b"a"), (len(expected) - 1, len(expected), b"z")]
        assert read(put(after, NAME, again), NAME) == spliced(expected, again)


def test_stretches_that_nothing_touches_keep_their_packed_bytes() -> None:
    file = packaged(WHOLE)
    stretches = Archive.read(file).spliced(NAME).stretches
    after = put(file, NAME, [(STRETCH + 5, STRETCH + 6, b"new")])
    for place in (0, 2, 3):
        assert bytes(stretches[place].packed or b"none") in after
    assert bytes(stretches[1].packed or b"") not in after
    assert ends(Archive.read(after).spliced(NAME)) == [
        end + 2 * (place > 0) for place, end in enumerate(ends(Archive.read(file).spliced(NAME)))
    ]
    others = {"first.xml", "last.xml"}
    assert {name: raw_parts(after)[name] for name in others} == {
        name: raw_parts(file)[name] for name in others
    }


def test_a_part_that_grew_is_still_made_of_stretches() -> None:
    after = put(packaged(WHOLE), NAME, [(len(WHOLE), len(WHOLE), WHOLE)])
    found = [0, *ends(Archive.read(after).spliced(NAME))]
    assert found[-1] == 2 * len(WHOLE)
    assert max(behind - before for before, behind in pairwise(found)) == 2 * STRETCH


@pytest.mark.parametrize(
    "packed",
    [
        flushed(WHOLE, zlib.Z_NO_FLUSH),
        flushed(WHOLE, zlib.Z_SYNC_FLUSH),
        flushed(WHOLE, zlib.Z_FULL_FLUSH, step=1_000),
        flushed(WHOLE, zlib.Z_FULL_FLUSH)[:-2],
        flushed(WHOLE, zlib.Z_FULL_FLUSH) + b"more",
    ],
    ids=["one chain of blocks", "stretches that know each other", "very short ones", "no end", "two ends"],
)
def test_what_is_not_made_of_such_stretches_is_packed_whole(packed: bytes) -> None:
    file = zipped(packed, WHOLE)
    assert Archive.read(file).spliced("a") == Spliced(WHOLE)
    assert read(put(file, "a", [(7, 9, b"new")]), "a") == spliced(WHOLE, [(7, 9, b"new")])


@pytest.mark.parametrize("flip", [5, 40_000, 90_000])
def test_a_damaged_part_is_told_whatever_unpacks_it(flip: int, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = flushed(WHOLE, zlib.Z_FULL_FLUSH)
    file = zipped(packed[:flip] + bytes([packed[flip] ^ 0x5A]) * 60 + packed[flip + 60 :], WHOLE)
    for module in ("there", None):
        if module is None:
            monkeypatch.setitem(sys.modules, "isal", None)
        with pytest.raises(PackageBroken):
            Archive.read(file).bytes("a")
        with pytest.raises(PackageBroken):
            Archive.read(file).spliced("a")


def test_without_the_faster_library_the_stretches_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ends(Archive.read(packaged(WHOLE)).spliced(NAME))
    monkeypatch.setitem(sys.modules, "isal", None)
    file = packaged(WHOLE)
    assert ends(Archive.read(file).spliced(NAME)) == found
    assert read(put(file, NAME, [(9, 9, b"new")]), NAME) == spliced(WHOLE, [(9, 9, b"new")])


def test_an_edge_inside_a_block_is_none() -> None:
    """A stored block may hold the very bytes of a flush, or all that a stretch and a last block are."""
    inner = flushed(WHOLE[:STRETCH], zlib.Z_FULL_FLUSH)[:-2]
    plain = (inner + b"\x01\x00\x00\xff\xff" + b"x" * 40_000) * 2
    blocks = [plain[at : at + 65_535] for at in range(0, len(plain), 65_535)]
    packed = b"".join(
        struct.pack("<BHH", at == len(blocks) - 1, len(block), len(block) ^ 0xFFFF) + block
        for at, block in enumerate(blocks)
    )
    archive = Archive.read(zipped(packed, plain))
    assert archive.spliced("a") == Spliced(plain)
    assert read(put(zipped(packed, plain), "a", [(3, 5, b"")]), "a") == spliced(plain, [(3, 5, b"")])


def test_stretches_of_another_archive_are_not_copied() -> None:
    one, other = packaged(WHOLE), packaged(WHOLE[::-1])
    part = replace(Archive.read(one).spliced(NAME), made=((0, 1, b"new"),))
    after = saved(Archive.read(other).with_parts({NAME: part}))
    assert read(after, NAME) == b"new" + WHOLE[1:]


def test_a_part_that_was_changed_already_is_packed_whole() -> None:
    archive = Archive.read(packaged(WHOLE))
    once = archive.with_parts({NAME: replace(archive.spliced(NAME), made=((0, 1, b"once"),))})
    part = once.spliced(NAME)
    assert part == Spliced(b"once" + WHOLE[1:])
    twice = saved(once.with_parts({NAME: replace(part, made=((0, 4, b"twice"),))}))
    assert read(twice, NAME) == b"twice" + WHOLE[1:]
