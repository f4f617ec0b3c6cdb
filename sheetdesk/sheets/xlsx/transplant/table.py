"""Tables on the move: their ids are unique in a workbook, and so are the names that formulas use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from lxml import etree

from sheetdesk.errors import Cause, TabTangled
from sheetdesk.sheets.xlsx.markup import document
from sheetdesk.sheets.xlsx.package import parse
from sheetdesk.sheets.xlsx.transplant.names import Pairs
from sheetdesk.sheets.xlsx.transplant.parts import part_root, relations
from sheetdesk.sheets.xlsx.transplant.styles import Styles
from sheetdesk.sheets.xlsx.transplant.titles import with_titles
from sheetdesk.sheets.xlsx.transplant.workbook import Tab, Workbook

__all__ = ["free_table_ids", "moved_table", "replaced_tables", "table_ids"]

FORMULAS = ("{*}calculatedColumnFormula", "{*}totalsRowFormula")


def table_ids(book: Workbook, tabs: Collection[Tab]) -> dict[str, int]:
    """The ids of the tables on these tabs, by the name that formulas use."""
    found = {}
    for tab in tabs:
        for relation in relations(book.package, tab.part):
            if relation.kind == "table":
                root = part_root(book.package, relation.part)
                found[root.get("displayName", "")] = int(root.get("id", "0"))
    return found


def replaced_tables(home: Workbook, source: Workbook, pairs: Pairs) -> dict[str, int]:
    """The ids of the live tables that fresh ones of the same name replace.

    Raises TabTangled where a live tab has a table that its fresh one lacks.
    """
    found: dict[str, int] = {}
    for fresh, live in pairs:
        had, comes = table_ids(home, [live]), table_ids(source, [fresh])
        for name in sorted(had.keys() - comes.keys()):
            # Formulas and pivots anywhere may speak of it.
            raise TabTangled(
                tab=live.title,
                reason=Cause(
                    f"the table {name} stands on it, which is not sheetdesk's",
                    f"该页上有不属于 sheetdesk 的表格 {name}",
                ),
            )
        found |= had
    return found


def free_table_ids(
    tables: Mapping[str, str], before: Mapping[str, int], kept: Mapping[str, int]
) -> dict[str, int]:
    """Ids for the tables (name → its tab's title): the one it had `before`, else one nobody has.

    Raises TabTangled where a table that is `kept` has the name.
    """
    names = {name.casefold() for name in kept}
    made: dict[str, int] = {}
    for name, tab in tables.items():
        if name.casefold() in names:
            raise TabTangled(
                tab=tab,
                reason=Cause(f"another tab has a table called {name}", f"另一工作表上已有名为 {name} 的表格"),
            )
        made[name] = before.get(name, 0)
    for name in tables:
        number = made[name] or 1
        taken = {*kept.values(), *(other for own, other in made.items() if own != name)}
        while number in taken:
            number += 1
        made[name] = number
    return made


def moved_table(xml: bytes, number: int, styles: Styles, title: Callable[[str], str]) -> bytes:
    """The table under its live id."""
    root = parse(xml)
    root.set("id", str(number))
    for node in root.iter("*"):
        _live_looks(node, styles)
    for node in root.iter(*FORMULAS):
        node.text = with_titles(node.text or "", title)
    return document(root)


def _live_looks(node: etree._Element, styles: Styles) -> None:
    for name, value in list(node.items()):
        if str(name).casefold().endswith("dxfid"):
            node.set(str(name), str(styles.highlight(int(value))))
