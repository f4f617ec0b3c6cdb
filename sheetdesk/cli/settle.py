"""`sheetdesk settle`: a cell that two sides changed apart, decided by a person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import echo_json, say, speak


@click.command("settle")
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("ticket")
@click.argument("column")
@click.option("--take", type=click.Choice(["sheet", "other"]), required=True,
              help="Which value holds: the one in the sheet, or the one that stands elsewhere.")  # fmt: skip
@click.option("--sheet", default="", help="The sheet, by key or file, where several show the ticket.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, ticket: str, column: str, take: str, sheet: str, as_json: bool) -> None:
    """Settle the cell COLUMN of TICKET; the next sync brings every sheet to it."""
    from sheetdesk.flows import open_desk, settle
    from sheetdesk.table.tell import shown

    with open_desk(place) as opened:
        speak(opened.desk.locale)
        done = settle(
            opened,
            ticket,
            column,
            "sheet" if take == "sheet" else "other",
            now=datetime.now(UTC),
            sheet=sheet,
        )
        spec = opened.desk.table(done.conflict.table)
        title = spec.column(done.conflict.column).title
        holds, goes = (shown(opened.desk, spec, done.conflict.column, v) for v in (done.holds, done.goes))
    if as_json:
        echo_json(
            {
                "ticket": ticket,
                "column": done.conflict.column,
                "sheet": done.sheet,
                "holds": holds,
                "goes": goes,
            }
        )
        return
    say("settled", ticket=ticket, column=title, holds=holds, goes=goes)
