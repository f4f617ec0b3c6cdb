"""A proposal as the text of a desk file, with a comment above each column that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheetdesk.desk.propose_draft import ColumnDraft
from sheetdesk.desk.standard import STANDARD
from sheetdesk.desk.tree import written
from sheetdesk.locales.locale import Locale

__all__ = ["DeskDraft", "desk_text"]


@dataclass(frozen=True)
class DeskDraft:
    """All that stands in the file. `locks` are the keys that members may not change."""

    name: str
    locale: Locale
    zone: str
    ids: str
    head: tuple[str, ...]
    columns: tuple[ColumnDraft, ...]
    locks: tuple[str, ...]
    is_guarded: bool
    people: tuple[str, ...]
    file: str
    day_first: bool | None


def desk_text(draft: DeskDraft) -> str:
    """The YAML text."""
    lines = [*(_comment(line) for line in draft.head), "# yaml-language-server: $schema=desk.schema.json"]
    lines += ["sheetdesk: 1", f"name: {written(draft.name)}", f"locale: {draft.locale.code}"]
    lines += [f"zone: {written(draft.zone)}", f"ids: {written(draft.ids)}", "", "columns:"]
    for column in draft.columns:
        lines += _column(column)
    lines += ["", *_roles(draft)]
    if draft.people:
        lines += ["", _comment(draft.locale.text("propose.people")), "people:"]
        lines += [f"  - {{name: {written(name)}}}" for name in draft.people]
    if draft.day_first is not None:
        order = "day-first" if draft.day_first else "month-first"
        lines += ["", _comment(draft.locale.text("propose.dates")), "imports:"]
        lines += [f"  - {{key: adopted, dates: {order}}}"]
    return "\n".join(lines) + "\n"


def _column(column: ColumnDraft) -> list[str]:
    lines = [f"  {_comment(sentence)}" for sentence in column.why]
    lines.append(f"  - key: {written(column.key)}")
    lines.append(f"    title: {written(column.title)}")
    if column.key not in STANDARD and column.type != "text":
        lines.append(f"    type: {column.type}")
    lines += [f"    {name}: {written(value)}" for name, value in column.settings.items()]
    if column.choices:
        lines.append("    choices:")
        for choice in column.choices:
            parts: dict[str, object] = {"key": choice.key, "title": choice.title}
            if choice.parent:
                parts["parent"] = choice.parent
            if choice.meaning is not None:
                parts["meaning"] = choice.meaning.value
            if choice.color:
                parts["color"] = choice.color
            lines.append(f"      - {_flow(parts)}")
    return lines


def _roles(draft: DeskDraft) -> list[str]:
    text = draft.locale.text
    may = "[add, archive, assign, approve]"
    admin = ["  admin:", f"    title: {written(text('words.admin'))}", "    edits: all", f"    may: {may}"]
    if not draft.is_guarded:
        lines = [_comment(text("propose.unguarded")), "roles:", *admin]
        return [*lines, *_sheets(draft, "admin")]
    lines = [_comment(text("propose.guarded")), "roles:", *admin]
    lines += ["  member:", f"    title: {written(text('words.person'))}", "    edits: all"]
    if draft.locks:
        lines.append(f"    locks: [{', '.join(written(key) for key in draft.locks)}]")
    assign = any(column.key == "owner" for column in draft.columns) and "owner" not in draft.locks
    lines.append(f"    may: [{'add, assign' if assign else 'add'}]")
    return [*lines, *_sheets(draft, "member")]


def _sheets(draft: DeskDraft, role: str) -> list[str]:
    # Only such a name is an address that the desk file takes for a workbook beside it.
    if not draft.file.lower().endswith(".xlsx") or any(sign in draft.file for sign in ":/\\"):
        return []
    return ["", "sheets:", f"  - {{key: main, file: {written(draft.file)}, role: {role}}}"]


def _flow(parts: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{name}: {written(value)}" for name, value in parts.items()) + "}"


def _comment(sentence: str) -> str:
    """One line: what stands in a file must not end the comment it is told in."""
    words = " ".join(sentence.split())
    return "# " + "".join(char if char.isprintable() else "?" for char in words)
