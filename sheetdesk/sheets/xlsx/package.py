"""The parts of an .xlsx as a value: read, related, declared, and written whole.

An .xlsx is a zip of named parts. `Package` holds them by name without a leading slash, in file
order; a part is bytes, or a function that yields it in chunks so that a sheet of half a million
rows never stands in memory. Source of the container format: ECMA-376 part 2, APPNOTE.TXT 6.3.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.causes import BYTES, unzipped
from sheetdesk.sheets.xlsx.stretches import Squeezer

__all__ = ["Package", "Part", "deflate", "parse", "relations_of", "targets_of"]

Part = bytes | Callable[[], Iterable[bytes]]

CONTENT_TYPES = "[Content_Types].xml"
NS_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
NS_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Fixed, so that the same plan gives the same bytes: 1980-01-01, the zip format's first day.
DOS_DATE = 0x21


def parse(xml: bytes) -> etree._Element:
    """The root of an untrusted part. No entities, no network, no huge trees from small files."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(xml, parser)


def relations_of(part: str) -> str:
    """The name of the part that holds the relationships of `part` ("" for the package's own)."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def targets_of(source: str, relations: bytes) -> dict[str, tuple[str, str]]:
    """What part `source` relates to inside the package, by its part of relations: id → (type, part name)."""
    found = {}
    for node in parse(relations):
        if node.get("TargetMode") == "External":
            continue
        target = str(node.get("Target"))
        folder = posixpath.dirname(source)
        path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
        found[str(node.get("Id"))] = (str(node.get("Type")), posixpath.normpath(path))
    return found


@dataclass
class Package:
    """All parts of one file. Built up by whoever writes it, then written once."""

    parts: dict[str, Part] = field(default_factory=dict)

    @classmethod
    def read(cls, source: str | Path | bytes) -> Package:
        """Every part of the file or bytes. Raises PackageBroken."""
        where: Any = io.BytesIO(source) if isinstance(source, bytes) else source
        try:
            with zipfile.ZipFile(where) as archive:
                return cls({info.filename: archive.read(info) for info in archive.infolist()})
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            name = BYTES if isinstance(source, bytes) else source
            raise PackageBroken(path=name, reason=unzipped(error)) from error

    def bytes(self, name: str) -> bytes:
        """One part, whole."""
        part = self.parts[name]
        return part if isinstance(part, bytes) else b"".join(part())

    def declare(self, part: str, content_type: str) -> None:
        """Say what `part` is in the package's content types; once said, nothing changes."""
        root = parse(self.bytes(CONTENT_TYPES))
        name = f"/{part}"
        if all(node.get("PartName") != name for node in root):
            etree.SubElement(root, f"{{{NS_TYPES}}}Override", PartName=name, ContentType=content_type)
            self.parts[CONTENT_TYPES] = HEAD + etree.tostring(root)

    def relate(self, source: str, kind: str, target: str) -> str:
        """The id of the relationship of type `kind` from part `source` to part `target`; made new."""
        name = relations_of(source)
        if name in self.parts:
            root = parse(self.bytes(name))
        else:
            root = etree.Element(f"{{{NS_RELATIONS}}}Relationships", nsmap={None: NS_RELATIONS})  # type: ignore[dict-item]
        taken = {node.get("Id") for node in root}
        number = len(root) + 1
        while f"rId{number}" in taken:
            number += 1
        path = posixpath.relpath(target, posixpath.dirname(source) or ".")
        etree.SubElement(root, f"{{{NS_RELATIONS}}}Relationship", Id=f"rId{number}", Type=kind, Target=path)
        self.parts[name] = HEAD + etree.tostring(root)
        return f"rId{number}"

    def targets(self, source: str) -> dict[str, tuple[str, str]]:
        """What `source` relates to inside the package: id → (type, part name)."""
        name = relations_of(source)
        return targets_of(source, self.bytes(name)) if name in self.parts else {}

    def write(self, file: BinaryIO) -> None:
        """The whole package as a zip, each part deflated as it is produced. `file` must seek."""
        entries: list[tuple[bytes, int, int, int, int]] = []
        for name, part in self.parts.items():
            offset = file.tell()
            encoded = name.encode()
            file.write(_local_header(encoded, 0, 0, 0))
            checksum, packed, size = deflate(file, [part] if isinstance(part, bytes) else part())
            end = file.tell()
            file.seek(offset)
            file.write(_local_header(encoded, checksum, packed, size))
            file.seek(end)
            entries.append((encoded, checksum, packed, size, offset))
        start = file.tell()
        for encoded, checksum, packed, size, offset in entries:
            file.write(
                struct.pack(
                    "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0x800, 8, 0, DOS_DATE, checksum, packed, size,
                    len(encoded), 0, 0, 0, 0, 0, offset,
                )
            )  # fmt: skip
            file.write(encoded)
        length = file.tell() - start
        count = len(entries)
        file.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, length, start, 0))


def _local_header(name: bytes, checksum: int, packed: int, size: int) -> bytes:
    header = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 20, 0x800, 8, 0, DOS_DATE, checksum, packed, size, len(name), 0
    )
    return header + name


def deflate(file: BinaryIO, chunks: Iterable[bytes]) -> tuple[int, int, int]:
    """Write `chunks` as one deflate stream; its CRC-32, packed and full size."""
    squeezer = Squeezer(file)
    for chunk in chunks:
        squeezer.put(chunk)
    squeezer.finish()
    return squeezer.checksum, squeezer.packed, squeezer.size
