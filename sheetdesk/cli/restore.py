"""`sheetdesk restore`: archived tickets, or rows that vanished from a sheet, brought back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import aligned, echo_json, say, speak


@click.command("restore")
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("tickets", nargs=-1)
@click.option("--vanished", is_flag=True, help="Put back the rows that vanished from a sheet at once.")
@click.option("--sheet", default="", help="With --vanished: the sheet, by key or file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, tickets: tuple[str, ...], vanished: bool, sheet: str, as_json: bool) -> None:
    """Bring archived TICKETS back; without any, list them. The next sync shows them again."""
    from sheetdesk.flows import answer, archived, open_desk, restore

    with open_desk(place) as opened:
        speak(opened.desk.locale)
        if vanished:
            told = answer(opened, "restore", sheet=sheet)
            if as_json:
                echo_json({"sheets": told})
            else:
                say("restoring" if told else "nothing_held", sheets=", ".join(told))
            raise click.exceptions.Exit(0 if told else 1)
        if not tickets:
            gone = archived(opened)
            rows = [(str(name), str(title or "")) for name, title in gone["title"].items()]
            if as_json:
                echo_json([{"ticket": name, "title": title} for name, title in rows])
            else:
                for line in aligned(rows):
                    click.echo(line)
                say("archived", count=len(rows))
            return
        back, unknown = restore(opened, tickets, now=datetime.now(UTC))
    if as_json:
        echo_json({"restored": back, "not_archived": unknown})
    else:
        for name in unknown:
            say("not_archived", ticket=name)
        say("restored", count=len(back))
    if unknown:
        raise click.exceptions.Exit(1)
