"""The text of a file, in any of the usual encodings, gzipped or not.

A byte order mark decides, else UTF-8 (a few broken bytes forgiven), else GB 18030 where the bytes come
in pairs, else Windows-1252.
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

from sheetdesk.errors import Cause, FileBroken, FileUnreadable

__all__ = ["decode", "read_text"]

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

LOST = re.compile("[\udc80-\udcff]")
NOT_ASCII = re.compile("[^\x00-\x7f]")


def read_text(path: Path) -> tuple[str, str]:
    """The file's text and the encoding's name. Raises FileUnreadable, FileBroken."""
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileBroken(path=path, reason=_packed_badly(error)) from error
    except OSError as error:
        raise FileUnreadable(path=path, reason=Cause.of_system(error), next_step="") from error
    return decode(content)


def _packed_badly(error: Exception) -> Cause:
    return Cause.retold(error, "压缩文件已损坏")


def decode(content: bytes) -> tuple[str, str]:
    """The text and the encoding's name. Bytes that fit nowhere become lone surrogates.

    A cell with such a byte is refused later on, so that its row is set aside instead of garbled.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            errors = "surrogateescape" if encoding == "utf-8" else "replace"
            return content[len(mark) :].decode(encoding, errors), encoding
    head = content[:4_000]
    if head.count(0) > len(head) // 4:
        encoding = "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
        return content.decode(encoding, "replace"), encoding
    text = content.decode("utf-8", "surrogateescape")
    lost = len(LOST.findall(text))
    if lost == 0 or len(NOT_ASCII.findall(text)) > 5 * lost:
        return text, "utf-8"
    for encoding in ("gb18030", "cp1252") if _is_chinese(content) else ("cp1252", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    encoding = "gb18030" if _is_chinese(content) else "cp1252"
    return content.decode(encoding, "surrogateescape"), encoding


def _is_chinese(content: bytes) -> bool:
    """Whether high bytes come in pairs that are common characters; accented letters stand alone."""
    runs = re.findall(rb"[\x80-\xff]+", content[:2_000_000])
    common = sum(0xA1 <= lead <= 0xD7 for run in runs if len(run) % 2 == 0 for lead in run[::2])
    return any(runs) and 4 * common >= sum(len(run) for run in runs)
