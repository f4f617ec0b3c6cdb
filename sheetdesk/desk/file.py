"""The shape of a desk file, for reading it and for editors (JSON Schema).

What a single setting may be stands here; whether settings fit each other is `template.py`'s to say.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = ["ChoiceFile", "ColumnFile", "DeskFile", "json_schema"]

Key = Annotated[
    str, Field(pattern=r"^[^\W\d][\w-]{0,59}$", description="A stable name: letters, digits, _ and -.")
]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Span = Annotated[
    str,
    Field(
        pattern=r"^\s*\d+(\.\d+)?\s*(m|min|h|d|wd|分钟|小时|天|个?工作日)\s*$",
        description="30m, 4h, 2d (calendar) or 3wd (working days).",
    ),
]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Hours = Annotated[
    str,
    Field(pattern=r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}$", description="09:00-12:00; over midnight: 22:00-06:00."),
]


def _text(value: object) -> object:
    # `title: 2026` and `key: 1` are meant as text.
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _short(key: str, whole: type[BaseModel]) -> BeforeValidator:
    """`status` stands for `{key: status}`."""
    return BeforeValidator(
        lambda value: {key: str(value)} if isinstance(value, str | int | float) else value,
        json_schema_input_type=str | float | whole,
    )


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
Text = Annotated[Words, BeforeValidator(_text)]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChoiceFile(Model):
    """One value of a drop-down; `parent` is the choice above it, `was` former keys or titles."""

    key: Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(_text)] | None = None
    title: Text | None = None
    color: Annotated[str, Field(pattern=r"^#?[0-9A-Fa-f]{6}$"), BeforeValidator(_text)] = ""
    meaning: Literal["new", "open", "pending", "on hold", "resolved", "closed", "cancelled"] | None = None
    parent: str = ""
    was: Names = []
    note: str = ""


class ColumnFile(Model):
    """One column; a standard one needs its key alone."""

    key: Key
    title: Text | None = None
    type: str | None = None
    choices: list[Annotated[ChoiceFile, _short("title", ChoiceFile)]] | None = None
    required: bool | None = None
    default: str | float | bool | None = None
    owner: Literal["people", "rules", "formula"] | None = None
    formula: str | None = None
    edit: Names = []
    merge: Literal["people", "rules", "forward", "append", "latest", "manual"] | None = None
    depends_on: str | None = None
    was: Names = []
    pii: Literal["name", "contact", "id", "address", "other"] | None = None
    keep: Span | None = None
    note: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    max_length: Annotated[int, Field(ge=1, le=32_767)] | None = None
    decimals: Annotated[int, Field(ge=0, le=9)] | None = None
    wrap: bool | None = None
    width: Annotated[float, Field(gt=0, le=200)] | None = None
    hidden: bool | None = None


class RoleFile(Model):
    """What a role sees and may change: column keys, or `all`; `hides` and `locks` take away."""

    title: Text
    sees: Names = ["all"]
    hides: Names = []
    edits: Names = []
    locks: Names = []
    tickets: str = ""
    may: list[Literal["add", "archive", "assign", "approve"]] = []
    duties: str = ""


class TransitionFile(Model):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    source: Annotated[str, Field(alias="from")]
    to: Names
    roles: Names = []


class ReviewFile(Model):
    before: Literal["resolved", "closed"] = "closed"
    status: str


class MatrixFile(Model):
    column: str = "priority"
    rows: str = "impact"
    across: str = "urgency"
    cells: dict[str, dict[str, str]]


Pauses = list[Literal["pending", "on hold"]]


class PausesFile(Model):
    """In which statuses the clock of each target stands."""

    first_response: Pauses = []
    next_update: Pauses = ["pending"]
    resolution: Pauses = ["pending"]


class SlaFile(Model):
    """Targets for the tickets that match `when`; without `when`, for all others."""

    key: Key
    when: str = ""
    first_response: Span | None = None
    next_update: Span | None = None
    resolution: Span | None = None
    calendar: str = ""
    clock: Literal["business", "calendar"] = "business"
    pauses: Pauses | PausesFile = ["pending"]
    reopen: Literal["resumes", "restarts"] = "resumes"


class CalendarFile(Model):
    """Opening hours a weekday (`mon`, `mon-fri`, `all`), a country's holidays, own days.

    `settled` names years whose official working days are known or given here: nothing is provisional in them.
    """

    zone: str | None = None
    week: dict[str, list[Hours]]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    subdivision: str = ""
    closed: list[Day] = []
    extra: list[Day] = []
    partial: dict[Day, list[Hours]] = {}
    settled: list[Annotated[int, Field(ge=1900, le=2199)]] = []


class RuleFile(Model):
    """`when` a condition holds, `then` these actions; or a `script` of Python beside the desk file."""

    key: Key | None = None
    title: Text | None = None
    when: str = ""
    then: Names = []
    active: bool = True
    mode: Literal["selective", "always"] = "selective"
    order: float = 100
    script: Annotated[str, Field(pattern=r"^$|^[^\x00]{1,200}\.py$")] = ""


class FigureFile(Model):
    column: str
    title: Text
    how: Literal["count", "sum", "average", "min", "max"] = "count"
    format: str = "0"


class ReportFile(Model):
    key: Key
    title: Text
    kind: Literal["pivot"] = "pivot"
    rows: Names
    columns: Names = []
    pages: Names = []
    values: list[FigureFile] = []
    slicers: Names = []
    chart: Literal["", "bar", "bar_stacked", "column", "column_stacked", "line"] = ""


class ViewFile(Model):
    key: Key
    title: Text
    tickets: str = ""
    columns: Names = []


class SheetFile(Model):
    """`safety: tagged`: what is written into a Google sheet carries a tag until it is seen to stand where it
    was meant to.
    """

    key: Key = "main"
    file: str
    role: str
    safety: Literal["copied", "tagged"] = "copied"


class PersonFile(Model):
    name: Text
    role: str = ""
    mail: str = ""
    chat: str = ""
    skills: dict[str, Annotated[int, Field(ge=1, le=5)]] = {}
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    cap: Annotated[int, Field(ge=0)] | None = None
    shift: str = ""
    backup: str = ""


class AttentionFile(Model):
    due_soon: Span = "4h"
    stale: Span = "5d"
    due_soon_share: Annotated[float, Field(gt=0, lt=1)] = 0.25


class TroubleFile(Model):
    """`after`: so many failed syncs in a row, or so long; `pending`: so long open; `to`: who is told."""

    after: Annotated[int, Field(ge=1)] | Span = "15m"
    pending: Span = "8h"
    to: list[Words] = []


class TellingFile(Model):
    """How people are told: quiet hours, how far apart messages are, the channel of those without another."""

    quiet: bool = True
    digest: Span = "0m"
    default: str = ""
    attempts: Annotated[int, Field(ge=1, le=50)] = 8
    trouble: TroubleFile = TroubleFile()


class AssignmentFile(Model):
    """How owners are chosen: whose tickets go to others when they are away, and who hears of what nobody
    can take.
    """

    absent: Literal["keep", "rules", "all"] = "keep"
    sticky: Span = "30d"
    alert: str = ""


class ImportFile(Model):
    """`columns`: their title → our column; `values`: our column → their word → ours."""

    key: Key
    columns: dict[str, str] = {}
    values: dict[str, dict[str, Annotated[str, BeforeValidator(_text)]]] = {}
    dates: Literal["day-first", "month-first"] | None = None
    event_time: str = ""


class CaseFile(Model):
    id: str = ""
    problem: Text
    type: str = ""
    cause: str = ""
    solution: str = ""


class DeskFile(Model):
    """A desk: what its ticket sheet holds, who may do what, and what is promised."""

    sheetdesk: Literal[1] = 1
    name: Text
    locale: str = "en"
    zone: str = "UTC"
    ids: str = "T-{n:05}"
    store: Annotated[
        str,
        Field(
            max_length=1000,
            description="A path, or postgresql://USER:${PASSWORD}@HOST/DATABASE?desk=NAME; "
            "${NAME} is taken from the environment.",
        ),
    ] = ""
    columns: Annotated[list[Annotated[ColumnFile, _short("key", ColumnFile)]], Field(min_length=1)]
    lifecycle: list[TransitionFile] = []
    review: ReviewFile | None = None
    matrix: MatrixFile | None = None
    first_response: Literal["typed", "left_new"] = "left_new"
    updates: Names = ["status", "notes"]
    attention: AttentionFile = AttentionFile()
    roles: dict[Key, RoleFile] = {}
    sheets: list[SheetFile] = []
    people: list[PersonFile] = []
    views: list[ViewFile] = []
    calendars: dict[Key, CalendarFile] = {}
    sla: list[SlaFile] = []
    rules: list[Annotated[RuleFile, _short("script", RuleFile)]] = []
    channels: dict[Key, dict[Key, Annotated[str, BeforeValidator(_text)]]] = {}
    notify: TellingFile = TellingFile()
    assignment: AssignmentFile = AssignmentFile()
    reports: list[ReportFile] = []
    cases: list[CaseFile] = []
    imports: list[ImportFile] = []


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a desk file."""
    schema = DeskFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
