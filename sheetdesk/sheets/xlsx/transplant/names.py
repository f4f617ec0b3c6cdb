"""Which live tab is which fresh one, and the defined names that drawn tabs bring along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sheetdesk.errors import Cause, PackageBroken, TabTangled
from sheetdesk.sheets.xlsx.markup import MAIN
from sheetdesk.sheets.xlsx.transplant.parts import free_name, part_root, relations
from sheetdesk.sheets.xlsx.transplant.titles import with_titles
from sheetdesk.sheets.xlsx.transplant.workbook import Tab, Workbook

__all__ = ["Pairs", "live_titles", "move_names", "paired", "same_tabs"]

Pairs = Sequence[tuple[Tab, Tab]]
"""Fresh tabs and the live tabs whose place they take, in the order of the fresh workbook."""

# What sheetdesk's own names begin with.
OWN = "sd_"
PRINT_TITLES = "_xlnm.Print_Titles"
FILTER = "_xlnm._FilterDatabase"


def paired(home: Workbook, source: Workbook, tabs: Mapping[str, str]) -> Pairs:
    """The `tabs` (live titles by fresh ones in small letters); missing ones are added to `home`."""
    chosen = [tab for tab in source.tabs if tab.title.casefold() in tabs]
    for name in tabs.keys() - {tab.title.casefold() for tab in chosen}:
        raise PackageBroken(
            path=source.part, reason=Cause(f"it has no tab {name!r}", f"其中没有工作表“{name}”")
        )
    for tab in chosen:
        title = tabs[tab.title.casefold()]
        if home.tab(title) is None:
            part = free_name("xl/worksheets/sheet1.xml", {name.casefold() for name in home.package.parts})
            home.package.parts[part] = b""
            home.insert(title, part, _place(home, source, tab, tabs), source.state(tab))
    pairs = []
    for tab in chosen:
        found = home.tab(tabs[tab.title.casefold()])
        if found is None or not found.part:
            raise PackageBroken(
                path=home.part,
                reason=Cause(f"tab {tab.title!r} has no part", f"工作表“{tab.title}”没有对应的内容"),
            )
        pairs.append((tab, found))
    return pairs


def _place(home: Workbook, source: Workbook, tab: Tab, tabs: Mapping[str, str]) -> int:
    """Behind the nearest of the tabs before it that is there."""
    for earlier in reversed(source.tabs[: tab.place]):
        found = home.tab(tabs.get(earlier.title.casefold(), earlier.title))
        if found is not None:
            return found.place + 1
    return 0


def same_tabs(home: Workbook, source: Workbook, pairs: Pairs) -> dict[str, str]:
    """Live titles by fresh ones in small letters: by `pairs`, else by the tables on a tab, else by name."""
    standing = {name: tab.title for tab in home.tabs for name in _tables(home, tab)}
    found = {}
    for tab in source.tabs:
        same = home.tab(tab.title)
        if same is not None:
            found[tab.title.casefold()] = same.title
        for name in _tables(source, tab):
            if name in standing:
                found[tab.title.casefold()] = standing[name]
    return found | {fresh.title.casefold(): live.title for fresh, live in pairs}


def _tables(book: Workbook, tab: Tab) -> list[str]:
    return [
        part_root(book.package, relation.part).get("displayName", "").casefold()
        for relation in relations(book.package, tab.part)
        if relation.kind == "table"
    ]


def live_titles(home: Workbook, source: Workbook, pairs: Pairs) -> Callable[[str], str]:
    """The function from a fresh tab's title to the live one's. It raises TabTangled where there is none."""
    titles = same_tabs(home, source, pairs)

    def title(name: str) -> str:
        if name.casefold() not in titles:
            raise TabTangled(
                tab=name, reason=Cause("other tabs lean on it and it is gone", "其他工作表依赖它，而它已不在")
            )
        return titles[name.casefold()]

    return title


def move_names(home: Workbook, source: Workbook, pairs: Pairs, title: Callable[[str], str]) -> None:
    """Bring sheetdesk's names, and those local to the tabs, to where they point in the fresh workbook.

    A name that speaks of a tab that stays as it was stays too. People's names are never touched.
    """
    places = {str(fresh.place): live.place for fresh, live in pairs}
    moved = {fresh.title.casefold() for fresh, _ in pairs}
    local = set()
    for node in source.root.iterfind(f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName"):
        name, text, scope = node.get("name", ""), node.text or "", node.get("localSheetId")
        if scope in places:
            home.define(name, with_titles(text, title), places[scope])
            local.add((name, places[scope]))
        elif scope is None and name.startswith(OWN) and _named(text) <= moved:
            home.define(name, with_titles(text, title))
    for _, live in pairs:
        for name in (PRINT_TITLES, FILTER):
            if (name, live.place) not in local:
                home.undefine(name, live.place)


def _named(formula: str) -> set[str]:
    """The tabs that a formula names, in small letters."""
    found: set[str] = set()

    def note(name: str) -> str:
        found.add(name.casefold())
        return name

    with_titles(formula, note)
    return found
