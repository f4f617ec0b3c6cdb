"""What somebody asks of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetdesk.desk.desk import ImportMapping

__all__ = ["ImportOptions"]


@dataclass(frozen=True)
class ImportOptions:
    """How to import a file.

    `columns` says their title → our key, "-" to leave a column out; it wins over the desk's
    `mapping`. `day_first` holds where a column gives no evidence. Unknown choices become choices with
    `add_choices`, unknown names members with `add_people`; `people` are the names that are known.
    `keep_good` takes a ticket without its unreadable cells instead of setting its row aside.
    `history`: each row is one change of a ticket.
    """

    mapping: ImportMapping = field(default_factory=lambda: ImportMapping(""))
    columns: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    add_choices: bool = False
    add_people: bool = True
    people: frozenset[str] = frozenset()
    keep_good: bool = False
    history: bool = False
