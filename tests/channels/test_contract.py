"""What every kind of channel keeps, whatever service it calls."""

from __future__ import annotations

import pytest

from sheetdesk.channels.base import (
    Addressee,
    Form,
    Kind,
    Message,
    check_settings,
    open_channel,
    reaches,
)
from sheetdesk.channels.memory import Memory
from sheetdesk.desk.automation import ChannelSpec
from sheetdesk.errors import ChannelInvalid, FamilyMemberUnknown
from sheetdesk.families import member, members

CHANNELS = ("apprise", "dingtalk", "feishu", "mail", "memory", "slack", "teams", "webhook", "wecom")
URL = "https://hooks.example.com/T0/B0/x"
WRITTEN = {
    "apprise": {"url": "json://localhost/x"},
    "mail": {"server": "mail.example.com", "from": "Desk <desk@example.com>"},
    "memory": {},
} | {kind: {"url": URL} for kind in ("dingtalk", "feishu", "slack", "teams", "webhook", "wecom")}

every_kind = pytest.mark.parametrize("kind", CHANNELS)


def test_the_channels_are_the_files_of_their_folder() -> None:
    assert members("channels") == CHANNELS
    assert set(WRITTEN) == set(CHANNELS)


def _told(kind: str, settings: dict[str, str]) -> list[str]:
    return [str(cause) for cause in check_settings(kind, settings)]


@every_kind
def test_a_member_says_its_settings_and_whom_it_can_tell(kind: str) -> None:
    found = member("channels", kind).KIND
    assert isinstance(found, Kind)
    assert "KIND" in member("channels", kind).__all__
    assert not set(found.required) & set(found.optional)
    assert all(isinstance(form, Form) for form in found.forms.values())
    assert reaches(kind, Addressee("Li", "li@example.com", "U1"))
    assert reaches(kind, Addressee("Li")) is (kind != "mail")


@every_kind
def test_a_channel_opens_without_calling_anybody_or_looking_anything_up(kind: str) -> None:
    asked = dict.fromkeys(member("channels", kind).KIND.forms, "${UNSET}")
    assert check_settings(kind, WRITTEN[kind]) == check_settings(kind, asked) == []
    assert open_channel(ChannelSpec("ours", kind, WRITTEN[kind]), {})
    assert open_channel(ChannelSpec("ours", kind, asked), {})


@every_kind
def test_a_setting_that_is_not_known_comes_with_the_nearest_that_is(kind: str) -> None:
    known = sorted(member("channels", kind).KIND.forms)
    for name in known:
        wrong = f"{name}s"
        assert _told(kind, WRITTEN[kind] | {wrong: "x"}) == [f"no setting '{wrong}' ({name}?)"]


@every_kind
def test_a_setting_that_is_missing_is_named(kind: str) -> None:
    required = member("channels", kind).KIND.required
    assert _told(kind, {}) == [f"the setting '{name}' is missing" for name in required]
    assert check_settings(kind, dict.fromkeys(required, "")) == check_settings(kind, {})


@every_kind
def test_a_channel_that_is_wrongly_set_up_does_not_open(kind: str) -> None:
    with pytest.raises(ChannelInvalid, match="'ours' cannot be used: no setting 'colour'") as raised:
        open_channel(ChannelSpec("ours", kind, WRITTEN[kind] | {"colour": "hidden"}), {})
    assert raised.value.exit_code == 2
    assert "hidden" not in str(raised.value)


@every_kind
def test_no_setting_takes_a_second_line_and_no_complaint_repeats_a_value(kind: str) -> None:
    for name, form in member("channels", kind).KIND.forms.items():
        wrong = _told(kind, WRITTEN[kind] | {name: "h1d\nden"})
        assert f"'{name}' has to be {form.expected}" in wrong
        assert not any("h1d" in text or "den" in text for text in wrong)


