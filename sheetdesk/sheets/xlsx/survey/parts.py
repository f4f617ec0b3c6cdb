"""What the parts around a workbook's sheets say: tabs, names, tables, styles, comments.

The file is somebody else's: its size is bounded before anything is unpacked, and a part that is not
well-formed is an error with a name.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from sheetdesk.columns.base import UNWRITABLE
from sheetdesk.errors import Cause, FileBroken, FileLocked, FileMissing, FileUnreadable, PackageBroken
from sheetdesk.sheets.xlsx.causes import misread, unzipped
from sheetdesk.sheets.xlsx.markup import MAIN, REL
from sheetdesk.sheets.xlsx.package import Package, parse
from sheetdesk.sheets.xlsx.survey.sheet import whole

__all__ = ["BookParts", "CellStyle", "TabPart", "TablePart", "comments_of", "read_parts", "tables_of"]

MOST_BYTES = 600_000_000
"""Unpacked. A hundred thousand tickets of fifteen columns are a fourth of it."""
OLE = b"\xd0\xcf\x11\xe0"
THREADED = re.compile(r"\[Threaded comment\].*?Comment:\s*", re.DOTALL)
LONGEST_NOTE = 500
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "yyyy-mm-dd",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "0.0E+0", 49: "@",
    # Where these differ by language they are days, and a few times of day.
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm:ss"),
}  # fmt: skip


@dataclass(frozen=True)
class CellStyle:
    """What a cell's style says of its content: `format` a SeenColumn's word, `locked` when protected."""

    format: str = "general"
    decimals: int | None = None
    locked: bool = True


@dataclass(frozen=True)
class TabPart:
    """A worksheet's title, part and whether people see it."""

    title: str
    part: str
    visible: bool


@dataclass(frozen=True)
class TablePart:
    """A native table; `ref` is its range, header and totals included."""

    name: str
    ref: str
    columns: tuple[str, ...]
    headers: int
    totals: int


@dataclass(frozen=True)
class BookParts:
    """`names` are the workbook's defined names, case-folded, → formula; `fills` RRGGBB by dxf."""

    package: Package
    tabs: tuple[TabPart, ...]
    names: dict[str, str]
    styles: tuple[CellStyle, ...]
    fills: tuple[str, ...]


