"""The functions that the sandbox computes, by name; each module holds those of one theme."""

from __future__ import annotations

from sheetdesk.sandbox.formulas.functions import (
    arithmetic,
    arrays,
    counting,
    dates,
    kinds,
    logic,
    lookup,
    statistics,
    texts,
)
from sheetdesk.sandbox.formulas.functions.function import Function

__all__ = ["FUNCTIONS"]

FUNCTIONS: dict[str, Function] = {
    **logic.FUNCTIONS,
    **kinds.FUNCTIONS,
    **arithmetic.FUNCTIONS,
    **statistics.FUNCTIONS,
    **counting.FUNCTIONS,
    **lookup.FUNCTIONS,
    **arrays.FUNCTIONS,
    **texts.FUNCTIONS,
    **dates.FUNCTIONS,
}
