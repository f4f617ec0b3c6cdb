"""Reads the actions of a rule, each name looked up among the desk's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from sheetdesk.columns.base import Choice, Column, Meaning, blank, plain
from sheetdesk.desk import language_causes as causes
from sheetdesk.desk.actions import (
    VERBS,
    Action,
    Assign,
    Close,
    Escalate,
    Flag,
    Level,
    LinkDuplicates,
    Notify,
    Return,
    RuleWords,
    Set,
)
from sheetdesk.desk.durations import read_duration
from sheetdesk.desk.names import Known, any_name, nobody, read_whom
from sheetdesk.desk.tokens import (
    LanguageInvalid,
    Reader,
    Token,
    check_text,
    fold,
    read_tokens,
)  # fmt: skip
from sheetdesk.desk.value import column_names, find_choice, read_column, read_value
from sheetdesk.errors import Cause, near

__all__ = ["parse_actions", "read_actions"]

MOST = 20

QUOTED = r""""[^"]*"|'[^']*'|“[^”]*”|「[^」]*」"""
# An apostrophe inside a word starts no quote.
PARTING = re.compile(rf"(?:(?<![^\s=,;、])(?:{QUOTED})|[^;,、\n\r])+")
WHOLE = re.compile(rf"(?:{QUOTED})$")
LEVELS = ("at", "at due", "before due", "after due")
AFTER = {
    Notify: causes.NOTIFY_HOW,
    Escalate: causes.ESCALATE_HOW,
}
CALLED = {word: verb for verb, words in VERBS.items() for word in words}


def parse_actions(then: Sequence[str] | str, words: RuleWords) -> tuple[Action, ...]:
    """The actions in `then`, in order, at least one. Raises ActionInvalid."""
    actions: list[Action] = []
    for text in [then] if isinstance(then, str) else then:
        check_text(text)
        actions += read_actions(text, 0, words)
        if len(actions) > MOST:
            raise _too_many(text, 0)
    if not actions:
        raise LanguageInvalid("", 0, causes.NO_ACTION_YET)
    return tuple(actions)


def read_actions(text: str, start: int, words: RuleWords) -> list[Action]:
    """The actions from a place of `text` to its end, at least one. Raises ActionInvalid."""
    folded = fold(text)
    known = Known(words)
    actions: list[Action] = []
    for first, last in _parts(folded, start):
        if len(actions) == MOST:
            raise _too_many(text, first)
        try:
            actions.append(_action(text, folded, first, last, known))
        except _NoAction as error:
            # Who lists people as actions are listed is told how people are.
            is_list = bool(actions) and isinstance(actions[-1], Notify)
            why = error.args[0] + causes.PEOPLE_JOINED if is_list else error.args[0]
            raise LanguageInvalid(text, first, why) from None
    if not actions:
        raise LanguageInvalid(text, len(text), causes.NO_ACTION_YET)
    return actions


class _NoAction(ValueError):
    """The first word is no verb."""


def _too_many(text: str, position: int) -> LanguageInvalid:
    return LanguageInvalid(text, position, Cause(f"more than {MOST} actions", f"动作超过 {MOST} 个"))


def _parts(folded: str, start: int) -> Iterator[tuple[int, int]]:
    """From where to where each action goes."""
    for match in PARTING.finditer(folded, start):
        inner = match.group().strip()
        if inner:
            first = match.start() + match.group().index(inner)
            yield first, first + len(inner)


def _action(text: str, folded: str, first: int, last: int, known: Known) -> Action:
    """The action from `first` to `last`."""
    word = folded[first:last].split(maxsplit=1)[0]
    verb = CALLED.get(word.lower())
    start = first + len(word)
    if verb is None:
        raise _NoAction(_no_action(word))
    if verb == "flag":
        return _flag(text, folded, start, last)
    verb_token = Token("word", word, word, first, start)
    named = known.words.named
    reader = Reader(text, read_tokens(text, start, last), last, somebody_looks=False, named=named)
    action = READERS[verb](reader, verb_token, known)
    reader.finish(AFTER.get(type(action)))
    return action


def _no_action(word: str) -> Cause:
    glued = next((verb for verb in CALLED if not verb.isascii() and word.startswith(verb)), None)
    if glued:
        return causes.glued(glued)
    return causes.no_action(word, near(word, CALLED))


def _flag(text: str, folded: str, start: int, last: int) -> Flag:
    """A mark is read as it stands, apostrophes and all; quotes around all of it are taken off."""
    while start < last and folded[start].isspace():
        start += 1
    if WHOLE.match(folded, start, last):
        start, last = start + 1, last - 1
    mark = text[start:last].strip()
    if not mark:
        raise LanguageInvalid(text, start, causes.WHICH_MARK)
    return Flag(mark)


def _assign(reader: Reader, verb: Token, known: Known) -> Assign:
    known.needs(reader, verb, "owner")
    token = reader.peek()
    if reader.take("anyone"):
        return Assign("anyone")
    reader.part("skill")
    if reader.take("skill"):
        known.needs(reader, token, "type")
        column = known.by_key["type"]
        named = reader.rest()
        if named is None:
            raise reader.wrong(None, causes.WHICH_SKILL)
        if column_names([column]).get(" ".join(named.text.split()).casefold()):
            return Assign("type")
        return Assign("skill", find_choice(reader, named, column).key)
    person = reader.name(known.people) or any_name(reader, known)
    if person is None:
        skills = (
            [f"skill:{choice.key}" for choice in known.by_key["type"].choices]
            if "type" in known.by_key
            else []
        )
        raise nobody(reader, causes.TO_WHOM, [*known.people.values(), "anyone", *skills])
    return Assign("person", person)


