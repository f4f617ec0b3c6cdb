"""Field masks: which parts of an answer to keep, and which parts of a thing an update replaces.

`a.b`, `a/b`, `a(b,c)`, `*` and snake_case are read. A mask is compiled once, for it meets every cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

from sheetdesk.sandbox.api import ApiError

__all__ = ["BadMask", "Mask", "Path", "camel", "no_such_path", "parse", "read", "unpaired_bracket"]

Path: TypeAlias = tuple[str, ...]
Tree: TypeAlias = dict[str, Any]
"""Names to trees; an empty tree is all that is under the name."""
Projection: TypeAlias = Callable[[Any], Any]


class BadMask(ApiError):
    """400: a mask Google refuses. Only the details of the answer tell why, in `field` and `description`.

    `path` is the path that names nothing, or empty.
    """

    def __init__(self, field: str, description: str, path: str = "") -> None:
        violations = [{"field": field, "description": description}]
        super().__init__(
            400,
            "INVALID_ARGUMENT",
            "Request contains an invalid argument.",
            [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}],
        )
        self.field = field
        self.description = description
        self.path = path


@dataclass(frozen=True)
class Mask:
    """The paths of a mask in its order, each as its names in camelCase; `("*",)` is everything.

    No paths at all (an empty mask, or `a()`) select everything in an answer and nothing in an update.
    """

    routes: tuple[Path, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths with dots, as `userEnteredFormat.textFormat.bold`."""
        return tuple(".".join(route) for route in self.routes)

    @cached_property
    def is_all(self) -> bool:
        """Whether the mask is as good as none; `*.*` names every field, and so is not."""
        return all(route == ("*",) for route in self.routes)

    @cached_property
    def project(self) -> Projection:
        """Keeps of a value what the mask names: through lists, in the value's own order, sharing leaves.

        A narrower path wins over a wider one (`sheets,sheets.properties.title` is the title alone). Rows and
        cells of `rowData` that become empty at an end are cut off. The value is never changed.
        """
        return _projection(self._narrow)

    def reaches(self, path: str) -> bool:
        """Whether anything at or under `path` is selected in an answer."""
        trees = [self._narrow]
        for name in path.split("."):
            below = [tree[key] for tree in trees for key in (name, "*") if key in tree]
            if not all(trees):
                return True
            trees = below
        return bool(trees)

    def merge(self, target: dict[str, Any] | None, source: dict[str, Any] | None) -> dict[str, Any]:
        """A new dict: `target` with all the mask names taken from `source`, and removed where that has none.

        A wider path wins over a narrower one. Neither argument is changed; leaves are shared. A message that
        a sub-mask leaves without any field is dropped.
        """
        return _merged(self._wide, target or {}, source or {})

    @cached_property
    def _narrow(self) -> Tree:
        tree: Tree = {}
        for route in self.routes:
            branch = tree
            for name in _without_last_stars(route):
                branch = branch.setdefault(name, {})
        return tree

    @cached_property
    def _wide(self) -> Tree:
        routes = [_without_last_stars(route) for route in self.routes]
        return {"*": {}} if () in routes else _wide_tree(routes)


@lru_cache(maxsize=1_000)
def parse(text: str) -> Mask:
    """The mask that `text` spells; whether its names exist is for a schema to say.

    Raises `BadMask` for a bracket without its pair. Spaces are part of a name, as Google has it.
    """
    paths, bracket = read(text)
    if bracket:
        raise unpaired_bracket(text, bracket)
    return Mask(tuple(tuple(camel(name) for name in path) for path in paths))


def read(text: str) -> tuple[list[Path], str]:
    """The paths as written, up to a closing bracket that nothing opened, and the bracket left unpaired."""
    paths: list[Path] = []
    opened: list[Path] = []
    prefix: Path = ()
    for word, mark in _words(text):
        path = prefix + (tuple(word.replace("/", ".").split(".")) if word else ())
        if mark == "(":
            opened.append(prefix)
            prefix = path
            continue
        if word:
            paths.append(path)
        if mark == ")":
            if not opened:
                return paths, ")"
            prefix = opened.pop()
    return paths, "(" if opened else ""


