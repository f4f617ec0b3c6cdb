"""What was read last is known again, unless anything about it is in doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetdesk.sheets.google.seen import LONGEST_S, SeenFile


def test_what_was_kept_is_known(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "google" / "id.json"
    SeenFile(path, lambda: 1000.0).save("7", "abc")
    assert SeenFile(path, lambda: 1000.0 + LONGEST_S - 1).load() == ("7", "abc")


@pytest.mark.parametrize("later_s", [LONGEST_S, LONGEST_S * 9, -1.0])
def test_what_is_old_or_of_the_future_is_not(tmp_path: Path, later_s: float) -> None:
    SeenFile(tmp_path / "id.json", lambda: 1000.0).save("7", "abc")
    assert SeenFile(tmp_path / "id.json", lambda: 1000.0 + later_s).load() == ("", "")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"7", b'{"version": "7"}', b"\xff\xfe",
        b'{"version":"7","revision":"a","at":"x"}',
        b'{"version":"7","revision":"a","at":NaN}', b'{"version":"7","revision":"a","at":null}',
    ],
)  # fmt: skip
def test_a_spoilt_file_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "id.json"
    path.write_bytes(content)
    assert SeenFile(path, lambda: 1000.0).load() == ("", "")


def test_which_write_was_right_is_known_whatever_is_read_and_however_long_ago(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "id.json"
    seen = SeenFile(path, lambda: 1000.0)
    seen.save("7", "abc")
    seen.save_right("sd_turn_4_ab")
    assert (seen.load(), seen.right()) == (("7", "abc"), "sd_turn_4_ab")
    seen.save("8", "abd")
    later = SeenFile(path, lambda: 1000.0 + 9 * LONGEST_S)
    assert (later.load(), later.right()) == (("", ""), "sd_turn_4_ab")
    for spoilt in ('{"right": 4}', "[]", "{"):
        path.write_text(spoilt)
        assert seen.right() == ""


def test_a_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert SeenFile(tmp_path / "id.json").load() == ("", "")
    assert SeenFile(tmp_path).load() == ("", "")
    assert SeenFile(tmp_path / "id.json").right() == ""
