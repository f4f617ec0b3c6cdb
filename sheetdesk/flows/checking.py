"""A desk file held against what it names outside of itself: countries, channels, scripts."""

from __future__ import annotations

from pathlib import Path

from sheetdesk.channels.base import check_settings
from sheetdesk.clock.calendar import WorkingTime
from sheetdesk.desk.actions import Assign, Escalate, Flag
from sheetdesk.desk.desk import Desk
from sheetdesk.desk.rule import parse_rule, rule_words
from sheetdesk.desk.template import read_desk
from sheetdesk.desk.tree import read_tree
from sheetdesk.errors import Complaint, CountryUnknown, DeskInvalid
from sheetdesk.flows.opening import desk_path
from sheetdesk.flows.scripts import load_scripts

__all__ = ["check_desk", "unwritten"]

WRITES = ((Flag, "flags"), (Escalate, "escalated"), (Assign, "assigned_because"))


def check_desk(place: Path) -> Desk:
    """The desk, when nothing at all is wrong with it. Raises DeskNotFound, DeskInvalid."""
    path = desk_path(place)
    desk = read_desk(path)
    tree, _ = read_tree(path.read_text("utf-8-sig"))
    locale = desk.locale.code
    found: list[Complaint] = []
    for calendar in desk.calendars:
        try:
            WorkingTime(calendar)
        except CountryUnknown as error:
            country = ("calendars", calendar.key, "country")
            found.append(Complaint(".".join(country), tree.line(country), error.say(locale)))
    for channel in desk.channels:
        where = ("channels", channel.key)
        wrong = check_settings(channel.kind, channel.settings)
        found += [Complaint(".".join(where), tree.line(where), cause.say(locale)) for cause in wrong]
    taken = [rule.key for rule in desk.rules]
    for broken in load_scripts(path.parent, desk.scripts, taken)[1]:
        found.append(Complaint("rules", tree.line(("rules",)), broken.say(locale)))
    if found:
        raise DeskInvalid(path, found)
    return desk


def unwritten(desk: Desk) -> list[tuple[str, str]]:
    """The columns that rules would write and the desk does not have, each with one of these rules."""
    words = rule_words(desk, None)
    found: dict[str, str] = {}
    for rule in desk.rules:
        for action in parse_rule(rule.when, rule.then, words).actions:
            for kind, key in WRITES:
                if isinstance(action, kind) and not desk.has(key):
                    found.setdefault(key, rule.key)
    return list(found.items())
