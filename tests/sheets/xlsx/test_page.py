"""Formulas get the prefixes that xlsxwriter gives them, without it looking for each in every formula."""

from __future__ import annotations

import pytest
from xlsxwriter.worksheet import Worksheet

from sheetdesk.sheets.xlsx.page import Page


@pytest.mark.parametrize("newer", [True, False])
@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(A1:A3)",
        "{=SUM(A1*B1)}",
        '=IF(A1="","",IFERROR(A1,0))',
        "=FILTER(A1:A3,B1:B3)",
        "=SUM(1,UNIQUE(A1:A3))",
        "=MYFILTER(A1)+FILTERS(A2)",
        "=STDEV.S(A1:A3)",
        "=_xlfn.STDEV.S(A1:A3)+FILTER(A1:A3,B1:B3)",
        "=CONCAT(A1,B1)&DAYS(A1,B1)",
        '="FILTER("&A1',
        "=A1",
        "",
    ],
)
def test_a_formula_is_prepared_as_xlsxwriter_does_it(formula: str, newer: bool) -> None:
    assert Page()._prepare_formula(formula, newer) == Worksheet()._prepare_formula(formula, newer)
