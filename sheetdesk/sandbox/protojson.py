"""JSON bodies read into messages the way Google's front end reads them, refusals in its words included.

Either spelling of a name is taken, "1" for 1, an enum by number or in any case, and null for nothing.
"""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

from sheetdesk.sandbox.api import ApiError
from sheetdesk.sandbox.message_types import Field, Types
from sheetdesk.sandbox.overlay import KEPT_DEFAULTS
from sheetdesk.sandbox.scalars import Unfit, quoted, scalar, without_surrogates

__all__ = ["BadBody", "Violation", "omit_defaults", "parse", "read"]


class Violation(NamedTuple):
    """What is wrong with one field; `field` is its path, empty at the root of the body."""

    field: str
    description: str


class BadBody(ApiError):
    """400: values or names that do not fit the message, all of them at once."""

    def __init__(self, violations: list[Violation]) -> None:
        details = [
            {"field": field, "description": text} if field else {"description": text}
            for field, text in violations
        ]
        super().__init__(
            400,
            "INVALID_ARGUMENT",
            "\n".join(violation.description for violation in violations),
            [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": details}],
        )
        self.violations = violations


def parse(body: bytes) -> Any:
    """The JSON of a body; nothing at all is an empty message. Raises ApiError for what is not JSON."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    if not body:
        return {}
    try:
        text = body.decode()
    except UnicodeDecodeError:
        # Google reads a space for each byte that is not UTF-8.
        text = _spaced(body)
    try:
        return json.loads(
            text,
            parse_constant=_refused_constant,
            parse_float=_finite,
            object_pairs_hook=_object,
            strict=False,
        )
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unexpected token.") from error


def read(schema: str, body: bytes | Any, types: Types | None, root: str = "") -> dict[str, Any]:
    """The body as a message: names in camelCase, values of their types, nulls and read-only fields gone.

    `root` starts the paths in refusals. Without `types` nothing is checked but that the body is an object.
    Raises BadBody with every name and value that does not fit.
    """
    value = parse(body) if isinstance(body, bytes) else body
    if not isinstance(value, dict):
        raise BadBody(
            [Violation("", 'Invalid JSON payload received. Unknown name "": Root element must be a message.')]
        )
    if types is None:
        return _without_nulls(value)
    reader = _Reader(types)
    message = reader.message(schema, value, root)
    if reader.violations:
        raise BadBody(reader.violations)
    return message


def omit_defaults(schema: str, value: Any) -> Any:
    """A copy of an answer without what proto3 leaves out: false, 0, empty text and lists.

    Members of oneofs and wrappers stay, as do empty messages, and `sheetId: 0` where it is a tab's own.
    """
    if isinstance(value, list):
        # Lists of lists hold cell values, which are never left out.
        return [omit_defaults(schema, item) if isinstance(item, dict) else item for item in value]
    if not isinstance(value, dict):
        return value
    is_tab = schema == "SheetProperties" or "sheetType" in value
    kept: dict[str, Any] = {}
    for name, part in value.items():
        if isinstance(part, dict) or (isinstance(part, list) and part):
            kept[name] = omit_defaults(name, part)
        elif part or (name == "sheetId" and is_tab) or _stays(schema, name, part):
            kept[name] = part
    return kept


def _stays(schema: str, name: str, part: Any) -> bool:
    # A run that starts at the first letter says nothing of it.
    is_run = schema in ("textFormatRuns", "chipRuns")
    return part is not None and not isinstance(part, list) and name in KEPT_DEFAULTS and not is_run


class _Repeating(dict[str, Any]):
    """An object that holds a name more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Repeating(pairs)


class _Reader:
    """Reads messages and gathers what does not fit, in the order of the body."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self.violations: list[Violation] = []

    def message(
        self, schema: str, value: dict[str, Any], path: str, is_element: bool = False
    ) -> dict[str, Any]:
        fields = self._types.fields(schema)
        taken: set[str] = set()
        message: dict[str, Any] = {}
        pairs = value.pairs if isinstance(value, _Repeating) else value.items()
        for name, part in pairs:
            field = fields.get(name)
            if field is None:
                self._no_field(schema, name, part, path, is_element)
                continue
            if part is None:
                continue
            if field.oneof is not None:
                if field.oneof in taken:
                    what = f"oneof field '{field.oneof}' is already set. Cannot set '{name}'"
                    self._value(path, "oneof", what)
                    continue
                taken.add(field.oneof)
            found = self._part(field, name, part, path)
            if not field.is_read_only and found is not None:
                message[field.name] = found
        return message

    def _part(self, field: Field, name: str, part: Any, path: str) -> Any:
        if part.__class__ is str and field.kind == "string" and not (field.is_map or field.is_repeated):
            # Most of a large body is text, which always fits.
            return without_surrogates(part)
        below = f"{path}.{field.proto_name}" if path else field.proto_name
        if field.is_map:
            if isinstance(part, dict):
                return {key: self._one(field, item, f"{below}[{key}]") for key, item in part.items()}
            return self._value(below, field.type_name, quoted(part))
        if isinstance(part, list):
            if field.is_repeated:
                return self._list(field, part, below)
            return self._name(path, name, "Proto field is not repeating, cannot start list.")
        if field.is_repeated:
            found = self._one(field, part, below)
            return None if found is None else [found]
        if isinstance(part, dict) and field.kind not in ("message", "any"):
            return self._object_for_scalar(field, part, path, below)
        return self._one(field, part, f"{below}.value" if field.is_wrapper else below)

    def _one(self, field: Field, part: Any, path: str, is_element: bool = False) -> Any:
        if field.kind == "any":
            return part
        if field.kind == "message" and isinstance(part, dict):
            return self.message(field.of, part, path, is_element)
        if field.kind == "rows" and isinstance(part, list):
            return part
        try:
            return scalar(field, part)
        except Unfit as error:
            return self._value(path, field.type_name, str(error))

    def _list(self, field: Field, items: list[Any], path: str) -> list[Any]:
        if field.kind == "rows":
            return [self._one(field, row, f"{path}[{place}]") for place, row in enumerate(items)]
        found: list[Any] = []
        count = 0
        for item in items:
            if isinstance(item, list):
                # A list in a list holds more elements of the same field.
                found += self._list(field, item, f"{path}[{count - 1}]" if count else path)
            elif item is not None:
                count += 1
                found.append(self._one(field, item, f"{path}[{count - 1}]", is_element=True))
        return found

    def _object_for_scalar(self, field: Field, part: dict[str, Any], path: str, below: str) -> Any:
        if not field.is_wrapper:
            return self._value(path, field.proto_name, "Starting an object on a scalar field")
        for name in part:
            if name != "value":
                self._name(below, name, "Cannot find field.")
        if part.get("value") is None:
            # The wrapper is there, so its value is its type's own nothing.
            return "" if field.kind == "string" else 0
        return self._one(field, part["value"], f"{below}.value")

    def _no_field(self, schema: str, name: str, part: Any, path: str, is_element: bool) -> None:
        if name:
            self._name(path, name, "Cannot find field.")
        elif not is_element:
            self._name(path, name, "Proto fields must have a name.")
        elif isinstance(part, dict):
            # In an element of a list, no name names the list's field again.
            self.message(schema, part, path, is_element)
        elif part is not None and not isinstance(part, list):
            self._value(path, self._types.url(schema), quoted(part))

    def _name(self, path: str, name: str, why: str) -> None:
        at = f" at '{path}'" if path else ""
        self.violations.append(
            Violation(
                path, f'Invalid JSON payload received. Unknown name "{without_surrogates(name)}"{at}: {why}'
            )
        )

    def _value(self, path: str, type_name: str, what: str) -> None:
        at = f" at '{path}'" if path else ""
        self.violations.append(Violation(path, f"Invalid value{at} ({type_name}), {what}"))


def _spaced(body: bytes) -> str:
    text = ""
    while body:
        try:
            return text + body.decode()
        except UnicodeDecodeError as error:
            text += body[: error.start].decode() + " "
            body = body[error.start + 1 :]
    return text


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _refused_constant(name: str) -> float:
    raise ValueError(name)


def _without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    def kept(part: Any) -> Any:
        if isinstance(part, dict):
            return _without_nulls(part)
        return (
            [kept(item) if isinstance(item, dict) else item for item in part]
            if isinstance(part, list)
            else part
        )

    return {name: kept(part) for name, part in value.items() if part is not None}
