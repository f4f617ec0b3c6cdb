"""`sheetdesk undo`: a run or a single change taken back by a new change."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak


@click.command("undo")
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("run")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken back.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, run: str, dry_run: bool, as_json: bool) -> None:
    """Take back everything that RUN changed, but for what has changed since.

    RUN may be the number of a single change as `history` and `log` print it: 12 or '#12'.
    """
    from sheetdesk.flows import open_desk, undo, undo_entry

    number = re.fullmatch(r"#?([0-9]{1,18})", run)

    run = f"#{number[1]}" if number else run
    with open_desk(place) as opened:
        speak(opened.desk.locale)
        now = datetime.now(UTC)
        if number:
            undone = undo_entry(opened, int(number[1]), now=now, dry_run=dry_run)
        else:
            undone = undo(opened, run, now=now, dry_run=dry_run)
    if as_json:
        echo_json({"run": run, "changes": undone.count, "moved": [list(cell) for cell in undone.moved]})
    elif not undone.count and not undone.moved:
        if number:
            say("no_entry", entry=run)
        else:
            say("nothing_to_undo", run=run)
    else:
        for row, column in undone.moved:
            say("moved_since", row=row, column=column)
        say("undone", run=run, count=undone.count)
        if dry_run:
            say("would")
    if not undone.count or undone.moved:
        raise click.exceptions.Exit(1)
