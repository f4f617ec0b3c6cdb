"""An .xlsx read so that what nobody changes is written again byte for byte.

`Archive` keeps the packed bytes of every part and unpacks one only when asked for it. Written again,
an untouched part keeps its place, header, flags and packed bytes; only changed parts are packed
anew. Sizes are bounded before anything is unpacked: the file may be anybody's.
Source of the container format: APPNOTE.TXT 6.3, 4.3.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from sheetdesk.errors import Cause, PackageBroken
from sheetdesk.sheets.xlsx.causes import BYTES, unzipped
from sheetdesk.sheets.xlsx.package import DOS_DATE, Part, deflate, relations_of, targets_of
from sheetdesk.sheets.xlsx.packing import inflater
from sheetdesk.sheets.xlsx.patch.zip import (
    CENTRAL,
    END,
    FULL,
    FULL_COUNT,
    IS_UTF8,
    LOCAL,
    BadZip,
    ZipEntry,
    read_directory,
)
from sheetdesk.sheets.xlsx.stretches import Spliced, Stretch, read_stretches, unpack_stretches

__all__ = ["Archive"]

MAX_FILE = 1 << 30
HAS_DESCRIPTOR = 0x8


@dataclass(frozen=True)
class Archive:
    """The parts of one file by name, in file order. Made by `read`; `with_parts` makes another."""

    _source: bytes
    _entries: Mapping[str, ZipEntry]
    _changed: Mapping[str, Part]
    _comment: bytes = b""

    @classmethod
    def read(cls, source: bytes | Path) -> Archive:
        """The archive, nothing of it unpacked. Raises PackageBroken, OSError."""
        name: object = BYTES
        if isinstance(source, Path):
            name = source
            if source.stat().st_size > MAX_FILE:
                raise PackageBroken(path=name, reason=Cause("it is larger than 1 GiB", "文件超过 1 GiB"))
            source = source.read_bytes()
        try:
            entries, comment = read_directory(source)
        except BadZip as error:
            raise PackageBroken(path=name, reason=error.cause) from error
        except struct.error as error:
            raise PackageBroken(path=name, reason=unzipped(error)) from error
        return cls(source, entries, {}, comment)

    def names(self) -> tuple[str, ...]:
        """Every part's name, those of new parts last."""
        return (*self._entries, *(name for name in self._changed if name not in self._entries))

    def bytes(self, name: str) -> bytes:
        """One part, unpacked anew each time. Raises PackageBroken; KeyError where there is none."""
        if name in self._changed:
            part = self._changed[name]
            return part if isinstance(part, bytes) else b"".join(part())
        entry = self._entries[name]
        try:
            return _unpacked(self._source, entry)
        except BadZip as error:
            raise PackageBroken(path=name, reason=error.cause) from error

    def spliced(self, name: str) -> Spliced:
        """One part to put other bytes into: put back, only what they touch is packed anew.

        Raises PackageBroken; KeyError where there is none.
        """
        if name not in self._changed:
            found = unpack_stretches(self._source, self._entries[name])
            if found is not None:
                return found
        return Spliced(self.bytes(name))

    def size(self, name: str) -> int:
        """How many bytes one part is said to have, 0 where it was changed."""
        return 0 if name in self._changed else self._entries[name].size

    def stretches(self, name: str) -> Iterator[Stretch]:
        """One part that nobody changed, stretch by stretch: it never stands in memory whole.

        Raises BadZip, maybe only at the end, where only `bytes` can say what is the matter.
        """
        return read_stretches(self._source, self._entries[name])

    def with_parts(self, changed: Mapping[str, Part | None]) -> Archive:
        """The archive with other bytes in these parts; None removes one, a new name comes last."""
        entries = dict(self._entries)
        parts = dict(self._changed)
        for name, part in changed.items():
            if part is None:
                entries.pop(name, None)
                parts.pop(name, None)
            else:
                parts[name] = part
        return replace(self, _entries=entries, _changed=parts)

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """What `part` relates to inside the package: id → (type, part name)."""
        name = relations_of(part)
        return targets_of(part, self.bytes(name)) if name in self.names() else {}

    def write(self, file: BinaryIO) -> None:
        """The whole archive as a zip, from where `file` stands, which can be sought in. Raises PackageBroken
        above 4 GiB.
        """
        begin = file.tell()
        at = 0
        records = []
        for name in self.names():
            entry = self._entries.get(name)
            if name in self._changed:
                record = _pack(file, name, self._changed[name], entry)
            else:
                record = self._entries[name].record
                file.write(self._raw(self._entries[name]))
            records.append(_moved(record, at))
            at = file.tell() - begin
        directory = b"".join(records)
        if at + len(directory) >= FULL or len(records) >= FULL_COUNT:
            raise PackageBroken(
                path=BYTES, reason=Cause("it is too large to be written", "内容太大，无法写入")
            )
        count = len(records)
        tail = (b"PK\x05\x06", 0, 0, count, count, len(directory), at, len(self._comment))
        file.write(directory + END.pack(*tail) + self._comment)

    def _raw(self, entry: ZipEntry) -> memoryview:
        return memoryview(self._source)[entry.start : entry.end]


def _unpacked(source: bytes, entry: ZipEntry) -> bytes:
    decompressobj, crc32, broken = inflater()
    packed = memoryview(source)[entry.data : entry.data + entry.packed]
    if entry.method == 0:
        plain = bytes(packed)
    else:
        try:
            # One byte more than declared, so that a part that goes on is seen and not unpacked.
            plain = decompressobj(wbits=-zlib.MAX_WBITS).decompress(packed, entry.size + 1)
        except broken as error:
            raise BadZip(Cause.quoted(str(error))) from error
    if len(plain) != entry.size or crc32(plain) != entry.checksum:
        raise BadZip(Cause("the part is damaged", "该部分已损坏"))
    return plain


def _pack(file: BinaryIO, name: str, part: Part, entry: ZipEntry | None) -> bytes:
    """Write a part packed anew, under its old name and date; the directory's record of it."""
    raw_name = name.encode() if entry is None else entry.raw_name
    # What stands in the header is known when the part is packed.
    begin = file.tell()
    file.write(bytes(LOCAL.size) + raw_name)
    if isinstance(part, Spliced):
        checksum, packed, size = part.pack(file)
    else:
        checksum, packed, size = deflate(file, [part] if isinstance(part, bytes) else part())
    if max(packed, size) >= FULL:
        raise PackageBroken(path=name, reason=Cause("it is too large to be written", "内容太大，无法写入"))
    if entry is None:
        fields: list[Any] = [
            b"PK\x01\x02",
            20,
            20,
            IS_UTF8,
            8,
            0,
            DOS_DATE,
            0,
            0,
            0,
            len(raw_name),
            0,
            0,
            0,
            0,
            0,
            0,
        ]
        extra = b""
    else:
        fields = list(CENTRAL.unpack_from(entry.record))
        extra = entry.record[CENTRAL.size + len(raw_name) :]
        # Bits 1 and 2 tell how hard the old bytes were packed.
        fields[3] &= ~(HAS_DESCRIPTOR | 0x6)
        fields[4] = 8
    fields[7:10] = [checksum, packed, size]
    end = file.tell()
    file.seek(begin)
    file.write(LOCAL.pack(b"PK\x03\x04", *fields[2:10], len(raw_name), 0))
    file.seek(end)
    return CENTRAL.pack(*fields) + raw_name + extra


def _moved(record: bytes, at: int) -> bytes:
    """The directory's record of a part that now starts at `at`."""
    return record[: CENTRAL.size - 4] + struct.pack("<I", at & FULL) + record[CENTRAL.size :]
