"""What formulas come to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.formulas.small_book import compute


@pytest.mark.parametrize(
    ("formula", "rows", "value"),
    [
        ("=1+1", [], 2),
        ("=4/2", [], 2),
        ("= 1 / 1024", [], 1 / 1024),
        ("=-2^2", [], 4),
        ("=2^3^2", [], 64),
        ("=50%", [], 0.5),
        ("=1/0", [], "#DIV/0!"),
        ('="x"+1', [], "#VALUE!"),
        ('="5"+1', [], 6),
        ("=A1+1", [], 1),
        ('=A1&"x"', [], "x"),
        ("=TRUE+1", [], 2),
        ("=1.5&TRUE", [], "1.5TRUE"),
        ('=A1=""', [], True),
        ("=A1=0", [], True),
        ('="Open"="OPEN"', [], True),
        ('="10">9', [], True),
        ("=#N/A", [], "#N/A"),
        ("=#REF!+1", [], "#REF!"),
        ("=1+", [], "#ERROR!"),
        ("=nowhere", [], "#NAME?"),
        ("=Lists!A1", [], "#REF!"),
        ("=ZZ99", [], "#REF!"),
        ("=J20", [], "#REF!"),
    ],
)
def test_signs_between_values(formula: str, rows: list[list[Any]], value: Any) -> None:
    assert compute(formula, *rows) == value


NUMBERS: list[list[Any]] = [[3], [1], ["x"], [None], [True], [2]]
PEOPLE: list[list[Any]] = [
    ["Ana", "open", 5],
    ["ben", "Open", 7],
    ["Cy", "done", 9],
    [None, "", None],
    ["Ana*", "wait", 1],
]


@pytest.mark.parametrize(
    ("formula", "rows", "value"),
    [
        ('=IF(A1>2,"big","small")', NUMBERS, "big"),
        ("=IF(FALSE,1)", [], False),
        ('=IF("x",1,2)', [], "#VALUE!"),
        ("=IF(TRUE,,2)", [], None),
        ("=IF(1/0,1,2)", [], "#DIV/0!"),
        ("=IFERROR(1/0,5)", [], 5),
        ("=IFERROR(1/0)", [], None),
        ("=IFERROR(4,5)", [], 4),
        ("=IFNA(1/0,5)", [], "#DIV/0!"),
        ("=IFNA(NA(),5)", [], 5),
        ('=IFS(A1=1,"one",A1=3,"three")', NUMBERS, "three"),
        ('=IFS(A1=1,"one")', NUMBERS, "#N/A"),
        ('=SWITCH(A1,1,"one",3,"three","other")', NUMBERS, "three"),
        ('=SWITCH(A2,9,"one","other")', NUMBERS, "other"),
        ('=CHOOSE(2,"a","b")', [], "b"),
        ("=CHOOSE(3,1,2)", [], "#NUM!"),
        ('=AND(TRUE,"x")', [], "#VALUE!"),
        ("=AND(A1:A6)", NUMBERS, True),
        ("=OR(FALSE,0)", [], False),
        ("=XOR(TRUE,TRUE,TRUE)", [], True),
        ("=NOT(A4)", NUMBERS, True),
        ("=T(A1)", NUMBERS, ""),
        ("=T(A3)", NUMBERS, "x"),
        ("=N(A3)", NUMBERS, 0),
        ("=N(A5)", NUMBERS, 1),
        ("=ISBLANK(A4)", NUMBERS, True),
        ('=ISBLANK("")', [], False),
        ("=ISNUMBER(A5)", NUMBERS, False),
        ("=ISTEXT(A3)", NUMBERS, True),
        ("=ISERROR(1/0)", [], True),
        ("=ISNA(VLOOKUP(9,A:A,1,FALSE))", NUMBERS, True),
        ("=ERROR.TYPE(1/0)", [], 2),
    ],
)
def test_choosing_between_values(formula: str, rows: list[list[Any]], value: Any) -> None:
    assert compute(formula, *rows) == value


@pytest.mark.parametrize(
    ("formula", "rows", "value"),
    [
        ("=SUM(A:A)", NUMBERS, 6),
        ('=SUM(A1,"4",TRUE)', NUMBERS, 8),
        ('=SUM("x")', [], "#VALUE!"),
        ("=AVERAGE(A1:A6)", NUMBERS, 2),
        ("=AVERAGE(B1:B6)", NUMBERS, "#DIV/0!"),
        ("=MIN(A1:A6)&MAX(A1:A6)", NUMBERS, "13"),
        ("=MAX(B1:B6)", NUMBERS, 0),
        ("=SMALL(A:A,2)", NUMBERS, 2),
        ("=SMALL(A:A,4)", NUMBERS, "#NUM!"),
        ("=LARGE(A1:A6,1)", NUMBERS, 3),
        ("=MEDIAN(A1:A6)", NUMBERS, 2),
        ("=COUNT(A1:A6)", NUMBERS, 3),
        ("=COUNTA(A1:A6)", NUMBERS, 5),
        ("=COUNTBLANK(A1:A6)", NUMBERS, 1),
        ("=ROUND(2.5,0)", [], 3),
        ("=ROUND(-2.5)", [], -3),
        ("=ROUND(1234,-2)", [], 1200),
        ("=ROUNDDOWN(1.29,1)", [], 1.2),
        ("=ROUNDUP(1.21,1)", [], 1.3),
        ("=CEILING(1.2,0.5)", [], 1.5),
        ("=INT(-1.5)", [], -2),
        ("=MOD(-1,3)", [], 2),
        ("=MOD(1,0)", [], "#DIV/0!"),
        ("=ABS(-2)", [], 2),
        ("=SQRT(-1)", [], "#NUM!"),
        ('=SUMPRODUCT((A1:A5="ana")*(C1:C5>1))', PEOPLE, 1),
        ("=SUMPRODUCT(C1:C5,C1:C5)", PEOPLE, 156),
        ("=SUMPRODUCT(C1:C5,C1:C4)", PEOPLE, "#VALUE!"),
        ("=STDEV(1,2,3)", [], 1),
        ("=ROUND(1,1E300)", [], "#NUM!"),
        ("=1E300*1E300", [], "#NUM!"),
    ],
)
def test_many_numbers(formula: str, rows: list[list[Any]], value: Any) -> None:
    assert compute(formula, *rows) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('=COUNTIF(B:B,"open")', 2),
        ('=COUNTIF(B1:B5,"<>open")', 3),
        ('=COUNTIF(A1:A5,"?*")', 4),
        ('=COUNTIF(A1:A5,"a*")', 2),
        ('=COUNTIF(A1:A5,"ana~*")', 1),
        ('=COUNTIF(A1:A5,"<>a*")', 3),
        ('=COUNTIF(A1:B5,"")', 2),
        ('=COUNTIF(A1:A5,"<>")', 4),
        ("=COUNTIF(C:C,7)", 1),
        ('=COUNTIF(C:C,"7")', 1),
        ('=COUNTIF(C:C,">=5")', 3),
        ('=COUNTIF(C:C,"<"&6)', 2),
        ('=COUNTIF(A:A,">b")', 2),
        ('=COUNTIFS(B:B,"open",C:C,">5")', 1),
        ('=COUNTIFS(B1:B5,"open",C1:C4,">5")', "#VALUE!"),
        ('=SUMIF(B:B,"open",C:C)', 12),
        ('=SUMIF(C1:C5,">6")', 16),
        ('=SUMIFS(C:C,B:B,"open",A:A,"b*")', 7),
        ('=AVERAGEIFS(C:C,B:B,"open")', 6),
        ('=AVERAGEIFS(C:C,B:B,"none")', "#DIV/0!"),
        ('=AVERAGEIF(B:B,"open",C:C)', 6),
        ('=MAXIFS(C:C,B:B,"open")', 7),
        ('=MINIFS(C:C,B:B,"open")', 5),
        ('=SUM(ARRAYFORMULA(COUNTIF(B1:B5,{"open","done"})))', 3),
        ("=COUNTUNIQUE(B1:B3)", 3),
        ('=COUNTIFS(C:C,">0",B:B,"open",A:A,"?*")', 2),
        ('=COUNTIFS(B1:B5,"<>open",A1:A5,"")', 1),
        ('=COUNTIFS(A1:B5,"ana",B1:C5,"open")', 1),
        ("=COUNTIFS(B:B)", "#N/A"),
    ],
)
def test_what_meets_criteria(formula: str, value: Any) -> None:
    assert compute(formula, *PEOPLE) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('=VLOOKUP("BEN",A:C,3,FALSE)', 7),
        ('=VLOOKUP("b*",A1:C5,3,FALSE)', 7),
        ('=VLOOKUP("zed",A:C,3,FALSE)', "#N/A"),
        ('=VLOOKUP("ben",A:C,4,FALSE)', "#REF!"),
        ("=VLOOKUP(6,{1,10;5,50;9,90},2)", 50),
        ("=VLOOKUP(0,{1,10;5,50},2,TRUE)", "#N/A"),
        ("=VLOOKUP(1/0,A:C,3,FALSE)", "#DIV/0!"),
        ("=HLOOKUP(2,{1,2;8,9},2,FALSE)", 9),
        ('=XLOOKUP("cy",A:A,C:C)', 9),
        ('=XLOOKUP("no",A:A,C:C,"none")', "none"),
        ('=XLOOKUP("no",A:A,C:C)', "#N/A"),
        ("=XLOOKUP(6,{1;5;9},{10;50;90},0,-1)", 50),
        ("=XLOOKUP(6,{1;5;9},{10;50;90},0,1)", 90),
        ('=MATCH("ben",A1:A5,0)', 2),
        ('=XLOOKUP("cy",A:A,{1;2})', "#VALUE!"),
        ("=MATCH(6,{1,5,9})", 2),
        ("=MATCH(6,{9,7,1},-1)", 2),
        ('=MATCH("x",A1:A5,0)', "#N/A"),
        ("=INDEX(A1:C5,2,3)", 7),
        ("=INDEX(A1:C1,3)", 5),
        ("=INDEX(C:C,1):INDEX(C:C,2)", "#VALUE!"),
        ("=SUM(INDEX(C:C,1):INDEX(C:C,2))", 12),
        ("=SUM(C1:INDEX(C:C,3))", 21),
        ("=SUM(INDEX(A1:C5,0,3))", 22),
        ("=INDEX(A1:C5,6,1)", "#NUM!"),
        ("=ROWS(A2:A)", 19),
        ("=COLUMNS(A:C)", 3),
        ("=ROW()", 20),
        ("=COLUMN(C5)", 3),
        ("=ROW(A3:A9)", 3),
        ("=SUM(ARRAYFORMULA(ROW(A3:A5)))", 12),
        ("=SUM(OFFSET(C1,1,0,2,1))", 16),
    ],
)
def test_finding_values(formula: str, value: Any) -> None:
    assert compute(formula, *PEOPLE) == value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=TODAY()", 46086),
        ("=NOW()-TODAY()", 14.5 / 24),
        ("=DATE(2026,3,5)", 46086),
        ("=DATE(2026,14,1)", 46419),
        ("=DATE(2026,3,0)", 46081),
        ("=YEAR(46086)&MONTH(46086)&DAY(46086)", "202635"),
        ('=MONTH("2026-03-05")', 3),
        ("=HOUR(0.75)&MINUTE(0.76)", "1814"),
        ("=WEEKDAY(46086)&WEEKDAY(46086,2)&WEEKDAY(46086,3)", "543"),
        ("=EDATE(DATE(2026,1,31),1)", 46081),
        ("=EDATE(DATE(2026,1,31),2)", 46112),
        ("=EOMONTH(DATE(2026,3,5),-1)", 46081),
        ("=NETWORKDAYS(DATE(2026,3,5),DATE(2026,3,9))", 3),
        ("=NETWORKDAYS(DATE(2026,3,5),DATE(2026,3,9),DATE(2026,3,6))", 2),
        ("=WORKDAY(DATE(2026,3,6),1)", 46090),
        ("=DAYS(10,3)", 7),
        ('=TEXT(46086.5,"yyyy-mm-dd h:mm")', "2026-03-05 12:00"),
        ('=TEXT(0.5,"0%")', "50%"),
        ('=TEXT("x","0")', "x"),
        ('=VALUE("1,234.5")', 1234.5),
        ('=VALUE("x")', "#VALUE!"),
        ('=LEN("工单")', 2),
        ('=LEFT("abc")&RIGHT("abc",2)&MID("abc",2,1)', "abcb"),
        ('=RIGHT("0"&3,2)', "03"),
        ('=RIGHT("abc",0)', ""),
        ('=TRIM("  a   b ")', "a b"),
        ('=UPPER("a")&LOWER("B")', "Ab"),
        ('=SUBSTITUTE("a-b-c","-","+")', "a+b+c"),
        ('=SUBSTITUTE("a-b-c","-","+",2)', "a-b+c"),
        ('=CONCATENATE("a",1,TRUE)', "a1TRUE"),
        ('=JOIN(", ",{"a","b"})', "a, b"),
        ('=TEXTJOIN("-",TRUE,"a","",A1:A3,"b")', "a-b"),
        ('=FIND("b","abc")&SEARCH("B","abc")', "22"),
        ('=FIND("x","abc")', "#VALUE!"),
        ('=HYPERLINK("https://x.test","T-1")', "T-1"),
        ('=REGEXMATCH("T-12","^T-\\d+$")', True),
        ('=EXACT("a","A")', False),
        ("=CHAR(-1)", "#NUM!"),
        ('=REPT("ab",2)', "abab"),
        ('=REPT("ab",99999)', "#VALUE!"),
        ("=NETWORKDAYS(1,1E10)", "#NUM!"),
        ("=WORKDAY(1,1E10)", "#NUM!"),
        ("=YEAR(1E10)", "#NUM!"),
        ("=SEQUENCE(1E9)", "#NUM!"),
        ('="say ""hi"""', 'say "hi"'),
    ],
)
def test_days_and_texts(formula: str, value: Any) -> None:
    assert compute(formula) == pytest.approx(value) if isinstance(value, float) else compute(formula) == value


