"""Formulas that speak of cells by place: said from another cell, or with ranges that grew.

openpyxl knows how a formula falls into tokens and how its relative places move.
Source: ECMA-376 part 1, 18.17.2 (formulas), 18.3.1.40 (shared formulas).
"""

from __future__ import annotations

import re

from sheetdesk.sheets.xlsx.check.book import block
from sheetdesk.sheets.xlsx.patch.layout import place_name

__all__ = ["grown", "moved"]

RANGE = re.compile(r"(\$?[A-Z]{1,3}\$?)([1-9][0-9]{0,6}):(\$?[A-Z]{1,3}\$?)([1-9][0-9]{0,6})")

PLACE = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]+")


def moved(formula: str, source: tuple[int, int], target: tuple[int, int]) -> str | None:
    """The formula of cell `source` (row, column) as it reads in cell `target`; None if not certain."""
    # A sixth of a second to import, which only workbooks with formulas of people's own need.
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator, TranslatorError

    try:
        translator = Translator(f"={formula}", origin=place_name(*source))
        text = str(translator.translate_formula(place_name(*target)))[1:]
        back = str(Translator(f"={text}", origin=place_name(*target)).translate_formula(place_name(*source)))
    except (TranslatorError, TokenizerError, ValueError):
        return None
    # Places that fell off the sheet do not come back.
    return text if back == f"={formula}" and _is_on_sheet(text) else None


def grown(formula: str, left: int, right: int, old_last: int, new_last: int) -> str:
    """The formula with ranges over these columns that end in row `old_last` ending in `new_last`."""
    from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

    try:
        tokenizer = Tokenizer(f"={formula}")
    except TokenizerError:
        return formula
    pieces = []
    for token in tokenizer.items:
        text = token.value
        found = RANGE.fullmatch(text) if token.subtype == Token.RANGE else None
        area = block(text) if found else None
        if found and area and area.bottom == old_last and left <= area.left and area.right <= right:
            text = f"{found[1]}{found[2]}:{found[3]}{new_last}"
        pieces.append(text)
    return "".join(pieces)


def _is_on_sheet(formula: str) -> bool:
    """Whether every place in the formula is one; a place moved past the last column is not."""
    from openpyxl.formula.tokenizer import Token, Tokenizer

    for token in Tokenizer(f"={formula}").items:
        if token.subtype == Token.RANGE and "[" not in token.value:
            for place in token.value.rpartition("!")[2].split(":"):
                if PLACE.fullmatch(place) and block(place) is None:
                    return False
    return True
