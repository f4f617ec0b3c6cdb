"""Conflicted copies: what a cloud folder puts beside a file when two people saved it at a time.

Only names are looked at, and a name proves nothing: `tickets (1).xlsx` may as well be a download.
Whether a copy is one of this desk's is for its stamp to say. Nothing is opened or changed here.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Copy", "conflicted_copies"]

# What the word for "conflict" starts with in the languages of the cloud programs.
CONFLICT = r"(?:conflic?t|konflikt|конфликт|冲突|衝突|競合|問題のあるコピー|충돌|çakış)"
TIME = r"\d{4}-?\d\d-?\d\d[ -]?\d{4,6}"

PATTERNS = {
    # tickets.sync-conflict-20261122-101112-ABCDEFG.xlsx
    "Syncthing": rf"\.sync-conflict-{TIME}(?:-[A-Z0-9]{{7}})?",
    # tickets (conflicted copy 2026-11-22 101112).xlsx, also with the user's name before the time
    "Nextcloud": rf" \(conflicted copy (?:[^()]+ )?{TIME}\)|_conflict-{TIME}",
    # tickets(某某的冲突副本1_2026-11-22 10-11-12).xlsx; Dropbox in Chinese says nearly the same
    "Nutstore, WPS": r" ?[(（].*的[冲衝]突副本.*[)）]",
    # tickets (Ann's conflicted copy 2026-11-22).xlsx, in the language of whoever was late
    "Dropbox": rf" ?[(（\[].*{CONFLICT}.*[)）\]](?: \(\d+\))?",
    # tickets (1).xlsx
    "Google Drive": r" ?[(（]\d{1,3}[)）]",
    # tickets 2.xlsx
    "iCloud": r" \d{1,2}",
    # tickets-HOST.xlsx, tickets-HOST-2.xlsx; the computer's name may hold spaces and any letters
    "OneDrive": r"-[^\W_][^\\/()（）\[\]]{0,62}",
}
"""Who names copies so, and what stands between the file's stem and its ending; the first to fit wins."""

FORMS = {maker: re.compile(pattern, re.IGNORECASE) for maker, pattern in PATTERNS.items()}


@dataclass(frozen=True)
class Copy:
    """A file that may be a conflicted copy. `made_by` is the program that names its copies so."""

    path: Path
    made_by: str


def conflicted_copies(path: Path, known: Collection[Path] = ()) -> list[Copy]:
    """The files beside `path` that a cloud folder may have made of it, by name.

    `known` files, such as the copies for roles, are left out, and so are the copies of those. Links,
    folders and hidden files are none. Raises OSError when the folder cannot be listed.
    """
    name = _plain(path.name)
    beside = os.path.abspath(path.parent)
    others = {_plain(file.name) for file in known if os.path.abspath(file.parent) == beside} - {name}
    found = []
    for file in path.parent.iterdir():
        plain = _plain(file.name)
        maker = _maker(name, plain)
        if maker is None or plain in others or any(_is_nearer(name, other, plain) for other in others):
            continue
        if stat.S_ISREG(file.lstat().st_mode):
            found.append(Copy(file, maker))
    return sorted(found, key=lambda copy: copy.path.name)


def _maker(name: str, other: str) -> str | None:
    """Whose way of naming makes `other` of `name`; None when nobody's does."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    if not (other.startswith(stem) and other.endswith(ending)) or len(other) <= len(name):
        return None
    middle = other[len(stem) : len(other) - len(ending)]
    return next((maker for maker, form in FORMS.items() if form.fullmatch(middle)), None)


def _is_nearer(name: str, known: str, copy: str) -> bool:
    """Whether `copy` is one of `known`, whose name goes on from `name`."""
    return len(known) > len(name) and _maker(known, copy) is not None


def _plain(name: str) -> str:
    """The name in one way of writing: drives differ in how they keep accents and capitals."""
    return unicodedata.normalize("NFC", name).casefold()
