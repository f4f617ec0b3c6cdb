"""The steps from one desk to another: every difference that stored values or drawn sheets must follow.

Pure: what the steps come to is worked out and carried out elsewhere. What a desk file only starts a
table with (people, cases, rules, notes on values) is no step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheetdesk.columns.base import Choice, Column
from sheetdesk.desk.desk import Desk, Role, SheetPlace
from sheetdesk.locales.locale import Locale

__all__ = ["Step", "describe", "renamed_choices", "renamed_columns", "steps"]

BOUNDS = ("minimum", "maximum", "max_length", "decimals")
WORKED_OUT = ("owner", "formula", "depends_on")
LOOKS = ("wrap", "width_chars", "hidden", "note")
SAID = ("column_bounds", "column_worked_out", "column_looks", "column_default", "column_rights")
"""Steps that tell settings of a column by their names, and some of their values by words."""
IN_WORDS = ("owner", "merge", "wrap", "hidden")
DRAWN = ("views", "reports", "sla", "calendars", "matrix", "review", "attention", "first_response")


@dataclass(frozen=True)
class Step:
    """One difference. `key` is the column's, `column/choice`, or what else changed; `facts` are for
    people: titles, and what was `before` and is `after`.
    """

    kind: str
    table: str
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)


def steps(old: Desk, new: Desk) -> tuple[Step, ...]:
    """What is to be done so that all that stands under `old` stands under `new`."""
    return (*_desk_steps(old, new), *_column_steps(old, new), *_role_steps(old, new), *_sheet_steps(old, new))


def describe(step: Step, locale: Locale) -> str:
    """The step in one line."""
    words = locale.section("upgrade_words")
    facts = {
        name: _told(step.kind, name, fact, words) for name, fact in {"key": step.key, **step.facts}.items()
    }
    return locale.text(f"upgrade.{step.kind}", **facts)


def _told(kind: str, name: str, fact: str, words: Mapping[str, str]) -> str:
    """A fact with the words of desk files as the language has them; what people named stays."""
    if kind in SAID and name in ("before", "after"):
        parts = (part.partition(" ") for part in fact.split(", "))
        return ", ".join(
            f"{words.get(key, key)}{blank}{words.get(value, value) if key in IN_WORDS else value}"
            for key, blank, value in parts
        )
    if kind == "role_may" and name == "change":
        return " ".join(word[0] + words.get(word[1:], word[1:]) for word in fact.split())
    is_word = (kind, name) in (("drawn", "key"), ("column_added", "type")) or (
        kind in ("column_retyped", "choice_meaning") and name in ("before", "after")
    )
    return words.get(fact, fact) if is_word else fact


def renamed_columns(old: Desk, new: Desk) -> dict[str, str]:
    """The new key of each column of the tickets that got another, as its `was` says."""
    return _renamed(
        {column.key: column.title for column in old.tickets.columns},
        {column.key: column.was for column in new.tickets.columns},
    )


def renamed_choices(old: Column, new: Column) -> dict[str, str]:
    """The new key of each choice that got another, as its `was` says."""
    return _renamed(
        {choice.key: choice.title for choice in old.choices},
        {choice.key: choice.was for choice in new.choices},
    )


def _renamed(old: Mapping[str, str], new: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Old key → new key: a former key or title of a new one, where the old key is gone."""
    found: dict[str, str] = {}
    for key, words in new.items():
        if key in old:
            continue
        for before, title in old.items():
            if before not in new and before not in found and (before in words or title in words):
                found[before] = key
                break
    return found


def _step(kind: str, key: str, /, table: str = "tickets", **facts: object) -> Step:
    return Step(kind, table, key, {name: str(value) for name, value in facts.items()})


