"""What somebody types becomes a value, by the locale."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.sandbox.values import entered, shown

NOW = datetime(2026, 3, 5, 14, 0)
MARCH_5 = 46086


@pytest.mark.parametrize(
    ("text", "locale", "value", "pattern"),
    [
        ("42", "en_US", 42, None),
        ("0042", "en_US", 42, None),
        (" 42 ", "en_US", 42, None),
        ("-1.5", "en_US", -1.5, None),
        ("+5", "en_US", 5, None),
        (".5", "en_US", 0.5, None),
        ("(5)", "en_US", -5, None),
        ("2,000,000.01", "en_US", 2000000.01, "#,##0.00"),
        ("1.234,5", "de_DE", 1234.5, "#,##0.00"),
        ("1,5", "de_DE", 1.5, None),
        ("1 234,5", "fr_FR", 1234.5, "#,##0.00"),
        ("50%", "en_US", 0.5, "0%"),
        ("12.5%", "en_US", 0.125, "0.00%"),
        ("$5.50", "en_US", 5.5, '"$"#,##0.00'),
        ("-$5", "en_US", -5, '"$"#,##0'),
        ("5 €", "de_DE", 5, '#,##0 "€"'),
        ("1e3", "en_US", 1000, "0.00E+00"),
        ("1/2", "en_US", 46024, "m/d"),
        ("1/2", "en_GB", 46054, "d/m"),
        ("1.2.", "de_DE", 46054, "d.m."),
        ("3/5/2026", "en_US", MARCH_5, "m/d/yyyy"),
        ("05/03/2026", "en_GB", MARCH_5, "dd/mm/yyyy"),
        ("5.3.26", "de_DE", MARCH_5, "d.m.yy"),
        ("2026-03-05", "de_DE", MARCH_5, "yyyy-mm-dd"),
        ("2026/3/5", "zh_CN", MARCH_5, "yyyy/m/d"),
        ("26/3/5", "zh_CN", MARCH_5, "yy/m/d"),
        ("2026年3月5日", "zh_CN", MARCH_5, 'yyyy"年"m"月"d"日"'),
        ("3月5日", "zh_TW", MARCH_5, 'm"月"d"日"'),
        ("2026/3/5 14:00", "zh_CN", MARCH_5 + 14 / 24, "yyyy/m/d h:mm"),
        ("3/5/2026 2:00 PM", "en_US", MARCH_5 + 14 / 24, "m/d/yyyy h:mm am/pm"),
        ("Mar 5, 2026", "en_US", MARCH_5, "mmm d, yyyy"),
        ("5-Mar-2026", "en_US", MARCH_5, "d-mmm-yyyy"),
        ("5 März 2026", "de_DE", MARCH_5, "d mmmm yyyy"),
        ("March 2026", "en_US", 46082, "mmmm yyyy"),
        ("3/2026", "en_US", 46082, "m/yyyy"),
        ("12/31/30", "en_US", 11323, "m/d/yy"),
        ("6:00", "en_US", 0.25, "h:mm"),
        ("6 pm", "en_US", 0.75, "h:mm am/pm"),
        ("下午2:30", "zh_CN", 14.5 / 24, "am/pmh:mm"),
        ("36:00", "en_US", 1.5, "[h]:mm"),
        ("6:00:00.250", "en_US", 0.25 + 0.25 / 86400, "h:mm:ss.000"),
    ],
)
def test_numbers_and_moments_are_read_by_the_locale(
    text: str, locale: str, value: float, pattern: str | None
) -> None:
    got, number_format = entered(text, locale, NOW)
    assert got["numberValue"] == pytest.approx(value, abs=1e-9)
    assert (number_format or {}).get("pattern") == pattern


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("1,23", "en_US"),
        ("1,5,000", "en_US"),
        ("13/5/2026", "en_US"),
        ("2026-02-30", "en_US"),
        ("T-1001", "en_US"),
        ("1-2-3-4", "en_US"),
        ("2026-03-05T14:00:00Z", "en_US"),
        ("13 pm", "en_US"),
        ("6:75", "en_US"),
        ("-", "en_US"),
        (".", "en_US"),
        ("=", "en_US"),
        ("$", "en_US"),
        (" ", "en_US"),
        ("x 6:00", "en_US"),
        ("打印机", "zh_CN"),
        ("--5", "en_US"),
    ],
)
def test_anything_else_stays_the_text_it_was(text: str, locale: str) -> None:
    assert entered(text, locale, NOW) == ({"stringValue": text}, None)


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("'0042", "en_US", {"stringValue": "0042"}),
        ("'=1+1", "en_US", {"stringValue": "=1+1"}),
        ("=1+1", "en_US", {"formulaValue": "=1+1"}),
        ("+A1", "en_US", {"formulaValue": "=+A1"}),
        ("true", "en_US", {"boolValue": True}),
        ("FALSCH", "de_DE", {"boolValue": False}),
        ("WAHR", "en_US", {"stringValue": "WAHR"}),
        ("", "en_US", {}),
        (True, "en_US", {"boolValue": True}),
        (7, "en_US", {"numberValue": 7}),
    ],
)
def test_signs_and_words_that_mean_more(text: str | float | bool, locale: str, value: dict[str, Any]) -> None:
    assert entered(text, locale, NOW)[0] == value


SIGNS = st.text("0123456789/-.:, %$€年月日上下午apmAPM+=eE()MarchTRUE'", max_size=9)


@given(text=SIGNS, locale=st.sampled_from(["en_US", "de_DE", "fr_FR", "zh_CN"]))
def test_whatever_is_typed_becomes_one_value(text: str, locale: str) -> None:
    value, number_format = entered(text, locale, NOW)
    assert len(value) == bool(text)
    assert isinstance(shown(value, number_format, locale), str)


@pytest.mark.parametrize("text", ["0042", "1/2", "=1+1", "TRUE"])
def test_a_cell_of_plain_text_keeps_what_is_typed(text: str) -> None:
    assert entered(text, "en_US", NOW, {"type": "TEXT"})[0] == {"stringValue": text}
    assert entered(text, "en_US", NOW, {"type": "NUMBER"})[0] != {"stringValue": text}


def test_a_number_too_large_for_a_cell_stays_text() -> None:
    assert entered("5E787", "en_US", NOW)[0] == {"stringValue": "5E787"}


LOCALES = st.sampled_from(["en_US", "en_GB", "de_DE", "fr_FR", "zh_CN", "zh_TW", "ja_JP"])
DAYS = st.dates(date(1930, 1, 1), date(2299, 12, 31))


@given(day=DAYS, locale=LOCALES)
def test_a_date_as_a_locale_shows_it_is_read_back(day: date, locale: str) -> None:
    number = (day - date(1899, 12, 30)).days
    text = shown({"numberValue": number}, {"type": "DATE"}, locale)
    assert entered(text, locale, NOW)[0] == {"numberValue": number}


@given(day=DAYS, minute=st.integers(0, 1439), locale=LOCALES)
def test_a_moment_as_a_locale_shows_it_is_read_back(day: date, minute: int, locale: str) -> None:
    number = (day - date(1899, 12, 30)).days + minute / 1440
    text = shown({"numberValue": number}, {"type": "DATE_TIME"}, locale)
    assert entered(text, locale, NOW)[0]["numberValue"] == pytest.approx(number, abs=1e-8)


@given(number=st.decimals(-(10**9), 10**9, places=2), locale=LOCALES)
def test_a_grouped_number_is_read_back(number: Any, locale: str) -> None:
    text = shown({"numberValue": float(number)}, {"type": "NUMBER"}, locale)
    assert entered(text, locale, NOW)[0]["numberValue"] == pytest.approx(float(number))


@given(day=DAYS, locale=LOCALES)
def test_what_was_typed_as_a_date_shows_as_it_was_typed(day: date, locale: str) -> None:
    text = shown({"numberValue": (day - date(1899, 12, 30)).days}, {"type": "DATE"}, locale)
    value, number_format = entered(text, locale, NOW)
    again = shown(value, number_format, locale)
    assert entered(again, locale, NOW)[0] == value
