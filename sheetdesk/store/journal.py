"""The journal: every change of every table, chained so that an edit or removal inside shows.

Each entry's `chain` is a digest over the entry before it, its own facts and a salted digest of its
values. The values stand in a table of their own: erasing them leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from sheetdesk.desk.desk import TableSpec
from sheetdesk.store import schema
from sheetdesk.table.change import ChangeSet, Entry
from sheetdesk.table.former import former_columns, under_current_keys
from sheetdesk.table.plain import decoded_one, encoded, encoded_one, micros_of, moment_at

__all__ = ["append_entries", "broken_entry", "entries_of", "read_entries", "typed", "typer"]

BATCH = 5_000
IN_ONE_QUERY = 500

_NEWEST = (
    sa.select(schema.entries.c.number, schema.entries.c.chain)
    .order_by(schema.entries.c.number.desc())
    .limit(1)
)


def entries_of(spec: TableSpec, changes: ChangeSet, moment: datetime, by: str, why: str) -> Iterator[Entry]:
    """The entries of a change that was made at `moment`: one a cell, one a whole row."""
    for kind, rows in (("removed", changes.removed), ("added", changes.added)):
        if rows is None:
            continue
        columns = {key: encoded(rows[key], spec.column(key).type) for key in rows.columns}
        for place, row in enumerate(rows.index):
            cells = {key: values[place] for key, values in columns.items() if values[place] is not None}
            before, after = (cells, None) if kind == "removed" else (None, cells)
            yield Entry(spec.key, str(row), kind, "", before, after, moment, moment, by, why)  # type: ignore[arg-type]
    for cell in changes.cells:
        yield Entry(
            spec.key, cell.row, "changed", cell.column, encoded_one(cell.before),
            encoded_one(cell.after), moment, moment, by, why,
        )  # fmt: skip


def append_entries(connection: sa.Connection, entries: Iterable[Entry], run: str) -> None:
    """Put the entries behind the last one."""
    last = connection.execute(_NEWEST).first()
    number, chain = (0, b"") if last is None else (int(last[0]), bytes(last[1]))
    facts: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for entry in entries:
        number += 1
        before, after, salt = _text(entry.before), _text(entry.after), os.urandom(16)
        digest = _values_digest(salt, before, after)
        fact = {
            "number": number, "table_key": entry.table, "row_id": entry.row, "kind": entry.kind,
            "column_key": entry.column, "seen_from": micros_of(entry.seen_from),
            "seen_to": micros_of(entry.seen_to), "by": entry.by, "why": entry.why, "run": run,
        }  # fmt: skip
        chain = _chain(chain, fact, digest)
        facts.append({**fact, "values_digest": digest, "chain": chain})
        values.append({"number": number, "salt": salt, "before": before, "after": after})
        if len(facts) == BATCH:
            _flush(connection, facts, values)
    _flush(connection, facts, values)


def _flush(connection: sa.Connection, facts: list[dict[str, Any]], values: list[dict[str, Any]]) -> None:
    if facts:
        connection.execute(schema.entries.insert(), facts)
        connection.execute(schema.entry_values.insert(), values)
        facts.clear()
        values.clear()


def read_entries(
    connection: sa.Connection,
    *,
    table: str = "",
    row: str = "",
    run: str = "",
    kind: str = "",
    after: int = 0,
    since: datetime | None = None,
    rows: Collection[str] | None = None,
    whys: Collection[str] = (),
) -> Iterator[Entry]:
    """Entries in order, those behind number `after` and seen `since` then, of `rows` and `whys` alone; values
    that were erased are None. Moments are UTC.
    """
    if rows is not None:
        names_in = sorted(rows)
        parts = (names_in[start : start + IN_ONE_QUERY] for start in range(0, len(names_in), IN_ONE_QUERY))
        found_by_part = (
            found
            for part in parts
            for found in _read(connection, table, row, run, kind, after, since, part, whys)
        )
        yield from sorted(found_by_part, key=lambda entry: entry.number)
        return
    yield from _read(connection, table, row, run, kind, after, since, None, whys)


def _read(
    connection: sa.Connection,
    table: str,
    row: str,
    run: str,
    kind: str,
    after: int,
    since: datetime | None,
    rows: Sequence[str] | None,
    whys: Collection[str],
) -> Iterator[Entry]:
    wanted: dict[str, Any] = {"table_key": table, "row_id": row, "run": run, "kind": kind, "after": after}
    wanted = {name: value for name, value in wanted.items() if value}
    if rows is not None:
        wanted["rows"] = rows
    if whys:
        wanted["whys"] = sorted(whys)
    if since is not None:
        wanted["since"] = micros_of(since)
    for found in connection.execute(_query(frozenset(wanted)), wanted):
        yield Entry(
            found.table_key, found.row_id, found.kind, found.column_key, _value(found.before),
            _value(found.after), moment_at(found.seen_from), moment_at(found.seen_to), found.by, found.why,
            found.run, found.number,
        )  # fmt: skip


@cache
def _query(wanted: frozenset[str]) -> sa.Select[Any]:
    """The entries by what is wanted of them; made once, since that costs as much as carrying it out."""
    facts, values = schema.entries.c, schema.entry_values
    query = (
        sa.select(schema.entries, values.c.before, values.c.after).outerjoin(values).order_by(facts.number)
    )
    tests = {
        "after": facts.number > sa.bindparam("after"),
        "rows": facts.row_id.in_(sa.bindparam("rows", expanding=True)),
        "whys": facts.why.in_(sa.bindparam("whys", expanding=True)),
        "since": facts.seen_to >= sa.bindparam("since"),
        **{key: facts[key] == sa.bindparam(key) for key in ("table_key", "row_id", "run", "kind")},
    }
    return query.where(*(test for key, test in tests.items() if key in wanted))


def typed(entry: Entry, spec: TableSpec) -> Entry:
    """An entry as read from the store, with its values in the types of the table's columns, by the keys
    that these have now.
    """
    return typer(spec)(entry)


def typer(spec: TableSpec) -> Callable[[Entry], Entry]:
    """`typed` for many entries of one table."""
    former = former_columns(spec)
    timed = {column.key: column.type for column in spec.columns if column.type in ("moment", "date")}

    def value(raw: Any, key: str) -> Any:
        return decoded_one(raw, timed[key]) if key in timed else raw

    def row(cells: Any) -> Any:
        if cells is None:
            return None
        return {key: value(raw, key) for key, raw in under_current_keys(cells, former).items()}

    def make(entry: Entry) -> Entry:
        column = former.get(entry.column, entry.column)
        both = (entry.before, entry.after)
        before, after = (value(raw, column) if column else row(raw) for raw in both)
        return replace(entry, column=column, before=before, after=after)

    return make


def broken_entry(connection: sa.Connection) -> int | None:
    """The number of the first entry that does not follow from the one before it, or None."""
    facts, values = schema.entries, schema.entry_values
    query = sa.select(facts, values.c.salt, values.c.before, values.c.after).outerjoin(values)
    chain = b""
    for place, found in enumerate(connection.execute(query.order_by(facts.c.number)).mappings(), 1):
        fact = {key: found[key] for key in (
            "number", "table_key", "row_id", "kind", "column_key", "seen_from", "seen_to", "by", "why", "run",
        )}  # fmt: skip
        chain = _chain(chain, fact, bytes(found["values_digest"]))
        kept = found["salt"] is not None
        if kept and _values_digest(found["salt"], found["before"], found["after"]) != found["values_digest"]:
            return int(found["number"])
        if found["number"] != place or chain != found["chain"]:
            return int(found["number"])
    return None


def _values_digest(salt: bytes, before: str | None, after: str | None) -> bytes:
    text = json.dumps([before, after], ensure_ascii=False)
    return hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).digest()


def _chain(chain: bytes, fact: dict[str, Any], digest: bytes) -> bytes:
    text = json.dumps(list(fact.values()), ensure_ascii=False)
    return hashlib.sha256(chain + text.encode("utf-8", "surrogatepass") + digest).digest()


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=encoded_one)


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)
