"""README says what the commands say; `python -m tests.test_readme` writes it in."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from sheetdesk.cli import COMMANDS, commands
from sheetdesk.desk.file import DeskFile
from sheetdesk.desk.template import parse_desk

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


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
