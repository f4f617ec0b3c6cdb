"""`sheetdesk forget`: a copy that is to be synced no more."""

from __future__ import annotations

from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak


@click.command("forget")
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("sheet")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, sheet: str, as_json: bool) -> None:
    """Sync SHEET, a copy by its key or file, no more. Its file stays as it is; `build` makes a new one."""
    from sheetdesk.flows import forget, open_desk

    with open_desk(place) as opened:
        speak(opened.desk.locale)
        key = forget(opened, sheet)
    if as_json:
        echo_json({"forgotten": key})
    else:
        say("forgotten", sheet=key)
