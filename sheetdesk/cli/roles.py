"""`sheetdesk roles`: the matrix of rights, what changed in it, and statements held against it."""

from __future__ import annotations

from pathlib import Path

import click

from sheetdesk.cli.words import aligned, echo_json, say, speak


@click.command("roles")
@click.argument("place", type=click.Path(path_type=Path), default=Path("."))
@click.option(
    "--diff", "old", type=click.Path(path_type=Path), help="What changed against another desk file."
)
@click.option(
    "--test",
    "tests",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of statements that must hold.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, old: Path | None, tests: Path | None, as_json: bool) -> None:
    """Print what each role of the desk at PLACE may see and do."""
    from sheetdesk.desk.template import read_desk
    from sheetdesk.flows import desk_path
    from sheetdesk.table.access import matrix_rows
    from sheetdesk.table.rights import diff_rights, failed_statements, read_statements

    desk = read_desk(desk_path(place))
    speak(desk.locale)
    if tests is not None:
        statements = read_statements(tests.read_text("utf-8-sig", "replace"), desk)
        failures = failed_statements(desk, statements)
        if as_json:
            echo_json({"statements": len(statements), "failures": failures})
        else:
            for failure in failures:
                click.echo(f"× {failure}")
            if failures:
                say("roles_failed", count=len(failures), total=len(statements))
            else:
                say("roles_passed", total=len(statements))
        raise click.exceptions.Exit(1 if failures else 0)
    if old is not None:
        changes = diff_rights(read_desk(desk_path(old)), desk)
        if as_json:
            echo_json([vars(change) for change in changes])
            return
        for change in changes:
            click.echo(f"~ {change.role}  {change.right}  {change.before} → {change.after}")
        if not changes:
            say("roles_same")
        return
    rows = matrix_rows(desk, desk.roles)
    if as_json:
        keys = [role.key for role in desk.roles]
        echo_json({right: dict(zip(keys, marks, strict=True)) for right, marks in rows})
        return
    head = ["", *(role.title for role in desk.roles)]
    for line in aligned([head, *([right, *marks] for right, marks in rows)]):
        click.echo(line)
