"""The directory of a zip: which parts it holds, where, and how large; everything bounded and held together.

It is read by hand because each part's own header has to be kept as it is. Archives that lie to their
readers (parts in each other, two names for one, sizes that cannot be) are refused.
Source of the container format: APPNOTE.TXT 6.3, 4.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from sheetdesk.errors import Cause

__all__ = ["CENTRAL", "END", "FULL", "FULL_COUNT", "IS_UTF8", "LOCAL", "BadZip", "ZipEntry", "read_directory"]

MAX_PARTS = 10_000
MAX_PART = 3 << 30
MAX_TOTAL = 6 << 30
# Sheets shrink to a twentieth, dull ones to a hundredth; small parts may be as dull as they like.
MAX_RATIO = 400
SMALL_PART = 16 << 20

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
END_64 = struct.Struct("<4sQ2H2I4Q")
LOCATOR_64 = struct.Struct("<4sIQI")
# Office wraps a workbook that has a password into a file of this kind, as it kept all files before 2007.
OLE_HEAD = bytes.fromhex("d0cf11e0a1b11ae1")
FULL, FULL_COUNT = 0xFFFF_FFFF, 0xFFFF
IS_ENCRYPTED, IS_UTF8 = 0x1, 0x800


@dataclass(frozen=True)
class ZipEntry:
    """One part as it stands in the source.

    `record` is the central directory's; `start` to `end` holds the local header, the packed bytes
    from `data` on, and whatever the writer put behind them.
    """

    record: bytes
    start: int
    end: int
    data: int
    packed: int
    size: int
    checksum: int
    method: int

    @property
    def flags(self) -> int:
        return int(CENTRAL.unpack_from(self.record)[3])

    @property
    def raw_name(self) -> bytes:
        return self.record[CENTRAL.size : CENTRAL.size + CENTRAL.unpack_from(self.record)[10]]


class BadZip(Exception):
    """Why the bytes are no archive; becomes a PackageBroken."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


def read_directory(source: bytes) -> tuple[dict[str, ZipEntry], bytes]:
    """The entries by name, in file order, and the archive's comment. Raises BadZip, struct.error."""
    if source.startswith(OLE_HEAD):
        raise BadZip(
            Cause(
                "it is protected by a password, or of a kind older than .xlsx",
                "文件已加密，或是比 .xlsx 更早的格式",
            )
        )
    start, length, count, shift, comment = _end(source)
    if count > MAX_PARTS:
        raise BadZip(Cause(f"it has {count} parts", f"其中有 {count} 个部分，太多"))
    found: list[tuple[str, bytes, int, int, int, int, int]] = []
    at = start
    for _ in range(count):
        if at + CENTRAL.size > start + length:
            raise BadZip(Cause("its directory is cut short", "压缩包的目录不完整"))
        found.append(_record(source, at, shift))
        at += CENTRAL.size + sum(CENTRAL.unpack_from(source, at)[10:13])
    if at > start + length:
        raise BadZip(Cause("its directory is cut short", "压缩包的目录不完整"))
    if len({name for name, *_ in found}) < count:
        raise BadZip(Cause("two parts have one name", "有两个部分同名"))
    starts = sorted(offset for *_, offset in found)
    following = dict(zip(starts, [*starts[1:], start], strict=True))
    entries = {}
    total = 0
    for name, record, packed, size, checksum, method, offset in found:
        entry = _entry(source, record, (packed, size, checksum, method), offset, following[offset])
        total += size
        if total > MAX_TOTAL:
            raise BadZip(Cause("its parts are too large together", "各部分合计太大"))
        entries[name] = entry
    return entries, comment


