"""The rule scripts beside a desk: Python files that its desk file names, imported from their place."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Collection, Sequence
from pathlib import Path

from sheetdesk.errors import Cause
from sheetdesk.rules.script import Script, ScriptInvalid, scripts_of

__all__ = ["load_scripts"]

TWICE = Cause("two rules have this name", "有两条规则同名")


def load_scripts(
    folder: Path, files: Sequence[str], taken: Collection[str] = ()
) -> tuple[list[Script], list[ScriptInvalid]]:
    """The rules of these files, which lie in the desk's folder, and what is wrong with others.

    No two rules have one name; `taken` are those of rules that are no scripts.
    """
    found: list[Script] = []
    wrong: list[ScriptInvalid] = []
    for file in files:
        try:
            scripts = _load(folder, file)
        except ScriptInvalid as error:
            wrong.append(error)
            continue
        for script in scripts:
            if script.key in taken or script.key in [known.key for known in found]:
                wrong.append(ScriptInvalid(script.key, file, TWICE))
            else:
                found.append(script)
    return found, wrong


def _load(folder: Path, file: str) -> list[Script]:
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ScriptInvalid(
            file, file, Cause("it does not lie in the desk's folder", "它不在工单台的文件夹中")
        )
    name = f"sheetdesk_script_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ScriptInvalid(file, file, Cause("there is no such Python file", "没有这个 Python 文件"))
    module = importlib.util.module_from_spec(spec)
    # Nothing beside the desk is written by reading it.
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    # Dataclasses look their module up while they are made.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    # What a team's own file may raise nobody knows.
    except (Exception, SystemExit) as error:
        trace = traceback.format_exc(limit=-3).rstrip()
        reason = Cause(f"it cannot be imported:\n{trace}", f"无法导入：\n{trace}")
        raise ScriptInvalid(file, file, reason) from error
    finally:
        sys.dont_write_bytecode = writes
        sys.modules.pop(name, None)
    scripts = list(scripts_of(module, file))
    if not scripts:
        raise ScriptInvalid(
            file, file, Cause("no function in it stands under `@rule`", "其中没有带 `@rule` 的函数")
        )
    return scripts
