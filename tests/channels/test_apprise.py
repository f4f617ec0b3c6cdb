"""Services by way of Apprise: text stays text, and its log says nothing."""

from __future__ import annotations

import logging
import sys

import pytest

from sheetdesk.channels.base import Channel, Message, open_channel
from sheetdesk.desk.automation import ChannelSpec
from sheetdesk.errors import ChannelInvalid, ChannelUnreachable
from tests.channels.kinds import ENVIRONMENT, LI, PASSWORD, message
from tests.channels.servers import Answer, PostOffice, closed_port, post_office, serving
from tests.channels.test_calls import shows_no_password

# Apprise looks for a module that Python is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apprise takes the proxies of the process, which may know nothing of this machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def apprise(url: str) -> Channel:
    return open_channel(ChannelSpec("ours", "apprise", {"url": url}), ENVIRONMENT)


def test_a_message_goes_through_as_text_that_calls_nobody() -> None:
    with serving(Answer(200)) as service:
        where = service.address.removeprefix("http://")
        apprise(f"json://{where}/${{HOOK_TOKEN}}").send(Message(LI, "Ink @everyone", "a <b>b</b>\n**c**"))
    (call,) = service.calls
    assert call.facts["title"] == "李娜: Ink @\u2060everyone"
    assert call.facts["message"] == "a <\u2060b>b<\u2060/b>\n**c**"


def test_a_mail_by_apprise_holds_no_html() -> None:
    with post_office(PostOffice()) as office:
        apprise(f"mailto://127.0.0.1:{office.port}?from=desk@example.com&to=li@example.com").send(
            message("Ink", "<b>x</b>")
        )
    (found,) = office.taken
    assert [part.get_content_type() for part in found.walk() if not part.is_multipart()] == ["text/plain"]


@pytest.mark.parametrize("status", [302, 403, 429, 500])
def test_what_was_not_sent_may_be_tried_again_and_no_log_tells_the_address(
    status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(Answer(status)) as service, caplog.at_level(logging.DEBUG):
        where = service.address.removeprefix("http://")
        with pytest.raises(ChannelUnreachable, match="Apprise could not send the message") as raised:
            apprise(f"json://desk:${{HOOK_SECRET}}@{where}/${{HOOK_TOKEN}}?redirect=no").send(message())
    assert shows_no_password(raised.value)
    assert [record for record in caplog.records if record.name.startswith("apprise")] == []
    told = capfd.readouterr()
    assert told.out + told.err == ""
    assert not logging.getLogger("apprise").disabled


def test_a_service_that_cannot_be_reached_may_be_tried_again() -> None:
    with closed_port() as port, pytest.raises(ChannelUnreachable):
        apprise(f"json://127.0.0.1:{port}/").send(message())


@pytest.mark.parametrize("url", ["nothing://x/${HOOK_TOKEN}", "json://", "${HOOK_TOKEN}"])
def test_an_address_that_apprise_does_not_know_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(ChannelInvalid, match="'url' has to be an address as Apprise writes it") as raised:
        apprise(url).send(message())
    assert shows_no_password(raised.value)
    assert PASSWORD not in str(raised.value)


def test_without_the_package_an_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ChannelInvalid, match=r"pip install 'sheetdesk\[notify\]'"):
        apprise("json://localhost/").send(message())
