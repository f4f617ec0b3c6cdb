"""The Pivots tab (waits for the pivots)."""

from __future__ import annotations

from sheetdesk.desk.desk import Desk
from sheetdesk.plan.plan import TablePlan, TabPlan

__all__ = ["draw_pivots"]


def draw_pivots(desk: Desk, table: TablePlan) -> TabPlan:
    return TabPlan("pivots", desk.locale.text("tabs.pivots"))
