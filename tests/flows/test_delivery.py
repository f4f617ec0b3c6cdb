"""Notices by real services on this machine: mail, a program that is busy, a robot; and processes killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sheetdesk.channels.base import open_channel
from sheetdesk.flows.telling import CLAIM
from tests.channels.conftest import Authority
from tests.channels.servers import Answer, PostOffice, post_office, serving
from tests.flows.ruled import MONDAY, Ruled

ROOT = Path(__file__).parents[2]
PASSWORD = "s3cret+of/the.post"
SECRETS = {"SMTP_PASSWORD": PASSWORD, "HOOK_TOKEN": "tok3n-of-the-hook"}
TELLING = "notify: {default: hook, quiet: false}\n"
ANN = {"to": {"kind": "person", "key": "Ann Example"}}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca.pem")


def mailing(folder: Path, port: int, ca: Path) -> Ruled:
    settings = (
        f"kind: mail, server: 127.0.0.1, port: '{port}', from: desk@example.com, user: desk, "
        f"password: '${{SMTP_PASSWORD}}', ca: '{ca}'"
    )
    return Ruled(folder / "desk", more=f"channels:\n  post: {{{settings}}}\nnotify: {{quiet: false}}\n")


def hooked(folder: Path, address: str, kind: str = "webhook") -> Ruled:
    channel = f"channels:\n  hook: {{kind: {kind}, url: '{address}/${{HOOK_TOKEN}}'}}\n"
    team = Ruled(folder / "desk", more=channel + TELLING)
    team.rewrite("mail: ann@example.com, ", "")
    team.tickets({"priority": "p1"})
    return team


def shows_no_secret(team: Ruled, *told: object) -> bool:
    """Whether no file of the desk and nothing that was told holds a secret."""
    kept = b"".join(path.read_bytes() for path in team.folder.rglob("*") if path.is_file())
    text = repr(told)
    return not any(secret in text or secret.encode() in kept for secret in SECRETS.values())


def test_rules_run_and_their_notices_come_by_mail(tmp_path: Path, authority: Authority) -> None:
    with post_office(PostOffice(password=PASSWORD.encode()), starttls=authority.context()) as office:
        team = mailing(tmp_path, office.port, authority.path)
        team.tickets({"priority": "p1", "title": "A fire"}, {})
        team.run()
        sent = team.send(SECRETS, open_channel)
    assert {tuple(to) for to in office.to} == {("ann@example.com",), ("ben@example.com",)}
    mails = {str(to[0]): mail for to, mail in zip(office.to, office.taken, strict=True)}
    assert mails["ann@example.com"]["Subject"] == "[Ruled] T-001: Hot one"
    assert "A fire" in mails["ann@example.com"].get_content()
    assert mails["ben@example.com"]["Subject"] == "[Ruled] 2 notices"
    assert team.states() == ["sent"] * 3
    assert shows_no_secret(team, sent, team.notices())


def test_a_title_with_line_breaks_and_control_signs_does_a_mail_no_harm(
    tmp_path: Path, authority: Authority
) -> None:
    with post_office(PostOffice(password=PASSWORD.encode()), starttls=authority.context()) as office:
        team = mailing(tmp_path, office.port, authority.path)
        team.tickets({"title": "Ink\r\nBcc: all@example.com\r\n\r\nbody\x07\u2028\x1b[31m"})
        (team.folder / "messages.toml").write_text('fired_title = "{ticket} {title}"\n', "utf-8")
        team.keep(ANN)
        sent = team.send(SECRETS, open_channel)
    assert sent.errors == []
    assert office.to == [["ann@example.com"]]
    (mail,) = office.taken
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    assert "\x1b" not in mail["Subject"] + mail.get_content()


def test_a_wrong_password_is_told_without_it(tmp_path: Path, authority: Authority) -> None:
    with post_office(PostOffice(password=b"another"), starttls=authority.context()) as office:
        team = mailing(tmp_path, office.port, authority.path)
        team.tickets({})
        team.keep(ANN)
        sent = team.send(SECRETS, open_channel)
    assert office.taken == []
    assert len(sent.errors) == 1
    # It is no fault of the message, which goes out when the setting is mended.
    assert team.states() == ["waiting"]
    assert shows_no_secret(team, sent, team.notices())


def test_a_service_that_is_busy_is_asked_again_when_it_wants_to_be(tmp_path: Path) -> None:
    with serving(Answer(429, b"slow down", {"Retry-After": "600"})) as service:
        team = hooked(tmp_path, service.address)
        team.keep(ANN)
        sent = team.send(SECRETS, open_channel)
        assert sent.failed == 1
        assert team.notices()[0].not_before == MONDAY + 10 * MINUTE
        service.answer = Answer(204)
        team.now += 9 * MINUTE
        assert team.send(SECRETS, open_channel).sent == []
        team.now += MINUTE
        assert len(team.send(SECRETS, open_channel).sent) == 1
    first, second = (call.facts for call in service.calls)
    assert first == second
    assert first["to"]["name"] == "Ann Example"
    assert shows_no_secret(team, sent, team.notices())


@pytest.mark.parametrize(
    ("code", "state", "wait"), [(0, "sent", 0), (130101, "waiting", 10), (310000, "dead", 0)]
)
def test_a_robot_says_in_a_good_answer_whether_it_took_it(
    tmp_path: Path, code: int, state: str, wait: int
) -> None:
    with serving(Answer(200, f'{{"errcode":{code},"errmsg":"{SECRETS["HOOK_TOKEN"]}"}}'.encode())) as service:
        team = hooked(tmp_path, service.address, "dingtalk")
        team.keep(ANN)
        sent = team.send(SECRETS, open_channel)
    (notice,) = team.notices()
    assert notice.state == state
    if wait:
        assert notice.not_before == MONDAY + wait * MINUTE
    assert shows_no_secret(team, sent, notice)


# Killed


def child(team: Ruled, what: str) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "tests.flows.sending", str(team.folder), what, team.now.isoformat()]
    return subprocess.Popen(line, cwd=ROOT, env={"PYTHONPATH": str(ROOT), **SECRETS})


def wait_for(condition: Callable[[], object], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, "it ended before its time"
        assert time.monotonic() < until, "it never came to pass"
        time.sleep(0.01)


def test_a_sender_killed_before_it_could_settle_loses_nothing(tmp_path: Path) -> None:
    with serving(Answer(waits=True)) as service:
        team = hooked(tmp_path, service.address)
        team.keep(ANN, ANN, ANN | {"urgent": True})
        with child(team, "send") as process:
            wait_for(lambda: service.calls, process)
            process.kill()
        assert process.returncode == -signal.SIGKILL
        assert team.states() == ["waiting"] * 3
        service.answer = Answer(204)
        team.now += CLAIM - MINUTE
        assert team.send(SECRETS, open_channel).sent == []
        team.now += MINUTE
        assert len(team.send(SECRETS, open_channel).sent) == 2
        team.now += CLAIM
        assert team.send(SECRETS, open_channel).sent == []
    assert team.states() == ["sent"] * 3
    # The one that the dead sender had handed over comes twice, and can be told by its key.
    keys = [call.facts["key"] for call in service.calls]
    assert len(keys) == 3
    assert len(set(keys)) == 2


def test_a_run_killed_before_it_could_send_loses_nothing(tmp_path: Path) -> None:
    with serving(Answer(204)) as service:
        team = hooked(tmp_path, service.address)
        with child(team, "run") as process:
            process.wait(60)
        assert process.returncode == -signal.SIGKILL
        assert (team.states(), service.calls) == (["waiting", "waiting"], [])
        assert team.run().changes == []
        assert len(team.send(SECRETS, open_channel).sent) == 2
    assert len(service.calls) == 2
