"""`sheetdesk sync`: what people did in the sheets taken in, and the sheets brought up to the desk."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheetdesk.cli.run import deliver, run_facts, tell_run, tell_sent
from sheetdesk.cli.words import echo_json, say, speak, spoken, spoken_locale

DESK_FILE = "desk.yaml"

if TYPE_CHECKING:
    from sheetdesk.desk.desk import Desk
    from sheetdesk.errors import SheetdeskError
    from sheetdesk.flows.synced import Synced, SyncedSheet


@click.command("sync")
@click.argument("words", metavar="[PLACE] [SHEET]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only say what would be taken in; write nothing.")
@click.option("--no-send", is_flag=True, help="Leave the notices in the outbox.")
@click.option("--wait", "wait_s", default=60.0, show_default=True, type=click.FloatRange(0),
              help="Seconds to wait for another sync of the same desk.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON, trouble included.")
def command(words: tuple[str, ...], dry_run: bool, no_send: bool, wait_s: float, as_json: bool) -> None:
    """Sync the sheets of the desk at PLACE with its store, both ways, run the rules, and tell people.

    SHEET is a sheet's key or file; without one, all that were built. Run it as often as you like:
    where nothing changed, nothing is written.

    Exit codes: 0 done, also where a sheet is merely open (pending); 1 somebody must act (to settle, not
    readable, held, absent); 2 wrong words, desk file or credentials; 3 a sheet, the store or a channel could
    not be reached, or another sync is still running.
    """
    from sheetdesk.errors import SheetdeskError

    place, sheets = place_and_sheets(words)
    started = time.monotonic()
    try:
        code, facts = _synced(
            place, sheets, dry_run=dry_run, sends=not no_send, wait_s=wait_s, tells=not as_json
        )
    except SheetdeskError as error:
        if not as_json:
            raise
        code, facts = error.exit_code, {"sheets": [], **error_facts(error)}
    if as_json:
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        took = round(time.monotonic() - started, 3)
        echo_json({"exit": code, "ended": ended, "duration_s": took, **facts})
    raise click.exceptions.Exit(code)


def _synced(
    place: Path, sheets: list[str], *, dry_run: bool, sends: bool, wait_s: float, tells: bool
) -> tuple[int, dict[str, Any]]:
    """The sync, told where asked; its exit code, and all of it as facts."""
    from sheetdesk.flows import open_desk, sync

    now = datetime.now(UTC)
    with open_desk(place) as opened:
        speak(opened.desk.locale)
        synced = sync(opened, now=now, sheets=sheets, dry_run=dry_run, wait_s=wait_s)
        sent = deliver(opened, now) if sends and not dry_run else None
        if tells:
            tell(opened.desk, synced)
            if dry_run:
                say("would")
            if sent is not None:
                tell_sent(sent)
        code = 3 if sent is not None and sent.errors else synced.exit_code
        return code, {**as_facts(synced), "sent": None if sent is None else vars(sent)}


def error_facts(error: SheetdeskError) -> dict[str, Any]:
    """What went wrong, for programs (its kind) and for people."""
    return {"error": error.say(spoken_locale()), "error_kind": type(error).__name__}


def place_and_sheets(words: tuple[str, ...]) -> tuple[Path, list[str]]:
    """The desk's place, and the sheets that were named behind it."""
    first = Path(words[0]) if words else Path(".")
    is_sheet = not first.is_dir() and first.suffix.lower() not in (".yaml", ".yml")
    # A key or a file of the desk that stands here; anywhere else the first word must be a desk.
    if not words or (is_sheet and (first.suffix or Path(DESK_FILE).is_file())):
        return Path("."), list(words)
    return first, list(words[1:])


def tell(desk: Desk, synced: Synced, *, in_detail: bool = False) -> None:
    """What happened to tickets, then one line with the sums; `in_detail`: what the rules did, too."""
    several = len(synced.sheets) > 1
    said = 0
    for sheet in synced.sheets:
        lines = [*change_lines(desk, sheet), *trouble_lines(desk, sheet)]
        said += len(lines)
        if lines and several:
            click.echo(f"{sheet.key}  {sheet.address}")
        for line in lines:
            click.echo(line)
    if not synced.sheets:
        say("sync_none")
        return
    count: Counter[str] = Counter()
    for sheet in synced.sheets:
        count.update(sheet.counts)
    say("sync_sum" if said or any(count.values()) else "sync_quiet", **count)
    if synced.ran is not None:
        tell_run(desk, synced.ran, in_detail=in_detail)


