"""`sheetdesk demo`: something to look at in one command."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak, spoken_locale


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("sheetdesk-demo"))
@click.option("--template", default="it-service", show_default=True, help="Which template.")
@click.option("--lang", "locale", help="en or zh; the environment's language by default.")
@click.option("--tickets", "count", default=300, show_default=True, type=click.IntRange(0, 200_000))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same tickets.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(folder: Path, template: str, locale: str | None, count: int, seed: int, as_json: bool) -> None:
    """Make a desk with made-up tickets in FOLDER, build its workbook, and say what to try."""
    from sheetdesk import flows
    from sheetdesk.desk.template import read_desk

    built, counts = flows.demo(
        folder, template=template, locale=locale or spoken_locale(), count=count, seed=seed,
        now=datetime.now(UTC),
    )  # fmt: skip
    desk = read_desk(folder / flows.DESK_FILE)
    if as_json:
        echo_json({"folder": folder, "path": built.path, **counts})
        return
    speak(desk.locale)
    say("demo_made", folder=folder, tickets=counts["tickets"], people=counts["people"])
    say("demo_open", path=built.path)
    say("demo_next")
    with flows.open_desk(folder) as opened:
        ids = opened.store.table(desk.tickets).frame.index
    roles = [role.key for role in desk.roles]
    facts = {"folder": folder, "role": roles[-1], "ticket": ids[-1] if len(ids) else "ID"}
    for key in ("demo_1", "demo_2", "demo_3", "demo_4"):
        click.echo("  ", nl=False)
        say(key, **facts)
