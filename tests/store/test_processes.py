"""Several processes on one store, and one that dies in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from sheetdesk.store.store import Write, open_store
from sheetdesk.table.change import diff
from tests.table import NOW, TICKETS, assert_same, tickets

ROOT = Path(__file__).parents[2]

HEAD = """
import os, signal, sys
from pathlib import Path
from sheetdesk.errors import StoreMoved, StoreUnreadable
from sheetdesk.store.store import Write, open_store
from sheetdesk.table.change import ChangeSet, Entry, apply, diff
from sheetdesk.table.table import Table, empty_table
from tests.table import NOW, TICKETS, tickets
path, name = Path(sys.argv[1]), sys.argv[2]
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


def child(code: str, path: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + code, str(path), name], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def test_of_two_processes_exactly_one_wins_each_version(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    children = [child(RACE, path, name) for name in ("A", "B")]
    for process in children:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = [process.communicate("go\n", timeout=50)[0].split() for process in children]
    won = sorted(int(version) for answer in answers for version in answer)
    assert won == list(range(12))
    with open_store(path) as store:
        assert store.version == len(store.table(TICKETS)) == len(store.entries([TICKETS])) == 12


def test_a_process_killed_inside_a_commit_leaves_the_version_before(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    first = tickets(T_001={"title": "ink"})
    with open_store(path) as store:
        before = store.table(TICKETS)
        store.commit(0, [Write(before, diff(before, first))], by="test", why="import", run="r", now=NOW)
    process = child(DEATH, path, "dying")
    process.communicate(timeout=50)
    assert process.returncode == -signal.SIGKILL
    with open_store(path) as store:
        assert (store.version, store.counters(), store.desk_text) == (1, {}, "")
        assert_same(store.table(TICKETS), first)
        assert len(store.entries([TICKETS])) == 1


# Root may write everywhere, so the child becomes somebody who may not.
READ_ONLY = """
open_store(path).close()
path.chmod(0o444)
path.parent.chmod(0o555)
if os.geteuid() == 0:
    os.setuid(65534)
try:
    open_store(path)
except StoreUnreadable as error:
    print(error)
"""


def test_a_folder_that_may_not_be_written_is_refused_in_words() -> None:
    # Not tmp_path: nobody else may look into that.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        said, _ = child(READ_ONLY, path, "reader").communicate(timeout=50)
        path.parent.chmod(0o755)
    assert said.startswith(f"The store {path} cannot be used: attempt to write a readonly database. Check")
