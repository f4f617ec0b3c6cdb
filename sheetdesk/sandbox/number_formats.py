"""What a cell shows: a value by its number format and the spreadsheet's locale.

Sections, conditions, grouping, percent, scaling commas, fractions and scientific notation.
Source: Google's guide to date and number formats (Sheets API).
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from sheetdesk.sandbox.date_formats import is_date_pattern, shown_date
from sheetdesk.sandbox.locales import Locale, locale

__all__ = ["ERROR_TEXTS", "general", "pattern_of", "shown", "shown_number"]

ERROR_TEXTS = {
    "ERROR": "#ERROR!",
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "Loading...",
}
DATE_TYPES = ("DATE", "TIME", "DATE_TIME")
CONDITION = re.compile(r"\[(<=|>=|<>|=|<|>)(-?[\d.]+)\]")
META = re.compile(r"\[(?:\$([^\]-]*)[^\]]*|[^\]]*)\]")
PIECE = re.compile(
    r'"([^"]*)"?|\\(.)|_(.)|(\*.)|([eE][+-]0+)|([0#?][0#?,]*(?:\.[0#?]*)?,*|\.[0#?]+,*)|(.)', re.DOTALL
)
FRACTION = re.compile(r"(?:([0#?]+)(\s+))?([0#?]+)/([0#?]+|\d+)")


def shown(value: dict[str, Any] | None, number_format: dict[str, Any] | None, locale_name: str) -> str:
    """The text of an effective value, as `formattedValue` and FORMATTED_VALUE give it.

    Nothing shows as an empty text, an error as its sign (`#N/A`).
    """
    if not value:
        return ""
    facts = locale(locale_name)
    if "errorValue" in value:
        return ERROR_TEXTS.get(value["errorValue"].get("type", "ERROR"), "#ERROR!")
    if "boolValue" in value:
        return facts.true if value["boolValue"] else facts.false
    pattern = pattern_of(number_format, facts)
    if "numberValue" in value:
        return shown_number(value["numberValue"], pattern, facts)
    text = str(value.get("stringValue", value.get("formulaValue", "")))
    return _shown_text(text, pattern)


def pattern_of(number_format: dict[str, Any] | None, facts: Locale) -> str:
    """The pattern of a number format, or what the locale takes for its type; empty: automatic."""
    if not number_format:
        return ""
    defaults = {
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": facts.currency,
        "DATE": facts.date,
        "TIME": facts.time,
        "DATE_TIME": facts.date_time,
        "SCIENTIFIC": "0.00E+00",
        "TEXT": "@",
    }
    return str(number_format.get("pattern") or defaults.get(number_format.get("type", ""), ""))


def general(number: float, facts: Locale, digits: int = 10) -> str:
    """A number without a format, to so many significant digits."""
    if number == 0:
        return "0"
    whole = float(number).is_integer() and abs(number) < 1e15
    if not whole and not 1e-7 <= abs(number) < 1e15:
        mantissa, _, exponent = f"{number:.{min(digits, 6) - 1}E}".partition("E")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa}E{exponent}"
    else:
        text = f"{number:.0f}" if whole else _plain(f"{number:.{digits}g}")
    return text.replace(".", facts.decimal)


def _plain(text: str) -> str:
    """A `g` text without an exponent."""
    plain = f"{Decimal(text):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def shown_number(number: float, pattern: str, facts: Locale) -> str:
    """A number by a whole pattern; by an empty one, or General, automatically."""
    if not pattern or pattern.lower() in ("general", "@"):
        return general(number, facts)
    section, own_sign = _section(number, pattern)
    if is_date_pattern(section):
        try:
            return shown_date(number, section, facts)
        except OverflowError:
            return general(number, facts)
    sign = "-" if number < 0 and not own_sign else ""
    text, is_zero = _rendered(abs(number), section, facts)
    return text if is_zero else sign + text


@cache
def _sections(pattern: str) -> tuple[str, ...]:
    parts = re.findall(r'(?:"[^"]*"?|\\.|\[[^\]]*\]|[^;])*', pattern)
    # findall gives an empty match after each section.
    return tuple(part for place, part in enumerate(parts) if place % 2 == 0 or part)


def _section(number: float, pattern: str) -> tuple[str, bool]:
    """The section for a number, and whether that section writes the sign itself."""
    sections = _sections(pattern)
    conditions = [CONDITION.search(section) for section in sections[:2]]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=False):
            if condition is not None and _meets(number, condition.group(1), float(condition.group(2))):
                return section, False
        rest = [section for section in sections[:3] if not CONDITION.search(section)]
        return (rest[-1], False) if rest else ("General", False)
    if number < 0 and len(sections) > 1:
        return sections[1], True
    if number == 0 and len(sections) > 2:
        return sections[2], True
    return sections[0], False


def _meets(number: float, sign: str, limit: float) -> bool:
    return {
        "<": number < limit,
        "<=": number <= limit,
        ">": number > limit,
        ">=": number >= limit,
        "=": number == limit,
        "<>": number != limit,
    }[sign]


def _shown_text(text: str, pattern: str) -> str:
    if not pattern:
        return text
    sections = _sections(pattern)
    section = sections[3] if len(sections) > 3 else sections[-1] if "@" in sections[-1] else "@"
    if "@" not in section and not section:
        return ""
    return "".join(
        text if plain == "@" else quoted or escaped or (" " if space else "") or plain
        for quoted, escaped, space, _, _, _, plain in PIECE.findall(META.sub("", section))
    )


def _rendered(number: float, section: str, facts: Locale) -> tuple[str, bool]:
    """The text of an unsigned number, and whether it came out as nothing but zeros."""
    section = META.sub(lambda match: f'"{match.group(1)}"' if match.group(1) else "", section)
    pieces = PIECE.findall(section)
    exact = Decimal(repr(float(number)))
    exact *= 100 ** sum(1 for piece in pieces if piece[6] == "%")
    bare = re.sub(r'"[^"]*"?|\\.', lambda match: "\0" * len(match.group()), section)
    if (fraction := FRACTION.search(bare)) is not None:
        head, tail = section[: fraction.start()], section[fraction.end() :]
        text = _as_fraction(exact, fraction)
        return _literals(head) + text + _literals(tail), exact == 0
    digits = [piece[5] for piece in pieces if piece[5]]
    if not digits:
        return _literals(section), False
    exponent = next((piece[4] for piece in pieces if piece[4]), "")
    power = 0
    if exponent and exact:
        width = max(len(re.sub("[^0#?]", "", digits[0].partition(".")[0])), 1)
        power = exact.adjusted() - width + 1
        places = len(digits[0].partition(".")[2].rstrip(","))
        exact = _rounded(exact.scaleb(-power), places)
        if exact.adjusted() >= width:
            exact, power = exact.scaleb(-1), power + 1
    shown_digits = _filled(exact, digits, facts)
    result = ""
    for quoted, escaped, space, _, power_text, placeholder, plain in pieces:
        if placeholder:
            result += shown_digits.pop(0)
        elif power_text:
            sign = "-" if power < 0 else "+" if power_text[1] == "+" else ""
            result += power_text[0] + sign + str(abs(power)).zfill(len(power_text) - 2)
        else:
            result += quoted or escaped or (" " if space else "") or plain
    return result, not re.search("[1-9]", "".join(shown_digits) + result)


def _literals(text: str) -> str:
    return "".join(
        quoted or escaped or (" " if space else "") or plain
        for quoted, escaped, space, _, _, _, plain in PIECE.findall(text)
    )


def _rounded(exact: Decimal, places: int) -> Decimal:
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) if exact.adjusted() < 25 else exact


def _filled(exact: Decimal, runs: list[str], facts: Locale) -> list[str]:
    """The digits of a number spread over runs of placeholders that literals keep apart."""
    joined = "".join(runs)
    before, _, after = joined.partition(".")
    scale = len(joined) - len(joined.rstrip(",")) + (len(before) - len(before.rstrip(",")) if after else 0)
    after = after.replace(",", "")
    exact = _rounded(exact.scaleb(-3 * scale), len(after.replace(".", "")))
    grouped = "," in before.rstrip(",")
    whole, _, part = f"{exact:f}".partition(".")
    digits = _integers(whole.lstrip("0"), re.sub("[.,]", "", before), facts.group if grouped else "")
    digits += _decimals(part, re.sub("[.,]", "", after))
    filled, has_point = [], False
    for run in runs:
        text = ""
        for sign in run:
            if sign == ".":
                text += "." if has_point else facts.decimal
                has_point = True
            elif sign != ",":
                text += digits.pop(0)
        filled.append(text)
    return filled


def _integers(whole: str, placeholders: str, group: str) -> list[str]:
    """The digits before the point, one text a placeholder; the first takes what is left over."""
    texts: list[str] = []
    given = 0
    for place in range(len(placeholders) - 1, -1, -1):
        count = len(whole) if place == 0 else min(1, len(whole))
        taken, whole = whole[len(whole) - count :], whole[: len(whole) - count]
        text = ""
        for digit in reversed(taken or {"0": "0", "#": "", "?": " "}[placeholders[place]]):
            text = digit + (group if given and given % 3 == 0 and digit != " " else "") + text
            given += 1
        texts.insert(0, text)
    return texts


def _decimals(part: str, placeholders: str) -> list[str]:
    """The digits behind the point, one text a placeholder; zeros at the end go where `#` stands."""
    texts = list(part.ljust(len(placeholders), "0")[: len(placeholders)])
    for place in range(len(placeholders) - 1, -1, -1):
        if texts[place] != "0" or placeholders[place] == "0":
            break
        texts[place] = " " if placeholders[place] == "?" else ""
    return texts


def _as_fraction(exact: Decimal, match: re.Match[str]) -> str:
    whole_signs, gap, _, under = match.groups()
    value = Fraction(exact)
    if under.strip("?#0") == "":
        part = value.limit_denominator(10 ** len(under) - 1)
    else:
        part = Fraction(round(value * int(under)), int(under))
    whole = int(part) if whole_signs else 0
    rest = part - whole
    if whole_signs and rest == 0:
        return str(whole)
    head = f"{whole}{gap}" if whole_signs and whole else ""
    numerator, denominator = rest.numerator, rest.denominator
    if under.isdigit() and int(under):
        numerator, denominator = int(rest * int(under)), int(under)
    # Google trims what `?` would pad: 5.125 as `# ???/???` is `5 1/8`.
    return f"{head}{numerator}/{denominator}"