def _desk_steps(old: Desk, new: Desk) -> Iterator[Step]:
    for key, before, after in (
        ("name", old.name, new.name),
        ("locale", old.locale.code, new.locale.code),
        ("zone", old.zone.key, new.zone.key),
        ("ids", old.ids, new.ids),
    ):
        if before != after:
            yield _step(key, key, table="", before=before, after=after)
    if old.transitions != new.transitions:
        yield _step("lifecycle", "lifecycle", table="")
    for key in DRAWN:
        if getattr(old, key) != getattr(new, key):
            yield _step("drawn", key, table="")


def _column_steps(old: Desk, new: Desk) -> Iterator[Step]:
    renamed = renamed_columns(old, new)
    came_from = {after: before for before, after in renamed.items()}
    for column in new.tickets.columns:
        before = came_from.get(column.key, column.key)
        if not old.tickets.has(before):
            yield _step("column_added", column.key, title=column.title, type=column.type)
            continue
        was = old.tickets.column(before)
        if before != column.key:
            yield _step("column_renamed", column.key, before=before, title=column.title)
        yield from _changed_column(was, column, old, new)
        yield from _choice_steps(was, column, old, new)
    for column in old.tickets.columns:
        if column.key not in renamed and not new.tickets.has(column.key):
            yield _step("column_retired", column.key, title=column.title)


def _changed_column(was: Column, now: Column, old: Desk, new: Desk) -> Iterator[Step]:
    facts = {"title": now.title}
    if was.title != now.title:
        yield _step("column_retitled", now.key, before=was.title, after=now.title)
    if was.type != now.type:
        yield _step("column_retyped", now.key, before=was.type, after=now.type, **facts)
    for kind, names in (
        ("column_bounds", BOUNDS),
        ("column_worked_out", WORKED_OUT),
        ("column_looks", LOOKS),
    ):
        changed = [name for name in names if getattr(was, name) != getattr(now, name)]
        if changed:
            before, after = _said(was, changed, old), _said(now, changed, new)
            yield _step(kind, now.key, before=before, after=after, **facts)
    if was.required != now.required:
        yield _step("column_required" if now.required else "column_optional", now.key, **facts)
    if was.default != now.default:
        before, after = _said(was, ["default"], old), _said(now, ["default"], new)
        yield _step("column_default", now.key, before=before, after=after, **facts)
    if was.edit != now.edit or was.merge != now.merge:
        before, after = _said(was, ["edit", "merge"], old), _said(now, ["edit", "merge"], new)
        yield _step("column_rights", now.key, before=before, after=after, **facts)


def _said(column: Column, names: Sequence[str], desk: Desk) -> str:
    return ", ".join(_word(name, _titled(name, getattr(column, name), column, desk)) for name in names)


def _titled(name: str, value: Any, column: Column, desk: Desk) -> Any:
    """What people call the roles, column or choice that a setting names by key."""
    if name == "edit":
        titles = {role.key: role.title for role in desk.roles}
        return tuple(titles.get(key, key) for key in value)
    if name == "depends_on" and desk.tickets.has(value):
        return desk.column(value).title
    if name == "default" and (choice := column.choice(value)) is not None:
        return choice.title
    return value


def _word(name: str, value: Any) -> str:
    if value in (None, "", ()):
        return f"{name} -"
    words = (
        " ".join(value) if isinstance(value, tuple) else f"{value:g}" if type(value) is float else str(value)
    )
    return f"{name} {words}"


