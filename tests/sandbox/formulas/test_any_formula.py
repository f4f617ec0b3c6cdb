"""Whatever a formula asks, the answer is a value or an error value, and nothing is raised."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.sandbox.formulas.functions import FUNCTIONS
from tests.sandbox.formulas.small_book import compute

CELLS: list[list[Any]] = [[1, "a", 5.0], [2, "B", None], [None, "", True], [-4.5, "2026-03-05", 1e10]]
PLACES = ["A1", "A1:A3", "B:B", "A1:C4", "$C$2", "{1,2;3,4}", "{1;2;3}", "", "NA()"]
LITERALS = ["1", "0", "-1", "2.5", '"x"', '"5"', '""', '"2026-03-05"', "TRUE", "1/0", "1E15", "1E300"]


@st.composite
def formulas(draw: st.DrawFn, depth: int = 2) -> str:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(PLACES + LITERALS))
    inner = formulas(depth=depth - 1)
    if draw(st.integers(0, 4)) == 0:
        sign = draw(st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<>", "<", ">=", ":"]))
        return f"({draw(inner)}{sign}{draw(inner)})"
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    function = FUNCTIONS[name]
    most = function.least + 2 if function.most is None else function.most
    count = draw(st.integers(function.least, most))
    text = f"{name}({','.join(draw(inner) for _ in range(count))})"
    return f"ARRAYFORMULA({text})" if draw(st.booleans()) else text


@given(formula=formulas())
def test_every_formula_has_a_value(formula: str) -> None:
    value = compute(f"={formula}", *CELLS)
    assert value is None or isinstance(value, str | bool) or math.isfinite(value)


@given(text=st.text("A1:$!(){},;\\\"'#%<>=&+ -.0TRUE[]\0工", max_size=12))
def test_every_text_after_a_sign_is_a_formula_or_an_error(text: str) -> None:
    value = compute(f"={text}", *CELLS)
    assert value is None or isinstance(value, str | bool) or math.isfinite(value)
