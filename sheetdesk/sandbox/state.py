"""All files of a sandbox as one JSON document and back, so that it can go on where it stopped.

Formats reach down whole columns, so cells and rows that repeat are written once (`_packed`).
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from itertools import chain, groupby, repeat
from typing import Any

from sheetdesk.sandbox.book import Json, Row, Spreadsheet, Tab
from sheetdesk.sandbox.drive import Drive, File

__all__ = ["FORMAT", "StateUnreadable", "dumped", "restored"]

FORMAT = 2
"""In the first, whose documents are still read, each cell stood in its row."""


class StateUnreadable(ValueError):
    """The document is none of a sandbox, or of a later one."""


def dumped(drive: Drive) -> str:
    """The document. Dict keys that are numbers become texts, as JSON has it."""
    document = {
        "sheetdesk_sandbox": FORMAT,
        "journal": [[file_id, moment.isoformat()] for file_id, moment in drive.journal],
        "files": [_file(file) for file in drive.files.values()],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def restored(text: str, drive: Drive) -> None:
    """Put the document's files into a drive in place of its own. Raises StateUnreadable."""
    try:
        document = json.loads(text)
        if document["sheetdesk_sandbox"] not in (1, FORMAT):
            raise StateUnreadable(f"format {document['sheetdesk_sandbox']}")
        found = [_file_of(one) for one in document["files"]]
        journal = [(file_id, datetime.fromisoformat(moment)) for file_id, moment in document["journal"]]
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise StateUnreadable(str(error)) from error
    except ValueError as error:
        raise StateUnreadable(str(error)) from error
    drive.files = {file.id: file for file in found}
    drive.journal = journal


def _facts(thing: Any) -> Json:
    """A dataclass's own fields, one level deep: what they hold is JSON already."""
    return {one.name: getattr(thing, one.name) for one in fields(thing)}


def _file(file: File) -> Json:
    book = _facts(file.book) | {"tabs": [_facts(tab) | _packed(tab.rows) for tab in file.book.tabs]}
    moments = {"created": file.created.isoformat(), "modified": file.modified.isoformat()}
    return _facts(file) | moments | {"book": book}


def _file_of(facts: Json) -> File:
    book = facts["book"]
    tabs = [_tab_of(tab) for tab in book["tabs"]]
    metadata = _numbered(book["developer_metadata"])
    moments = {name: datetime.fromisoformat(facts[name]) for name in ("created", "modified")}
    whole = Spreadsheet(**(book | {"tabs": tabs, "developer_metadata": metadata}))
    return File(**(facts | moments | {"book": whole}))


def _tab_of(facts: Json) -> Tab:
    facts = dict(facts)
    if "looks" in facts:
        rows = _unpacked(facts["rows"], facts.pop("lines"), facts.pop("looks"))
    else:
        rows = [None if row is None else _numbered(row) for row in facts["rows"]]
    sides = {name: _numbered(facts[name]) for name in ("row_metadata", "column_metadata")}
    return Tab(**(facts | sides | {"rows": rows}))


def _packed(rows: list[Row | None]) -> Json:
    """The rows of a tab with what repeats written once.

    `looks` are the distinct cells without their values, `lines` the distinct rows, each a list of
    [column, look] or [column, look, value], and `rows` says [how many rows, line] from the top down; the
    line of an empty row is null.
    """
    looks, lines = _Distinct(), _Distinct()
    # Cells that are one dict have one look, which a column of them asks for once.
    known: dict[int, tuple[int, Any]] = {}

    def item(column: int, cell: Json) -> list[Any]:
        if id(cell) not in known:
            look = {name: part for name, part in cell.items() if name != "userEnteredValue"}
            known[id(cell)] = looks.number(look), cell.get("userEnteredValue")
        look_number, value = known[id(cell)]
        return [column, look_number] if value is None else [column, look_number, value]

    numbers = [None if row is None else lines.number([item(*one) for one in row.items()]) for row in rows]
    runs = [[len(list(run)), number] for number, run in groupby(numbers)]
    return {"looks": looks.things, "lines": lines.things, "rows": runs}


class _Distinct:
    """JSON values without repetition, numbered in the order they came."""

    def __init__(self) -> None:
        self.things: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, thing: Any) -> int:
        number = self._numbers.setdefault(json.dumps(thing), len(self.things))
        if number == len(self.things):
            self.things.append(thing)
        return number


def _unpacked(runs: list[Any], lines: list[Any], looks: list[Json]) -> list[Row | None]:
    """The rows of `_packed` again; what is the same shares its dicts."""

    def cell(look: int, value: Json | None = None) -> Json:
        return looks[look] if value is None else {**looks[look], "userEnteredValue": value}

    rows: list[Row] = [{column: cell(*rest) for column, *rest in line} for line in lines]
    return list(
        chain.from_iterable(repeat(None if number is None else rows[number], count) for count, number in runs)
    )


def _numbered(facts: Json) -> dict[int, Any]:
    return {int(key): value for key, value in facts.items()}
