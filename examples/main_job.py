"""The main job from Python: a desk file, tickets from wherever they are, the workbook.

    python examples/main_job.py it-service desk incidents.csv.gz
    python examples/main_job.py examples/rental.yaml desk workorders.csv --mapping export

Prints what came in, what it cost, and where the workbook is. Run again, it updates.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import sheetdesk


def desk_folder(start: str, folder: Path) -> Path:
    """The desk file in `folder`: kept if it is there, else from a template or another desk file."""
    path = folder / "desk.yaml"
    if path.exists():
        return path
    if start.endswith((".yaml", ".yml")):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(start, path)
        return path
    return sheetdesk.new_desk(start, folder)


def main_job(
    start: str, folder: Path, files: list[Path], mapping: str = "", now: datetime | None = None
) -> Path:
    """Import the files into the desk in `folder` and build its workbook; the workbook's path."""
    moment = now or datetime.now(UTC)
    with sheetdesk.open_desk(desk_folder(start, folder), moment) as opened:
        options = sheetdesk.ImportOptions(mapping=opened.desk.import_mapping(mapping), add_choices=True)
        for file in files:
            counts = sheetdesk.import_tickets(opened, file, options, now=moment).plan.counts
            print(f"{file.name}: {counts.added} added, {counts.updated} updated, {counts.aside} set aside")
    # Opened again, because the import may have added choices.
    with sheetdesk.open_desk(folder, moment) as opened:
        built = sheetdesk.build(opened, now=moment, force=True)
    print(f"{built.path}: {built.tickets} tickets, {len(built.problems)} cells to look at")
    return built.path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("start", help="a template's name or a desk file")
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--mapping", default="")
    given = parser.parse_args()
    main_job(given.start, given.folder, given.files, given.mapping)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.process_time():.1f} s of CPU, {peak_mb:.0f} MB at most")
