"""Cell formats as they are kept and as they take effect: colours of 8 bits, styles beside colours."""

from __future__ import annotations

import struct
from functools import cache
from typing import Any

from sheetdesk.sandbox.book import Json

__all__ = ["color", "effective", "kept", "kept_cell"]

COLORS = {
    "backgroundColor": "backgroundColorStyle",
    "foregroundColor": "foregroundColorStyle",
    "tabColor": "tabColorStyle",
    "color": "colorStyle",
    "headerColor": "headerColorStyle",
    "firstBandColor": "firstBandColorStyle",
    "secondBandColor": "secondBandColorStyle",
    "footerColor": "footerColorStyle",
}
"""Each field with a plain colour, and the field of its style, which the colour implies."""

BOTH_WAYS = ("backgroundColor", "foregroundColor", "tabColor", "color")


def color(written: Json) -> Json:
    """A Color as it is kept: each part cut to 8 bits and shown as the shortest float of 32; 0 left out."""
    found = {}
    for name in ("red", "green", "blue", "alpha"):
        part = written.get(name) or 0
        # A colour read back must stay the same, whatever its last digit.
        step = max(0, min(255, int(part * 255 + 0.001)))
        if step:
            found[name] = of_255(step)
    return found


@cache
def of_255(step: int) -> float:
    """The shortest decimal that is this 255th in a float of 32 bits; 1 is a whole number."""
    if step == 255:
        return 1
    exact = struct.unpack("f", struct.pack("f", step / 255))[0]
    for digits in range(1, 10):
        shortest = float(f"{exact:.{digits}g}")
        if struct.unpack("f", struct.pack("f", shortest))[0] == exact:
            return shortest
    return float(exact)


def kept(written: Any) -> Any:
    """A format, or anything that holds colours, as it is kept: no nulls, each colour with its style."""
    if isinstance(written, list):
        return [kept(part) for part in written]
    if not isinstance(written, dict):
        return written
    found: Json = {}
    for name, part in written.items():
        if part is None:
            continue
        if (name in COLORS and isinstance(part, dict) and is_color(part)) or name == "rgbColor":
            found[name] = color(part)
        else:
            # A theme's `color` is a style already.
            found[name] = part if name == "themeColors" else kept(part)
    for name, style in COLORS.items():
        if style in found:
            plain = found[style].get("rgbColor")
            # Tables and bands know their newer colours by their style alone.
            if plain is not None and name in BOTH_WAYS:
                found[name] = plain
        elif name in found and is_color(found[name]):
            found[style] = {"rgbColor": found[name]}
    return found


def is_color(part: Json) -> bool:
    return not part or not part.keys() - {"red", "green", "blue", "alpha"}


def kept_cell(cell: Json) -> Json:
    """A CellData from a request as it is kept: without nulls, and without what only answers hold."""
    found: Json = {}
    for name, part in cell.items():
        if part is None or name in ("effectiveValue", "effectiveFormat", "formattedValue", "hyperlink"):
            continue
        if name == "userEnteredValue":
            value = {kind: entry for kind, entry in part.items() if entry is not None}
            if value:
                found[name] = value
        elif name == "note":
            if part:
                found[name] = part
        elif name in ("userEnteredFormat", "textFormatRuns"):
            found[name] = kept(part)
        else:
            found[name] = part
    return found


def effective(default: Json, entered: Json | None) -> Json:
    """The format in force: the spreadsheet's default under what was set for the cell."""
    found = {**default, "hyperlinkDisplayType": "PLAIN_TEXT"}
    if entered:
        for name, part in entered.items():
            found[name] = {**default.get(name, {}), **part} if name in ("textFormat", "padding") else part
    return found
