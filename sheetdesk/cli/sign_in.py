"""`sheetdesk sign-in`: be a person to Google, by a browser, instead of a service account."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say


@click.command("sign-in")
@click.argument("client", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--forget", is_flag=True, help="Delete what an earlier one left on this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(client: Path | None, forget: bool, as_json: bool) -> None:
    """Sign in to Google by CLIENT, the file of an OAuth client for desktop apps, in a browser.

    What Google answers is kept where this user alone can read it; SHEETDESK_GOOGLE_CREDENTIALS
    goes before it.
    """
    from sheetdesk.sheets.google.credentials import sign_in, sign_in_path

    path = sign_in_path(os.environ)
    if forget == (client is not None):
        raise click.UsageError("Name either CLIENT or --forget.")
    if client is None:
        was_there = path.exists()
        path.unlink(missing_ok=True)
        if as_json:
            echo_json({"kept": str(path), "forgotten": was_there})
        else:
            say("sign_in_forgotten" if was_there else "sign_in_none", path=path)
        return
    # Where no browser opens, the address to go to is printed: not among what a script reads.
    with redirect_stdout(sys.stderr):
        found = sign_in(client, path)
    if as_json:
        echo_json({"kept": str(found.path), "account": found.account})
    else:
        say("signed_in", path=found.path)
