"""How a cell looks: the fill, ink and weight that its format, rules and a banded range give it."""

from __future__ import annotations

from sheetdesk.sandbox.book import Json, Tab

__all__ = ["look"]

WITHIN = ("WRAP", "CLIP")
"""How a text is kept within its cell; else it goes on over empty neighbours."""

USUAL_POINTS = 10
ALIGN = {"RIGHT": "right", "CENTER": "center"}


def look(tab: Tab, row: int, column: int, ruled: Json) -> Json:
    """How a cell looks; `ruled` is the format its conditional formats give it.

    Told are `fill` and `ink` as `#rrggbb`, `bold`, `italic`, `struck`, `align`, `size` in points, and
    `within` for a text that does not go on over its neighbours; what is as usual is left out.
    """
    cell_format = tab.cell(row, column).get("userEnteredFormat", {})
    text = {**cell_format.get("textFormat", {}), **ruled.get("textFormat", {})}
    facts: Json = {}
    fill = _hex(ruled, "backgroundColor") or _hex(cell_format, "backgroundColor") or _band(tab, row, column)
    if fill and fill != "#ffffff":
        facts["fill"] = fill
    ink = _hex(text, "foregroundColor")
    if ink and ink != "#000000":
        facts["ink"] = ink
    for name, word in (("bold", "bold"), ("italic", "italic"), ("strikethrough", "struck")):
        if text.get(name):
            facts[word] = True
    if (size := text.get("fontSize", USUAL_POINTS)) != USUAL_POINTS:
        facts["size"] = size
    if cell_format.get("wrapStrategy") in WITHIN:
        facts["within"] = True
    if align := ALIGN.get(cell_format.get("horizontalAlignment", "")):
        facts["align"] = align
    return facts


def _hex(holder: Json, name: str) -> str | None:
    color = holder.get(f"{name}Style", {}).get("rgbColor", holder.get(name))
    if color is None:
        return None
    parts = (round(255 * float(color.get(part, 0))) for part in ("red", "green", "blue"))
    return "#" + "".join(f"{max(0, min(255, part)):02x}" for part in parts)


def _band(tab: Tab, row: int, column: int) -> str | None:
    for banded in tab.banded_ranges:
        place = banded.get("range", {})
        first = place.get("startRowIndex", 0)
        if not first <= row < place.get("endRowIndex", tab.row_count):
            continue
        if not place.get("startColumnIndex", 0) <= column < place.get("endColumnIndex", tab.column_count):
            continue
        colors = banded.get("rowProperties", {})
        header = _hex(colors, "headerColor")
        if header and row == first:
            return header
        is_second = (row - first - (1 if header else 0)) % 2 == 1
        return _hex(colors, "secondBandColor" if is_second else "firstBandColor")
    return None
