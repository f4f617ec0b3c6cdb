"""What sheetdesk does, end to end: start reading here.

    opening     desk file → Desk, beside its store
    building    Store ─table→ draw → SheetPlan ─render→ workbook
    importing   file → RawGrid ─plan_import→ ChangeSet ─commit→ Store
    syncing     Sheet ─fetch→ Grids ─taking→ Store ─bringing→ edits ─write, replace→ Sheet
    running     Store ─tables, entries→ rules → Outcome ─commit→ Store
    telling     Store ─notices→ channels
    settling    what people decide where sync would not
    upgrading   old desk, new desk ─steps→ Store, sheets patched in place
    undoing     journal → ChangeSet ─commit→ Store

Each flow reads the desk, takes tables from the store, lets the pure parts work, and carries out what
they decided: in the store in one commit, in a file in one rename.
"""

from sheetdesk.flows.adopting import Adopted, adopt
from sheetdesk.flows.building import Built, build, demo
from sheetdesk.flows.importing import Imported, import_tickets
from sheetdesk.flows.opening import DESK_FILE, OpenDesk, desk_path, new_desk, open_desk
from sheetdesk.flows.running import Ran, run
from sheetdesk.flows.settling import Settled, answer, archived, forget, restore, settle
from sheetdesk.flows.synced import Synced, SyncedSheet
from sheetdesk.flows.syncing import sync
from sheetdesk.flows.telling import Sent, send_notices
from sheetdesk.flows.undoing import Undone, undo, undo_entry
from sheetdesk.flows.upgrading import Upgraded, UpgradedSheet, upgrade

__all__ = [
    "DESK_FILE",
    "Adopted",
    "Built",
    "Imported",
    "OpenDesk",
    "Ran",
    "Sent",
    "Settled",
    "Synced",
    "SyncedSheet",
    "Undone",
    "Upgraded",
    "UpgradedSheet",
    "adopt",
    "answer",
    "archived",
    "build",
    "demo",
    "desk_path",
    "forget",
    "import_tickets",
    "new_desk",
    "open_desk",
    "restore",
    "run",
    "send_notices",
    "settle",
    "sync",
    "undo",
    "undo_entry",
    "upgrade",
]
