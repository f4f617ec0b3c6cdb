"""Notices, sent: claimed from the outbox, gathered by person, handed to channels, settled.

What is claimed and not settled, because a run died, is free again after CLAIM: then, and only then, a
message may come twice. What fails is tried again, each time later, and given up in the end.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sheetdesk.channels.base import Addressee, Channel, Message, open_channel, reaches
from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.desk.automation import ChannelSpec
from sheetdesk.desk.desk import Desk, Role
from sheetdesk.errors import (
    ChannelError,
    ChannelInvalid,
    ChannelRefused,
    ChannelUnreachable,
    FamilyMemberUnknown,
    RoleUnknown,
)
from sheetdesk.flows.opening import OpenDesk
from sheetdesk.flows.wording import read_words, word_notices
from sheetdesk.rules.team import Member, read_team
from sheetdesk.store.outbox import KeptNotice
from sheetdesk.table.derive import derive
from sheetdesk.table.table import Table

__all__ = ["CLAIM", "Sent", "send_notices"]

CLAIM = timedelta(minutes=10)
LONGEST_S = 300.0
"""So long one run sends: well before others may claim what it has claimed."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
TOO_OLD = timedelta(days=7)
MOST_ALONE = 5
"""So many urgent notices of one person come one by one; more of them come together."""

OpenChannel = Callable[[ChannelSpec, Mapping[str, str]], Channel]


@dataclass
class Sent:
    """What sending came to, in messages: `sent` holds (channel, whom, title), `later` counts the notices that
    wait for working hours or the next digest, `failed` those to be tried again, `dead` those given up.
    """

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    later: int = 0
    failed: int = 0
    dead: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Way:
    """How somebody is reached: on which channel, under which address, and what they may see."""

    spec: ChannelSpec
    to: Addressee
    role: Role | None


def send_notices(
    opened: OpenDesk,
    *,
    now: datetime,
    environment: Mapping[str, str],
    open_channel: OpenChannel = open_channel,
    clock: Callable[[], float] = time.monotonic,
) -> Sent:
    """Send what is due. A desk without channels keeps its notices for when it has some.

    Raises MessagesInvalid, StoreError; what is wrong with a channel stands in `errors`.
    """
    desk, outbox = opened.desk, opened.store.outbox
    done = Sent()
    if not desk.channels:
        return done
    words = read_words(desk, opened.folder)
    claimed = outbox.claim(now, now + CLAIM)
    if not claimed:
        return done
    told = {notice.facts["ticket"] for notice in claimed}
    sender = _Sender(opened, now, environment, open_channel, words, done, told)
    started = clock()
    for who, notices in _gathered(claimed).items():
        if clock() - started > LONGEST_S:
            # Others may claim them before these slow channels are done.
            outbox.release([notice.key for notice in notices], now)
            done.later += len(notices)
        else:
            sender.send(who, notices)
    return done


def _gathered(notices: Sequence[KeptNotice]) -> dict[tuple[str, str, str], list[KeptNotice]]:
    """By whom they are for: what is urgent alone, unless it is too much of it; all else of one together."""
    urgent = Counter(_whom(notice) for notice in notices if notice.facts["urgent"])
    found: dict[tuple[str, str, str], list[KeptNotice]] = {}
    for notice in notices:
        whom = _whom(notice)
        alone = notice.key if urgent[whom] <= MOST_ALONE else "urgent"
        found.setdefault((*whom, alone if notice.facts["urgent"] else ""), []).append(notice)
    return found


def _whom(notice: KeptNotice) -> tuple[str, str]:
    to = notice.facts["to"]
    return to["kind"], to["key"]


