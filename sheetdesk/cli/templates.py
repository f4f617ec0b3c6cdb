"""`sheetdesk templates`: what one can start from."""

from __future__ import annotations

import click

from sheetdesk.cli.words import aligned, echo_json, say


@click.command("templates")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """List the templates: name, language, what for."""
    from sheetdesk.desk.template import parse_desk, templates

    found = []
    for name, text in templates().items():
        desk = parse_desk(text, name)
        short, _, locale = name.partition(".")
        found.append(
            {"name": short, "locale": locale, "title": desk.name, "columns": len(desk.tickets.columns)}
        )
    if as_json:
        echo_json(found)
        return
    for line in aligned([[str(f["name"]), str(f["locale"]), str(f["title"])] for f in found]):
        click.echo(line)
    say("templates_hint")
