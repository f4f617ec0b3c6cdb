"""Drives one headless LibreOffice over UNO: run by the system's Python, which is the one with `uno`.

Usage: /usr/bin/python3 uno_script.py SOFFICE PROFILE. Orders come in as JSON, one a line, and each is
answered by one line of JSON: {"ok": …} or {"error": text}. At the end of input the office is closed.

    {"do": "recalculate", "path": …, "ranges": {tab: ["A1:B2", …]}, "edits": {tab: {"A1": cell, …}}}
                                         → {tab: {range: [[cell, …], …]}}
    {"do": "refresh_pivots", "path": …}  → [{"name", "tab", "range", "source", "cells"}, …]
    {"do": "pdf", "path": …, "to": …}    → the path written
    {"do": "save", "path": …, "to": …, "edits": …, "delete": {tab: [row, …]}}
                                         → the path written, a workbook; rows go first, counted from 1
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import uuid
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]

UNO_ERROR = uno.getClass("com.sun.star.uno.Exception")
START_S = 90
END_S = 20


def start(soffice: str, profile: str) -> tuple[subprocess.Popen[bytes], Any]:
    """The office process and its desktop."""
    pipe = "sheetdesk-" + uuid.uuid4().hex
    office = subprocess.Popen(
        [
            soffice,
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            "--nolockcheck",
            f"-env:UserInstallation={uno.systemPathToFileUrl(profile)}",
            f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    ends = time.monotonic() + START_S
    while True:
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except NoConnectException:
            if time.monotonic() > ends or office.poll() is not None:
                raise
            time.sleep(0.1)
    return office, remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)


def close(document: Any) -> None:
    """LibreOffice 7.4 was seen to fail at closing; its answer has been given by then."""
    with contextlib.suppress(UNO_ERROR):
        document.close(True)


def end(office: subprocess.Popen[bytes], desktop: Any) -> None:
    """Let the office go by itself, so that no child of its own is left behind; else make it."""
    with contextlib.suppress(UNO_ERROR):
        desktop.terminate()
    try:
        office.wait(END_S)
    except subprocess.TimeoutExpired:
        office.kill()


def setting(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def load(desktop: Any, path: str) -> Any:
    url = uno.systemPathToFileUrl(os.path.abspath(path))
    document = desktop.loadComponentFromURL(url, "_blank", 0, (setting("Hidden", True),))
    if document is None:
        raise ValueError(f"LibreOffice cannot open {path}")
    return document


def values(cells: Any) -> list[list[Any]]:
    """What a range shows, row by row: None, a number or a text; an error is {"error": number}.

    Read as a whole: asking cell by cell takes a second for a few hundred.
    """

    def shown(row: int, column: int, value: Any, formula: str) -> Any:
        if value is None:
            return {"error": cells.getCellByPosition(column, row).getError()}
        return None if value == "" and formula == "" else value

    both = zip(cells.getDataArray(), cells.getFormulaArray(), strict=True)
    return [
        [
            shown(row, column, value, formula)
            for column, (value, formula) in enumerate(zip(line, formulas, strict=True))
        ]
        for row, (line, formulas) in enumerate(both)
    ]


def edit(cell: Any, content: Any) -> None:
    if isinstance(content, str) and content.startswith("="):
        cell.Formula = content
    elif isinstance(content, str):
        cell.String = content
    elif content is None:
        cell.String = ""
    else:
        cell.Value = content


def edit_all(document: Any, edits: dict[str, dict[str, Any]]) -> None:
    for tab, cells in edits.items():
        sheet = document.Sheets.getByName(tab)
        for place, content in cells.items():
            edit(sheet.getCellRangeByName(place), content)


def recalculate(document: Any, order: dict[str, Any]) -> Any:
    edit_all(document, order["edits"])
    document.calculateAll()
    return {
        tab: {name: values(document.Sheets.getByName(tab).getCellRangeByName(name)) for name in ranges}
        for tab, ranges in order["ranges"].items()
    }


def refresh_pivots(document: Any, order: dict[str, Any]) -> Any:
    found = []
    for sheet in document.Sheets:
        for pivot in sheet.DataPilotTables:
            pivot.refresh()
            where, source = pivot.OutputRange, pivot.SourceRange
            cells = sheet.getCellRangeByPosition(
                where.StartColumn, where.StartRow, where.EndColumn, where.EndRow
            )
            found.append(
                {
                    "name": pivot.Name,
                    "tab": sheet.Name,
                    "range": cells.AbsoluteName.rpartition(".")[2].replace("$", ""),
                    "source": [
                        source.StartRow,
                        source.StartColumn,
                        source.EndRow,
                        source.EndColumn,
                    ],
                    "cells": values(cells),
                }
            )
    return found


def pdf(document: Any, order: dict[str, Any]) -> Any:
    url = uno.systemPathToFileUrl(os.path.abspath(order["to"]))
    document.storeToURL(url, (setting("FilterName", "calc_pdf_Export"),))
    return order["to"]


def save(document: Any, order: dict[str, Any]) -> Any:
    for tab, rows in order["delete"].items():
        for row in sorted(rows, reverse=True):
            document.Sheets.getByName(tab).Rows.removeByIndex(row - 1, 1)
    edit_all(document, order["edits"])
    url = uno.systemPathToFileUrl(os.path.abspath(order["to"]))
    document.storeToURL(url, (setting("FilterName", "Calc MS Excel 2007 XML"),))
    return order["to"]


ORDERS = {"recalculate": recalculate, "refresh_pivots": refresh_pivots, "pdf": pdf, "save": save}


def main() -> None:
    office, desktop = start(sys.argv[1], sys.argv[2])
    try:
        for line in sys.stdin:
            order = json.loads(line)
            document = None
            try:
                document = load(desktop, order["path"])
                answer = {"ok": ORDERS[order["do"]](document, order)}
            # Whatever UNO raises is the caller's to read; the next order may be fine.
            except (UNO_ERROR, ValueError, KeyError) as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer, ensure_ascii=True), flush=True)
            if document is not None:
                close(document)
    finally:
        end(office, desktop)


if __name__ == "__main__":
    main()
