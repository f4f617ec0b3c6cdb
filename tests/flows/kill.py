"""People who save one workbook all the time, beside syncs that are killed at any moment.

`python -m tests.flows.kill --minutes 5` runs it by hand and prints what happened. People take turns to
open, type and save, so that no save of one is lost to another's; the syncs know nothing of their turns.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sheetdesk.cli import main as command_line
from sheetdesk.flows import open_desk, sync
from tests.flows.book import Book
from tests.flows.team import Team

__all__ = ["Report", "run", "settled"]

ROOT = Path(__file__).parents[2]
FIRST = [{"ID": f"T-{number:03}", "Title": f"First {number}"} for number in range(1, 9)]
MOST_NEW = 40


@dataclass
class Report:
    """What happened: saves by person, syncs by how they ended (-9: killed), and what is wrong at rest.

    `unsettled` are tickets of which the sync says that two versions of the file changed them apart: the
    file shows what was typed last, and nobody's value is lost.
    """

    saves: Counter[str] = field(default_factory=Counter)
    ended: Counter[int] = field(default_factory=Counter)
    unsettled: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    tickets: int = 0
    entries: int = 0


# A person


class Person:
    """Opens the file, types something that was never typed before, saves, and notes it."""

    def __init__(self, who: str, folder: Path, seed: int) -> None:
        self.who, self.folder = who, folder
        self.path = folder / "tickets.xlsx"
        self.chance = random.Random(seed)
        self.number = 0

    def work(self) -> None:
        while not (self.folder / "stop").exists():
            with self.turn():
                self.type_something()
            time.sleep(self.chance.uniform(0, 0.3))

    @contextmanager
    def turn(self) -> Iterator[None]:
        with (self.folder / "turn").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def type_something(self) -> None:
        try:
            book = Book(self.path)
        except (zipfile.BadZipFile, FileNotFoundError):
            return
        tab = book.tab()
        self.number += 1
        text = f"{self.who} {self.number}"
        rows = [row for row in sorted(tab.rows())[1:] if str(tab.value(row, 0)) in FIRST_IDS]
        if self.chance.random() < 0.15:
            order = sorted(tab.rows(), key=lambda row: self.chance.random())
            tab.sort(order.index)
            rows = [row for row in sorted(tab.rows())[1:] if str(tab.value(row, 0)) in FIRST_IDS]
        if self.chance.random() < 0.3 and self.number < MOST_NEW:
            row = max(tab.bottom(), *tab.rows()) + 1
            tab.type(row, "Title", text)
            tab.reach(row)
            note = f"new\t{text}"
        else:
            row = self.chance.choice(rows)
            note = f"{tab.value(row, 0)}\t{text}"
            tab.type(row, "Title", text)
        # People take their time between opening and saving.
        time.sleep(self.chance.uniform(0, 0.4))
        if self.save(book):
            with (self.folder / "typed.log").open("a") as log:
                log.write(f"{self.who}\t{note}\n")

    def save(self, book: Book) -> bool:
        """Whether it could be saved: a new file under the name, or the old one written over."""
        if self.who.startswith("renames"):
            book.save()
            return True
        content = book.bytes()
        for _ in range(20):
            try:
                with self.path.open("r+b", buffering=0) as file:
                    half = len(content) // 2
                    file.write(content[:half])
                    time.sleep(self.chance.uniform(0, 0.02))
                    file.write(content[half:])
                    file.truncate()
                    if os.fstat(file.fileno()).st_ino == self.path.stat().st_ino:
                        return True
            except FileNotFoundError:
                time.sleep(0.01)
        return False


FIRST_IDS = {row["ID"] for row in FIRST}


# Syncs


def sync_again_and_again(folder: Path, seed: int, longest_s: float, *, has_lease: bool) -> None:
    """Fork one sync after the other; most are killed within `longest_s` seconds."""
    chance = random.Random(seed)
    while not (folder / "stop").exists():
        child = os.fork()
        if child == 0:
            sys.stdout = sys.stderr = (folder / "said.log").open("a")
            if has_lease:
                sys.argv = ["sheetdesk", "sync", str(folder)]
                command_line()
            now = datetime.now(UTC)
            with open_desk(folder, now) as opened:
                sync(opened, now=now, wait_s=None)
            os._exit(0)
        if chance.random() < 0.8:
            time.sleep(chance.uniform(0, longest_s))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        with (folder / "ended.log").open("a") as log:
            log.write(f"{os.waitstatus_to_exitcode(status)}\n")


# All of it


def run(
    folder: Path,
    longest_run_s: float,
    seed: int,
    *,
    syncs: int = 1,
    longest_s: float = 1.5,
    has_lease: bool = True,
    enough: tuple[int, int] | None = None,
) -> Report:
    """Let two people and so many syncs loose on a new desk at `folder`, then look at what is left.

    `enough` saves and ended syncs end it before its time.
    """
    team = Team(folder)
    team.now = datetime.now(UTC)
    team.given(FIRST)
    words = [("person", "renames"), ("person", "in-place")]
    words += [("syncs" if has_lease else "bare", str(longest_s))] * syncs
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.flows.kill", *line, str(folder), str(seed + place)], cwd=ROOT
        )
        for place, line in enumerate(words)
    ]
    try:
        until = time.monotonic() + longest_run_s
        while time.monotonic() < until and all(child.poll() is None for child in children):
            happened = [len(_lines(folder / name)) for name in ("typed.log", "ended.log")]
            if enough is not None and all(h >= e for h, e in zip(happened, enough, strict=True)):
                break
            time.sleep(0.1)
    finally:
        (folder / "stop").touch()
        codes = [child.wait(90) for child in children]
    report = settled(team)
    report.wrong += [f"a process of ours ended with {code}" for code in codes if code]
    report.ended = Counter(map(int, _lines(folder / "ended.log")))
    return report


def settled(team: Team) -> Report:
    """Sync until nothing moves, and hold what was typed against the file and the store."""
    report = Report()
    for _ in range(6):
        team.now = datetime.now(UTC)
        (sheet,) = team.sync().sheets
        states = {sheet.state}
        report.unsettled = {conflict.row for conflict in sheet.conflicts}
        if states == {"quiet"}:
            break
    else:
        report.wrong.append(f"it never comes to rest: {states}")
    tab = team.tab()
    shown = [(str(tab.value(row, 0)), tab.value(row, tab.column("Title"))) for row in sorted(tab.rows())[1:]]
    shown = [(name, title) for name, title in shown if name != "None" or title is not None]
    ids = [name for name, _ in shown]
    report.wrong += [f"{name} stands {count} times" for name, count in Counter(ids).items() if count > 1]
    with team.desk() as opened:
        kept = dict(opened.store.table(opened.desk.tickets).frame["title"])
    sheet_has = dict(shown)
    differing = {name for name in {*kept, *sheet_has} if kept.get(name) != sheet_has.get(name)}
    if differing != report.unsettled:
        report.wrong.append(f"{differing} differ, {report.unsettled} are told")
    typed: dict[str, str] = {}
    news: list[str] = []
    for line in _lines(team.folder / "typed.log"):
        who, where, text = line.split("\t")
        report.saves[who] += 1
        if where == "new":
            news.append(text)
        else:
            typed[where] = text
    report.wrong += [
        f"{name}: {text!r} is {sheet_has.get(name)!r}"
        for name, text in typed.items()
        if sheet_has.get(name) != text
    ]
    count = Counter(kept.values())
    report.wrong += [f"new {text!r} is there {count[text]} times" for text in news if count[text] != 1]
    if not team.audit().is_whole:
        report.wrong.append(f"the journal is not whole: {team.audit()}")
    report.tickets, report.entries = len(kept), len(team.entries())
    return report


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


def main() -> None:
    if sys.argv[1] == "person":
        Person(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])).work()
    elif sys.argv[1] in ("syncs", "bare"):
        has_lease = sys.argv[1] == "syncs"
        sync_again_and_again(Path(sys.argv[3]), int(sys.argv[4]), float(sys.argv[2]), has_lease=has_lease)
    else:
        words = argparse.ArgumentParser()
        words.add_argument("--minutes", type=float, default=5)
        words.add_argument("--seed", type=int, default=int(time.time()))
        words.add_argument("--syncs", type=int, default=1)
        words.add_argument("--bare", action="store_true", help="without the lease")
        given = words.parse_args()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            report = run(
                folder / "desk", 60 * given.minutes, given.seed, syncs=given.syncs, has_lease=not given.bare
            )
            said = (folder / "desk" / "said.log").read_text()
        sys.stdout.write(f"seed {given.seed}: {report}\n{said[-2000:] if report.wrong else ''}\n")
        sys.exit(1 if report.wrong else 0)


if __name__ == "__main__":
    main()