class _Sender:
    """One run: channels are opened once."""

    def __init__(
        self,
        opened: OpenDesk,
        now: datetime,
        environment: Mapping[str, str],
        opening: OpenChannel,
        words: Mapping[str, str],
        done: Sent,
        told: Collection[str],
    ) -> None:
        self.desk: Desk = opened.desk
        self.outbox = opened.store.outbox
        self.now = now
        self.environment = environment
        self.opening = opening
        self.words = words
        self.done = done
        tables = opened.tables()
        frame = tables["tickets"].frame
        told_of = Table(self.desk.tickets, frame.loc[frame.index.isin(list(told))])
        self.tickets = derive(self.desk, told_of, now)
        self.team = read_team(self.desk, tables["people"].frame)[0].by_name
        self.times = {calendar.key: WorkingTime(calendar) for calendar in self.desk.calendars}
        self.channels: dict[str, Channel] = {}
        since = now - timedelta(minutes=self.desk.telling.digest_min)
        self.told_lately = {
            (notice.facts["to"]["kind"], notice.facts["to"]["key"]): notice.settled_at
            for notice in self.outbox.notices("sent", since=since)
        }

    def send(self, who: tuple[str, str, str], notices: Sequence[KeptNotice]) -> None:
        """One message, or none yet."""
        kind, name, urgent = who
        made = {n.key: n.made_at if urgent else self._opening(kind, name, n.made_at) for n in notices}
        old = [key for key, moment in made.items() if self.now - moment > TOO_OLD]
        if old:
            self.outbox.settle(old, "dead", self.now, "older than a week")
            self.done.dead += len(old)
            notices = [notice for notice in notices if notice.key not in old]
        if not notices:
            return
        keys = [notice.key for notice in notices]
        way = self._way(kind, name)
        if way is None:
            self.outbox.settle(keys, "dead", self.now, "no channel reaches them")
            self.done.dead += len(keys)
            return
        until = None if urgent else self._not_before(kind, name)
        if until is not None:
            self.outbox.release(keys, until)
            self.done.later += len(keys)
            return
        facts = [notice.facts for notice in notices]
        title, text = word_notices(self.desk, self.tickets, self.words, facts, way.role)
        digest = sha256("\n".join(keys).encode("utf-8", "surrogatepass")).hexdigest()
        message = Message(way.to, title, text, self.desk.locale.code, bool(urgent), digest)
        try:
            self._channel(way.spec).send(message)
        except ChannelRefused as error:
            self.outbox.settle(keys, "dead", self.now, error.say(self.desk.locale.code))
            self.done.dead += len(keys)
            self._complain(error)
        except (ChannelUnreachable, ChannelInvalid) as error:
            self._try_later(keys, notices, error)
        else:
            self.outbox.settle(keys, "sent", self.now)
            self.done.sent.append((way.spec.key, name, title))

    def _try_later(self, keys: Sequence[str], notices: Sequence[KeptNotice], error: ChannelError) -> None:
        tried = max(notice.attempts for notice in notices) + 1
        self._complain(error)
        if tried >= self.desk.telling.attempts and not isinstance(error, ChannelInvalid):
            self.outbox.settle(keys, "dead", self.now, error.say(self.desk.locale.code))
            self.done.dead += len(keys)
            return
        pause = min(FIRST_PAUSE * 2 ** min(tried - 1, 12), LONGEST_PAUSE)
        asked = error.retry_after_s if isinstance(error, ChannelUnreachable) else None
        if asked is not None:
            pause = max(pause, timedelta(seconds=min(asked, 7 * 86_400)))
        self.outbox.put_off(keys, self.now + pause, error.say(self.desk.locale.code))
        self.done.failed += len(keys)

    def _complain(self, error: ChannelError) -> None:
        text = error.say(self.desk.locale.code)
        if text not in self.done.errors:
            self.done.errors.append(text)

    def _channel(self, spec: ChannelSpec) -> Channel:
        if spec.key not in self.channels:
            self.channels[spec.key] = self.opening(spec, self.environment)
        return self.channels[spec.key]

    def _way(self, kind: str, name: str) -> _Way | None:
        """The channel that a person's chat names, else mail, else the desk's default."""
        specs = {spec.key: spec for spec in self.desk.channels}
        if kind == "channel":
            return _Way(specs[name], Addressee(), self.desk.roles[0]) if name in specs else None
        if kind == "mail":
            ways = [_Way(spec, Addressee(name, name), None) for spec in specs.values() if spec.kind == "mail"]
            return next((way for way in ways if reaches(way.spec.kind, way.to)), None)
        member = self.team.get(name) or Member(name)
        role = self._role(name)
        key, _, user = member.chat.partition(":")
        chosen = [(specs[key], user)] if key in specs else []
        chosen += [(spec, "") for spec in specs.values() if spec.kind == "mail" and member.mail]
        chosen += [(specs[self.desk.telling.default], "")] if self.desk.telling.default in specs else []
        for spec, user in chosen:
            to = Addressee(name, member.mail, user)
            if _reaches(spec, to):
                return _Way(spec, to, role)
        return None

    def _role(self, name: str) -> Role:
        """What a person may see: as their role does; who has none, as the people of the main sheet."""
        key = self.desk.sheets[0].role
        with suppress(RoleUnknown):
            key = self.desk.person(name).role or key
        return self.desk.role(key)

    def _not_before(self, kind: str, name: str) -> datetime | None:
        """Until when a message that is not urgent waits; None where it need not."""
        telling = self.desk.telling
        if kind != "person":
            return None
        last = self.told_lately.get((kind, name))
        pause = timedelta(minutes=telling.digest_min)
        if last is not None and self.now - last < pause:
            return last + pause
        opens = self._opening(kind, name, self.now)
        return opens if opens > self.now else None

    def _opening(self, kind: str, name: str, moment: datetime) -> datetime:
        """The first working moment of a person from then on; the moment itself where any hour will do."""
        member = self.team.get(name)
        calendar = member.shift if member is not None and member.shift else next(iter(self.times), "")
        hours = self.times.get(calendar)
        if kind != "person" or not self.desk.telling.quiet or hours is None:
            return moment
        opens: datetime = hours.due(moment, 0).to_pydatetime()
        return max(moment, opens)


def _reaches(spec: ChannelSpec, to: Addressee) -> bool:
    """Whether a channel can tell somebody; one of no known kind is complained of when it is opened."""
    try:
        return reaches(spec.kind, to)
    except FamilyMemberUnknown:
        return True
