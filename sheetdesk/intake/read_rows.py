"""The typed values of every matched column, row by row, and what nobody can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from sheetdesk.columns.base import UNWRITABLE, Cell, Choice, Column, Problem, Setting, blank, plain
from sheetdesk.columns.number import parse_number
from sheetdesk.desk.desk import Desk
from sheetdesk.intake.dates import DateOrder, clean_moment, decide_orders, gather, is_dated
from sheetdesk.intake.durations import parse_hours
from sheetdesk.intake.match import ColumnMatch
from sheetdesk.intake.nulls import ALWAYS_NULL, OFTEN_NULL, is_null, leftovers
from sheetdesk.intake.options import ImportOptions
from sheetdesk.intake.source import Source, source_of
from sheetdesk.intake.words import read_words, synonyms_of
from sheetdesk.table.table import kind_of

__all__ = ["RowReading", "read_column", "read_rows"]

Codes = np.ndarray[Any, np.dtype[np.int64]]
ESCAPED = "\\n"


@dataclass
class RowReading:
    """`values` by the desk's column, as long as the file has rows; `problems` by row position.

    `notes` are by the desk's column, in its language; `unknown` counts the words that are no choice.
    """

    values: dict[str, pd.Series[Any]] = field(default_factory=dict)
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    new_choices: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)

    def note(self, column: str, text: str) -> None:
        self.notes.setdefault(column, []).append(text)


def read_rows(
    desk: Desk,
    sources: Sequence[Source],
    matches: Sequence[ColumnMatch],
    options: ImportOptions,
    progress: Callable[[int, int], None] | None = None,
) -> RowReading:
    """What the matched columns say. A column that others depend on is read before them."""
    found: dict[str, Source] = {}
    for match in matches:
        if match.column:
            source = sources[match.place]
            found[match.column] = _joined(found[match.column], source) if match.column in found else source
    reading = RowReading()
    setting = Setting(desk.locale, desk.zone, synonyms=synonyms_of(desk))
    cleaned = {
        key: _without_nulls(desk.column(key), source, setting, reading) for key, source in found.items()
    }
    free = [sources[match.place] for match in matches if not match.column]
    orders = _orders(desk, cleaned, free, options)
    ordered = sorted(cleaned, key=lambda key: bool(desk.column(key).depends_on))
    for done, key in enumerate(ordered, 1):
        column = desk.column(key)
        if column.type == "choice":
            _read_choice(column, cleaned[key], setting, options, reading)
        else:
            _read_other(column, cleaned[key], setting, options, reading, order=orders.get(key))
        if progress is not None:
            progress(done, len(ordered))
    return reading


def read_column(
    desk: Desk, column: Column, source: Source, options: ImportOptions, reading: RowReading
) -> pd.Series[Any]:
    """The values of one more column of times; what nobody can read is added to the reading."""
    setting = Setting(desk.locale, desk.zone)
    cleaned = _without_nulls(column, source, setting, reading)
    evidence = gather(zip(cleaned.cells, cleaned.counts, strict=True))
    order = decide_orders({column.key: evidence}, {column.key: cleaned.by_row()}, _asked(options))
    aside = RowReading(problems=reading.problems)
    _read_other(column, cleaned, setting, options, aside, order=order[column.key])
    return aside.values[column.key]


def _joined(one: Source, other: Source) -> Source:
    """Two columns of tags as one."""
    pairs = zip(one.by_row(), other.by_row(), strict=True)
    cells: list[Cell] = [", ".join(plain(cell) for cell in pair if not blank(cell)) for pair in pairs]
    return source_of(one.place, one.title, cells)


def _without_nulls(column: Column, source: Source, setting: Setting, reading: RowReading) -> Source:
    """The source with values that stand for no value emptied, and said so."""
    free = column.type in ("text", "tags")
    # What the desk itself offers is a value, whatever it looks like.
    own = {plain(word).casefold() for choice in column.choices for word in (choice.key, choice.title)}
    nulls = (ALWAYS_NULL if free else OFTEN_NULL) - own
    dropped: dict[str, int] = {}
    option = set() if free else leftovers([None if is_null(c, nulls) else c for c in source.cells])
    cells: list[Cell] = []
    for place, cell in enumerate(source.cells):
        gone = is_null(cell, nulls) or place in option
        if gone and not blank(cell):
            dropped[plain(cell)] = dropped.get(plain(cell), 0) + source.counts[place]
        cells.append(None if gone else cell)
    if dropped:
        words = ", ".join(
            f"{word} × {count}" for word, count in sorted(dropped.items(), key=lambda p: -p[1])[:4]
        )
        reading.note(column.key, setting.locale.text("import.nulls", words=words))
    return replace(source, cells=cells)


def _orders(
    desk: Desk, found: Mapping[str, Source], free: Sequence[Source], options: ImportOptions
) -> dict[str, DateOrder]:
    """The order of each column of dates; columns that match nothing bear witness too."""
    dated = {key: s for key, s in found.items() if desk.column(key).type in ("moment", "date")}
    evidence = {key: gather(zip(s.cells, s.counts, strict=True)) for key, s in dated.items()}
    if not any(e.day or e.month or e.either for e in evidence.values()):
        return {}
    witnesses = {
        f"\0{s.place}": gather(zip(s.cells, s.counts, strict=True)) for s in free if is_dated(s.cells)
    }
    cells = {key: source.by_row() for key, source in dated.items()}
    return decide_orders(evidence | witnesses, cells, _asked(options))


def _asked(options: ImportOptions) -> bool | None:
    return options.mapping.day_first if options.day_first is None else options.day_first


def _read_choice(
    column: Column, source: Source, setting: Setting, options: ImportOptions, reading: RowReading
) -> None:
    """One meaning for each distinct word, for each distinct pair of word and parent where it depends."""
    cells, codes, counts = source.cells, source.codes, source.counts
    parents: list[str | None] = [None] * len(cells)
    above = reading.values.get(column.depends_on)
    if above is not None:
        pairs = list(zip(above.tolist(), codes.tolist(), strict=True))
        kinds = dict.fromkeys(pairs)
        places = {pair: place for place, pair in enumerate(kinds)}
        codes = np.array([places[pair] for pair in pairs], dtype=np.int64)
        parents = [parent for parent, _ in kinds]
        cells = [source.cells[code] for _, code in kinds]
        counts = np.bincount(codes, minlength=len(cells)).tolist()
    mapped = options.mapping.values.get(column.key, {})
    words = read_words(cells, parents, column, mapped, setting, add=options.add_choices)
    reading.values[column.key] = _spread(pd.Series(words.keys, dtype="object"), codes)
    if words.new:
        reading.new_choices[column.key] = words.new
    if words.ranked:
        reading.note(column.key, setting.locale.text("import.ranked"))
    unknown: dict[str, int] = {}
    for place, problem in words.problems.items():
        unknown[problem.raw] = unknown.get(problem.raw, 0) + counts[place]
    if unknown:
        reading.unknown[column.key] = unknown
    _report(words.problems, codes, reading)


def _read_other(
    column: Column,
    source: Source,
    setting: Setting,
    options: ImportOptions,
    reading: RowReading,
    *,
    order: DateOrder | None,
) -> None:
    cells = source.cells
    refused: dict[int, Problem] = {}
    if column.type in ("moment", "date"):
        cells = [clean_moment(cell) for cell in cells]
        if order is not None:
            setting = replace(setting, day_first=order.day_first)
            _note_order(column, order, setting, reading)
    elif column.type == "number":
        cells = _hours(column, cells, setting, reading)
    elif column.type == "text":
        cells = _tidy(column, cells, setting, reading)
    else:
        refused = _unwritable(column, cells, setting)
        cells = [None if place in refused else cell for place, cell in enumerate(cells)]
    if column.type == "person":
        setting = replace(setting, people=None if options.add_people else options.people)
        cells = _known_names(cells, options.people)
    read = kind_of(column.type).read(cells, column, setting)
    reading.values[column.key] = _spread(read.values, source.codes)
    _report(refused | {problem.row: problem for problem in read.problems}, source.codes, reading)


def _spread(values: pd.Series[Any], codes: Codes) -> pd.Series[Any]:
    """The values of distinct cells, row by row."""
    return values.take(codes).reset_index(drop=True)


def _report(problems: Mapping[int, Problem], codes: Codes, reading: RowReading) -> None:
    if not problems:
        return
    for row in np.flatnonzero(np.isin(codes, list(problems))).tolist():
        problem = problems[int(codes[row])]
        reading.problems.setdefault(row, []).append(replace(problem, row=row))


def _note_order(column: Column, order: DateOrder, setting: Setting, reading: RowReading) -> None:
    evidence = order.evidence
    if order.source == "":
        return
    how = setting.locale.text(
        "import.order_open" if order.day_first is None
        else "import.order_day" if order.day_first else "import.order_month"
    )  # fmt: skip
    certain = evidence.day + evidence.month
    share = 100 * certain / max(certain + evidence.either, 1)
    facts = {
        "order": how, "share": f"{share:.0f}", "day": evidence.day, "month": evidence.month,
        "either": evidence.either,
    }  # fmt: skip
    source = "open" if order.source == "sequence" and order.day_first is None else order.source
    reading.note(column.key, setting.locale.text(f"import.order_by_{source}", **facts))


def _hours(column: Column, cells: list[Cell], setting: Setting, reading: RowReading) -> list[Cell]:
    """Durations as hours, where some of the column are written with units."""
    texts = {i: plain(cell) for i, cell in enumerate(cells) if isinstance(cell, str) and not blank(cell)}
    spans = {i: hours for i, text in texts.items() if (hours := parse_hours(text)) is not None}
    if not spans or sum(parse_number(text) is not None for text in texts.values()) > len(spans):
        return cells
    reading.note(column.key, setting.locale.text("import.durations"))
    return [spans.get(place, cell) for place, cell in enumerate(cells)]


def _tidy(column: Column, cells: list[Cell], setting: Setting, reading: RowReading) -> list[Cell]:
    """Text without blanks around it; `\\n` becomes a line break where most cells are written so."""
    texts = [cell for cell in cells if isinstance(cell, str) and not blank(cell)]
    escaped = sum(ESCAPED in text for text in texts) * 2 > len(texts) and not any("\n" in t for t in texts)
    if escaped:
        reading.note(column.key, setting.locale.text("import.escaped"))
    tidy: list[Cell] = []
    for cell in cells:
        if isinstance(cell, str):
            text = cell.replace("\\r\\n", "\n").replace(ESCAPED, "\n") if escaped else cell
            tidy.append(text.strip())
        else:
            tidy.append(cell)
    return tidy


def _known_names(cells: list[Cell], people: frozenset[str]) -> list[Cell]:
    """Names as the team writes them."""
    known = {" ".join(plain(name).split()).casefold(): name for name in people}
    return [c if blank(c) else known.get(" ".join(plain(c).split()).casefold(), c) for c in cells]


def _unwritable(column: Column, cells: list[Cell], setting: Setting) -> dict[int, Problem]:
    expected = setting.locale.text("expected.writable")
    return {
        place: Problem("unreadable", column.key, cell, expected)
        for place, cell in enumerate(cells)
        if isinstance(cell, str) and UNWRITABLE.search(cell)
    }
