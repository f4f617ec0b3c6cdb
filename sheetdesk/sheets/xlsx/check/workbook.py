"""Whether the workbook part is in order: its children, its sheets' names, its defined names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from lxml import etree

from sheetdesk.sheets.xlsx.check.book import Finding, OpenBook, block, is_true, name_of, number

__all__ = ["check_order", "check_workbook", "named_sheets", "unknown_sheets"]

# CT_Workbook and CT_Worksheet, ECMA-376 part 1, 18.2.27 and 18.3.1.99.
WORKBOOK_ORDER = (
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups "
    "externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr "
    "smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst"
)
NAME = re.compile(r"[^\W\d][\w.?\\]*|\\[\w.?\\]*")
LOOKS_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}|[Rr](\d*)([Cc](\d*))?|[Cc]\d*")
QUOTED = re.compile(r"'((?:[^']|'')+)'!")
BARE = re.compile(r"(?<![\w.'\]#!])([^\W\d][\w.]*|\d[\w.]*[^\W\d][\w.]*)!")
SPREADSHEET = re.compile(
    r"\{(http://schemas\.openxmlformats\.org|http://purl\.oclc\.org/ooxml)/spreadsheetml/"
)


def check_workbook(book: OpenBook) -> Iterator[Finding]:
    """Findings about the workbook part itself."""
    root = book.roots.get(book.workbook)
    if root is None:
        return
    yield from check_order(book.workbook, root, WORKBOOK_ORDER, repeated=("fileRecoveryPr",))
    yield from _sheets(book, root)
    yield from _defined_names(book, root)


def check_order(part: str, root: etree._Element, order: str, repeated: Collection[str]) -> Iterator[Finding]:
    """Findings about children of `root` that are out of order, unknown, or wrongly there twice.

    `order` holds the names in the order of the schema, `repeated` those that may come again.
    """
    names = order.split()
    places = {name: place for place, name in enumerate(names)}
    last = -1
    seen: set[str] = set()
    for node in root.iterchildren("*"):
        name = name_of(node)
        if not SPREADSHEET.match(str(node.tag)):
            continue
        place = places.get(name)
        if place is None:
            yield Finding(part, "order", f"<{name}> does not belong in <{name_of(root)}>")
            continue
        if place < last:
            yield Finding(part, "order", f"<{name}> must stand before <{names[last]}>")
        if name in seen and name not in repeated:
            yield Finding(part, "order", f"<{name}> is there twice")
        seen.add(name)
        last = max(last, place)


def _sheets(book: OpenBook, root: etree._Element) -> Iterator[Finding]:
    part = book.workbook
    if not book.sheets:
        yield Finding(part, "sheet", "has no sheets")
    for sheet in book.sheets:
        wrong = _wrong_sheet_name(sheet.name)
        if wrong:
            yield Finding(part, "sheet-name", f"{sheet.name!r} {wrong}")
        if not 1 <= sheet.number <= 65_534:
            yield Finding(part, "sheet", f"{sheet.name!r} has no sheetId from 1 to 65534")
        if not sheet.part:
            # So Excel keeps the modules of its version 5.
            yield Finding(part, "sheet", f"{sheet.name!r} names no part", True)
    yield from _twice(part, "sheet-name", "sheet", [sheet.name.casefold() for sheet in book.sheets])
    yield from _twice(part, "sheet", "sheetId", [str(sheet.number) for sheet in book.sheets])
    yield from _twice(part, "sheet", "part", [sheet.part for sheet in book.sheets if sheet.part])
    nodes = root.findall("{*}sheets/{*}sheet")
    if nodes and all(node.get("state", "visible") != "visible" for node in nodes):
        yield Finding(part, "sheet", "every sheet is hidden")
    for view in root.iterfind("{*}bookViews/{*}workbookView"):
        active = number(view, "activeTab", 0)
        if active is None or not 0 <= active < max(len(nodes), 1):
            yield Finding(part, "sheet", f"activeTab {view.get('activeTab')} is no sheet", True)


def _wrong_sheet_name(name: str) -> str:
    if not name:
        return "is empty"
    if len(name.encode("utf-16-le")) > 62:
        return "is longer than 31 characters"
    if re.search(r"[\[\]:*?/\\\x00-\x1f]", name):
        return "holds one of []:*?/\\ or a control character"
    if name.startswith("'") or name.endswith("'"):
        return "begins or ends with an apostrophe"
    return ""


def _twice(part: str, rule: str, what: str, names: list[str]) -> Iterator[Finding]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Finding(part, rule, f"{what} {name!r} is there {times} times")


def _defined_names(book: OpenBook, root: etree._Element) -> Iterator[Finding]:
    part = book.workbook
    scoped = []
    for node in root.iterfind("{*}definedNames/{*}definedName"):
        name = node.get("name", "")
        scope = number(node, "localSheetId", -1)
        scoped.append(f"{name.casefold()} in scope {scope}")
        if scope is None or scope < -1 or scope >= len(book.sheets):
            yield Finding(part, "defined-name", f"{name!r} is local to a sheet that is not there")
        # Names of macros and of old add-ins may be anything.
        is_macro = is_true(node, "function") or is_true(node, "vbProcedure") or is_true(node, "xlm")
        if not is_macro and not is_valid_name(name):
            yield Finding(part, "defined-name", f"{name!r} is no valid name")
        formula = node.text or ""
        if not formula.strip():
            yield Finding(part, "defined-name", f"{name!r} refers to nothing")
        for sheet in unknown_sheets(book, formula):
            yield Finding(part, "defined-name", f"{name!r} refers to {sheet!r}, which is no sheet")
    yield from _twice(part, "defined-name", "name", scoped)


def is_valid_name(name: str) -> bool:
    """Whether a defined name or a table may be called so."""
    word = name.removeprefix("_xlnm.").removeprefix("_xlcn.")
    if not NAME.fullmatch(word) or len(name) > 255:
        return False
    return not LOOKS_LIKE_CELL.fullmatch(word) or _is_off_sheet(word)


def _is_off_sheet(word: str) -> bool:
    """ABC1234567 and XFE1 look like cells but are none; R and C forms always are."""
    return bool(re.fullmatch(r"[A-Za-z]{1,3}[0-9]{1,7}", word)) and block(word.upper()) is None


def named_sheets(formula: str) -> Iterator[str]:
    """The sheets of this book that a formula names, unquoted. Other books' sheets are left out."""
    # Text and the column names inside brackets may hold exclamation marks.
    bare = re.sub(r'"(?:[^"]|"")*"', '""', formula)
    for found in QUOTED.finditer(bare):
        name = found[1].replace("''", "'")
        if "[" not in name and "\\" not in name:
            yield from name.split(":")
    unquoted = re.sub(r"\[[^\[\]]*\]", "]", QUOTED.sub("''!", bare))
    for found in BARE.finditer(unquoted):
        yield found[1]


def unknown_sheets(book: OpenBook, formula: str) -> list[str]:
    """The sheets that a formula names and the workbook lacks."""
    known = {sheet.name.casefold() for sheet in book.sheets}
    return [name for name in named_sheets(formula) if name.casefold() not in known]
