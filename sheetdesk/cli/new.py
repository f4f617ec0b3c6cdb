"""`sheetdesk new`: a desk folder from a template."""

from __future__ import annotations

from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, spoken_locale


def _names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from sheetdesk.desk.template import templates

    names = dict.fromkeys(name.partition(".")[0] for name in templates())
    return [name for name in names if name.startswith(incomplete)]


@click.command("new")
@click.argument("template", shell_complete=_names)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--lang", "locale", help="Language of the template: en or zh.")
@click.option("--name", help="The desk's name.")
@click.option("--zone", help="The desk's time zone, such as Europe/London.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    template: str, folder: Path, locale: str | None, name: str | None, zone: str | None, as_json: bool
) -> None:
    """Start a desk in FOLDER from TEMPLATE (see `sheetdesk templates`)."""
    from sheetdesk.flows import new_desk

    path = new_desk(template, folder, locale=locale or spoken_locale(), name=name, zone=zone)
    if as_json:
        echo_json({"desk": path})
        return
    say("created", path=path, template=template)
    say("new_next", folder=folder)
