"""What batchUpdate can do: one handler for each kind of request, grouped by noun."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Handler
from sheetdesk.sandbox.requests import cells, dimensions, metadata, names, paste, sorting, tabs, text

__all__ = ["HANDLERS"]

HANDLERS: dict[str, Handler] = {
    **tabs.HANDLERS,
    **dimensions.HANDLERS,
    **cells.HANDLERS,
    **paste.HANDLERS,
    **sorting.HANDLERS,
    **text.HANDLERS,
    **names.HANDLERS,
    **metadata.HANDLERS,
}
