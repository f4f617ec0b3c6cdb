"""What the answers of a web service mean, the same for every kind that calls one."""

from __future__ import annotations

import traceback
from base64 import b64encode
from urllib.parse import quote

import pytest

from sheetdesk.channels.base import open_channel
from sheetdesk.desk.automation import ChannelSpec
from sheetdesk.errors import ChannelError, ChannelInvalid, ChannelRefused, ChannelUnreachable
from tests.channels.conftest import Authority
from tests.channels.kinds import ENVIRONMENT, KINDS, PASSWORD, SECRET, message, opened
from tests.channels.servers import Answer, closed_port, serving, silent_port

every_kind = pytest.mark.parametrize("kind", KINDS)
json_kinds = pytest.mark.parametrize("kind", [kind for kind, web in KINDS.items() if web.expects_json])

TINY = "0.05"
ECHO = f"bad token {PASSWORD} and {SECRET}".encode()


def shows_no_password(error: ChannelError) -> bool:
    """Whether nothing that could reach a log or a person holds a password, in any spelling."""
    told = "".join(traceback.format_exception(error)) + error.say("en") + error.say("zh") + repr(error)
    link: BaseException | None = error
    while link is not None:
        told += repr(link) + repr(vars(link))
        link = link.__cause__ or link.__context__
    spelt = [PASSWORD, SECRET, quote(PASSWORD, safe=""), quote(SECRET, safe="")]
    spelt += [b64encode(word.encode()).decode() for word in (PASSWORD, SECRET)]
    return not any(word in told for word in spelt)


@every_kind
def test_a_message_that_was_taken_says_nothing(kind: str) -> None:
    with serving(KINDS[kind].agrees) as service:
        opened(kind, service).send(message())
    (call,) = service.calls
    assert call.path.startswith(f"/hook/{PASSWORD}?access_token={PASSWORD}")
    assert call.fields["Content-Type"] == "application/json; charset=utf-8"
    assert "Ink is out" in call.body.decode("utf-8")


@every_kind
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, ChannelRefused),
        (302, ChannelRefused),
        (307, ChannelRefused),
        (308, ChannelRefused),
        (400, ChannelRefused),
        (401, ChannelInvalid),
        (403, ChannelInvalid),
        (404, ChannelInvalid),
        (410, ChannelInvalid),
        (408, ChannelUnreachable),
        (429, ChannelUnreachable),
        (500, ChannelUnreachable),
        (502, ChannelUnreachable),
        (503, ChannelUnreachable),
    ],
)
def test_a_status_says_whether_a_later_try_may_help(
    kind: str, status: int, error: type[ChannelError]
) -> None:
    with serving(KINDS[kind].agrees) as elsewhere, serving(Answer(status, ECHO)) as service:
        service.answer = Answer(status, ECHO, {"Location": f"{elsewhere.address}/x"})
        with pytest.raises(error, match=f"HTTP {status}") as raised:
            opened(kind, service).send(message())
    assert len(service.calls) == 1
    assert elsewhere.calls == []
    assert shows_no_password(raised.value)


@pytest.mark.parametrize(
    ("fields", "wait_s"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({"Retry-After": "999999"}, 86_400.0),
        ({"Retry-After": "9" * 400}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "٣"}, None),
        ({}, None),
        (
            {"Date": "Tue, 31 Mar 2026 12:00:00 GMT", "Retry-After": "Tue, 31 Mar 2026 12:01:30 GMT"},
            90.0,
        ),
        ({"Date": "Tue, 31 Mar 2026 12:00:00 GMT", "Retry-After": "Tue, 31 Mar 2026 11:00:00 GMT"}, 0.0),
        ({"Retry-After": "Tue, 31 Mar 2026 12:01:30 GMT"}, None),
        ({"Date": "Tue, 31 Mar 2026 12:00:00 -0000", "Retry-After": "Tue, 31 Mar 2026 12:00:05 GMT"}, 5.0),
        ({"Date": "Tue, 99 Mar 2026 12:00:00 GMT", "Retry-After": "Tue, 31 Mar 2026 12:00:05 GMT"}, None),
    ],
)
def test_a_service_says_when_to_come_back(fields: dict[str, str], wait_s: float | None) -> None:
    coded = {name: value.encode("utf-8").decode("latin-1") for name, value in fields.items()}
    with serving(Answer(429, b"", coded)) as service:
        with pytest.raises(ChannelUnreachable) as raised:
            opened("slack", service).send(message())
        assert raised.value.retry_after_s == wait_s


@every_kind
def test_a_service_that_does_not_answer_is_left_after_the_time_given(kind: str) -> None:
    with serving(Answer(waits=True)) as service:
        with pytest.raises(ChannelUnreachable, match="did not answer in time") as raised:
            opened(kind, service, timeout_s=TINY).send(message())
        assert shows_no_password(raised.value)


@every_kind
def test_a_line_on_which_nobody_speaks_is_left_after_the_time_given(kind: str) -> None:
    with silent_port() as port:
        with pytest.raises(ChannelUnreachable, match="did not answer in time") as raised:
            opened(kind, f"http://127.0.0.1:{port}", timeout_s=TINY).send(message())
        assert shows_no_password(raised.value)


@every_kind
def test_where_nobody_listens_a_later_try_may_help(kind: str) -> None:
    with closed_port() as port:
        with pytest.raises(ChannelUnreachable, match="nobody listens there") as raised:
            opened(kind, f"http://127.0.0.1:{port}").send(message())
        assert shows_no_password(raised.value)
        assert raised.value.retry_after_s is None


@every_kind
def test_an_answer_that_breaks_off_or_never_ends_is_no_answer(kind: str) -> None:
    for answer in (Answer(200, b"o", breaks=True), Answer(200, b"x" * 200_000)):
        with serving(answer) as service:
            with pytest.raises(ChannelUnreachable) as raised:
                opened(kind, service).send(message())
            assert shows_no_password(raised.value)


