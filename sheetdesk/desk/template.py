"""Reads a desk file into a Desk: every mistake at once, each with its line and the near name.

Three steps: the text becomes a tree that knows its lines, the tree is held against the shape of a
desk file, and the parts are held against each other. A Desk comes out only when nothing is wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from sheetdesk.desk.build_columns import build_columns
from sheetdesk.desk.build_parts import build_parts
from sheetdesk.desk.complaints import Complaints
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.file import DeskFile
from sheetdesk.desk.standard import other_tables
from sheetdesk.desk.tree import Tree, read_tree
from sheetdesk.errors import DeskInvalid, DeskNotFound, TemplateUnknown
from sheetdesk.locales.locale import Locale, load_locale, locales

__all__ = ["parse_desk", "read_desk", "read_template", "templates"]

Places = tuple[str | int, ...]

ROUNDS = 6
"""Leaving out a bad key leaves its entry without one, which is left out in turn."""


def read_desk(path: Path) -> Desk:
    """The desk in the file at `path`. Raises DeskNotFound, DeskInvalid."""
    try:
        text = path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise DeskNotFound(path=path) from error
    except UnicodeDecodeError as error:
        complaints = Complaints(Tree(None, {}), load_locale("en"))
        complaints.add((), "not_utf8", at=error.start)
        raise DeskInvalid(path, complaints.found) from error
    return parse_desk(text, path)


def parse_desk(text: str, path: object = "desk.yaml") -> Desk:
    """The desk in a YAML text; `path` is what complaints call it. Raises DeskInvalid."""
    try:
        return _parsed(text)
    except DeskInvalid as error:
        raise DeskInvalid(path, error.complaints) from None


# One text is read again and again, by each sync and as the desk before: a tenth of a second each time.
@lru_cache(maxsize=64)
def _parsed(text: str) -> Desk:
    tree, broken = read_tree(text)
    value = tree.value if isinstance(tree.value, dict) else {}
    complaints = Complaints(tree, _locale(value))
    complaints.found += broken
    if not isinstance(tree.value, dict) and not broken:
        complaints.add((), "not_a_desk")
    file = _shaped(value, complaints) if not complaints.found else None
    source = hashlib.sha256(text.encode()).hexdigest()
    desk = _build(file, complaints, source) if file is not None else None
    if complaints.found or desk is None:
        raise DeskInvalid("desk.yaml", complaints.found)
    return desk


def _shaped(value: Any, complaints: Complaints) -> DeskFile | None:
    """The file's settings; a setting of the wrong shape is complained of, then left out.

    Leaving it out lets the rest be checked too, so that a person sees every mistake at once.
    """
    told: set[Places] = set()
    for _ in range(ROUNDS):
        try:
            return DeskFile.model_validate(value)
        except ValidationError as error:
            mistakes = error.errors(include_url=False, include_context=True)
        leave: set[Places] = set()
        for mistake in mistakes:
            path = tuple(mistake["loc"])
            there = _there(value, path)
            named = path if mistake["type"] == "missing" else there
            if complaints.original(named) not in told:
                told.add(complaints.original(named))
                _translate(mistake, named, complaints)
            leave.add(there)
        for path in sorted(leave, key=lambda path: [(isinstance(p, str), p) for p in path], reverse=True):
            _leave_out(value, path, complaints)
    return None


def _there(value: Any, path: Places) -> Places:
    """As much of `path` as stands in the file: pydantic adds a word for a key or a kind of value."""
    for place, part in enumerate(path):
        inside: Any = value
        if isinstance(inside, list):
            stands = isinstance(part, int) and part < len(inside)
        else:
            stands = isinstance(inside, dict) and part in inside
        if not stands:
            return path[:place]
        value = inside[part]
    return path


def _leave_out(value: Any, path: Places, complaints: Complaints) -> None:
    if not path:
        # Without a name the rest can still be checked; without columns nothing can.
        value.setdefault("name", "?")
        return
    parent: Any = value
    for part in path[:-1]:
        parent = parent[part]
    if isinstance(parent, list):
        complaints.gone.add(complaints.original(path))
    parent.pop(path[-1])


def _locale(value: dict[Any, Any]) -> Locale:
    code = _code(str(value.get("locale", "en")))
    return load_locale(code if code in locales() else "en")


def _code(locale: str) -> str:
    return locale.replace("_", "-").split("-")[0].lower()


def _build(file: DeskFile, complaints: Complaints, source: str) -> Desk | None:
    if _code(file.locale) not in locales():
        complaints.unknown(("locale",), file.locale, locales())
    try:
        zone = ZoneInfo(file.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        complaints.add(("zone",), "zone", name=file.zone)
        zone = ZoneInfo("UTC")
    columns = build_columns(file, complaints)
    tables = other_tables(complaints.locale, columns)
    return build_parts(file, columns, tables, zone, complaints, source)


def _translate(mistake: Any, path: Places, complaints: Complaints) -> None:
    """One of pydantic's findings in our words."""
    kind = mistake["type"]
    context = mistake.get("ctx", {})
    if kind == "extra_forbidden":
        known = _fields_at(path[:-1])
        complaints.unknown(path, str(path[-1]), known)
    elif kind == "missing":
        complaints.add(path, "missing", name=path[-1])
    elif kind == "literal_error":
        expected = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        complaints.unknown(path, str(mistake["input"]), expected)
    else:
        typed = repr(mistake["input"])
        short = typed if len(typed) <= 40 else f"{typed[:37]}…"
        complaints.add(path, "shape", typed=short, reason=mistake["msg"])


def _fields_at(path: tuple[Any, ...]) -> Sequence[str]:
    """The settings that may stand at `path` of a desk file."""
    schema = _schema()
    node: dict[str, Any] = schema
    for part in path:
        node = _resolved(node, schema)
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            named = [*node.get("patternProperties", {}).values(), node.get("additionalProperties", {})]
            node = node.get("properties", {}).get(part, named[0])
    return tuple(_resolved(node, schema).get("properties", {}))


def _schema() -> dict[str, Any]:
    return DeskFile.model_json_schema(by_alias=True, mode="serialization")


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    # Of "this or nothing", this.
    node = node.get("anyOf", [node])[0]
    reference = node.get("$ref")
    return schema["$defs"][reference.rsplit("/", 1)[-1]] if reference else node


def templates() -> dict[str, str]:
    """Every desk file that ships: name (`it-service.zh`) → text."""
    folder = resources.files("sheetdesk.templates")
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda e: e.name
    )
    return {entry.name.removesuffix(".yaml"): entry.read_text("utf-8") for entry in files}


def read_template(name: str, locale: str | None = None) -> str:
    """The text of a template by its name, with or without a language. Raises TemplateUnknown."""
    known = templates()
    for option in (f"{name}.{locale}" if locale else name, name, f"{name}.en", f"{name}.zh"):
        if option in known:
            return known[option]
    raise TemplateUnknown(name, sorted({word.partition(".")[0] for word in known}))
