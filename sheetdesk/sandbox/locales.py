"""What a spreadsheet's locale decides: separators, the order of a date, its words and default patterns.

A locale that is not listed takes over from its language, and that from en_US. Patterns are assumed from
what Google shows for each locale; only en_US is documented.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

__all__ = ["Locale", "locale"]

ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Locale:
    """`order` is the order of a numeric date, one of MDY, DMY, YMD; days start on Monday."""

    decimal: str = "."
    group: str = ","
    order: str = "MDY"
    date: str = "m/d/yyyy"
    time: str = "h:mm:ss am/pm"
    currency: str = '"$"#,##0.00'
    symbols: str = "$"
    months: tuple[str, ...] = ENGLISH_MONTHS
    short_months: tuple[str, ...] = tuple(name[:3] for name in ENGLISH_MONTHS)
    days: tuple[str, ...] = ENGLISH_DAYS
    short_days: tuple[str, ...] = tuple(name[:3] for name in ENGLISH_DAYS)
    halves: tuple[str, str] = ("AM", "PM")
    true: str = "TRUE"
    false: str = "FALSE"

    @property
    def date_time(self) -> str:
        return f"{self.date} h:mm:ss"

    @property
    def argument(self) -> str:
        """What stands between the arguments of a function."""
        return ";" if self.decimal == "," else ","

    @property
    def column(self) -> str:
        """What stands between the columns of an array literal; its rows always take `;`."""
        return "\\" if self.decimal == "," else ","


GERMAN_MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
GERMAN_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
FRENCH_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
NUMBERED_MONTHS = tuple(f"{month}月" for month in range(1, 13))
CHINESE_NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
CHINESE_MONTHS = tuple(f"{number}月" for number in CHINESE_NUMBERS)
CHINESE_DAYS = tuple(f"星期{day}" for day in "一二三四五六日")

US = Locale()
GB = replace(US, order="DMY", date="dd/mm/yyyy", time="hh:mm:ss", currency='"£"#,##0.00', symbols="£")
DE = Locale(
    decimal=",",
    group=".",
    order="DMY",
    date="dd.mm.yyyy",
    time="hh:mm:ss",
    currency='#,##0.00 "€"',
    symbols="€",
    months=GERMAN_MONTHS,
    short_months=("Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", "Aug", "Sept", "Okt", "Nov", "Dez"),
    days=GERMAN_DAYS,
    short_days=tuple(name[:2] for name in GERMAN_DAYS),
    true="WAHR",
    false="FALSCH",
)
FR = Locale(
    decimal=",",
    group="\u202f",
    order="DMY",
    date="dd/mm/yyyy",
    time="hh:mm:ss",
    currency='#,##0.00 "€"',
    symbols="€",
    months=FRENCH_MONTHS,
    short_months=(
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
    days=FRENCH_DAYS,
    short_days=tuple(f"{name[:3]}." for name in FRENCH_DAYS),
    true="VRAI",
    false="FAUX",
)
CN = Locale(
    order="YMD",
    date="yyyy/m/d",
    time="h:mm:ss",
    currency='"¥"#,##0.00',
    symbols="¥￥",
    months=CHINESE_MONTHS,
    short_months=NUMBERED_MONTHS,
    days=CHINESE_DAYS,
    short_days=tuple(f"周{day}" for day in "一二三四五六日"),
    halves=("上午", "下午"),
)
TW = replace(
    CN, currency='"$"#,##0.00', symbols="$", short_days=tuple(f"週{day}" for day in "一二三四五六日")
)
JP = replace(
    CN,
    date="yyyy/mm/dd",
    months=NUMBERED_MONTHS,
    days=tuple(f"{day}曜日" for day in "月火水木金土日"),
    short_days=tuple("月火水木金土日"),
    halves=("午前", "午後"),
)

KNOWN = {
    "en": US,
    "en_US": US,
    "en_GB": GB,
    "en_AU": replace(GB, currency=US.currency, symbols="$"),
    "en_IE": replace(GB, currency='"€"#,##0.00', symbols="€"),
    "en_IN": replace(GB, currency='"₹"#,##0.00', symbols="₹"),
    "de": DE,
    "fr": FR,
    "zh": CN,
    "zh_TW": TW,
    "zh_HK": TW,
    "ja": JP,
}


@cache
def locale(name: str) -> Locale:
    """The facts of a spreadsheet's `locale`, such as `zh_CN`, `de` or `en-GB`."""
    name = name.replace("-", "_")
    return KNOWN.get(name) or KNOWN.get(name.split("_", maxsplit=1)[0]) or US
