"""Google's discovery documents: which method a URL calls, and whether requests and answers fit.

The documents come with google-api-python-client, which is optional; without it nothing here is checked.
"""

from __future__ import annotations

import importlib.util
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from sheetdesk.sandbox import fieldmask, kinds
from sheetdesk.sandbox.api import ApiError, invalid
from sheetdesk.sandbox.message_types import Field, Types
from sheetdesk.sandbox.overlay import BODY_ROOTS
from sheetdesk.sandbox.protojson import BadBody, Violation, read
from sheetdesk.sandbox.scalars import Unfit, scalar

__all__ = ["Document", "Violation", "document"]

_FILES = {"sheets": "sheets.v4.json", "drive": "drive.v3.json"}
_PACKAGES = {"sheets": "google.apps.sheets.v4", "drive": "google.apps.drive.v3"}


@lru_cache
def document(api: str) -> Document | None:
    """The discovery document of `sheets` or `drive`; `None` where google-api-python-client is not there."""
    found = importlib.util.find_spec("googleapiclient")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "discovery_cache" / "documents"
    return Document(api, json.loads((folder / _FILES[api]).read_text("utf-8")))


class _Route(NamedTuple):
    verb: str
    pattern: re.Pattern[str]
    method: str


class Document:
    """One API as its discovery document describes it."""

    def __init__(self, api: str, written: dict[str, Any]) -> None:
        self.api = api
        self.revision: str = written["revision"]
        self.types = Types(written["schemas"], _PACKAGES[api])
        self.schemas: dict[str, Any] = written["schemas"]
        self.methods: dict[str, dict[str, Any]] = {}
        self._common: dict[str, Any] = written["parameters"]
        self._collect(written)
        routes = [
            _Route(method["httpMethod"], _pattern(written["servicePath"] + method["path"]), name)
            for name, method in self.methods.items()
        ]
        # More fixed letters first: `values/{range}:append` before `values/{range}`.
        self._routes = sorted(routes, key=lambda route: -len(route.pattern.pattern))

    def route(self, method: str, path: str) -> tuple[str, dict[str, str]] | None:
        """The id of the method that a verb and a URL path (no query) call, and the parts of its path."""
        for route in self._routes:
            if route.verb == method and (match := route.pattern.fullmatch(path.lstrip("/"))):
                return route.method, {name: unquote(part) for name, part in match.groupdict().items()}
        return None

    def read_request(self, method_id: str, query: list[tuple[str, str]], body: bytes | Any) -> dict[str, Any]:
        """The body as a message, once query and body fit. Raises ApiError as Google refuses.

        Names and types come first, all of them at once, then what the first wrong request lacks.
        """
        violations = self.check_query(method_id, query)
        message: dict[str, Any] = {}
        schema = self.methods[method_id].get("request", {}).get("$ref")
        if schema is not None:
            try:
                message = read(schema, body, self.types, BODY_ROOTS.get(method_id, ""))
            except BadBody as error:
                violations += error.violations
        if violations:
            raise BadBody(violations)
        if method_id == "sheets.spreadsheets.batchUpdate":
            wrong = kinds.refusal(message, self.mask_of)
            if wrong:
                raise invalid(wrong)
        return message

    def check_request(
        self, method_id: str, query: list[tuple[str, str]], body: bytes | Any
    ) -> list[Violation]:
        """What is wrong with a request, nothing where it fits."""
        try:
            self.read_request(method_id, query, body)
        except BadBody as error:
            return error.violations
        except ApiError as error:
            return [Violation("", error.message)]
        return []

    def check_query(self, method_id: str, query: list[tuple[str, str]]) -> list[Violation]:
        """What is wrong with the parameters of a URL. Drive passes over those it does not know."""
        declared = self.methods[method_id].get("parameters", {}) | self._common
        found = []
        for name, text in query:
            name = name if name in declared else fieldmask.camel(name)
            if name in declared:
                field = self.types.parameter(name, declared[name])
                why = "" if name in self._common else _unfit(field, text)
            elif self.api == "drive":
                why = ""
            else:
                why = (
                    f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                    f"Field '{name}' could not be found in request message."
                )
            if why:
                found.append(Violation(field.proto_name if name in declared else "", why))
        # What is wrong with one field stands together.
        fields = [violation.field for violation in found]
        return sorted(found, key=lambda violation: fields.index(violation.field))

    def read_query(self, method_id: str, query: list[tuple[str, str]]) -> list[tuple[str, Any]]:
        """The parameters of a URL by their names, enums by their words, flags and numbers as such.

        Those that `check_query` passes over or refuses stay as they are.
        """
        declared = self.methods[method_id].get("parameters", {})
        found: list[tuple[str, Any]] = []
        for name, text in query:
            name = name if name in declared else fieldmask.camel(name)
            value: Any = text
            if name in declared:
                field = self.types.parameter(name, declared[name])
                value = text if _unfit(field, text) else scalar(field, text)
            found.append((name, value))
        return found

    def mask(self, method_id: str, text: str) -> fieldmask.Mask:
        """The mask of the `fields` parameter. Raises BadMask where it names no field of the answer."""
        schema = self.methods[method_id].get("response", {}).get("$ref", "")
        return self.mask_of(schema, text)

    def mask_of(self, schema: str, text: str) -> fieldmask.Mask:
        """A mask over a message, its stars before further names spelled out. Raises BadMask."""
        paths, bracket = fieldmask.read(text)
        routes: list[fieldmask.Path] = []
        for path in paths:
            found = self._expanded(schema, path)
            if not found:
                raise fieldmask.no_such_path(text, path)
            routes += found
        if bracket:
            raise fieldmask.unpaired_bracket(text, bracket)
        return fieldmask.Mask(tuple(routes))

    def check_answer(self, method_id: str, body: Any) -> list[Violation]:
        """What in an answer the document does not allow."""
        schema = self.methods[method_id].get("response", {}).get("$ref")
        if schema is None:
            return [] if body in ({}, None, "") else [Violation("", "This method answers nothing.")]
        found: list[Violation] = []
        self._check_message(schema, body, "", found)
        return found

    def _collect(self, node: dict[str, Any]) -> None:
        for method in node.get("methods", {}).values():
            self.methods[method["id"]] = method
        for resource in node.get("resources", {}).values():
            self._collect(resource)

    def _expanded(self, schema: str, path: fieldmask.Path) -> list[fieldmask.Path]:
        if not path or all(name == "*" for name in path):
            return [path]
        if not schema:
            return []
        fields = self.types.fields(schema)
        names = sorted({field.name for field in fields.values()}) if path[0] == "*" else [path[0]]
        found: list[fieldmask.Path] = []
        for name in names:
            field = fields.get(name)
            if field is not None:
                below = self._expanded("" if field.is_map else field.of, path[1:])
                found += [(field.name, *rest) for rest in below]
        return found

    def _check_message(self, schema: str, value: Any, path: str, found: list[Violation]) -> None:
        if not isinstance(value, dict):
            found.append(Violation(path, f"{schema} is an object, not {value!r:.80}"))
            return
        fields = self.types.fields(schema)
        taken: dict[str, str] = {}
        for name, part in value.items():
            below = f"{path}.{name}" if path else name
            field = fields.get(name)
            if field is None or field.name != name:
                found.append(Violation(below, f"{schema} has no field {name!r}"))
                continue
            if field.oneof is not None and taken.setdefault(field.oneof, name) != name:
                found.append(Violation(below, f"{name} and {taken[field.oneof]} exclude each other"))
            self._check_part(field, part, below, found)

    def _check_part(self, field: Field, part: Any, path: str, found: list[Violation]) -> None:
        if field.is_map and isinstance(part, dict):
            items = [(f"{path}.{key}", item) for key, item in part.items()]
        elif field.is_repeated and isinstance(part, list):
            items = [(f"{path}[{place}]", item) for place, item in enumerate(part)]
        elif field.is_map or field.is_repeated:
            found.append(Violation(path, f"{field.name} is a collection, not {part!r:.80}"))
            return
        else:
            items = [(path, part)]
        for place, item in items:
            if field.kind == "message":
                self._check_message(field.of, item, place, found)
            elif not _is_of(field, item):
                found.append(Violation(place, f"{item!r:.80} is no {field.type_name}"))


def _pattern(path: str) -> re.Pattern[str]:
    """A URL path with `{names}`, which hold no slash; the last colon starts a verb."""
    parts = re.split(r"\{\+?(\w+)\}", path)
    return re.compile(
        "".join(f"(?P<{part}>[^/]+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    )


def _unfit(field: Field, text: str) -> str:
    try:
        scalar(field, text)
    except Unfit as error:
        return f"Invalid value at '{field.proto_name}' ({field.type_name}), {error}"
    return ""


def _is_of(field: Field, part: Any) -> bool:
    if field.kind == "any":
        return True
    if field.kind == "rows":
        return isinstance(part, list)
    if field.kind == "bool":
        return isinstance(part, bool)
    if field.kind == "enum":
        return part in field.values
    if field.kind in ("string", "int64"):
        return isinstance(part, str)
    if isinstance(part, bool) or not isinstance(part, int | float):
        return False
    return field.kind in ("double", "float") or (isinstance(part, int) and -(2**31) <= part < 2**32)
