"""Rules as Python functions, for what the rule language cannot say.

A file beside the desk, named under `rules:` (`- ./vip.py`), has functions under `@rule`:

    from sheetdesk import rule

    @rule(reads=["requester", "priority"], writes=["priority"])
    def vip(tickets, desk):
        mine = tickets["requester"].isin(["Ann", "Ben"])
        return tickets.loc[mine, ["priority"]].assign(priority="p1")

`tickets` is a DataFrame indexed by id with the columns that it reads; what comes back is one with the
cells to write, or that and a list of `tell(ticket, whom, text)`. What it returns for a cell that holds
that already is no change.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import Any, ClassVar

import pandas as pd

from sheetdesk.columns.base import Column
from sheetdesk.columns.moment import moment_in
from sheetdesk.desk.desk import Desk
from sheetdesk.errors import Cause, SheetdeskError, near
from sheetdesk.table.change import plain_value

__all__ = ["Script", "ScriptInvalid", "Told", "call", "rule", "scripts_of", "tell"]

MARK = "__sheetdesk__"
Function = Callable[[pd.DataFrame, Desk], Any]


class ScriptInvalid(SheetdeskError):
    """A rule that does what it did not declare, or declares what is not there."""

    exit_code = 2
    words: ClassVar = {
        "en": "Rule '{key}' ({place}): {reason}{hint}. Nothing of it was kept.",
        "zh": "规则“{key}”（{place}）：{reason}{hint}。其结果均未采用。",
    }

    def __init__(self, key: str, place: str, reason: Cause, like: str | None = None) -> None:
        super().__init__(key=key, place=place, reason=reason, hint=f" ({like}?)" if like else "")


@dataclass(frozen=True)
class Script:
    """A function with what it declares: the columns it reads and writes, and when it has its turn."""

    key: str
    function: Function
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    order: float = 100
    title: str = ""
    place: str = ""


@dataclass(frozen=True)
class Told:
    """Somebody to tell: `whom` as in the rule language, such as `owner` or a role."""

    ticket: str
    whom: str
    text: str
    is_urgent: bool = False


def tell(ticket: str, whom: str, text: str, *, urgent: bool = False) -> Told:
    """A notice that a rule function returns. The same text for the same ticket is told once."""
    return Told(ticket, whom, text, urgent)


def rule(
    *, reads: Sequence[str], writes: Sequence[str] = (), order: float = 100, key: str = "", title: str = ""
) -> Callable[[Function], Function]:
    """Marks a function as a rule; `order` is that among all rules, 100 where none is given."""

    def mark(function: Function) -> Function:
        name = key or str(getattr(function, "__name__", "rule"))
        script = Script(name, function, tuple(reads), tuple(writes), order, title or name)
        setattr(function, MARK, script)
        return function

    return mark


def scripts_of(module: ModuleType, place: str) -> Iterator[Script]:
    """The rules that a file defines, in its order."""
    for value in vars(module).values():
        script = getattr(value, MARK, None)
        if isinstance(script, Script) and getattr(value, "__module__", "") == module.__name__:
            yield replace(script, place=place)


def call(script: Script, tickets: pd.DataFrame, desk: Desk) -> tuple[pd.DataFrame, list[Told]] | str:
    """What the function returns, whole; the traceback where it failed or returned what it must not.

    It gets a copy: what it does to it is nobody's. Nothing of a failed function is kept.
    """
    try:
        _check(script, desk, tickets)
        found = script.function(tickets.loc[:, list(script.reads)].copy(), desk)
        return _understood(script, found, tickets, desk)
    except ScriptInvalid as error:
        return error.say(desk.locale.code)
    # What a team's own code may raise nobody knows; one failing rule must not stop the others.
    except Exception:
        return traceback.format_exc(limit=-6)


def _check(script: Script, desk: Desk, tickets: pd.DataFrame) -> None:
    known = [str(key) for key in tickets.columns]
    for key in (*script.reads, *script.writes):
        if key not in known:
            raise ScriptInvalid(
                script.key, script.place, Cause(f"no column '{key}'", f"没有列“{key}”"), near(key, known)
            )
    for key in script.writes:
        if desk.column(key).owner == "formula":
            worked_out = Cause(f"'{key}' is worked out by the sheet", f"“{key}”由表格中的公式计算")
            raise ScriptInvalid(script.key, script.place, worked_out)


def _understood(
    script: Script, found: Any, tickets: pd.DataFrame, desk: Desk
) -> tuple[pd.DataFrame, list[Told]]:
    frame, told = found if isinstance(found, tuple) and len(found) == 2 else (found, [])
    if frame is None:
        frame = tickets.iloc[:0, :0]
    if not isinstance(frame, pd.DataFrame) or not all(isinstance(one, Told) for one in told):
        kind = type(found).__name__
        reason = Cause(
            f"it returned {kind}, not a DataFrame or (DataFrame, [tell(…)])",
            f"返回的是 {kind}，应为 DataFrame 或 (DataFrame, [tell(…)])",
        )
        raise ScriptInvalid(script.key, script.place, reason)
    declared = ", ".join(script.writes) or "-"
    for key in frame.columns:
        # What it gives back as it got it is nothing written.
        is_same = key in script.reads and frame[key].equals(tickets[key].reindex(frame.index))
        if key not in script.writes and not is_same:
            reason = Cause(
                f"it wrote '{key}', and declares to write {declared}",
                f"写了“{key}”，而声明要写的是 {declared}",
            )
            raise ScriptInvalid(script.key, script.place, reason)
    unknown = frame.index.difference(tickets.index)
    if len(unknown) or not frame.index.is_unique:
        reason = (
            Cause(
                f"it returned rows that are no tickets, such as {unknown[0]!r}",
                f"返回的行中有不是工单的，例如“{unknown[0]}”",
            )
            if len(unknown)
            else Cause("a ticket twice", "返回的行中有工单出现了两次")
        )
        raise ScriptInvalid(script.key, script.place, reason)
    for one in told:
        if one.ticket not in tickets.index:
            reason = Cause(
                f"it tells of {one.ticket!r}, which is no ticket", f"通知中的“{one.ticket}”不是工单"
            )
            raise ScriptInvalid(script.key, script.place, reason)
    written = [key for key in frame.columns if key in script.writes]
    return pd.DataFrame(
        {key: _typed(script, desk, frame[key], tickets[key]) for key in written}, frame.index
    ), list(told)


def _typed(script: Script, desk: Desk, values: pd.Series[Any], held: pd.Series[Any]) -> pd.Series[Any]:
    """What was returned for a column that holds these values, as its type holds it."""
    column = desk.column(str(values.name))
    made = []
    for value in map(plain_value, values):
        found = None if value is None else _of_type(column, value, desk)
        if found is None and value is not None:
            reason = Cause(f"{value!r} is no value of '{column.key}'", f"{value!r} 不是“{column.key}”的值")
            raise ScriptInvalid(script.key, script.place, reason)
        made.append(found)
    emptied = values.index[[value is None for value in made] & held.reindex(values.index).notna().to_numpy()]
    if column.required and len(emptied):
        reason = Cause(
            f"it emptied '{column.key}' of {emptied[0]!r}", f"清空了“{emptied[0]}”的“{column.key}”"
        )
        raise ScriptInvalid(script.key, script.place, reason)
    return pd.Series(made, values.index, dtype="object")


def _of_type(column: Column, value: Any, desk: Desk) -> Any:
    """The value in the column's own kind, None for one of another."""
    match column.type:
        case "choice":
            return value if column.choice(value) else None
        case "flag":
            return value if isinstance(value, bool) else None
        case "number":
            return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        case "moment" | "date":
            if not isinstance(value, datetime):
                return None
            if column.type == "date":
                return pd.Timestamp(value).tz_localize(None).normalize().as_unit("us")
            return moment_in(value, desk.zone)
    return value if isinstance(value, str) else None
