"""A helpdesk's discipline behind the ticket sheet your team already likes.

The names here are the library's public ones; they are imported when first used, so that importing
sheetdesk costs nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

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
    "check_package": "sheetdesk.sheets.xlsx.check",
    "demo": "sheetdesk.flows",
    "diff": "sheetdesk.table.change",
    "draw": "sheetdesk.plan.draw",
    "import_tickets": "sheetdesk.flows",
    "new_desk": "sheetdesk.flows",
    "open_desk": "sheetdesk.flows",
    "parse_desk": "sheetdesk.desk.template",
    "read_desk": "sheetdesk.desk.template",
    "render": "sheetdesk.sheets.xlsx.render",
}

__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sheetdesk' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
