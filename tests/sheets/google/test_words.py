"""What goes wrong at Google is told in Chinese as a whole, but for what Google itself said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sheetdesk
from sheetdesk.errors import AnswerUnreadable, Cause, GoogleError, GoogleRefused
from sheetdesk.sheets.google.complaints import complaint, passing, said
from sheetdesk.sheets.google.credentials import read_identity
from sheetdesk.sheets.google.retry import trouble

PACKAGE = Path(sheetdesk.__file__).parent
MODULES = sorted((PACKAGE / "sheets" / "google").rglob("*.py"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORDS = re.compile(r"[A-Za-z']+( [a-z'-]+){2,}")
"""Three English words in a row: a sentence, or part of one."""


NEVER_SHOWN = {
    # Becomes the trouble "its address cannot be called".
    "only calls to Google go to the sandbox",
    # A name of what a probe saw, as in its JSON.
    "text like a number",
}


def parts(node: ast.AST, *, is_cause: bool = False) -> Iterator[tuple[int, str, bool]]:
    """Every text in a tree, but docstrings and patterns: its line, and whether it stands in a Cause."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value, is_cause
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    if called == "re.compile":
        return
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from parts(child, is_cause=is_cause or called == "Cause")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_says_nothing_in_english_alone(path: Path) -> None:
    found = [
        f"line {line}: {text}"
        for line, text, is_cause in parts(ast.parse(path.read_text("utf-8")))
        if not is_cause and WORDS.search(text) and text not in NEVER_SHOWN
    ]
    assert found == []


def causes() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Cause":
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


def test_every_cause_is_in_both_languages_and_names_the_same_facts() -> None:
    made = list(causes())
    assert len(made) > 30
    for place, call in made:
        en, zh = call.args
        if isinstance(en, ast.Name):
            # A name of Google's, the same in every language.
            assert ast.dump(en) == ast.dump(zh), place
            continue
        assert not CHINESE.search(ast.unparse(en)), place
        assert CHINESE.search(ast.unparse(zh)), place
        told = [
            {ast.dump(one.value) for one in ast.walk(side) if isinstance(one, ast.FormattedValue)}
            for side in (en, zh)
        ]
        assert len(told[0]) == len(told[1]), place


def test_a_cause_is_told_in_the_language_of_the_sentence() -> None:
    cause = Cause("nobody listens there", "对方没有服务在监听")
    assert str(cause) == "nobody listens there"
    assert [cause.say(code) for code in ("en", "zh", "zh-CN", "fr")] == [
        "nobody listens there", "对方没有服务在监听", "对方没有服务在监听", "nobody listens there",
    ]  # fmt: skip
    error = AnswerUnreadable(reason=cause)
    assert error.say("zh") == "应答的不是 Google：对方没有服务在监听。请检查代理或网络登录页。"
    assert "not Google: nobody listens there." in str(error)


def test_what_google_said_stays_as_it_is_in_quotes() -> None:
    body = b'{"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "No grid with id: 7"}}'
    error = complaint(400, said(body), "Desk", "")
    assert isinstance(error, GoogleRefused)
    assert "：“No grid with id: 7”。" in error.say("zh")
    assert "was made: No grid with id: 7. Run" in error.say("en")


def plain(error: GoogleError) -> str:
    """A Chinese sentence without what is the same in every language."""
    return re.sub(
        r"“[^”]*”|`[^`]*`|sheetdesk|Google Cloud|Google|HTTP|OAuth|JSON|Excel|API|Desk", "", error.say("zh")
    )


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (413, b""),
        (400, b"<html>"),
        (401, b'{"error": {"message": "x"}}'),
        (403, b'{"error": {"message": "x", "errors": [{"reason": "insufficientPermissions"}]}}'),
        (403, b'{"error": {"message": "x", "errors": [{"reason": "storageQuotaExceeded"}]}}'),
        (403, b'{"error": {"message": "x"}}'),
        (400, b'{"error": {"message": ""}}'),
    ],
)
def test_a_complaint_in_chinese_has_no_english_half_sentence(status: int, body: bytes) -> None:
    assert not WORDS.search(plain(complaint(status, said(body), "Desk", "")))


def test_trouble_on_the_way_and_a_spent_quota_are_told_in_chinese() -> None:
    assert trouble(ConnectionRefusedError()).reason.say("zh") == "对方没有服务在监听"
    found = passing(429, None, {})
    assert found is not None
    assert found.quota is not None
    assert (found.reason.say("zh"), found.quota.say("zh")) == ("应答为 HTTP 429", "每分钟的请求数")


def test_a_key_that_is_none_is_told_of_in_chinese(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text('{"type": "service_account"}', "utf-8")
    with pytest.raises(GoogleError) as caught:
        read_identity(key)
    assert "：其中没有 private_key。" in caught.value.say("zh")
