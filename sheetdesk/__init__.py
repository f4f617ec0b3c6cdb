"""A helpdesk's discipline behind the ticket sheet your team already likes.

The names here are the library's public ones; they are imported when first used, so that importing
sheetdesk costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sheetdesk.columns.base import Column as Column
    from sheetdesk.columns.base import Problem as Problem
    from sheetdesk.desk.desk import Desk as Desk
    from sheetdesk.desk.template import parse_desk as parse_desk
    from sheetdesk.desk.template import read_desk as read_desk
    from sheetdesk.errors import SheetdeskError as SheetdeskError
    from sheetdesk.flows import Built as Built
    from sheetdesk.flows import Imported as Imported
    from sheetdesk.flows import OpenDesk as OpenDesk
    from sheetdesk.flows import build as build
    from sheetdesk.flows import demo as demo
    from sheetdesk.flows import import_tickets as import_tickets
    from sheetdesk.flows import new_desk as new_desk
    from sheetdesk.flows import open_desk as open_desk
    from sheetdesk.flows import run as run
    from sheetdesk.flows import sync as sync
    from sheetdesk.intake.options import ImportOptions as ImportOptions
    from sheetdesk.plan.draw import Audience as Audience
    from sheetdesk.plan.draw import draw as draw
    from sheetdesk.plan.plan import SheetPlan as SheetPlan
    from sheetdesk.rules.script import rule as rule
    from sheetdesk.rules.script import tell as tell
    from sheetdesk.sheets.xlsx.check.whole import check_package as check_package
    from sheetdesk.sheets.xlsx.render import render as render
    from sheetdesk.table.change import ChangeSet as ChangeSet
    from sheetdesk.table.change import apply as apply
    from sheetdesk.table.change import diff as diff
    from sheetdesk.table.table import Table as Table

__version__ = "0.1.0"

_PUBLIC = {
    "Audience": "sheetdesk.plan.draw",
    "Built": "sheetdesk.flows",
    "ChangeSet": "sheetdesk.table.change",
    "Column": "sheetdesk.columns.base",
    "Desk": "sheetdesk.desk.desk",
    "ImportOptions": "sheetdesk.intake.options",
    "Imported": "sheetdesk.flows",
    "OpenDesk": "sheetdesk.flows",
    "Problem": "sheetdesk.columns.base",
    "SheetPlan": "sheetdesk.plan.plan",
    "SheetdeskError": "sheetdesk.errors",
    "Table": "sheetdesk.table.table",
    "apply": "sheetdesk.table.change",
    "build": "sheetdesk.flows",
    "check_package": "sheetdesk.sheets.xlsx.check.whole",
    "demo": "sheetdesk.flows",
    "diff": "sheetdesk.table.change",
    "draw": "sheetdesk.plan.draw",
    "import_tickets": "sheetdesk.flows",
    "new_desk": "sheetdesk.flows",
    "open_desk": "sheetdesk.flows",
    "parse_desk": "sheetdesk.desk.template",
    "read_desk": "sheetdesk.desk.template",
    "render": "sheetdesk.sheets.xlsx.render",
    "rule": "sheetdesk.rules.script",
    "run": "sheetdesk.flows",
    "sync": "sheetdesk.flows",
    "tell": "sheetdesk.rules.script",
}

__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sheetdesk' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
