"""People come, go and change roles in the desk file after its spreadsheet at Google was shared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sheetdesk.errors import Cause, GoogleUnreachable
from sheetdesk.plan import draw
from tests.flows.online import ME, Online

ANN, BEN, CY, GUEST = "ann@example.org", "ben@example.org", "cy@example.org", "guest@example.org"
NEW = "people:\n  - {name: Cy Example, role: boss, mail: cy@example.org}\n"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Online:
    made = Online(tmp_path_factory.mktemp("begun") / "desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "REACH", 10)
        made.given([{"title": "Printer", "status": "open"}])
    return made


@pytest.fixture
def desk(begun: Online, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Online:
    monkeypatch.setattr(draw, "REACH", 10)
    return begun.twin(tmp_path / "desk")


def roles(desk: Online) -> dict[str, str]:
    """What each may do with the file."""
    return {one["emailAddress"]: one["role"] for one in desk.looking.permissions(desk.id)}


def mark(desk: Online) -> tuple[int, dict[str, Any]]:
    """The number of the spreadsheet's own mark, and what it says."""
    found = desk.looking.get(desk.id, "developerMetadata")["developerMetadata"]
    [one] = [one for one in found if one["metadataValue"].startswith("{")]
    return one["metadataId"], json.loads(one["metadataValue"])


def remembered(desk: Online) -> dict[str, str]:
    people: dict[str, str] = mark(desk)[1]["people"]
    return people


def views(desk: Online) -> list[str]:
    found = desk.looking.get(desk.id, "sheets.filterViews.title")
    return [view["title"] for sheet in found["sheets"] for view in sheet.get("filterViews", ())]


def steps(desk: Online, *, dry_run: bool = True) -> list[tuple[str, str]]:
    return [(step.kind, step.key) for step in desk.upgrade(dry_run=dry_run).steps]


def test_who_comes_gets_the_file_and_a_view_and_who_goes_loses_it(desk: Online) -> None:
    assert roles(desk) == {ME: "owner", ANN: "writer"}
    desk.looking.share(desk.id, GUEST, "writer")
    # A sync takes the person over; nothing in Google's hands has changed by that.
    desk.write(desk.text.replace("people:\n", NEW))
    desk.sync()
    assert steps(desk) == [("share_writer", CY)]
    assert CY not in roles(desk)
    assert steps(desk, dry_run=False) == [("share_writer", CY)]
    assert roles(desk) == {ME: "owner", ANN: "writer", GUEST: "writer", CY: "writer"}
    assert "Open · Cy Example" in views(desk)
    desk.write(
        desk.text.replace(NEW, "people:\n").replace("name: Ann Example, role: boss", "name: Ann Example")
    )
    assert steps(desk, dry_run=False) == [("share_ended", ANN), ("share_ended", CY)]
    assert roles(desk) == {ME: "owner", GUEST: "writer"}
    assert steps(desk) == []


def test_what_somebody_else_let_a_person_do_stays_and_what_the_desk_did_follows_it(desk: Online) -> None:
    # Ben reads by somebody's word, Cy writes by somebody's; the desk wants both to write.
    for mail, role in ((BEN, "reader"), (CY, "writer")):
        desk.looking.share(desk.id, mail, role)
    desk.write(desk.text.replace("people:\n", NEW).replace("role: agent, mail: ben", "role: boss, mail: ben"))
    assert steps(desk, dry_run=False) == [("share_writer", BEN)]
    assert roles(desk) == {ME: "owner", ANN: "writer", BEN: "writer", CY: "writer"}
    # A role that may change nothing any more only reads.
    rights = "boss: {title: Boss, edits: all, may: [add, archive, assign, approve]}"
    desk.write(desk.text.replace(rights, "boss: {title: Boss, sees: all}"))
    done = steps(desk, dry_run=False)
    assert {("share_reader", mail) for mail in (ANN, BEN, CY)} <= {*done}
    assert roles(desk) == {ME: "owner", ANN: "reader", BEN: "reader", CY: "reader"}


def test_what_died_halfway_is_finished_by_the_next_upgrade(
    desk: Online, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise GoogleUnreachable(reason=Cause("cut", "cut"), tries=1)

    desk.write(
        desk.text.replace("people:\n", NEW).replace("name: Ann Example, role: boss", "name: Ann Example")
    )
    with monkeypatch.context() as patch:
        patch.setattr(desk.google, "share_otherwise", cut)
        [told] = desk.upgrade().sheets
    assert told.unshared.startswith("Google cannot be reached: cut")
    # Nobody is forgotten who has the file.
    assert roles(desk).keys() - {ME} <= remembered(desk).keys() == {ANN, CY}
    assert ("share_ended", ANN) in steps(desk, dry_run=False)
    assert roles(desk) == {ME: "owner", CY: "writer"}
    assert remembered(desk) == {CY: "boss writer"}
    assert steps(desk) == []


def test_who_cannot_look_whether_there_is_anything_to_do_does_not_say_that_there_is_nothing(
    desk: Online, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise GoogleUnreachable(reason=Cause("cut", "cut"), tries=1)

    monkeypatch.setattr(desk.google, "permissions", cut)
    with pytest.raises(GoogleUnreachable):
        steps(desk)


def test_a_spreadsheet_that_remembers_nobody_loses_nobody_and_remembers_from_then_on(desk: Online) -> None:
    desk.looking.share(desk.id, GUEST, "writer")
    assert remembered(desk) == {ANN: "boss writer"}
    number, facts = mark(desk)
    written = {"metadataValue": json.dumps({key: fact for key, fact in facts.items() if key != "people"})}
    sought = [{"developerMetadataLookup": {"metadataId": number}}]
    request = {"dataFilters": sought, "developerMetadata": written, "fields": "metadataValue"}
    desk.looking.batch_update(desk.id, [{"updateDeveloperMetadata": request}], once=True)
    assert steps(desk) == []
    desk.write(desk.text.replace("people:\n", NEW))
    assert steps(desk, dry_run=False) == [("share_writer", CY)]
    assert set(roles(desk)) == {ME, ANN, GUEST, CY}
    assert mark(desk)[1] == facts | {"people": {ANN: "boss writer", CY: "boss writer"}}
