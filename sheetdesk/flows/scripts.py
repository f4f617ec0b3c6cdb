"""The rule scripts beside a desk: Python files that its desk file names, imported from their place."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from sheetdesk.rules.script import Script, ScriptInvalid, scripts_of

__all__ = ["load_scripts"]


def load_scripts(folder: Path, files: Sequence[str]) -> list[Script]:
    """The rules of these files, which lie in the desk's folder. Raises ScriptInvalid."""
    found: list[Script] = []
    for file in files:
        path = (folder / file).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise ScriptInvalid(file, file, "it does not lie in the desk's folder")
        found += _load(path, file)
    keys = [script.key for script in found]
    for key in keys:
        if keys.count(key) > 1:
            raise ScriptInvalid(key, "scripts", "two rules have this name")
    return found


def _load(path: Path, file: str) -> list[Script]:
    name = f"sheetdesk_script_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ScriptInvalid(file, file, "there is no such Python file")
    module = importlib.util.module_from_spec(spec)
    # Nothing beside the desk is written by reading it.
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    # Dataclasses look their module up while they are made.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    # What a team's own file may raise nobody knows.
    except (Exception, SystemExit) as error:
        reason = f"it cannot be imported:\n{traceback.format_exc(limit=-3).rstrip()}"
        raise ScriptInvalid(file, file, reason) from error
    finally:
        sys.dont_write_bytecode = writes
        sys.modules.pop(name, None)
    scripts = list(scripts_of(module, file))
    if not scripts:
        raise ScriptInvalid(file, file, "no function in it stands under `@rule`")
    return scripts
