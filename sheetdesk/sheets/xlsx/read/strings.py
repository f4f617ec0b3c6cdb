"""The shared strings of a workbook as plain texts, in their order.

Runs of rich text are joined and phonetic hints left out. As in every spreadsheet, white space at
either end of a `<t>` counts only where the part says `xml:space="preserve"`.
Source: ECMA-376 part 1, 18.4.8 (`si`), 18.4.12 (`t`), 18.4.6 (`rPh`).
"""

from __future__ import annotations

import re

from lxml import etree

from sheetdesk.errors import PackageBroken
from sheetdesk.sheets.xlsx.causes import DOCUMENT_TYPE, misread
from sheetdesk.sheets.xlsx.check.text import decoded
from sheetdesk.sheets.xlsx.package import parse
from sheetdesk.sheets.xlsx.read.text import SPACES, Unsure, has_escapes, spelled_texts, texts_of

__all__ = ["read_strings", "said"]

NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>\s*)?<sst(?=[\s>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*>"""
)
PHONETIC = re.compile(rb"</t>(<phoneticPr [^<>]*/></si>)")
TEXT_END = b"</t></si>"
ITEM = re.compile(rb'<t( xml:space="preserve")?>([^<]*)</t></si>')
CHUNK = 1_000_000
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# Beyond this one text, libxml2 wants to be told that the file is meant.
LONGEST = 10_000_000


def read_strings(part: bytes) -> list[str]:
    """Every string of the part. Raises PackageBroken."""
    try:
        return _plain_strings(part)
    except Unsure:
        return _all_strings(part)


def said(node: etree._Element) -> str:
    """What a `<si>` or `<is>` says: its own text, or that of its runs."""
    texts = [*node.iterfind("{*}t"), *node.iterfind("{*}r/{*}t")]
    return decoded("".join(_text(text) for text in texts))


def _text(node: etree._Element) -> str:
    text = node.text or ""
    if not text or (text[0] not in SPACES and text[-1] not in SPACES):
        return text
    spaces = (up.get(SPACE) for up in (node, *node.iterancestors()))
    return text if next(filter(None, spaces), "") == "preserve" else text.strip(SPACES)


def _all_strings(part: bytes) -> list[str]:
    try:
        root = parse(part)
    except etree.XMLSyntaxError as error:
        raise PackageBroken(path="sharedStrings", reason=misread(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise PackageBroken(path="sharedStrings", reason=DOCUMENT_TYPE)
    return [said(node) for node in root.iterfind("{*}si")]


def _plain_strings(part: bytes) -> list[str]:
    """The strings where nearly all are a single `<t>`; the odd ones go through lxml. Raises Unsure."""
    head, end = HEAD.match(part), part.rfind(b"</sst>")
    if head is None or end < head.end() or b"<!" in part[end:]:
        raise Unsure
    # An expression takes many times as long to find that there is none, as in most books.
    first = part.find(b"</t><phoneticPr ")
    hint = PHONETIC.search(part, first) if first >= 0 else None
    strings: list[str | None] = []
    odd: list[bytes] = []
    place = head.end()
    while place < end:
        stop = part.find(b"<si>", min(place + CHUNK, end), end)
        stop = end if stop < 0 else stop
        chunk = part[place:stop]
        # Chinese and Japanese versions of Excel add the same hint to every text.
        chunk = chunk.replace(b"</t>" + hint[1], TEXT_END) if hint else chunk
        strings += _alike(chunk) or _one_by_one(chunk, odd)
        place = stop
    # Everything but the texts that were plain, for an XML reader to judge.
    tail = b"<si><t></t>" + hint[1] if hint else b""
    try:
        root = parse(b"".join((head[0], tail, *odd, part[end:])))
    except etree.XMLSyntaxError as error:
        raise Unsure from error
    nodes = list(root)[bool(hint) :]
    known = {f"{{{namespace}}}si" for namespace in NAMESPACES}
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    if len(nodes) != len(odd) or not {node.tag for node in root} <= known:
        raise Unsure
    if root.get(SPACE) or encoding != "UTF-8" or root.tag.removesuffix("sst") + "si" not in known:
        raise Unsure
    if not odd:
        return strings  # type: ignore[return-value]
    said_ones = iter([said(node) for node in nodes])
    return [next(said_ones) if text is None else text for text in strings]


def _alike(chunk: bytes) -> list[str] | None:
    """The texts of strings that are a single `<t>` each; None where one of them is more."""
    if not chunk.endswith(TEXT_END) or b"\x00" in chunk or len(chunk) > CHUNK + LONGEST:
        return None
    if b"preserve" not in chunk:
        data = chunk[len(b"<si><t>") : -len(TEXT_END)].replace(TEXT_END + b"<si><t>", b"\x00")
        return texts_of(data, trimmed=True) if b"<" not in data and chunk.startswith(b"<si><t>") else None
    # Before each text a NUL, and whether white space counts.
    data = (TEXT_END + chunk).removesuffix(TEXT_END).replace(TEXT_END + b"<si><t>", b"\x00>")
    data = data.replace(TEXT_END + b'<si><t xml:space="preserve">', b"\x00p")
    if b"<" in data:
        return None
    texts = [text[1:] if text[0] == "p" else text[1:].strip(SPACES) for text in spelled_texts(data[1:])]
    return [decoded(text) for text in texts] if has_escapes(data) else texts


def _one_by_one(chunk: bytes, odd: list[bytes]) -> list[str | None]:
    """The texts of plain strings; None for each other one, which is added to `odd`. Raises Unsure."""
    before, *items = chunk.split(b"<si>")
    # Strings that are alike have no tags left, so a comment or CDATA section can only be here.
    if before or b"<!" in chunk or max(map(len, items)) > LONGEST:
        raise Unsure
    texts: list[str | None] = []
    for item in items:
        match = ITEM.fullmatch(item)
        if match is None or b"\x00" in item:
            odd.append(b"<si>" + item)
            texts.append(None)
        else:
            texts.append(texts_of(match[2], trimmed=not match[1])[0])
    return texts
