"""Tags in the order they were written."""

from __future__ import annotations

import pytest

from sheetdesk.columns.base import Cell
from tests.columns import value


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("vpn, laptop", "vpn, laptop"), ("vpn,laptop;  vpn", "vpn, laptop"),
        ("网络，电脑、网络；打印", "网络, 电脑, 打印"),
        (" two   words \n second", "two words, second"), (",;、", None), (7.0, "7"), ("b, a", "b, a"),
        ("VPN, vpn", "VPN, vpn"),
    ],
)  # fmt: skip
def test_tags_are_parted_trimmed_and_stand_once(cell: Cell, tags: str | None) -> None:
    assert value("tags", cell) == tags
