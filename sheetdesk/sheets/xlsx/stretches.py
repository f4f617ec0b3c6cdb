"""Packed parts made of stretches that know nothing of each other, so that a change packs only its own anew.

Whatever sheetdesk packs ends a stretch every so often with a full flush: what follows starts on a
byte's edge and refers to nothing before it. In a changed part, stretches that no change touches are
copied as they are packed. Files of other programs have none, and their parts are packed as a whole.
Source: RFC 1951, 3.2.3 and 3.2.4.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from sheetdesk.sheets.xlsx.patch_zip import ZipEntry

__all__ = ["Spliced", "Squeezer", "Stretch", "inflater", "unpack_stretches"]

STRETCH = 1 << 18
"""Bytes of a stretch before packing: shorter ones pack worse, of longer ones more is packed anew."""

# Where more stretches than these are shorter than that on average, looking at each would take its time.
MANY, SHORT = 64, 1 << 14
# What a full flush leaves at the end of a stretch.
EDGE = b"\x00\x00\xff\xff"
# An empty last block. Behind a stretch it can only be read, wholly, by who stands at a block's start
# on a byte's edge: at any other bit, its one bit that ends the stream is followed by a type of block
# that it does not fill, or that there is not.
LAST_BLOCK = b"\x01\x00\x00\xff\xff"


@dataclass(frozen=True)
class Stretch:
    """Where a stretch stands in the archive's bytes, and where what it gives ends in the part."""

    start: int
    end: int
    plain_end: int


class Squeezer:
    """Packs bytes into `file` as one deflate stream; its CRC-32, packed and full size so far."""

    def __init__(self, file: BinaryIO, longest: int = STRETCH) -> None:
        self._file = file
        self._longest = longest
        self._squeeze, self._crc32 = _deflater()
        self._open = 0
        self.checksum = self.packed = self.size = 0

    def put(self, chunk: bytes | memoryview) -> None:
        """Pack some bytes more."""
        self._count(chunk)
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

    def copy(self, packed: memoryview, plain: memoryview) -> None:
        """Take over a packed stretch as it is."""
        self.cut()
        self._count(plain)
        self.packed += self._file.write(packed)

    def finish(self) -> None:
        """End the stream, unless a copied stretch did."""
        self._open = 0
        self.packed += self._file.write(self._squeeze.flush(zlib.Z_FINISH))

    def _count(self, plain: bytes | memoryview) -> None:
        self.checksum = self._crc32(plain, self.checksum)
        self.size += len(plain)


@dataclass(frozen=True)
class Spliced:
    """A part with other bytes in some places, as a function that gives its pieces.

    `made` are the places, start and end in `plain`, and what stands there now: in order, none over
    another. `entry` and `stretches` tell how `plain` was packed; without them all is packed anew.
    """

    plain: bytes
    made: tuple[tuple[int, int, bytes], ...] = ()
    entry: ZipEntry | None = None
    stretches: tuple[Stretch, ...] = ()

    def __call__(self) -> Iterator[bytes]:
        kept = memoryview(self.plain)
        at = 0
        for start, end, new in self.made:
            yield kept[at:start]  # type: ignore[misc]
            yield new
            at = end
        yield kept[at:]  # type: ignore[misc]

    def pack(self, source: bytes, file: BinaryIO) -> tuple[int, int, int]:
        """Write the part packed, untouched stretches copied from `source`, the bytes of the old archive.

        Gives its CRC-32, packed and full size.
        """
        # A stretch may grow: cut at its old length it would leave a very short one behind.
        squeezer = Squeezer(file, 2 * STRETCH)
        kept, packed = memoryview(self.plain), memoryview(source)
        waiting = list(reversed(self.made))
        begin = at = 0
        for stretch in self.stretches:
            is_last = stretch is self.stretches[-1]
            if at == begin and not (waiting and (is_last or waiting[-1][0] < stretch.plain_end)):
                squeezer.copy(packed[stretch.start : stretch.end], kept[begin : stretch.plain_end])
                begin = at = stretch.plain_end
                continue
            while waiting and (is_last or waiting[-1][0] < stretch.plain_end):
                start, end, new = waiting.pop()
                squeezer.put(kept[at:start])
                squeezer.put(new)
                at = end
            if at < stretch.plain_end:
                squeezer.put(kept[at : stretch.plain_end])
                at = stretch.plain_end
            if is_last:
                squeezer.finish()
            squeezer.cut()
            begin = stretch.plain_end
        return squeezer.checksum, squeezer.packed, squeezer.size


def unpack_stretches(source: bytes, entry: ZipEntry) -> tuple[bytes, tuple[Stretch, ...]] | None:
    """What the part holds, and its stretches.

    None where it is not wholly made of them, or anything else is the matter: then nothing is judged.
    """
    decompressobj, crc32, broken = inflater()
    at, end = entry.data, entry.data + entry.packed
    if entry.method == 0 or source.find(EDGE, at, end) < 0:
        return None
    whole = io.BytesIO()
    stretches: list[Stretch] = []
    checksum = size = 0
    while at < end:
        edge = source.find(EDGE, at, end)
        stop = end if edge < 0 else edge + len(EDGE)
        squeezed = source[at:stop] if stop == end else source[at:stop] + LAST_BLOCK
        unpacker = decompressobj(wbits=-zlib.MAX_WBITS)
        try:
            # One byte more than declared, so that a part that goes on is seen and not unpacked.
            plain = unpacker.decompress(squeezed, entry.size - size + 1)
        except broken:
            return None
        size += len(plain)
        is_whole = unpacker.eof and not unpacker.unused_data
        if not is_whole or size > entry.size or len(stretches) > MANY + size // SHORT:
            return None
        checksum = crc32(plain, checksum)
        whole.write(plain)
        stretches.append(Stretch(at, stop, size))
        at = stop
    if size != entry.size or checksum != entry.checksum:
        return None
    return whole.getvalue(), tuple(stretches)


def inflater() -> tuple[Any, Callable[..., int], type[Exception]]:
    """What makes an unpacker, the checksum, and what is raised where a part is no deflate stream.

    ISA-L's where it is installed (twice as fast), else zlib's.
    """
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.decompressobj, zlib.crc32, zlib.error
    return isal_zlib.decompressobj, isal_zlib.crc32, isal_zlib.error  # type: ignore[return-value]


def _deflater() -> tuple[Any, Callable[[bytes | memoryview, int], int]]:
    """ISA-L's deflate where it is installed (ten times faster, a tenth larger), else zlib's."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS), zlib.crc32
    return isal_zlib.compressobj(2, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS), isal_zlib.crc32
