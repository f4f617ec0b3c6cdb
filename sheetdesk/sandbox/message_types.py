"""The fields of Google's messages, as a discovery document and the overlay together describe them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from sheetdesk.sandbox import overlay

__all__ = ["Field", "Types", "snake"]


class Field(NamedTuple):
    """One field of a message.

    `kind` is `message`, `enum`, `rows` (lists of lists of anything), `any`, or a scalar: `int32`, `uint32`,
    `int64`, `double`, `float`, `string`, `bool`. `of` is the schema of a message, `values` are an enum's.
    """

    name: str
    proto_name: str
    kind: str
    of: str = ""
    values: tuple[str, ...] = ()
    type_name: str = ""
    oneof: str | None = None
    is_repeated: bool = False
    is_map: bool = False
    is_wrapper: bool = False
    is_read_only: bool = False


class Types:
    """The messages of one API by the names of their schemas."""

    def __init__(self, schemas: Mapping[str, Mapping[str, Any]], package: str) -> None:
        self._schemas = schemas
        self._package = package
        self._fields: dict[str, dict[str, Field]] = {}

    def url(self, schema: str) -> str:
        """The type as refusals name it."""
        return f"type.googleapis.com/{self._package}.{overlay.MESSAGE_NAMES.get(schema, schema)}"

    def fields(self, schema: str) -> dict[str, Field]:
        """The fields of a message, by both of their spellings (`a1Range`, `a1_range`)."""
        found = self._fields.get(schema)
        if found is None:
            properties = self._schemas[schema].get("properties", {})
            named = [self._field(schema, name, node) for name, node in properties.items()]
            found = {field.proto_name: field for field in named} | {field.name: field for field in named}
            self._fields[schema] = found
        return found

    def parameter(self, name: str, node: Mapping[str, Any]) -> Field:
        """A query parameter as a field."""
        return self._field("", name, node)._replace(is_repeated=bool(node.get("repeated")))

    def _field(self, schema: str, name: str, node: Mapping[str, Any]) -> Field:
        kind, is_repeated, is_map, inner = node.get("type", ""), False, False, node
        if kind == "array":
            is_repeated, inner = True, node["items"]
        elif "additionalProperties" in node:
            is_map, inner = True, node["additionalProperties"]
        of = inner.get("$ref", "")
        values = tuple(inner.get("enum", ()))
        if of:
            kind, type_name = "message", self.url(of)
        elif values:
            kind, type_name = "enum", f"type.googleapis.com/{self._package}.{overlay.enum_name(schema, name)}"
        elif inner.get("type") == "array":
            kind, type_name, is_repeated = "rows", "type.googleapis.com/google.protobuf.ListValue", True
        else:
            kind = _SCALARS.get((inner.get("type", ""), inner.get("format", "")), "string")
            if inner.get("type") in ("any", "object"):
                kind = "any"
            type_name = f"TYPE_{kind.upper()}"
        return Field(
            name,
            snake(name),
            kind,
            of,
            values,
            type_name,
            _oneof(schema, name),
            is_repeated,
            is_map,
            name in overlay.WRAPPERS.get(schema, ()),
            bool(node.get("readOnly")) or name in overlay.READ_ONLY.get(schema, ()),
        )


_SCALARS = {
    ("boolean", ""): "bool",
    ("integer", "int32"): "int32",
    ("integer", "uint32"): "uint32",
    ("number", "double"): "double",
    ("number", "float"): "float",
    ("string", "int64"): "int64",
}


def snake(name: str) -> str:
    """`startRowIndex` as `start_row_index`."""
    return re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), name)


def _oneof(schema: str, name: str) -> str | None:
    for oneof, names in overlay.ONEOFS.get(schema, {}).items():
        if names == ("*",) or name in names:
            return oneof
    return None
