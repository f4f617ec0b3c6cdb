"""Rules, such as `when 类型 = 网络 and 负责人 为空 for 30m then assign skill:network, notify 组长`.

    rule  := "when" when "then" actions
    when  := condition ["for" time]

`for` comes last: the whole condition has held that long without a break. Conditions are those of
`condition.py`, actions those of `actions.py`; a time is `30m`, `2h`, `1d`, `3wd`, `30分钟`, `2小时`, `1天`,
`3工作日`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sheetdesk.desk.actions import Action, RuleWords
from sheetdesk.desk.condition import Condition, read_condition
from sheetdesk.desk.desk import Desk, Duration
from sheetdesk.desk.durations import read_duration
from sheetdesk.desk.language_causes import JOINED, TIME_LAST
from sheetdesk.desk.read_actions import parse_actions, read_actions
from sheetdesk.desk.tokens import LONGEST, LanguageInvalid, Reader, Token, check_text, read_tokens
from sheetdesk.errors import Cause

__all__ = ["RuleSpec", "parse_rule", "parse_rule_line", "parse_when", "rule_words"]


@dataclass(frozen=True)
class RuleSpec:
    """When to do what. `lasting`: how long `when` must have held without a break; None for at once."""

    when: Condition
    lasting: Duration | None
    actions: tuple[Action, ...]


def parse_rule(when: str, then: Sequence[str] | str, desk_words: RuleWords) -> RuleSpec:
    """The rule of two texts, as they stand in the Rules tab. Raises LanguageInvalid, whose text is one."""
    condition, lasting = parse_when(when, desk_words)
    return RuleSpec(condition, lasting, parse_actions(then, desk_words))


def parse_when(text: str, desk_words: RuleWords) -> tuple[Condition, Duration | None]:
    """What a rule waits for, and for how long it must hold. Raises LanguageInvalid."""
    check_text(text)
    return _when(text, read_tokens(text), len(text), desk_words)


def parse_rule_line(text: str, desk_words: RuleWords) -> RuleSpec:
    """The rule in one text, `when … then …` or `如果 … 那么 …`. Raises LanguageInvalid."""
    check_text(text, 2 * LONGEST)
    tokens: list[Token] = []
    # What follows `then` is not for tokens: a mark may hold an apostrophe.
    for token in read_tokens(text):
        if not tokens and token.means != "when":
            raise LanguageInvalid(
                text, token.position, Cause("a rule starts with `when`", "规则以 `如果` 开头")
            )
        if token.means == "then":
            break
        tokens.append(token)
    else:
        raise LanguageInvalid(
            text, len(text), Cause("`then` and an action are expected here", "此处应为 `那么` 和动作")
        )
    if tokens[-1].text in (",", "、") and tokens[-1].kind == "mark":
        tokens.pop()
    condition, lasting = _when(text, tokens[1:], token.position, desk_words)
    return RuleSpec(condition, lasting, tuple(read_actions(text, token.end, desk_words)))


def rule_words(desk: Desk, people: Sequence[str] | None, channels: Sequence[str] | None = None) -> RuleWords:
    """What names mean in the rules of a desk with these members."""
    return RuleWords(desk.tickets.columns, {r.key: r.title for r in desk.roles}, people, channels)


def _when(
    text: str, tokens: Iterable[Token], end: int, words: RuleWords
) -> tuple[Condition, Duration | None]:
    reader = Reader(text, tokens, end, somebody_looks=False, named=words.named)
    condition = read_condition(reader, words.columns)
    reader.part("for")
    lasting = read_duration(reader) if reader.take("for") else None
    reader.finish(JOINED if lasting is None else TIME_LAST)
    return condition, lasting
