"""Stories as text: given, people do, sync, then. Plays one and gives back the text as it came out.

A story's first line says what it shows. Sections start at the margin, what is in them is indented.

    given             the tickets, as a table; the workbook is built from it
    copy agent        the copy for a role; `copy own: Ben Example` for a person
    people            what is done to the workbook, line by line, then saved; `people in agent`: to the copy
    elsewhere, rule   cells that a command, a rule changes in the store
    settle, accept, restore   what somebody says on the command line
    sync              what the sync tells
    then              what the workbook shows; `then in agent`; `then Lists` for another tab
    journal           what has been journalled since the last look

`python -m tests.flows.story FILE…` writes what comes out into the files, to be read before it is kept.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sheetdesk.cli.words import aligned
from sheetdesk.flows import answer, restore, settle
from sheetdesk.table.change import Entry
from tests.flows.book import Book, Tab, Value
from tests.flows.team import Team

__all__ = ["STORIES", "play"]

STORIES = Path(__file__).with_name("stories")
TIMES = ("Created", "Due", "Updated")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def play(text: str, folder: Path) -> tuple[str, Team]:
    """The story as it came out, and the team at its end."""
    team = Team(folder)
    paths: dict[str, Path] = {}
    seen = 0
    made: list[str] = []
    for head, body in _sections(text):
        word, _, rest = head.partition(" ")
        where = paths.get(rest.removeprefix("in "))
        lines = body
        if word == "given":
            team.given(_table(body))
            seen = team.entries()[-1].number
        elif word == "copy":
            role, _, person = rest.partition(": ")
            paths[role] = team.copy(role="" if person else role, person=person)
        elif word == "people":
            with team.people(where) as book:
                for line in body:
                    _do(book, line)
        elif word in ("elsewhere", "rule"):
            for line in body:
                row, column, value = re.split(r"\s{2,}|: ?", line, maxsplit=2)
                by, why = ("rule:test", "rule") if word == "rule" else ("cli:ann", "edit")
                team.change(row, column, value, by=by, why=why)  # type: ignore[arg-type]
        elif word in ("settle", "accept", "restore"):
            _say(team, word, rest.split())
        elif word == "sync":
            lines = team.told()
        elif word == "then":
            tab = rest if rest and where is None else "Tickets"
            titles = [title.strip() for title in body[0].split("|")]
            forms = {title: "%d %H:%M" if title in TIMES else "" for title in titles}
            rows = [titles, *team.tab(tab, where).drawn(forms)]
            lines = _drawn(rows)
        elif word == "journal":
            entries = team.entries(seen)
            seen = entries[-1].number if entries else seen
            lines = _journal(entries)
        elif word != "#":
            raise ValueError(head)
        made += [head, *(f"  {line}" for line in lines)] if word != "#" else [head]
        made.append("")
    return "\n".join(made).rstrip("\n") + "\n", team


def _sections(text: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("  "):
            found[-1][1].append(line[2:])
        elif line:
            found.append((line, []))
    return found


def _table(lines: Sequence[str]) -> list[dict[str, str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _drawn(rows: Sequence[Sequence[str]]) -> list[str]:
    return aligned([[cell if not place else f"| {cell}" for place, cell in enumerate(row)] for row in rows])


def _do(book: Book, line: str) -> None:
    """One thing that a person does."""
    where, _, rest = line.partition("!") if re.match(r"\w+!", line) else ("Tickets", "", line)
    tab = book.tab(where)
    verb, _, words = rest.partition(" ")
    if verb == "delete" and words.startswith("column "):
        tab.delete_column(words.removeprefix("column "))
    elif verb == "delete":
        for name in words.split():
            tab.delete_row(tab.row_of(name, _first(tab)))
    elif verb == "hide":
        for name in words.split():
            tab.hide_row(tab.row_of(name))
    elif verb == "sort":
        column = tab.column(words.removesuffix(" down"))
        rows = sorted(tab.rows(), key=lambda row: str(tab.value(row, column) or "￿"))
        order = {row: place for place, row in enumerate(rows[::-1] if words.endswith(" down") else rows)}
        tab.sort(order.__getitem__)
    elif verb == "copy":
        last = max(tab.bottom(), *tab.rows()) + 1
        tab.copy_row(tab.row_of(words), last)
        tab.reach(last)
    elif verb == "move":
        row, last = tab.row_of(words), tab.bottom() + 1
        tab.copy_row(row, last)
        tab.reach(last)
        tab.delete_row(row)
    elif rest == "make a range of the table":
        book.drop_table(where)
    elif verb == "rename":
        book.rename_tab(where, words)
    else:
        name, _, cells = rest.partition("  ")
        if name in ("row", "below"):
            row = max(tab.bottom(), *tab.rows()) + 1
            if name == "row":
                tab.reach(row)
        else:
            row = int(name.split()[1]) if name.startswith("at ") else tab.row_of(name, _first(tab))
        for cell in cells.split("; "):
            title, _, value = cell.strip().partition(":")
            tab.type(row, title, _value(value.strip()))


def _first(tab: Tab) -> str:
    return next(iter(tab.titles()))


def _value(text: str) -> Value:
    text = text.replace(" / ", "\n").replace("␣", " ")
    return float(text) if NUMBER.fullmatch(text) else text or None


def _say(team: Team, word: str, rest: Sequence[str]) -> None:
    team.now += timedelta(minutes=1)
    with team.desk() as opened:
        if word == "settle":
            settle(opened, rest[0], rest[1], "sheet" if rest[2] == "sheet" else "other", now=team.now)
        elif rest:
            restore(opened, rest, now=team.now)
        else:
            answer(opened, "accept" if word == "accept" else "restore")


def _journal(entries: Sequence[Entry]) -> list[str]:
    rows = []
    for entry in entries:
        if entry.kind in ("added", "removed"):
            what = f"{entry.kind}"
        else:
            mark = "× " if entry.kind == "refused" else ""
            what = f"{mark}{entry.column}: {_plain(entry.before)} → {_plain(entry.after)}"
        between = f"{entry.seen_from:%H:%M}-{entry.seen_to:%H:%M}"
        by = "cli" if entry.by.startswith("cli") else entry.by
        rows.append([entry.row, what, between, f"{by}, {entry.why}"])
    return aligned(rows)


def _plain(value: object) -> str:
    return "-" if value is None else str(value).replace("\n", " / ")


def main(paths: Sequence[str]) -> None:
    for name in paths:
        path = Path(name)
        with tempfile.TemporaryDirectory() as folder:
            path.write_text(play(path.read_text("utf-8"), Path(folder))[0], "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
