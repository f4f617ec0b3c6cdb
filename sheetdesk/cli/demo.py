"""`sheetdesk demo`: something to look at in one command."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak, spoken, spoken_locale

TICKETS = 300
TICKETS_AT_GOOGLE = 60
"""Fewer, since the local Google Sheets works out every formula by itself."""


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("sheetdesk-demo"))
@click.option("--template", default="it-service", show_default=True, help="Which template.")
@click.option("--lang", "locale", help="en or zh; the environment's language by default.")
@click.option("--tickets", "count", type=click.IntRange(0, 200_000),
              help=f"How many; by default {TICKETS}, with --google {TICKETS_AT_GOOGLE}.")  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same tickets.")
@click.option("--google", is_flag=True,
              help="Put the sheet into a local Google Sheets, let people work in it, and sync it; "
                   "no account, no network.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535),
              help="With --google: where to listen on 127.0.0.1; any free port by default.")  # fmt: skip
@click.option("--rounds", type=click.IntRange(0),
              help="With --google: end after so many looks at what you type; else at Ctrl-C.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and end.")
def command(
    folder: Path, template: str, locale: str | None, count: int | None, seed: int, google: bool,
    port: int | None, rounds: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Make a desk with made-up tickets in FOLDER, build its workbook, and say what to try.

    With --google: publish it to a local Google Sheets, show what sync makes of people's work there, and
    go on syncing what you type on its page.
    """
    language = locale or spoken_locale()
    if google:
        from sheetdesk.cli.demo_google import show

        if rounds is None and (as_json or not sys.stdout.isatty()):
            rounds = 0
        amount = TICKETS_AT_GOOGLE if count is None else count
        show(folder, template=template, locale=language, count=amount, seed=seed, port=port or 0,
             rounds=rounds, as_json=as_json)  # fmt: skip
        return
    if port is not None or rounds is not None:
        raise click.UsageError(spoken("demo_google_only"))
    _workbook(folder, template, language, TICKETS if count is None else count, seed, as_json=as_json)


def _workbook(folder: Path, template: str, locale: str, count: int, seed: int, *, as_json: bool) -> None:
    from sheetdesk import flows
    from sheetdesk.desk.template import read_desk

    built, counts = flows.demo(
        folder, template=template, locale=locale, count=count, seed=seed, now=datetime.now(UTC)
    )
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
