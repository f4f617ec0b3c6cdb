"""`sheetdesk undo`: a run taken back by a new change."""

from __future__ import annotations

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
    """Take back everything that RUN changed, but for what has changed since."""
    from sheetdesk.flows import open_desk, undo

    with open_desk(place) as opened:
        speak(opened.desk.locale)
        undone = undo(opened, run, now=datetime.now(UTC), dry_run=dry_run)
    if as_json:
        echo_json({"run": run, "changes": undone.count, "moved": [list(cell) for cell in undone.moved]})
    elif not undone.count and not undone.moved:
        say("nothing_to_undo", run=run)
    else:
        for row, column in undone.moved:
            say("moved_since", row=row, column=column)
        say("undone", run=run, count=undone.count)
        if dry_run:
            say("would")
    if not undone.count or undone.moved:
        raise click.exceptions.Exit(1)
