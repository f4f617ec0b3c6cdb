"""`sheetdesk probe`: what a sync relies on at Google, tried on a spreadsheet and told beside what was
expected.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheetdesk.cli.words import echo_json, say, spoken, spoken_locale

if TYPE_CHECKING:
    from sheetdesk.sheets.google.client import Google
    from sheetdesk.sheets.google.probes import Finding

SIGNS = {True: "✓", False: "×", None: "?"}
TITLE = "sheetdesk probe"
HASTY_S = 0.5


@click.command("probe")
@click.option("--sheet", metavar="ID", help="Try it in this spreadsheet instead of making one.")
@click.option(
    "--credentials",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Who to be to Google; else as SHEETDESK_GOOGLE_CREDENTIALS says.",
)
@click.option("--only", type=click.IntRange(1, 10), multiple=True, help="Only this one; may be repeated.")
@click.option(
    "--rounds", type=click.IntRange(1, 1000), default=20, show_default=True, help="How often to race."
)
@click.option("--keep", is_flag=True, help="Leave what was made, to look at it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    sheet: str | None, credentials: Path | None, only: tuple[int, ...], rounds: int, keep: bool, as_json: bool
) -> None:
    """Try on a Google spreadsheet what a sync relies on, and delete what was made for it."""
    from sheetdesk.sheets.google.bench import Bench, set_up, tear_down
    from sheetdesk.sheets.google.probes import PROBES, run_probes

    google, other, hasty = _clients(credentials)
    place = sheet or google.create(TITLE, "en_US", "Etc/UTC")
    if not as_json:
        say("probe_made", sheet=place)
    findings = []
    try:
        set_up(google, place)
        bench = Bench(google, other, hasty, place, rounds)
        for finding in run_probes(bench, frozenset(only) or frozenset(PROBES)):
            findings.append(finding)
            if not as_json:
                _tell(finding)
    finally:
        if not keep:
            google.delete(place) if sheet is None else tear_down(google, place)
    verdicts = [finding.holds for finding in findings]
    if as_json:
        echo_json({"sheet": place, "kept": keep, "probes": [_facts(finding) for finding in findings]})
    else:
        if keep:
            say("probe_kept", sheet=place)
        counts = {
            "holds": verdicts.count(True),
            "differs": verdicts.count(False),
            "open": verdicts.count(None),
        }
        say("probe_sum", **counts)
    if False in verdicts:
        raise click.exceptions.Exit(1)


def _clients(credentials: Path | None) -> tuple[Google, Google, Google]:
    """Two clients that keep to one quota, and one that gives up almost at once."""
    from sheetdesk.sheets.google.buckets import Buckets
    from sheetdesk.sheets.google.opening import open_google

    def warn(path: Path) -> None:
        click.echo(spoken("probe_exposed", path=path), err=True)

    buckets = Buckets()
    google = open_google(os.environ, named=credentials, warn=warn, buckets=buckets)
    other = open_google(os.environ, named=credentials, buckets=buckets)
    hasty = open_google(os.environ, named=credentials, buckets=buckets, deadline_s=HASTY_S)
    return google, other, hasty


def _tell(finding: Finding) -> None:
    number = finding.number
    click.echo(f"{SIGNS[finding.holds]} {number:>2}  {spoken(f'probe_title_{number}')}")
    seen = ", ".join(f"{name} {json.dumps(fact, ensure_ascii=False)}" for name, fact in finding.seen.items())
    click.echo("      " + spoken("probe_expected", text=spoken(f"probe_expected_{number}")))
    click.echo("      " + spoken("probe_seen", text=seen))
    if finding.by_hand:
        comma = "；" if spoken_locale() == "zh" else "; "
        todo = comma.join(spoken(f"probe_hand_{name}") for name in finding.by_hand)
        click.echo("      " + spoken("probe_by_hand", text=todo))


def _facts(finding: Finding) -> dict[str, Any]:
    return {
        "probe": finding.number,
        "title": spoken(f"probe_title_{finding.number}"),
        "expected": spoken(f"probe_expected_{finding.number}"),
        "seen": finding.seen,
        "holds": finding.holds,
        "by_hand": [spoken(f"probe_hand_{name}") for name in finding.by_hand],
    }