def _choice_steps(was: Column, now: Column, old: Desk, new: Desk) -> Iterator[Step]:
    renamed = renamed_choices(was, now)
    came_from = {after: before for before, after in renamed.items()}
    for choice in now.choices:
        before = was.choice(came_from.get(choice.key, choice.key))
        key = f"{now.key}/{choice.key}"
        facts = {"column": now.title, "title": choice.title}
        if before is None:
            yield _step("choice_added", key, **facts)
            continue
        if before.key != choice.key:
            yield _step("choice_renamed", key, before=before.key, after=choice.key, **facts)
        yield from _changed_choice(before, choice, key, facts)
        if before.parent != choice.parent:
            above = _parent(before, was, old), _parent(choice, now, new)
            yield _step("choice_parent", key, before=above[0], after=above[1], **facts)
    kept = [renamed.get(choice.key, choice.key) for choice in was.choices]
    order = [choice.key for choice in now.choices if choice.key in kept]
    if order != [key for key in kept if key in order]:
        titles = ", ".join(choice.title for choice in now.choices)
        yield _step("choices_reordered", now.key, column=now.title, after=titles)
    for choice in was.choices:
        if choice.key not in renamed and now.choice(choice.key) is None:
            yield _step("choice_retired", f"{now.key}/{choice.key}", column=now.title, title=choice.title)


def _changed_choice(before: Choice, after: Choice, key: str, facts: Mapping[str, str]) -> Iterator[Step]:
    if before.title != after.title:
        yield _step("choice_retitled", key, before=before.title, after=after.title, column=facts["column"])
    if before.color != after.color:
        yield _step("choice_recoloured", key, before=before.color or "-", after=after.color or "-", **facts)
    if before.meaning != after.meaning:
        words = [meaning.value if meaning else "-" for meaning in (before.meaning, after.meaning)]
        yield _step("choice_meaning", key, before=words[0], after=words[1], **facts)


def _parent(choice: Choice, column: Column, desk: Desk) -> str:
    above = desk.column(column.depends_on).choice(choice.parent) if column.depends_on else None
    return above.title if above is not None else choice.parent or "-"


def _role_steps(old: Desk, new: Desk) -> Iterator[Step]:
    known = {role.key: role for role in old.roles}
    for role in new.roles:
        before = known.pop(role.key, None)
        if before is None:
            yield _step("role_added", role.key, table="", title=role.title)
        else:
            yield from _changed_role(before, role, old, new)
    for role in known.values():
        yield _step("role_removed", role.key, table="", title=role.title)


def _changed_role(before: Role, role: Role, old: Desk, new: Desk) -> Iterator[Step]:
    titles = {column.key: column.title for desk in (old, new) for column in desk.tickets.columns}
    facts = {"title": role.title}
    for kind, was, now in (
        ("role_sees", before.sees, role.sees),
        ("role_edits", before.edits, role.edits),
        ("role_may", before.may, role.may),
    ):
        if was != now:
            more, less = sorted({*now} - {*was}), sorted({*was} - {*now})
            signed = [*(("+", word) for word in more), *(("-", word) for word in less)]
            named = {} if kind == "role_may" else titles
            change = " ".join(f"{sign}{named.get(word, word)}" for sign, word in signed)
            yield _step(kind, role.key, table="", change=change, **facts)
    if before.tickets_text != role.tickets_text:
        words = (before.tickets_text or "-", role.tickets_text or "-")
        yield _step("role_tickets", role.key, table="", before=words[0], after=words[1], **facts)
    if (before.title, before.duties) != (role.title, role.duties):
        yield _step("role_words", role.key, table="", **facts)


def _sheet_steps(old: Desk, new: Desk) -> Iterator[Step]:
    known: dict[str, SheetPlace] = {sheet.key: sheet for sheet in old.sheets}
    for sheet in new.sheets:
        before = known.pop(sheet.key, None)
        if before is None:
            yield _step("sheet_added", sheet.key, table="", after=sheet.address)
        elif before.address != sheet.address:
            yield _step("sheet_moved", sheet.key, table="", before=before.address, after=sheet.address)
        if before is not None and before.role != sheet.role:
            titles = [
                next((role.title for role in desk.roles if role.key == key), key)
                for desk, key in ((old, before.role), (new, sheet.role))
            ]
            yield _step("sheet_role", sheet.key, table="", before=titles[0], after=titles[1])
    for sheet in known.values():
        yield _step("sheet_removed", sheet.key, table="", before=sheet.address)
