"""What stands on the wire for each service, to the letter, and whom it calls."""

from __future__ import annotations

import hashlib
import re
import time
from base64 import b64decode
from typing import Any
from urllib.parse import unquote

import pytest

from sheetdesk.channels.base import Addressee, Channel, Message
from tests.channels.kinds import KINDS, LI, PASSWORD, SECRET, message, opened
from tests.channels.servers import Call, serving

SHOUT = '@all @everyone <!channel> <!here> <@U0BOSS> <at user_id="all">x</at> <at id=all></at> ＠所有人'
LINK = "[your bank](https://evil.example.com) <b>now</b> <https://evil.example.com|bank> @13800138000"
UNCALLED = ("@all", "@everyone", "<!", "<@", "<at ", "＠所", "](", "<b>", "<https", "@138")

every_kind = pytest.mark.parametrize("kind", KINDS)
chats = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "webhook"])


def sent(kind: str, told: Message, **settings: str) -> Call:
    """The call that a message became."""
    with serving(KINDS[kind].agrees) as service:
        opened(kind, service, **settings).send(told)
    (call,) = service.calls
    return call


def hmac_sha256(key: bytes, text: bytes) -> bytes:
    """RFC 2104, worked out by hand."""
    key = hashlib.sha256(key).digest() if len(key) > 64 else key
    inner, outer = (bytes(part ^ pad for part in key.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    return hashlib.sha256(outer + hashlib.sha256(inner + text).digest()).digest()


def strings(facts: Any) -> list[str]:
    """Every text in facts, at any depth."""
    if isinstance(facts, str):
        return [facts]
    inner = list(facts.values()) if isinstance(facts, dict) else facts if isinstance(facts, list) else []
    return [text for fact in inner for text in strings(fact)]


def test_a_webhook_gets_facts_signed_over_their_bytes() -> None:
    told = Message(LI, "Ink\nis <out>", "Druck\x00er\r\n@all", "zh", is_urgent=True, key="rule|T-1|7")
    call = sent("webhook", told)
    assert call.facts == {
        "key": "rule|T-1|7",
        "to": {"name": "李娜", "mail": "li.na@example.com", "chat": "U0LI"},
        "title": "Ink\nis <out>",
        "text": "Drucker\n@all",
        "locale": "zh",
        "urgent": True,
    }
    digest = hmac_sha256(SECRET.encode(), call.body).hex()
    assert call.fields["X-Sheetdesk-Signature"] == f"sha256={digest}"


def test_a_webhook_without_a_secret_is_not_signed() -> None:
    assert "X-Sheetdesk-Signature" not in sent("webhook", message(), secret="").fields


def test_slack_gets_the_mention_as_markup_and_all_else_as_plain_text() -> None:
    assert sent("slack", message("Ink & <b>", "a\nb")).facts == {
        "text": "<@U0LI> Ink &amp; &lt;\u2060b&gt;",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "<@U0LI>"}},
            {"type": "section", "text": {"type": "plain_text", "text": "Ink &amp; &lt;\u2060b&gt;\na\nb"}},
        ],
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_slack_gets_long_text_in_blocks_it_takes() -> None:
    blocks = sent("slack", message("t", "<>&" * 2000)).facts["blocks"][1:]
    texts = [block["text"]["text"] for block in blocks]
    assert len(texts) > 3
    assert all(len(text) <= 3000 for text in texts)
    assert not any("&" in re.sub("&(lt|gt|amp);", "", text) for text in texts)
    assert "".join(texts) == "t\n" + "&lt;&gt;&amp;" * 2000


