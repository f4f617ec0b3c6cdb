"""A small formula engine with Google's semantics behind one interface, `Engine`.

The maintained Python libraries that compute formulas under a free licence (formualizer, ironcalc)
follow Excel and know neither ARRAYFORMULA nor ranges that spill from it, so none of them fits.
"""

from __future__ import annotations

from sheetdesk.sandbox.formulas.engine import Engine

__all__ = ["Engine"]
