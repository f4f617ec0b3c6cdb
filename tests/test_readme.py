"""README says what the commands say; `python -m tests.test_readme` writes it in."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pandas as pd
import pytest

from sheetdesk.channels.base import check_settings
from sheetdesk.cli import COMMANDS, commands
from sheetdesk.desk.file import DeskFile
from sheetdesk.desk.rule import parse_rule, rule_words
from sheetdesk.desk.template import parse_desk, read_template
from sheetdesk.flows import new_desk, open_desk
from sheetdesk.flows.scripts import load_scripts
from sheetdesk.flows.trying import try_cases
from sheetdesk.rules.script import call

README = Path(__file__).resolve().parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- commands -->\n).*?(<!-- /commands -->)", re.DOTALL)


def reference() -> str:
    """The `--help` of every command."""
    parts = []
    for name in sorted(COMMANDS):
        context = click.Context(commands, info_name="sheetdesk", **commands.context_settings)
        command = commands.get_command(context, name)
        assert command is not None
        help_text = command.get_help(
            click.Context(command, info_name=name, parent=context, max_content_width=100)
        )
        parts.append(f"```\n$ sheetdesk {name} --help\n{help_text}\n```\n")
    return "\n".join(parts)


def written(text: str) -> str:
    """README's text with the reference as it is now."""
    return BLOCK.sub(lambda match: match.group(1) + reference() + match.group(2), text)


def test_the_readme_holds_the_help_of_every_command() -> None:
    text = README.read_text("utf-8")
    assert text == written(text), "run `python -m tests.test_readme`"


@pytest.mark.parametrize("setting", [name for name in DeskFile.model_fields if name != "sheetdesk"])
def test_the_readme_names_every_setting_of_a_desk_file(setting: str) -> None:
    assert f"`{setting}`" in README.read_text("utf-8") or f"\n{setting}:" in README.read_text("utf-8")


def test_the_desk_file_in_the_readme_is_in_order() -> None:
    text = README.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    desk = parse_desk(text)
    assert [role.key for role in desk.roles] == ["manager", "engineer"]
    assert desk.column("floor").maximum == 12


ROW = re.compile(r"^\| `(.+?)` \| `(.+)` \|$", re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "template"), [("## Rules\n", "it-service.en"), ("## 规则", "it-service.zh")]
)
def test_the_rules_in_the_readme_are_rules_of_the_desk_for_it(heading: str, template: str) -> None:
    text = README.read_text("utf-8").partition(heading)[2].partition("\n- ")[0]
    desk = parse_desk(read_template(template))
    words = rule_words(desk, [person.name for person in desk.people] + ["Ann Lee"], [])
    rows = ROW.findall(text)
    assert len(rows) == 7
    for when, then in rows:
        assert parse_rule(when, then, words).actions


def test_the_cases_in_the_readme_hold(tmp_path: Path) -> None:
    text = README.read_text("utf-8").partition("# cases.yaml")[2].partition("```")[0]
    path = new_desk("it-service", tmp_path / "desk", locale="en")
    with open_desk(path) as opened:
        assert [wrong for _, wrong in try_cases(opened, f"#{text}", "cases.yaml")] == [[]]


def test_the_channels_in_the_readme_are_in_order() -> None:
    block = (
        README.read_text("utf-8")
        .partition("**Telling people.**")[2]
        .partition("```yaml\n")[2]
        .partition("```")[0]
    )
    desk = parse_desk(f"name: D\ncolumns: [id]\n{block}")
    assert [check_settings(channel.kind, channel.settings) for channel in desk.channels] == [[], []]
    assert (desk.telling.digest_min, desk.telling.default) == (30, "ops")


def test_the_script_in_the_readme_runs(tmp_path: Path) -> None:
    block = (
        README.read_text("utf-8").partition("**Scripts**")[2].partition("```python\n")[2].partition("```")[0]
    )
    (tmp_path / "vip.py").write_text(block, "utf-8")
    (script,) = load_scripts(tmp_path, ["vip.py"])
    desk = parse_desk(read_template("it-service.en"))
    cells = {"requester": ["The mayor", "Ben"], "urgency": ["low", "high"]}
    tickets = pd.DataFrame(cells, index=["T-1", "T-2"])
    found = call(script, tickets, desk)
    assert not isinstance(found, str)
    assert found[0].to_dict() == {"urgency": {"T-1": "high"}}
    assert [told.ticket for told in found[1]] == ["T-1"]


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
