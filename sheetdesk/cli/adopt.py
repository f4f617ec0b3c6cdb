"""`sheetdesk adopt`: a ticket sheet that a team already has, taken over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.sync import sheet_facts, trouble_lines
from sheetdesk.cli.words import echo_json, machine_zone, say, speak


@click.command("adopt")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--tab", default="", help="The tab with the tickets, where several could be meant.")
@click.option("--name", default="", help="The desk's name; the file's by default.")
@click.option("--lang", help="en or zh; by default as the titles are written.")
@click.option("--zone", default="", help="The time zone of its times; this machine's by default.")
@click.option("--dry-run", is_flag=True, help="Only print the desk file that would be made.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    file: Path,
    folder: Path | None,
    tab: str,
    name: str,
    lang: str | None,
    zone: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make a desk in FOLDER (by default a folder beside it) for the ticket sheet FILE and read it in.

    The desk file is proposed from titles, validation, protection and cells; look through it. In FILE
    an ID column is added where it has none, and a hidden tab; nothing else is changed.
    """
    from sheetdesk.desk.template import read_desk
    from sheetdesk.flows import adopt

    place = folder or file.with_name(f"{file.stem}-desk")
    done = adopt(
        file,
        place,
        now=datetime.now(UTC),
        name=name,
        locale=lang,
        zone=zone or machine_zone(),
        tab=tab,
        dry_run=dry_run,
    )
    proposal = done.proposal
    if as_json:
        echo_json(
            {
                "file": done.path, "folder": done.folder, "tab": proposal.tab, "columns": proposal.columns,
                "left_out": proposal.left_out, "added": proposal.added, "has_ids": proposal.has_ids,
                "notes": proposal.notes, "text": proposal.text, "tickets": done.tickets,
                "sheet": sheet_facts(done.sheet) if done.sheet else None,
            }
        )  # fmt: skip
        return
    if done.sheet is None:
        click.echo(proposal.text)
        say("would")
        return
    desk = read_desk(done.folder / "desk.yaml")
    speak(desk.locale)
    for note in proposal.notes:
        click.echo(f"- {note}")
    for line in trouble_lines(desk, done.sheet):
        click.echo(line)
    say("adopted", path=done.path, tickets=done.tickets, folder=done.folder)
    say("adopted_next", folder=done.folder)
    if done.sheet.error is not None:
        raise click.exceptions.Exit(done.sheet.error.exit_code)
