"""What batchUpdate can do: one handler for each kind of request, grouped by noun."""

from __future__ import annotations

from sheetdesk.sandbox.batch import Handler
from sheetdesk.sandbox.requests import (
    cells,
    dimensions,
    filtering,
    groups,
    looks,
    merges,
    metadata,
    names,
    objects,
    paste,
    protections,
    regions,
    sorting,
    splitting,
    tables,
    tabs,
    text,
)

__all__ = ["HANDLERS"]

HANDLERS: dict[str, Handler] = {
    **tabs.HANDLERS,
    **dimensions.HANDLERS,
    **groups.HANDLERS,
    **regions.HANDLERS,
    **cells.HANDLERS,
    **text.HANDLERS,
    **paste.HANDLERS,
    **sorting.HANDLERS,
    **splitting.HANDLERS,
    **merges.HANDLERS,
    **looks.HANDLERS,
    **names.HANDLERS,
    **protections.HANDLERS,
    **filtering.HANDLERS,
    **tables.HANDLERS,
    **objects.HANDLERS,
    **metadata.HANDLERS,
}
