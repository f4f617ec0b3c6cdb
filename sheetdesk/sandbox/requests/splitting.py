"""Text that becomes several cells: textToColumns and pasteData."""

from __future__ import annotations

import csv
import io

from sheetdesk.sandbox.api import not_emulated
from sheetdesk.sandbox.batch import Batch, Handler
from sheetdesk.sandbox.book import Json, Tab
from sheetdesk.sandbox.ranges import Area, Box
from sheetdesk.sandbox.writes import grow, write_values

__all__ = ["HANDLERS"]

SIGNS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}
PASTED = (None, "PASTE_NORMAL", "PASTE_VALUES")


def text_to_columns(batch: Batch, body: Json) -> None:
    """Split the texts of one column at a sign, over the cells to their right."""
    tab, place = batch.area(body.get("source"))
    if place.c1 - place.c0 != 1:
        batch.refuse("source must span exactly one column.")
    shown = batch.shown()
    texts = {row: shown.text(tab, row, place.c0) for row in range(place.r0, min(place.r1, len(tab.rows)))}
    sign = sign_of(batch, body, list(texts.values()))
    for row, text in texts.items():
        if sign and sign in text:
            typed_in(batch, tab, row, place.c0, [[piece.strip() for piece in text.split(sign)]])


def sign_of(batch: Batch, body: Json, texts: list[str]) -> str:
    """What to split at; to be detected, the one that most texts hold, "" where none holds any."""
    kind = body.get("delimiterType") or ""
    if kind in SIGNS:
        return SIGNS[kind]
    if kind == "CUSTOM":
        if not body.get("delimiter"):
            batch.refuse("delimiter is required for the delimiterType CUSTOM.")
        return str(body["delimiter"])
    if kind != "AUTODETECT":
        batch.refuse("delimiterType is required.")
    return max(SIGNS.values(), key=lambda sign: sum(sign in text for text in texts)) if texts else ""


def paste_data(batch: Batch, body: Json) -> None:
    """Put lines of text into cells from a place on, as somebody would who pastes them."""
    start = body.get("coordinate") or {}
    tab = batch.tab(start.get("sheetId"))
    if body.get("html"):
        raise not_emulated(f"requests[{batch.index}].pasteData of HTML")
    if body.get("type") not in PASTED:
        raise not_emulated(f"requests[{batch.index}].pasteData with the type {body['type']}")
    sign = body.get("delimiter")
    if not sign:
        batch.refuse("Exactly one of delimiter and html must be set.")
    text = str(body.get("data") or "")
    rows = (
        list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
        if len(sign) == 1
        else [line.split(sign) for line in text.splitlines()]
    )
    typed_in(batch, tab, start.get("rowIndex") or 0, start.get("columnIndex") or 0, rows)


def typed_in(batch: Batch, tab: Tab, row: int, column: int, rows: list[list[str]]) -> None:
    """Write texts as if they were typed; the grid grows where it must."""
    place = Box(row, row + len(rows), column, column + max((len(line) for line in rows), default=0))
    batch.check(tab, [place])
    grow(batch.book, tab, place.r1, place.c1)
    where = f"requests[{batch.index}].{batch.kind}"
    write_values(batch.book, Area(tab, place), {"values": rows}, "USER_ENTERED", batch.now, where)


HANDLERS: dict[str, Handler] = {"textToColumns": text_to_columns, "pasteData": paste_data}
