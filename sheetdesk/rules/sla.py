"""What the sheet shows of the promises: when each thing is due, what is left, how it stands.

Every column is written only where the desk has it:

| column | shows |
| --- | --- |
| respond_by, update_by, due | until when; empty while that clock stands still |
| sla_left | hours of its clock left of what is due next, in steps that grow with it |
| sla_state | how the most pressing promise stands; of an ended ticket, whether all were kept |
| sla | the policy, and the year for which its due time is provisional |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.clock.history import TicketHistory
from sheetdesk.desk.desk import Desk
from sheetdesk.table.change import CellChange, diff
from sheetdesk.table.table import Table, table_of

__all__ = ["SLA_COLUMNS", "doubtful_years", "left_in_steps", "policies_now", "sla_cells", "sla_values"]

BY_TARGET = {"first_response": "respond_by", "next_update": "update_by", "resolution": "due"}
SLA_COLUMNS = (*BY_TARGET.values(), "sla_left", "sla_state", "sla")
PRESSING = ("overdue", "due soon", "provisional", "on time", "paused")
"""Of what is still promised, the first of these is the state of the ticket."""
ENDED = ("breached", "met", "cancelled")
STEPS = ((60.0, 5.0), (480.0, 15.0), (1440.0, 60.0), (np.inf, 240.0))
"""Up to so many minutes, what is left is told in steps of so many: no ticket changes at every run."""


def sla_values(
    desk: Desk, standings: pd.DataFrame, policies: Mapping[str, str], times: Mapping[str, WorkingTime]
) -> pd.DataFrame:
    """The values of SLA_COLUMNS by ticket id, a row for each of `policies`: the policy that holds, by id.

    `standings` is what `clock.sla.standings` gives.
    """
    ids = pd.Index(list(policies), dtype="object", name="id")
    made = pd.DataFrame(index=ids)
    last = standings[standings["is_last"]]
    is_over = last["ended"].notna()
    stands = ~is_over & (last["state"] == "paused")
    for target, column in BY_TARGET.items():
        rows = last[(last["target"] == target) & ~stands]
        made[column] = _whole_seconds(rows.set_index("ticket")["due"]).reindex(ids)
    running = last[~is_over]
    states = running["state"].where(~(running["is_provisional"] & (running["state"] == "on time")),
                                    "provisional")  # fmt: skip
    made["sla_left"] = _left(running).reindex(ids)
    made["sla_state"] = _states(running["ticket"], states, last[is_over], ids)
    made["sla"] = _policy_texts(desk, last, policies, times)
    return made


def sla_cells(tickets: Table, values: pd.DataFrame) -> tuple[CellChange, ...]:
    """What to change in the tickets so that they show the values; the frame's rows alone."""
    keys = [key for key in values.columns if key in tickets.frame.columns]
    frame = tickets.frame.loc[values.index]
    wanted = table_of(tickets.spec, {**frame, **{key: values[key] for key in keys}}, values.index)
    return diff(Table(tickets.spec, frame), wanted).cells


def doubtful_years(standings: pd.DataFrame, times: Mapping[str, WorkingTime]) -> dict[str, tuple[int, ...]]:
    """By calendar, the years without official working days that some promise reaches into."""
    found: dict[str, set[int]] = {}
    rows = standings[standings["is_provisional"]]
    for calendar, start, due in zip(rows["calendar"], rows["started"], rows["due"], strict=True):
        found.setdefault(calendar, set()).update(_years(times, calendar, start, due))
    return {calendar: tuple(sorted(years)) for calendar, years in sorted(found.items()) if years}


def left_in_steps(minutes: float) -> float:
    """The hours that are shown for so many minutes left: rounded down, so never more than there are."""
    for limit, step in STEPS:
        if abs(minutes) <= limit:
            return float(np.floor(minutes / step) * step / 60)
    return float("nan")


def _left(running: pd.DataFrame) -> pd.Series[Any]:
    """The hours left by ticket, of what is due first."""
    first = running.sort_values("due", kind="stable").drop_duplicates("ticket")
    return pd.Series([left_in_steps(m) for m in first["left_min"]], index=first["ticket"], dtype="float64")


def _states(
    tickets: pd.Series[Any], states: pd.Series[Any], over: pd.DataFrame, ids: pd.Index
) -> pd.Series[Any]:
    keys: dict[str, str] = {}
    for order, names, found in (
        (ENDED, over["ticket"], over["state"]),
        (PRESSING, tickets, states),
    ):
        ranks = {state: rank for rank, state in enumerate(order)}
        ranked = sorted(zip(found.map(ranks), names, strict=True), reverse=True)
        # The most pressing comes last and stays; what is still promised comes after what is over.
        keys |= {name: order[int(rank)].replace(" ", "_") for rank, name in ranked}
    return pd.Series([keys.get(name) for name in ids], index=ids, dtype="object")


def _policy_texts(
    desk: Desk, last: pd.DataFrame, policies: Mapping[str, str], times: Mapping[str, WorkingTime]
) -> pd.Series[Any]:
    years: dict[str, set[int]] = {}
    rows = last[last["is_provisional"]]
    for name, calendar, start, due in zip(
        rows["ticket"], rows["calendar"], rows["started"], rows["due"], strict=True
    ):
        years.setdefault(name, set()).update(_years(times, calendar, start, due))

    def text(name: str, policy: str) -> str | None:
        if not policy:
            return None
        if name not in years:
            return policy
        listed = ", ".join(str(year) for year in sorted(years[name]))
        return desk.locale.text("sla.provisional", policy=policy, years=listed)

    index = pd.Index(list(policies), dtype="object", name="id")
    return pd.Series([text(*found) for found in policies.items()], index=index, dtype="object")


def _years(times: Mapping[str, WorkingTime], calendar: str, start: Any, due: Any) -> Sequence[int]:
    if calendar not in times:
        return ()
    # The last week before such a year counts with it.
    return times[calendar].uncertain_years(start.year, (due + pd.Timedelta(days=8)).year)


def _whole_seconds(due: pd.Series[Any]) -> pd.Series[Any]:
    """What a cell shows and gives back unchanged."""
    whole: pd.Series[Any] = due.dt.floor("s").dt.as_unit("us")
    return whole


def policies_now(histories: Sequence[TicketHistory]) -> dict[str, str]:
    """The policy that holds for each ticket by the end of its history, "" for none."""
    return {h.id: h.policies[-1].value if h.policies else "" for h in histories}
