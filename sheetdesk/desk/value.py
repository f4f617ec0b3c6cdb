"""What stands for a column or for one of its values in a condition or an action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetdesk.columns.base import Choice, Column, plain
from sheetdesk.columns.flag import NO, YES
from sheetdesk.columns.moment import EARLIEST, LATEST, parse_moment
from sheetdesk.columns.number import parse_number
from sheetdesk.desk.tokens import Named, Reader, Token, known_names
from sheetdesk.errors import Cause

__all__ = ["ME", "choice_names", "column_names", "find_choice", "read_column", "read_value"]

ME = object()
"""Who looks, in place of a person."""


def column_names(columns: Sequence[Column]) -> dict[str, Column]:
    """What names of columns mean. A key is stable, so it wins over another column's title."""
    return known_names([(c.title, c) for c in columns] + [(c.key, c) for c in columns])


def read_column(reader: Reader, columns: Mapping[str, Column]) -> Column:
    """The column named here; a title of several words may stand without quotes."""
    token = reader.peek()
    if token is None or token.kind in ("sign", "mark"):
        raise reader.wrong(token, Cause("a column is expected here", "此处应为列"))
    column = reader.name(columns)
    if column is None:
        known = [column.key for column in columns.values()] + [*columns]
        raise reader.unknown(
            token, Cause(f"no column '{token.text}'", f"没有列“{token.text}”"), token.text, known
        )
    return column


def read_value(reader: Reader, token: Token, column: Column) -> Any:
    """What `token` means in the column: a key, number, moment, truth, text, or ME."""
    if column.type == "text":
        return token.typed
    # Other kinds are folded when a cell is read, so they are here.
    text = " ".join(plain(token.typed).split())
    if column.type == "person":
        if token.means != "me":
            return text
        if not reader.somebody_looks:
            raise reader.wrong(
                token, Cause(f"nobody is '{text}' in a rule; name a person", f"规则中没有“{text}”，请写人名")
            )
        return ME
    if column.type == "flag":
        if text.casefold() not in YES | NO:
            raise reader.wrong(
                token, Cause(f"'{text}' is neither yes nor no", f"“{text}”既不是“是”也不是“否”")
            )
        return text.casefold() in YES
    if column.type == "choice":
        return find_choice(reader, token, column).key if column.choices else text
    if column.type == "number":
        number = parse_number(text)
        if number is None:
            raise reader.wrong(
                token,
                Cause(
                    f"'{text}' is not a number, and '{column.key}' holds numbers",
                    f"“{text}”不是数字，而“{column.key}”只存放数字",
                ),
            )
        return number
    if column.type in ("moment", "date"):
        moment = parse_moment(text, None)
        out = moment is None or not EARLIEST <= moment.replace(tzinfo=None) <= LATEST
        if out or (column.type == "date" and moment is not None and moment.tzinfo is not None):
            raise reader.wrong(
                token,
                Cause(f"'{text}' is not a date; write 2026-03-31", f"“{text}”不是日期；请写 2026-03-31"),
            )
        return moment
    return text


def choice_names(column: Column) -> dict[str, Choice]:
    """What names of a column's choices mean: a title before a key, and that before a former name."""
    former = [(word, choice) for choice in column.choices for word in choice.was]
    keys = [(choice.key, choice) for choice in column.choices]
    return known_names([*former, *keys, *((choice.title, choice) for choice in column.choices)])


def find_choice(reader: Reader, token: Token, column: Column) -> Choice:
    """The column's choice that `token` names by title, key or a former name."""
    text = " ".join(plain(token.typed).split())
    for words in (lambda c: (c.title,), lambda c: (c.key,), lambda c: c.was):
        for choice in column.choices:
            if text.casefold() in (plain(word).casefold() for word in words(choice)):
                reader.named.append(Named(token.position, token.end, column.key, choice.key))
                return choice
    known = [word for choice in column.choices for word in (choice.title, choice.key)]
    raise reader.unknown(
        token,
        Cause(f"'{text}' is not a value of '{column.key}'", f"“{text}”不是“{column.key}”的值"),
        text,
        known,
    )
