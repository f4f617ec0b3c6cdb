"""`sheetdesk rules`: the rules in their order, what one matches now, and cases they must fulfil."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sheetdesk.cli.words import aligned, echo_json, say, speak, spoken

PLACE = click.option(
    "--desk", "place", type=click.Path(path_type=Path), default=None, help="The desk's folder or file."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("rules", invoke_without_command=True)
@PLACE
@JSON
@click.pass_context
def command(context: click.Context, place: Path | None, as_json: bool) -> None:
    """List the rules of the desk in this folder, in the order in which they have their turn."""
    if context.invoked_subcommand is not None:
        return
    from sheetdesk.flows import open_desk
    from sheetdesk.flows.running import given_of

    with open_desk(place or Path(".")) as opened:
        speak(opened.desk.locale)
        with opened.snapshot() as at:
            given, problems = given_of(at, datetime.now(UTC))
            table = at.store.table(at.desk.table("rules")).frame
    rows = []
    facts = []
    for rule in given.rules:
        when = str(table.at[rule.key, "when"] or "") if rule.script is None else ", ".join(rule.script.reads)
        then = str(table.at[rule.key, "then"] or "") if rule.script is None else ", ".join(rule.script.writes)
        rows.append((f"{rule.order:g}", rule.key, rule.title, when, "→", then, rule.mode, rule.place))
        facts.append({"order": rule.order, "rule": rule.key, "title": rule.title, "when": when,
                      "then": then, "mode": rule.mode, "place": rule.place})  # fmt: skip
    known = {rule.key for rule in given.rules} | {problem.ticket for problem in problems}
    off = [str(key) for key in table.index if key not in known]
    if as_json:
        echo_json({"rules": facts, "off": off, "problems": [vars(p) for p in problems if p.kind == "rule"]})
        return
    for line in aligned(rows):
        click.echo(line)
    for key in off:
        click.echo(f"-  {key}  {spoken('rules_off')}")
    unread = [problem for problem in problems if problem.kind == "rule"]
    for problem in unread:
        click.echo(f"?  {problem.ticket}  {spoken('rules_unread')}: {problem.expected}")
    if not rows:
        say("rules_none")
    raise click.exceptions.Exit(1 if unread else 0)


@command.command("test")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@PLACE
@JSON
def test(file: Path, place: Path | None, as_json: bool) -> None:
    """Try the rules on the cases in FILE: given such tickets, then such changes. The desk is the one beside
    FILE; nothing is written.
    """
    from sheetdesk.flows import open_desk
    from sheetdesk.flows.trying import try_cases

    with open_desk(place or file.parent) as opened:
        speak(opened.desk.locale)
        found = try_cases(opened, file.read_text("utf-8-sig", "replace"), file)
    failed = {case.name: wrong for case, wrong in found if wrong}
    if as_json:
        echo_json([{"case": case.name, "line": case.line, "failures": wrong} for case, wrong in found])
    else:
        for case, wrong in found:
            for text in wrong:
                click.echo(f"× {file}:{case.line}  {case.name}: {text}")
        if failed:
            say("rules_failed", failed=len(failed), count=len(found))
        else:
            say("rules_passed", count=len(found))
    raise click.exceptions.Exit(1 if failed else 0)


@command.command("preview")
@click.argument("rule")
@PLACE
@JSON
def preview(rule: str, place: Path | None, as_json: bool) -> None:
    """List the tickets that match RULE now: the key of one, or a whole `when … then …` in quotes."""
    from sheetdesk.flows import open_desk
    from sheetdesk.flows.trying import preview_rule

    with open_desk(place or Path(".")) as opened:
        speak(opened.desk.locale)
        frame, told = preview_rule(opened, rule, now=datetime.now(UTC))
        if as_json:
            echo_json([{"ticket": str(name), "title": title} for name, title in frame["title"].items()])
            return
        rows = [(str(n), str(title or ""), *told.get(str(n), [])) for n, title in frame["title"].items()]
        for line in aligned(rows):
            click.echo(line)
        say("preview_sum", count=len(frame))
