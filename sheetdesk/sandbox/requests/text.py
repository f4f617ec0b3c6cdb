"""Changing texts all over: findReplace and trimWhitespace."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sheetdesk.sandbox import values
from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.ranges import Box

__all__ = ["HANDLERS"]


def find_replace(batch: Batch, body: Json) -> Json:
    """Replace in texts, numbers and, if asked, formulas; what comes out is read as if typed."""
    scope = list(scopes(batch, body))
    find = body.get("find") or ""
    if not find:
        batch.refuse("find is required.")
    pattern = compiled(batch, find, body)
    replacement = body.get("replacement") or ""
    text = group_references(replacement) if body.get("searchByRegex") else replacement.replace("\\", "\\\\")
    locale = str(batch.book.properties.get("locale", "en_US"))
    counts = dict.fromkeys(
        ("valuesChanged", "formulasChanged", "rowsChanged", "sheetsChanged", "occurrencesChanged"), 0
    )
    for tab, place in scope:
        shown = batch.shown()
        changed: dict[int, dict[int, Json]] = {}
        for row in range(place.r0, min(place.r1, len(tab.rows))):
            for column, cell in (tab.rows[row] or {}).items():
                value = cell.get("userEnteredValue")
                if not place.c0 <= column < place.c1 or value is None:
                    continue
                is_formula = "formulaValue" in value
                if is_formula and not body.get("includeFormulas"):
                    continue
                old = value["formulaValue"] if is_formula else shown.text(tab, row, column)
                new, count = pattern.subn(text, old)
                if not count:
                    continue
                counts["occurrencesChanged"] += count
                counts["formulasChanged" if is_formula else "valuesChanged"] += 1
                entered = values.entered(new, locale, batch.now)[0] or None
                rest = {name: part for name, part in cell.items() if name != "userEnteredValue"}
                changed.setdefault(row, {})[column] = rest | (
                    {"userEnteredValue": entered} if entered else {}
                )
        if changed:
            batch.check(tab, [Box(row, row + 1, min(line), max(line) + 1) for row, line in changed.items()])
            counts["rowsChanged"] += len(changed)
            counts["sheetsChanged"] += 1
            for row, line in changed.items():
                tab.put(row, line)
    return {name: count for name, count in counts.items() if count}


def scopes(batch: Batch, body: Json) -> Iterator[tuple[Tab, Box]]:
    """Where to look: a range, a tab or every tab; exactly one must be given."""
    given = [name for name in ("range", "sheetId") if body.get(name) is not None]
    given += ["allSheets"] if body.get("allSheets") else []
    if len(given) != 1:
        batch.refuse("Exactly one of range, sheetId and allSheets must be set.")
    if given == ["range"]:
        yield batch.area(body["range"])
        return
    for tab in [batch.tab(body["sheetId"])] if given == ["sheetId"] else batch.book.tabs:
        yield tab, Box(0, tab.row_count, 0, tab.column_count)


def compiled(batch: Batch, find: str, body: Json) -> re.Pattern[str]:
    text = find if body.get("searchByRegex") else re.escape(find)
    if body.get("matchEntireCell"):
        text = rf"\A(?:{text})\Z"
    try:
        return re.compile(text, 0 if body.get("matchCase") else re.IGNORECASE)
    except re.error as error:
        batch.refuse(f"find is not a valid regular expression: {error}")


def group_references(replacement: str) -> str:
    """`$1` as Google writes it is `\\1` here."""
    return re.sub(r"\$(\d)", r"\\\1", replacement.replace("\\", "\\\\"))


def trim_whitespace(batch: Batch, body: Json) -> Json:
    """Take away spaces around texts and doubled ones inside."""
    tab, place = batch.area(body.get("range"))
    batch.check(tab, [place])
    count = 0
    for row in range(place.r0, min(place.r1, len(tab.rows))):
        line = {}
        for column, cell in (tab.rows[row] or {}).items():
            text = cell.get("userEnteredValue", {}).get("stringValue")
            if text is not None and place.c0 <= column < place.c1:
                new = re.sub(r" +", " ", text.strip())
                if new != text:
                    line[column] = {**cell, "userEnteredValue": {"stringValue": new}}
        if line:
            count += len(line)
            tab.put(row, line)
    return {"cellsChangedCount": count} if count else {}


HANDLERS: dict[str, Handler] = {"findReplace": find_replace, "trimWhitespace": trim_whitespace}
