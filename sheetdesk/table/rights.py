"""Rights as something to compare and to test: what changed between two desk files, and statements
such as `agent may not edit due` held against one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.tree import Tree, read_tree
from sheetdesk.errors import Complaint, DeskInvalid, near
from sheetdesk.table.access import matrix_rows, may_edit
from sheetdesk.table.change import CellChange
from sheetdesk.table.problems import find_transition_problems

__all__ = ["RightChange", "Statement", "diff_rights", "failed_statements", "read_statements"]

RIGHTS = ("see", "edit", "move", "do")


@dataclass(frozen=True)
class RightChange:
    """A right that a role has gained, lost or had changed; "-" is none."""

    role: str
    right: str
    before: str
    after: str


@dataclass(frozen=True)
class Statement:
    """What a role must (`may` True) or must not be able to do.

    `right` is see, edit, move or do; `what` a column, a status change `a → b`, or a permission.
    """

    role: str
    may: bool
    right: str
    what: str


def rights(desk: Desk) -> dict[tuple[str, str], str]:
    """Every right of every role: (role, right) → how far it goes."""
    found = {}
    for right, marks in matrix_rows(desk, desk.roles):
        for role, mark in zip(desk.roles, marks, strict=True):
            found[role.key, right] = mark
    return found


def diff_rights(old: Desk, new: Desk) -> list[RightChange]:
    """What the new desk changes, in the order of its matrix, what is gone last."""
    before, after = rights(old), rights(new)
    keys = [*after, *(key for key in before if key not in after)]
    return [
        RightChange(role, right, before.get((role, right), "-"), after.get((role, right), "-"))
        for role, right in keys
        if before.get((role, right), "-") != after.get((role, right), "-")
    ]


def read_statements(text: str, desk: Desk) -> list[Statement]:
    """Statements from YAML: a list of `{role, may: {see, edit, move, do}, may_not: {…}}`.

    `move` takes texts such as `new -> open`. Raises DeskInvalid, naming lines.
    """
    tree, complaints = read_tree(text)
    statements: list[Statement] = []
    cases = tree.value if isinstance(tree.value, list) else []
    if not isinstance(tree.value, list) and not complaints:
        complaints.append(Complaint("", 1, "a list of statements is expected: - {role: …, may: {edit: […]}}"))
    for index, case in enumerate(cases):
        complaints += _read_case(case, index, desk, statements, tree)
    if complaints:
        raise DeskInvalid("the statements", complaints)
    return statements


def _read_case(case: Any, index: int, desk: Desk, statements: list[Statement], tree: Tree) -> list[Complaint]:
    known_roles = [role.key for role in desk.roles]
    if not isinstance(case, dict) or case.get("role") not in known_roles:
        text = f"`role:` must be one of {', '.join(known_roles)}"
        return [Complaint(str(index), tree.line((index, "role")), text)]
    complaints = [
        Complaint(f"{index}.{key}", tree.line((index, key)), _unknown(key, ("role", "may", "may_not")))
        for key in case
        if key not in ("role", "may", "may_not")
    ]
    for side in ("may", "may_not"):
        rights = case.get(side)
        if rights is not None and not isinstance(rights, dict):
            text = f"`{side}:` takes {', '.join(f'`{right}:`' for right in RIGHTS)}"
            complaints.append(Complaint(f"{index}.{side}", tree.line((index, side)), text))
            continue
        for right, words in (rights or {}).items():
            where, line = f"{index}.{side}.{right}", tree.line((index, side, right))
            if right not in RIGHTS:
                complaints.append(Complaint(where, line, _unknown(right, RIGHTS)))
                continue
            for word in words if isinstance(words, list) else [words]:
                what = _meant(desk, right, str(word))
                if what is None:
                    complaints.append(Complaint(where, line, f"'{word}' is not known here"))
                else:
                    statements.append(Statement(case["role"], side == "may", right, what))
    return complaints


def _unknown(word: str, known: Sequence[str]) -> str:
    like = near(word, known)
    return f"'{word}' is not known here" + (f", did you mean '{like}'?" if like else "")


def _meant(desk: Desk, right: str, word: str) -> str | None:
    """The column, permission or status change that a word of a statement means, or None."""
    if right == "do":
        return word if word in ("add", "archive", "assign", "approve") else None
    if right != "move":
        return word if desk.has(word) else None
    statuses = {name: c.key for c in desk.column("status").choices for name in (c.key, c.title)}
    ends = [statuses.get(end.strip()) for end in word.replace("→", "->").split("->")]
    return f"{ends[0]} → {ends[1]}" if len(ends) == 2 and None not in ends else None


def failed_statements(desk: Desk, statements: Sequence[Statement]) -> list[str]:
    """The statements that do not hold, in words."""
    failures = []
    for statement in statements:
        if _holds(desk, statement) != statement.may:
            must = "must" if statement.may else "must not"
            failures.append(f"{statement.role} {must} be able to {statement.right} {statement.what}")
    return failures


def _holds(desk: Desk, statement: Statement) -> bool:
    role = desk.role(statement.role)
    if statement.right == "see":
        return statement.what in role.sees
    if statement.right == "edit":
        return statement.what in role.sees and may_edit(role, desk.column(statement.what))
    if statement.right == "do":
        return statement.what in role.may
    before, after = statement.what.split(" → ")
    change = [CellChange("", "status", before, after)]
    return may_edit(role, desk.column("status")) and not find_transition_problems(desk, change, role)
