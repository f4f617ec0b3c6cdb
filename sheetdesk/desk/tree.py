"""A YAML text as plain values that know their lines, and edits that leave its comments alone.

YAML 1.2's core schema, with two kindnesses: `0138001` stays text (no octal, no lost zeros), and a
key that stands twice is a complaint instead of silence. Nothing is constructed but dicts, lists,
text, numbers, truth values and None.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sheetdesk.errors import Complaint

__all__ = ["Path", "Tree", "edit_text", "read_tree", "written"]

Path = tuple[str | int, ...]

MOST_NODES = 50_000
DEEPEST = 40
TOO_DEEP = f"more than {DEEPEST} levels deep"
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})$")
# Longer runs of digits are numbers of things, not amounts: they stay text to the last digit.
REAL = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]{0,17})(\.[0-9]*|(?=[eE])))([eE][-+]?[0-9]{1,2})?$")
UNQUOTED = re.compile(r"[^\W\d_](?:[\w./@-]| (?=\w))*")
WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Tree:
    """Plain `value` and the line, from 1, on which each path stands."""

    def __init__(self, value: Any, lines: dict[Path, int]) -> None:
        self.value = value
        self.lines = lines

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing above it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def read_tree(text: str) -> tuple[Tree, list[Complaint]]:
    """The values in `text` and what is wrong with it as YAML."""
    complaints: list[Complaint] = []
    lines: dict[Path, int] = {}
    try:
        node = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except RecursionError:
        return Tree(None, lines), [Complaint("", 0, TOO_DEEP)]
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return Tree(None, lines), [Complaint("", line, f"not YAML: {error.problem or error.context}")]
    except YAMLError as error:
        return Tree(None, lines), [Complaint("", 0, f"not YAML: {str(error).splitlines()[0]}")]
    count = 0
    too_deep = 0

    def value_of(node: Node, path: Path) -> Any:
        nonlocal count, too_deep
        count += 1
        lines.setdefault(path, node.start_mark.line + 1)
        # An anchor may hold itself: such a text has no bottom.
        if len(path) > DEEPEST:
            too_deep = too_deep or node.start_mark.line + 1
            return None
        if count > MOST_NODES:
            return None
        if isinstance(node, MappingNode):
            found: dict[Any, Any] = {}
            for key_node, child in node.value:
                key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
                line = key_node.start_mark.line + 1
                if key in found:
                    complaints.append(Complaint(_words((*path, key)), line, f"'{key}' stands here twice"))
                lines[(*path, key)] = line
                found[key] = value_of(child, (*path, key))
            return found
        if isinstance(node, SequenceNode):
            return [value_of(child, (*path, index)) for index, child in enumerate(node.value)]
        return _scalar(node)

    value = None if node is None else value_of(node, ())
    if too_deep:
        complaints.append(Complaint("", too_deep, TOO_DEEP))
    if count > MOST_NODES:
        complaints.append(Complaint("", 0, f"more than {MOST_NODES} values"))
    return Tree(value, lines), complaints


def _scalar(node: Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    if text in WORDS:
        return WORDS[text]
    if text in TRUTHS:
        return TRUTHS[text]
    if WHOLE.match(text):
        return int(text)
    return float(text) if REAL.match(text) else text


def _words(path: Path) -> str:
    return ".".join(str(part) for part in path)


def edit_text(text: str, changes: Sequence[tuple[Path, Any]]) -> str:
    """The YAML text with these single values set; every other character stays as it is.

    A setting that does not stand there yet is put first in its mapping. Raises KeyError where a path
    leads through something that is not there.
    """
    for path, value in changes:
        node = YAML(typ="safe", pure=True).compose(io.StringIO(text))
        parents = [node, *(node := _child(node, part) for part in path)]
        key, parent, old = path[-1], parents[-2], parents[-1]
        if isinstance(old, ScalarNode):
            start, end = old.start_mark.index, old.end_mark.index
            before = text[start:end].rstrip()
            text = f"{text[:start]}{'' if before else ' '}{written(value)}{text[start + len(before) :]}"
        elif old is None and isinstance(parent, MappingNode) and parent.value:
            first = parent.value[0][0].start_mark
            parting = ", " if parent.flow_style else "\n" + " " * first.column
            text = f"{text[: first.index]}{key}: {written(value)}{parting}{text[first.index :]}"
        else:
            raise KeyError(_words(path))
    return text


def _child(node: Node | None, part: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((child for key, child in node.value if key.value == part), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: Node = node.value[part]
        return found
    return None


def written(value: Any) -> str:
    """A value as YAML that is read back as it is; text in quotes where it could be taken for more."""
    if not isinstance(value, str):
        return json.dumps(value)
    if UNQUOTED.fullmatch(value) and value not in WORDS and value not in TRUTHS:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)
