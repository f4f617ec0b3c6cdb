"""What a cell shows by its number format."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetdesk.sandbox.date_formats import serial
from sheetdesk.sandbox.number_formats import shown

# 2016-04-05 16:08:53.528 and 3 hours, 13 minutes, 41.255 seconds: the examples of Google's guide.
MOMENT = 42465 + (16 * 3600 + 8 * 60 + 53.528) / 86400
DURATION = (3 * 3600 + 13 * 60 + 41.255) / 86400


def number(value: float, pattern: str, locale: str = "en_US", kind: str = "NUMBER") -> str:
    return shown({"numberValue": value}, {"type": kind, "pattern": pattern}, locale)


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (MOMENT, "h:mm:ss.00 a/p", "4:08:53.53 p"),
        (MOMENT, 'hh:mm A/P".M."', "04:08 P.M."),
        (MOMENT, "yyyy-mm-dd", "2016-04-05"),
        (MOMENT, r"mmmm d \[dddd\]", "April 5 [Tuesday]"),
        (MOMENT, "h PM, ddd mmm dd", "4 PM, Tue Apr 05"),
        (MOMENT, "dddd, m/d/yy at h:mm", "Tuesday, 4/5/16 at 16:08"),
        (DURATION, "[hh]:[mm]:[ss].000", "03:13:41.255"),
        (DURATION, "[mmmm]:[ss].000", "0193:41.255"),
        (12345.125, "####.#", "12345.1"),
        (12.34, "000.0000", "012.3400"),
        (12, "#.0#", "12.0"),
        (5.125, "# ???/???", "5 1/8"),
        (12000, "#,###", "12,000"),
        (1230000, '0.0,,"M"', "1.2M"),
        (1234500000, "0.00e+00", "1.23e+09"),
    ],
)
def test_the_examples_of_googles_guide_come_out(value: float, pattern: str, text: str) -> None:
    assert number(value, pattern) == text


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (1.5, "[h]:mm", "36:00"),
        (-0.25, "[h]:mm", "-6:00"),
        (MOMENT, "mmmmm", "A"),
        (MOMENT, "yy/M/d", "16/4/5"),
        (MOMENT, "mm:ss", "08:53"),
        (MOMENT, "d. mmm", "5. Apr"),
        (0.5, "h:mm AM/PM", "12:00 PM"),
        (0, "h:mm am/pm", "12:00 AM"),
        (59.9999999 / 86400, "h:mm:ss", "0:01:00"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234.5, "#,##0.00", "-1,234.50"),
        (-5, "0;(0)", "(5)"),
        (0, '0;-0;"none"', "none"),
        (5, "0;", "5"),
        (-5, "0;", ""),
        (0.125, "0.0%", "12.5%"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (50, "[<=100][Red]0;[Blue]0.0", "50"),
        (500, "[<=100][Red]0;[Blue]0.0", "500.0"),
        (-0.001, "0.00", "0.00"),
        (7, "[$€-407]0.00", "€7.00"),
        (1234567, "#,##0,", "1,235"),
        (0.5, "?/?", "1/2"),
        (0.75, "0/4", "3/4"),
        (0.00012, "0.0E+00", "1.2E-04"),
        (9.96, "0.0E+0", "1.0E+1"),
        (3, '0 "days"', "3 days"),
        (3, r"\#0", "#3"),
        (1e9, "dddd", "1000000000"),
    ],
)
def test_a_pattern_says_how_a_number_looks(value: float, pattern: str, text: str) -> None:
    assert number(value, pattern) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42, "42"),
        (1 / 1024, "0.0009765625"),
        (2000000.01, "2000000.01"),
        (1 / 3, "0.3333333333"),
        (1e15, "1E+15"),
        (-1.5, "-1.5"),
        (123456789012, "123456789012"),
        (0, "0"),
    ],
)
def test_a_number_without_a_format_shows_ten_digits(value: float, text: str) -> None:
    assert shown({"numberValue": value}, None, "en_US") == text


@pytest.mark.parametrize(
    ("value", "number_format", "locale", "text"),
    [
        ({"numberValue": 1234.5}, {"type": "CURRENCY"}, "de_DE", "1.234,50 €"),
        ({"numberValue": 1234.5}, {"type": "CURRENCY"}, "en_US", "$1,234.50"),
        ({"numberValue": 46086}, {"type": "DATE"}, "en_US", "3/5/2026"),
        ({"numberValue": 46086}, {"type": "DATE"}, "en_GB", "05/03/2026"),
        ({"numberValue": 46086}, {"type": "DATE"}, "de_DE", "05.03.2026"),
        ({"numberValue": 46086}, {"type": "DATE", "pattern": "d mmmm"}, "de_DE", "5 März"),
        ({"numberValue": 46086.75}, {"type": "TIME", "pattern": "am/pm h:mm"}, "zh_CN", "下午 6:00"),
        (
            {"numberValue": 46086},
            {"type": "DATE", "pattern": 'yyyy"年"m"月"d"日" ddd'},
            "zh_TW",
            "2026年3月5日 週四",
        ),
        ({"stringValue": "x"}, {"type": "NUMBER", "pattern": '0;0;0;"<"@">"'}, "en_US", "<x>"),
        ({"stringValue": "x"}, {"type": "DATE"}, "en_US", "x"),
        ({"boolValue": True}, None, "de_DE", "WAHR"),
        ({"boolValue": False}, None, "zh_CN", "FALSE"),
        ({"errorValue": {"type": "N_A"}}, None, "en_US", "#N/A"),
        ({"numberValue": 7}, {"type": "TEXT"}, "en_US", "7"),
        (None, None, "en_US", ""),
        ({}, None, "en_US", ""),
    ],
)
def test_a_type_without_a_pattern_follows_the_locale(
    value: dict[str, Any] | None, number_format: dict[str, Any] | None, locale: str, text: str
) -> None:
    assert shown(value, number_format, locale) == text


def test_a_serial_number_counts_from_the_end_of_1899() -> None:
    assert serial(datetime(1900, 1, 1, 12)) == 2.5
    assert serial(datetime(1900, 2, 1, 15)) == 33.625


PATTERNS = st.text('ymdhs0#?.,;%E+-"\\[]@_*<>= $aApP/M1(年:', max_size=10)


@given(value=st.floats(allow_nan=False, allow_infinity=False), pattern=PATTERNS)
def test_whatever_the_pattern_a_number_and_a_text_show_as_some_text(value: float, pattern: str) -> None:
    assert isinstance(number(value, pattern), str)
    assert isinstance(shown({"stringValue": "x"}, {"pattern": pattern}, "de_DE"), str)
