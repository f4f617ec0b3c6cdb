"""`sheetdesk sandbox`: a local Google Sheets to look at and to write programs against."""

from __future__ import annotations

import signal
import threading
import webbrowser
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from sheetdesk.cli.words import say, spoken
from sheetdesk.whole_file import write_text

if TYPE_CHECKING:
    from sheetdesk.sandbox.front import Front


@click.command("sandbox")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535),
              help="Where to listen on 127.0.0.1; 0 for any free port.")  # fmt: skip
@click.option("--state", type=click.Path(path_type=Path, dir_okay=False),
              help="Keep the spreadsheets in this file and go on from it.")  # fmt: skip
@click.option("--open", "opens", is_flag=True, help="Open the page in a browser.")
@click.option("--quotas", is_flag=True, help="Refuse more than Google's 60 reads and 60 writes a minute.")
@click.option("--test-routes", is_flag=True, help="Also answer /_sandbox/: clock, faults, people, log.")
def command(port: int, state: Path | None, opens: bool, quotas: bool, test_routes: bool) -> None:
    """Serve a local Google Sheets on this machine: no account, no network, out of reach from elsewhere.

    Programs reach it with Google's own paths (/v4/…, /drive/v3/…), people with a browser. Stops at
    Ctrl-C or SIGTERM.
    """
    from sheetdesk.sandbox.front import Front
    from sheetdesk.sandbox.server import Server
    from sheetdesk.sandbox.state import StateUnreadable, restored

    front = Front(has_quotas=quotas)
    if state is not None and state.exists():
        try:
            restored(state.read_text("utf-8"), front.sandbox.drive)
        except (StateUnreadable, UnicodeDecodeError) as error:
            raise click.UsageError(spoken("sandbox_state", path=state, reason=error)) from error
    stopping = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    server = Server(front, port, has_test_routes=test_routes)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    # Before anybody can have changed anything.
    kept = front.changes
    serving.start()
    try:
        say("sandbox_at", address=server.address)
        if opens:
            webbrowser.open(server.address)
        while not stopping.is_set():
            stopping.wait(1)
            kept = keep(front, state, kept)
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
        for name, handler in before.items():
            signal.signal(name, handler)
    keep(front, state, kept)
    say("sandbox_ended")


def keep(front: Front, path: Path | None, kept: int) -> int:
    """Save the spreadsheets where they have changed since `kept`; how many changes are saved now."""
    from sheetdesk.sandbox.state import dumped

    if path is None or front.changes == kept:
        return kept
    with front.lock:
        kept, text = front.changes, dumped(front.sandbox.drive)
    write_text(path, text)
    return kept
