"""What people took out of a sheet and an upgrade puts back: columns and tabs of the desk."""

from __future__ import annotations

from datetime import datetime

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.upgrade import Step, renamed_columns
from sheetdesk.errors import SheetError
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.places import OpenSheet, places
from sheetdesk.flows.taking import take_in

__all__ = ["lost_steps"]


def lost_steps(before: OpenDesk, new: Desk, open_sheet: OpenSheet, now: datetime) -> list[Step]:
    """The columns and tabs that are gone from a sheet and come back, as the list of problems promises."""
    renamed, steps = renamed_columns(before.desk, new), []
    for place in places(before, (), open_sheet):
        try:
            found = place.sheet.fetch()
            taken = take_in(before, place, found, now=now, run="", dry_run=True) if found else None
        except SheetError:
            # What is wrong with it is said where it is brought up.
            continue
        for problem in taken.problems if taken is not None else ():
            if problem.kind == "lost_tab":
                facts = {"title": problem.raw, "sheet": place.state.address}
                steps.append(Step("tab_lost", "", problem.raw, facts))
        lost = taken.tables["tickets"].table.reading.headers.lost if taken is not None else ()
        for key in (renamed.get(key, key) for key in lost):
            if new.tickets.has(key):
                facts = {"title": new.column(key).title, "sheet": place.state.address}
                steps.append(Step("column_lost", "tickets", key, facts))
    return steps
