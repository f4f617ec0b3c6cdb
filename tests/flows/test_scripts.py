"""The Python files beside a desk: found, imported without a trace, and refused with the reason."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from sheetdesk.flows.scripts import load_scripts
from sheetdesk.rules.script import ScriptInvalid
from tests.flows.ruled import Ruled

VIP = """
from __future__ import annotations

from dataclasses import dataclass

from sheetdesk import rule, tell


@dataclass(frozen=True)
class Vip:
    name: str


WHO = [Vip("Li")]


@rule(reads=["requester"], writes=["priority"], order=5, title="Important people")
def vip(tickets, desk):
    mine = tickets["requester"].isin([vip.name for vip in WHO])
    told = [tell(name, "boss", f"{desk.name} serves {name}", urgent=True) for name in tickets.index[mine]]
    return tickets.loc[mine, []].assign(priority="p1"), told
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def refused(folder: Path, *files: str) -> str:
    with pytest.raises(ScriptInvalid) as raised:
        load_scripts(folder, files)
    assert raised.value.exit_code == 2
    assert raised.value.say("zh")
    return raised.value.say("en")


def test_the_rules_of_a_file_are_found_with_what_they_declare(tmp_path: Path) -> None:
    write(tmp_path, "vip.py", VIP)
    (script,) = load_scripts(tmp_path, ["./vip.py"])
    assert (script.key, script.reads, script.writes) == ("vip", ("requester",), ("priority",))
    assert (script.order, script.title, script.place) == (5, "Important people", "./vip.py")


def test_a_file_in_a_folder_below_is_found(tmp_path: Path) -> None:
    write(tmp_path, "rules/vip.py", VIP)
    assert len(load_scripts(tmp_path, ["rules/vip.py"])) == 1


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    write(tmp_path, "vip.py", VIP)
    modules, writes, path = set(sys.modules), sys.dont_write_bytecode, list(sys.path)
    load_scripts(tmp_path, ["vip.py"])
    assert [found.name for found in tmp_path.rglob("*")] == ["vip.py"]
    assert {name for name in set(sys.modules) - modules if "vip" in name} == set()
    assert (sys.dont_write_bytecode, sys.path) == (writes, path)


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    write(tmp_path, "vip.py", VIP)
    load_scripts(tmp_path, ["vip.py"])
    write(tmp_path, "vip.py", VIP.replace("order=5", "order=6"))
    assert load_scripts(tmp_path, ["vip.py"])[0].order == 6


@pytest.mark.parametrize("file", ["../vip.py", "sub/../../vip.py", "link.py"])
def test_a_file_outside_of_the_folder_is_refused(tmp_path: Path, file: str) -> None:
    outside = write(tmp_path, "vip.py", "raise AssertionError\n")
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "link.py").symlink_to(outside)
    assert "does not lie in the desk's folder" in refused(folder, file)
    assert "does not lie in the desk's folder" in refused(folder, str(outside))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = 1\nimport nothing_of_this_name\n", "No module named 'nothing_of_this_name'"),
        ("def f(:\n", "SyntaxError"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("raise SystemExit(0)\n", "SystemExit"),
        ("\x00", "null bytes"),
    ],
)
def test_what_cannot_be_imported_shows_why(tmp_path: Path, text: str, reason: str) -> None:
    write(tmp_path, "bad.py", text)
    modules, writes = set(sys.modules), sys.dont_write_bytecode
    told = refused(tmp_path, "bad.py")
    assert "bad.py" in told
    assert "Traceback" in told
    assert reason in told
    assert {name for name in set(sys.modules) - modules if "bad" in name} == set()
    assert sys.dont_write_bytecode == writes


def test_the_traceback_names_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, "bad.py", "x = 1\n\n1 / 0\n")
    assert f'File "{path}", line 3' in refused(tmp_path, "bad.py")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "there is no such Python file" in refused(tmp_path, "vip.py")
    (tmp_path / "vip.py").mkdir()
    assert "there is no such Python file" in refused(tmp_path, "vip.py")


def test_a_file_without_rules_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "vip.py", "from sheetdesk import rule\n\n\ndef vip(tickets, desk):\n    return tickets\n")
    assert "no function in it stands under `@rule`" in refused(tmp_path, "vip.py")


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "vip.py", VIP)
    write(tmp_path, "other.py", VIP)
    assert "'vip'" in refused(tmp_path, "vip.py", "other.py")


# As rules of a desk


def scripted(folder: Path, text: str = VIP, more: str = "") -> Ruled:
    team = Ruled(folder / "desk", rules=f"  - ./vip.py\n{more}")
    write(team.folder, "vip.py", text)
    return team


def test_a_script_writes_cells_and_tells_people_once(tmp_path: Path) -> None:
    team = scripted(tmp_path)
    team.tickets({"requester": "Li"}, {"requester": "Wu"})
    ran = team.run()
    assert {(r.rule, r.change.row, r.change.after) for r in ran.changes if r.change.column == "priority"} == {
        ("vip", "T-001", "p1")
    }
    assert {entry.by for entry in team.written(ran.run) if entry.column == "priority"} == {"rule:vip"}
    (notice,) = team.notices()
    assert notice.facts["facts"] == {"text": "Ruled serves T-001"}
    assert notice.facts["urgent"]
    before = team.version()
    team.now += timedelta(minutes=1)
    assert team.run().changes == []
    assert (team.version(), len(team.notices())) == (before, 1)


def test_a_script_that_fails_stops_no_other_rule(tmp_path: Path) -> None:
    more = "  - {key: give, when: owner is empty, then: assign anyone}\n"
    team = scripted(tmp_path, VIP.replace("mine = ", "mine = tickets['owner'] and "), more)
    team.tickets({"requester": "Li"})
    ran = team.run()
    assert ran.needs_people
    assert "KeyError: 'owner'" in ran.outcome.failures["vip"]
    assert team.cells("T-001")["owner"] == "Ben Example"
    assert team.cells("T-001")["priority"] == "p3"
    before = team.version()
    team.run()
    assert team.version() == before


def test_whom_a_script_tells_has_to_be_somebody(tmp_path: Path) -> None:
    team = scripted(tmp_path, VIP.replace('"boss"', '"bos"'))
    team.tickets({"requester": "Li"})
    ran = team.run()
    (problem,) = ran.outcome.problems
    assert (problem.kind, problem.ticket, problem.raw) == ("rule", "vip", "bos")
    assert team.cells("T-001")["priority"] == "p1"
