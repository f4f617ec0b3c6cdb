"""Whom a notice is for: roles and owners become people, and nobody is told of what they did themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sheetdesk.desk.actions import Whom
from sheetdesk.desk.desk import Desk
from sheetdesk.rules.base import Notice, Outcome
from sheetdesk.rules.engine import Given
from sheetdesk.store.store import SheetState
from sheetdesk.table.change import plain_value

__all__ = ["called", "notices_for"]


def notices_for(given: Given, outcome: Outcome, sheets: Sequence[SheetState]) -> dict[str, Mapping[str, Any]]:
    """The notices by key, one for each who is told; the key is the same for the same occasion."""
    titles = {rule.key: rule.title for rule in given.rules}
    changed = {(r.change.row, r.change.column): r.change.after for r in outcome.changes}
    found: dict[str, Mapping[str, Any]] = {}
    for notice in outcome.notices:
        own = _persons(given, notice.by, sheets)
        for kind, key in _addressees(given, notice, changed):
            if kind == "person" and key in own:
                continue
            name = f"{notice.rule}|{notice.ticket}|{notice.about}|{notice.state}|{kind}:{key}"
            found[name] = {
                "rule": notice.rule,
                "title": titles.get(notice.rule, notice.rule),
                "ticket": notice.ticket,
                "about": notice.about,
                "urgent": notice.is_urgent,
                "to": {"kind": kind, "key": key},
                "facts": dict(notice.facts),
            }
    return found


def _addressees(
    given: Given, notice: Notice, changed: Mapping[tuple[str, str], Any]
) -> Iterator[tuple[str, str]]:
    """Each as a kind (person, channel, mail) and its name."""
    whom: Whom = notice.whom
    if whom.kind in ("owner", "requester"):
        column = "owner" if whom.kind == "owner" else "contact"
        name = _cell(given, notice.ticket, column, changed)
        if isinstance(name, str) and name:
            yield ("person" if whom.kind == "owner" else "mail"), name
    elif whom.kind == "role":
        # Rights and roles come from the desk file alone.
        yield from (("person", person.name) for person in given.desk.people if person.role == whom.key)
    else:
        yield whom.kind, whom.key


def _cell(given: Given, ticket: str, column: str, changed: Mapping[tuple[str, str], Any]) -> Any:
    if (ticket, column) in changed:
        return changed[ticket, column]
    frame = given.tickets.frame
    return (
        plain_value(frame.at[ticket, column]) if column in frame.columns and ticket in frame.index else None
    )


def called(desk: Desk, words: Iterable[str]) -> list[tuple[str, str]]:
    """Whom these words name, each once, as a kind (person, channel, mail) and its name. They are roles, by
    key or title, `channel:KEY`, addresses and people.
    """
    roles = {word: role.key for role in desk.roles for word in (role.key, role.title)}
    found: list[tuple[str, str]] = []
    for word in words:
        if word.startswith("channel:"):
            found.append(("channel", word.removeprefix("channel:")))
        elif word in roles:
            found += (("person", person.name) for person in desk.people if person.role == roles[word])
        else:
            is_person = "@" not in word or any(person.name == word for person in desk.people)
            found.append(("person" if is_person else "mail", word))
    return list(dict.fromkeys(found))


def _persons(given: Given, by: str, sheets: Sequence[SheetState]) -> set[str]:
    """Who surely made a change, where it came from a copy that one person has, or from their own command."""
    kind, _, name = by.partition(":")
    if kind == "sheet":
        return {s.person for s in sheets if s.person and Path(s.address).name == name}
    if kind != "cli" or not name:
        return set()
    return {p.name for p in given.desk.people if name.casefold() in (p.name.casefold(), _local(p.mail))}


def _local(mail: str) -> str:
    return mail.partition("@")[0].casefold()
