"""The preview of an import, line by line: which column is which, samples, counts, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheetdesk.desk.desk import Desk
from sheetdesk.intake.aside import aside_text
from sheetdesk.intake.match import ColumnMatch
from sheetdesk.intake.plan import ImportPlan
from sheetdesk.locales.locale import Locale, width

__all__ = ["aside_csv", "describe"]

WIDEST = (28, 22, 14, 7, 44)


def aside_csv(plan: ImportPlan, desk: Desk) -> str:
    """The rows set aside as CSV text: row number, the cells as found, the reasons."""
    return aside_text(plan.titles, plan.aside, desk)


def describe(plan: ImportPlan, desk: Desk) -> list[str]:
    """The lines of a preview in the desk's language: first the columns as a table, then the counts."""
    locale = desk.locale
    words = {column.key: column.title for column in desk.tickets.columns}
    head = [locale.text(f"import.head_{part}") for part in ("theirs", "ours", "how", "filled", "samples")]
    shown = [match for match in plan.matching if match.column or match.filled]
    rows = [_row(match, words, locale) for match in shown]
    widths = [min(limit, max(width(row[i]) for row in (head, *rows))) for i, limit in enumerate(WIDEST)]
    lines = [_line(head, widths)]
    for match, row in zip(shown, rows, strict=True):
        lines.append(_line(row, widths))
        lines += [f"  · {note}" for note in match.notes]
    lines.append("")
    counts = plan.counts
    lines.append(locale.text("import.counts", read=counts.read))
    if counts.blank or counts.totals:
        lines.append(locale.text("import.dropped_rows", blank=counts.blank, totals=counts.totals))
    if plan.new_people:
        names = ", ".join(plan.new_people[:6]) + (" …" if len(plan.new_people) > 6 else "")
        lines.append(locale.text("import.new_people", count=len(plan.new_people), names=names))
    return lines + list(plan.notes)


def _row(match: ColumnMatch, titles: Mapping[str, str], locale: Locale) -> list[str]:
    how = locale.text(f"import.how_{match.how.replace(' ', '_') or 'none'}")
    samples = " | ".join(" ".join(sample.split()) for sample in match.samples)
    return [match.title, titles.get(match.column, "-"), how, str(match.filled), samples]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    parts = []
    for place, (cell, room) in enumerate(zip(cells, widths, strict=True)):
        text = _cut(cell, room)
        pad = " " * (room - width(text))
        parts.append(pad + text if place == 3 else text + pad)
    return "  ".join(parts).rstrip()


def _cut(text: str, room: int) -> str:
    text = "".join(char if char.isprintable() else " " for char in text)
    if width(text) <= room:
        return text
    while width(text) > room - 1:
        text = text[:-1]
    return f"{text}…"
