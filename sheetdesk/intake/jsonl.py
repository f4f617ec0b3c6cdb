"""JSON lines, one ticket a line, or one JSON list of tickets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sheetdesk.columns.base import Cell
from sheetdesk.errors import Cause, FileBroken
from sheetdesk.intake.base import BrokenRow, RawGrid
from sheetdesk.intake.encoding import read_text

__all__ = ["KIND", "JsonKind", "grid_of_texts"]


class JsonKind:
    """Objects become rows, their keys the header in the order met; `fields.status` is a key in a key."""

    endings = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")

    def read(self, path: Path, tab: str = "") -> RawGrid:
        """All rows; lines that are no JSON object are among the `broken`."""
        text, encoding = read_text(path)
        if text.lstrip().startswith("["):
            try:
                whole = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise FileBroken(path=path, reason=_no_json(error)) from error
            return _grid(path.name, dict(enumerate(whole, 1)), [], encoding)
        return grid_of_texts(path.name, text, encoding)


def _no_json(error: Exception) -> Cause:
    """What Python said and, in Chinese, where."""
    if isinstance(error, json.JSONDecodeError):
        return Cause.retold(error, f"JSON 有误，在第 {error.lineno} 行第 {error.colno} 列")
    return Cause.retold(error, "JSON 有误")


def grid_of_texts(name: str, text: str, how: str = "") -> RawGrid:
    """The grid of a text of JSON lines; row numbers are line numbers."""
    found: dict[int, Any] = {}
    broken = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            broken.append(BrokenRow(number, line.strip(), str(error)))
            continue
        if isinstance(value, dict):
            found[number] = value
        else:
            broken.append(BrokenRow(number, line.strip(), "{ … }"))
    return _grid(name, found, broken, how)


def _grid(name: str, found: dict[int, Any], broken: list[BrokenRow], how: str) -> RawGrid:
    flat: dict[int, dict[str, Cell]] = {}
    for number, value in found.items():
        if isinstance(value, dict):
            flat[number] = _flat(value)
        else:
            broken.append(BrokenRow(number, json.dumps(value, ensure_ascii=False), "{ … }"))
    titles = list(dict.fromkeys(title for row in flat.values() for title in row))
    rows: list[list[Cell]] = [list(titles)]
    for number in range(1, max(flat, default=0) + 1):
        row = flat.get(number, {})
        rows.append([row.get(title) for title in titles])
    return RawGrid(name, rows, first=0, header=0, how=how, broken=tuple(broken))


def _flat(value: dict[str, Any], prefix: str = "") -> dict[str, Cell]:
    row: dict[str, Cell] = {}
    for key, inner in value.items():
        title = f"{prefix}{key}"
        if isinstance(inner, dict):
            row |= _flat(inner, f"{title}.")
        elif isinstance(inner, list):
            plain = all(isinstance(part, str | int | float) for part in inner)
            row[title] = ", ".join(map(str, inner)) if plain else json.dumps(inner, ensure_ascii=False)
        elif isinstance(inner, int) and abs(inner) >= 2**53:
            row[title] = str(inner)
        else:
            row[title] = inner
    return row


KIND = JsonKind()
