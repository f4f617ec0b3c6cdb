"""Which conflicts nobody has settled, told from the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

import pytest

from sheetdesk.desk.desk import TableSpec
from sheetdesk.flows.contested import open_conflicts
from sheetdesk.store.store import Store
from sheetdesk.table.change import Entry
from tests.storm.desk import beginning

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPOT = "T-1", "type"


def entry(kind: Literal["changed", "refused"], why: str, by: str, after: Any) -> Entry:
    return Entry("tickets", *SPOT[:1], kind, SPOT[1], "hard", after, NOW, NOW, by, why)


@dataclass
class Journal:
    """What a store is asked for here."""

    kept: Sequence[Entry]

    def entries(
        self, specs: Sequence[TableSpec], rows: Collection[str] = (), whys: Collection[str] = ()
    ) -> list[Entry]:
        return [one for one in self.kept if one.row in rows and (not whys or one.why in whys)]


@pytest.mark.parametrize(
    ("later", "is_open"),
    [
        (entry("refused", "conflict", "sheet:copy", None), True),
        (entry("refused", "unread", "sheet:main", None), True),
        (entry("changed", "sync", "sheet:copy", "soft"), True),
        (entry("changed", "sync", "sheet:copy", None), False),
        (entry("refused", "settle", "cli:ann", None), False),
    ],
)
def test_a_conflict_ends_where_it_is_settled_or_the_ticket_holds_what_the_sheet_shows(
    later: Entry, is_open: bool
) -> None:
    mine = entry("refused", "conflict", "sheet:main", None)
    spec = beginning(1).desk.tickets
    found = open_conflicts(cast("Store", Journal([mine, later])), spec, ["T-1"], "sheet:main")
    assert found == ({SPOT: mine} if is_open else {})