@pytest.mark.parametrize(
    ("formula", "locale", "value"),
    [
        ("=SUM(1,5;2)", "de_DE", 3.5),
        ("=SUM(1,2)", "de_DE", 1.2),
        ('=IF(1=1,"a","b")', "de_DE", "#ERROR!"),
        ("=SUM({1\\2;3\\4})", "de_DE", 10),
        ("=SUM({1,2;3,4})", "en_US", 10),
        ("=SUM(1;2)", "en_US", 3),
        ("=1,5&WAHR", "de_DE", "1,5WAHR"),
        ('="5.3.2026"+0', "de_DE", 46086),
        ('=COUNTIF({46086;46087};">=05.03.2026")', "de_DE", 2),
        ('=TEXT(1234,5;"#,##0.00")', "de_DE", "1.234,50"),
        ('="2026年3月5日"+0', "zh_CN", 46086),
    ],
)
def test_signs_and_texts_follow_the_locale(formula: str, locale: str, value: Any) -> None:
    assert compute(formula, locale=locale) == value


@pytest.mark.parametrize("formula", ["=SUM()", "=IF(1)", "=ABS(1,2)", "=TODAY(1)"])
def test_a_wrong_number_of_arguments_is_not_available(formula: str) -> None:
    assert compute(formula) == "#N/A"
