"""Which column of a file is which of the desk's, with the evidence for it.

Best evidence first: the command line, the desk's mapping, title, key, former key, synonyms of the
desk's language, synonyms of the others. One column of the file goes to one of the desk (tags aside:
`tag_1`, `tag_2` …), and a column whose cells mostly cannot be what its name says goes nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sheetdesk.columns.base import Column
from sheetdesk.desk.desk import Desk
from sheetdesk.errors import MapUnknown
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.source import Source
from sheetdesk.intake.titles import KnownTitle, fold_title

__all__ = ["ColumnMatch", "importable", "match_columns"]

DROPPED = "-"
TAG_NUMBER = re.compile(r"\s*\d+$")


@dataclass(frozen=True)
class ColumnMatch:
    """A column of the file (`title`, at `place`) and the key of the desk's column it is, "" for none.

    `how` is one of command line, mapping, title, key, was, synonym; dropped where somebody said so,
    desk where the desk works the column out itself, "" where nothing fits. `notes` say what was found
    out about it, in the desk's language.
    """

    title: str
    place: int
    column: str
    how: str
    samples: tuple[str, ...]
    filled: int
    notes: tuple[str, ...] = ()

    def noted(self, *notes: str) -> ColumnMatch:
        """The same match with more notes."""
        return replace(self, notes=(*self.notes, *notes))


@dataclass(frozen=True)
class Candidate:
    source: Source
    known: KnownTitle


def importable(column: Column) -> bool:
    """People's columns, and of the others the id and the time of the last change."""
    return column.owner == "people" or (column.owner == "rules" and column.key in ("id", "updated"))


def match_columns(
    desk: Desk,
    sources: Sequence[Source],
    known: Mapping[str, list[KnownTitle]],
    options: ImportOptions,
    *,
    unfit: Callable[[Source, Column], str],
    file: str,
) -> list[ColumnMatch]:
    """A match for every source, in order. `unfit` says why a source cannot be a column, or "".

    Raises MapUnknown when the command line names a column that is not there.
    """
    asked = _asked(desk, sources, options, file)
    matches = {s.place: ColumnMatch(s.title, s.place, "", "", s.samples(), s.filled) for s in sources}
    taken: set[str] = set()
    for source in sources:
        if source.place in asked:
            key, how = asked[source.place]
            matches[source.place] = _by_request(desk, matches[source.place], key, how, taken)
    for candidate in _candidates(sources, known, asked, taken):
        source, key = candidate.source, candidate.known.column
        match = matches[source.place]
        column = desk.column(key)
        if match.column or (key in taken and column.type != "tags"):
            continue
        if not importable(column):
            note = f"{column.title}: {desk.locale.text('import.not_imported')}"
            matches[source.place] = replace(match, how="desk").noted(note)
            continue
        reason = unfit(source, column)
        if reason:
            matches[source.place] = match.noted(f"{column.title}: {reason}")
            continue
        matches[source.place] = replace(match, column=key, how=candidate.known.how, notes=())
        taken.add(key)
    return [matches[source.place] for source in sources]


def _asked(
    desk: Desk, sources: Sequence[Source], options: ImportOptions, file: str
) -> dict[int, tuple[str, str]]:
    """What the mapping and, stronger, the command line say, by place."""
    exact = {source.title.casefold(): source.place for source in reversed(sources)}
    folded = {fold_title(source.title): source.place for source in reversed(sources)}
    ours = {word: column.key for column in desk.tickets.columns for word in (column.title, column.key)}
    asked: dict[int, tuple[str, str]] = {}
    for how, pairs in (("mapping", options.mapping.columns), ("command line", options.columns)):
        for theirs, word in pairs.items():
            place = exact.get(" ".join(theirs.split()).casefold(), folded.get(fold_title(theirs)))
            key = word if word == DROPPED else ours.get(word)
            if key is None:
                raise MapUnknown(desk.name, word, [column.key for column in desk.tickets.columns])
            if place is not None:
                asked[place] = (key, how)
            elif how == "command line":
                # A mapping serves many files; what somebody typed is meant for this one.
                raise MapUnknown(file, theirs, [source.title for source in sources])
    return dict(sorted(asked.items(), key=lambda pair: pair[1][1] != "command line"))


def _by_request(desk: Desk, match: ColumnMatch, key: str, how: str, taken: set[str]) -> ColumnMatch:
    if key == DROPPED:
        return replace(match, how="dropped")
    column = desk.column(key)
    if not importable(column):
        return replace(match, how="desk").noted(f"{column.title}: {desk.locale.text('import.not_imported')}")
    if key in taken and column.type != "tags":
        return match.noted(desk.locale.text("import.taken", column=column.title))
    taken.add(key)
    return replace(match, column=key, how=how)


def _candidates(
    sources: Sequence[Source],
    known: Mapping[str, list[KnownTitle]],
    asked: Mapping[int, tuple[str, str]],
    taken: set[str],
) -> list[Candidate]:
    """What the names suggest, best first; an empty column comes after every filled one."""
    found = []
    for source in sources:
        if source.place in asked or source.is_unnamed:
            continue
        title = fold_title(source.title)
        for place in known.get(title, ()):
            found.append(Candidate(source, place))
        for place in known.get(TAG_NUMBER.sub("", title), ()):
            if place.column == "tags" and TAG_NUMBER.search(title):
                found.append(Candidate(source, place))
    empty = {source.place: source.filled == 0 for source in sources}
    found.sort(key=lambda c: (empty[c.source.place], c.known.rank, c.source.place))
    return [candidate for candidate in found if candidate.known.column not in taken]
