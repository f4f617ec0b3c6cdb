"""`sheetdesk upgrade`: the store and the sheets brought up to a changed desk file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheetdesk.cli.sync import as_facts as synced_facts
from sheetdesk.cli.sync import change_lines
from sheetdesk.cli.words import echo_json, say, speak, spoken, spoken_locale

if TYPE_CHECKING:
    from sheetdesk.flows.upgrading import Upgraded, UpgradedSheet

MOST = 8


@click.command("upgrade")
@click.argument("place", type=click.Path(path_type=Path), default=".")
@click.option("--dry-run", is_flag=True, help="Only list every step; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: Path, dry_run: bool, as_json: bool) -> None:
    """Bring the store and the sheets of the desk at PLACE up to its changed desk file.

    Each sheet is synced under the old desk file first, then patched in place: people's order, widths,
    columns, tabs, formats and comments stay. A copy of each file as it was is kept.
    """
    from sheetdesk.desk.template import read_desk
    from sheetdesk.flows.opening import desk_path
    from sheetdesk.flows.upgrading import upgrade

    speak(read_desk(desk_path(place)).locale)
    upgraded = upgrade(place, now=datetime.now(UTC), dry_run=dry_run)
    if as_json:
        echo_json(as_facts(upgraded))
    else:
        _tell(upgraded, place, dry_run=dry_run)
    if upgraded.is_stopped or any(sheet.unshared for sheet in upgraded.sheets):
        raise click.exceptions.Exit(1)


def _tell(upgraded: Upgraded, place: Path, *, dry_run: bool) -> None:
    """Every step, what became of each sheet, then what it came to."""
    from sheetdesk.desk.upgrade import describe
    from sheetdesk.locales.locale import load_locale

    if not upgraded.steps:
        say("upgrade_none")
        return
    for step in upgraded.steps:
        click.echo(f"~ {describe(step, load_locale(spoken_locale()))}")
    if upgraded.synced is not None and upgraded.before is not None:
        for found in upgraded.synced.sheets:
            for line in change_lines(upgraded.before, found):
                click.echo(line)
    for line in _kept(upgraded):
        click.echo(line)
    for refused in upgraded.refused:
        kind, _, title = refused.partition(" ")
        click.echo("× " + spoken(f"upgrade_refused_{kind}", title=title))
    for sheet in upgraded.sheets:
        for line in _sheet(sheet, dry_run=dry_run):
            click.echo(line)
    if upgraded.is_stopped:
        say("upgrade_stopped")
    elif dry_run:
        say("would")
    else:
        say("upgrade_done", steps=len(upgraded.steps), migrated=upgraded.migrated)
        # With whom a spreadsheet is shared follows the desk file; an undo in the store changes nothing of it.
        if any(not step.kind.startswith("share_") for step in upgraded.steps):
            say("undo_hint", folder=place, run=upgraded.run)


def _kept(upgraded: Upgraded) -> list[str]:
    """Values that are none any more, and the tickets that keep them."""
    by_value: dict[str, list[str]] = {}
    for problem in upgraded.kept:
        by_value.setdefault(problem.raw, []).append(problem.ticket)
    return [
        "! " + spoken("upgrade_kept", value=value, count=len(names), tickets=", ".join(names[:MOST]))
        for value, names in by_value.items()
    ]


def _sheet(sheet: UpgradedSheet, *, dry_run: bool) -> list[str]:
    facts = {"path": sheet.address, "reason": _reason(sheet.reason), "written": sheet.written}
    word = "stop" if sheet.state == "stopped" else sheet.state
    lines = [] if sheet.state == "current" else [spoken(f"upgrade_{word}", **facts)]
    if sheet.own_titles:
        lines.append("  " + spoken("upgrade_own_titles", columns=", ".join(sheet.own_titles)))
    if sheet.unshared:
        lines.append("! " + spoken("upgrade_unshared", path=sheet.address, reason=sheet.unshared))
    if sheet.as_they_are:
        lines.append("  " + spoken("upgrade_as_they_are", tabs=", ".join(sheet.as_they_are)))
    if sheet.backup is not None and not dry_run:
        lines.append("  " + spoken("backup", path=sheet.backup))
    return lines


def _reason(reason: str) -> str:
    kind, _, who = reason.partition(" ")
    if kind in ("pending", "held", "conflicts", "moved"):
        return spoken(f"upgrade_reason_{kind}", who=who or "-")
    return reason


def as_facts(upgraded: Upgraded) -> dict[str, Any]:
    """The upgrade as JSON."""
    facts = {name: fact for name, fact in vars(upgraded).items() if name != "before"}
    return {
        **facts,
        "synced": None if upgraded.synced is None else synced_facts(upgraded.synced),
        "steps": [vars(step) for step in upgraded.steps],
        "sheets": [vars(sheet) for sheet in upgraded.sheets],
        "kept": [vars(problem) for problem in upgraded.kept],
    }