def camel(name: str) -> str:
    """`user_entered_value` as `userEnteredValue`; other names as they are."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def no_such_path(text: str, path: Path) -> BadMask:
    """The refusal of a path that names no field."""
    dotted = ".".join(path)
    return BadMask(
        text.replace("/", "."),
        f"Error expanding 'fields' parameter. Cannot find matching fields for path '{dotted}'.",
        dotted,
    )


def unpaired_bracket(text: str, bracket: str) -> BadMask:
    """The refusal of a bracket without its pair."""
    field = text.replace("/", ".")
    pair = ")" if bracket == "(" else "("
    return BadMask(field, f"Invalid FieldMask '{field}'. Cannot find matching '{pair}' for all '{bracket}'.")


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Each run of other characters with the comma or bracket behind it; `""` at the end of the text."""
    start = 0
    for place, letter in enumerate(text):
        if letter in ",()":
            yield text[start:place], letter
            start = place + 1
    yield text[start:], ""


def _without_last_stars(route: Path) -> Path:
    """A star at the end selects all that is under the path before it."""
    while route and route[-1] == "*":
        route = route[:-1]
    return route


def _wide_tree(routes: list[Path]) -> Tree:
    below: dict[str, list[Path]] = {}
    for route in routes:
        below.setdefault(route[0], []).append(route[1:])
    return {name: {} if () in rests else _wide_tree(rests) for name, rests in below.items()}


def _projection(tree: Tree) -> Projection:
    if not tree:
        return _whole
    if "*" in tree:
        return _star_projection(tree)
    leaves = frozenset(name for name, below in tree.items() if not below)
    branches = {name: _projection(below) for name, below in tree.items() if below}
    if not branches:
        return _through_lists(_leaf_picker(tuple(leaves)))
    cuts_rows = "rowData" in branches

    def one(message: dict[str, Any]) -> dict[str, Any]:
        kept = {
            name: value if name in leaves else branches[name](value)
            for name, value in message.items()
            if name in tree
        }
        if cuts_rows and "rowData" in kept:
            _cut_rows(kept)
        return kept

    return _through_lists(one)


def _leaf_picker(leaves: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The innermost loop: one name is asked for, more are looked up in one set."""
    if len(leaves) == 1:
        only = leaves[0]
        return lambda message: {only: message[only]} if only in message else {}
    wanted = frozenset(leaves)
    return lambda message: {name: message[name] for name in message if name in wanted}


def _star_projection(tree: Tree) -> Projection:
    """A star before further names keeps the fields that hold any of them."""
    named = {name: _projection(below) for name, below in tree.items() if name != "*"}
    starred = _projection(tree["*"])

    def one(message: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in message.items():
            if name in named:
                kept[name] = named[name](value)
            elif isinstance(value, dict | list):
                below = starred(value)
                if below if isinstance(below, dict) else any(below):
                    kept[name] = below
        return kept

    return _through_lists(one)


def _through_lists(one: Callable[[dict[str, Any]], dict[str, Any]]) -> Projection:
    def project(value: Any) -> Any:
        if isinstance(value, list):
            return [one(item) if isinstance(item, dict) else project(item) for item in value]
        return one(value) if isinstance(value, dict) else value

    return project


def _whole(value: Any) -> Any:
    return value


def _cut_rows(block: dict[str, Any]) -> None:
    rows = block["rowData"]
    for row in rows:
        cells = row.get("values")
        while cells and not cells[-1]:
            cells.pop()
        if cells == []:
            del row["values"]
    while rows and not rows[-1]:
        rows.pop()
    if not rows:
        del block["rowData"]


def _merged(tree: Tree, target: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    if "*" in tree:
        return dict(source)
    merged = dict(target)
    for name, below in tree.items():
        if below:
            value = _merged(below, target.get(name) or {}, source.get(name) or {})
            if value:
                merged[name] = value
            else:
                merged.pop(name, None)
        elif name in source:
            merged[name] = source[name]
        else:
            merged.pop(name, None)
    return merged
