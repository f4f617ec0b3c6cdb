"""What sheetdesk last drew in a workbook, kept to tell whether people have left it alone since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from sheetdesk.errors import PackageBroken, TabTangled
from sheetdesk.plan.plan import SheetPlan
from sheetdesk.sheets.xlsx.archive import Archive
from sheetdesk.sheets.xlsx.package import Package, Part
from sheetdesk.sheets.xlsx.transplant.whole import drawn_alone, transplant
from sheetdesk.whole_file import whole_file

__all__ = ["keep_drawn", "redrawn"]

KEPT = 3


def keep_drawn(fresh: Package, folder: Path, stem: str, number: int) -> None:
    """Keep a package that was drawn as `number`, without the rows of its tables. Raises OSError."""
    parts = {name: part for name, part in fresh.parts.items() if isinstance(part, bytes)}
    folder.mkdir(parents=True, exist_ok=True)
    with whole_file(folder / f"{stem}.{number}.xlsx") as file:
        Package(dict(parts)).write(file)
    own = sorted(_numbers(folder, stem))
    for old in own[:-KEPT]:
        (folder / f"{stem}.{old}.xlsx").unlink(missing_ok=True)


def _numbers(folder: Path, stem: str) -> list[int]:
    found = []
    for file in folder.iterdir():
        number = file.name.removeprefix(f"{stem}.").removesuffix(".xlsx")
        if file.name.startswith(f"{stem}.") and number.isdigit():
            found.append(int(number))
    return found


def redrawn(
    archive: Archive, plan: SheetPlan, fresh: Package, tabs: Collection[str], was: Path
) -> Mapping[str, Part | None]:
    """The parts to change so that the plan's `tabs` (by key) show what `fresh` shows, where people left
    alone what stands in `was`. Tabs that people removed, renamed or changed stay as they are.
    """
    try:
        before = Package.read(was)
    except (FileNotFoundError, PackageBroken):
        return {}
    live = Package({name: _lazily(archive, name) for name in archive.names()})
    titles = [plan.tab(key).title for key in tabs]
    alone = {title: title for title in titles if _is_alone(live, before, title)}
    try:
        return transplant(live, fresh, alone) if alone else {}
    except TabTangled:
        # Something that people made stands on it.
        return {}


def _is_alone(live: Package, before: Package, title: str) -> bool:
    try:
        return drawn_alone(live, before, (title, title))
    except PackageBroken:
        return False


def _lazily(archive: Archive, name: str) -> Part:
    return lambda: [archive.bytes(name)]