@pytest.mark.parametrize("kind", [*(kind for kind, web in KINDS.items() if web.expects_json), "slack"])
@pytest.mark.parametrize(
    "body",
    [
        b"<html>Log in</html>",
        b"",
        b"[]",
        b"0",
        b"{}",
        b"\xff\xfe",
        b'{"errcode":false,"code":false}',
        b'{"errcode":"0","code":"0"}',
        b"ok then",
    ],
)
def test_an_answer_of_somebody_else_is_no_success(kind: str, body: bytes) -> None:
    with serving(Answer(200, body)) as service:
        with pytest.raises(ChannelUnreachable, match="not the service's") as raised:
            opened(kind, service).send(message())
        assert shows_no_password(raised.value)


@pytest.mark.parametrize(
    ("kind", "body", "error", "wait_s"),
    [
        ("dingtalk", '{"errcode":310000,"errmsg":"sign not match, token ECHO"}', ChannelRefused, None),
        ("dingtalk", '{"errcode":300001,"errmsg":"token is not exist"}', ChannelRefused, None),
        ("dingtalk", '{"errcode":130101,"errmsg":"send too fast"}', ChannelUnreachable, 600.0),
        ("dingtalk", '{"errcode":410100,"errmsg":"too fast"}', ChannelUnreachable, 600.0),
        ("feishu", '{"code":19024,"msg":"Key Words Not Found"}', ChannelRefused, None),
        ("feishu", '{"code":19021,"msg":"sign match fail ECHO"}', ChannelRefused, None),
        ("feishu", '{"code":9499,"msg":"Bad Request"}', ChannelRefused, None),
        ("feishu", '{"code":9499,"msg":"too many request"}', ChannelUnreachable, 60.0),
        ("feishu", '{"code":11232,"msg":"frequency limited"}', ChannelUnreachable, 60.0),
        ("feishu", '{"StatusCode":12345}', ChannelRefused, None),
        ("wecom", '{"errcode":93000,"errmsg":"invalid webhook url ECHO"}', ChannelRefused, None),
        ("wecom", '{"errcode":40008,"errmsg":"invalid message type"}', ChannelRefused, None),
        ("wecom", '{"errcode":45009,"errmsg":"api freq out of limit"}', ChannelUnreachable, 60.0),
        ("teams", "Webhook message delivery failed with error: HTTP error 429", ChannelUnreachable, 60.0),
        ("teams", "Webhook message delivery failed with error: HTTP error 403 ECHO", ChannelRefused, None),
    ],
)
def test_an_error_in_an_answer_of_success_is_an_error(
    kind: str, body: str, error: type[ChannelError], wait_s: float | None
) -> None:
    answer = Answer(200, body.replace("ECHO", ECHO.decode()).encode())
    with serving(answer) as service, pytest.raises(error) as raised:
        opened(kind, service).send(message())
    assert shows_no_password(raised.value)
    assert getattr(raised.value, "retry_after_s", None) == wait_s


@every_kind
def test_a_certificate_has_to_be_trusted(
    kind: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(KINDS[kind].agrees, authority.context()) as service:
        with pytest.raises(ChannelUnreachable, match="its certificate is not to be trusted") as raised:
            opened(kind, service).send(message())
        assert shows_no_password(raised.value)
        assert service.calls == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
        opened(kind, service).send(message())
        assert len(service.calls) == 1


def test_a_certificate_has_to_be_the_servers(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with serving(Answer(), authority.context("elsewhere.example.com")) as service:
        with pytest.raises(ChannelUnreachable, match="its certificate is not to be trusted"):
            opened("webhook", service).send(message())
        assert service.calls == []


def test_an_address_that_cannot_be_called_is_a_wrong_setting() -> None:
    for url in (
        f"https://user:{PASSWORD}@example.com/",
        "https://127.0.0.1:99999/x",
        f"https://{'a' * 70}.example.com/{PASSWORD}",
        "https://[::1/x",
    ):
        channel = open_channel(ChannelSpec("ours", "webhook", {"url": url}), {})
        with pytest.raises(ChannelInvalid, match="'url' is no address that can be called") as raised:
            channel.send(message())
        assert shows_no_password(raised.value)


def test_calls_go_by_the_proxy_that_the_environment_names() -> None:
    with serving(Answer(204)) as proxy, serving(Answer(204)) as service:
        spec = ChannelSpec("ours", "webhook", {"url": f"{service.address}/x"})
        for environment, is_used in (
            ({"HTTP_PROXY": proxy.address}, True),
            ({"http_proxy": proxy.address, "no_proxy": "example.com,127.0.0.1"}, False),
            ({"https_proxy": proxy.address}, False),
            ({}, False),
        ):
            proxy.calls.clear()
            service.calls.clear()
            open_channel(spec, environment).send(message())
            assert [call.path for call in proxy.calls] == [f"{service.address}/x"] * is_used
            assert len(service.calls) == (not is_used)


def test_an_unset_variable_is_named_before_anybody_is_called() -> None:
    with serving(Answer(204)) as service:
        spec = ChannelSpec("ours", "webhook", {"url": f"{service.address}/${{HOOK_TOKEN}}/${{HOOK_ID}}"})
        with pytest.raises(ChannelInvalid) as raised:
            open_channel(spec, ENVIRONMENT).send(message())
    assert raised.value.exit_code == 2
    assert str(raised.value) == (
        "The channel 'ours' cannot be used: the environment variable HOOK_ID is not set. "
        "Mend `channels:` or what it names."
    )
    assert service.calls == []
    assert shows_no_password(raised.value)
