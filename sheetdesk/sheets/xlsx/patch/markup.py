"""XML that is changed by cutting bytes: where its tags stand, and new bytes in their places.

The tags come from one pattern that knows comments, CDATA, instructions and both kinds of quotes, so
whatever is well-formed is read right; what is not is refused. Nothing here builds a tree.
Source: XML 1.0, productions 10, 15, 16, 18, 40-44.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from sheetdesk.errors import Cause, PatchRefused
from sheetdesk.sheets.xlsx.stretches import Spliced

__all__ = [
    "UNCERTAIN",
    "Element",
    "Splices",
    "Tag",
    "Text",
    "children",
    "decoded",
    "encode_attribute",
    "tags",
    "with_attributes",
]

UNCERTAIN = Cause("its XML cannot be read for certain", "其 XML 无法可靠地读取")
TOKEN = re.compile(
    rb"<(?:!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>"
    rb"|(?P<close>/?)(?P<name>[^\s/>!?=\"'<]+)"
    rb"(?P<attributes>(?:[^<>\"'/]++|\"[^\"<]*+\"|'[^'<]*+'|/(?!>))*+)(?P<empty>/?)>)",
    re.DOTALL,
)
ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
REFERENCE = re.compile(rb"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
NAMED = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}


@dataclass(frozen=True)
class Tag:
    """One tag: `start` to `end` in the part. `name` is without prefix, `prefix` with its colon."""

    start: int
    end: int
    prefix: bytes
    name: bytes
    is_close: bool
    is_empty: bool
    raw: bytes
    """What stands between the name and the end of the tag."""

    def attributes(self) -> dict[str, str]:
        """The attributes by name as written, their references resolved."""
        found = {}
        for key, double, single in ATTRIBUTE.findall(self.raw):
            found[key.decode()] = REFERENCE.sub(_resolved, double or single).decode()
        return found


@dataclass(frozen=True)
class Text:
    """A part as UTF-8 without a byte order mark, and how its bytes begin and are coded."""

    xml: bytes
    mark: bytes = b""
    coding: str = "utf-8"

    def encoded(self, chunks: Iterable[bytes]) -> Iterable[bytes]:
        """Pieces of UTF-8 in the part's own coding."""
        if self.coding == "utf-8":
            return [self.mark, *chunks] if self.mark else chunks
        return [self.mark, b"".join(chunks).decode().encode(self.coding)]


def decoded(part: str, raw: bytes) -> Text:
    """The part's text. Raises PatchRefused for other codings than UTF-8 and UTF-16."""
    for mark, coding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if raw.startswith(mark):
            try:
                return Text(raw[2:].decode(coding).encode(), mark, coding)
            except UnicodeError as error:
                raise PatchRefused(part=part, reason=Cause("its text is damaged", "其文本已损坏")) from error
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    declared = DECLARED.match(raw[len(mark) : 200])
    if declared and declared[1].lower() not in {b"utf-8", b"utf8"}:
        raise PatchRefused(
            part=part,
            reason=Cause(f"it is written in {declared[1].decode()}", f"其编码为 {declared[1].decode()}"),
        )
    return Text(raw[len(mark) :] if mark else raw, mark)


def tags(part: str, xml: bytes, start: int = 0, end: int | None = None) -> Iterator[Tag]:
    """Every tag from `start` on, comments and the like passed over. Raises PatchRefused."""
    stop = len(xml) if end is None else end
    at = xml.find(b"<", start, stop)
    while at >= 0:
        found = TOKEN.match(xml, at, stop)
        if found is None:
            raise PatchRefused(part=part, reason=UNCERTAIN)
        if found["name"] is not None:
            prefix, colon, name = found["name"].rpartition(b":")
            yield Tag(
                at, found.end(), prefix + colon, name, bool(found["close"]), bool(found["empty"]),
                found["attributes"],
            )  # fmt: skip
        at = xml.find(b"<", found.end(), stop)


@dataclass(frozen=True)
class Element:
    """An element: its opening tag, where its content ends, where it ends itself."""

    opening: Tag
    content_end: int
    end: int


def children(part: str, xml: bytes, start: int, end: int) -> Iterator[Element]:
    """The elements directly in the stretch. Raises PatchRefused where they do not close."""
    open_tags: list[Tag] = []
    for tag in tags(part, xml, start, end):
        if tag.is_close:
            if not open_tags or (open_tags[-1].prefix, open_tags[-1].name) != (tag.prefix, tag.name):
                raise PatchRefused(part=part, reason=UNCERTAIN)
            opened = open_tags.pop()
            if not open_tags:
                yield Element(opened, tag.start, tag.end)
        elif not tag.is_empty:
            open_tags.append(tag)
        elif not open_tags:
            yield Element(tag, tag.end, tag.end)
    if open_tags:
        raise PatchRefused(part=part, reason=UNCERTAIN)


def encode_attribute(text: str) -> bytes:
    """Text as it stands inside double quotes."""
    return escape(text).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;").encode()


def with_attributes(opening: bytes, **changed: str | None) -> bytes:
    """An opening tag's bytes with these attributes; None takes one away, a new one comes last."""
    for name, value in changed.items():
        key = re.escape(name.encode())
        pattern = re.compile(rb"(\s+)" + key + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
        found = next((hit for hit in _whole(opening) if pattern.fullmatch(opening, *hit)), None)
        if value is None:
            if found:
                opening = opening[: found[0]] + opening[found[1] :]
            continue
        written = b" " + name.encode() + b'="' + encode_attribute(value) + b'"'
        if found:
            opening = opening[: found[0]] + written + opening[found[1] :]
        else:
            end = len(opening) - (2 if opening.endswith(b"/>") else 1)
            end = len(opening[:end].rstrip())
            opening = opening[:end] + written + opening[end:]
    return opening


def _whole(opening: bytes) -> Iterator[tuple[int, int]]:
    """Where the attributes stand in a tag, so that a value that looks like one is not taken for one."""
    return (found.span() for found in ATTRIBUTE.finditer(opening))


def _resolved(found: re.Match[bytes]) -> bytes:
    if found[3]:
        return NAMED[found[3]]
    return chr(int(found[1]) if found[1] else int(found[2], 16)).encode(errors="replace")


@dataclass
class Splices:
    """Replacements of stretches of one part, given in any order, none over another."""

    part: str
    xml: bytes
    _made: list[tuple[int, int, bytes]] = field(default_factory=list)

    def put(self, start: int, end: int, new: bytes) -> None:
        """Put `new` where `start` to `end` is; the same bytes again are no change."""
        if self.xml[start:end] != new:
            self._made.append((start, end, new))

    def __bool__(self) -> bool:
        return bool(self._made)

    def made(self) -> tuple[tuple[int, int, bytes], ...]:
        """The places and their new bytes in order. Raises PatchRefused."""
        # Insertions at one place keep the order in which they were put.
        made = tuple(sorted(self._made, key=lambda made: made[:2]))
        if any(before[1] > behind[0] for before, behind in pairwise(made)):
            raise PatchRefused(
                part=self.part, reason=Cause("two changes meet in one place", "两处改动落在同一位置")
            )
        return made

    def chunks(self) -> Sequence[bytes]:
        """The changed part in pieces: what is kept is not copied. Raises PatchRefused."""
        return list(Spliced(self.xml, self.made())())
