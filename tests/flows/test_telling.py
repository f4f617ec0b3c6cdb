"""Notices sent: together, when it suits, once, and none lost when services or processes fail."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.channels.base import Channel, Message, open_channel
from sheetdesk.desk.automation import ChannelSpec
from sheetdesk.errors import Cause, ChannelInvalid, ChannelRefused, ChannelUnreachable
from sheetdesk.flows.telling import CLAIM, MOST_ALONE, send_notices
from tests.flows.ruled import MONDAY, Ruled

CHANNELS = """
channels:
  hook: {kind: webhook, url: "https://hook.test/"}
  group: {kind: dingtalk, url: "https://group.test/"}
"""
TELLING = "notify: {default: hook, quiet: false}\n"
ANN, BEN = ({"to": {"kind": "person", "key": name}} for name in ("Ann Example", "Ben Example"))
URGENT = {"urgent": True}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DOWN = ChannelUnreachable("hook", Cause.quoted("nobody listens there"))


def made(folder: Path, telling: str = TELLING, channels: str = CHANNELS) -> Ruled:
    team = Ruled(folder / "desk", more=channels + telling)
    team.tickets({}, {}, {})
    return team


@pytest.fixture
def team(tmp_path: Path) -> Ruled:
    """A desk whose channels take everything at any hour."""
    return made(tmp_path)


# Together


def test_several_notices_of_one_person_are_one_message(team: Ruled) -> None:
    team.keep(*(dict(ANN, ticket=f"T-00{number}") for number in (1, 2, 3)))
    sent = team.send()
    assert sent.sent == [("hook", "Ann Example", "[Ruled] 3 notices")]
    ((_, message),) = team.mailbox.got
    assert all(f"T-00{number}  Ink {number}" in message.text for number in (1, 2, 3))
    assert team.states() == ["sent"] * 3
    assert {notice.settled_at for notice in team.notices()} == {MONDAY}


def test_everybody_gets_their_own(team: Ruled) -> None:
    team.keep(ANN, BEN, ANN)
    team.send()
    assert sorted(team.mailbox.names) == ["Ann Example", "Ben Example"]


def test_what_is_urgent_comes_alone_and_at_once(tmp_path: Path) -> None:
    team = made(tmp_path, "notify: {default: hook}\n")
    team.now = datetime(2026, 3, 7, 15, tzinfo=UTC)
    team.keep(ANN, ANN | URGENT, ANN | URGENT)
    sent = team.send()
    assert (len(sent.sent), sent.later) == (2, 1)
    assert [message.is_urgent for _, message in team.mailbox.got] == [True, True]
    assert sorted(team.states()) == ["sent", "sent", "waiting"]


def test_nothing_is_sent_twice(team: Ruled) -> None:
    team.keep(ANN)
    team.send()
    assert team.send().sent == []
    assert len(team.mailbox.got) == 1


def test_what_the_sheet_works_out_is_told_as_the_sheet_shows_it(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk", more=CHANNELS + TELLING)
    team.rewrite(
        "  - notes\n", '  - notes\n  - {key: age, title: Age, type: number, formula: "age_days(created)"}\n'
    )
    team.tickets({"created": MONDAY})
    (team.folder / "messages.toml").write_text('fired_line = "{age} days, {priority}"\n', "utf-8")
    team.now += 2 * DAY
    team.keep(ANN)
    team.send()
    assert team.mailbox.got[0][1].text == "2 days, P3 Normal"


# When


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        # Friday 23:00 in Shanghai; the Saturday is worked to make up for the New Year's days off.
        ("2026-02-13T15:00", "2026-02-14T01:00"),
        ("2026-03-06T15:00", "2026-03-09T01:00"),
        # The evening before eight days of holidays.
        ("2026-02-14T11:00", "2026-02-24T01:00"),
    ],
)
def test_at_night_it_waits_for_the_next_working_day(tmp_path: Path, now: str, opens: str) -> None:
    team = made(tmp_path, "notify: {default: hook}\n")
    team.now = datetime.fromisoformat(f"{now}+00:00")
    team.keep(ANN, ANN, BEN)
    sent = team.send()
    assert (sent.sent, sent.later) == ([], 3)
    opening = datetime.fromisoformat(f"{opens}+00:00")
    assert {notice.not_before for notice in team.notices()} == {opening}
    assert {notice.attempts for notice in team.notices()} == {0}
    team.now = opening - MINUTE
    assert team.send().sent == []
    team.now = opening
    assert len(team.send().sent) == 2
    assert team.states() == ["sent"] * 3


def test_in_working_hours_it_does_not_wait(tmp_path: Path) -> None:
    team = made(tmp_path, "notify: {default: hook}\n")
    team.keep(ANN)
    assert len(team.send().sent) == 1


def test_the_hours_are_those_of_the_persons_own_shift(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk", more=CHANNELS + "notify: {default: hook}\n")
    team.rewrite("sla:\n", '  night: {zone: Asia/Shanghai, week: {all: ["22:00-23:59"]}}\nsla:\n')
    team.rewrite("pauses: [pending]", "calendar: office, pauses: [pending]")
    team.rewrite("mail: ben@example.com}", "mail: ben@example.com, shift: night}")
    team.tickets({})
    team.now = datetime(2026, 3, 7, 14, 30, tzinfo=UTC)
    team.keep(ANN, BEN)
    sent = team.send()
    assert [whom for _, whom, _ in sent.sent] == ["Ben Example"]
    assert sent.later == 1


def test_a_channel_knows_no_quiet_hours(tmp_path: Path) -> None:
    team = made(tmp_path, "notify: {default: hook}\n")
    team.now = datetime(2026, 3, 7, 15, tzinfo=UTC)
    team.keep({"to": {"kind": "channel", "key": "group"}})
    assert [key for key, _, _ in team.send().sent] == ["group"]


def test_messages_to_one_person_are_a_digest_apart(tmp_path: Path) -> None:
    team = made(tmp_path, "notify: {default: hook, quiet: false, digest: 30m}\n")
    team.keep(ANN)
    assert len(team.send().sent) == 1
    team.now += 10 * MINUTE
    team.keep(ANN, BEN, ANN)
    sent = team.send()
    assert [whom for _, whom, _ in sent.sent] == ["Ben Example"]
    assert sent.later == 2
    team.now = MONDAY + 29 * MINUTE
    assert team.send().sent == []
    team.now = MONDAY + 30 * MINUTE
    assert team.send().sent == [("hook", "Ann Example", "[Ruled] 2 notices")]


def test_when_the_digest_is_over_a_notice_just_made_does_not_wait_again(tmp_path: Path) -> None:
    team = made(tmp_path, "notify: {default: hook, quiet: false, digest: 30m}\n")
    team.keep(ANN)
    team.send()
    team.now += 30 * MINUTE
    team.keep(ANN)
    sent = team.send()
    assert (len(sent.sent), sent.later) == (1, 0)


def test_what_is_urgent_does_not_wait_for_the_digest(tmp_path: Path) -> None:
    team = made(tmp_path, "notify: {default: hook, quiet: false, digest: 30m}\n")
    team.keep(ANN)
    team.send()
    team.now += MINUTE
    team.keep(ANN | URGENT)
    assert len(team.send().sent) == 1


# To whom and by which channel


def test_the_channel_that_a_persons_chat_names_comes_first(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk", more=CHANNELS + TELLING)
    team.rewrite("mail: ann@example.com,", 'mail: ann@example.com, chat: "group:manager123",')
    team.tickets({})
    team.keep(ANN)
    team.send()
    ((key, message),) = team.mailbox.got
    assert (key, message.to.chat, message.to.mail) == ("group", "manager123", "ann@example.com")


def test_mail_comes_before_the_default(tmp_path: Path) -> None:
    mail = '  post: {kind: mail, host: localhost, port: "25", from: desk@example.com}\n'
    team = made(tmp_path, channels=CHANNELS + mail)
    team.keep(ANN, {"to": {"kind": "person", "key": "Somebody Else"}})
    team.send()
    assert {message.to.name: key for key, message in team.mailbox.got} == {
        "Ann Example": "post",
        "Somebody Else": "hook",
    }


def test_a_requester_gets_mail_at_the_address_that_is_kept(tmp_path: Path) -> None:
    mail = 'channels:\n  post: {kind: mail, host: localhost, port: "25", from: desk@example.com}\n'
    team = made(tmp_path, channels=mail, telling="")
    team.keep({"to": {"kind": "mail", "key": "li@example.com"}})
    team.send()
    ((key, message),) = team.mailbox.got
    assert (key, message.to.mail) == ("post", "li@example.com")


@pytest.mark.parametrize(
    "to",
    [
        {"kind": "person", "key": "Ann Example"},
        {"kind": "mail", "key": "li@example.com"},
        {"kind": "channel", "key": "gone"},
    ],
)
def test_who_cannot_be_reached_is_given_up_with_the_reason(tmp_path: Path, to: Mapping[str, str]) -> None:
    team = made(tmp_path, telling="notify: {quiet: false}\n")
    team.keep({"to": to})
    sent = team.send()
    assert (sent.sent, sent.dead) == ([], 1)
    (notice,) = team.notices()
    assert (notice.state, notice.error) == ("dead", "no channel reaches them")


def test_a_desk_without_channels_keeps_its_notices(tmp_path: Path) -> None:
    team = made(tmp_path, channels="", telling="")
    team.keep(ANN)
    before = team.notices()
    sent = team.send()
    assert (sent.sent, sent.dead, sent.later) == ([], 0, 0)
    assert team.notices() == before


# What fails


def test_what_fails_is_tried_again_each_time_twice_as_late_up_to_four_hours(tmp_path: Path) -> None:
    team = made(tmp_path, "notify: {default: hook, quiet: false, attempts: 11}\n")
    team.mailbox.trouble["hook"] = DOWN
    team.keep(ANN)
    pauses = []
    now = team.now
    with team.desk() as opened:
        for attempt in range(1, 11):
            sent = send_notices(opened, now=now, environment={}, open_channel=team.mailbox.open)
            assert (sent.failed, len(sent.errors)) == (1, 1)
            (notice,) = opened.store.outbox.notices()
            assert (notice.state, notice.attempts) == ("waiting", attempt)
            assert "nobody listens there" in notice.error
            pauses.append((notice.not_before - now) // MINUTE)
            now = notice.not_before
        assert opened.store.outbox.claim(now - timedelta(seconds=1), now) == []
        assert send_notices(opened, now=now, environment={}, open_channel=team.mailbox.open).dead == 1
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]
    assert team.states() == ["dead"]


def test_the_time_that_a_service_asks_for_is_kept(team: Ruled) -> None:
    team.mailbox.trouble["hook"] = ChannelUnreachable("hook", Cause.quoted("HTTP 429"), 900.0)
    team.keep(ANN)
    team.send()
    assert team.notices()[0].not_before == MONDAY + 15 * MINUTE


def test_a_shorter_time_than_the_pause_is_not_hurried(team: Ruled) -> None:
    team.mailbox.trouble["hook"] = ChannelUnreachable("hook", Cause.quoted("HTTP 429"), 2.0)
    team.keep(ANN)
    team.send()
    assert team.notices()[0].not_before == MONDAY + MINUTE


def test_what_is_refused_is_given_up_at_once(team: Ruled) -> None:
    team.mailbox.trouble["hook"] = ChannelRefused(channel="hook", reason="HTTP 404")
    team.keep(ANN)
    assert team.send().dead == 1
    assert "HTTP 404" in team.notices()[0].error


def test_what_was_given_up_can_be_tried_anew(team: Ruled) -> None:
    team.mailbox.trouble["hook"] = ChannelRefused(channel="hook", reason="HTTP 404")
    team.keep(ANN)
    team.send()
    team.mailbox.trouble.clear()
    assert team.send().sent == []
    with team.desk() as opened:
        opened.store.outbox.revive([notice.key for notice in team.notices()])
    assert team.notices()[0].attempts == 0
    assert len(team.send().sent) == 1


def test_a_wrong_setting_never_kills_a_notice(tmp_path: Path) -> None:
    team = made(tmp_path, "notify: {default: hook, quiet: false, attempts: 2}\n")
    team.mailbox.trouble["hook"] = ChannelInvalid(channel="hook", reason="no such key")
    team.keep(ANN)
    for _ in range(5):
        assert team.send().failed == 1
        team.now = team.notices()[0].not_before
    team.mailbox.trouble.clear()
    assert len(team.send().sent) == 1


def test_a_variable_that_is_not_set_keeps_the_notice_until_it_is(tmp_path: Path) -> None:
    channels = 'channels:\n  hook: {kind: webhook, url: "http://127.0.0.1:9/${HOOK_TOKEN}"}\n'
    team = made(tmp_path, channels=channels)
    team.keep(ANN)
    sent = team.send(opening=open_channel)
    assert (sent.failed, sent.dead) == (1, 0)
    assert "HOOK_TOKEN is not set" in sent.errors[0]


@pytest.mark.parametrize("wrong", ["kind: mial, host: x", "kind: webhook, adress: x"])
def test_a_channel_that_cannot_be_opened_stops_no_other(tmp_path: Path, wrong: str) -> None:
    team = Ruled(tmp_path / "desk", more=f"{CHANNELS}  bad: {{{wrong}}}\n{TELLING}")
    team.rewrite("mail: ann@example.com,", 'chat: "bad:ann",')

    def opening(spec: ChannelSpec, environment: Mapping[str, str]) -> Channel:
        if spec.key == "hook":
            return team.mailbox.open(spec, environment)
        return open_channel(spec, environment)

    team.tickets({})
    team.keep(ANN, BEN)
    sent = team.send(opening=opening)
    assert [whom for _, whom, _ in sent.sent] == ["Ben Example"]
    assert sent.failed == 1
    assert "'bad'" in sent.errors[0]
    assert sorted(team.states()) == ["sent", "waiting"]


def test_a_channel_that_is_down_stops_no_other(team: Ruled) -> None:
    team.mailbox.trouble["group"] = ChannelUnreachable("group", Cause.quoted("nobody listens there"))
    team.keep({"to": {"kind": "channel", "key": "group"}}, ANN)
    sent = team.send()
    assert (sent.failed, len(sent.sent)) == (1, 1)


def test_the_same_complaint_is_told_once(team: Ruled) -> None:
    team.mailbox.trouble["hook"] = DOWN
    team.keep(ANN, BEN)
    assert len(team.send().errors) == 1


def test_what_is_older_than_a_week_is_given_up(team: Ruled) -> None:
    team.keep(ANN)
    team.now += 7 * DAY
    team.keep(ANN)
    team.now += MINUTE
    sent = team.send()
    assert (len(sent.sent), sent.dead) == (1, 1)
    assert [(notice.state, notice.error) for notice in team.notices()] == [
        ("dead", "older than a week"),
        ("sent", ""),
    ]


def test_a_week_is_counted_from_when_the_person_could_first_be_told(tmp_path: Path) -> None:
    team = made(tmp_path, "notify: {default: hook}\n")
    team.now = datetime(2026, 2, 14, 11, tzinfo=UTC)
    team.keep(ANN)
    team.now = datetime(2026, 3, 3, 1, tzinfo=UTC)
    assert team.send().dead == 0
    assert team.states() == ["sent"]
    team.now = datetime(2026, 2, 14, 11, tzinfo=UTC)
    team.keep(BEN)
    team.now = datetime(2026, 3, 3, 1, tzinfo=UTC) + MINUTE
    assert team.send().dead == 1


# Once


class _Dies(Exception):
    pass


def test_what_a_sender_took_and_never_sent_is_sent_by_the_next_after_a_while(team: Ruled) -> None:
    team.keep(ANN)
    with team.desk() as opened:
        assert len(opened.store.outbox.claim(team.now, team.now + CLAIM)) == 1
    team.now += CLAIM - MINUTE
    assert team.send().sent == []
    team.now += MINUTE
    assert len(team.send().sent) == 1


def test_a_message_that_comes_once_more_has_the_same_key(team: Ruled) -> None:
    team.keep(ANN, ANN)

    class Dying:
        def send(self, message: Message) -> None:
            team.mailbox.got.append(("hook", message))
            raise _Dies

    with pytest.raises(_Dies):
        team.send(opening=lambda *_: Dying())
    team.now += CLAIM
    team.send()
    first, second = (message.key for _, message in team.mailbox.got)
    assert first == second
    assert len(first) == 64


def test_other_messages_have_other_keys(team: Ruled) -> None:
    team.keep(ANN, BEN, ANN | URGENT)
    team.send()
    assert len({message.key for _, message in team.mailbox.got}) == 3


def test_of_two_senders_at_once_each_notice_is_sent_by_one(team: Ruled) -> None:
    team.keep(*(dict(ANN, urgent=True, ticket="T-001") for _ in range(MOST_ALONE)))
    senders = 4
    barrier = threading.Barrier(senders)
    boxes: list[list[str]] = [[] for _ in range(senders)]
    wrong: list[BaseException] = []

    class Box:
        def __init__(self, got: list[str]) -> None:
            self.got = got

        def send(self, message: Message) -> None:
            self.got.append(message.key)

    def sender(number: int) -> None:
        try:
            with team.desk() as opened:
                barrier.wait(30)
                send_notices(opened, now=team.now, environment={}, open_channel=lambda *_: Box(boxes[number]))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=sender, args=(number,)) for number in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    sent = [key for box in boxes for key in box]
    assert len(sent) == len(set(sent)) == MOST_ALONE
    assert team.states() == ["sent"] * MOST_ALONE


def test_one_sender_with_a_slow_channel_holds_up_no_other(team: Ruled) -> None:
    """While one waits for its service, what was committed since goes out by another."""
    team.keep(ANN)
    inner: list[Any] = []

    class Slow:
        def send(self, message: Message) -> None:
            team.keep(BEN)
            inner.append(team.send())

    team.send(opening=lambda *_: Slow())
    assert [whom for _, whom, _ in inner[0].sent] == ["Ben Example"]
    assert team.states() == ["sent", "sent"]