def read_parts(path: Path) -> BookParts:
    """The parts of the workbook at `path`. Raises FileUnreadable and its kin."""
    package = _unpacked(path)
    try:
        workbook = _workbook(package, path)
        root = parse(package.bytes(workbook))
        related = package.targets(workbook)
        tabs = []
        for node in root.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet"):
            kind, part = related.get(node.get(f"{{{REL}}}id", ""), ("", ""))
            # A chart or macro sheet has no cells.
            if kind.endswith("/worksheet") and part in package.parts:
                tabs.append(TabPart(node.get("name", ""), part, node.get("state", "visible") == "visible"))
        names = {
            node.get("name", "").casefold(): (node.text or "").strip()
            for node in root.iterfind(f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName")
            if node.get("localSheetId") is None
        }
        style_parts = [part for kind, part in related.values() if kind.endswith("/styles")]
        styles: tuple[CellStyle, ...] = ()
        fills: tuple[str, ...] = ()
        if style_parts and style_parts[0] in package.parts:
            sheet = parse(package.bytes(style_parts[0]))
            styles, fills = tuple(_styles(sheet)), tuple(_fills(sheet))
    except etree.XMLSyntaxError as error:
        raise FileBroken(path=path, reason=misread(error.msg)) from error
    return BookParts(package, tuple(tabs), names, styles, fills)


def _unpacked(path: Path) -> Package:
    if not path.is_file():
        raise FileMissing(path=path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == OLE:
            raise FileLocked(path=path)
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
                raise FileBroken(
                    path=path,
                    reason=Cause(
                        f"more than {MOST_BYTES // 1_000_000} MB unpacked",
                        f"解压后超过 {MOST_BYTES // 1_000_000} MB",
                    ),
                )
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise FileLocked(path=path)
        return Package.read(path)
    except PackageBroken as error:
        raise FileBroken(path=path, reason=error.facts["reason"]) from error
    except zipfile.BadZipFile as error:
        raise FileBroken(path=path, reason=unzipped(error)) from error
    except OSError as error:
        raise FileUnreadable(path=path, reason=Cause.of_system(error), next_step="") from error


def _workbook(package: Package, path: Path) -> str:
    for kind, part in package.targets("").values():
        if kind.endswith("/officeDocument") and part in package.parts:
            return part
    raise FileBroken(path=path, reason=Cause("no workbook in it", "其中没有工作簿"))


def _styles(root: etree._Element) -> Iterator[CellStyle]:
    codes = dict(BUILT_IN)
    for node in root.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt"):
        codes[whole(node.get("numFmtId"))] = node.get("formatCode", "")
    for node in root.iterfind(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf"):
        guard = node.find(f"{{{MAIN}}}protection")
        locked = guard is None or guard.get("locked", "1") not in ("0", "false")
        kind, decimals = format_kind(codes.get(whole(node.get("numFmtId")), ""))
        yield CellStyle(kind, decimals, locked)


def format_kind(code: str) -> tuple[str, int | None]:
    """What a number format shows, and how many decimals a number in it has."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code.partition(";")[0])
    elapsed = re.search(r"\[[hms]+\]", bare, re.IGNORECASE)
    bare = re.sub(r"\[[^\]]*\]", "", bare).lower()
    if elapsed or bare in ("", "general"):
        return ("number" if elapsed else "general"), None
    if bare.strip() == "@":
        return "text", None
    day = "y" in bare or "d" in bare
    clock = "h" in bare or "s" in bare
    if day or clock or (set(bare) <= set("m ./-") and "m" in bare):
        return ("moment" if day and clock else "time" if clock else "date"), None
    if not re.search(r"[0#?]", bare):
        return "general", None
    decimals = len(re.search(r"\.?([0#?]*)", bare[bare.find(".") :])[1]) if "." in bare else 0  # type: ignore[index]
    return ("percent" if "%" in bare else "number"), decimals


def _fills(root: etree._Element) -> Iterator[str]:
    for node in root.iterfind(f"{{{MAIN}}}dxfs/{{{MAIN}}}dxf"):
        fill = node.find(f"{{{MAIN}}}fill/{{{MAIN}}}patternFill")
        found = ""
        for name in ("bgColor", "fgColor") if fill is not None else ():
            color: Any = fill.find(f"{{{MAIN}}}{name}")  # type: ignore[union-attr]
            rgb = "" if color is None else color.get("rgb", "")
            # No alpha at all is how some programs write "no fill".
            if re.fullmatch(r"(?!00)[0-9A-Fa-f]{8}", rgb):
                found = found or rgb[2:].upper()
        yield found


def tables_of(package: Package, part: str) -> list[TablePart]:
    """The native tables of a sheet's part."""
    found = []
    for kind, target in package.targets(part).values():
        if kind.endswith("/table") and target in package.parts:
            root = parse(package.bytes(target))
            columns = tuple(
                node.get("name", "")
                for node in root.iterfind(f"{{{MAIN}}}tableColumns/{{{MAIN}}}tableColumn")
            )
            headers, totals = whole(root.get("headerRowCount", "1")), whole(root.get("totalsRowCount"))
            name = root.get("displayName", root.get("name", ""))
            found.append(TablePart(name, root.get("ref", ""), columns, headers, totals))
    return found


def comments_of(package: Package, part: str) -> dict[str, str]:
    """The comments of a sheet's part by cell (`B1`), cut to a few hundred characters."""
    found = {}
    for kind, target in package.targets(part).values():
        if kind.endswith("/comments") and target in package.parts:
            root = parse(package.bytes(target))
            for node in root.iterfind(f"{{{MAIN}}}commentList/{{{MAIN}}}comment"):
                runs = (run.text or "" for run in node.iter(f"{{{MAIN}}}t"))
                text = THREADED.sub("", UNWRITABLE.sub("", "".join(runs)))
                found[node.get("ref", "")] = " ".join(text.split())[:LONGEST_NOTE]
    return found
