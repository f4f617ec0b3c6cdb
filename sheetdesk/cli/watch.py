"""`sheetdesk watch`: sync again and again, whenever a sheet or the desk has changed."""

from __future__ import annotations

import signal
import time
from datetime import UTC, datetime
from types import FrameType

import click

from sheetdesk.cli.run import deliver, tell_sent
from sheetdesk.cli.sync import place_and_sheets, tell
from sheetdesk.cli.words import say, speak, spoken_locale


@click.command("watch")
@click.argument("words", metavar="[PLACE] [SHEET]...", nargs=-1)
@click.option(
    "--every",
    "every_s",
    default=20.0,
    show_default=True,
    type=click.FloatRange(1),
    help="Seconds between looks.",
)
@click.option("--full", "full_s", default=900.0, show_default=True, type=click.FloatRange(1),
              help="Seconds after which to sync even if no file seems changed.")  # fmt: skip
@click.option("--rounds", default=0, type=click.IntRange(0), help="Stop after so many looks; 0 for never.")
def command(words: tuple[str, ...], every_s: float, full_s: float, rounds: int) -> None:
    """Sync the desk at PLACE whenever one of its sheets, its desk file or its store has changed.

    Stops at Ctrl-C or SIGTERM, never in the middle of a write. Trouble with one round is told, and the
    next one tries again.
    """
    from sheetdesk.errors import SheetdeskError
    from sheetdesk.flows import open_desk, sync
    from sheetdesk.flows.watching import look

    place, sheets = place_and_sheets(words)
    stopping = False

    def stop(_: int, __: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    seen: object = None
    last = 0.0
    looks = 0
    while not stopping:
        try:
            with open_desk(place) as opened:
                speak(opened.desk.locale)
                if looks == 0:
                    say("watching", place=place, every=f"{every_s:g}")
                found = look(opened)
                if found != seen or time.monotonic() - last >= full_s:
                    synced = sync(opened, now=datetime.now(UTC), sheets=sheets)
                    sent = deliver(opened, datetime.now(UTC))
                    last = time.monotonic()
                    # What cannot be written yet is tried again at the next look.
                    is_open = any(sheet.state in ("pending", "failed") for sheet in synced.sheets)
                    # What was seen before the sync: a save that came while it ran makes the next look differ.
                    seen = None if is_open else found
                    if any(sheet.state != "quiet" for sheet in synced.sheets):
                        click.echo(f"{datetime.now(opened.desk.zone):%Y-%m-%d %H:%M:%S}")
                        tell(opened.desk, synced)
                    tell_sent(sent)
        except SheetdeskError as error:
            click.echo(error.say(spoken_locale()), err=True)
            seen = None
        looks += 1
        if rounds and looks >= rounds:
            return
        until = time.monotonic() + every_s
        while not stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))
