"""Each command: what it prints in both languages and as JSON, and its exit code."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from sheetdesk.cli import COMMANDS
from sheetdesk.flows import open_desk
from sheetdesk.store.store import Write
from sheetdesk.table.change import CellChange, ChangeSet
from tests.cli.conftest import Shell
from tests.table import NOW


def run_of(desk: Path) -> str:
    """The name of the run that made the demo's tickets."""
    with open_desk(desk, NOW) as opened:
        return opened.store.entries([opened.desk.tickets])[0].run


def ticket_of(desk: Path) -> str:
    with open_desk(desk, NOW) as opened:
        return str(opened.store.table(opened.desk.tickets).frame.index[0])


def retitle(desk: Path, ticket: str) -> None:
    """Somebody gives the ticket another title in a run of their own."""
    with open_desk(desk, NOW) as opened:
        table = opened.store.table(opened.desk.tickets)
        change = CellChange(ticket, "title", table.frame.at[ticket, "title"], "ink")
        opened.store.commit(
            opened.store.version, [Write(table, ChangeSet((change,)))], by="cli:ann", why="import",
            run="later", now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_is_for(sheetdesk: Shell, name: str) -> None:
    said = sheetdesk(name, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: sheetdesk {name} ")
    assert sheetdesk(name, "-h").out == said.out


def test_help_lists_every_command_and_the_exit_codes(sheetdesk: Shell) -> None:
    said = sheetdesk("--help")
    assert said.code == 0
    assert all(re.search(rf"^  {name} +\S", said.out, re.MULTILINE) for name in COMMANDS)
    assert "Exit codes: 0 done, 1 a person must act, 2 wrong words" in said.out


def test_the_version_is_told(sheetdesk: Shell) -> None:
    assert re.fullmatch(r"sheetdesk, version \d+\.\d+\.\d+\n", sheetdesk("--version").out)


def test_an_unknown_command_suggests_the_near_one(sheetdesk: Shell) -> None:
    said = sheetdesk("biuld")
    assert (said.code, said.out) == (2, "")
    assert "No such command 'biuld'. Did you mean 'build'?" in said.err


def test_an_unknown_command_like_no_other_suggests_none(sheetdesk: Shell) -> None:
    assert "Did you mean" not in sheetdesk("qqqq").err


@pytest.mark.parametrize("line", [["--wat"], ["build", "--wat"], ["new"], ["demo", "--tickets", "many"], []])
def test_wrong_words_exit_with_two(sheetdesk: Shell, line: list[str]) -> None:
    said = sheetdesk(*line)
    assert said.code == 2
    assert "Usage: sheetdesk" in said.err


@pytest.mark.parametrize(
    ("lang", "first", "second"),
    [
        ("en", "Created {} from template bugs.", "Look through it"),
        ("zh", "已用模板 bugs 创建 {}。", "看过之后运行"),
    ],
)
def test_new_makes_a_desk_and_says_what_comes_next(
    sheetdesk: Shell, tmp_path: Path, lang: str, first: str, second: str
) -> None:
    said = sheetdesk("new", "bugs", tmp_path / "d", lang=lang)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == first.format(tmp_path / "d" / "desk.yaml")
    assert lines[1].startswith(second)
    assert f"locale: {lang}" in (tmp_path / "d" / "desk.yaml").read_text("utf-8")


def test_new_takes_language_name_and_zone(sheetdesk: Shell, tmp_path: Path) -> None:
    line = ["new", "bugs", tmp_path, "--lang", "zh", "--name", "我们", "--zone", "Asia/Tokyo", "--json"]
    assert json.loads(sheetdesk(*line).out) == {"desk": str(tmp_path / "desk.yaml")}
    text = (tmp_path / "desk.yaml").read_text("utf-8")
    assert "name: 我们" in text
    assert "zone: Asia/Tokyo" in text


def test_new_refuses_a_taken_folder_and_an_unknown_template(sheetdesk: Shell, desk: Path) -> None:
    said = sheetdesk("new", "bugs", desk)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"{desk} already holds a desk. Choose another folder, or delete that one first.\n"
    said = sheetdesk("new", "bug", desk / "x", lang="zh")
    assert (said.code, said.err) == (
        2,
        "没有名为“bug”的模板 (bugs?)。`sheetdesk templates` 可列出全部模板。\n",
    )


@pytest.mark.parametrize(("lang", "words"), [("en", "is in order: "), ("zh", "没有问题：")])
def test_check_says_that_a_desk_is_in_order(sheetdesk: Shell, desk: Path, lang: str, words: str) -> None:
    said = sheetdesk("check", desk, lang=lang)
    assert (said.code, said.err) == (0, "")
    assert words in said.out
    assert json.loads(sheetdesk("check", desk, "--json").out) == {
        "desk": str(desk / "desk.yaml"), "complaints": [], "hints": [],
    }  # fmt: skip


def test_check_names_every_mistake_with_its_line(sheetdesk: Shell, tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text("name: D\nzone: Mars\ncolums: [status]\ncolumns: [status]\n", "utf-8")
    said = sheetdesk("check", path)
    assert (said.code, said.out) == (2, "")
    assert "has 2 mistake(s)" in said.err
    assert "line 2  zone" in said.err
    assert "line 3  colums" in said.err
    said = sheetdesk("check", path, "--json")
    assert said.code == 2
    assert [complaint["line"] for complaint in json.loads(said.out)["complaints"]] == [2, 3]


def test_a_missing_desk_says_how_to_make_one(sheetdesk: Shell, tmp_path: Path) -> None:
    for line in (["check"], ["build"], ["roles"]):
        said = sheetdesk(*line, tmp_path / "none")
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith(
            f"No desk file at {tmp_path / 'none' / 'desk.yaml'}. Make a desk with `sheetdesk new"
        )


@pytest.mark.parametrize(("lang", "words"), [("en", "Built {}: 5 tickets."), ("zh", "已生成 {}：5 张工单。")])
def test_build_says_where_and_how_many(sheetdesk: Shell, desk: Path, lang: str, words: str) -> None:
    said = sheetdesk("build", desk, lang=lang)
    assert (said.code, said.out, said.err) == (0, words.format(desk / "tickets.xlsx") + "\n", "")


def test_build_for_a_role_says_all_of_it_as_json(sheetdesk: Shell, desk: Path) -> None:
    found = json.loads(sheetdesk("build", desk, "--role", "requester", "--json").out)
    assert found == {
        "path": str(desk / "tickets-requester.xlsx"),
        "tickets": 5,
        "problems": [],
        "backup": None,
    }


def test_build_refuses_a_changed_file_until_it_is_forced(sheetdesk: Shell, desk: Path) -> None:
    (desk / "tickets.xlsx").write_bytes(b"theirs")
    said = sheetdesk("build", desk)
    assert (said.code, said.out) == (1, "")
    assert "pass `--force`" in said.err
    said = sheetdesk("build", desk, "--force")
    assert said.code == 0
    [backup] = desk.glob("tickets.before-*.xlsx")
    assert f"The old file is kept as {backup}." in said.out
    assert backup.read_bytes() == b"theirs"


def test_build_refuses_a_file_that_is_open(sheetdesk: Shell, desk: Path) -> None:
    (desk / ".~lock.tickets.xlsx#").write_text("Ann,ann,desk,now,file:///x;", "utf-8")
    said = sheetdesk("build", desk, lang="zh")
    assert (said.code, said.err) == (
        1,
        f"{desk / 'tickets.xlsx'} 正由 Ann 打开。请在其关闭后重试，或用 `-o` 写到别处。\n",
    )


def test_build_tells_of_problems_and_where_they_are_listed(sheetdesk: Shell, desk: Path) -> None:
    with open_desk(desk, NOW) as opened:
        table = opened.store.table(opened.desk.tickets)
        ticket = str(table.frame.index[0])
        change = CellChange(ticket, "title", table.frame.at[ticket, "title"], None)
        opened.store.commit(
            opened.store.version, [Write(table, ChangeSet((change,)))], by="t", why="import", run="r", now=NOW
        )
    assert "1 cell does not hold together; it is listed in the tab Problems." in sheetdesk("build", desk).out
    [problem] = json.loads(sheetdesk("build", desk, "--json").out)["problems"]
    assert (problem["kind"], problem["ticket"]) == ("required", ticket)


def test_build_with_an_unknown_role_names_the_near_one(sheetdesk: Shell, desk: Path) -> None:
    said = sheetdesk("build", desk, "--role", "requestor")
    assert said.code == 2
    assert "(requester?)" in said.err


def test_build_into_a_folder_that_is_none_fails_as_the_outside_world(sheetdesk: Shell, desk: Path) -> None:
    said = sheetdesk("build", desk, "-o", desk / "desk.yaml" / "t.xlsx")
    assert (said.code, said.out) == (3, "")
    assert said.err.endswith((": Not a directory\n", ": File exists\n"))


def test_a_store_that_is_no_database_fails_as_the_outside_world(sheetdesk: Shell, desk: Path) -> None:
    (desk / "desk.db").write_bytes(b"no database" * 500)
    said = sheetdesk("build", desk)
    assert (said.code, said.out) == (3, "")
    assert "file is not a database" in said.err


@pytest.mark.parametrize(
    ("lang", "words", "try_next"),
    [("en", "4 made-up tickets", "Try next:"), ("zh", "4 张虚构工单", "接下来可以试试：")],
)
def test_demo_makes_a_desk_and_says_what_to_try(
    sheetdesk: Shell, tmp_path: Path, lang: str, words: str, try_next: str
) -> None:
    said = sheetdesk("demo", tmp_path / "d", "--tickets", 4, "--template", "bugs", lang=lang)
    assert (said.code, said.err) == (0, "")
    assert words in said.out
    assert try_next in said.out
    assert len([line for line in said.out.splitlines() if line.startswith("  sheetdesk ")]) == 4


def test_demo_of_no_tickets_works_and_says_so_as_json(sheetdesk: Shell, tmp_path: Path) -> None:
    assert sheetdesk("demo", tmp_path / "a", "--tickets", 0, "--lang", "en").code == 0
    found = json.loads(sheetdesk("demo", tmp_path / "b", "--tickets", 0, "--json").out)
    assert (found["tickets"], found["path"]) == (0, str(tmp_path / "b" / "tickets.xlsx"))


def test_demo_never_writes_over_a_desk(sheetdesk: Shell, desk: Path) -> None:
    assert sheetdesk("demo", desk).code == 2


def test_history_tells_every_change_of_a_ticket(sheetdesk: Shell, desk: Path) -> None:
    ticket = ticket_of(desk)
    retitle(desk, ticket)
    said = sheetdesk("history", desk, ticket)
    added, changed = said.out.splitlines()
    assert said.code == 0
    assert f"  + {ticket}  " in added
    assert re.fullmatch(rf"#\d+  2026-03-31 13:00  ~ {ticket}  Title  .* → ink  \(cli:ann, import\)", changed)
    entries = json.loads(sheetdesk("history", desk, ticket, "--json").out)
    assert [(e["kind"], e["column"]) for e in entries] == [("added", ""), ("changed", "title")]


def test_history_of_another_table_is_told_too(sheetdesk: Shell, desk: Path) -> None:
    assert "(desk file, seed)" in sheetdesk("history", desk, "Ann Example", "--table", "people").out


@pytest.mark.parametrize(("lang", "words"), [("en", "No entry for X-1.\n"), ("zh", "没有 X-1 的记录。\n")])
def test_history_of_no_ticket_needs_a_person(sheetdesk: Shell, desk: Path, lang: str, words: str) -> None:
    said = sheetdesk("history", desk, "X-1", lang=lang)
    assert (said.code, said.out) == (1, words)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Took back {}: 5 changes.\n"), ("zh", "已撤销 {}：5 处变更。\n")]
)
def test_undo_takes_a_run_back(sheetdesk: Shell, desk: Path, lang: str, words: str) -> None:
    run = run_of(desk)
    said = sheetdesk("undo", desk, run, lang=lang)
    assert (said.code, said.out) == (0, words.format(run))
    assert sheetdesk("undo", desk, run).code == 1


def test_undo_of_no_run_needs_a_person(sheetdesk: Shell, desk: Path) -> None:
    said = sheetdesk("undo", desk, "import-1")
    assert (said.code, said.out) == (1, "No run import-1 in this desk.\n")


def test_undo_names_what_has_changed_since(sheetdesk: Shell, desk: Path) -> None:
    ticket, run = ticket_of(desk), run_of(desk)
    retitle(desk, ticket)
    said = sheetdesk("undo", desk, run, "--dry-run")
    assert said.code == 1
    assert said.out.splitlines()[1:] == [f"Took back {run}: 4 changes.", "Dry run: nothing was written."]
    assert said.out.startswith(f"{ticket} ")
    assert "has changed since; left as it is." in said.out
    found = sheetdesk("undo", desk, run, "--json")
    assert (found.code, json.loads(found.out)) == (1, {"run": run, "changes": 4, "moved": [[ticket, ""]]})


def test_roles_prints_the_matrix(sheetdesk: Shell, desk: Path) -> None:
    said = sheetdesk("roles", desk)
    assert said.code == 0
    line = next(line for line in said.out.splitlines() if line.startswith("column contact"))
    assert line.split()[2:] == ["edit", "edit", "edit", "-", "-"]
    assert json.loads(sheetdesk("roles", desk, "--json").out)["column contact"]["requester"] == "-"


@pytest.mark.parametrize(("lang", "words"), [("en", "No right has changed.\n"), ("zh", "权限没有变化。\n")])
def test_roles_told_against_another_desk_file(
    sheetdesk: Shell, desk: Path, tmp_path: Path, lang: str, words: str
) -> None:
    old = tmp_path / "old.yaml"
    shutil.copy(desk / "desk.yaml", old)
    said = sheetdesk("roles", desk, "--diff", old, lang=lang)
    assert (said.code, said.out) == (0, words)
    text = old.read_text("utf-8")
    old.write_text(
        text.replace("hides: [contact]", "hides: [contact, notes]").replace(
            "edits: [case, notes]", "edits: [case]"
        ),
        "utf-8",
    )
    assert sheetdesk("roles", desk, "--diff", old).out == "~ reviewer  column notes  - → edit\n"
    [change] = json.loads(sheetdesk("roles", desk, "--diff", old, "--json").out)
    assert change == {"role": "reviewer", "right": "column notes", "before": "-", "after": "edit"}


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "All 2 statements hold.\n"), ("zh", "2 条断言全部成立。\n")]
)
def test_roles_holds_statements_against_the_desk(
    sheetdesk: Shell, desk: Path, tmp_path: Path, lang: str, words: str
) -> None:
    path = tmp_path / "rights.yaml"
    path.write_text("- role: requester\n  may: {see: status}\n  may_not: {see: contact}\n", "utf-8")
    said = sheetdesk("roles", desk, "--test", path, lang=lang)
    assert (said.code, said.out) == (0, words)


