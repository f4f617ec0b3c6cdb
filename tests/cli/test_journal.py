"""`log`, `verify` and `undo` of a single change, and a desk kept elsewhere."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from sheetdesk.flows import open_desk
from sheetdesk.flows.wording import read_words, word_notices
from sheetdesk.store.store import Write
from sheetdesk.table.change import CellChange, ChangeSet
from tests.cli.conftest import Shell
from tests.table import NOW

Retitle = Callable[[str], int]


@pytest.fixture
def ticket(desk: Path) -> str:
    with open_desk(desk, NOW) as opened:
        return str(opened.store.table(opened.desk.tickets).frame.index[0])


@pytest.fixture
def retitle(desk: Path, ticket: str) -> Retitle:
    """Gives the first ticket another title in a run of its own; the number of the entry."""

    def give(title: str) -> int:
        with open_desk(desk, NOW) as opened:
            store, spec = opened.store, opened.desk.tickets
            table = store.table(spec)
            change = CellChange(ticket, "title", table.frame.at[ticket, "title"], title)
            write = Write(table, ChangeSet((change,)))
            store.commit(store.version, [write], by="cli:ann", why="import", run=f"run-{title}", now=NOW)
            return store.entries([spec])[-1].number

    return give


def title_of(desk: Path, ticket: str) -> str:
    with open_desk(desk, NOW) as opened:
        return str(opened.store.table(opened.desk.tickets).frame.at[ticket, "title"])


def spoil(desk: Path, *statements: str) -> None:
    raw = sqlite3.connect(desk / "desk.db")
    with raw:
        for statement in statements:
            raw.execute(statement)
    raw.close()


def test_log_tells_every_change_with_its_number(
    sheetdesk: Shell, desk: Path, ticket: str, retitle: Retitle
) -> None:
    number = retitle("ink")
    said = sheetdesk("log", desk)
    lines = said.out.splitlines()
    assert (said.code, said.err, len(lines)) == (0, "", number)
    assert [line.split()[0] for line in lines] == [f"#{n}" for n in range(1, number + 1)]
    assert re.fullmatch(
        rf"#{number}  2026-03-31 13:00  ~ {ticket}  Title  .* → ink  \(cli:ann, import\)", lines[-1]
    )
    assert sheetdesk("history", desk, ticket).out.splitlines()[-1] == lines[-1]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--run", "run-laser"], 1), (["--by", "ANN"], 2), (["--by", "nobody"], 0), (["--limit", 3], 3),
        (["--limit", 0], 0), (["--by", "ann", "--limit", 1], 1), (["--table", "cases", "--by", "ann"], 0),
        (["--since", "2026-03-31 13:00", "--by", "ann"], 2), (["--since", "2026-03-31 13:01"], 0),
        (["--since", "2026-03-31", "--by", "ann"], 2), (["--until", "2026-03-31 12:59"], 0),
        (["--until", "2026-03-31", "--by", "ann"], 2), (["--until", "2026-03-30"], 0),
        (["--since", "2026-03-31T12:00:00Z", "--by", "ann"], 2), (["--until", "1d", "--by", "ann"], 2),
    ],
)  # fmt: skip
def test_log_picks_what_is_asked_for(
    sheetdesk: Shell, desk: Path, retitle: Retitle, words: list[object], count: int
) -> None:
    retitle("ink")
    number = retitle("laser")
    found = json.loads(sheetdesk("log", desk, *words, "--json").out)
    assert len(found) == count
    if words[0] == "--limit":
        assert [entry["number"] for entry in found] == list(range(number - count + 1, number + 1))


def test_log_of_the_tables_together_is_the_whole_log(sheetdesk: Shell, desk: Path) -> None:
    whole = json.loads(sheetdesk("log", desk, "--json").out)
    parts = [
        entry
        for table in ("tickets", "people", "choices", "rules", "cases")
        for entry in json.loads(sheetdesk("log", desk, "--table", table, "--json").out)
    ]
    assert sorted(parts, key=lambda entry: int(entry["number"])) == whole


@pytest.mark.parametrize(("lang", "words"), [("en", "is no time; write"), ("zh", "不是时间；请写")])
def test_log_of_no_time_is_refused(sheetdesk: Shell, desk: Path, lang: str, words: str) -> None:
    for text in ("bla", "99999999999d"):
        said = sheetdesk("log", desk, "--since", text, lang=lang)
        assert (said.code, said.out) == (2, "")
        assert words in said.err


@pytest.mark.parametrize(("lang", "words"), [("en", "Nothing was changed.\n"), ("zh", "没有任何变更。\n")])
def test_log_of_nothing_says_so(sheetdesk: Shell, desk: Path, lang: str, words: str) -> None:
    for more in (["--run", "never"], ["--runs", "--by", "nobody"]):
        assert sheetdesk("log", desk, *more, lang=lang).out == words


def test_log_lists_the_runs(sheetdesk: Shell, desk: Path, retitle: Retitle) -> None:
    retitle("ink")
    found = json.loads(sheetdesk("log", desk, "--runs", "--json").out)
    assert [(run["by"], run["why"]) for run in found] == [
        ("desk file", "seed"), ("demo", "import"), ("cli:ann", "import")
    ]  # fmt: skip
    assert [run["count"] for run in found[1:]] == [5, 1]
    lines = sheetdesk("log", desk, "--runs", "--limit", 1, "--since", "2026-03-31").out.splitlines()
    assert [line.split() for line in lines] == [["2026-03-31", "13:00", "run-ink", "cli:ann", "import", "1"]]
    assert sheetdesk("log", desk, "--runs", "--table", "cases").code == 2


def test_log_lists_the_runs_of_a_store_that_did_not_tell_commits_apart(
    sheetdesk: Shell, desk: Path, retitle: Retitle
) -> None:
    before = json.loads(sheetdesk("log", desk, "--runs", "--json").out)
    last = sum(run["count"] for run in before)
    spoil(desk, "DELETE FROM commits", f"INSERT INTO commits VALUES (2, '', '', '', 0, {last})")
    retitle("ink")
    after = json.loads(sheetdesk("log", desk, "--runs", "--json").out)
    assert [(run["run"], run["count"]) for run in after] == [
        *((run["run"], run["count"]) for run in before), ("run-ink", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "The journal is whole and the tables are what it says: {} entries, 0 of them erased.\n"),
        ("zh", "日志完整，各表与日志一致：共 {} 条，其中 0 条已抹除。\n"),
    ],
)
def test_verify_finds_a_desk_whole(
    sheetdesk: Shell, desk: Path, retitle: Retitle, lang: str, words: str
) -> None:
    number = retitle("ink")
    said = sheetdesk("verify", desk, lang=lang)
    assert (said.code, said.out, said.err) == (0, words.format(number), "")
    assert json.loads(sheetdesk("verify", desk, "--json").out) == {
        "whole": True, "entries": number, "erased": 0, "broken": None, "differing": [], "strange": [],
        "head": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "broken", "differs"),
    [
        ("en", "Entry #{} does not hold: ", "tickets {} title: stands otherwise than the journal says."),
        ("zh", "第 #{} 条不成立：", "tickets {} title: 现值与日志不符。"),
    ],
)
def test_verify_names_what_was_changed_behind_its_back(
    sheetdesk: Shell, desk: Path, ticket: str, retitle: Retitle, lang: str, broken: str, differs: str
) -> None:
    number = retitle("ink")
    spoil(desk, f"""UPDATE entry_values SET after = '"forged"' WHERE number = {number}""")
    said = sheetdesk("verify", desk, "--write-head", desk / "heads", lang=lang)
    assert said.code == 1
    first, second = said.out.splitlines()
    assert first.startswith(broken.format(number))
    assert second == differs.replace(": 现", "：现").format(ticket)
    # A head of a journal that does not hold is worth nothing.
    assert not (desk / "heads").exists()
    found = json.loads(sheetdesk("verify", desk, "--json").out)
    assert (found["broken"], found["differing"]) == (number, [["tickets", ticket, "title"]])


def test_verify_names_the_first_of_many(sheetdesk: Shell, desk: Path) -> None:
    spoil(desk, "UPDATE rows SET archived = 1")
    said = sheetdesk("verify", desk)
    count = len(json.loads(sheetdesk("verify", desk, "--json").out)["differing"])
    assert (said.code, len(said.out.splitlines())) == (1, 21)
    assert said.out.endswith(f"… and {count - 20} more.\n")


def test_a_head_kept_elsewhere_shows_that_the_end_was_cut_off(
    sheetdesk: Shell, desk: Path, tmp_path: Path, retitle: Retitle
) -> None:
    heads = tmp_path / "heads.txt"
    numbers = []
    for title in ("ink", "laser"):
        numbers.append(retitle(title))
        assert sheetdesk("verify", desk, "--write-head", heads).code == 0
    lines = heads.read_text("utf-8").splitlines()
    assert [line.split(", ")[0] for line in lines] == [str(number) for number in numbers]
    assert re.fullmatch(r"\d+, [0-9a-f]{64}, \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00, [0-9a-f]{32}", lines[0])
    assert sheetdesk("verify", desk, "--head", heads).code == 0
    last = numbers[-1]
    spoil(
        desk,
        f"DELETE FROM entry_values WHERE number = {last}",
        f"DELETE FROM entries WHERE number = {last}",
        """UPDATE rows SET cells = json_set(cells, '$.title', 'ink') WHERE cells LIKE '%"laser"%'""",
    )
    assert sheetdesk("verify", desk).code == 0
    said = sheetdesk("verify", desk, "--head", heads)
    assert said.code == 1
    assert said.out.startswith(f"Head #{last} of {heads} is not on this chain: ")
    assert json.loads(sheetdesk("verify", desk, "--head", heads, "--json").out)["strange"] == [last]


def test_a_head_is_sent_to_whoever_is_named_and_holds_the_journal_as_one_in_a_file_does(
    sheetdesk: Shell, desk: Path, tmp_path: Path, retitle: Retitle
) -> None:
    number = retitle("ink")
    with open_desk(desk) as opened:
        person = opened.desk.people[0].name
    for _ in range(2):
        said = sheetdesk("verify", desk, "--send-head", "boss@example.com", "--send-head", person)
    assert (said.code, said.err) == (0, "")
    assert f"Head #{number} goes to boss@example.com, {person} with the next notices" in said.out
    with open_desk(desk) as opened:
        notices = opened.store.outbox.notices()
        words = read_words(opened.desk, desk)
        tickets = opened.store.table(opened.desk.tickets).frame
        facts = [notice.facts for notice in notices]
        title, text = word_notices(opened.desk, tickets, words, facts[:1], None)
    assert sorted((fact["to"]["kind"], fact["to"]["key"]) for fact in facts) == [
        ("mail", "boss@example.com"), ("person", person),
    ]  # fmt: skip
    assert f"#{number}" in title
    heads = tmp_path / "heads.txt"
    heads.write_text(text.splitlines()[0] + "\n", "utf-8")
    assert sheetdesk("verify", desk, "--head", heads).code == 0
    spoil(desk, "DELETE FROM entry_values", "DELETE FROM entries")
    assert sheetdesk("verify", desk, "--head", heads).code == 1


def test_a_head_is_not_sent_to_nobody_nor_of_a_journal_that_does_not_hold(
    sheetdesk: Shell, desk: Path, retitle: Retitle
) -> None:
    with open_desk(desk) as opened:
        person = opened.desk.people[0].name
    said = sheetdesk("verify", desk, "--send-head", person[:-1], "--write-head", desk / "heads")
    assert said.code == 2
    assert f"'{person[:-1]}' in this desk ({person}?)" in said.err
    assert not (desk / "heads").exists()
    assert sheetdesk("verify", desk, "--send-head", "channel:none", lang="zh").code == 2
    number = retitle("ink")
    spoil(desk, f"""UPDATE entry_values SET after = '"forged"' WHERE number = {number}""")
    assert sheetdesk("verify", desk, "--send-head", "boss@example.com").code == 1
    with open_desk(desk) as opened:
        assert opened.store.outbox.notices() == []


@pytest.mark.parametrize("text", ["", "1, ab\n", "x, ab, now, it\n", "1, ab, now, it\nmore\n", "\xff"])
def test_a_file_without_heads_is_refused(sheetdesk: Shell, desk: Path, tmp_path: Path, text: str) -> None:
    heads = tmp_path / "heads.txt"
    heads.write_bytes(text.encode("latin-1"))
    said = sheetdesk("verify", desk, "--head", heads)
    assert (said.code, said.out) == (2, "")
    assert re.match(rf"Line \d of {heads} is no head of a journal\.", said.err)


@pytest.mark.parametrize("mark", ["", "#"])
def test_undo_takes_a_single_change_back(
    sheetdesk: Shell, desk: Path, ticket: str, retitle: Retitle, mark: str
) -> None:
    before = title_of(desk, ticket)
    number = retitle("ink")
    said = sheetdesk("undo", desk, f"{mark}{number}", "--dry-run")
    assert (said.code, title_of(desk, ticket)) == (0, "ink")
    said = sheetdesk("undo", desk, f"{mark}{number}")
    assert (said.code, said.out) == (0, f"Took back #{number}: 1 change.\n")
    assert title_of(desk, ticket) == before
    assert sheetdesk("verify", desk).code == 0


def test_undo_of_a_change_that_was_changed_since_is_refused_by_name(
    sheetdesk: Shell, desk: Path, ticket: str, retitle: Retitle
) -> None:
    number = retitle("ink")
    retitle("laser")
    said = sheetdesk("undo", desk, f"#{number}")
    assert said.code == 1
    assert said.out.splitlines()[0] == f"{ticket} title has changed since; left as it is."
    assert title_of(desk, ticket) == "laser"
    found = sheetdesk("undo", desk, number, "--json")
    assert (found.code, json.loads(found.out)) == (
        1, {"run": f"#{number}", "changes": 0, "moved": [[ticket, "title"]]}
    )  # fmt: skip


def test_undo_of_one_row_of_a_run_leaves_the_others(sheetdesk: Shell, desk: Path) -> None:
    entries = json.loads(sheetdesk("log", desk, "--table", "tickets", "--json").out)
    assert sheetdesk("undo", desk, entries[1]["number"]).code == 0
    with open_desk(desk, NOW) as opened:
        there = set(opened.store.table(opened.desk.tickets).frame.index)
    assert there == {entry["row"] for entry in entries} - {entries[1]["row"]}


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "No entry #999 in this desk.\n"), ("zh", "本工单台中没有 #999 这条记录。\n")]
)
def test_undo_of_no_entry_needs_a_person(sheetdesk: Shell, desk: Path, lang: str, words: str) -> None:
    said = sheetdesk("undo", desk, "#999", lang=lang)
    assert (said.code, said.out) == (1, words)


def test_a_desk_is_kept_where_its_file_or_the_environment_says(
    sheetdesk: Shell, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (desk / "desk.yaml").read_text("utf-8")
    (desk / "desk.yaml").write_text(f"{text}\nstore: ${{KEPT}}/it.db\n", "utf-8")
    said = sheetdesk("log", desk)
    assert (said.code, said.out) == (2, "")
    assert "environment variable KEPT, which is not set" in said.err
    monkeypatch.setenv("KEPT", "../kept")
    (tmp_path / "kept").mkdir()
    assert sheetdesk("log", desk, "--table", "tickets").out == "Nothing was changed.\n"
    assert (tmp_path / "kept" / "it.db").is_file()
    monkeypatch.setenv("SHEETDESK_STORE", "desk.db")
    assert len(sheetdesk("log", desk, "--table", "tickets").out.splitlines()) == 5


def test_an_address_that_is_none_is_refused_without_its_password(
    sheetdesk: Shell, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHEETDESK_STORE", "postgresql://ann:hush@host/db")
    said = sheetdesk("log", desk)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("postgresql://…@host/db is no address of a store. ")
