"""`sheetdesk history`: every change of one ticket."""

from __future__ import annotations

from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak


@click.command("history")
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("ticket")
@click.option(
    "--table",
    default="tickets",
    show_default=True,
    type=click.Choice(["tickets", "people", "choices", "rules", "cases"]),
    help="Which table the row stands in.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, ticket: str, table: str, as_json: bool) -> None:
    """Print every journalled change of TICKET, oldest first."""
    from sheetdesk.flows import open_desk
    from sheetdesk.table.tell import describe_entry

    with open_desk(place) as opened:
        speak(opened.desk.locale)
        entries = opened.store.entries([opened.desk.table(table)], row=ticket)
        if as_json:
            echo_json([vars(entry) for entry in entries])
            return
        if not entries:
            say("history_none", ticket=ticket)
            raise click.exceptions.Exit(1)
        for entry in entries:
            click.echo(describe_entry(opened.desk, entry))
