"""Who is meant by a name in a rule: the ticket's own people, a role, a member of the team, a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sheetdesk.columns.base import plain
from sheetdesk.desk.actions import RuleWords, Whom
from sheetdesk.desk.language_causes import nobody_called
from sheetdesk.desk.tokens import LanguageInvalid, Reader, Token, known_names
from sheetdesk.desk.value import column_names
from sheetdesk.errors import Cause

__all__ = ["Known", "any_name", "nobody", "read_whom"]

OWNER = ("owner", "负责人", "责任人")
REQUESTER = ("requester", "提交人", "请求人")


class Known:
    """The names of a desk, folded as they are looked up."""

    def __init__(self, words: RuleWords) -> None:
        self.words = words
        self.columns = column_names(words.columns)
        self.by_key = {column.key: column for column in words.columns}
        self.people = known_names((name, name) for name in words.people or ())
        self.whom = self._whom()

    def _whom(self) -> dict[str, Whom]:
        """Of names that mean several, the ticket's own people win, then roles, their keys first."""
        roles = self.words.roles
        own = [(word, Whom("owner")) for word in self._called("owner", OWNER)]
        own += [(word, Whom("requester")) for word in self._called("requester", REQUESTER)]
        return known_names(
            [
                *((name, Whom("person", name)) for name in self.people.values()),
                *((title, Whom("role", key)) for key, title in roles.items()),
                *((key, Whom("role", key)) for key in roles),
                *own,
            ]
        )

    def _called(self, key: str, words: Sequence[str]) -> list[str]:
        return [*words, *([self.by_key[key].title] if key in self.by_key else [])]

    def needs(self, reader: Reader, token: Token | None, *keys: str) -> None:
        for key in keys:
            if key not in self.by_key:
                raise reader.wrong(
                    token,
                    Cause(
                        f"the tickets have no column '{key}', which this needs",
                        f"工单没有此处所需的列“{key}”",
                    ),
                )


def read_whom(reader: Reader, known: Known, until: Callable[[Token], bool]) -> Whom:
    token = reader.peek()
    reader.part("channel")
    if reader.take("channel"):
        return Whom("channel", _channel(reader, known))
    found = reader.name(known.whom)
    if found is None:
        name = any_name(reader, known, until)
        if name is None:
            raise nobody(
                reader,
                Cause("whom? write `owner`, a role or a name", "通知谁？请写 `负责人`、角色或姓名"),
                known.whom,
            )
        return Whom("person", name)
    if found.kind == "owner":
        known.needs(reader, token, "owner")
    if found.kind == "requester":
        known.needs(reader, token, "contact")
    return found


def _channel(reader: Reader, known: Known) -> str:
    token = reader.peek()
    if token is None or token.kind not in ("word", "quoted"):
        raise reader.wrong(
            token, Cause("which channel? write `channel:` and its key", "哪个渠道？请写 `channel:` 和它的键")
        )
    reader.at += 1
    channels = known.words.channels
    if channels is None:
        return token.text
    key = {channel.casefold(): channel for channel in channels}.get(token.text.casefold())
    if key is None:
        raise reader.unknown(
            token, Cause(f"no channel '{token.text}'", f"没有渠道“{token.text}”"), token.text, channels
        )
    return key


def any_name(
    reader: Reader, known: Known, until: Callable[[Token], bool] = lambda token: False
) -> str | None:
    """What stands here as a name, where the team is not known."""
    token = reader.peek()
    if known.words.people is not None or token is None or token.kind not in ("word", "quoted"):
        return None
    run = reader.rest(lambda token: token.kind in ("sign", "mark") or until(token))
    name = " ".join(plain(run.typed).split()) if run else ""
    return name or None


def nobody(reader: Reader, ask: Cause, options: Iterable[str]) -> LanguageInvalid:
    token = reader.peek()
    if token is None or token.kind not in ("word", "quoted"):
        return reader.wrong(token, ask)
    return reader.unknown(token, nobody_called(token.text), token.text, options)
