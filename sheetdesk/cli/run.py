"""`sheetdesk run`: the rules run over all tickets, and people told."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheetdesk.cli.words import echo_json, say, speak, spoken

if TYPE_CHECKING:
    from sheetdesk.desk.desk import Desk
    from sheetdesk.flows.opening import OpenDesk
    from sheetdesk.flows.running import Ran
    from sheetdesk.flows.telling import Sent


@click.command("run")
@click.argument("place", type=click.Path(path_type=Path), default=Path("."))
@click.option("--dry-run", is_flag=True, help="List what would change and who would be told.")
@click.option("--no-send", is_flag=True, help="Leave the notices in the outbox.")
@click.option("--whole", is_flag=True, help="Reckon the promises of all tickets anew, closed ones too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, dry_run: bool, no_send: bool, whole: bool, as_json: bool) -> None:
    """Run the rules of the desk at PLACE over all its tickets; every sync does so too."""
    from sheetdesk.flows import open_desk
    from sheetdesk.flows.running import run

    now = datetime.now(UTC)
    with open_desk(place) as opened:
        speak(opened.desk.locale)
        ran = run(opened, now=now, dry_run=dry_run, whole=whole)
        sent = None if dry_run or no_send else deliver(opened, now)
        if as_json:
            echo_json({**run_facts(ran), "sent": None if sent is None else vars(sent)})
        else:
            tell_run(opened.desk, ran, in_detail=True)
            if dry_run:
                say("would")
            if sent is not None:
                tell_sent(sent)
    raise click.exceptions.Exit(3 if sent is not None and sent.errors else 1 if ran.needs_people else 0)


def deliver(opened: OpenDesk, now: datetime) -> Sent:
    """Send what is due, with the secrets of this environment."""
    from sheetdesk.flows.telling import send_notices

    return send_notices(opened, now=now, environment=os.environ)


def tell_run(desk: Desk, ran: Ran, *, in_detail: bool) -> None:
    """What the rules did, row by row where asked for; then one line with the sums."""
    if in_detail:
        for line in _lines(desk, ran):
            click.echo(line)
    for problem in ran.outcome.problems:
        kind = desk.locale.section("problem").get(problem.kind, problem.kind)
        click.echo(f"? {problem.ticket}  {kind}: {problem.expected}")
    for key, failure in ran.outcome.failures.items():
        click.echo(spoken("run_failed", rule=key), err=True)
        click.echo(failure.rstrip("\n"), err=True)
    for calendar, years in ran.outcome.years.items():
        click.echo(spoken("run_years", calendar=calendar, years=", ".join(map(str, years))), err=True)
    if not (ran.changes or ran.told or ran.left):
        if in_detail:
            say("run_quiet")
        return
    rules = {ruled.rule for ruled in ran.changes}
    say("run_sum", changes=len(ran.changes), rules=len(rules), notices=len(ran.told), left=len(ran.left))


def _lines(desk: Desk, ran: Ran) -> Iterable[str]:
    from sheetdesk.table.tell import shown

    for ruled in ran.changes:
        change = ruled.change
        title = desk.column(change.column).title
        before, after = (shown(desk, desk.tickets, change.column, v) for v in (change.before, change.after))
        yield f"~ {change.row}  {title}  {before} → {after}  ({ruled.rule})"
    for left in ran.left:
        title = desk.column(left.change.column).title
        reason = spoken(f"run_left_{left.why}", by=left.by)
        yield f"= {left.change.row}  {title}  {reason}  ({left.rule})"
    for notice in ran.told.values():
        yield spoken("run_notice", to=notice["to"]["key"], ticket=notice["ticket"], rule=notice["title"])


def tell_sent(sent: Sent) -> None:
    """Which messages went out, and what is wrong with a channel."""
    for channel, whom, title in sent.sent:
        say("sent_to", to=whom, title=title, channel=channel)
    for error in sent.errors:
        click.echo(error, err=True)
    if sent.sent or sent.later or sent.failed or sent.dead:
        say("sent", count=len(sent.sent), later=sent.later, failed=sent.failed, dead=sent.dead)


def run_facts(ran: Ran) -> dict[str, Any]:
    """The run as JSON."""
    return {
        "run": ran.run,
        "changes": [{"rule": ruled.rule, **vars(ruled.change)} for ruled in ran.changes],
        "left": [
            {"rule": left.rule, "why": left.why, "by": left.by, **vars(left.change)} for left in ran.left
        ],
        "notices": list(ran.told.values()),
        "problems": [vars(problem) for problem in ran.outcome.problems],
        "failures": ran.outcome.failures,
        "uncertain_years": dict(ran.outcome.years),
        "fired": ran.outcome.fired,
    }
