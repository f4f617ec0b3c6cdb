"""`sheetdesk explain`: why a ticket is due when it is, and why its owner got it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak


@click.command("explain")
@click.argument("words", nargs=-1, required=True, metavar="[PLACE] TICKET")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(words: tuple[str, ...], as_json: bool) -> None:
    """Print which promise holds for TICKET, how its due times come about interval by interval, what they
    are told from, and why a rule chose its owner. PLACE is the folder of the desk, this one by default.
    """
    from sheetdesk.flows import open_desk
    from sheetdesk.flows.explaining import explain, tell_explained

    if len(words) > 2:
        raise click.UsageError("one ticket at a time: [PLACE] TICKET")
    place, ticket = (Path("."), words[0]) if len(words) == 1 else (Path(words[0]), words[1])
    now = datetime.now(UTC)
    with open_desk(place) as opened:
        speak(opened.desk.locale)
        try:
            told = explain(opened, ticket, now=now)
        except KeyError:
            say("explain_none", ticket=ticket)
            raise click.exceptions.Exit(1) from None
        if as_json:
            echo_json(
                {
                    "ticket": ticket,
                    "policy": asdict(told.chosen),
                    "promises": [
                        {key: None if value != value else value for key, value in row.items()}
                        for row in told.standings.to_dict("records")
                    ],
                    "owner": None if told.reason is None else asdict(told.reason),
                }
            )
            return
        for line in tell_explained(opened.desk, told):
            click.echo(line)
