"""The Google demo: a desk published to a local Google Sheets in this process, people at work in it, and
sync merging what they do.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from sheetdesk.cli.demo_people import Done, Play
from sheetdesk.cli.sandbox import keep
from sheetdesk.cli.sync import as_facts, tell
from sheetdesk.cli.words import echo_json, say, speak, spoken, spoken_locale

if TYPE_CHECKING:
    from sheetdesk.flows.opening import OpenDesk
    from sheetdesk.flows.synced import Synced
    from sheetdesk.sandbox.front import Front
    from sheetdesk.sandbox.server import Server

__all__ = ["show"]

STATE = "google.json"
VARIABLE = "SHEETDESK_GOOGLE_SANDBOX"
EVERY_S = 1.5


@dataclass(frozen=True)
class _Given:
    """A row that somebody typed, as the sync made a ticket of it."""

    ticket: str
    owner: str
    because: str


def show(
    folder: Path, *, template: str, locale: str, count: int, seed: int, port: int, rounds: int | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Publish, let people work, sync, and go on so for `rounds` looks; None: until Ctrl-C or SIGTERM."""
    from sheetdesk import flows
    from sheetdesk.sandbox.front import Front

    front = Front()
    try:
        with _serving(front, port):
            built, counts = flows.demo(
                folder, template=template, locale=locale, count=count, seed=seed, now=datetime.now(UTC),
                address="google:",
            )  # fmt: skip
            with flows.open_desk(folder) as opened:
                speak(opened.desk.locale)
                if not as_json:
                    say("demo_made", folder=folder, tickets=counts["tickets"], people=counts["people"])
                    say("demo_google_at", link=built.link)
                told, new = _one_loop(front, opened, as_json=as_json)
                if as_json:
                    state = folder / STATE
                    echo_json({"folder": folder, "link": built.link, "state": state, **counts, **told})
            if rounds != 0:
                say("demo_google_yours", link=built.link)
                _watch(front, folder, rounds)
    finally:
        keep(front, folder / STATE, 0)
    if not as_json:
        say("demo_google_kept", path=folder / STATE)
        for key in ("demo_google_1", "demo_google_2", "demo_google_3"):
            click.echo("  ", nl=False)
            say(key, folder=folder, path=folder / STATE, ticket=new)


@contextmanager
def _serving(front: Front, port: int) -> Iterator[Server]:
    """The sandbox on this machine, to which all that this process means for Google goes."""
    from sheetdesk.sandbox.server import Server

    server = Server(front, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = server.address
    try:
        yield server
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
        server.shutdown()
        server.server_close()
        thread.join()


def _one_loop(front: Front, opened: OpenDesk, *, as_json: bool) -> tuple[dict[str, Any], str]:
    """People at work once, and the sync after it: all of it as facts, and a ticket that came of it."""
    from sheetdesk.flows import sync

    play = Play.of(front, opened)
    acts: list[Done] = []
    if not as_json:
        say("demo_google_people")
    for done in play.acts():
        acts.append(done)
        if not as_json:
            click.echo(f"  {done.told}")
    if not as_json:
        say("demo_google_sync")
    synced = sync(opened, now=datetime.now(UTC))
    given = _given(opened, synced)
    right, rows = play.rows_in_place()
    if not as_json:
        tell(opened.desk, synced, in_detail=True)
        say("demo_google_so")
        for one in given:
            click.echo("  " + spoken("demo_google_given", ticket=one.ticket, owner=one.owner or "-"))
            if one.because:
                click.echo("  " + spoken("demo_google_because", because=one.because))
        for refusal in (refusal for sheet in synced.sheets for refusal in sheet.refusals):
            title = opened.desk.tickets.column(refusal.column).title
            click.echo("  " + spoken("demo_google_back", ticket=refusal.row, column=title))
        click.echo("  " + spoken("demo_google_rows", right=right, rows=rows))
    facts = {
        "acts": [asdict(done) for done in acts],
        "sync": as_facts(synced),
        "new": [asdict(one) for one in given],
        "rows": rows,
        "rows_in_place": right,
    }
    return facts, given[0].ticket if given else ""


def _given(opened: OpenDesk, synced: Synced) -> list[_Given]:
    """The new tickets, and who got each and why."""
    frame = opened.store.table(opened.desk.tickets).frame
    new = [entry.row for sheet in synced.sheets for entry in sheet.entries if entry.kind == "added"]

    def text(ticket: str, column: str) -> str:
        value = frame.at[ticket, column] if column in frame.columns else None
        return value if isinstance(value, str) else ""

    return [_Given(ticket, text(ticket, "owner"), text(ticket, "assigned_because")) for ticket in new]


def _watch(front: Front, folder: Path, rounds: int | None) -> None:
    """Sync whenever the page or the desk has changed, and tell what was merged; keep the spreadsheets."""
    from sheetdesk.errors import SheetdeskError
    from sheetdesk.flows import open_desk, sync
    from sheetdesk.flows.watching import look

    stopping = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    seen: object = None
    looks = kept = 0
    try:
        while not stopping.is_set() and (rounds is None or looks < rounds):
            try:
                with open_desk(folder) as opened:
                    found = look(opened)
                    if found != seen:
                        synced = sync(opened, now=datetime.now(UTC))
                        is_open = any(sheet.state in ("pending", "failed") for sheet in synced.sheets)
                        seen = None if is_open else found
                        if any(sheet.state != "quiet" for sheet in synced.sheets):
                            tell(opened.desk, synced)
            except SheetdeskError as error:
                click.echo(error.say(spoken_locale()), err=True)
                seen = None
            kept = keep(front, folder / STATE, kept)
            looks += 1
            stopping.wait(EVERY_S)
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
