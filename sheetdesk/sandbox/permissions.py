"""Who may see and edit a file: Drive's permissions, listed, granted, changed and taken away."""

from __future__ import annotations

from collections.abc import Mapping

from sheetdesk.sandbox.access import ROLES, Caller, may
from sheetdesk.sandbox.book import Json
from sheetdesk.sandbox.drive_errors import DriveError, forbidden, required
from sheetdesk.sandbox.file import File, permission_id

__all__ = ["change", "found", "grant", "owned", "remove", "visible"]

TYPES = ("user", "group", "domain", "anyone")


def owned(email: str) -> dict[str, Json]:
    """The permissions of a new file: its owner's."""
    granted = _permission("user", "owner", email)
    return {granted["id"]: granted}


def visible(file: File, caller: Caller) -> list[Json]:
    """Every permission; only those who may edit the file see them."""
    if not may(file, caller, "writer"):
        raise forbidden()
    return list(file.permissions.values())


def found(file: File, caller: Caller, name: str) -> Json:
    """One permission by its id. Raises DriveError with 404."""
    permission = next((one for one in visible(file, caller) if one["id"] == name), None)
    if permission is None:
        raise DriveError(404, "notFound", f"Permission not found: {name}.", "permissionId")
    return permission


def grant(file: File, caller: Caller, wanted: Mapping[str, object], query: Mapping[str, str]) -> Json:
    """Add a permission, or give a person who has one another role."""
    if not may(file, caller, "writer"):
        raise forbidden()
    kind, role = str(wanted.get("type", "")), str(wanted.get("role", ""))
    if kind not in TYPES:
        raise required("permission.type") if not kind else _senseless("permission.type")
    _check_role(role, caller, file, query)
    address = str(wanted.get("emailAddress" if kind in ("user", "group") else "domain") or "")
    if kind != "anyone" and not address:
        text = "The specified emailAddress is invalid or not applicable for the given permission type."
        raise DriveError(400, "invalidSharingRequest", text)
    granted = _permission(kind, role, address, is_found=bool(wanted.get("allowFileDiscovery")))
    _set(file, granted)
    return granted


def change(
    file: File, caller: Caller, name: str, wanted: Mapping[str, object], query: Mapping[str, str]
) -> Json:
    """Give a permission another role, or offer it the ownership."""
    before = found(file, caller, name)
    role = str(wanted.get("role") or before["role"])
    if "pendingOwner" in wanted and role != "owner":
        after = {**before, "role": role, "pendingOwner": bool(wanted["pendingOwner"])}
    else:
        _check_role(role, caller, file, query)
        after = {**before, "role": role, "pendingOwner": False}
    _set(file, after)
    return after


def remove(file: File, caller: Caller, name: str) -> None:
    """Take a permission away; people may always take their own. The owner's stays."""
    own = permission_id(caller.email)
    if name == own and name in file.permissions:
        permission = file.permissions[name]
    else:
        permission = found(file, caller, name)
    if permission["role"] == "owner":
        raise forbidden()
    file.permissions = {key: one for key, one in file.permissions.items() if key != name}


def _set(file: File, granted: Json) -> None:
    permissions = file.permissions
    if granted["role"] == "owner":
        # There is one owner at a time: the old one goes on as a writer.
        permissions = {
            key: {**one, "role": "writer"} if one["role"] == "owner" else one
            for key, one in permissions.items()
        }
        file.owner = granted["emailAddress"]
    file.permissions = {**permissions, granted["id"]: granted}


def _check_role(role: str, caller: Caller, file: File, query: Mapping[str, str]) -> None:
    if role not in ROLES:
        raise required("permission.role") if not role else _senseless("permission.role")
    if role == "owner":
        if query.get("transferOwnership", "").lower() != "true":
            text = "The transferOwnership parameter must be enabled when the permission role is 'owner'."
            raise DriveError(403, "forbidden", text, "transferOwnership")
        pending = file.permissions.get(permission_id(caller.email), {}).get("pendingOwner")
        if caller.email != file.owner and not pending:
            raise forbidden()


def _senseless(parameter: str) -> DriveError:
    return DriveError(400, "invalid", f"The specified value for '{parameter}' is invalid.", parameter)


def _permission(kind: str, role: str, address: str, *, is_found: bool = False) -> Json:
    if kind == "anyone":
        name = "anyone" if is_found else "anyoneWithLink"
        return {
            "kind": "drive#permission", "id": name, "type": kind, "role": role, "allowFileDiscovery": is_found
        }  # fmt: skip
    facts: Json = {
        "kind": "drive#permission",
        "id": permission_id(address) + ("k" if kind == "domain" else ""),
        "displayName": address.partition("@")[0],
        "type": kind,
        "role": role,
    }
    if kind == "domain":
        return facts | {"domain": address, "allowFileDiscovery": is_found}
    return facts | {"emailAddress": address.lower(), "deleted": False, "pendingOwner": False}
