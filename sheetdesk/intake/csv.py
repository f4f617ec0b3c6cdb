"""Text tables: comma, semicolon, tab or bar between cells, gzipped or not.

The delimiter is the one that cuts most rows into the same number of cells.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

from sheetdesk.errors import Cause, FileBroken
from sheetdesk.intake.base import RawGrid
from sheetdesk.intake.encoding import read_text

__all__ = ["KIND", "CsvKind", "cut"]

DELIMITERS = ",;\t|"
LONGEST_CELL = 10_000_000
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


class CsvKind:
    """Comma-separated and its kin. Every cell is text; nothing is guessed from its look."""

    endings = (".csv", ".tsv", ".txt", ".tab", ".csv.gz", ".tsv.gz", ".txt.gz")

    def read(self, path: Path, tab: str = "") -> RawGrid:
        """All rows. Raises FileUnreadable, FileBroken."""
        text, encoding = read_text(path)
        try:
            rows, delimiter, first = cut(text)
        except csv.Error as error:
            raise FileBroken(path=path, reason=_said(error)) from error
        shown = {"\t": "TAB"}.get(delimiter, delimiter)
        return RawGrid(path.name, rows, first=first, how=f"{encoding} “{shown}”")


def _said(error: csv.Error) -> Cause:
    """What Python said; in Chinese the usual mistakes in words of our own."""
    known = {
        "unexpected end of data": "有引号没有结束",
        f"field larger than field limit ({LONGEST_CELL})": f"有单元格超过 {LONGEST_CELL} 个字符",
        "line contains NUL": "其中有空字符",
    }
    return Cause.retold(error, known.get(str(error), f"“{error}”"))


def cut(text: str) -> tuple[list[list[str]], str, int]:
    """The rows, the delimiter, and the number of the first row. Raises csv.Error."""
    first = 1
    if match := SEPARATOR_LINE.match(text):
        delimiter, text, first = match.group(1), text[match.end() :], 2
    else:
        delimiter = _delimiter(text)
    csv.field_size_limit(LONGEST_CELL)
    try:
        return (
            list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)),
            delimiter,
            first,
        )
    except csv.Error as error:
        if "end of data" in str(error):
            raise
    # Quotes that are not doubled inside a cell: what stands there is kept.
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), delimiter, first


def _delimiter(text: str) -> str:
    best, best_score = ",", 0.0
    csv.field_size_limit(LONGEST_CELL)
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for _, row in zip(range(300), reader, strict=False):
            if any(row):
                widths[len(row)] += 1
        wide = [(count, width) for width, count in widths.items() if width > 1]
        if wide:
            count, width = max(wide)
            score = count / widths.total() * (1 - 1 / width)
            if score > best_score:
                best, best_score = delimiter, score
    return best


KIND = CsvKind()
