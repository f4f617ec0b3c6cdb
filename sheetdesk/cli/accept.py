"""`sheetdesk accept`: rows that vanished in great number were meant to."""

from __future__ import annotations

from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak


@click.command("accept")
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--sheet", default="", help="The sheet, by key or file; without it, every sheet that waits.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, sheet: str, as_json: bool) -> None:
    """Say that the rows which vanished from a sheet at once shall be archived; the next sync does it."""
    from sheetdesk.flows import answer, open_desk

    with open_desk(place) as opened:
        speak(opened.desk.locale)
        told = answer(opened, "accept", sheet=sheet)
    if as_json:
        echo_json({"sheets": told})
    elif told:
        say("accepted", sheets=", ".join(told))
    else:
        say("nothing_held")
    if not told:
        raise click.exceptions.Exit(1)
