"""What a desk file lets the machine do by itself: rules, how owners are chosen, how people are told."""

from __future__ import annotations

from collections.abc import Sequence

from sheetdesk.columns.base import Column
from sheetdesk.desk.actions import RuleWords
from sheetdesk.desk.automation import Assignment, ChannelSpec, Telling, TroubleTelling
from sheetdesk.desk.complaints import Complaints
from sheetdesk.desk.desk import RuleText
from sheetdesk.desk.durations import parse_duration
from sheetdesk.desk.file import DeskFile
from sheetdesk.desk.read_actions import parse_actions
from sheetdesk.desk.rule import parse_when
from sheetdesk.desk.tokens import LanguageInvalid

__all__ = ["build_assignment", "build_channels", "build_rules", "build_scripts", "build_telling"]


def build_rules(file: DeskFile, columns: Sequence[Column], complaints: Complaints) -> tuple[RuleText, ...]:
    """The rules that the file writes out; every word in them is looked up."""
    admin = {"admin": complaints.locale.text("words.admin")}
    titles = {key: role.title for key, role in file.roles.items()} or admin
    people = [person.name for person in file.people]
    words = RuleWords(tuple(columns), titles, people, list(file.channels))
    rules: list[RuleText] = []
    for index, rule in enumerate(file.rules):
        if rule.script:
            continue
        missing = [name for name in ("key", "when", "then") if name not in rule.model_fields_set]
        for name in missing:
            complaints.add(("rules", index), "missing", name=name)
        if missing or rule.key is None:
            continue
        if rule.key in [known.key for known in rules]:
            complaints.add(("rules", index), "twice", word=rule.key)
        try:
            parse_when(rule.when, words)
        except LanguageInvalid as error:
            complaints.condition(("rules", index, "when"), error)
        for place, action in enumerate(rule.then):
            try:
                parse_actions(action, words)
            except LanguageInvalid as error:
                complaints.add(
                    ("rules", index, "then", place), "action", reason=error.say(complaints.locale.code)
                )
        rules.append(
            RuleText(rule.key, rule.title or rule.key, rule.when, tuple(rule.then), rule.active, rule.mode,
                     rule.order)
        )  # fmt: skip
    return tuple(rules)


def build_scripts(file: DeskFile, complaints: Complaints) -> tuple[str, ...]:
    """The Python files that are rules too."""
    scripts = []
    for index, rule in enumerate(file.rules):
        if rule.script:
            if rule.when or rule.then or rule.key:
                complaints.add(("rules", index), "script_alone")
            scripts.append(rule.script)
    return tuple(dict.fromkeys(scripts))


def build_channels(file: DeskFile, complaints: Complaints) -> tuple[ChannelSpec, ...]:
    """Each with the settings as they are written: what they stand for is looked up when it is used."""
    found = []
    for key, settings in file.channels.items():
        kind = settings.get("kind", "")
        if not kind:
            complaints.add(("channels", key), "missing", name="kind")
        found.append(ChannelSpec(key, kind, {k: v for k, v in settings.items() if k != "kind"}))
    return tuple(found)


def build_telling(file: DeskFile, complaints: Complaints) -> Telling:
    """How people are told."""
    setting = file.notify
    if setting.default and setting.default not in file.channels:
        complaints.unknown(("notify", "default"), setting.default, file.channels)
    minutes = parse_duration(setting.digest).hours * 60
    trouble = _trouble(file, complaints)
    return Telling(setting.quiet, minutes, setting.default, setting.attempts, trouble)


def _trouble(file: DeskFile, complaints: Complaints) -> TroubleTelling:
    setting = file.notify.trouble
    known = [*_people_and_roles(file), *(f"channel:{key}" for key in file.channels)]
    for place, word in enumerate(setting.to):
        if word not in known:
            complaints.unknown(("notify", "trouble", "to", place), word, known)
    pending = parse_duration(setting.pending).hours * 60
    if isinstance(setting.after, int):
        return TroubleTelling(0, setting.after, pending, tuple(setting.to))
    return TroubleTelling(parse_duration(setting.after).hours * 60, 0, pending, tuple(setting.to))


def build_assignment(file: DeskFile, complaints: Complaints) -> Assignment:
    """How owners are chosen."""
    setting = file.assignment
    known = _people_and_roles(file)
    if setting.alert and setting.alert not in known:
        complaints.unknown(("assignment", "alert"), setting.alert, known)
    return Assignment(setting.absent, parse_duration(setting.sticky).hours / 24, setting.alert)


def _people_and_roles(file: DeskFile) -> list[str]:
    return [*file.roles, *(role.title for role in file.roles.values()), *(p.name for p in file.people)]