def test_teams_gets_a_card_of_plain_runs_with_the_person_called() -> None:
    facts = sent(
        "teams", message("Ink", "a **b**\n\nc", Addressee("李娜 [x](y)", "", "li@example.com"))
    ).facts
    (attachment,) = facts["attachments"]
    card = attachment["content"]
    assert facts["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["body"][0] == {"type": "TextBlock", "text": "<at>李娜 xy</at>", "wrap": True}
    assert card["msteams"]["entities"] == [
        {
            "type": "mention",
            "text": "<at>李娜 xy</at>",
            "mentioned": {"id": "li@example.com", "name": "李娜 xy"},
        }
    ]
    runs = [block["inlines"][0] for block in card["body"][1:]]
    assert {block["type"] for block in card["body"][1:]} == {"RichTextBlock"}
    assert [(run["type"], run["text"]) for run in runs] == [
        ("TextRun", text) for text in ("Ink", "a **b**", " ", "c")
    ]
    assert [run["weight"] for run in runs] == ["Bolder", "Default", "Default", "Default"]


def test_teams_gets_no_more_lines_than_a_card_holds() -> None:
    body = sent("teams", message(text="a\n" * 5000)).facts["attachments"][0]["content"]["body"]
    assert len(body) == 102
    assert body[-1]["inlines"][0]["text"] == "…"


def test_feishu_gets_text_with_the_person_called_and_a_signed_moment() -> None:
    before = int(time.time())
    facts = sent("feishu", message("Ink", "a\nb", Addressee('李"<b>', "", "ou_123"))).facts
    assert facts["msg_type"] == "text"
    assert facts["content"] == {"text": '<at user_id="ou_123">李"\u2060b</at> Ink\na\nb'}
    assert before <= int(facts["timestamp"]) <= time.time()
    assert b64decode(facts["sign"]) == hmac_sha256(f"{facts['timestamp']}\n{SECRET}".encode(), b"")


def test_feishu_without_a_secret_is_not_signed() -> None:
    assert set(sent("feishu", message(), secret="").facts) == {"msg_type", "content"}


def test_dingtalk_gets_its_sign_percent_encoded_once() -> None:
    spelt = ""
    while "%2B" not in spelt and "%2F" not in spelt:
        before = time.time() * 1000
        path = sent("dingtalk", message()).path
        head, _, spelt = path.partition("&sign=")
        moment = head.partition("&timestamp=")[2]
        assert before - 1 <= int(moment) <= time.time() * 1000
        assert "%25" not in path
        assert not set(spelt) & set("+/=")
        assert b64decode(unquote(spelt), validate=True) == hmac_sha256(
            SECRET.encode(), f"{moment}\n{SECRET}".encode()
        )


def test_dingtalk_gets_text_and_whom_to_call() -> None:
    call = sent("dingtalk", message("Ink", "a\nb"), secret="")
    assert call.path == f"/hook/{PASSWORD}?access_token={PASSWORD}"
    assert call.facts == {
        "msgtype": "text",
        "text": {"content": "@U0LI Ink\na\nb"},
        "at": {"atUserIds": ["U0LI"], "isAtAll": False},
    }


def test_wecom_gets_text_and_whom_to_call() -> None:
    facts = {"msgtype": "text", "text": {"content": "Ink\na\nb", "mentioned_list": ["U0LI"]}}
    assert sent("wecom", message("Ink", "a\nb")).facts == facts


@chats
def test_what_people_wrote_calls_nobody_and_hides_no_link(kind: str) -> None:
    told = message(f"t {SHOUT}", f"{LINK}\n{SHOUT}", Addressee(f"Li {SHOUT} {LINK}", "", "U0LI"))
    texts = strings(sent(kind, told).facts)
    for own in ("<@U0LI>", '<at user_id="U0LI">'):
        texts = [text.replace(own, "") for text in texts]
    assert any("everyone" in text for text in texts)
    for text in texts:
        assert not any(word in text for word in UNCALLED), text


@chats
@pytest.mark.parametrize(
    "identity",
    ["", "all", "ALL", "@all", "everyone", "here", 'x" y="', "<!channel>", "a b", "a\nb", "x>", "a,b"],
)
def test_an_id_that_would_call_everybody_calls_nobody(kind: str, identity: str) -> None:
    facts = sent(kind, message(to=Addressee("Li Na", "", identity))).facts
    told = str(facts)
    assert "<@" not in told
    assert "<at" not in told
    assert "entities" not in told
    assert "mentioned_list" not in told
    assert facts.get("at", {"atUserIds": []})["atUserIds"] == []
    assert any(text.startswith("Li Na: Ink is out") for text in strings(facts))


@chats
def test_a_message_for_nobody_by_name_is_for_the_group(kind: str) -> None:
    texts = strings(sent(kind, message(to=Addressee())).facts)
    assert any(text.startswith("Ink is out") for text in texts)


@every_kind
def test_text_longer_than_the_service_takes_is_cut_and_says_so(kind: str) -> None:
    call = sent(kind, message(text='工单"\n' * 4000))
    limits = {"wecom": 2048, "dingtalk": 20_000, "feishu": 20_000, "teams": 28_000}
    if kind == "wecom":
        assert 2040 < len(call.facts["text"]["content"].encode()) <= 2048
    elif kind in limits:
        assert len(call.body) < limits[kind]
    if kind != "webhook":
        assert any(text.endswith("…") for text in strings(call.facts))


@every_kind
def test_any_sign_that_a_cell_can_hold_can_be_sent(kind: str) -> None:
    call = sent(kind, message("a\ud800b\x00\u202ec", "\x1b[31m\x85\u2028x\ty👩‍💻"))
    told = "".join(strings(call.facts))
    assert "abc" in told
    assert "[31mx\ty👩‍💻" in told


def test_a_channel_can_be_used_again() -> None:
    with serving(KINDS["slack"].agrees) as service:
        channel: Channel = opened("slack", service)
        channel.send(message("one"))
        channel.send(message("two"))
    assert [call.facts["text"] for call in service.calls] == ["<@U0LI> one", "<@U0LI> two"]
