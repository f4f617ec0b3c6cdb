"""`sheetdesk log`: the journal of all tables, or its runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from sheetdesk.cli.words import aligned, echo_json, say, speak, spoken

if TYPE_CHECKING:
    from sheetdesk.flows.journal import Run


@click.command("log")
@click.argument("place", type=click.Path(path_type=Path))
@click.option(
    "--since", metavar="WHEN", help="From then on: a date, with a time or not, or an age: 30m, 2h, 3d."
)
@click.option("--until", metavar="WHEN", help="Up to then.")
@click.option("--by", default="", help="Only by those whose name holds this.")
@click.option(
    "--table",
    type=click.Choice(["tickets", "people", "choices", "rules", "cases"]),
    help="Only this table.",
)
@click.option("--run", default="", help="Only this run.")
@click.option("--limit", type=click.IntRange(0), help="Only the last so many.")
@click.option("--runs", is_flag=True, help="List the runs instead of the changes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    place: Path,
    since: str | None,
    until: str | None,
    by: str,
    table: str | None,
    run: str,
    limit: int | None,
    runs: bool,
    as_json: bool,
) -> None:
    """Print what was changed in the desk at PLACE, oldest first, each change with its number."""
    from sheetdesk.flows import open_desk
    from sheetdesk.flows.journal import moment_of, read_log, read_runs
    from sheetdesk.table.tell import describe_entry

    if runs and (table or run):
        raise click.UsageError("--runs goes with neither --table nor --run.")
    now = datetime.now(UTC)
    with open_desk(place) as opened:
        desk = opened.desk
        speak(desk.locale)

        def moment(option: str, text: str | None, *, is_end: bool = False) -> datetime | None:
            try:
                return None if text is None else moment_of(text, now, desk.zone, is_end=is_end)
            except (ValueError, OverflowError) as error:
                raise click.BadParameter(spoken("when", text=text), param_hint=option) from error

        first, last = moment("--since", since), moment("--until", until, is_end=True)
        if runs:
            found = read_runs(opened, since=first, until=last, by=by, limit=limit)
            lines = aligned([_told(one, desk.zone) for one in found])
            facts = [vars(one) for one in found]
        else:
            entries = read_log(
                opened, since=first, until=last, by=by, table=table or "", run=run, limit=limit
            )
            lines = [describe_entry(desk, entry) for entry in entries]
            facts = [vars(entry) for entry in entries]
    if as_json:
        echo_json(facts)
        return
    for line in lines:
        click.echo(line)
    if not lines:
        say("log_none")


def _told(run: Run, zone: ZoneInfo) -> tuple[str, ...]:
    return f"{run.moment.astimezone(zone):%Y-%m-%d %H:%M}", run.run, run.by, run.why, str(run.count)
