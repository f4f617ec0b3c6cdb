"""Errors of a file to import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from sheetdesk.errors.tree import SheetdeskError, near

__all__ = [
    "ColumnsUnmatched",
    "FileBroken",
    "FileEmpty",
    "FileKindUnknown",
    "FileLocked",
    "FileMissing",
    "FileUnreadable",
    "HistoryUnmatched",
    "IntakeError",
    "MapUnknown",
    "TabUnknown",
]


class IntakeError(SheetdeskError):
    exit_code = 2


class FileUnreadable(IntakeError):
    words: ClassVar = {
        "en": "{path} cannot be read: {reason}. {next_step}",
        "zh": "无法读取 {path}：{reason}。{next_step}",
    }


class FileMissing(FileUnreadable):
    words: ClassVar = {
        "en": "No file at {path}. Check the name and the folder.",
        "zh": "{path} 处没有文件。请检查文件名和文件夹。",
    }


class FileEmpty(FileUnreadable):
    words: ClassVar = {
        "en": "{path} holds no rows. Export it again, or name another tab with `--tab`.",
        "zh": "{path} 中没有任何行。请重新导出，或用 `--tab` 指定其他工作表。",
    }


class FileKindUnknown(FileUnreadable):
    words: ClassVar = {
        "en": "{path} is of a kind that cannot be imported. Save it as one of these: {known}.",
        "zh": "无法导入 {path} 这种文件。可用的扩展名：{known}。请另存为其中之一。",
    }


class FileBroken(FileUnreadable):
    words: ClassVar = {
        "en": "{path} is not whole: {reason}. Export it again, or open it and save it once.",
        "zh": "{path} 不完整：{reason}。请重新导出，或打开后另存一次。",
    }


class FileLocked(FileUnreadable):
    words: ClassVar = {
        "en": "{path} is protected by a password. Save a copy without one.",
        "zh": "{path} 有密码保护。请另存一份不带密码的副本。",
    }


class TabUnknown(FileUnreadable):
    words: ClassVar = {
        "en": "{path} has no tab '{tab}'{hint}. Tabs: {known}.",
        "zh": "{path} 中没有名为“{tab}”的工作表{hint}。已有：{known}。",
    }

    def __init__(self, path: object, tab: str, known: Sequence[str]) -> None:
        like = near(tab, known)
        super().__init__(path=path, tab=tab, hint=f" ({like}?)" if like else "", known=", ".join(known))


class ColumnsUnmatched(IntakeError):
    words: ClassVar = {
        "en": "No column of {path} could be matched to the desk. Found: {found}. "
        "Name them with `--map 'THEIR TITLE=column'`.",
        "zh": "{path} 中没有一列能与工单台对应。找到的列：{found}。请用 `--map '原列名=列'` 指定。",
    }


class MapUnknown(IntakeError):
    words: ClassVar = {
        "en": "The mapping names '{word}', which is no column of {where}{hint}. Known: {known}.",
        "zh": "映射中的“{word}”不是 {where} 的列{hint}。已有：{known}。",
    }

    def __init__(self, where: str, word: str, known: Sequence[str]) -> None:
        like = near(word, known)
        hint = f" ({like}?)" if like else ""
        super().__init__(where=where, word=word, hint=hint, known=", ".join(known))


class HistoryUnmatched(IntakeError):
    words: ClassVar = {
        "en": "An event log needs the ticket's id and the time of each change; {path} has no column for "
        "{missing}. Name it with `--map 'THEIR TITLE={key}'`.",
        "zh": "变更日志须有工单编号和每次变更的时间；{path} 中没有{missing}的列。"
        "请用 `--map '原列名={key}'` 指定。",
    }
