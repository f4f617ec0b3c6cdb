"""What rules remember of rows between runs: since when one holds, in which state it fired, why it chose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from sheetdesk.store import schema

__all__ = ["RuleStates", "keep_rule_states", "read_rule_states"]

RuleStates = Mapping[tuple[str, str], Mapping[str, Any] | None]
"""Facts by rule and row; None: nothing is remembered any more."""


def read_rule_states(connection: sa.Connection, row: str = "") -> dict[tuple[str, str], dict[str, Any]]:
    """All that is remembered, or of one row."""
    states = schema.rule_states
    query = sa.select(states.c.rule, states.c.row_id, states.c.facts)
    if row:
        query = query.where(states.c.row_id == row)
    return {(rule, name): json.loads(facts) for rule, name, facts in connection.execute(query)}


def keep_rule_states(connection: sa.Connection, states: RuleStates) -> None:
    """Remember these in place of what was."""
    if not states:
        return
    table = schema.rule_states
    gone = [{"of_rule": rule, "of_row": row} for rule, row in states]
    where = (table.c.rule == sa.bindparam("of_rule")) & (table.c.row_id == sa.bindparam("of_row"))
    connection.execute(table.delete().where(where), gone)
    made = [
        {"rule": rule, "row_id": row, "facts": json.dumps(facts, ensure_ascii=False)}
        for (rule, row), facts in states.items()
        if facts is not None
    ]
    if made:
        connection.execute(table.insert(), made)
