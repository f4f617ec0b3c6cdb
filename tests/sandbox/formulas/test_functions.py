"""What formulas come to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.formulas.small_book import compute


@pytest.mark.parametrize(
    ("formula", "rows", "value"),
    [
        ("=1+1", [], 2),
        ("=4/2", [], 2),
        ("= 1 / 1024", [], 1 / 1024),
        ("=-2^2", [], 4),
        ("=2^3^2", [], 64),
        ("=50%", [], 0.5),
        ("=1/0", [], "#DIV/0!"),
        ('="x"+1', [], "#VALUE!"),
        ('="5"+1', [], 6),
        ("=A1+1", [], 1),
        ('=A1&"x"', [], "x"),
        ("=TRUE+1", [], 2),
        ("=1.5&TRUE", [], "1.5TRUE"),
        ('=A1=""', [], True),
        ("=A1=0", [], True),
        ('="Open"="OPEN"', [], True),
        ('="10">9', [], True),
        ("=#N/A", [], "#N/A"),
        ("=#REF!+1", [], "#REF!"),
        ("=1+", [], "#ERROR!"),
        ("=nowhere", [], "#NAME?"),
        ("=Lists!A1", [], "#REF!"),
        ("=ZZ99", [], "#REF!"),
        ("=J20", [], "#REF!"),
    ],
)
def test_signs_between_values(formula: str, rows: list[list[Any]], value: Any) -> None:
    assert compute(formula, *rows) == value
