"""An archive keeps the bytes of what nobody changes, and refuses files that lie about themselves."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.archive import Archive
from tests.conftest import shared_folder
from tests.sheets.xlsx.patch_oracle import raw_parts, saved

BOOKS = sorted((shared_folder() / "data" / "xlsx").glob("*.xls[xm]"))
TEXT = b"<a>" + b"word " * 500 + b"</a>"


class Stream(io.RawIOBase):
    """A file that cannot seek, so that zipfile writes data descriptors."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        chunk = bytes(data)
        self.held += chunk
        return len(chunk)


def zipped(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, streamed: bool = False) -> bytes:
    target = Stream() if streamed else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.comment = b"a comment"
    return bytes(target.held) if isinstance(target, Stream) else target.getvalue()


PARTS = {"a.xml": TEXT, "folder/b.xml": b"<b/>", "工单.xml": b"<c/>", "empty": b""}
every_zip = pytest.mark.parametrize(
    "file",
    [
        zipped(PARTS),
        zipped(PARTS, method=zipfile.ZIP_STORED),
        zipped(PARTS, streamed=True),
        zipped(PARTS, method=zipfile.ZIP_STORED, streamed=True),
    ],
    ids=["deflated", "stored", "descriptors", "stored with descriptors"],
)


def test_an_archive_is_written_from_where_the_file_stands() -> None:
    changed = Archive.read(zipped(PARTS)).with_parts({"a.xml": b"<other/>", "new.xml": TEXT})
    target = io.BytesIO(b"before" + bytes(9999))
    target.seek(6)
    changed.write(target)
    made = target.getvalue()[: target.tell()]
    assert made.startswith(b"before")
    assert made[6:] == saved(changed)


@every_zip
def test_an_archive_that_nobody_changed_is_written_byte_for_byte(file: bytes) -> None:
    assert saved(Archive.read(file)) == file


@every_zip
def test_parts_are_read_as_they_were_written(file: bytes) -> None:
    archive = Archive.read(file)
    assert {name: archive.bytes(name) for name in archive.names()} == PARTS


@every_zip
def test_a_changed_part_keeps_its_place_and_the_others_their_bytes(file: bytes) -> None:
    changed = Archive.read(file).with_parts({"folder/b.xml": b"<new/>", "last.xml": b"<z/>", "empty": None})
    after = saved(changed)
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.xml", "folder/b.xml", "工单.xml", "last.xml"]
        assert archive.read("folder/b.xml") == b"<new/>"
        assert archive.read("last.xml") == b"<z/>"
        assert archive.comment == b"a comment"
    assert all(raw_parts(after)[name] == raw_parts(file)[name] for name in ("a.xml", "工单.xml"))
    assert changed.names() == ("a.xml", "folder/b.xml", "工单.xml", "last.xml")
    assert changed.bytes("folder/b.xml") == b"<new/>"


def test_a_part_may_come_in_pieces() -> None:
    archive = Archive.read(zipped(PARTS)).with_parts({"a.xml": lambda: [b"<a", memoryview(b"/>")]})  # type: ignore[list-item]
    assert archive.bytes("a.xml") == b"<a/>"
    assert Archive.read(saved(archive)).bytes("a.xml") == b"<a/>"


def test_wide_sizes_in_the_directory_are_understood() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a.xml", "w", force_zip64=True) as part:
        part.write(TEXT)
    file = target.getvalue()
    # The same sizes as zip64 writes them in the directory: all ones, and an extra field.
    at = file.index(b"PK\x01\x02")
    fields = list(struct.unpack_from("<4s6H3I5H2I", file, at))
    extra = struct.pack("<2H3Q", 1, 24, fields[9], fields[8], fields[16])
    fields[8] = fields[9] = fields[16] = 0xFFFF_FFFF
    fields[11] = len(extra)
    record = struct.pack("<4s6H3I5H2I", *fields) + b"a.xml" + extra
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(record), at, 0)
    wide = Archive.read(file[:at] + record + end)
    assert wide.bytes("a.xml") == TEXT
    with zipfile.ZipFile(io.BytesIO(saved(wide))) as again:
        assert again.read("a.xml") == TEXT


