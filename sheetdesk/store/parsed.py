"""What was read of a store and parsed. A sync asks for each table and base many times, and most commits
change a few rows: only these are parsed again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec
from sheetdesk.store.rows import TICKETS, cells_of, kept_texts, small_texts, table_of_cells
from sheetdesk.table.former import former_choices, former_columns, under_current_keys
from sheetdesk.table.table import Table, stored

__all__ = ["KeptRows", "KeptTables", "Parsed"]

MANY, FEW = 4, 300
"""Where more than one row of so many has changed, or there are few, all are parsed anew: that is as quick."""


@dataclass(frozen=True)
class _Kept:
    """A table as it was read for some columns, from rows of these ids and texts."""

    columns: object
    found: Sequence[tuple[str, str]]
    table: Table


def _table_of_texts(spec: TableSpec, found: Sequence[tuple[str, str]], *, archived: bool) -> Table:
    cells = cells_of(spec, found, archived=archived)
    return table_of_cells(spec, list(cells), list(cells.values()))


def _brought_up(kept: _Kept, spec: TableSpec, found: Sequence[tuple[str, str]], *, archived: bool) -> Table:
    """The table of these rows; where none has gone, only those are parsed that are new or changed."""
    old = kept.found
    known = len(old)
    if [row[0] for row in found[:known]] != [row[0] for row in old]:
        return _table_of_texts(spec, found, archived=archived)
    places = [place for place, (now, was) in enumerate(zip(found, old, strict=False)) if now[1] != was[1]]
    if len(found) <= FEW or known < MANY * len(places):
        return _table_of_texts(spec, found, archived=archived)
    frame = kept.table.frame.copy()
    if places:
        changed = _table_of_texts(spec, [found[place] for place in places], archived=archived).frame
        for key in frame.columns:
            column = frame[key].copy()
            column.iloc[places] = changed[key].array
            frame[key] = column
    if len(found) > known:
        # An empty frame in a concat would decide the dtypes, and ids would become pandas' own strings.
        added = _table_of_texts(spec, found[known:], archived=archived).frame
        frame = pd.concat([frame, added]) if known else added
        frame.index = frame.index.astype("object")
    return Table(spec, frame)


class KeptTables:
    """Tables as last read, each parsed once while its rows stay as they are: a sync asks for each many
    times, and most commits change one table.
    """

    def __init__(self) -> None:
        self._version = -1
        self._read: set[tuple[str, bool]] = set()
        self._small: dict[tuple[str, bool], list[tuple[str, str]]] | None = None
        self._kept: dict[tuple[str, bool], _Kept] = {}

    def table(self, connection: sa.Connection, spec: TableSpec, version: int, *, archived: bool) -> Table:
        """The table as it stands in the connection's transaction, in which the desk has this version."""
        if version != self._version:
            self._version, self._read, self._small = version, set(), None
        place = spec.key, archived
        kept = self._kept.get(place)
        if kept is not None and kept.table.spec is spec and place in self._read:
            return kept.table
        former = former_choices(spec) if archived else None
        columns = [*((c.key, c.type, c.owner, c.was) for c in spec.columns), former]
        if kept is None or kept.columns != columns or place not in self._read:
            found = self._texts(connection, spec, archived=archived)
            if kept is None or kept.columns != columns:
                kept = _Kept(columns, found, _table_of_texts(spec, found, archived=archived))
            elif kept.found != found:
                kept = _Kept(columns, found, _brought_up(kept, spec, found, archived=archived))
            self._read.add(place)
        if kept.table.spec is not spec:
            # What a choice is called may have changed; what was kept has not.
            kept = replace(kept, table=replace(kept.table, spec=spec))
        self._kept[place] = kept
        return kept.table

    def _texts(
        self, connection: sa.Connection, spec: TableSpec, *, archived: bool
    ) -> Sequence[tuple[str, str]]:
        """Of the small tables, which nearly every run needs, all at once."""
        if spec.key == TICKETS:
            return kept_texts(connection, spec, archived=archived)
        if self._small is None:
            self._small = small_texts(connection)
        return self._small.get((spec.key, archived), [])


class KeptRows:
    """Rows of bases as last read, each parsed once while it stays as it is: a sync asks for the bases of a
    sheet at several stamps, which differ in few rows.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[object, dict[str, tuple[Any, ...]]]] = {}

    def rows(self, sheet: str, spec: TableSpec, texts: Sequence[str]) -> list[tuple[Any, ...]]:
        """The cells of rows that are kept as these texts, in the order of `stored(spec)`."""
        columns = (stored(spec), former_columns(spec), former_choices(spec))
        known, parsed = self._kept.get((sheet, spec.key), (None, {}))
        if known != columns:
            parsed = {}
        new = [text for text in texts if text not in parsed]
        parsed = {text: parsed[text] for text in texts if text in parsed}
        parsed |= zip(new, _rows_of_texts(spec, new), strict=True)
        self._kept[sheet, spec.key] = columns, parsed
        return [parsed[text] for text in texts]


def _rows_of_texts(spec: TableSpec, texts: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    whole: list[dict[str, Any]] = json.loads(f"[{','.join(texts)}]")
    keys = stored(spec)
    former, choices = former_columns(spec), former_choices(spec)
    for cells in whole:
        known = under_current_keys(cells, former)
        for key, words in choices.items():
            if key in known:
                known[key] = words.get(known[key], known[key])
        yield tuple(map(known.get, keys))


@dataclass(frozen=True)
class Parsed:
    """The tables and the bases of a store, as last read."""

    tables: KeptTables = field(default_factory=KeptTables)
    bases: KeptRows = field(default_factory=KeptRows)