def test_roles_fails_where_a_statement_does_not_hold(sheetdesk: Shell, desk: Path, tmp_path: Path) -> None:
    path = tmp_path / "rights.yaml"
    path.write_text("- role: requester\n  may: {see: [contact, status]}\n", "utf-8")
    said = sheetdesk("roles", desk, "--test", path)
    assert said.code == 1
    assert said.out == "× requester must be able to see contact\n1 of 2 statements do not hold.\n"
    found = sheetdesk("roles", desk, "--test", path, "--json")
    assert (found.code, json.loads(found.out)["statements"]) == (1, 2)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"- role: nobody", b"nonsense"])
def test_roles_refuses_statements_that_cannot_be_read(
    sheetdesk: Shell, desk: Path, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "rights.yaml"
    path.write_bytes(content)
    said = sheetdesk("roles", desk, "--test", path)
    assert (said.code, said.out) == (2, "")
    assert "mistake(s)" in said.err


def test_roles_without_its_file_of_statements_fails(sheetdesk: Shell, desk: Path) -> None:
    said = sheetdesk("roles", desk, "--test", desk / "none.yaml")
    assert (said.code, said.err) == (3, f"{desk / 'none.yaml'}: No such file or directory\n")


def test_schema_is_printed_or_written(sheetdesk: Shell, tmp_path: Path) -> None:
    printed = sheetdesk("schema")
    assert json.loads(printed.out)["title"] == "DeskFile"
    said = sheetdesk("schema", "-o", tmp_path / "s.json")
    assert said.out == f"{tmp_path / 's.json'}\n"
    assert (tmp_path / "s.json").read_text("utf-8") == printed.out


@pytest.mark.parametrize(("lang", "hint"), [("en", "Start one with"), ("zh", "新建。")])
def test_templates_are_listed(sheetdesk: Shell, lang: str, hint: str) -> None:
    lines = sheetdesk("templates", lang=lang).out.splitlines()
    assert lines[0].split() == ["bugs", "en", *lines[0].split()[2:]]
    assert len(lines) == 13
    assert hint in lines[-1]
    assert {found["name"] for found in json.loads(sheetdesk("templates", "--json").out)} >= {
        "bugs",
        "it-service",
    }


def test_import_takes_tickets_over_and_undo_takes_them_back(
    sheetdesk: Shell, desk: Path, tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(
        "Title,Status,Type,Impact,Urgency,Created\n"
        "Ink is out,New,Hardware,One person,Can wait,2026-03-01 10:00\n",
        "utf-8",
    )
    said = sheetdesk("import", desk, path)
    assert said.code == 0, said.out + said.err
    [line] = re.findall(r"sheetdesk undo .*", said.out)
    assert sheetdesk(*line.split()[1:]).code == 0


@pytest.mark.parametrize("pair", ["Title", "=title"])
def test_import_refuses_a_map_that_is_no_pair(sheetdesk: Shell, desk: Path, pair: str) -> None:
    said = sheetdesk("import", desk, desk / "x.csv", "--map", pair)
    assert said.code == 2
    assert "must be THEIR TITLE=column" in said.err
