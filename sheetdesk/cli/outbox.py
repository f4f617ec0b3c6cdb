"""`sheetdesk outbox`: notices that wait, those that were given up, and sending them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetdesk.cli.run import deliver, tell_sent
from sheetdesk.cli.words import aligned, echo_json, say, speak

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sheetdesk.store.outbox import KeptNotice


@click.command("outbox")
@click.argument("place", type=click.Path(path_type=Path), default=Path("."))
@click.option("--send", is_flag=True, help="Send what is due now.")
@click.option("--retry", metavar="KEY", help="Try one that was given up anew; all: all of them.")
@click.option("--all", "every", is_flag=True, help="List those that were sent, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, send: bool, retry: str | None, every: bool, as_json: bool) -> None:
    """List the notices of the desk at PLACE that wait to be sent and those given up, and why."""
    from sheetdesk.flows import open_desk

    now = datetime.now(UTC)
    with open_desk(place) as opened:
        speak(opened.desk.locale)
        outbox = opened.store.outbox
        if retry is not None:
            dead = [n.key for n in outbox.notices("dead") if retry in ("all", n.key)]
            outbox.revive(dead)
            if not as_json:
                say("outbox_revived", count=len(dead))
            elif not send:
                echo_json({"revived": dead})
            if not send:
                raise click.exceptions.Exit(0 if dead else 1)
        if send:
            sent = deliver(opened, now)
            if as_json:
                echo_json(vars(sent))
            else:
                tell_sent(sent)
            raise click.exceptions.Exit(3 if sent.errors else 0)
        found = outbox.notices() if every else outbox.notices("waiting", "dead")
        if as_json:
            echo_json([vars(notice) for notice in found])
            return
        for line in aligned([_told(notice, opened.desk.zone) for notice in found]):
            click.echo(line)
        waiting = sum(notice.state == "waiting" for notice in found)
        if not found:
            say("outbox_none")
        elif not opened.desk.channels:
            say("no_channels", count=waiting)
        else:
            say("outbox_sum", waiting=waiting, dead=sum(notice.state == "dead" for notice in found))


def _told(notice: KeptNotice, zone: ZoneInfo) -> tuple[str, ...]:
    facts = notice.facts
    return (
        {"waiting": "…", "sent": "✉", "dead": "×"}[notice.state],
        f"{notice.made_at.astimezone(zone):%Y-%m-%d %H:%M}", facts["to"]["key"], facts["ticket"],
        facts["title"], notice.error.partition("\n")[0], notice.key,
    )  # fmt: skip
