"""The command line: words in, words out. Each command is a file here that parses, calls one flow and
prints; it is imported only when it is run, so that `sheetdesk --help` stays quick.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from sheetdesk import __version__
from sheetdesk.cli.words import spoken_locale
from sheetdesk.errors import Cause, SheetdeskError, near

__all__ = ["main"]

COMMANDS = {
    "accept": "Rows that vanished at once were meant to.",
    "adopt": "Take over a ticket sheet that a team already has.",
    "build": "Write the workbook, or the copy for a role, person or view.",
    "check": "Check a desk file and list every mistake.",
    "demo": "Make a desk with made-up tickets and its workbook.",
    "explain": "Why a ticket is due when it is, and why its owner got it.",
    "forget": "Sync a copy no more.",
    "history": "Every change of one ticket.",
    "import": "Take tickets over from CSV, XLSX or JSON lines.",
    "log": "What was changed, and by which runs.",
    "new": "Start a desk from a template.",
    "outbox": "Notices that wait, and those that were given up.",
    "probe": "Try on a Google spreadsheet what a sync relies on.",
    "restore": "Bring archived tickets, or vanished rows, back.",
    "roles": "Who may see and do what.",
    "rules": "The rules in their order; try them on cases; preview one.",
    "run": "Run the rules over all tickets, and tell people.",
    "sandbox": "A local Google Sheets: no account, no network.",
    "schema": "The JSON Schema of a desk file, for editors.",
    "settle": "Decide a cell that two sides changed apart.",
    "sign-in": "Be yourself to Google, by a browser, not a service account.",
    "sync": "Take in what people did, bring the sheets up to date.",
    "templates": "List the templates.",
    "undo": "Take back a run or a single change.",
    "upgrade": "Bring the sheets up to a changed desk file.",
    "verify": "Check that nobody changed the journal or the tables behind its back.",
    "watch": "Sync again and again, whenever something changed.",
}


class Commands(click.Group):
    """The commands by name, imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("import", "import_").replace("-", "_")
        module = importlib.import_module(f"sheetdesk.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            like = near(name, COMMANDS)
            hint = f" Did you mean '{like}'?" if like else ""
            ctx.fail(f"No such command '{name}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sheetdesk")
def commands() -> None:
    """A helpdesk's discipline behind the ticket sheet your team already likes.

    Exit codes: 0 done, 1 a person must act, 2 wrong words or desk file, 3 the outside world failed.
    """


def main() -> None:
    """Run the command line; errors are one or two sentences on stderr."""
    try:
        # The code of an Exit comes back instead of being raised.
        code = commands(prog_name="sheetdesk", standalone_mode=False)
    except SheetdeskError as error:
        click.echo(error.say(spoken_locale()), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"{where}{Cause.of_system(error).say(spoken_locale())}", err=True)
        sys.exit(3)
    sys.exit(code)