def change_lines(desk: Desk, sheet: SyncedSheet) -> list[str]:
    """What people did, what of it waits for somebody, and what was put back."""
    from sheetdesk.store.journal import typed
    from sheetdesk.table.plain import decoded_one
    from sheetdesk.table.tell import describe_change, shown

    lines = [
        describe_change(desk, typed(entry, desk.table(entry.table)))
        for entry in sheet.entries
        # What followed by itself is in the journal; here it would drown what people did.
        if entry.kind != "refused" and entry.why != "rule"
    ]
    for conflict in sheet.conflicts:
        spec = desk.table(conflict.table)
        column = spec.column(conflict.column)
        values = {
            side: shown(desk, spec, column.key, decoded_one(value, column.type))
            for side, value in (("ours", conflict.ours), ("theirs", conflict.theirs))
        }
        lines.append(f"! {conflict.row}  {column.title}  " + spoken("sync_conflict", **values))
    for refusal in sheet.refusals:
        title = desk.tickets.column(refusal.column).title if desk.has(refusal.column) else refusal.column
        reason = spoken(f"sync_refused_{refusal.reason}", who=refusal.text.split(":")[0])
        lines.append("  ".join(part for part in (f"× {refusal.row}", title, reason) if part))
    return lines


def trouble_lines(desk: Desk, sheet: SyncedSheet) -> list[str]:
    kinds = desk.locale.section("problem")
    lines = []
    for problem in sheet.problems:
        where = f"{problem.tab}!{problem.cell}" if problem.cell else problem.tab
        title = desk.tickets.column(problem.column).title if desk.has(problem.column) else problem.column
        hint = spoken("sync_near", near=problem.near) if problem.near else ""
        raw = f'"{problem.raw}"' if problem.raw else ""
        kind = kinds.get(problem.kind, problem.kind)
        place = where if problem.ticket else ""
        words = (f"? {problem.ticket or where}", place, title, raw, f"{kind}:", problem.expected, hint)
        lines.append("  ".join(word for word in words if word))
    if sheet.waiting:
        lines.append(spoken("sync_waiting", count=len(sheet.waiting), tickets=", ".join(sheet.waiting[:8])))
    if sheet.merged_copies:
        lines.append(spoken("sync_copies", count=sheet.merged_copies))
    if sheet.state == "pending":
        lines.append(spoken("sync_pending", path=sheet.address, who=sheet.who or "-"))
    if sheet.state == "held":
        lines.append(spoken("sync_held", path=sheet.address, count=sheet.vanished, key=sheet.key))
    if sheet.state == "absent":
        lines.append(spoken("sync_absent", path=sheet.address, key=sheet.key))
    if sheet.error is not None and sheet.state == "failed":
        lines.append(sheet.error.say(spoken_locale()))
    return lines


def as_facts(synced: Synced) -> dict[str, Any]:
    """The sync as JSON."""
    return {
        "run": synced.run,
        "sheets": [sheet_facts(sheet) for sheet in synced.sheets],
        "problems": [vars(problem) for problem in synced.problems],
        "rules": None if synced.ran is None else run_facts(synced.ran),
    }


def sheet_facts(sheet: SyncedSheet) -> dict[str, Any]:
    """What a sync came to for one sheet, as JSON."""
    return {
        **vars(sheet),
        "entries": [vars(entry) for entry in sheet.entries],
        "refusals": [
            {"row": r.row, "column": r.column, "reason": r.reason, "text": r.text} for r in sheet.refusals
        ],
        "conflicts": [vars(conflict) for conflict in sheet.conflicts],
        "problems": [vars(problem) for problem in sheet.problems],
        "counts": sheet.counts,
        **(error_facts(sheet.error) if sheet.error else {"error": None, "error_kind": None}),
    }
