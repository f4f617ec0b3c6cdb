"""What each kind of batchUpdate request must hold, beyond types: its mask, its range, its conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sheetdesk.sandbox import fieldmask
from sheetdesk.sandbox.overlay import CONDITIONS, MASK_ROOTS, READ_ONLY, REQUIRED

__all__ = ["refusal"]

Json = dict[str, Any]
MaskOf = Callable[[str, str], fieldmask.Mask]


def refusal(body: Json, mask_of: MaskOf) -> str:
    """Why a batchUpdate body that is well typed is refused, in Google's words where they are known; else "".

    `mask_of` reads a mask over a message by the name of its schema.
    """
    requests = body.get("requests") or []
    if not requests:
        return "Must specify at least one request."
    for place, request in enumerate(requests):
        if not request:
            return f"Invalid requests[{place}]: No request set."
        kind, content = next(iter(request.items()))
        why = _missing(kind, content) or _mask(kind, content, mask_of) or _conditions(kind, content)
        if why:
            return f"Invalid requests[{place}].{kind}: {why}"
    return ""


def _missing(kind: str, content: Json) -> str:
    for needed in REQUIRED.get(kind, ()):
        if not any(_holds(content, path) for path in needed.split("|")):
            names = needed.replace("|", " or ")
            return f"No {names} specified."
    rule = content.get("rule", {})
    if kind.endswith("ConditionalFormatRule") and rule:
        if "booleanRule" not in rule and "gradientRule" not in rule:
            return "No booleanRule or gradientRule specified."
        return _gradient(rule.get("gradientRule"))
    return ""


def _holds(content: Any, path: str) -> bool:
    for name in path.split("."):
        if not isinstance(content, dict) or content.get(name) in (None, "", []):
            return False
        content = content[name]
    return True


def _gradient(gradient: Json | None) -> str:
    if gradient is None:
        return ""
    for name in ("minpoint", "midpoint", "maxpoint"):
        point = gradient.get(name)
        if point is None and name == "midpoint":
            continue
        if not point or not point.get("type"):
            return "No interpolationPointType specified."
        if point["type"] in ("NUMBER", "PERCENT", "PERCENTILE") and not point.get("value"):
            return "InterpolationPoint.value is required."
    return ""


def _mask(kind: str, content: Json, mask_of: MaskOf) -> str:
    root = MASK_ROOTS.get(kind)
    # An object that moves to another tab has no part of its position to name.
    if root is None or (root == "OverlayPosition" and "overlayPosition" not in content["newPosition"]):
        return ""
    if not content.get("fields"):
        return "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
    try:
        mask = mask_of(root, content["fields"])
    except fieldmask.BadMask as error:
        return f"Invalid field: {error.path}" if error.path else error.description
    for route in mask.routes:
        if route[0] in READ_ONLY.get(root, ()):
            return f"Field is read-only: {route[0]}"
    return ""


def _conditions(kind: str, content: Json) -> str:
    for where, condition in _found_conditions(kind, content):
        name, count = condition.get("type", ""), len(condition.get("values", []))
        if name not in CONDITIONS:
            return "No condition type specified."
        least, most, places = CONDITIONS[name]
        if where not in places:
            return f"ConditionType '{name}' is not supported in {where}."
        if count < least or (most is not None and count > most):
            return (
                f"ConditionType '{name}' requires {_amount(least, most)}, but {count} values were supplied."
            )
    return ""


def _amount(least: int, most: int | None) -> str:
    if most is None:
        return "at least one ConditionValue"
    if least != most:
        return f"at most {_NUMBERS[most]} ConditionValues"
    return "exactly one ConditionValue" if least == 1 else f"exactly {_NUMBERS[least]} ConditionValues"


_NUMBERS = {0: "zero", 2: "two"}


def _found_conditions(kind: str, content: Json) -> Iterator[tuple[str, Json]]:
    """Each condition in a request and what it is for; of cells only validations and pivots are searched."""
    if kind in ("updateCells", "appendCells"):
        cells = [cell for row in content.get("rows", []) for cell in row.get("values", [])]
    else:
        cells = [content.get("cell", {})] if kind == "repeatCell" else []
    if not cells:
        yield from _below(content, "data validation")
    for cell in cells:
        if "dataValidation" in cell or "pivotTable" in cell:
            yield from _below(cell, "data validation")


def _below(node: Any, where: str) -> Iterator[tuple[str, Json]]:
    if isinstance(node, list):
        for item in node:
            yield from _below(item, where)
    elif isinstance(node, dict):
        for name, part in node.items():
            if name == "condition" and isinstance(part, dict):
                yield where, part
            elif isinstance(part, dict | list):
                yield from _below(part, _PLACES.get(name, where))


_PLACES = {
    "booleanRule": "conditional formatting",
    "criteria": "filters",
    "filterCriteria": "filters",
}
