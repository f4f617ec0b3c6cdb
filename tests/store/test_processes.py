"""Several processes on one store, and one that dies in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from sheetdesk.store.store import Write, open_store
from sheetdesk.table.change import diff
from tests.store import Place
from tests.table import NOW, TICKETS, assert_same, tickets

ROOT = Path(__file__).parents[2]

HEAD = """
import os, signal, sys
from pathlib import Path
from sheetdesk.errors import StoreMoved, StoreUnreadable
from sheetdesk.store.store import Write, open_store
from sheetdesk.table.change import ChangeSet, Entry, apply, diff
from sheetdesk.table.table import Table, empty_table
from tests.store import Place
from tests.table import NOW, TICKETS, tickets
name = sys.argv[2]
path = sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])
"""

RACE = """
won = []
with open_store(path) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    while (version := store.version) < 12:
        before = store.table(TICKETS)
        added = tickets(**{f"{name}_{version}": {"title": name}})
        try:
            store.commit(version, [Write(before, ChangeSet(added=added.frame))],
                         by=name, why="import", run=name, now=NOW)
            won.append(version)
        except StoreMoved:
            pass
print(*won)
"""

# The journal's entries are taken one by one inside the commit: the process dies at one of them.
DEATH = """
def entries():
    for number in range(6000):
        yield Entry("tickets", "T-002", "changed", "title", None, "x", NOW, NOW, name, "import")
    os.kill(os.getpid(), signal.SIGKILL)

with open_store(path) as store:
    before = store.table(TICKETS)
    after = tickets(T_001={"title": "lost"}, T_002={"title": "x" * 20000})
    store.commit(1, [Write(before, diff(before, after), entries())], by=name, why="import", run=name, now=NOW,
                 counters={"": 7}, desk_text="lost")
"""


def child(code: str, path: Place, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + code, str(path), name], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def test_of_two_processes_exactly_one_wins_each_version(place: Place) -> None:
    children = [child(RACE, place, name) for name in ("A", "B")]
    for process in children:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = [process.communicate("go\n", timeout=50)[0].split() for process in children]
    won = sorted(int(version) for answer in answers for version in answer)
    assert won == list(range(12))
    with open_store(place) as store:
        assert store.version == len(store.table(TICKETS)) == len(store.entries([TICKETS])) == 12
        assert store.audit([TICKETS]).is_whole


def test_a_process_killed_inside_a_commit_leaves_the_version_before(place: Place) -> None:
    first = tickets(T_001={"title": "ink"})
    with open_store(place) as store:
        before = store.table(TICKETS)
        store.commit(0, [Write(before, diff(before, first))], by="test", why="import", run="r", now=NOW)
    process = child(DEATH, place, "dying")
    process.communicate(timeout=50)
    assert process.returncode == -signal.SIGKILL
    with open_store(place) as store:
        assert (store.version, store.counters(), store.desk_text) == (1, {}, "")
        assert_same(store.table(TICKETS), first)
        assert len(store.entries([TICKETS])) == 1


# Root may write everywhere, so the child becomes somebody who may not.
READ_ONLY = """
with open_store(path) as store:
    first = tickets(T_001={"title": "ink"})
    store.commit(0, [Write(empty_table(TICKETS), diff(empty_table(TICKETS), first))],
                 by=name, why="import", run="r", now=NOW)
if os.geteuid() == 0:
    os.setuid(65534)
else:
    path.chmod(0o444)
    path.parent.chmod(0o555)
with open_store(path) as store:
    print(len(store.table(TICKETS)), len(store.entries([TICKETS])), store.audit([TICKETS]).is_whole)
    try:
        store.commit(1, [], by=name, why="import", run="r", now=NOW)
    except StoreUnreadable as error:
        print(error)
"""


def test_a_store_that_may_not_be_written_can_be_read_and_refuses_a_commit_in_words() -> None:
    # Not tmp_path: nobody else may look into that.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        path.parent.chmod(0o755)
        said, _ = child(READ_ONLY, path, "reader").communicate(timeout=50)
        path.parent.chmod(0o755)
        assert [entry.name for entry in path.parent.iterdir()] == ["desk.db"]
    read, refused = said.splitlines()
    assert read == "1 1 True"
    assert refused.startswith(f"The store {path} cannot be used: attempt to write a readonly database. Check")


def test_what_is_committed_to_sqlite_outlives_a_power_failure(tmp_path: Path) -> None:
    # In a process of its own: those of the tests wait for no disk.
    code = (
        "import sys; from pathlib import Path; from sheetdesk.store.engine import make_engine\n"
        "with make_engine(Path(sys.argv[1]))[0].connect() as connection:\n"
        "    print(connection.exec_driver_sql('PRAGMA synchronous').scalar())\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "store.sqlite")], cwd=ROOT, text=True, check=True,
        capture_output=True, timeout=50,
    )  # fmt: skip
    assert said.stdout == "2\n"
