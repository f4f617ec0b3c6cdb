"""`sheetdesk verify`: whether anything was changed behind the journal's back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak

SHOWN = 20


@click.command("verify")
@click.argument("place", type=click.Path(path_type=Path))
@click.option(
    "--head",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="The heads in FILE, written earlier, must lie on the chain.",
)
@click.option(
    "--write-head",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="When all is well, append the head to FILE, to be kept elsewhere.",
)
@click.option(
    "--send-head",
    multiple=True,
    metavar="WHO",
    help="When all is well, have the head sent to a role, a person, channel:KEY or an address.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    place: Path, head: Path | None, write_head: Path | None, send_head: tuple[str, ...], as_json: bool
) -> None:
    """Check that the journal of the desk at PLACE is whole and its tables are what the journal says."""
    from sheetdesk.flows import open_desk
    from sheetdesk.flows.journal import keep_head, read_heads, verify
    from sheetdesk.flows.journal import send_head as leave_head

    heads = read_heads(head) if head else []
    with open_desk(place) as opened:
        speak(opened.desk.locale)
        found = verify(opened, heads)
        now = datetime.now(UTC)
        # Sent first: where nobody is called so, nothing is written either.
        sent = leave_head(opened, send_head, now) if send_head and found.is_whole else None
        kept = keep_head(opened, write_head, now) if write_head and found.is_whole else None
    head_now = kept or sent
    if as_json:
        echo_json({
            "whole": found.is_whole, "entries": found.entries, "erased": found.erased, "broken": found.broken,
            "differing": [list(cell) for cell in found.differing],
            "strange": [one.number for one in found.strange], "head": head_now.number if head_now else None,
        })  # fmt: skip
    else:
        if found.broken is not None:
            say("verify_broken", number=found.broken)
        for table, row, column in found.differing[:SHOWN]:
            say("verify_differs", table=table, row=row, column=column)
        if len(found.differing) > SHOWN:
            say("verify_more", count=len(found.differing) - SHOWN)
        for one in found.strange:
            say("verify_strange", number=one.number, path=head)
        if found.is_whole:
            say("verify_whole", count=found.entries, erased=found.erased)
        if kept:
            say("verify_kept", number=kept.number, path=write_head)
        if sent:
            say("verify_sent", number=sent.number, whom=", ".join(send_head))
    if not found.is_whole:
        raise click.exceptions.Exit(1)
