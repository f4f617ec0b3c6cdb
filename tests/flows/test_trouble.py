"""Syncs that fail are told once and once more when they work again, however many run and whatever dies."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from google.oauth2.credentials import Credentials

from sheetdesk.errors import (
    Cause,
    CountryUnknown,
    CredentialsRefused,
    CredentialsUnreadable,
    DeskInvalid,
    GoogleUnreachable,
    QuotaSpent,
    SheetBusy,
    SheetError,
    SyncRunning,
)  # fmt: skip
from sheetdesk.flows import OpenDesk, Synced, SyncedSheet, build, forget, open_desk, sync
from sheetdesk.flows.telling import send_notices
from sheetdesk.flows.trouble import note_failure, note_sync
from sheetdesk.flows.watching import look
from sheetdesk.plan import draw
from sheetdesk.sandbox.adapter import LoopAdapter
from sheetdesk.sandbox.faults import Fault, Faulty
from sheetdesk.sandbox.handle import Answer as Gave
from sheetdesk.sheets.base import Sheet
from sheetdesk.sheets.google.client import Google
from sheetdesk.sheets.xlsx.stable import COMPOUND
from sheetdesk.store import troubles
from sheetdesk.store.sheets import SheetState
from tests.channels.servers import Answer, serving
from tests.flows.folder import xlsx_at_once
from tests.flows.online import DESK, Online
from tests.flows.ruled import Mailbox, Ruled, ruled_desk
from tests.sheets.google.scripted import Time

ROOT = Path(__file__).parents[2]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CHANNELS = 'channels: {hook: {kind: webhook, url: "https://hook.test/${TOKEN}"}}\n'
DOWN = GoogleUnreachable(reason=Cause.quoted("no route"), tries=5)


def made(folder: Path, trouble: str = "{after: 3}") -> Ruled:
    """A desk whose channel takes everything at any hour."""
    telling = f"notify: {{default: hook, quiet: false, trouble: {trouble}}}\n"
    team = Ruled(folder / "desk", more=CHANNELS + telling)
    team.tickets({})
    return team


@pytest.fixture
def team(tmp_path: Path) -> Ruled:
    return made(tmp_path)


def seen(
    team: Ruled, *errors: SheetError | None, state: str = "failed", after: timedelta = MINUTE
) -> list[str]:
    """Syncs that come to these errors, None: to nothing wrong; the titles of what is told of them."""
    team.mailbox.got.clear()
    for error in errors:
        with team.desk() as opened:
            sheet = SyncedSheet("main", "tickets.xlsx", "quiet" if error is None else state, error=error)  # type: ignore[arg-type]
            note_sync(opened, Synced("run", [sheet]), team.now)
        team.send()
        team.now += after
    return team.mailbox.titles


def test_a_sheet_that_cannot_be_synced_is_told_once_and_once_when_it_can(team: Ruled) -> None:
    assert seen(team, DOWN, DOWN) == []
    assert seen(team, DOWN) == ["[Ruled] main has not been synced since 2026-03-02 10:00"]
    ((_, message),) = team.mailbox.got
    assert message.to.name == "Ann Example"
    assert message.text == (
        "main has not been synced since 2026-03-02 10:00, 3 times in a row.\n"
        "Google cannot be reached: no route (5 tries). Check the network, then run this again.\n"
        "This is told once, and once more when it is synced again."
    )
    assert seen(team, *[DOWN] * 5) == []
    assert seen(team, None) == ["[Ruled] main is synced again"]
    assert seen(team, None, None) == []
    with team.desk() as opened:
        assert opened.store.troubles.known() == []
    # And anew from the beginning.
    assert seen(team, DOWN, DOWN) == []
    assert len(seen(team, DOWN)) == 1


def test_what_heals_before_anybody_was_told_is_not_told_at_all(team: Ruled) -> None:
    assert seen(team, DOWN, DOWN, None, DOWN, DOWN, None) == []
    assert team.notices() == []


def test_each_kind_of_trouble_is_told_once_though_they_take_turns(team: Ruled) -> None:
    spent = QuotaSpent(Cause.quoted("reads"), 60)
    assert len(seen(team, *[DOWN, spent] * 6)) == 2
    assert seen(team, None) == ["[Ruled] main is synced again"]


def test_it_may_be_told_after_a_time_instead(tmp_path: Path) -> None:
    team = made(tmp_path, "{after: 30m}")
    assert seen(team, *[DOWN] * 30) == []
    assert len(seen(team, DOWN)) == 1


def test_a_sheet_that_is_open_is_told_after_hours(tmp_path: Path) -> None:
    team = made(tmp_path, "{after: 1, pending: 4h}")
    busy = SheetBusy(path="tickets.xlsx")
    assert seen(team, *[busy] * 4, state="pending", after=HOUR) == []
    assert seen(team, busy, state="pending") == ["[Ruled] main has not been synced since 2026-03-02 10:00"]
    assert "tickets.xlsx is open by" in team.mailbox.got[0][1].text


def test_rows_that_are_held_are_told_with_what_to_do(tmp_path: Path) -> None:
    team = made(tmp_path, "{after: 1}")
    with team.desk() as opened:
        sheet = SyncedSheet("main", "tickets.xlsx", "held", vanished=12)
        note_sync(opened, Synced("run", [sheet]), team.now)
    team.send()
    ((_, message),) = team.mailbox.got
    assert "tickets.xlsx: 12 rows vanished at once." in message.text
    assert "sheetdesk accept PLACE --sheet main" in message.text


def test_what_stops_every_sheet_is_told_of_the_desk(team: Ruled) -> None:
    for _ in range(3):
        with team.desk() as opened:
            note_failure(opened, SyncRunning(wait="60"), team.now)
    team.send()
    assert team.mailbox.titles == ["[Ruled] Ruled has not been synced since 2026-03-02 10:00"]
    assert seen(team, None) == ["[Ruled] Ruled is synced again"]


def test_a_role_a_person_and_a_channel_may_be_told_and_nobody_twice(tmp_path: Path) -> None:
    team = made(tmp_path, "{after: 1, to: [Boss, Ann Example, Ben Example, 'channel:hook']}")
    seen(team, DOWN)
    assert sorted(team.mailbox.names) == ["", "Ann Example", "Ben Example"]


def test_who_cannot_be_told_is_a_mistake_in_the_desk_file(tmp_path: Path) -> None:
    with pytest.raises(DeskInvalid, match=r"channel:hok.*channel:hook"):
        made(tmp_path, "{to: ['channel:hok']}")


def test_a_team_may_have_words_of_its_own(team: Ruled) -> None:
    (team.folder / "messages.toml").write_text('trouble_title = "{sheet} steht seit {since}"\n', "utf-8")
    assert seen(team, DOWN, DOWN, DOWN) == ["main steht seit 2026-03-02 10:00"]


def test_two_workers_who_find_the_same_trouble_tell_it_once(tmp_path: Path) -> None:
    team = made(tmp_path, "{after: 1}")
    ready = threading.Barrier(4)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with open_desk(team.folder, team.now) as opened:
                sheet = SyncedSheet("main", "tickets.xlsx", "failed", error=DOWN)
                ready.wait()
                note_sync(opened, Synced("run", [sheet]), team.now)
        except BaseException as error:
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert len(team.notices()) == 1
    with team.desk() as opened:
        assert [one.count for one in opened.store.troubles.known()] == [4]


def test_a_copy_that_is_forgotten_is_nobodys_trouble(team: Ruled) -> None:
    with team.desk() as opened:
        build(opened, now=team.now)
        copy = Path(build(opened, now=team.now, role="agent").path)
        copy.unlink()
        sync(opened, now=team.now, open_sheet=xlsx_at_once)
        assert [one.sheet for one in opened.store.troubles.known()] == ["copy:agent"]
        forget(opened, "copy:agent")
        assert opened.store.troubles.known() == []


def test_what_dies_before_its_notice_is_kept_has_not_told_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = made(tmp_path, "{after: 1}")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(troubles, "add_notices", dies)
        with pytest.raises(KeyboardInterrupt):
            seen(team, DOWN)
    assert team.notices() == []
    assert len(seen(team, DOWN)) == 1


# Through whole syncs


def test_credentials_that_are_refused_are_told_and_the_other_sheets_are_synced(tmp_path: Path) -> None:
    team = made(tmp_path, "{after: 1}")
    with team.desk() as opened:
        build(opened, now=team.now)
        build(opened, now=team.now, role="agent")

    def opens(opened: OpenDesk, state: SheetState, states: Sequence[SheetState]) -> Sheet:
        if state.key == "main":
            raise CredentialsRefused(account="desk@example.com", reason=Cause.quoted("key revoked"))
        return xlsx_at_once(opened, state, states)

    with team.desk() as opened:
        synced = sync(opened, now=team.now, open_sheet=opens)
        states = {sheet.key: sheet.state for sheet in synced.sheets}
        assert states["main"] == "failed"
        assert states["copy:agent"] != "failed"
        assert synced.exit_code == 2
    team.send()
    assert "[Ruled] main has not been synced since 2026-03-02 10:00" in team.mailbox.titles


TOKEN = "ya29.recognisable-token-of-the-desk"


@dataclass
class Gateway:
    """Stands before Google, signs for it when it is down, and then repeats what it was asked with."""

    faulty: Faulty
    asked: set[str] = field(default_factory=set)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Gave:
        self.asked.add(headers["authorization"])
        gave = self.faulty.handle(method, url, headers, body)
        if gave.status == 503:
            error = {"code": 503, "status": "UNAVAILABLE", "message": f"asked with {dict(headers)}"}
            gave = Gave(503, gave.headers, json.dumps({"error": error}).encode())
        return gave


def test_an_outage_at_google_is_told_once_and_once_when_it_is_over_and_no_token_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draw, "REACH", 20)
    telling = "notify: {default: hook, quiet: false, trouble: {after: 2}}\n"
    desk, mailbox = Online(tmp_path / "desk", DESK + CHANNELS + telling), Mailbox()
    gateway = Gateway(Faulty(desk.crowd, random.Random(1)))
    session = requests.Session()
    session.mount("https://", LoopAdapter(gateway))
    time, signed = Time(), Credentials(TOKEN)  # type: ignore[no-untyped-call]
    desk.google = Google(session, signed, clock=time, sleep=time.sleep)
    desk.given([{"title": "ink"}])

    def syncs() -> tuple[str, list[str]]:
        """A run by the clock: how the sheet fared, and what was told."""
        mailbox.got.clear()
        [sheet] = desk.sync().sheets
        with desk.desk() as opened:
            send_notices(opened, now=desk.now, environment={}, open_channel=mailbox.open)
        return sheet.state, mailbox.titles

    assert syncs() == ("quiet", [])
    gateway.faulty.faults = [Fault("503", times=0)]
    assert syncs() == ("failed", [])
    assert syncs() == ("failed", ["[Small] online has not been synced since 2026-11-02 09:10"])
    ((_, message),) = mailbox.got
    assert "it answered HTTP 503" in message.text
    assert syncs() == ("failed", [])
    gateway.faulty.faults = []
    assert desk.types("T-001", "Title", "laser")
    assert syncs() == ("synced", ["[Small] online is synced again"])
    assert desk.value("T-001", "title") == "laser"
    assert syncs() == ("quiet", [])
    assert gateway.asked == {f"Bearer {TOKEN}"}
    kept = {path.name: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    assert {"desk.db", f"{desk.id}.json"} <= set(kept)
    assert [name for name, found in kept.items() if TOKEN.encode() in found] == []
    assert TOKEN not in message.text + message.title


def test_watching_goes_on_where_a_sheet_cannot_be_looked_at(
    team: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHEETDESK_GOOGLE_SANDBOX", raising=False)
    monkeypatch.setenv("SHEETDESK_GOOGLE_CREDENTIALS", str(team.folder / "gone.json"))
    with team.desk() as opened:
        opened.store.record_sheet(SheetState("main", "google:abc", "boss"))
        assert ("main", "CredentialsUnreadable") in look(opened)
        (sheet,) = sync(opened, now=team.now).sheets
        assert (sheet.state, type(sheet.error)) == ("failed", CredentialsUnreadable)
        assert [(one.sheet, one.kind) for one in opened.store.troubles.known()] == [
            ("main", "CredentialsUnreadable")
        ]


def test_a_dry_run_remembers_nothing(team: Ruled) -> None:
    with team.desk() as opened:
        built = build(opened, now=team.now)
        Path(built.path).unlink()
        sync(opened, now=team.now, dry_run=True, open_sheet=xlsx_at_once)
        assert opened.store.troubles.known() == []
        sync(opened, now=team.now, open_sheet=xlsx_at_once)
        assert [(one.sheet, one.kind) for one in opened.store.troubles.known()] == [("main", "absent")]


def test_a_country_without_holidays_stops_all_and_is_remembered(tmp_path: Path) -> None:
    team = Ruled(tmp_path / "desk", ruled_desk().replace("country: CN", "country: XX"))
    with team.desk() as opened:
        with pytest.raises(CountryUnknown):
            sync(opened, now=team.now)
        assert [(one.sheet, one.kind) for one in opened.store.troubles.known()] == [("", "CountryUnknown")]


def test_the_command_tells_a_webhook_once_and_again_when_it_works(tmp_path: Path) -> None:
    secret = "tok3n-of-the-hook"
    with serving(Answer(204)) as service:
        channels = f"channels: {{hook: {{kind: webhook, url: '{service.address}/${{TOKEN}}'}}}}\n"
        telling = "notify: {default: hook, quiet: false, trouble: {after: 2, to: ['channel:hook']}}\n"
        team = Ruled(tmp_path / "desk", rules="  []", more=channels + telling)
        with team.desk() as opened:
            book = Path(build(opened, now=team.now).path)
        whole = book.read_bytes()
        line = [sys.executable, "-m", "sheetdesk", "sync", str(team.folder)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TOKEN": secret, "SHEETDESK_LANG": "en"}

        def run() -> tuple[int, str, int]:
            done = subprocess.run(
                line, env=environment, capture_output=True, text=True, timeout=120, check=False
            )
            return done.returncode, done.stdout + done.stderr, len(service.calls)

        # A zip that is not whole would be waited for; a workbook under a password is refused at once.
        book.write_bytes(COMPOUND + bytes(600))
        assert run()[::2] == (3, 0)
        assert run()[::2] == (3, 1)
        code, said, told = run()
        assert (code, told) == (3, 1)
        book.write_bytes(whole)
        assert run()[::2] == (0, 2)
    titles = [call.facts["title"] for call in service.calls]
    assert titles[0].startswith("[Ruled] main has not been synced since ")
    assert titles[1] == "[Ruled] main is synced again"
    kept = b"".join(path.read_bytes() for path in team.folder.rglob("*") if path.is_file())
    assert secret not in said + json.dumps([call.facts for call in service.calls])
    assert secret.encode() not in kept
