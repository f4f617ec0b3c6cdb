"""References inside a formula's text, rewritten when rows or columns move.

Only references change: texts, names, spaces and the rest of a formula stay as somebody typed them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sheetdesk.sandbox.formulas.engine import letters
from sheetdesk.sandbox.formulas.lexer import REFERENCE, Token, Unparsable, tokens
from sheetdesk.sandbox.formulas.parser import read_range
from sheetdesk.sandbox.formulas.syntax import Range

__all__ = ["Box", "Moved", "shifted"]

Box = tuple[int | None, int | None, int | None, int | None]
"""start_row, end_row, start_col, end_col: half open, counted from 0, None where unbounded."""

Moved = Callable[[str | None, int | None, int | None, int | None, int | None], Box | None]

WHOLE = re.compile(REFERENCE)


def shifted(text: str, moved: Moved) -> str:
    """The formula after every reference went through `moved`, which gives its new box, or None if it is gone.

    `moved(tab, start_row, end_row, start_col, end_col)` gets the tab's title as it stands before `!`, or
    None where the reference names none. `$`, quotes and the form of a range stay; what is gone is `#REF!`.
    A text that is no formula comes back unchanged.
    """
    if not text.startswith("="):
        return text
    try:
        # Numbers are left alone, so it does not matter how the locale writes them.
        pieces = tokens(text[1:])
    except Unparsable:
        return text
    return "=" + "".join(_piece(token, moved) for token in pieces)


def _piece(token: Token, moved: Moved) -> str:
    if token.kind != "reference":
        return token.text
    old = read_range(token.text)
    new = moved(old.tab, old.start_row, old.end_row, old.start_col, old.end_col)
    if new == (old.start_row, old.end_row, old.start_col, old.end_col):
        return token.text
    match = WHOLE.fullmatch(token.text)
    if match is None:
        return token.text
    prefix = f"{match['tab']}!" if match["tab"] else ""
    if new is None:
        return f"{prefix}#REF!"
    return prefix + _written(match, old, new)


def _written(match: re.Match[str], old: Range, new: Box) -> str:
    """The new cells in the form of the old text."""
    if match["cell"]:
        return _end(match["cell"], new[0], new[2])
    first, last = match["first"], match["last"]
    start_row, end_row, start_col, end_col = new
    bottom = None if end_row is None else end_row - 1
    right = None if end_col is None else end_col - 1
    return f"{_end(first, start_row, start_col)}:{_end(last, bottom, right)}"


def _end(text: str, row: int | None, column: int | None) -> str:
    """One end of a range with other numbers; its `$` and what it leaves out stay."""
    match = re.fullmatch(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)", text)
    if match is None:
        return text
    before_column, old_column, before_row, old_row = match.groups()
    if not old_column and old_row and before_column and not before_row:
        before_column, before_row = "", before_column
    across = before_column + letters(column) if old_column and column is not None else ""
    down = before_row + str(row + 1) if old_row and row is not None else ""
    return across + down
