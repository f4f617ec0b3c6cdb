"""Who calls, what a file lets them do, and which cells a protection keeps from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sheetdesk.sandbox.api import ApiError

__all__ = ["OWNER", "ROLES", "Caller", "can_edit", "check_protected", "may", "role_of", "shut_out", "who"]

OWNER = "owner@sandbox.local"
ROLES = ("reader", "commenter", "writer", "owner")
"""What a permission may grant, each more than the one before it."""

REFUSAL = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)

Rectangle = tuple[float, float, float, float]
"""First row, row after the last, first column, column after the last."""


@dataclass(frozen=True)
class Caller:
    """Whoever sent a request. `is_owner` frees them of every protection."""

    email: str = OWNER
    is_owner: bool = True


class Shared(Protocol):
    """What is asked of a file: its owner, and Drive's permissions by their id."""

    owner: str
    permissions: dict[str, dict[str, Any]]


class Protecting(Protocol):
    """What is asked of a tab: its id among its properties, and its protections as the API has them."""

    properties: dict[str, Any]
    protected_ranges: list[dict[str, Any]]


def who(headers: Mapping[str, str]) -> Caller:
    """The caller named by `Authorization: Bearer role:<email>`; any other or no token is the owner.

    A name without an @ gets the sandbox's domain.
    """
    token = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    kind, _, name = token.partition(" ")
    if kind.lower() != "bearer" or not name.startswith("role:"):
        return Caller()
    email = name.removeprefix("role:").strip().lower()
    if "@" not in email:
        email = f"{email}@sandbox.local"
    return Caller(email, email == OWNER)


def role_of(file: Shared, caller: Caller) -> str | None:
    """The strongest role the file gives the caller, by name, by domain or by link; None for none."""
    if caller.email == file.owner:
        return "owner"
    domain = caller.email.partition("@")[2]
    roles = [
        permission["role"]
        for permission in file.permissions.values()
        if permission["type"] == "anyone"
        or permission.get("emailAddress", "").lower() == caller.email
        or (permission["type"] == "domain" and permission.get("domain") == domain)
    ]
    return max(roles, key=ROLES.index, default=None)


def may(file: Shared, caller: Caller, role: str) -> bool:
    """Whether the caller has at least that role."""
    given = role_of(file, caller)
    return given is not None and ROLES.index(given) >= ROLES.index(role)


def can_edit(protection: Mapping[str, Any], caller: Caller) -> bool:
    """What a read answers as `requestingUserCanEdit`: everyone may where there is only a warning."""
    editors = protection.get("editors", {})
    return (
        caller.is_owner
        or bool(protection.get("warningOnly"))
        or caller.email in (user.lower() for user in editors.get("users", ()))
        or bool(editors.get("domainUsersCanEdit"))
    )


def check_protected(
    book: Any, caller: Caller, tab: Protecting, ranges: Iterable[Mapping[str, Any]], index: int, kind: str
) -> None:
    """Refuse a write that touches a cell which a protection of the tab keeps from the caller.

    `ranges` are GridRanges; a missing side is the end of the grid. `kind` is the batchUpdate request's
    name, "" where values are written. Raises ApiError with 400.
    """
    if any(shut_out(book, caller, tab, written) for written in ranges):
        where = f"requests[{index}].{kind}" if kind else f"data[{index}]"
        raise ApiError(400, "INVALID_ARGUMENT", f"Invalid {where}: {REFUSAL}")


def shut_out(book: Any, caller: Caller, tab: Protecting, written: Mapping[str, Any]) -> bool:
    """Whether some cell of a GridRange is kept from the caller. `book` is asked for its named ranges."""
    for protection in tab.protected_ranges:
        if can_edit(protection, caller):
            continue
        named = book.named_ranges.get(protection.get("namedRangeId", ""), {}).get("range")
        kept = _meet(_rectangle(protection.get("range") or named or {}), _rectangle(written))
        if kept is None:
            continue
        if _uncovered(kept, [_rectangle(free) for free in protection.get("unprotectedRanges", ())]):
            return True
    return False


def _rectangle(grid: Mapping[str, Any]) -> Rectangle:
    return (
        grid.get("startRowIndex", 0), grid.get("endRowIndex", float("inf")),
        grid.get("startColumnIndex", 0), grid.get("endColumnIndex", float("inf")),
    )  # fmt: skip


def _meet(one: Rectangle, other: Rectangle) -> Rectangle | None:
    top, bottom = max(one[0], other[0]), min(one[1], other[1])
    left, right = max(one[2], other[2]), min(one[3], other[3])
    return (top, bottom, left, right) if top < bottom and left < right else None


def _uncovered(whole: Rectangle, covers: Sequence[Rectangle]) -> bool:
    """Whether some cell of a rectangle lies in none of the others."""
    if not covers:
        return True
    shared = _meet(whole, covers[0])
    if shared is None:
        return _uncovered(whole, covers[1:])
    top, bottom, left, right = whole
    above = (top, shared[0], left, right)
    below = (shared[1], bottom, left, right)
    before = (shared[0], shared[1], left, shared[2])
    after = (shared[0], shared[1], shared[3], right)
    rest = [part for part in (above, below, before, after) if part[0] < part[1] and part[2] < part[3]]
    return any(_uncovered(part, covers[1:]) for part in rest)
