"""Packed parts made of stretches that know nothing of each other, so that a change packs only its own anew.

Whatever sheetdesk packs ends a stretch every so often with a full flush: what follows starts on a
byte's edge and refers to nothing before it. In a changed part, stretches that no change touches are
copied as they are packed. Files of other programs have none; their parts can be read as stretches too,
which then are packed anew.
Source: RFC 1951, 3.2.3 and 3.2.4.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from sheetdesk.errors import Cause
from sheetdesk.sheets.xlsx.packing import deflater, inflater, shifted_checksum
from sheetdesk.sheets.xlsx.patch.zip import BadZip, ZipEntry

__all__ = ["STRETCH", "Spliced", "Squeezer", "Stretch", "read_stretches", "unpack_stretches"]

STRETCH = 1 << 18
"""Bytes of a stretch before packing: shorter ones pack worse, of longer ones more is packed anew."""

# Where more stretches than these are shorter than that on average, looking at each would take its time.
MANY, SHORT = 64, 1 << 14
# A stream of another program's is unpacked so many stretches at a time.
FED = 8
# What a full flush leaves at the end of a stretch.
EDGE = b"\x00\x00\xff\xff"
# An empty last block. Behind a stretch it can only be read, wholly, by who stands at a block's start
# on a byte's edge: at any other bit, its one bit that ends the stream is followed by a type of block
# that it does not fill, or that there is not.
LAST_BLOCK = b"\x01\x00\x00\xff\xff"


@dataclass(frozen=True)
class Stretch:
    """Some bytes of a part: `size` of them. `packed`, `plain` or both are at hand.

    `before` and `after` are the CRC-32 of the part up to here and with these bytes.
    """

    size: int
    before: int
    after: int
    packed: memoryview | None = None
    plain: bytes | memoryview | None = None
    ends: bool = False
    """Whether the stream of the part ends with it."""

    def unpacked(self) -> bytes | memoryview:
        """Its bytes, unpacked anew each time where they are not at hand."""
        if self.plain is not None:
            return self.plain
        squeezed = self.packed or b""
        unpacked: bytes = inflater()[0](wbits=-zlib.MAX_WBITS).decompress(squeezed, self.size)
        return unpacked

    def squeezed(self, squeeze: Any) -> Stretch:
        """The same packed, by what packs others too, its plain bytes let go of."""
        if self.packed is not None:
            return replace(self, plain=None)
        packed = squeeze.compress(self.plain) + squeeze.flush(zlib.Z_FULL_FLUSH)
        return replace(self, packed=memoryview(packed), plain=None)


class Squeezer:
    """Packs bytes into `file` as one deflate stream; its CRC-32, packed and full size so far."""

    def __init__(self, file: BinaryIO, longest: int = STRETCH) -> None:
        self._file = file
        self._longest = longest
        self._squeeze, self._crc32 = deflater()
        self._open = 0
        self.checksum = self.packed = self.size = 0

    def put(self, chunk: bytes | memoryview) -> None:
        """Pack some bytes more."""
        self.checksum = self._crc32(chunk, self.checksum)
        self.size += len(chunk)
        view = memoryview(chunk)
        while view:
            piece = view[: self._longest - self._open]
            self.packed += self._file.write(self._squeeze.compress(piece))
            self._open += len(piece)
            if self._open == self._longest:
                self.cut()
            view = view[len(piece) :]

    def cut(self) -> None:
        """End the stretch, if anything stands in it."""
        if self._open:
            self.packed += self._file.write(self._squeeze.flush(zlib.Z_FULL_FLUSH))
            self._open = 0

    def copy(self, stretches: Sequence[Stretch]) -> None:
        """Take over stretches that follow each other in some part, as they are packed."""
        self.cut()
        size = sum(stretch.size for stretch in stretches)
        # What came before them is other than it was: the difference goes on, shifted by their bytes.
        difference = self.checksum ^ stretches[0].before
        self.checksum = stretches[-1].after ^ shifted_checksum(difference, size)
        self.size += size
        for stretch in stretches:
            self.packed += self._file.write(stretch.packed or b"")

    def finish(self) -> None:
        """End the stream, unless a copied stretch did."""
        self._open = 0
        self.packed += self._file.write(self._squeeze.flush(zlib.Z_FINISH))


@dataclass(frozen=True)
class Spliced:
    """A part with other bytes in some places, as a function that gives its pieces.

    `made` are the places, start and end in the part as it was, and what stands there now: in order,
    none over another. `stretches` are the part as it was; of a part without them `plain` are its bytes,
    and all is packed anew.
    """

    plain: bytes = b""
    made: tuple[tuple[int, int, bytes], ...] = ()
    stretches: tuple[Stretch, ...] = ()

    def __call__(self) -> Iterator[bytes]:
        for stretch, new in self._changed():
            yield from [stretch.unpacked()] if new is None else new  # type: ignore[misc]

    def pack(self, file: BinaryIO) -> tuple[int, int, int]:
        """Write the part packed, untouched stretches as they are; its CRC-32, packed and full size."""
        # A stretch may grow: cut at its old length it would leave a very short one behind.
        squeezer = Squeezer(file, 2 * STRETCH if self.stretches else STRETCH)
        kept: list[Stretch] = []
        for stretch, new in self._changed():
            if new is None and stretch.packed is not None:
                kept.append(stretch)
                continue
            if kept:
                squeezer.copy(kept)
                kept = []
            for chunk in [stretch.unpacked()] if new is None else new:
                squeezer.put(chunk)
            # Where this one ended the stream, `finish` does.
            if not stretch.ends:
                squeezer.cut()
        if kept:
            squeezer.copy(kept)
        if not (kept and kept[-1].ends):
            squeezer.finish()
        return squeezer.checksum, squeezer.packed, squeezer.size

    def _changed(self) -> Iterator[tuple[Stretch, list[bytes | memoryview] | None]]:
        """Each stretch, and what stands in its place: None where it stays as it is."""
        whole = Stretch(len(self.plain), 0, 0, plain=self.plain, ends=True)
        stretches = self.stretches or (whole,)
        waiting = list(reversed(self.made))
        begin = at = 0
        for stretch in stretches:
            end = begin + stretch.size
            is_last = stretch is stretches[-1]
            if at == begin and not (waiting and (is_last or waiting[-1][0] < end)):
                yield stretch, None
                begin = at = end
                continue
            kept = memoryview(stretch.unpacked())
            new: list[bytes | memoryview] = []
            while waiting and (is_last or waiting[-1][0] < end):
                start, stop, text = waiting.pop()
                new += [kept[at - begin : start - begin], text]
                at = stop
            if at < end:
                new.append(kept[at - begin :])
                at = end
            yield stretch, new
            begin = end


def unpack_stretches(source: bytes, entry: ZipEntry) -> Spliced | None:
    """The part as it is, its stretches and its bytes.

    None where it is not wholly made of them, or anything else is the matter: then nothing is judged.
    """
    whole = io.BytesIO()
    found = []
    try:
        for stretch in _own_stretches(source, entry):
            whole.write(stretch.plain or b"")
            found.append(replace(stretch, plain=None))
    except BadZip:
        return None
    plain = whole.getvalue()
    kept, at = memoryview(plain), 0
    for place, stretch in enumerate(found):
        found[place] = replace(stretch, plain=kept[at : at + stretch.size])
        at += stretch.size
    return Spliced(plain, (), tuple(found))


def read_stretches(source: bytes, entry: ZipEntry) -> Iterator[Stretch]:
    """The part stretch by stretch, unpacked; those of other programs' parts are not packed as such.

    Raises BadZip, maybe only at the end, where the part is damaged, or packed in an uncommon way.
    """
    if entry.method and source.find(EDGE, entry.data, entry.data + min(entry.packed, 2 * STRETCH)) >= 0:
        return _own_stretches(source, entry)
    return _cut_stretches(source, entry)


def _own_stretches(source: bytes, entry: ZipEntry) -> Iterator[Stretch]:
    """The stretches of a part that was packed in such. Raises BadZip."""
    decompressobj, crc32, _ = inflater()
    at, end = entry.data, entry.data + entry.packed
    if entry.method == 0 or source.find(EDGE, at, end) < 0:
        raise BadZip(Cause("the part is not packed in stretches", "该部分不是分段压缩的"))
    packed = memoryview(source)
    checksum = size = count = 0
    while at < end:
        edge = source.find(EDGE, at, end)
        stop = end if edge < 0 else edge + len(EDGE)
        squeezed = packed[at:stop] if stop == end else source[at:stop] + LAST_BLOCK
        unpacker = decompressobj(wbits=-zlib.MAX_WBITS)
        # One byte more than declared, so that a part that goes on is seen and not unpacked.
        plain = b"".join(_pieces(unpacker, squeezed, entry.size - size + 1))
        size += len(plain)
        count += 1
        is_whole = unpacker.eof and not unpacker.unused_data
        if not is_whole or size > entry.size or count > MANY + 1 + size // SHORT:
            raise BadZip(Cause("the part is not packed in stretches", "该部分不是分段压缩的"))
        before, checksum = checksum, crc32(plain, checksum)
        yield Stretch(len(plain), before, checksum, packed[at:stop], plain, ends=stop == end)
        at = stop
    if size != entry.size or checksum != entry.checksum:
        raise BadZip(Cause("the part is damaged", "该部分已损坏"))


def _cut_stretches(source: bytes, entry: ZipEntry) -> Iterator[Stretch]:
    """A part that is one stream, unpacked and cut into stretches. Raises BadZip."""
    decompressobj, crc32, _ = inflater()
    packed = memoryview(source)[entry.data : entry.data + entry.packed]
    # So much of the stream as gives about so many stretches: what is not yet unpacked is copied each time.
    step = max(1, FED * entry.packed * STRETCH // max(entry.size, 1))
    unpacker = decompressobj(wbits=-zlib.MAX_WBITS)
    checksum = size = 0
    for at in range(0, len(packed) if entry.method else 0, step):
        for plain in _pieces(unpacker, packed[at : at + step], entry.size - size + 1):
            size += len(plain)
            before, checksum = checksum, crc32(plain, checksum)
            yield Stretch(len(plain), before, checksum, plain=plain)
        if size > entry.size or (unpacker.eof and at + step < len(packed)):
            raise BadZip(Cause("the part is damaged", "该部分已损坏"))
    if not unpacker.eof or unpacker.unused_data or size != entry.size or checksum != entry.checksum:
        raise BadZip(Cause("the part is damaged", "该部分已损坏"))


def _pieces(unpacker: Any, squeezed: bytes | memoryview, most: int) -> Iterator[bytes]:
    """What an unpacker makes of these bytes, up to so many. Raises BadZip.

    A stretch at a time: making room for more takes as long as the unpacking.
    """
    *_, broken = inflater()
    while most > 0:
        try:
            piece: bytes = unpacker.decompress(squeezed, min(most, STRETCH + 1))
        except broken as error:
            raise BadZip(Cause.quoted(str(error))) from error
        if not piece:
            return
        yield piece
        most -= len(piece)
        squeezed = unpacker.unconsumed_tail
