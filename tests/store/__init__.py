"""Places for stores, and statements run on a store behind its back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

Place = Path | str
NewPlace = Callable[[], Place]


def run_sql(place: Place, *statements: str) -> list[tuple[Any, ...]]:
    """Run these in one transaction, foreign keys unheeded; the rows that the last one gives."""
    if isinstance(place, Path):
        raw = sqlite3.connect(place)
        with raw:
            found = [raw.execute(statement).fetchall() for statement in statements]
        raw.close()
        return found[-1]
    import psycopg

    address, _, desk = place.partition("&desk=")
    rows: list[tuple[Any, ...]] = []
    with psycopg.connect(address) as connection:
        connection.execute(f'SET search_path TO "sheetdesk_{desk}"')
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            # The one thing that the two databases call differently.
            for size in (16, 32):
                statement = statement.replace(f"zeroblob({size})", f"decode(repeat('00', {size}), 'hex')")
            cursor = connection.execute(statement.encode())
            rows = cursor.fetchall() if cursor.description else []
    return rows
