"""The id of a ticket."""

from __future__ import annotations

import pytest

from sheetdesk.columns.base import Cell
from tests.columns import value


@pytest.mark.parametrize(
    ("cell", "ticket"), [(" T-００1 ", "T-001"), (1041.0, "1041"), (1041, "1041"), ("T-1", "T-1")]
)
def test_an_id_is_trimmed_and_folded(cell: Cell, ticket: str) -> None:
    assert value("ticket", cell) == ticket
