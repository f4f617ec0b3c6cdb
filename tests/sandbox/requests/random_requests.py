"""Random requests that fit Google's schema, over a small grid and few ids, so that many succeed."""

from __future__ import annotations

import random
from typing import Any

from sheetdesk.sandbox.overlay import ONEOFS, REQUIRED
from sheetdesk.sandbox.schema import Document

SIDE = 8
"""Rows and columns of the grid that ranges are drawn from."""

TEXTS = ("a", "b", "Sheet1", "=A1+1", "=SUM(A1:B3)", "", "5", "spot")
MASKS = ("*", "*", "*", "userEnteredValue", "name", "range", "title", "spec", "pixelSize", "criteria")
SKIPPED = ("groupLimit",)
CONDITIONS = (
    {"type": "BOOLEAN"},
    {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "a"}]},
    {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "1"}]},
    {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=A1>1"}]},
)
VALUES = (
    {"numberValue": 2.5},
    {"stringValue": "x"},
    {"boolValue": True},
    {"formulaValue": "=A1"},
    {"formulaValue": "=SUM(A1:C3)"},
)
Json = dict[str, Any]


class Requests:
    """Draws requests; `ids` are numbers that things of any kind may have."""

    def __init__(self, schema: Document, rng: random.Random, ids: tuple[int, ...]) -> None:
        self.schemas = schema.schemas
        self.rng = rng
        self.ids = ids

    def draw(self, kind: str) -> Json:
        """One request of a kind."""
        return {kind: self.message(self.schemas["Request"]["properties"][kind]["$ref"], 0)}

    def message(self, name: str, depth: int) -> Json:
        fixed = self.fixed(name)
        if fixed is not None:
            return fixed
        fields = self.schemas[name].get("properties", {})
        found: Json = {}
        for field, facts in fields.items():
            is_apart = facts.get("readOnly") or field in SKIPPED or field.startswith("dataSource")
            if not is_apart and depth < 9 and self.rng.random() < (0.9 if depth < 3 else 0.4):
                found[field] = self.part(field, facts, depth)
        for group in ONEOFS.get(name, {}).values():
            for field in [field for field in group if field in found][1:]:
                del found[field]
        for field in REQUIRED.get(name, ()):
            if field in fields and field not in found and depth < 12:
                found[field] = self.part(field, fields[field], depth)
        return found

    def fixed(self, name: str) -> Json | None:
        """The messages that random fields would rarely make sense of."""
        if name == "GridRange":
            rows, columns = self.span(), self.span()
            found = {"startRowIndex": rows[0], "endRowIndex": rows[1]}
            found |= {"startColumnIndex": columns[0], "endColumnIndex": columns[1]}
            return {field: at for field, at in found.items() if self.rng.random() < 0.95}
        if name == "DimensionRange":
            start, end = self.span()
            axis = self.rng.choice(("ROWS", "COLUMNS"))
            return {"dimension": axis, "startIndex": start, "endIndex": self.rng.choice((start + 1, end))}
        if name == "BooleanCondition":
            return dict(self.rng.choice(CONDITIONS))
        return dict(self.rng.choice(VALUES)) if name == "ExtendedValue" else None

    def span(self) -> tuple[int, int]:
        start, end = sorted(self.rng.sample(range(SIDE), 2))
        return start, end

    def part(self, field: str, facts: Json, depth: int) -> Any:
        if "$ref" in facts:
            return self.message(facts["$ref"], depth + 1)
        match facts["type"]:
            case "array":
                return [self.part(field, facts["items"], depth + 1) for _ in range(self.rng.randint(0, 2))]
            case "object":
                inner = facts.get("additionalProperties")
                return {str(self.rng.randint(0, 3)): self.part(field, inner, depth + 1)} if inner else {}
            case "boolean":
                return self.rng.random() < 0.5
            case "integer" if field.endswith("Id"):
                return self.rng.choice((0, 0, *self.ids))
            case "integer" | "number":
                return self.rng.choice((0, 1, 2, 3))
        if field == "fields":
            return self.rng.choice(MASKS)
        if "enum" in facts:
            return self.rng.choice(facts["enum"])
        return str(self.rng.choice(self.ids)) if field.endswith("Id") else self.rng.choice(TEXTS)
