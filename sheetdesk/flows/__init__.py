"""What sheetdesk does, end to end: start reading here.

    opening     desk file → Desk, beside its store
    building    Store ─table→ draw → SheetPlan ─render→ workbook
    importing   file → RawGrid ─plan_import→ ChangeSet ─commit→ Store
    undoing     journal → ChangeSet ─commit→ Store

Each flow reads the desk, takes tables from the store, lets the pure parts work, and carries out what
they decided: in the store in one commit, in a file in one rename.
"""

from sheetdesk.flows.building import Built, build, demo
from sheetdesk.flows.importing import Imported, import_tickets
from sheetdesk.flows.opening import DESK_FILE, OpenDesk, desk_path, new_desk, open_desk
from sheetdesk.flows.undoing import Undone, undo

__all__ = [
    "DESK_FILE",
    "Built",
    "Imported",
    "OpenDesk",
    "Undone",
    "build",
    "demo",
    "desk_path",
    "import_tickets",
    "new_desk",
    "open_desk",
    "undo",
]
