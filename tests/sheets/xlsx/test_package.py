"""An .xlsx as its parts: what is read is written again, and always in the same bytes."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, Package, parse, relations_of

PARTS = st.dictionaries(st.text("abc/工", min_size=1, max_size=8), st.binary(max_size=300), max_size=6)


def written(package: Package) -> bytes:
    file = io.BytesIO()
    package.write(file)
    return file.getvalue()


@given(PARTS)
def test_what_is_written_is_read(parts: dict[str, bytes]) -> None:
    data = written(Package({**parts}))
    assert Package.read(data).parts == parts
    assert list(Package.read(data).parts) == list(parts)
    assert written(Package.read(data)) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None


@given(st.lists(st.binary(max_size=50), max_size=8))
def test_a_part_that_comes_in_chunks_is_their_sum(chunks: list[bytes]) -> None:
    package = Package({"a": b"x", "big": lambda: iter(chunks), "z": b"y"})
    data = written(package)
    assert data == written(package)
    assert Package.read(data).parts == {"a": b"x", "big": b"".join(chunks), "z": b"y"}
    assert package.bytes("big") == b"".join(chunks)


def test_without_isal_the_same_parts_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {"a.xml": b"<a>" + b"text " * 5_000 + b"</a>", "b.bin": bytes(range(256)) * 40, "empty": b""}
    fast = written(Package({**parts}))
    monkeypatch.setitem(sys.modules, "isal", None)
    slow = written(Package({**parts}))
    assert Package.read(fast).parts == Package.read(slow).parts == parts
    with zipfile.ZipFile(io.BytesIO(slow)) as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_DEFLATED}


def test_parts_bear_no_date_of_today() -> None:
    with zipfile.ZipFile(io.BytesIO(written(Package({"a": b"x"})))) as archive:
        assert [info.date_time for info in archive.infolist()] == [(1980, 1, 1, 0, 0, 0)]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut short", b"no zip at all" * 9])
def test_what_is_no_package_is_told(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(data)
    with pytest.raises(PackageBroken, match="broken\\.xlsx"):
        Package.read(path)
    with pytest.raises(PackageBroken, match="bytes"):
        Package.read(data)


def test_a_damaged_part_is_told() -> None:
    data = bytearray(written(Package({"a": b"text " * 100})))
    data[40] ^= 0xFF
    with pytest.raises(PackageBroken):
        Package.read(bytes(data))


def test_a_missing_file_is_not_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Package.read(tmp_path / "none.xlsx")


def test_a_part_is_declared_once() -> None:
    package = Package(
        {CONTENT_TYPES: b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'}
    )
    package.declare("xl/new.xml", "kind/one")
    package.declare("xl/new.xml", "kind/two")
    (node,) = parse(package.bytes(CONTENT_TYPES))
    assert (node.get("PartName"), node.get("ContentType")) == ("/xl/new.xml", "kind/one")


def test_relations_get_ids_of_their_own_and_lead_where_they_were_told() -> None:
    package = Package()
    ids = [
        package.relate("xl/worksheets/sheet1.xml", "kind/a", "xl/pivotTables/p1.xml"),
        package.relate("xl/worksheets/sheet1.xml", "kind/b", "xl/worksheets/near.xml"),
    ]
    assert len(set(ids)) == 2
    assert relations_of("xl/worksheets/sheet1.xml") == "xl/worksheets/_rels/sheet1.xml.rels"
    assert b'Target="../pivotTables/p1.xml"' in package.bytes("xl/worksheets/_rels/sheet1.xml.rels")
    assert package.targets("xl/worksheets/sheet1.xml") == {
        ids[0]: ("kind/a", "xl/pivotTables/p1.xml"),
        ids[1]: ("kind/b", "xl/worksheets/near.xml"),
    }
    assert package.targets("xl/nothing.xml") == {}
    package.relate("", "kind/c", "xl/workbook.xml")
    assert list(package.targets("").values()) == [("kind/c", "xl/workbook.xml")]


def test_a_taken_id_is_never_given_again_and_links_outside_are_no_parts() -> None:
    outside = 'Target="http://x.example" TargetMode="External"'
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId3" Type="t" Target="/xl/a.xml"/><Relationship Id="rId9" Type="t" {outside}/>'
        "</Relationships>"
    )
    package = Package({"xl/_rels/w.xml.rels": rels.encode()})
    assert package.relate("xl/w.xml", "kind", "xl/b.xml") == "rId4"
    assert package.targets("xl/w.xml") == {"rId3": ("t", "xl/a.xml"), "rId4": ("kind", "xl/b.xml")}


def test_a_part_that_fails_midway_is_not_swallowed() -> None:
    def failing() -> Iterator[bytes]:
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        written(Package({"a": failing}))