def test_relations_are_given_as_a_package_gives_them() -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="t/sheet" Target="sheets/1.xml"/>'
        b'<Relationship Id="rId2" Type="t/link" Target="http://x" TargetMode="External"/></Relationships>'
    )
    archive = Archive.read(zipped({"xl/w.xml": b"<w/>", "xl/_rels/w.xml.rels": relations}))
    assert archive.targets("xl/w.xml") == {"rId1": ("t/sheet", "xl/sheets/1.xml")}
    assert archive.targets("xl/none.xml") == {}


def broken(file: bytes, old: bytes, new: bytes, count: int = -1) -> bytes:
    assert old in file
    return file.replace(old, new, count)


def declared(size: int, packed: int | None = None) -> bytes:
    """An archive whose directory says this size of its only part."""
    file = bytearray(zipped({"a.xml": TEXT}))
    at = file.index(b"PK\x01\x02")
    struct.pack_into("<I", file, at + 24, size)
    if packed is not None:
        struct.pack_into("<I", file, at + 20, packed)
    return bytes(file)


def overlapping() -> bytes:
    """Two entries whose second points at the first one's bytes."""
    file = bytearray(zipped({"a.xml": TEXT, "b.xml": TEXT}))
    second = file.rindex(b"PK\x01\x02")
    struct.pack_into("<I", file, second + 42, 0)
    return bytes(file)


def doubled() -> bytes:
    return zipped({"a.xml": TEXT, "b.xml": TEXT}).replace(b"b.xml", b"a.xml")


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "the end of the file is missing"),
        (b"no zip at all", "the end of the file is missing"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "protected by a password"),
        (zipped(PARTS)[:-40], "the end of the file is missing"),
        (zipped(PARTS)[30:], "directory is not where it says"),
        (declared(0xE000_0000), "a part is too large"),
        (declared(100 << 20), "packed too well"),
        (declared(len(TEXT), 0x7FFF_0000), "a part is too large"),
        (overlapping(), "a part is not what the directory says"),
        (doubled(), "two parts have one name"),
        (zipped({"a.xml": TEXT}, method=zipfile.ZIP_BZIP2), "packed in a way"),
    ],
)
def test_a_file_that_is_no_whole_archive_is_refused(file: bytes, says: str) -> None:
    with pytest.raises(PackageBroken, match=says):
        Archive.read(file)


@pytest.mark.parametrize("size", [len(TEXT) - 1, len(TEXT) + 1])
def test_a_part_of_another_size_than_declared_is_refused_when_asked_for(size: int) -> None:
    archive = Archive.read(declared(size))
    with pytest.raises(PackageBroken, match="damaged"):
        archive.bytes("a.xml")


def test_a_damaged_part_is_refused_when_asked_for() -> None:
    file = zipped({"a.xml": TEXT}, method=zipfile.ZIP_STORED)
    with pytest.raises(PackageBroken, match="damaged"):
        Archive.read(broken(file, b"word word", b"word werd", 1)).bytes("a.xml")


def test_an_encrypted_part_is_refused() -> None:
    file = bytearray(zipped({"a.xml": TEXT}))
    file[file.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(PackageBroken, match="password"):
        Archive.read(bytes(file))


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Archive.read(tmp_path / "none.xlsx")


@pytest.mark.shared_data
@pytest.mark.skipif(not BOOKS, reason=f"no workbooks in {shared_folder() / 'data' / 'xlsx'}")
def test_workbooks_that_people_saved_are_written_byte_for_byte() -> None:
    assert [path.name for path in BOOKS if saved(Archive.read(path)) != path.read_bytes()] == []
