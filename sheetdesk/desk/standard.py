"""The columns of a work order that every desk may use by naming them, and the desk's other tables.

Titles, notes and the words of standard choices come from the locale; what is here is the same in
every language: types, owners, colours, meanings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheetdesk.columns.base import Choice, Column, Meaning
from sheetdesk.desk.desk import TableSpec
from sheetdesk.locales.locale import Locale

__all__ = [
    "ALWAYS",
    "CLOSING",
    "FORMULAS",
    "STANDARD",
    "other_tables",
    "parse_formula",
    "standard_column",
]

FORMULAS = {
    "month": ("moment",),
    "hours": ("moment", "moment"),
    "late": ("moment", "moment"),
    "is_open": ("choice",),
    "age_days": ("moment",),
    "matrix": ("choice", "choice"),
}
"""The ready-made formulas and the types of the columns they take."""

STANDARD: dict[str, Column] = {
    column.key: column
    for column in (
        Column("id", "", "ticket", owner="rules", required=True),
        Column("created", "", "moment", required=True),
        Column("updated", "", "moment", owner="rules"),
        Column("title", "", required=True, max_length=200, wrap=True),
        Column("description", "", max_length=8000, wrap=True),
        Column("type", "", "choice"),
        Column("subtype", "", "choice", depends_on="type"),
        Column("impact", "", "choice"),
        Column("urgency", "", "choice"),
        Column("priority", "", "choice"),
        Column("status", "", "choice", required=True),
        Column("owner", "", "person"),
        Column("requester", "", max_length=100, pii="name"),
        Column("contact", "", max_length=200, pii="contact"),
        Column("channel", "", "choice"),
        Column("respond_by", "", "moment", owner="rules"),
        Column("update_by", "", "moment", owner="rules"),
        Column("due", "", "moment"),
        Column("sla_left", "", "number", owner="rules", decimals=2),
        Column("sla_state", "", "choice", owner="rules"),
        Column("sla", "", owner="rules", max_length=200),
        Column("first_response", "", "moment"),
        Column("resolved", "", "moment"),
        Column("closed", "", "moment"),
        Column("satisfaction", "", "number", minimum=1, maximum=5, decimals=0),
        Column("tags", "", "tags"),
        Column("flags", "", "tags", owner="rules"),
        Column("escalated", "", "number", owner="rules", minimum=0, decimals=0),
        Column("assigned_because", "", owner="rules", max_length=300, wrap=True),
        Column("link", "", "ticket"),
        Column("case", "", "case"),
        Column("notes", "", max_length=8000, wrap=True),
        Column("month", "", owner="formula", formula="month(created)"),
        Column("hours", "", "number", owner="formula", formula="hours(created, resolved)", decimals=1),
        Column("overdue", "", "number", owner="formula", formula="late(due, resolved)", decimals=0),
        Column("is_open", "", "number", owner="formula", formula="is_open(status)", decimals=0, hidden=True),
    )
}

ALWAYS = ("id", "created", "title", "status")
"""Without these a row is no ticket: they are added in front where a desk does not name them."""

CLOSING = ("month", "hours", "overdue", "is_open")
"""Worked out by the sheet itself, for dashboard and pivots: added behind where not named."""

COLORS = {
    "new": "DDEBF7", "open": "FFF2CC", "pending": "E4DFEC", "on_hold": "EDEDED", "resolved": "E2EFDA",
    "closed": "D9D9D9", "cancelled": "F2F2F2", "p1": "F8CBAD", "p2": "FFE699", "p3": "DDEBF7",
    "p4": "EDEDED", "on_time": "E2EFDA", "due_soon": "FFE699", "overdue": "F8CBAD", "paused": "E4DFEC",
    "met": "D9EAD3", "breached": "E6B8B7", "provisional": "DDEBF7",
    "high": "F8CBAD", "medium": "FFE699", "low": "E2EFDA",
}  # fmt: skip
MEANINGS = {
    "new": Meaning.NEW, "open": Meaning.OPEN, "pending": Meaning.PENDING, "on_hold": Meaning.ON_HOLD,
    "resolved": Meaning.RESOLVED, "closed": Meaning.CLOSED, "cancelled": Meaning.CANCELLED,
}  # fmt: skip


def standard_column(key: str, locale: Locale) -> Column:
    """The standard column `key` with its words in this language. Raises KeyError."""
    column = STANDARD[key]
    words = locale.section(f"columns.{key}")
    choices = locale.tree["choices"].get(key, {})
    return replace(
        column,
        title=words["title"],
        note=words.get("note", ""),
        choices=tuple(
            Choice(name, title, COLORS.get(name, ""), MEANINGS.get(name) if key == "status" else None)
            for name, title in choices.items()
        ),
    )


def parse_formula(text: str) -> tuple[str, tuple[str, ...]]:
    """`hours(created, resolved)` as its name and column keys. Raises ValueError."""
    name, bracket, rest = text.strip().partition("(")
    if not bracket or not rest.endswith(")"):
        raise ValueError(text)
    return name.strip(), tuple(word.strip() for word in rest[:-1].split(",") if word.strip())


def other_tables(locale: Locale, columns: Sequence[Column]) -> tuple[TableSpec, ...]:
    """People, choices, cases and rules: keyed tables like the tickets."""

    def column(table: str, key: str, kind: str = "text", **more: object) -> Column:
        title = locale.text(f"tables.{table}.columns.{key}")
        return replace(Column(key, title, kind), **more)  # type: ignore[arg-type]

    kinds = next((c.choices for c in columns if c.key == "type"), ())
    lists = tuple(Choice(c.key, c.title) for c in columns if c.type == "choice" and c.choices)
    return (
        TableSpec(
            "people",
            locale.text("tables.people.title"),
            (
                column("people", "id", required=True, max_length=100),
                column("people", "mail", max_length=200, pii="contact"),
                column("people", "chat", max_length=200, pii="contact"),
                column("people", "skills", "tags"),
                column("people", "share", "number", minimum=0, maximum=1, default=1.0),
                column("people", "shift"),
                column("people", "absent_from", "date"),
                column("people", "absent_to", "date"),
                column("people", "cap", "number", minimum=0, maximum=10_000, decimals=0),
                column("people", "backup", "person"),
            ),
        ),
        TableSpec(
            "choices",
            locale.text("tables.choices.title"),
            (
                column("choices", "id", required=True, owner="rules", hidden=True),
                column("choices", "column", "choice", required=True, choices=lists),
                column("choices", "value", required=True, max_length=100),
                column("choices", "parent", max_length=100),
                column("choices", "position", "number", minimum=0, maximum=100_000),
                column("choices", "active", "flag"),
                column("choices", "note", max_length=500, wrap=True),
            ),
        ),
        TableSpec(
            "rules",
            locale.text("tables.rules.title"),
            (
                column("rules", "id", required=True, max_length=60),
                column("rules", "title", max_length=200, wrap=True),
                column("rules", "when", max_length=2000, wrap=True),
                column("rules", "then", max_length=2000, wrap=True),
                column("rules", "active", "flag"),
            ),
        ),
        TableSpec(
            "cases",
            locale.text("tables.cases.title"),
            (
                column("cases", "id", "ticket", required=True),
                column("cases", "problem", required=True, max_length=500, wrap=True),
                column("cases", "type", "choice", choices=kinds),
                column("cases", "cause", max_length=2000, wrap=True),
                column("cases", "solution", max_length=4000, wrap=True),
            ),
        ),
    )
