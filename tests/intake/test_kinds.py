"""Every kind of file keeps the contract, and what cannot be read says why."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
import python_calamine

from sheetdesk.errors import (
    FileBroken,
    FileEmpty,
    FileKindUnknown,
    FileMissing,
    FileUnreadable,
)
from sheetdesk.intake.base import file_kinds, read_file

KINDS = ("csv", "jsonl", "xlsx")


def test_the_kinds_of_file_are_found_by_their_names() -> None:
    assert tuple(file_kinds()) == KINDS


def test_no_two_kinds_read_the_same_ending() -> None:
    endings = [ending for kind in file_kinds().values() for ending in kind.endings]
    assert len(endings) == len(set(endings))
    assert all(ending.startswith(".") and ending == ending.lower() for ending in endings)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_noise_is_unreadable_or_rows_but_never_another_error(kind: str, tmp_path: Path) -> None:
    for number, content in enumerate(
        (b"\x00\x01\x02", b"PK\x03\x04broken", b"\xff\xfe\xff", b'"', b"[1, {", b"\x1f\x8b\x08")
    ):
        path = tmp_path / f"noise{number}{file_kinds()[kind].endings[0]}"
        path.write_bytes(content)
        with contextlib.suppress(FileUnreadable):
            read_file(path)


@pytest.mark.parametrize("ending", [e for kind in file_kinds().values() for e in kind.endings])
def test_an_empty_file_is_said_to_be_empty_or_broken(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"empty{ending}"
    path.write_bytes(gzip.compress(b"") if ending.endswith(".gz") else b"")
    with pytest.raises((FileEmpty, FileBroken)):
        read_file(path)


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read_file(tmp_path / "none.csv")


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "tickets.pdf"
    path.write_bytes(b"%PDF")
    with pytest.raises(FileKindUnknown, match=r"\.csv.*\.xlsx"):
        read_file(path)


def test_every_error_of_the_workbook_reader_has_one_root_which_is_mapped() -> None:
    found = [v for v in vars(python_calamine).values() if isinstance(v, type) and issubclass(v, Exception)]
    assert all(issubclass(error, python_calamine.CalamineError) for error in found)
