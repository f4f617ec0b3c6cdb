"""What can be wrong with an .xlsx in several places of the code, said once, in both languages."""

from __future__ import annotations

import zipfile

from sheetdesk.errors import Cause

__all__ = ["A_SHEET", "BYTES", "DOCUMENT_TYPE", "NO_PART", "SIGNED", "THE_WORKBOOK", "misread", "unzipped"]

A_SHEET = Cause("a sheet", "某工作表")
BYTES = Cause("bytes", "该文件")
THE_WORKBOOK = Cause("the workbook", "该工作簿")
NO_PART = Cause("there is no such part", "缺少该部分")
SIGNED = Cause("the workbook is signed", "工作簿带有数字签名")
DOCUMENT_TYPE = Cause("it declares a document type", "其中声明了文档类型")
NO_ARCHIVE = Cause("File is not a zip file", "文件不是完整的压缩包")


def misread(said: object) -> Cause:
    """What a reader of XML or of cells said, and in Chinese that it was one."""
    return Cause.retold(said, f"内容无法解析（“{said}”）")


def unzipped(error: Exception) -> Cause:
    """What Python's reader of archives said; that a file is none, in words of our own."""
    if isinstance(error, zipfile.BadZipFile) and str(error) == NO_ARCHIVE.en:
        return NO_ARCHIVE
    return Cause.retold(error, f"压缩包已损坏（“{error}”）")
