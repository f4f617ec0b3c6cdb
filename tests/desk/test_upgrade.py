"""The steps between two desk files, one kind after the other."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from ruamel.yaml import YAML

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk
from sheetdesk.desk.upgrade import Step, describe, renamed_choices, renamed_columns, steps
from sheetdesk.locales.locale import load_locale

BASE = """
name: Team
columns:
  - {key: kind, title: Kind, choices: [{key: a, title: A, color: FF0000}, {key: b, title: B}]}
  - {key: part, choices: [{key: x, title: X, parent: a}, {key: y, title: Y, parent: b}], depends_on: kind}
  - {key: cost, type: number, title: Cost, minimum: 0}
  - status
roles:
  boss: {title: Boss, sees: [all], edits: [all], may: [add]}
  guest: {title: Guest, sees: [kind], tickets: "status = new"}
sheets: [{key: main, file: tickets.xlsx, role: boss}]
"""

Change = Callable[[Any], object]


def desk_with(change: Change | None = None) -> Desk:
    yaml = YAML(typ="safe", pure=True)
    value = yaml.load(BASE)
    if change is not None:
        change(value)
    text = io.StringIO()
    yaml.dump(value, text)
    return parse_desk(text.getvalue())


def column(value: Any, index: int) -> Any:
    return value["columns"][index]


CHANGES: dict[str, tuple[Change, str]] = {
    "name": (lambda v: v.update(name="Other"), "name"),
    "locale": (lambda v: v.update(locale="zh"), "locale"),
    "zone": (lambda v: v.update(zone="Asia/Shanghai"), "zone"),
    "ids": (lambda v: v.update(ids="X-{n:04}"), "ids"),
    "lifecycle": (lambda v: v.update(lifecycle=[{"from": "new", "to": ["closed"]}]), "lifecycle"),
    "attention": (lambda v: v.update(attention={"due_soon": "9h"}), "drawn attention"),
    "views": (lambda v: v.update(views=[{"key": "w", "title": "W"}]), "drawn views"),
    "sla": (lambda v: v.update(sla=[{"key": "p", "resolution": "3d", "clock": "calendar"}]), "drawn sla"),
    "reports": (
        lambda v: v.update(reports=[{"key": "r", "title": "R", "rows": ["kind"],
                                     "values": [{"column": "id", "title": "n"}]}]),
        "drawn reports",
    ),
    "calendars": (lambda v: v.update(calendars={"c": {"week": {"mon": ["09:00-10:00"]}}}), "drawn calendars"),
    "added": (lambda v: v["columns"].append({"key": "more", "title": "More"}), "column_added more"),
    "renamed": (lambda v: column(v, 2).update(key="price", was="cost"), "column_renamed price"),
    "retitled": (lambda v: column(v, 2).update(title="Price"), "column_retitled cost"),
    "retired": (lambda v: v["columns"].pop(2), "column_retired cost"),
    "retyped": (
        lambda v: (column(v, 2).update(type="text"), column(v, 2).pop("minimum")),
        "column_retyped cost",
    ),
    "bounds": (lambda v: column(v, 2).update(maximum=9), "column_bounds cost"),
    "required": (lambda v: column(v, 2).update(required=True), "column_required cost"),
    "default": (lambda v: column(v, 2).update(default=3), "column_default cost"),
    "owner": (lambda v: column(v, 2).update(owner="rules"), "column_worked_out cost"),
    "looks": (lambda v: column(v, 2).update(width=44), "column_looks cost"),
    "rights": (lambda v: column(v, 2).update(edit=["boss"]), "column_rights cost"),
    "choice": (lambda v: column(v, 0)["choices"].append({"key": "c", "title": "C"}), "choice_added kind/c"),
    "rekeyed": (
        lambda v: (column(v, 0)["choices"][1].update(key="bb", was="b"),
                   column(v, 1)["choices"][1].update(parent="bb")),
        "choice_renamed kind/bb",
    ),
    "choice title": (lambda v: column(v, 0)["choices"][1].update(title="BB"), "choice_retitled kind/b"),
    "colour": (lambda v: column(v, 0)["choices"][1].update(color="00FF00"), "choice_recoloured kind/b"),
    "parent": (lambda v: column(v, 1)["choices"][1].update(parent="a"), "choice_parent part/y"),
    "order": (lambda v: column(v, 0)["choices"].reverse(), "choices_reordered kind"),
    "choice gone": (lambda v: column(v, 1)["choices"].pop(), "choice_retired part/y"),
    "role": (lambda v: v["roles"].update(new={"title": "New"}), "role_added new"),
    "role gone": (lambda v: v["roles"].pop("guest"), "role_removed guest"),
    "sees": (lambda v: v["roles"]["guest"].update(sees=["kind", "cost"]), "role_sees guest"),
    "edits": (lambda v: v["roles"]["guest"].update(edits=["kind"]), "role_edits guest"),
    "tickets": (lambda v: v["roles"]["guest"].update(tickets=""), "role_tickets guest"),
    "may": (lambda v: v["roles"]["guest"].update(may=["add"]), "role_may guest"),
    "words": (lambda v: v["roles"]["guest"].update(duties="Looks"), "role_words guest"),
    "sheet": (
        lambda v: v["sheets"].append({"key": "two", "file": "two.xlsx", "role": "guest"}), "sheet_added two",
    ),
    "moved": (lambda v: v["sheets"][0].update(file="other.xlsx"), "sheet_moved main"),
    "sheet role": (lambda v: v["sheets"][0].update(role="guest"), "sheet_role main"),
    "sheet gone": (lambda v: v["sheets"][0].update(key="first"), "sheet_removed main"),
}  # fmt: skip


def words(found: tuple[Step, ...]) -> list[str]:
    return [step.kind if step.kind == step.key else f"{step.kind} {step.key}" for step in found]


@pytest.mark.parametrize("name", CHANGES)
def test_each_difference_is_a_step_told_in_both_languages(name: str) -> None:
    change, expected = CHANGES[name]
    found = steps(desk_with(), desk_with(change))
    assert expected in words(found)
    for code in ("en", "zh"):
        for step in found:
            line = describe(step, load_locale(code))
            assert line
            assert "{key}" not in line
            assert "{title}" not in line


IN_CHINESE = {
    "owner": "Cost：负责填写 人员 → 负责填写 规则",
    "bounds": "Cost：最大值 - → 最大值 9",
    "looks": "Cost：列宽 - → 列宽 44",
    "default": "Cost：默认值 - → 默认值 3，用于新工单",
    "rights": "Cost：可编辑角色 -, 合并方式 人员 → 可编辑角色 Boss, 合并方式 人员",
    "retyped": "Cost：类型 数字 → 文本",
    "added": "新列：More（文本）；默认值只用于新工单",
    "views": "视图：有改动，相关页面重新绘制",
    "attention": "提醒：有改动，相关页面重新绘制",
    "sees": "Guest 可见：+Cost",
    "may": "Guest 可以：+新增",
    "parent": "part：Y 归于 A（原为 B）",
    "sheet role": "表 main：角色 Boss → Guest",
}


@pytest.mark.parametrize("name", IN_CHINESE)
def test_a_chinese_step_has_the_words_of_desk_files_in_chinese(name: str) -> None:
    found = steps(desk_with(), desk_with(CHANGES[name][0]))
    assert IN_CHINESE[name] in [describe(step, load_locale("zh")) for step in found]


def test_what_a_status_means_is_told_in_chinese_and_a_note_with_a_comma_stays() -> None:
    step = Step(
        "choice_meaning", "tickets", "k", {"title": "T", "column": "C", "before": "on hold", "after": "-"}
    )
    assert describe(step, load_locale("zh")) == "C：T 的含义为 -（原为 搁置）"
    looks = {"title": "T", "before": "wrap True, note one, two", "after": "wrap False, note -"}
    line = describe(Step("column_looks", "tickets", "k", looks), load_locale("zh"))
    assert line == "T：自动换行 是, 说明 one, two → 自动换行 否, 说明 -"


def test_equal_desks_have_no_steps_and_seeds_are_none() -> None:
    assert steps(desk_with(), desk_with()) == ()

    def seed(value: Any) -> None:
        value["people"] = [{"name": "Ada"}]
        value["rules"] = [{"key": "r", "when": "status = new", "then": ["set status = closed"]}]
        value["cases"] = [{"id": "C1", "problem": "P"}]
        column(value, 0)["choices"][0]["note"] = "A note"

    assert steps(desk_with(), desk_with(seed)) == ()


def test_a_status_that_means_something_else_is_a_step() -> None:
    def change(value: Any) -> None:
        value["columns"][3] = {
            "key": "status",
            "choices": [{"key": "new", "meaning": "new"}, {"key": "closed", "meaning": "cancelled"}],
        }

    assert "choice_meaning status/closed" in words(steps(desk_with(), desk_with(change)))


def test_a_former_key_counts_only_where_it_is_gone() -> None:
    def both(value: Any) -> None:
        value["columns"].append({"key": "price", "was": "cost", "type": "number"})

    assert renamed_columns(desk_with(), desk_with(both)) == {}
    renamed = desk_with(lambda v: column(v, 2).update(key="price", was="Cost"))
    assert renamed_columns(desk_with(), renamed) == {"cost": "price"}


@pytest.mark.parametrize("was", ["b", "B"])
def test_a_choice_is_known_by_its_former_key_or_title(was: str) -> None:
    def change(value: Any) -> None:
        column(value, 0)["choices"][1].update(key="bb", was=was)
        column(value, 1)["choices"][1].update(parent="bb")

    after = desk_with(change)
    assert renamed_choices(desk_with().column("kind"), after.column("kind")) == {"b": "bb"}
