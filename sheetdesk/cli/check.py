"""`sheetdesk check`: every mistake of a desk file at once."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak


@click.command("check")
@click.argument("place", type=click.Path(path_type=Path), default=Path("."))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, as_json: bool) -> None:
    """Check the desk file at PLACE, a folder or a file, and list every mistake with its line."""
    from sheetdesk.errors import DeskInvalid
    from sheetdesk.flows import desk_path
    from sheetdesk.flows.checking import check_desk, unwritten

    path = desk_path(place)
    try:
        desk = check_desk(path)
    except DeskInvalid as error:
        if not as_json:
            raise
        echo_json({"desk": path, "complaints": [vars(complaint) for complaint in error.complaints]})
        sys.exit(error.exit_code)
    speak(desk.locale)
    missing = unwritten(desk)
    if as_json:
        hints = [{"column": column, "rule": rule} for column, rule in missing]
        echo_json({"desk": path, "complaints": [], "hints": hints})
        return
    say(
        "check_ok", path=path, columns=len(desk.tickets.columns), roles=len(desk.roles),
        policies=len(desk.sla), rules=len(desk.rules), reports=len(desk.reports),
    )  # fmt: skip
    for column, rule in missing:
        say("check_unwritten", column=column, rule=rule)
