"""The cases of a desk file that have no id there: each stays what it is, wherever it comes to stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from sheetdesk.flows import build, undo
from sheetdesk.flows.opening import actor
from sheetdesk.flows.upgrading import upgrade
from sheetdesk.sheets.xlsx.sheet import fetched_of
from sheetdesk.store.store import Write
from sheetdesk.table.change import CellChange, ChangeSet
from tests.flows import lively
from tests.flows.folder import COLUMNS, LIFE, START, STEP, DeskFolder, xlsx_at_once

INK = "  - {problem: Printer without ink, type: hard, solution: Fill it}\n"
LOGIN = "  - {problem: Nobody can log in, type: soft, solution: Wait}\n"
PHONE = "  - {problem: Phone is dead}\n"
NEW = "  - {problem: Door is stuck}\n"


@dataclass
class Cases(DeskFolder):
    """A desk in a workbook, of these cases."""

    folder: Path
    now: datetime = START

    def __post_init__(self) -> None:
        self.open_sheet = xlsx_at_once

    def says(self, *cases: str, also: str = "") -> None:
        text = f"{COLUMNS}{also}{LIFE}people:\n  - {{name: Ann Example, role: boss}}\n"
        self.folder.mkdir(exist_ok=True)
        (self.folder / "desk.yaml").write_text(f"{text}cases:\n{''.join(cases)}" if cases else text, "utf-8")

    def has(self) -> dict[str, str]:
        """The problem of each case in the store."""
        self.now += STEP
        with self.desk() as opened:
            frame = opened.store.table(opened.desk.table("cases")).frame
            return {str(name): str(problem) for name, problem in frame["problem"].items()}

    def types(self, case: str, key: str, text: str) -> None:
        with self.desk() as opened:
            table = opened.store.table(opened.desk.table("cases"))
            write = Write(table, ChangeSet((CellChange(case, key, table.frame.at[case, key], text),)))
            opened.store.commit(opened.store.version, [write], by=actor(), why="cli", run="r", now=self.now)

    def case(self, name: str) -> dict[str, object]:
        with self.desk() as opened:
            frame = opened.store.table(opened.desk.table("cases")).frame
            return {str(key): frame.at[name, key] for key in frame.columns}


THREE = {"K-001": "Printer without ink", "K-002": "Nobody can log in", "K-003": "Phone is dead"}


@pytest.fixture
def desk(tmp_path: Path) -> Cases:
    made = Cases(tmp_path / "desk")
    made.says(INK, LOGIN, PHONE)
    assert made.has() == THREE
    made.types("K-002", "cause", "The wire")
    return made


def but(*gone: str, **more: str) -> dict[str, str]:
    return {name: text for name, text in THREE.items() if name not in gone} | {
        f"K-{name[1:]}": text for name, text in more.items()
    }


def test_one_that_is_removed_leaves_the_others_as_they_are(desk: Cases) -> None:
    desk.says(LOGIN, PHONE)
    assert desk.has() == but("K-001")
    assert (desk.case("K-002")["cause"], desk.case("K-002")["solution"]) == ("The wire", "Wait")
    desk.says(PHONE)
    # People wrote into it: it stays.
    assert desk.has() == but("K-001")
    desk.says(INK, PHONE, LOGIN)
    assert desk.has() == THREE


def test_one_that_is_moved_or_comes_in_between_leaves_the_others_as_they_are(desk: Cases) -> None:
    desk.says(PHONE, NEW, INK, LOGIN)
    assert desk.has() == but(k004="Door is stuck")
    desk.says(PHONE, NEW, LOGIN)
    assert desk.has() == but("K-001", k004="Door is stuck")
    desk.says(NEW, PHONE, LOGIN, "  - {problem: Heating is cold}\n")
    assert desk.has() == but("K-001", k004="Door is stuck", k005="Heating is cold")
    assert desk.case("K-002")["cause"] == "The wire"


def test_one_that_is_reworded_is_the_same_still(desk: Cases) -> None:
    desk.says(NEW, LOGIN.replace("Wait", "Ring us"), PHONE.replace("is dead", "is quite dead"))
    assert desk.has() == but("K-001", k003="Phone is quite dead", k004="Door is stuck")
    assert (desk.case("K-002")["cause"], desk.case("K-002")["solution"]) == ("The wire", "Ring us")


def test_one_with_an_id_of_its_own_keeps_that(desk: Cases) -> None:
    desk.says("  - {id: NET, problem: Network is down}\n", LOGIN, PHONE)
    assert desk.has() == but("K-001") | {"NET": "Network is down"}
    desk.says(LOGIN, PHONE.replace("{", "{id: TEL, "))
    assert desk.has() == but("K-001", "K-003") | {"TEL": "Phone is dead"}


def test_one_that_an_undo_took_back_comes_back_with_no_other(desk: Cases) -> None:
    desk.says(NEW, INK, LOGIN, PHONE)
    assert desk.has() == but(k004="Door is stuck")
    with desk.desk() as opened:
        run = opened.store.commits()[-1].run
        assert undo(opened, run, now=desk.now).count == 1
    assert desk.has() == THREE
    desk.says(INK, LOGIN, NEW, PHONE)
    assert desk.has() == THREE


def test_an_upgrade_leaves_them_as_they_are_too(desk: Cases) -> None:
    with desk.desk() as opened:
        build(opened, now=desk.now)
    desk.sync()
    desk.says(LOGIN, NEW, PHONE, also="  - {key: cost, title: Cost, type: number}\n")
    assert upgrade(desk.folder, now=desk.now + STEP, open_sheet=xlsx_at_once).is_done
    assert desk.has() == but("K-001", k004="Door is stuck")
    assert desk.case("K-002")["cause"] == "The wire"
    desk.says(NEW, PHONE, LOGIN, also="  - {key: price, was: [cost], title: Cost, type: number}\n")
    assert upgrade(desk.folder, now=desk.now + 2 * STEP, open_sheet=xlsx_at_once).is_done
    assert desk.has() == but("K-001", k004="Door is stuck")


def test_a_copy_that_people_have_shows_the_cases_as_they_are_by_now(tmp_path: Path) -> None:
    desk = Cases(tmp_path / "desk")
    desk.says(INK, LOGIN, PHONE, also="  - case\n")
    with desk.desk() as opened:
        build(opened, now=desk.now)
        build(opened, now=desk.now, role="agent")
    desk.sync()
    assert shown(desk) == THREE
    desk.types("K-002", "problem", "Nobody comes in")
    desk.says(LOGIN, PHONE, NEW, also="  - case\n")
    assert desk.has() == but("K-001", k002="Nobody comes in", k004="Door is stuck")
    assert [sheet.key for sheet in desk.sync().sheets if sheet.written] == ["main", "copy:agent"]
    assert shown(desk) == desk.has()
    # Nobody may change them there: what somebody does to them all the same goes again.
    lively.type_cells(desk.folder / "tickets-agent.xlsx", "Cases", {(1, 1): "typed"})
    desk.sync()
    assert shown(desk) == desk.has() == but("K-001", k002="Nobody comes in", k004="Door is stuck")
    assert all(sheet.state == "quiet" for sheet in desk.sync().sheets)


def shown(desk: Cases) -> dict[str, str]:
    """The problem of each case in the agents' copy."""
    found = fetched_of((desk.folder / "tickets-agent.xlsx").read_bytes())
    [cases] = (grid for grid in found.grids if grid.title == "Cases")
    return {
        str(name): str(text) for name, text in zip(*(c[1:] for c in cases.columns[:2]), strict=True) if name
    }
