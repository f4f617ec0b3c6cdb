"""Programs that save one shared file at the same time: two people's, and ours that replaces it.

`python -m tests.sheets.xlsx.savers WHO FOLDER SEED` runs one until there is a file `stop` in the folder.
Each notes every save that it finished as a line in `WHO.log`; what a person's save wrote over is kept
under `overwritten/`, what ours displaced under `kept/`.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sheetdesk.errors import PackageBroken, SheetBusy
from sheetdesk.sheets.xlsx.replace import archive, exchange, leftovers, prepare, recover
from sheetdesk.sheets.xlsx.stable import read_stable
from sheetdesk.sheets.xlsx.swap import Swap, move, swap, swap_by_moves, trade

__all__ = ["book", "digest", "settle_ours"]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def book(text: str, filling: int = 0) -> bytes:
    """A whole zip that says `text`, made larger by bytes that do not pack; the same at any time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(zipfile.ZipInfo("xl/workbook.xml"), f"<workbook>{text}</workbook>")
        parts.writestr(zipfile.ZipInfo("xl/filling"), random.Random(text).randbytes(filling))
    return file.getvalue()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Saver:
    """One program: its folder, its own chance, its log."""

    def __init__(self, who: str, folder: Path, seed: int) -> None:
        self.who, self.folder = who, folder
        self.path = folder / "tickets.xlsx"
        self.chance = random.Random(seed)
        self.number = seed * 1_000_000

    def next_book(self) -> bytes:
        self.number += 1
        return book(f"{self.who} {self.number}", self.chance.randrange(30_000))

    def note(self, line: str) -> None:
        with (self.folder / f"{self.who}.log").open("a") as log:
            log.write(f"{line}\n")

    def rest(self, longest_s: float) -> None:
        time.sleep(self.chance.uniform(0, longest_s))

    def run(self, save: Callable[[], None]) -> None:
        while not (self.folder / "stop").exists():
            save()

    def by_rename(self) -> None:
        """As Excel saves: a new file, then its name. A trade of names shows what was written over."""
        content = self.next_book()
        part = self.folder / f"{self.who}.tmp"
        part.write_bytes(content)
        over = self.folder / "overwritten" / f"{self.who}-{self.number}"
        while True:
            try:
                trade(part, self.path)
                os.rename(part, over)
                break
            except FileNotFoundError:
                try:
                    move(part, self.path)
                    break
                except FileExistsError:
                    continue
        self.note(digest(content))
        self.rest(0.01)

    def in_place(self) -> None:
        """As simpler programs save: the file emptied and written anew, in two goes."""
        content = self.next_book()
        try:
            with self.path.open("r+b", buffering=0) as file:
                over = file.read()
                (self.folder / "overwritten" / f"{self.who}-{self.number}").write_bytes(over)
                file.seek(0)
                file.truncate()
                file.write(content[: len(content) // 2])
                self.rest(0.004)
                file.write(content[len(content) // 2 :])
        except FileNotFoundError:
            return
        self.note(digest(content))
        self.rest(0.01)

    def replace(self, swapping: Swap) -> None:
        """As a sync does: read, write the next version, exchange, look at what was displaced."""
        try:
            seen = read_stable(self.path, time.sleep)
        except (SheetBusy, PackageBroken, FileNotFoundError):
            return
        content = self.next_book()
        self.rest(0.004)
        ready = prepare(self.path, lambda file: file.write(content), f"p{os.getpid()}n{self.number}")
        try:
            old = exchange(self.path, ready, swapping)
        except SheetBusy:
            self.note("busy")
            settle_ours(self.path)
            return
        if old is not None:
            displaced = digest(old.read_bytes())
            archive(self.path, old, NOON, self.folder / "kept")
            self.note("expected" if displaced == seen.digest else "newer")


def settle_ours(path: Path) -> None:
    """What every run does first."""
    for file in recover(path).displaced:
        archive(path, file, NOON, path.parent / "kept")
    assert leftovers(path) == leftovers(path.with_name("no such file"))


def main(who: str, folder: Path, seed: int) -> None:
    saver = Saver(who, folder, seed)

    def slow_trade(one: Path, other: Path) -> None:
        trade(one, other)
        saver.rest(0.002)

    def by_trade(ready: Path, place: Path, old: Path) -> bool:
        return swap(ready, place, old, slow_trade)

    def by_moves(ready: Path, place: Path, old: Path) -> bool:
        return swap_by_moves(ready, place, old, between=lambda: saver.rest(0.002))

    def die() -> None:
        os.kill(os.getpid(), 9)

    def die_after_trade(ready: Path, place: Path, old: Path) -> bool:
        trade(ready, place)
        die()
        return True

    def die_between_moves(ready: Path, place: Path, old: Path) -> bool:
        return swap_by_moves(ready, place, old, between=die)

    def die_before(ready: Path, place: Path, old: Path) -> bool:
        die()
        return True

    swaps: dict[str, Swap] = {
        "trading": by_trade,
        "moving": by_moves,
        "dies-after-trade": die_after_trade,
        "dies-between-moves": die_between_moves,
        "dies-before-swap": die_before,
    }
    if who in swaps:
        settle_ours(saver.path)
        saver.run(lambda: saver.replace(swaps[who]))
    elif who == "renaming":
        saver.run(saver.by_rename)
    elif who == "in-place":
        saver.run(saver.in_place)
    else:
        raise SystemExit(f"who is {who}?")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
