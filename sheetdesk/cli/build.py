"""`sheetdesk build`: the workbook, or a copy of it for somebody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak


@click.command("build")
@click.argument("place", type=click.Path(path_type=Path), default=Path("."))
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.option("--role", help="A copy with only what this role may see, locked but for what it may edit.")
@click.option("--person", help="A copy for one person of the desk file.")
@click.option("--view", help="Only the tickets and columns of this view.")
@click.option("--sheet", help="Another sheet of the desk file, by its key.")
@click.option("--force", is_flag=True, help="Write over a changed file; the old one is kept beside it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    place: Path,
    out: Path | None,
    role: str | None,
    person: str | None,
    view: str | None,
    sheet: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the workbook of the desk at PLACE, or a copy for a role, a person or a view."""
    from sheetdesk.flows import build, open_desk

    with open_desk(place) as opened:
        speak(opened.desk.locale)
        built = build(
            opened,
            now=datetime.now(UTC),
            out=out,
            role=role,
            person=person,
            view=view,
            sheet=sheet,
            force=force,
        )
        title = opened.desk.locale.text("tables.problems.title")
    if as_json:
        problems = [vars(problem) for problem in built.problems]
        echo_json(
            {
                "path": built.path,
                "tickets": built.tickets,
                "problems": problems,
                "backup": built.backup,
                **({"link": built.link} if built.link else {}),
            }
        )
        return
    say("built", path=built.link or built.path, tickets=built.tickets)
    if built.backup is not None:
        say("backup", path=built.backup)
    if built.problems:
        say("problems", count=len(built.problems), tab=title)
