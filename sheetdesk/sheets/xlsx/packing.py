"""Packing and unpacking by the fastest library there is, and checksums of bytes that are not at hand.

Source: RFC 1951; ITU-T V.42, 8.1.1.6.2 (the CRC-32 and its polynomial).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

__all__ = ["deflater", "inflater", "shifted_checksum"]

# A polynomial over two elements is an int whose highest of 32 bits is the number one, the next is x.
ONE, X_TO_8 = 1 << 31, 1 << 23
# What is left of x to the 32nd divided by the checksum's polynomial.
X_TO_32 = 0xEDB88320


def inflater() -> tuple[Any, Callable[..., int], type[Exception]]:
    """What makes an unpacker, the checksum, and what is raised where a part is no deflate stream.

    ISA-L's where it is installed (twice as fast), else zlib's.
    """
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.decompressobj, zlib.crc32, zlib.error
    return isal_zlib.decompressobj, isal_zlib.crc32, isal_zlib.error  # type: ignore[return-value]


def deflater() -> tuple[Any, Callable[[bytes | memoryview, int], int]]:
    """ISA-L's deflate where it is installed (ten times faster, a tenth larger), else zlib's."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS), zlib.crc32
    return isal_zlib.compressobj(2, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS), isal_zlib.crc32


def shifted_checksum(checksum: int, length: int) -> int:
    """What so many bytes more make of a CRC-32: `crc32(a + b) == shifted(crc32(a), len(b)) ^ crc32(b)`."""
    # A checksum is a remainder: what stands further left counts as many powers of x more.
    return _product(checksum, _power(length)) if checksum else 0


@lru_cache(1 << 12)
def _power(length: int) -> int:
    """The power of x by which so many bytes shift what stands before them."""
    power, place = ONE, 0
    while length >> place:
        if length >> place & 1:
            power = _product(power, _squared(place))
        place += 1
    return power


@lru_cache(64)
def _squared(times: int) -> int:
    """x to the 8th, squared so many times."""
    return X_TO_8 if not times else _product(_squared(times - 1), _squared(times - 1))


def _product(one: int, other: int) -> int:
    """Of two polynomials, what is left of their product divided by the checksum's."""
    found = 0
    while one:
        if one & ONE:
            found ^= other
        one = one << 1 & 0xFFFF_FFFF
        other = other >> 1 ^ (X_TO_32 if other & 1 else 0)
    return found
