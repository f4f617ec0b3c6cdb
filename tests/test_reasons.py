"""No error is given its reason as a plain text: it would be English in a Chinese sentence."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import sheetdesk
from sheetdesk.errors import Cause, SheetdeskError

PACKAGE = Path(sheetdesk.__file__).parent
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if "sandbox" not in path.parts and path.name != "__main__.py"
)
"""The sandbox speaks as Google does."""

FOREIGN = frozenset({"strerror", "msg", "message"})
"""What other people's errors call their words."""


@cache
def error_classes() -> Mapping[str, type[SheetdeskError]]:
    for path in MODULES:
        dotted = path.relative_to(PACKAGE.parent).with_suffix("").as_posix().replace("/", ".")
        import_module(dotted.removesuffix(".__init__"))
    return {found.__name__: found for found in _below(SheetdeskError)}


def _below(parent: type[SheetdeskError]) -> Iterator[type[SheetdeskError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from _below(child)


def reason_of(call: ast.Call, known: Mapping[str, type[SheetdeskError]]) -> ast.expr | None:
    """What the error that is made here is given as its reason, by name or by place."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if name not in known:
        return None
    for keyword in call.keywords:
        if keyword.arg == "reason":
            return keyword.value
    places = [*inspect.signature(known[name]).parameters]
    place = places.index("reason") if "reason" in places else len(call.args)
    return call.args[place] if place < len(call.args) else None


def is_text(node: ast.AST | None, scope: ast.AST, seen: frozenset[str] = frozenset()) -> bool:
    """Whether an expression may be a plain text, or an error that would be told as one."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.Attribute(attr=name):
            return name in FOREIGN
        case ast.BinOp(left=left, right=right):
            return is_text(left, scope, seen) or is_text(right, scope, seen)
        case ast.IfExp(body=body, orelse=orelse):
            return is_text(body, scope, seen) or is_text(orelse, scope, seen)
        case ast.BoolOp(values=values):
            return any(is_text(value, scope, seen) for value in values)
        case ast.Call(func=ast.Name(id="str")):
            return True
        case ast.Call(func=ast.Attribute(value=held, attr="format" | "join")):
            return is_text(held, scope, seen)
        case ast.Name(id=name) if name not in seen:
            return any(is_text(value, scope, seen | {name}) for value in _given(name, scope))
    return False


def _given(name: str, scope: ast.AST) -> Iterator[ast.AST]:
    """What a name is set to in a function or a module; a caught error counts as a text."""
    for node in ast.walk(scope):
        if isinstance(node, ast.ExceptHandler) and node.name == name:
            yield ast.Constant("")
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        for target in targets:
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = list(zip(target.elts, value.elts, strict=False))
            for one, what in pairs:
                if isinstance(one, ast.Name) and one.id == name and isinstance(what, ast.AST):
                    yield what


def plain_reasons(source: str) -> list[int]:
    """The lines of the errors whose reason is a plain text."""
    known = error_classes()
    tree = ast.parse(source)
    homes = {
        inner: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (reason := reason_of(node, known)) is not None
        and (is_text(reason, homes.get(node, tree)) or is_text(reason, ast.Module(_top(tree), [])))
    ]


def _top(tree: ast.Module) -> list[ast.stmt]:
    """A module's own names."""
    return [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]


def test_every_reason_is_a_cause() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in MODULES
        for line in plain_reasons(path.read_text("utf-8"))
    ]
    assert found == []


def test_there_are_many_reasons_to_look_at() -> None:
    known = error_classes()
    calls = [
        node
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and reason_of(node, known) is not None
    ]
    assert len(calls) > 120
    assert {"PatchRefused", "ChannelUnreachable", "ScriptInvalid", "MessagesInvalid"} <= set(known)


@pytest.mark.parametrize(
    "source",
    [
        'raise PatchRefused(part="a", reason="it is empty")',
        'raise errors.PatchRefused(part="a", reason=f"it has no {tab}")',
        'raise ChannelUnreachable(channel, "it is " + why)',
        'raise ChannelUnreachable(channel, reason or "it is asked too often")',
        'raise ScriptInvalid(key, place, "two rules have this name")',
        'def f():\n    reason = "none" if a else b\n    raise PackageBroken(path=p, reason=reason)',
        'EMPTY = "it is empty"\ndef f():\n    raise PackageBroken(path=p, reason=EMPTY)',
        'def f():\n    code, why = 1, f"it has {n}"\n    raise FileBroken(path=p, reason=why)',
        "try:\n    f()\nexcept ValueError as error:\n    raise FileBroken(path=p, reason=error)",
        "raise FileUnreadable(path=p, reason=error.strerror)",
        "raise FileBroken(path=p, reason=str(error))",
    ],
)
def test_a_plain_text_is_seen(source: str) -> None:
    assert len(plain_reasons(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        'raise PatchRefused(part="a", reason=Cause("it is empty", "内容为空"))',
        "raise ChannelUnreachable(channel, LATE)",
        "raise FileUnreadable(path=p, reason=Cause.of_system(error))",
        "raise PackageBroken(path=p, reason=error.cause)",
        "raise Elsewhere(reason='of another tree')",
    ],
)
def test_a_cause_is_none(source: str) -> None:
    assert plain_reasons(source) == []


def test_what_a_system_or_a_library_said_is_told_in_both_languages() -> None:
    denied = Cause.of_system(PermissionError(13, "Permission denied"))
    assert (denied.say("en"), denied.say("zh")) == ("Permission denied", "没有访问权限")
    odd = Cause.of_system(OSError(99999, "Strange weather"))
    assert (odd.say("en"), odd.say("zh")) == ("Strange weather", "“Strange weather”")
    assert Cause.of_system(OSError("broken")).say("zh") == "“broken”"
    assert Cause.retold(ValueError("bad"), "有误").say("en") == "bad"
    both = [Cause("one", "一"), Cause("two", "二")]
    assert Cause.joined(both) == Cause("one; two", "一；二")
    assert both[0] + both[1] == Cause("onetwo", "一二")
