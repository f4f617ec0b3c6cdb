"""Mail over real SMTP on this machine: what arrives, and what a server's answer means."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.headerregistry import Address

import pytest

from sheetdesk.channels.base import Addressee, Channel, Message, open_channel
from sheetdesk.desk.automation import ChannelSpec
from sheetdesk.errors import ChannelError, ChannelInvalid, ChannelRefused, ChannelUnreachable
from tests.channels.conftest import Authority
from tests.channels.kinds import ENVIRONMENT, LI, PASSWORD, SECRET, message
from tests.channels.servers import PostOffice, closed_port, post_office, silent_port
from tests.channels.test_calls import shows_no_password

ECHO = f"{PASSWORD} {SECRET}"


def mail(port: int, **settings: str) -> Channel:
    """A channel to a mail server on this machine, in the clear unless told otherwise."""
    known = {
        "server": "127.0.0.1",
        "port": str(port),
        "security": "none",
        "from": '"IT, desk" <desk@example.com>',
    }
    return open_channel(ChannelSpec("ours", "mail", known | settings), ENVIRONMENT)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office(PostOffice()) as office:
        yield office


def test_a_mail_is_plain_text_to_one_person(office: PostOffice) -> None:
    told = Message(LI, "打印机没墨了", "Druckerpatrone <b>leer</b>\n第二行\n" + "长" * 2000, "zh", key="k")
    mail(office.port).send(told)
    (found,) = office.taken
    assert office.to == [["li.na@example.com"]]
    assert found["From"].addresses == (Address("IT, desk", "desk", "example.com"),)
    assert found["To"].addresses == (Address("李娜", "li.na", "example.com"),)
    assert found["Subject"] == "打印机没墨了"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Importance"] is None
    assert found["Date"].datetime.utcoffset() is not None
    assert found.get_content_type() == "text/plain"
    assert not found.is_multipart()
    assert found.get_content().replace("\r\n", "\n").rstrip("\n") == told.text


def test_the_same_message_sent_again_has_the_same_id(office: PostOffice) -> None:
    channel = mail(office.port)
    for key in ("rule|T-1|7", "rule|T-1|7", "rule|T-1|8", "", ""):
        channel.send(Message(LI, "t", "x", key=key))
    first, again, other, *without = [found["Message-ID"] for found in office.taken]
    assert first == again != other
    assert first.endswith("@example.com>")
    assert "T-1" not in first
    assert len({first, other, *without}) == 4


def test_an_urgent_mail_says_so(office: PostOffice) -> None:
    mail(office.port).send(Message(LI, "t", "x", is_urgent=True))
    assert office.taken[0]["Importance"] == "high"


def test_what_people_wrote_becomes_no_header(office: PostOffice) -> None:
    evil = "x\r\nBcc: boss@example.com\r\n\r\n<script>"
    mail(office.port).send(Message(Addressee(evil, "li@example.com"), evil, f".\r\n{evil}", key=evil))
    (found,) = office.taken
    assert office.to == [["li@example.com"]]
    assert found["Bcc"] is None
    assert found["Subject"] == "x Bcc: boss@example.com <script>"
    assert found["To"].addresses[0].addr_spec == "li@example.com"
    assert len(found["To"].addresses) == 1
    assert found.get_content().startswith(".\r\nx\r\nBcc: boss")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "li",
        "li@",
        "@example.com",
        "li@example.com, boss@example.com",
        "li@example.com\r\nBcc: boss@example.com",
        "Li <li@example.com>",
        "li na@example.com",
        "a@b@c",
    ],
)
def test_what_is_no_address_gets_no_mail(office: PostOffice, address: str) -> None:
    with pytest.raises(ChannelRefused, match="no mail address that could be used"):
        mail(office.port).send(message(to=Addressee("Li", address)))
    assert office.taken == []


def test_an_address_beyond_ascii_is_refused_where_the_server_knows_none(office: PostOffice) -> None:
    with pytest.raises(ChannelRefused, match="the server cannot do what this mail needs"):
        mail(office.port).send(message(to=Addressee("Li", "李@example.com")))


def test_a_mail_travels_in_secret_once_the_certificate_is_trusted(authority: Authority) -> None:
    with post_office(PostOffice(password=PASSWORD.encode()), starttls=authority.context()) as office:
        login = {"user": "desk", "password": "${HOOK_TOKEN}", "security": "starttls"}
        with pytest.raises(ChannelUnreachable, match="its certificate is not to be trusted") as raised:
            mail(office.port, **login).send(message())
        assert shows_no_password(raised.value)
        assert office.users == []
        mail(office.port, ca=str(authority.path), **login).send(message())
    assert office.was_secret == [True]
    assert office.users == [b"desk"]


def test_a_mail_can_be_sent_where_a_line_is_secret_from_the_start(authority: Authority) -> None:
    with post_office(PostOffice(), tls=authority.context()) as office:
        with pytest.raises(ChannelUnreachable, match="its certificate is not to be trusted"):
            mail(office.port, security="ssl").send(message())
        mail(office.port, security="ssl", ca=str(authority.path)).send(message())
    assert len(office.taken) == 1


def test_a_certificate_has_to_be_the_mail_servers(authority: Authority) -> None:
    with post_office(PostOffice(), starttls=authority.context("elsewhere.example.com")) as office:
        with pytest.raises(ChannelUnreachable, match="its certificate is not to be trusted"):
            mail(office.port, security="starttls", ca=str(authority.path)).send(message())
        assert office.taken == []


def test_no_mail_goes_in_the_clear_where_it_should_not(office: PostOffice) -> None:
    with pytest.raises(ChannelRefused, match="the server cannot do what this mail needs"):
        mail(office.port, security="starttls").send(message())
    assert office.taken == []


def test_no_password_goes_in_the_clear_though_it_was_written_elsewhere() -> None:
    spec = {"server": "mail.invalid", "from": "d@x", "security": "${HOW}", "user": "u", "password": PASSWORD}
    with pytest.raises(ChannelInvalid, match="a password is not sent in the clear") as raised:
        open_channel(ChannelSpec("ours", "mail", spec), {"HOW": "none"}).send(message())
    assert shows_no_password(raised.value)


def test_a_file_without_certificates_is_a_wrong_setting(office: PostOffice, authority: Authority) -> None:
    empty = authority.path.with_name("empty.pem")
    empty.write_text(PASSWORD)
    for path in (empty, empty.with_name("missing.pem")):
        with pytest.raises(ChannelInvalid, match="the file `ca` holds no certificates") as raised:
            mail(office.port, security="starttls", ca=str(path)).send(message())
        assert shows_no_password(raised.value)


@pytest.mark.parametrize(
    ("office_says", "error", "told"),
    [
        ({"to_addressee": f"550 5.1.1 no such user {ECHO}"}, ChannelRefused, "550 5.1.1"),
        ({"to_addressee": f"451 4.7.1 come back later {ECHO}"}, ChannelUnreachable, "451 4.7.1"),
        ({"to_addressee": f"450 {ECHO}"}, ChannelUnreachable, "answered 450"),
        ({"to_mail": f"554 5.7.1 spam {ECHO}"}, ChannelRefused, "554 5.7.1"),
        ({"to_mail": f"452 4.3.1 full {ECHO}"}, ChannelUnreachable, "452 4.3.1"),
        ({"to_mail": f"421 4.3.2 closing {ECHO}"}, ChannelUnreachable, "421 4.3.2"),
    ],
)
def test_a_server_says_whether_a_later_try_may_help(
    office_says: dict[str, str], error: type[ChannelError], told: str
) -> None:
    with post_office(PostOffice(**office_says)) as office:  # type: ignore[arg-type]
        with pytest.raises(error, match=told) as raised:
            mail(office.port).send(message())
        assert shows_no_password(raised.value)
        assert office.taken == []


def test_a_wrong_password_is_a_matter_of_settings(authority: Authority) -> None:
    with post_office(PostOffice(password=b"another"), starttls=authority.context()) as office:
        login = {"user": "desk", "password": "${HOOK_TOKEN}", "security": "starttls"}
        with pytest.raises(ChannelInvalid, match=r"535 5\.7\.8") as raised:
            mail(office.port, ca=str(authority.path), **login).send(message())
        assert shows_no_password(raised.value)
        assert office.users
        assert office.taken == []


def test_a_line_that_breaks_in_the_middle_of_a_mail_may_be_tried_again() -> None:
    with post_office(PostOffice(breaks="mail")) as office:
        with pytest.raises(ChannelUnreachable, match="the connection broke off") as raised:
            mail(office.port).send(message())
        assert shows_no_password(raised.value)


@pytest.mark.parametrize("office_says", [{"to_farewell": "500 what"}, {"breaks": "farewell"}])
def test_a_farewell_that_goes_wrong_does_not_send_the_mail_twice(office_says: dict[str, str]) -> None:
    with post_office(PostOffice(**office_says)) as office:  # type: ignore[arg-type]
        mail(office.port).send(message())
        assert len(office.taken) == 1


@pytest.mark.parametrize("security", ["none", "starttls", "ssl"])
def test_a_server_that_says_nothing_is_left_after_the_time_given(security: str) -> None:
    with silent_port() as port:
        with pytest.raises(ChannelUnreachable, match="did not answer in time") as raised:
            mail(port, security=security, timeout_s="0.05").send(message())
        assert shows_no_password(raised.value)


def test_where_no_mail_server_listens_a_later_try_may_help() -> None:
    with closed_port() as port, pytest.raises(ChannelUnreachable, match="nobody listens there"):
        mail(port).send(message())


def test_every_error_of_the_mail_library_is_one_that_is_caught() -> None:
    known = [
        found for found in vars(smtplib).values() if isinstance(found, type) and issubclass(found, Exception)
    ]
    assert len(known) > 8
    assert all(issubclass(found, OSError) for found in known)
