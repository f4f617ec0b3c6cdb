"""Choosing between values: IF, IFERROR, IFNA, IFS, SWITCH, CHOOSE, and ARRAYFORMULA itself."""

from __future__ import annotations

from sheetdesk.sandbox.formulas.blocks import Block, Value, flat
from sheetdesk.sandbox.formulas.functions.function import Evaluator, Function
from sheetdesk.sandbox.formulas.scalars import (
    Context,
    Error,
    Scalar,
    compare,
    to_bool,
    to_number,
)
from sheetdesk.sandbox.formulas.syntax import Node

__all__ = ["FUNCTIONS"]

NO_MATCH = Error("N_A", "No match.")


def _arrayformula(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    return evaluation.value(nodes[0], array=True)


def _single(evaluation: Evaluator, node: Node, array: bool) -> Value:
    """An argument that wants one value: a range means one cell, unless taken place by place."""
    return evaluation.lift(lambda value: value, [evaluation.value(node, array=array)], array=array)


def _if(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    test = _single(evaluation, nodes[0], array)
    if not isinstance(test, Block):
        truth = to_bool(test)
        if isinstance(truth, Error):
            return truth
        if truth:
            return evaluation.value(nodes[1], array=array)
        return evaluation.value(nodes[2], array=array) if len(nodes) > 2 else False
    branches = [evaluation.value(node, array=array) for node in nodes[1:]]
    return evaluation.lift(_chosen, [test, *branches], array=array)


def _chosen(test: Scalar, yes: Scalar, no: Scalar = False) -> Scalar:
    if test is True:
        return yes
    truth = to_bool(test)
    return truth if isinstance(truth, Error) else yes if truth else no


def _iferror(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    return _instead(evaluation, nodes, array, None)


def _ifna(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    return _instead(evaluation, nodes, array, "N_A")


def _instead(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool, kind: str | None) -> Value:
    """The first argument, or the second where the first is an error (of a kind)."""
    value = evaluation.value(nodes[0], array=array)
    if not isinstance(value, Block):
        if isinstance(value, Error) and kind in (None, value.kind):
            return evaluation.value(nodes[1], array=array) if len(nodes) > 1 else None
        return value
    other = evaluation.value(nodes[1], array=array) if len(nodes) > 1 else None

    def choose(given: Scalar, instead: Scalar) -> Scalar:
        return instead if isinstance(given, Error) and kind in (None, given.kind) else given

    return evaluation.lift(choose, [value, other], array=array)


def _ifs(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    if len(nodes) % 2:
        return Error("N_A", "IFS takes conditions and values in pairs.")
    value: Value = NO_MATCH
    tests = [_single(evaluation, node, array) for node in nodes[::2]]
    if any(isinstance(test, Block) for test in tests):
        for test, node in reversed(list(zip(tests, nodes[1::2], strict=True))):
            yes = evaluation.value(node, array=array)
            value = evaluation.lift(_chosen, [test, yes, value], array=array)
        return value
    for test, node in zip(tests, nodes[1::2], strict=True):
        truth = to_bool(test) if not isinstance(test, Block) else False
        if isinstance(truth, Error):
            return truth
        if truth:
            return evaluation.value(node, array=array)
    return value


def _switch(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    value = _single(evaluation, nodes[0], array)
    pairs = list(zip(nodes[1::2], nodes[2::2], strict=False))
    result: Value = evaluation.value(nodes[-1], array=array) if len(nodes) % 2 == 0 else NO_MATCH
    for case, node in reversed(pairs):
        same = evaluation.lift(_equal, [value, _single(evaluation, case, array)], array=array)
        result = evaluation.lift(_chosen, [same, evaluation.value(node, array=array), result], array=array)
    return result


def _equal(left: Scalar, right: Scalar) -> Scalar:
    if isinstance(left, Error):
        return left
    return right if isinstance(right, Error) else compare(left, right) == 0


def _choose(evaluation: Evaluator, nodes: tuple[Node, ...], array: bool) -> Value:
    place = _single(evaluation, nodes[0], array)
    number = to_number(place, evaluation.context) if not isinstance(place, Block) else 0.0
    if isinstance(number, Error):
        return number
    if not 1 <= number < len(nodes):
        return Error("NUM", f"CHOOSE has no value number {number:g}.")
    return evaluation.value(nodes[int(number)], array=array)


def _truths(context: Context, values: tuple[Value, ...]) -> list[bool] | Error:
    """The truth values among arguments; texts and empty cells in ranges are passed over."""
    truths = []
    for value in values:
        for one in flat(value):
            if one is None or (isinstance(value, Block) and isinstance(one, str)):
                continue
            truth = to_bool(one)
            if isinstance(truth, Error):
                return truth
            truths.append(truth)
    return truths


def _and(context: Context, *values: Value) -> Value:
    truths = _truths(context, values)
    return truths if isinstance(truths, Error) else all(truths)


def _or(context: Context, *values: Value) -> Value:
    truths = _truths(context, values)
    return truths if isinstance(truths, Error) else any(truths)


def _xor(context: Context, *values: Value) -> Value:
    truths = _truths(context, values)
    return truths if isinstance(truths, Error) else sum(truths) % 2 == 1


def _not(context: Context, value: Scalar) -> Scalar:
    truth = to_bool(value)
    return truth if isinstance(truth, Error) else not truth


FUNCTIONS: dict[str, Function] = {
    "ARRAYFORMULA": Function(None, "b", 1, 1, lazy=_arrayformula),
    "IF": Function(None, "s", 2, 3, lazy=_if),
    "IFERROR": Function(None, "s", 1, 2, lazy=_iferror),
    "IFNA": Function(None, "s", 1, 2, lazy=_ifna),
    "IFS": Function(None, "s", 2, lazy=_ifs),
    "SWITCH": Function(None, "s", 3, lazy=_switch),
    "CHOOSE": Function(None, "s", 2, lazy=_choose),
    "AND": Function(_and, "b", 1),
    "OR": Function(_or, "b", 1),
    "XOR": Function(_xor, "b", 1),
    "NOT": Function(_not, "s", 1, 1),
    "TRUE": Function(lambda context: True, "", 0, 0),
    "FALSE": Function(lambda context: False, "", 0, 0),
}
