"""Finds a member of an open family (columns, locales, templates …) by its file name.

A family is a folder; a member is a module in it whose name is the word a desk file uses. Adding a
file adds a member: nothing is registered anywhere.
"""

from __future__ import annotations

import importlib
from functools import cache
from importlib import resources
from types import ModuleType

from sheetdesk.errors import FamilyMemberUnknown

__all__ = ["member", "members"]

NOT_MEMBERS = ("base", "language", "metrics")


@cache
def members(family: str) -> tuple[str, ...]:
    """The names of all members of `sheetdesk.<family>`, sorted."""
    folder = resources.files(f"sheetdesk.{family}")
    names = (entry.name.removesuffix(".py") for entry in folder.iterdir() if entry.name.endswith(".py"))
    return tuple(sorted(n for n in names if not n.startswith("_") and n not in NOT_MEMBERS))


@cache
def member(family: str, name: str) -> ModuleType:
    """The module that defines `name`. Raises FamilyMemberUnknown, naming the nearest."""
    if name not in members(family):
        raise FamilyMemberUnknown(family, name, members(family))
    return importlib.import_module(f"sheetdesk.{family}.{name}")
