"""Whatever desk is drawn over whatever tickets: the file is sound and holds what the table shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import CellKind, Column, Setting
from sheetdesk.desk.standard import ALWAYS, CLOSING, STANDARD
from sheetdesk.desk.template import parse_desk
from sheetdesk.errors import DeskInvalid
from sheetdesk.plan.draw import Audience, draw
from sheetdesk.sheets.xlsx.check.whole import check_package
from sheetdesk.sheets.xlsx.package import Package
from sheetdesk.sheets.xlsx.render import render
from sheetdesk.table.derive import derive
from sheetdesk.table.seed import seed_tables
from sheetdesk.table.table import kind_of, table_of
from tests.books import NOW, opened, read_back

ODD = "ab Z9_-.,;:'\"[]#@&<>()!?/\\|=+*~%$^{}`\u00e9\u4e2d\u6587\u5de5\u5355\U0001f600"
WORDS = st.text(ODD, min_size=1, max_size=24).map(str.strip).filter(bool)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60) | st.text(ODD, max_size=40)
NAMES = st.sampled_from(["Ann Example", "张 示例", "=Ben", "O'Neil", "*", "~?", "007", "<Eve>", "Zoë"])
TYPES = ("text", "choice", "number", "date", "moment", "flag", "tags", "person", "ticket")
WILD = str.maketrans("*?~", "xyz")
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Pacific/Auckland")
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1))
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "text": ANY_TEXT,
    "tags": ANY_TEXT,
    "ticket": ANY_TEXT,
    "person": NAMES,
    "number": st.floats(-1e12, 1e12) | st.integers(-5, 9) | st.sampled_from([0.1, 1e-9, 1e300, -0.0]),
    "date": st.dates(date(1901, 1, 1), date(2090, 1, 1)).map(
        lambda day: datetime(day.year, day.month, day.day)
    ),
    "moment": MOMENTS | MOMENTS.map(lambda moment: moment.replace(microsecond=0)),
    "flag": st.booleans(),
}


@dataclass(frozen=True)
class Case:
    """What a failing run prints: the desk file, the cells by column, who it is for."""

    file: str
    cells: dict[str, list[Any]]
    rows: int
    role: str = ""
    is_copy: bool = False


@st.composite
def choices_of(draw: st.DrawFn, /, most: int, **more: str) -> list[dict[str, str]]:
    """Choices whose words start with a letter and hold no wildcard: a desk file allows no others."""
    words = draw(st.lists(WORDS, min_size=1, max_size=most, unique_by=str.casefold))
    color = draw(st.sampled_from([{}, {"color": "FFAA00"}]))
    return [
        {"key": f"k{place}", "title": f"{place}{word.translate(WILD)}!", **color, **more}
        for place, word in enumerate(words)
    ]


@st.composite
def desk_files(draw: st.DrawFn) -> str:
    # What the sheet works out comes by itself where its columns are there.
    known = st.sampled_from(sorted(STANDARD.keys() - CLOSING))
    keys = draw(st.lists(known, unique=True, max_size=14))
    titles = draw(st.lists(WORDS, unique_by=str.casefold, max_size=12))
    columns: list[Any] = []
    for key in keys:
        setting: dict[str, Any] = {"key": key}
        if titles:
            setting["title"] = titles.pop()
        if key in ("type", "channel"):
            setting["choices"] = draw(choices_of(3))
        if key == "subtype":
            setting |= {"choices": draw(choices_of(3, parent="k0")), "depends_on": "type"}
        if key != "subtype" or "type" in keys:
            columns.append(setting)
    for place, kind in enumerate(draw(st.lists(st.sampled_from(TYPES), max_size=6))):
        own: dict[str, Any] = {"key": f"own{place}", "type": kind}
        if titles:
            own["title"] = titles.pop()
        own |= {"required": draw(st.booleans()), "hidden": draw(st.booleans()), "wrap": draw(st.booleans())}
        if kind == "choice":
            own["choices"] = draw(choices_of(2))
        if kind == "number":
            own["decimals"] = draw(st.none() | st.integers(0, 9))
        columns.append(own)
    hides = draw(
        st.lists(st.sampled_from([*ALWAYS[1:], *(column["key"] for column in columns)]), unique=True)
    )
    role = {"title": "Role", "edits": draw(st.sampled_from(["all", [], ["title"]])), "hides": hides}
    file = {
        "name": draw(WORDS),
        "locale": draw(st.sampled_from(["en", "zh"])),
        "zone": draw(st.sampled_from(ZONES)),
        "columns": columns or ["title"],
        "people": [{"name": name} for name in draw(st.lists(NAMES, unique=True, max_size=3))],
        "roles": {"some": role} if draw(st.booleans()) else {},
    }
    return json.dumps(file, ensure_ascii=False)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    file = draw(desk_files())
    try:
        desk = parse_desk(file)
    except DeskInvalid:
        reject()
    rows = draw(st.integers(0, 6))
    cells = {}
    for column in desk.tickets.columns:
        if column.owner != "formula" and column.key != "id":
            chosen = st.sampled_from([choice.key for choice in column.choices] or [""])
            strategy = CELLS.get(column.type, chosen)
            cells[column.key] = draw(st.lists(st.none() | strategy, min_size=rows, max_size=rows))
    role = draw(st.sampled_from(["", *(role.key for role in desk.roles)]))
    return Case(file, cells, rows, role, is_copy=bool(role) and draw(st.booleans()))


def shown(column: Column, values: Iterable[Any], setting: Setting) -> list[Any]:
    """The cells of a column as a reader gives them back."""
    kind = kind_of(column.type)
    series = pd.Series(list(values), dtype=kind.dtype)
    series = series.where(series.notna(), None) if kind.dtype == "object" else series
    cells = kind.show(series, column, setting)
    return ["" if cell is None else cell for cell in cells]


def is_same(kind: CellKind, mine: Any, theirs: Any) -> bool:
    if isinstance(mine, datetime):
        whole = theirs if isinstance(theirs, datetime) else datetime(theirs.year, theirs.month, theirs.day)
        return abs(whole - mine) <= timedelta(milliseconds=1)
    if isinstance(mine, float | int) and not isinstance(mine, bool):
        return isinstance(theirs, float | int) and float(theirs) == float(mine)
    return bool(mine == theirs)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_any_desk_makes_a_sound_file_that_reads_back(tmp_path_factory: Any, case: Case) -> None:
    desk = parse_desk(case.file)
    audience = Audience(desk.role(case.role), is_copy=case.is_copy) if case.role else None
    setting = Setting(desk.locale, desk.zone)
    columns = {key: kind_of(desk.column(key).type).read(cells, desk.column(key), setting).values
               for key, cells in case.cells.items()}  # fmt: skip
    ids = [f"=T-{number}" for number in range(case.rows)]
    tickets = table_of(desk.tickets, columns, ids)
    plan = draw(desk, {"tickets": tickets, **seed_tables(desk)}, NOW, audience=audience)
    path: Path = tmp_path_factory.mktemp("any") / "book.xlsx"
    render(plan, path)
    package = Package.read(path)
    assert check_package(package) == []
    opened(path)
    tab, table = plan.table("tickets")
    header, *rows = read_back(path, tab.title)
    assert header == [column.title for column in table.columns]
    frame = derive(desk, tickets, NOW)
    for place, planned in enumerate(table.columns):
        column = desk.column(planned.key)
        values = ids if column.key == "id" else frame[column.key]
        found = [row[place] for row in rows[: case.rows]]
        pairs = zip(shown(column, values, setting), found, strict=True)
        assert [pair for pair in pairs if not is_same(planned.kind, *pair)] == [], planned.title
