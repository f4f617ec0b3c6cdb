"""What goes wrong is told to a Chinese desk in Chinese, the reason in it too."""

from __future__ import annotations

import gzip
import re
import zipfile
from pathlib import Path

import pytest

from sheetdesk.errors import ChannelError
from sheetdesk.flows import build
from tests.channels.kinds import message, opened
from tests.channels.servers import Answer, serving
from tests.cli.conftest import Shell
from tests.flows.team import DESK, Team

LATIN = re.compile(r"[A-Za-z']{2,}(?: [A-Za-z'-]+){2,}")
"""Three English words in a row."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def told(text: str, folder: Path) -> str:
    """What was said, without file names and commands. It has to be Chinese and no English sentence."""
    words = re.sub(r"`[^`]*`", "", text.replace(str(folder), ""))
    assert re.search("[\u4e00-\u9fff]", words), text
    assert not LATIN.search(words), text
    return text


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Team:
    team = Team(tmp_path_factory.mktemp("begun") / "desk", "locale: zh\n" + DESK)
    rows = [{"created": team.now, "status": "new", "title": f"墨水 {number}"} for number in range(1, 4)]
    with team.desk() as opened:
        team.put_in(opened, ["T-001", "T-002", "T-003"], rows)
        build(opened, now=team.now)
    return team


@pytest.fixture
def team(begun: Team, tmp_path: Path) -> Team:
    return begun.twin(tmp_path / "desk")


@pytest.mark.parametrize("lang", ["zh", "zh-CN"])
def test_a_workbook_with_a_password_is_not_adopted(sheetdesk: Shell, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "old.xlsx"
    path.write_bytes(OLE)
    said = sheetdesk("adopt", path, "--dry-run", "--zone", "UTC", lang=lang)
    assert said.code == 2
    assert "密码" in told(said.err, tmp_path)


def sync_refused(sheetdesk: Shell, team: Team) -> str:
    said = sheetdesk("sync", team.folder)
    assert said.code != 0
    return told(said.out + said.err, team.folder)


def test_a_sync_of_a_workbook_with_a_password_says_why_not(sheetdesk: Shell, team: Team) -> None:
    team.file.write_bytes(OLE)
    assert "不是完整的 .xlsx：文件已加密，或是旧版 .xls 文件。" in sync_refused(sheetdesk, team)


def test_a_sync_of_half_a_workbook_says_why_not(sheetdesk: Shell, team: Team) -> None:
    content = team.file.read_bytes()
    team.file.write_bytes(content[: len(content) // 2])
    assert "不是完整的 .xlsx：文件不是完整的压缩包。" in sync_refused(sheetdesk, team)


def test_a_sync_of_a_workbook_with_a_damaged_part_names_it(sheetdesk: Shell, team: Team) -> None:
    content = bytearray(team.file.read_bytes())
    with zipfile.ZipFile(team.file) as archive:
        part = archive.getinfo("xl/workbook.xml")
    at = content.find(part.filename.encode(), part.header_offset) + len(part.filename)
    content[at + part.compress_size // 2] ^= 0xFF
    team.file.write_bytes(bytes(content))
    said = sync_refused(sheetdesk, team)
    assert "其中的 xl/workbook.xml 已损坏。" in said or "压缩包已损坏" in said


def test_a_signed_workbook_is_not_written(sheetdesk: Shell, team: Team) -> None:
    with team.people() as book:
        tab = book.tab("工单")
        tab.type(2, "标题", "墨水干了")
    with zipfile.ZipFile(team.file, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", b"<x/>")
    said = sync_refused(sheetdesk, team)
    assert "_xmlsignatures 未作修改：工作簿带有数字签名。" in said


def test_a_webhook_that_fails_is_told_of() -> None:
    with serving(Answer(500)) as service, pytest.raises(ChannelError) as caught:
        opened("webhook", service).send(message())
    assert caught.value.say("zh") == "通知渠道“ours”暂时不通：应答为 HTTP 500。消息留待重发。"
    assert "it answered HTTP 500" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv.gz", gzip.compress(b"id,title\n" * 99)[:-9], "压缩文件已损坏"),
        ("a.json", b'[{"id": 1},\n {"id": }]', "JSON 有误，在第 2 行第 9 列"),
        ("a.csv", b'id,title\n1,"never closed\n', "有引号没有结束"),
        ("a.xls", OLE, "内容无法解析"),
        ("a.xlsx", b"PK\x03\x04 and no more", "内容无法解析"),
    ],
    ids=["gzip", "json", "csv", "xls", "xlsx"],
)
def test_a_file_that_cannot_be_imported_is_told_of(
    sheetdesk: Shell, team: Team, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    said = sheetdesk("import", team.folder, path)
    assert said.code == 2
    # What a library said, which has no other language, stands in quotes.
    assert why in told(re.sub(r"（“[^”]*”）", "", said.err), tmp_path)


def test_a_desk_file_with_a_rule_that_nobody_can_read_is_told_of(sheetdesk: Shell, team: Team) -> None:
    path = team.folder / "desk.yaml"
    rule = "rules:\n  - {key: a, when: 标题 为空, then: [烧掉]}\n"
    path.write_text(path.read_text("utf-8") + rule, "utf-8")
    said = sheetdesk("check", team.folder, lang="zh")
    assert said.code == 2
    assert "“烧掉”不是动作" in told(said.err, team.folder)