def _end(source: bytes) -> tuple[int, int, int, int, bytes]:
    """Where the directory starts, its length, how many parts, what offsets are short by, the comment."""
    at = source.rfind(b"PK\x05\x06", max(0, len(source) - END.size - 0xFFFF))
    if at < 0:
        raise BadZip(Cause("the end of the file is missing", "缺少文件末尾"))
    _, disk, _, _, count, length, offset, size = END.unpack_from(source, at)
    comment = source[at + END.size : at + END.size + size]
    end = at
    locator = at - LOCATOR_64.size
    if FULL in (length, offset) or count == FULL_COUNT:
        if locator < 0 or source[locator : locator + 4] != b"PK\x06\x07":
            raise BadZip(Cause("its directory is not where it says", "压缩包的目录不在所记录的位置"))
        # What stands right before its locator; the offset in it counts from the archive's start.
        end = source.rfind(b"PK\x06\x06", 0, locator)
        if end < 0:
            raise BadZip(Cause("its directory is not where it says", "压缩包的目录不在所记录的位置"))
        *_, count, length, offset = END_64.unpack_from(source, end)
    if disk not in (0, FULL_COUNT):
        raise BadZip(Cause("it is one of several volumes", "它只是分卷压缩包中的一卷"))
    start = end - length
    if start < 0 or offset > start:
        raise BadZip(Cause("its directory is not where it says", "压缩包的目录不在所记录的位置"))
    return start, length, count, start - offset, comment


def _record(source: bytes, at: int, shift: int) -> tuple[str, bytes, int, int, int, int, int]:
    """(name, record with its true sizes, packed, size, checksum, method, place) of one part."""
    fields = list(CENTRAL.unpack_from(source, at))
    if fields[0] != b"PK\x01\x02":
        raise BadZip(Cause("its directory is cut short", "压缩包的目录不完整"))
    flags, method, checksum, packed, size = fields[3], fields[4], *fields[7:10]
    name_at = at + CENTRAL.size
    name = source[name_at : name_at + fields[10]]
    extra_at = name_at + fields[10]
    extra = source[extra_at : extra_at + fields[11]]
    comment = source[extra_at + fields[11] : extra_at + fields[11] + fields[12]]
    kept = b""
    for kind, data in _extras(extra):
        if kind != 1:
            kept += struct.pack("<2H", kind, len(data)) + data
            continue
        numbers = iter(struct.unpack(f"<{len(data) // 8}Q", data[: len(data) // 8 * 8]))
        size = next(numbers, FULL) if size == FULL else size
        packed = next(numbers, FULL) if packed == FULL else packed
        fields[16] = next(numbers, FULL) if fields[16] == FULL else fields[16]
    offset = fields[16] + shift
    if flags & IS_ENCRYPTED:
        raise BadZip(Cause("it is protected by a password", "文件已加密"))
    if method not in (0, 8):
        raise BadZip(
            Cause(
                f"a part is packed in a way ({method}) that no .xlsx may use",
                f"有部分的压缩方式（{method}）是 .xlsx 不允许的",
            )
        )
    if size > MAX_PART or packed > len(source):
        raise BadZip(Cause("a part is too large", "有部分太大"))
    if size > SMALL_PART and size > packed * MAX_RATIO:
        raise BadZip(Cause("a part is packed too well to be a workbook's", "有部分的压缩率过高，不像工作簿"))
    # Sizes fit into 32 bits by now, so that the wide ones need not be kept.
    fields[8], fields[9], fields[11], fields[16] = packed, size, len(kept), 0
    text = name.decode("utf-8" if flags & IS_UTF8 else "cp437", "replace")
    return text, CENTRAL.pack(*fields) + name + kept + comment, packed, size, checksum, method, offset


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The extra fields of a header: kind and data."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _entry(source: bytes, record: bytes, sizes: tuple[int, int, int, int], start: int, end: int) -> ZipEntry:
    packed, size, checksum, method = sizes
    if source[start : start + 4] != b"PK\x03\x04":
        raise BadZip(Cause("a part is not where the directory says", "有部分不在目录所记录的位置"))
    fields = LOCAL.unpack_from(source, start)
    name_at = start + LOCAL.size
    data = name_at + fields[9] + fields[10]
    entry = ZipEntry(record, start, end, data, packed, size, checksum, method)
    # Parts that lie in each other, or that have two names, are how archives lie to their readers.
    if data + packed > end or source[name_at : name_at + fields[9]] != entry.raw_name:
        raise BadZip(Cause("a part is not what the directory says", "有部分与目录的记录不符"))
    return entry