def _set(reader: Reader, verb: Token, known: Known) -> Set:
    named = reader.peek()
    column = read_column(reader, known.columns)
    if column.key == "id" or column.owner == "formula":
        raise reader.wrong(
            named,
            causes.worked_out(column.key),
        )
    sign = reader.peek()
    if sign is None or sign.text != "=":
        raise reader.wrong(sign, causes.sign_expected(verb.text))
    reader.at += 1
    token = reader.rest()
    if token is None:
        raise reader.wrong(None, causes.VALUE_EXPECTED)
    value = None if token.means == "empty" else _value(reader, token, column, known)
    if blank(value):
        if column.required:
            raise reader.wrong(token, Cause(f"'{column.key}' must not be empty", f"“{column.key}”不能为空"))
        value = None
    return Set(column.key, value)


def _value(reader: Reader, token: Token, column: Column, known: Known) -> Any:
    value = read_value(reader, token, column)
    if column.type == "person" and known.words.people is not None:
        person = known.people.get(value.casefold())
        if person is None:
            raise reader.unknown(
                token,
                causes.nobody_called(value),
                value,
                known.people.values(),
            )
        return person
    if column.minimum is not None and column.type == "number" and value < column.minimum:
        raise reader.wrong(token, causes.at_least(column.key, plain(column.minimum)))
    if column.maximum is not None and column.type == "number" and value > column.maximum:
        raise reader.wrong(token, causes.at_most(column.key, plain(column.maximum)))
    if column.max_length is not None and isinstance(value, str) and len(value) > column.max_length:
        raise reader.wrong(token, causes.no_longer(column.key, column.max_length))
    return value


def _notify(reader: Reader, verb: Token, known: Known) -> Notify:
    whom = [read_whom(reader, known, lambda token: token.means in ("and", "now"))]
    while reader.take("and"):
        whom.append(read_whom(reader, known, lambda token: token.means in ("and", "now")))
    return Notify(tuple(dict.fromkeys(whom)), is_urgent=reader.take("now"))


def _escalate(reader: Reader, verb: Token, known: Known) -> Escalate:
    whom = read_whom(reader, known, _starts_level)
    reader.part("before due")
    reader.part("after due")
    token = reader.peek()
    if token is None:
        return Escalate(whom)
    if reader.take("at due"):
        return Escalate(whom, Level("at"))
    if reader.take("at"):
        _due(reader)
        return Escalate(whom, Level("at"))
    if reader.take("before due"):
        return Escalate(whom, Level("before", read_duration(reader)))
    if reader.take("after due"):
        return Escalate(whom, Level("after", read_duration(reader)))
    if not _starts_level(token):
        return Escalate(whom)
    span = read_duration(reader)
    side: Literal["before", "after"]
    if reader.take("before"):
        side = "before"
    elif reader.take("after"):
        side = "after"
    else:
        raise reader.wrong(reader.peek(), causes.SIDE_EXPECTED)
    _due(reader)
    return Escalate(whom, Level(side, span))


def _starts_level(token: Token) -> bool:
    return token.kind == "word" and (
        token.text[0].isdigit() or token.means in LEVELS or token.text.startswith(("到期前", "到期后"))
    )


def _due(reader: Reader) -> None:
    if not reader.take("due"):
        raise reader.wrong(reader.peek(), causes.DUE_EXPECTED)


def _close(reader: Reader, verb: Token, known: Known) -> Close:
    known.needs(reader, verb, "status")
    column = known.by_key["status"]
    if not reader.take("as"):
        ended = [*_ending(column, Meaning.CLOSED), *_ending(column, Meaning.RESOLVED)]
        if not ended:
            raise reader.wrong(verb, causes.NO_END)
        return Close(ended[0].key)
    token = reader.rest()
    if token is None:
        raise reader.wrong(None, causes.STATUS_EXPECTED)
    status = find_choice(reader, token, column)
    if status.meaning is None or status.meaning.is_open:
        ends = ", ".join(c.key for c in column.choices if c.meaning and not c.meaning.is_open)
        raise reader.wrong(token, causes.no_ending(status.key, ends))
    return Close(status.key)


def _ending(column: Column, meaning: Meaning) -> list[Choice]:
    return [choice for choice in column.choices if choice.meaning is meaning]


def _return(reader: Reader, verb: Token, known: Known) -> Return:
    known.needs(reader, verb, "owner")
    return Return()


def _link(reader: Reader, verb: Token, known: Known) -> LinkDuplicates:
    known.needs(reader, verb, "link")
    if not reader.take("duplicates"):
        raise reader.wrong(reader.peek(), causes.duplicates_expected(verb.text))
    if not reader.take("within") and reader.peek() is None:
        return LinkDuplicates()
    span = read_duration(reader, ending="内")
    reader.take("inside")
    return LinkDuplicates(span)


READERS: dict[str, Callable[[Reader, Token, Known], Action]] = {
    "assign": _assign, "set": _set, "notify": _notify, "escalate": _escalate, "close": _close,
    "return": _return, "link": _link,
}  # fmt: skip