@every_kind
def test_a_channel_shows_nothing_of_its_settings_or_of_the_environment(kind: str) -> None:
    settings = WRITTEN[kind] | {
        name: f"https://h1dden.example.com/{name}" for name in member("channels", kind).KIND.required
    }
    spec = ChannelSpec("ours", kind, settings)
    assert "h1dden" not in repr(spec)
    if check_settings(kind, settings) == []:
        assert "h1dden" not in repr(open_channel(spec, {"TOKEN": "h1dden"}))


@every_kind
def test_a_value_of_the_environment_has_to_fit_as_well(kind: str) -> None:
    required = member("channels", kind).KIND.required
    if not required:
        return
    asked = WRITTEN[kind] | dict.fromkeys(required, "${ODD}")
    channel = open_channel(ChannelSpec("ours", kind, asked), {"ODD": "a\r\nBcc: h1dden@example.com"})
    with pytest.raises(ChannelInvalid, match="has to be") as raised:
        channel.send(Message(Addressee("Li", "li@example.com"), "t", "x"))
    assert "h1dden" not in str(raised.value)


def test_a_kind_that_is_not_known_comes_with_the_nearest_that_is() -> None:
    assert _told("salck", {}) == ["'salck' is no kind of channel (slack?)"]
    assert _told("zzz", {}) == [
        "'zzz' is no kind of channel. Known: apprise, dingtalk, feishu, mail, memory, slack, teams, webhook, "
        "wecom"
    ]
    with pytest.raises(ChannelInvalid, match="slack"):
        open_channel(ChannelSpec("ours", "salck"), {})
    with pytest.raises(FamilyMemberUnknown):
        reaches("salck", Addressee())


@pytest.mark.parametrize(
    ("kind", "settings", "told"),
    [
        ("slack", {"url": "hooks.slack.com/x"}, "'url' has to be an address that begins with https://"),
        (
            "slack",
            {"url": "http://hooks.slack.com/x"},
            "'url' has to be an address that begins with https://",
        ),
        ("slack", {"url": "http://localhost.evil.com/"}, "'url' has to be an address that begins with https"),
        ("slack", {"url": URL, "timeout_s": "0"}, "'timeout_s' has to be a number of seconds"),
        ("slack", {"url": URL, "timeout_s": "soon"}, "'timeout_s' has to be a number of seconds"),
        ("slack", {"url": URL, "timeout_s": "inf"}, "'timeout_s' has to be a number of seconds"),
        ("mail", {"server": "m", "from": "d@x", "port": "65536"}, "'port' has to be a number up to 65535"),
        ("mail", {"server": "m", "from": "d@x", "security": "tls"}, "'security' has to be one of starttls"),
        ("mail", {"server": "m", "from": "Desk"}, "'from' has to be a mail address, or a name and"),
        (
            "mail",
            {"server": "m", "from": "d@x", "user": "u", "password": "é"},
            "'password' has to be letters",
        ),
        ("mail", {"server": "m", "from": "d@x", "user": "u"}, "'user' and 'password' go together"),
        (
            "mail",
            {"server": "m", "from": "d@x", "user": "u", "password": "p", "security": "none"},
            "a password is not sent in the clear; set `security: starttls` or `ssl`",
        ),
    ],
)
def test_a_setting_of_the_wrong_form_is_told(kind: str, settings: dict[str, str], told: str) -> None:
    (wrong,) = map(str, check_settings(kind, settings))
    assert wrong.startswith(told)


def test_a_webhook_of_ones_own_network_may_do_without_a_certificate() -> None:
    assert check_settings("webhook", {"url": "http://intranet:8080/x"}) == []


def test_messages_can_be_kept_instead_of_sent() -> None:
    channel = open_channel(ChannelSpec("ours", "memory"), {})
    first, second = Message(Addressee("Li"), "a", "x"), Message(Addressee("Ann"), "b", "y", is_urgent=True)
    channel.send(first)
    channel.send(second)
    assert isinstance(channel, Memory)
    assert channel.sent == [first, second]
    other = open_channel(ChannelSpec("ours", "memory"), {})
    assert isinstance(other, Memory)
    assert other.sent == []
