"""All files of a sandbox as one JSON document and back, so that it can go on where it stopped."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from sheetdesk.sandbox.book import Json, Spreadsheet, Tab
from sheetdesk.sandbox.drive import Drive, File

__all__ = ["FORMAT", "StateUnreadable", "dumped", "restored"]

FORMAT = 1


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
        if document["sheetdesk_sandbox"] != FORMAT:
            raise StateUnreadable(f"format {document['sheetdesk_sandbox']}")
        found = [_file_of(one) for one in document["files"]]
        journal = [(file_id, datetime.fromisoformat(moment)) for file_id, moment in document["journal"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise StateUnreadable(str(error)) from error
    except ValueError as error:
        raise StateUnreadable(str(error)) from error
    drive.files = {file.id: file for file in found}
    drive.journal = journal


def _facts(thing: Any) -> Json:
    """A dataclass's own fields, one level deep: what they hold is JSON already."""
    return {one.name: getattr(thing, one.name) for one in fields(thing)}


def _file(file: File) -> Json:
    book = _facts(file.book) | {"tabs": [_facts(tab) for tab in file.book.tabs]}
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
    rows = [None if row is None else _numbered(row) for row in facts["rows"]]
    sides = {name: _numbered(facts[name]) for name in ("row_metadata", "column_metadata")}
    return Tab(**(facts | sides | {"rows": rows}))


def _numbered(facts: Json) -> dict[int, Any]:
    return {int(key): value for key, value in facts.items()}
