"""What people see: each language's workbook as pages, read and looked at."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from lxml import etree

from tests.books import LANGUAGES, Book, demo_book
from tests.libreoffice import needs_libreoffice, pages_of

TOOLS = ("pdftotext", "pdftoppm", "pdffonts")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
CJK_FONTS = re.compile("CJK|Han|Hei|Song|Ming|Kai|YaHei|WenQuan|Droid.*Fallback", re.IGNORECASE)
BROKEN = ("###", "Err:", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "\ufffd")
DPI = 60
NEAR = 12
"""How far each of red, green and blue may lie from a series' own colour."""

needs_poppler = pytest.mark.skipif(bool(MISSING), reason=f"no {MISSING}: apt install poppler-utils")


@dataclass(frozen=True)
class Pages:
    """A book and the PDF that LibreOffice prints of it; `texts` a page each, in the order drawn."""

    book: Book
    pdf: Path
    texts: list[str]

    def number(self, key: str) -> int:
        """The first page (from 1) of the tab with this key: where its first words, or its header, stand."""
        tab = self.book.plan.tab(key)
        words = [cell.content for cell in tab.cells if isinstance(cell.content, str)][:2]
        words = [column.title for column in tab.table.columns] if tab.table else words
        found = [sum(squeezed(word) in squeezed(text) for word in words) for text in self.texts]
        return found.index(max(found)) + 1

    def text(self, key: str) -> str:
        return squeezed(self.texts[self.number(key) - 1])

    def picture(self, key: str) -> npt.NDArray[np.int16]:
        """The page as rows of red, green, blue."""
        page = str(self.number(key))
        order = ["pdftoppm", "-r", str(DPI), "-f", page, "-l", page, str(self.pdf)]
        head, size, _, pixels = run(order).split(b"\n", 3)
        assert head == b"P6"
        width, height = map(int, size.split())
        return np.frombuffer(pixels, np.uint8).reshape(height, width, 3).astype(np.int16)


def run(order: list[str]) -> bytes:
    return subprocess.run(order, capture_output=True, check=True, timeout=120).stdout


def squeezed(text: str) -> str:
    """A text without what a line break or a narrow column changes: its white space."""
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pages]:
    folder = tmp_path_factory.mktemp("pictures")
    books = {language: demo_book("it-service", language) for language in LANGUAGES}
    targets = {book.write(folder / f"{name}.xlsx"): folder / f"{name}.pdf" for name, book in books.items()}
    pages_of(targets)
    return {
        name: Pages(book, pdf, run(["pdftotext", "-raw", str(pdf), "-"]).decode().split("\f")[:-1])
        for (name, book), pdf in zip(books.items(), targets.values(), strict=True)
    }


@pytest.fixture(params=LANGUAGES)
def pages(request: Any, printed: dict[str, Pages]) -> Pages:
    return printed[request.param]


def shown_tabs(book: Book) -> list[str]:
    return [tab.key for tab in book.plan.tabs if tab.visibility == "shown"]


@needs_libreoffice
@needs_poppler
def test_no_page_shows_a_broken_cell(pages: Pages) -> None:
    for number, text in enumerate(pages.texts, 1):
        assert [sign for sign in BROKEN if sign in text] == [], f"page {number}"


@needs_libreoffice
@needs_poppler
def test_every_tab_is_there_in_order(pages: Pages) -> None:
    numbers = [pages.number(key) for key in shown_tabs(pages.book)]
    assert numbers == sorted(set(numbers))


@needs_libreoffice
@needs_poppler
@pytest.mark.parametrize("key", ["tickets", "problems", "cases", "people", "choices", "rules"])
def test_headers_are_whole(pages: Pages, key: str) -> None:
    table = pages.book.plan.tab(key).table
    assert table is not None
    shown = [column.title for column in table.columns if not column.hidden]
    assert [title for title in shown if squeezed(title) not in pages.text(key)] == []


@needs_libreoffice
@needs_poppler
def test_no_header_of_the_tickets_runs_into_another_or_out_of_its_row(pages: Pages) -> None:
    page = str(pages.number("tickets"))
    answer = run(["pdftotext", "-bbox", "-f", page, "-l", page, str(pages.pdf), "-"])
    body = etree.fromstring(answer, etree.XMLParser(recover=True, resolve_entities=False))
    boxes = [node for node in body.iter() if etree.QName(node).localname == "word"]
    words = [tuple(float(node.get(side, "")) for side in ("xMin", "yMin", "xMax", "yMax")) for node in boxes]
    first_row = next(
        word[1]
        for node, word in zip(boxes, words, strict=True)
        if node.text == str(pages.book.tickets.index[0])
    )
    # A regular font's box starts a little above a bold one's.
    header = [word for word in words if word[1] < first_row - 1]
    assert len(header) >= len([c for c in pages.book.desk.tickets.columns if not c.hidden])
    assert max(bottom for *_, bottom in header) <= first_row + 1
    for place, (left, top, right, bottom) in enumerate(header):
        for other_left, other_top, other_right, other_bottom in header[:place]:
            across = min(right, other_right) - max(left, other_left)
            down = min(bottom, other_bottom) - max(top, other_top)
            assert across < 0.5 or down < (bottom - top) / 2


@needs_libreoffice
@needs_poppler
@pytest.mark.parametrize("key", ["dashboard", "guide", "definitions"])
def test_what_a_tab_says_is_whole(pages: Pages, key: str) -> None:
    said = squeezed("".join(pages.texts))
    texts = [cell.content for cell in pages.book.plan.tab(key).cells if isinstance(cell.content, str)]
    assert [text for text in texts if squeezed(text) not in said] == []
    assert len(texts) > 20


@needs_libreoffice
@needs_poppler
def test_the_dashboard_and_every_small_table_fit_one_page(pages: Pages) -> None:
    keys = shown_tabs(pages.book)
    starts = [pages.number(key) for key in keys]
    lengths = dict(zip(keys, np.diff([*starts, len(pages.texts) + 1]).tolist(), strict=True))
    short = ("dashboard", "problems", "cases", "people", "rules")
    assert {key: lengths[key] for key in short} == dict.fromkeys(short, 1)


@needs_libreoffice
@needs_poppler
def test_chinese_is_set_in_a_font_that_has_it(printed: dict[str, Pages]) -> None:
    fonts = run(["pdffonts", str(printed["zh"].pdf)]).decode().splitlines()[2:]
    assert [line for line in fonts if CJK_FONTS.search(line)]
    assert {line.split()[-5] for line in fonts} == {"yes"}, "a font that is not embedded"
    assert "工单编号" in printed["zh"].text("tickets")
    # A box in place of a character is missing from the text.
    titles = printed["zh"].book.tickets["title"].dropna().tolist()
    said = squeezed("".join(printed["zh"].texts))
    assert [title for title in titles if squeezed(title) not in said] == []


@needs_libreoffice
@needs_poppler
@pytest.mark.parametrize("key", ["dashboard", "pivots"])
def test_charts_are_drawn_in_their_colours(pages: Pages, key: str) -> None:
    picture = pages.picture(key)
    tab = pages.book.plan.tab(key)
    colors = {series.color for chart in tab.charts for series in chart.series}
    counts = {}
    for color in colors:
        wanted = np.array([int(color[place : place + 2], 16) for place in (0, 2, 4)])
        counts[color] = int((np.abs(picture - wanted).max(axis=2) <= NEAR).sum())
    # A bar of one ticket is small, a legend's mark smaller; nothing at all is a series not drawn.
    assert {color for color, count in counts.items() if count < 3} == set()
    assert max(counts.values()) > 200
