"""`sheetdesk import`: tickets from a file."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak

MOST_JUMPS = 10


def _pairs(values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        theirs, sign, ours = value.rpartition("=")
        if not sign or not theirs:
            raise click.BadParameter(f"'{value}' must be THEIR TITLE=column", param_hint="--map")
        pairs[theirs.strip()] = ours.strip()
    return pairs


@click.command("import")
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="'TITLE=column'",
    help="Their column is ours; `=-` drops it.",
)
@click.option("--mapping", default="", help="A mapping of the desk file's `imports:`.")
@click.option("--tab", default="", help="Which tab of a workbook; by default the one with most data.")
@click.option(
    "--day-first/--month-first",
    "day_first",
    default=None,
    help="How to read 03/04/2026 where the file does not tell.",
)
@click.option("--add-choices", is_flag=True, help="Take unknown values into the drop-down lists.")
@click.option("--keep-good", is_flag=True, help="Take a ticket over without its unreadable cells.")
@click.option("--history", is_flag=True, help="The file is an event log: one row a change.")
@click.option("--dry-run", is_flag=True, help="Show the mapping and the counts; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    place: Path,
    files: tuple[Path, ...],
    pairs: tuple[str, ...],
    mapping: str,
    tab: str,
    day_first: bool | None,
    add_choices: bool,
    keep_good: bool,
    history: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take tickets over from FILES into the desk at PLACE; the same file again updates, never doubles."""
    from sheetdesk import flows
    from sheetdesk.intake.describe import describe
    from sheetdesk.intake.options import ImportOptions

    results = []
    with flows.open_desk(place) as opened:
        speak(opened.desk.locale)
        options = ImportOptions(
            mapping=opened.desk.import_mapping(mapping), columns=_pairs(pairs), day_first=day_first,
            add_choices=add_choices, keep_good=keep_good, history=history,
        )  # fmt: skip
        for file in files:
            done = flows.import_tickets(
                opened, file, options, now=datetime.now(UTC), dry_run=dry_run, tab=tab,
                progress=None if as_json or not sys.stderr.isatty() else _progress,
            )  # fmt: skip
            results.append(done)
            if as_json:
                continue
            click.echo(str(file))
            for line in describe(done.plan, opened.desk):
                click.echo(line)
            say("imported", **vars(done.plan.counts))
            for jump in done.jumps[:MOST_JUMPS]:
                click.echo(f"! {jump.ticket}  {jump.raw}  {jump.expected}")
            if len(done.jumps) > MOST_JUMPS:
                say("more_jumps", count=len(done.jumps) - MOST_JUMPS)
            if done.aside is not None:
                say("aside", path=done.aside)
            if dry_run:
                say("would")
            elif done.plan.counts.added or done.plan.counts.updated:
                say("undo_hint", folder=place, run=done.run)
    if as_json:
        echo_json([
            {"file": file, "run": done.run, "dry_run": dry_run, **vars(done.plan.counts),
             "matching": [vars(match) for match in done.plan.matching], "notes": done.plan.notes,
             "aside_file": done.aside, "jumps": [vars(jump) for jump in done.jumps]}
            for file, done in zip(files, results, strict=True)
        ])  # fmt: skip
    if any(done.plan.aside for done in results):
        raise click.exceptions.Exit(1)


def _progress(done: int, total: int) -> None:
    click.echo(f"\r{done:,} / {total:,}", nl=done >= total, err=True)
