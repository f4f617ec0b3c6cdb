"""The contract of a way to tell people: give it a message, and it is sent or an error says why not.

A member is a file of this folder with a `KIND`. What a setting stands for is looked up when something
is sent and kept nowhere; no error, no repr and no log repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sheetdesk.channels._secrets import is_looked_up, look_up
from sheetdesk.desk.automation import ChannelSpec
from sheetdesk.errors import Cause, ChannelInvalid, near
from sheetdesk.families import member, members

__all__ = [
    "ADDRESS",
    "SECONDS",
    "SERVICE",
    "TEXT",
    "Addressee",
    "Channel",
    "Form",
    "Kind",
    "Message",
    "Settings",
    "check_settings",
    "open_channel",
    "reaches",
]


@dataclass(frozen=True)
class Addressee:
    """Whom a message is for. `chat` is the user id on that channel; what is not known is ""."""

    name: str = ""
    mail: str = ""
    chat: str = ""


@dataclass(frozen=True)
class Message:
    """What one person is told, as plain text in the language `locale`.

    `key` is the same whenever the same message is sent once more, so that a mailbox can tell.
    """

    to: Addressee
    title: str
    text: str
    locale: str = "en"
    is_urgent: bool = False
    key: str = ""


class Channel(Protocol):
    """One way to tell people, as a desk file sets it up."""

    def send(self, message: Message) -> None:
        """Return when the service has taken the message.

        Raises ChannelUnreachable when a later try may do; ChannelRefused when none will; ChannelInvalid
        when a setting, or what it stands for, is missing or wrong.
        """
        ...


@dataclass(frozen=True)
class Form:
    """What a setting has to look like; `expected` says it in words."""

    pattern: re.Pattern[str]
    expected: Cause

    def asked(self, name: str) -> Cause:
        """The complaint about a setting of this form that does not look like it."""
        return Cause(f"'{name}' has to be {self.expected.en}", f"“{name}”应为{self.expected.zh}")

    def fits(self, value: str) -> bool:
        return self.pattern.fullmatch(value) is not None


BY_HTTPS = Cause("an address that begins with https://", "以 https:// 开头的地址")

TEXT = Form(re.compile(r"[^\x00-\x1f\x7f]+"), Cause("one line of text", "一行文本"))
ADDRESS = Form(re.compile(r"https?://[!-~]+", re.IGNORECASE), BY_HTTPS)
# A service's address holds its password, which must not cross a network in the clear.
SERVICE = Form(
    re.compile(r"(https://|http://(localhost|127\.0\.0\.1|\[::1\])[:/])[!-~]+", re.IGNORECASE),
    BY_HTTPS,
)
SECONDS = Form(re.compile(r"(?=.*[1-9])\d{1,4}(\.\d+)?"), Cause("a number of seconds", "秒数"))


@dataclass(frozen=True)
class Settings:
    """A channel's settings, each looked up when asked for."""

    spec: ChannelSpec
    forms: Mapping[str, Form]
    environment: Mapping[str, str] = field(repr=False)

    @property
    def channel(self) -> str:
        """The channel's key in the desk file, for errors."""
        return self.spec.key

    def get(self, name: str, default: str = "") -> str:
        """What a setting stands for. Raises ChannelInvalid, naming the setting and never its value."""
        written = self.spec.settings.get(name, "")
        if not written:
            return default
        value = look_up(self.channel, written, self.environment)
        form = self.forms[name]
        if not form.fits(value):
            raise ChannelInvalid(channel=self.channel, reason=form.asked(name))
        return value


def anyone(addressee: Addressee) -> bool:
    """True: a group's chat can be told about everybody."""
    return True


def _no_more(settings: Mapping[str, str]) -> list[Cause]:
    return []


@dataclass(frozen=True)
class Kind:
    """What a member of the family offers: its settings, how it is opened, and whom it can tell.

    `complaints` says what no single setting shows.
    """

    required: Mapping[str, Form]
    optional: Mapping[str, Form]
    opened: Callable[[Settings], Channel]
    reaches: Callable[[Addressee], bool] = anyone
    complaints: Callable[[Mapping[str, str]], list[Cause]] = _no_more

    @property
    def forms(self) -> dict[str, Form]:
        """Every setting and its form."""
        return {**self.required, **self.optional}


def open_channel(spec: ChannelSpec, environment: Mapping[str, str]) -> Channel:
    """The channel of a desk file, ready to send. Nothing is looked up and nobody called yet.

    Raises ChannelInvalid.
    """
    wrong = check_settings(spec.kind, spec.settings)
    if wrong:
        raise ChannelInvalid(channel=spec.key, reason=Cause.joined(wrong))
    kind = _kind(spec.kind)
    return kind.opened(Settings(spec, kind.forms, environment))


def check_settings(kind: str, settings: Mapping[str, str]) -> list[Cause]:
    """What is wrong with a channel's settings as they are written; [] when nothing is.

    What a setting takes from elsewhere is not looked up, and no value is repeated.
    """
    if kind not in members("channels"):
        hint = _hint(kind, members("channels"))
        return [Cause(f"'{kind}' is no kind of channel{hint.en}", f"“{kind}”不是通知渠道的种类{hint.zh}")]
    found = _kind(kind)
    forms = found.forms
    wrong = [_unknown(name, forms) for name in settings if name not in forms]
    wrong += [
        Cause(f"the setting '{name}' is missing", f"缺少设置“{name}”")
        for name in found.required
        if not settings.get(name)
    ]
    for name, form in forms.items():
        written = settings.get(name, "")
        if written and not is_looked_up(written) and not form.fits(written):
            wrong.append(form.asked(name))
    return wrong + found.complaints(settings)


def reaches(kind: str, addressee: Addressee) -> bool:
    """Whether a channel of this kind can tell this person. Raises FamilyMemberUnknown."""
    return _kind(kind).reaches(addressee)


def _kind(name: str) -> Kind:
    found: Kind = member("channels", name).KIND
    return found


def _unknown(name: str, forms: Mapping[str, Form]) -> Cause:
    hint = _hint(name, forms)
    return Cause(f"no setting '{name}'{hint.en}", f"没有设置“{name}”{hint.zh}")


def _hint(word: str, known: Mapping[str, Form] | tuple[str, ...]) -> Cause:
    like = near(word, known)
    if like:
        return Cause(f" ({like}?)", f"（是否想写 {like}？）")
    return Cause(f". Known: {', '.join(known)}", f"；可用：{', '.join(known)}")
