"""`sheetdesk schema`: a desk file's JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("schema")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file.")
def command(out: Path | None) -> None:
    """Print the JSON Schema of a desk file.

    Editors with a YAML language server check and complete a desk file by it: put
    `# yaml-language-server: $schema=desk.schema.json` on its first line.
    """
    from sheetdesk.desk.file import json_schema
    from sheetdesk.whole_file import write_text

    text = json.dumps(json_schema(), ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
    else:
        write_text(out, text + "\n")
        click.echo(str(out))
