"""Everything of a desk file but its columns: roles, life cycle, policies, people, reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from sheetdesk.columns.base import Column, Meaning
from sheetdesk.desk.build_automation import (
    build_assignment,
    build_channels,
    build_rules,
    build_scripts,
    build_telling,
)
from sheetdesk.desk.build_calendars import build_calendars
from sheetdesk.desk.complaints import Complaints
from sheetdesk.desk.condition import Condition, parse_condition, speaks_of_me
from sheetdesk.desk.desk import (
    Attention,
    Desk,
    Figure,
    ImportMapping,
    Matrix,
    Person,
    Report,
    Review,
    Role,
    SheetPlace,
    SlaPolicy,
    TableSpec,
    Transition,
    ViewSpec,
)  # fmt: skip
from sheetdesk.desk.durations import parse_duration
from sheetdesk.desk.file import DeskFile, PausesFile, RoleFile
from sheetdesk.desk.ids import IdForm, IdFormInvalid
from sheetdesk.desk.tokens import LanguageInvalid
from sheetdesk.desk.tree import Path

__all__ = ["build_parts"]

GOOGLE_SHEET = re.compile(r"(?:google:|https://docs\.google\.com/spreadsheets/d/)([\w-]*)(?:[/?#].*)?$")
"""A spreadsheet at Google, by its id or its link; one without either is made when the desk is built."""


def build_parts(
    file: DeskFile,
    columns: tuple[Column, ...],
    tables: tuple[TableSpec, ...],
    zone: ZoneInfo,
    complaints: Complaints,
    source: str,
) -> Desk | None:
    """The desk, or None when a complaint leaves nothing to build."""
    parts = _Parts(file, columns, zone, complaints)
    tickets = TableSpec("tickets", complaints.locale.text("tables.tickets.title"), columns)
    roles = parts.roles()
    parts.columns_edit()
    try:
        IdForm(file.ids)
    except IdFormInvalid as error:
        complaints.add(("ids",), "ids", reason=error.cause.say(complaints.locale.code))
    return Desk(
        name=file.name,
        locale=complaints.locale,
        zone=zone,
        ids=file.ids,
        tables=(tickets, *tables),
        roles=roles,
        transitions=parts.transitions(),
        sheets=parts.sheets(roles),
        people=parts.people(),
        views=parts.views(),
        sla=parts.sla(),
        rules=build_rules(file, columns, complaints),
        scripts=build_scripts(file, complaints),
        channels=build_channels(file, complaints),
        telling=build_telling(file, complaints),
        assignment=build_assignment(file, complaints),
        reports=parts.reports(),
        calendars=build_calendars(file.calendars, zone, complaints),
        imports=parts.imports(),
        cases=parts.cases(),
        named_cases=frozenset(case.id for case in file.cases if case.id),
        matrix=parts.matrix(),
        review=parts.review(),
        attention=Attention(
            parse_duration(file.attention.due_soon).hours,
            parse_duration(file.attention.stale).hours / 24,
            file.attention.due_soon_share,
        ),
        first_response=file.first_response,
        updates=parts.updates(),
        source=source,
        store=file.store,
    )


class _Parts:
    def __init__(
        self, file: DeskFile, columns: tuple[Column, ...], zone: ZoneInfo, complaints: Complaints
    ) -> None:
        self.file = file
        self.columns = {column.key: column for column in columns}
        self.zone = zone
        self.complaints = complaints
        self.role_keys = tuple(file.roles) or ("admin",)

    def _known(self, path: Path, words: Iterable[str], known: Iterable[str]) -> list[str]:
        """Those of `words` that are known; a complaint for each other."""
        options = tuple(known)
        good = []
        for index, word in enumerate(words):
            if word in options:
                good.append(word)
            else:
                at = (*path, index) if (*path, index) in self.complaints.tree.lines else path
                self.complaints.unknown(at, word, options)
        return good

    def _when(self, path: Path, text: str) -> Condition | None:
        if not text.strip():
            return None
        try:
            return parse_condition(text, tuple(self.columns.values()))
        except LanguageInvalid as error:
            self.complaints.condition(path, error)
            return None

    def _choice(self, path: Path, column: str, word: str) -> str:
        """The key of the choice called `word`, by key or title."""
        choices = self.columns[column].choices if column in self.columns else ()
        for choice in choices:
            if word in (choice.key, choice.title):
                return choice.key
        self.complaints.unknown(path, word, [choice.key for choice in choices])
        return word

    def roles(self) -> tuple[Role, ...]:
        if not self.file.roles:
            every = frozenset(self.columns)
            title = self.complaints.locale.text("words.admin")
            may = frozenset({"add", "archive", "assign", "approve"})
            return (Role("admin", title, every, every, may=may),)  # type: ignore[arg-type]
        return tuple(self._role(key, setting) for key, setting in self.file.roles.items())

    def _role(self, key: str, setting: RoleFile) -> Role:
        path = ("roles", key)
        sees = self._set((*path, "sees"), setting.sees) - self._set((*path, "hides"), setting.hides)
        sees |= {"id", "status"}
        edits = self._set((*path, "edits"), setting.edits) - self._set((*path, "locks"), setting.locks)
        for column in sorted(edits - sees):
            if "all" not in setting.edits:
                self.complaints.add((*path, "edits"), "edits_unseen", column=column)
        machine = {c.key for c in self.columns.values() if c.owner != "people"}
        return Role(
            key,
            setting.title,
            frozenset(sees),
            frozenset((edits & sees) - machine),
            self._when((*path, "tickets"), setting.tickets),
            setting.tickets,
            frozenset(setting.may),
            setting.duties,
        )

    def _set(self, path: Path, words: Sequence[str]) -> set[str]:
        if list(words) == ["all"]:
            return set(self.columns)
        return set(self._known(path, words, [*self.columns, "all"])) - {"all"}

    def columns_edit(self) -> None:
        for index, setting in enumerate(self.file.columns):
            self._known(("columns", index, "edit"), setting.edit, self.role_keys)

    def transitions(self) -> tuple[Transition, ...]:
        found = []
        for index, step in enumerate(self.file.lifecycle):
            path = ("lifecycle", index)
            roles = frozenset(self._known((*path, "roles"), step.roles, self.role_keys))
            source = self._choice((*path, "from"), "status", step.source)
            for place, word in enumerate(step.to):
                target = self._choice((*path, "to", place), "status", word)
                found.append(Transition(source, target, roles))
        return tuple(found)

    def review(self) -> Review | None:
        setting = self.file.review
        if setting is None:
            return None
        approvers = [k for k, r in self.file.roles.items() if "approve" in r.may]
        if self.file.roles and not approvers:
            self.complaints.add(("review",), "nobody_approves")
        return Review(Meaning(setting.before), self._choice(("review", "status"), "status", setting.status))

    def matrix(self) -> Matrix | None:
        setting = self.file.matrix
        if setting is None:
            return None
        names = (setting.column, setting.rows, setting.across)
        choices = [key for key, column in self.columns.items() if column.type == "choice"]
        if len(self._known(("matrix",), names, choices)) < len(names):
            return None
        cells = {}
        for row, line in setting.cells.items():
            row_key = self._choice(("matrix", "cells", row), setting.rows, row)
            for across, word in line.items():
                path = ("matrix", "cells", row, across)
                across_key = self._choice(path, setting.across, across)
                cells[row_key, across_key] = self._choice(path, setting.column, word)
        for row_choice in self.columns[setting.rows].choices:
            for across_choice in self.columns[setting.across].choices:
                if (row_choice.key, across_choice.key) not in cells:
                    self.complaints.add(
                        ("matrix", "cells"), "matrix_gap", row=row_choice.key, across=across_choice.key
                    )
        return Matrix(setting.column, setting.rows, setting.across, cells)

    def sla(self) -> tuple[SlaPolicy, ...]:
        self._unique(("sla",), [policy.key for policy in self.file.sla])
        policies = []
        for index, setting in enumerate(self.file.sla):
            path = ("sla", index)
            names = ("first_response", "next_update", "resolution")
            texts: list[str | None] = [getattr(setting, name) for name in names]
            first, update, resolution = (None if text is None else parse_duration(text) for text in texts)
            targets = [first, update, resolution]
            if not any(targets):
                self.complaints.add(path, "no_target", key=setting.key)
            in_days = [target for target in targets if target and target.unit == "working days"]
            for name, target in zip(names, targets, strict=True):
                if target in in_days and target.amount % 1:
                    typed = getattr(setting, name)
                    self.complaints.add((*path, name), "half_working_day", typed=typed)
            if setting.calendar:
                self._known((*path, "calendar"), [setting.calendar], self.file.calendars)
            elif (setting.clock == "business" or in_days) and len(self.file.calendars) != 1:
                self.complaints.add(path, "which_calendar", known=", ".join(self.file.calendars))
            calendar = setting.calendar or next(iter(self.file.calendars), "")
            pauses, pauses_by = _pauses(setting.pauses)
            policies.append(
                SlaPolicy(
                    setting.key, self._when((*path, "when"), setting.when), setting.when,
                    first, update, resolution, calendar, setting.clock, pauses, setting.reopen, pauses_by,
                )
            )  # fmt: skip
        return tuple(policies)

    def sheets(self, roles: Sequence[Role]) -> tuple[SheetPlace, ...]:
        if not self.file.sheets:
            return (SheetPlace("main", "tickets.xlsx", self.role_keys[0]),)
        self._unique(("sheets",), [sheet.key for sheet in self.file.sheets])
        for index, sheet in enumerate(self.file.sheets):
            self._known(("sheets", index, "role"), [sheet.role], self.role_keys)
            if any(role.key == sheet.role and speaks_of_me(role.tickets) for role in roles):
                self.complaints.add(("sheets", index, "role"), "shared_me", role=sheet.role)
            path = PurePosixPath(sheet.file.replace("\\", "/"))
            if GOOGLE_SHEET.match(sheet.file) is None and path.suffix.lower() != ".xlsx":
                self.complaints.add(("sheets", index, "file"), "sheet_file", file=sheet.file)
        return tuple(
            SheetPlace(s.key, _address(s.file), s.role, s.safety == "tagged") for s in self.file.sheets
        )

    def people(self) -> tuple[Person, ...]:
        names = [person.name for person in self.file.people]
        self._unique(("people",), [name.casefold() for name in names])
        people = []
        for index, setting in enumerate(self.file.people):
            path = ("people", index)
            if setting.role:
                self._known((*path, "role"), [setting.role], self.role_keys)
            if setting.backup:
                self._known((*path, "backup"), [setting.backup], names)
            if setting.shift:
                self._known((*path, "shift"), [setting.shift], self.file.calendars)
            skills = {
                self._choice((*path, "skills", word), "type", word): level
                for word, level in setting.skills.items()
            }
            people.append(
                Person(setting.name, setting.role, setting.mail, setting.chat, skills, setting.share,
                       setting.cap, setting.shift, setting.backup)
            )  # fmt: skip
        return tuple(people)

    def views(self) -> tuple[ViewSpec, ...]:
        self._unique(("views",), [view.key for view in self.file.views])
        return tuple(
            ViewSpec(
                view.key,
                view.title,
                self._when(("views", index, "tickets"), view.tickets),
                view.tickets,
                tuple(self._known(("views", index, "columns"), view.columns, self.columns)),
            )
            for index, view in enumerate(self.file.views)
        )

    def updates(self) -> tuple[str, ...]:
        """The columns in which people keep the requester informed; of the standard ones those there are."""
        standard = type(self.file).model_fields["updates"].default
        named = [key for key in self.file.updates if key in self.columns or key not in standard]
        return tuple(self._known(("updates",), named, self.columns))

    def reports(self) -> tuple[Report, ...]:
        self._unique(("reports",), [report.key for report in self.file.reports])
        reports = []
        for index, setting in enumerate(self.file.reports):
            path = ("reports", index)
            for name in ("rows", "columns", "pages", "slicers"):
                self._known((*path, name), getattr(setting, name), self.columns)
            self._known((*path, "values"), [v.column for v in setting.values], self.columns)
            if len(setting.columns) > 1 or len(setting.rows) > 3 or not setting.rows:
                self.complaints.add(path, "pivot_shape")
            for value in setting.values:
                if value.how != "count" and self.columns.get(value.column, Column("", "")).type != "number":
                    self.complaints.add((*path, "values"), "not_a_number", column=value.column, how=value.how)
            figures = tuple(Figure(v.column, v.title, v.how, v.format) for v in setting.values)
            reports.append(
                Report(setting.key, setting.title, setting.kind, tuple(setting.rows), tuple(setting.columns),
                       tuple(setting.pages), figures, tuple(setting.slicers), setting.chart)
            )  # fmt: skip
        return tuple(reports)

    def imports(self) -> tuple[ImportMapping, ...]:
        self._unique(("imports",), [mapping.key for mapping in self.file.imports])
        mappings = []
        for index, setting in enumerate(self.file.imports):
            path = ("imports", index)
            for theirs, ours in setting.columns.items():
                self._known((*path, "columns", theirs), [ours], [*self.columns, "-"])
            for column in setting.values:
                self._known((*path, "values", column), [column], self.columns)
            values = {
                column: {
                    theirs: self._choice((*path, "values", column, theirs), column, ours) if ours else ""
                    for theirs, ours in words.items()
                }
                for column, words in setting.values.items()
                if column in self.columns and self.columns[column].type == "choice"
            }
            day_first = None if setting.dates is None else setting.dates == "day-first"
            mappings.append(
                ImportMapping(setting.key, setting.columns, values, day_first, setting.event_time)
            )
        return tuple(mappings)

    def cases(self) -> tuple[dict[str, str], ...]:
        cases = []
        for index, case in enumerate(self.file.cases):
            kind = self._choice(("cases", index, "type"), "type", case.type) if case.type else ""
            cases.append(
                {"id": case.id or f"K-{index + 1:03}", "problem": case.problem, "type": kind,
                 "cause": case.cause, "solution": case.solution}
            )  # fmt: skip
        self._unique(("cases",), [case["id"] for case in cases])
        return tuple(cases)

    def _unique(self, path: Path, keys: Sequence[str]) -> None:
        seen = set()
        for index, key in enumerate(keys):
            if key in seen:
                self.complaints.add((*path, index), "twice", word=key)
            seen.add(key)


def _pauses(
    setting: list[Any] | PausesFile,
) -> tuple[frozenset[Meaning], dict[str, frozenset[Meaning]]]:
    """Of all targets, and of each where they differ."""
    if isinstance(setting, list):
        return frozenset(Meaning(word) for word in setting), {}
    by_target = {name: frozenset(Meaning(word) for word in words) for name, words in setting}
    return by_target["resolution"], by_target


def _address(file: str) -> str:
    online = GOOGLE_SHEET.match(file)
    return f"google:{online[1]}" if online is not None else file
