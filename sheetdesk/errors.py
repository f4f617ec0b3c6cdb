"""Every error sheetdesk raises, as one tree, with its words in both languages beside it.

    SheetdeskError
    ├── DeskError            the desk file
    │   ├── DeskNotFound
    │   ├── DeskInvalid      every complaint about the file at once
    │   ├── TemplateUnknown
    │   └── FolderTaken
    ├── SheetError           a spreadsheet
    │   ├── SheetHasEdits
    │   ├── SheetLocked
    │   └── PackageBroken    an .xlsx that does not hold together
    ├── StoreError           the desk's store
    │   ├── StoreMoved       another run committed first
    │   └── StoreUnreadable
    ├── IntakeError          a file to import
    │   ├── FileUnreadable
    │   │   ├── FileMissing
    │   │   ├── FileEmpty
    │   │   ├── FileKindUnknown
    │   │   ├── FileBroken   not whole, or not what its ending says
    │   │   ├── FileLocked   it asks for a password
    │   │   └── TabUnknown
    │   ├── ColumnsUnmatched
    │   ├── MapUnknown       `--map` names what is not there
    │   └── HistoryUnmatched an event log without an id or a time
    ├── RoleUnknown
    └── FamilyMemberUnknown  a kind of column, rule, report … that no file defines

A person's bad cell is none of these: it is a value (`Problem`, `Refusal`), collected and reported.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

__all__ = [
    "ColumnsUnmatched",
    "Complaint",
    "DeskError",
    "DeskInvalid",
    "DeskNotFound",
    "FamilyMemberUnknown",
    "FileBroken",
    "FileEmpty",
    "FileKindUnknown",
    "FileLocked",
    "FileMissing",
    "FileUnreadable",
    "FolderTaken",
    "HistoryUnmatched",
    "IntakeError",
    "MapUnknown",
    "PackageBroken",
    "RoleUnknown",
    "SheetError",
    "SheetHasEdits",
    "SheetLocked",
    "SheetdeskError",
    "StoreError",
    "StoreMoved",
    "StoreUnreadable",
    "TabUnknown",
    "TemplateUnknown",
    "near",
]


def near(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was most likely meant to be, or None."""
    options = {option.casefold(): option for option in known}
    # Of two Chinese characters one is half the word, and one wrong is the usual mistake.
    cutoff = 0.5 if len(word) <= 2 else 0.6
    found = difflib.get_close_matches(word.casefold(), options, n=1, cutoff=cutoff)
    return options[found[0]] if found else None


class SheetdeskError(Exception):
    """The root: catch this one to catch them all. `say` gives its words in a language."""

    words: ClassVar[dict[str, str]] = {"en": "Something went wrong.", "zh": "出错了。"}
    exit_code: ClassVar[int] = 3

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def say(self, locale: str = "en") -> str:
        """One or two sentences: what happened and where, then the next step."""
        words = self.words.get(locale.split("-", maxsplit=1)[0], self.words["en"])
        return words.format(**self.facts)

    def __str__(self) -> str:
        return self.say()


@dataclass(frozen=True)
class Complaint:
    """One thing wrong with a desk file. `line` counts from 1; 0 when the file has no such line."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "-"
        return f"{where}  {self.path}: {self.text}" if self.path else f"{where}  {self.text}"


class DeskError(SheetdeskError):
    exit_code = 2


class DeskNotFound(DeskError):
    words: ClassVar = {
        "en": "No desk file at {path}. Make a desk with `sheetdesk new it-service FOLDER`.",
        "zh": "{path} 处没有工单台文件。可用 `sheetdesk new it-service 文件夹` 新建一个。",
    }


class DeskInvalid(DeskError):
    words: ClassVar = {
        "en": "{path} has {count} mistake(s); nothing was done:\n{lines}\n"
        "Mend them, then run `sheetdesk check`.",
        "zh": "{path} 有 {count} 处错误，未作任何操作：\n{lines}\n改正后运行 `sheetdesk check`。",
    }

    def __init__(self, path: object, complaints: Sequence[Complaint]) -> None:
        ordered = sorted(complaints, key=lambda complaint: (complaint.line, complaint.path))
        lines = "\n".join(f"  {complaint}" for complaint in ordered)
        super().__init__(path=path, count=len(ordered), lines=lines)
        self.complaints = tuple(ordered)


class TemplateUnknown(DeskError):
    words: ClassVar = {
        "en": "No template '{name}'{hint}. `sheetdesk templates` lists them.",
        "zh": "没有名为“{name}”的模板{hint}。`sheetdesk templates` 可列出全部模板。",
    }

    def __init__(self, name: str, known: Iterable[str]) -> None:
        like = near(name, known)
        super().__init__(name=name, hint=f" ({like}?)" if like else "")


class FolderTaken(DeskError):
    words: ClassVar = {
        "en": "{path} already holds a desk. Choose another folder, or delete that one first.",
        "zh": "{path} 中已有工单台。请换一个文件夹，或先删除原有的。",
    }


class SheetError(SheetdeskError):
    pass


class SheetHasEdits(SheetError):
    exit_code = 1
    words: ClassVar = {
        "en": "{path} was changed after sheetdesk last wrote it; building over it would lose "
        "those edits. Write elsewhere with `-o`, or pass `--force` to keep the old file as {backup}.",
        "zh": "{path} 在上次生成之后被人改过，重新生成会丢失这些修改。"
        "请用 `-o` 写到别处，或加 `--force`（旧文件保留为 {backup}）。",
    }


class SheetLocked(SheetError):
    exit_code = 1
    words: ClassVar = {
        "en": "{path} is open by {who}. Run this again when it is free, or write elsewhere with `-o`.",
        "zh": "{path} 正由 {who} 打开。请在其关闭后重试，或用 `-o` 写到别处。",
    }


class PackageBroken(SheetError):
    words: ClassVar = {
        "en": "{path} is not a whole .xlsx: {reason}. Ask for the file again, or open and save it once.",
        "zh": "{path} 不是完整的 .xlsx：{reason}。请重新获取该文件，或打开后另存一次。",
    }


class StoreError(SheetdeskError):
    pass


class StoreMoved(StoreError):
    words: ClassVar = {
        "en": "Another run changed the store (version {expected} became {found}); nothing of this run "
        "was kept. Run it again.",
        "zh": "另一次运行已改动存储（版本 {expected} 变为 {found}），本次未写入任何内容。请重新运行。",
    }


class StoreUnreadable(StoreError):
    words: ClassVar = {
        "en": "The store {path} cannot be used: {reason}. Check that the folder is writable and the "
        "disk is not full.",
        "zh": "无法使用存储 {path}：{reason}。请检查文件夹是否可写、磁盘是否已满。",
    }


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


class RoleUnknown(SheetdeskError):
    exit_code = 2
    words: ClassVar = {
        "en": "No {what} '{name}' in this desk{hint}. Known: {known}.",
        "zh": "本工单台中没有{what}“{name}”{hint}。已有：{known}。",
    }

    def __init__(self, what: str, name: str, known: Sequence[str]) -> None:
        like = near(name, known)
        super().__init__(what=what, name=name, hint=f" ({like}?)" if like else "", known=", ".join(known))


class FamilyMemberUnknown(SheetdeskError):
    exit_code = 2
    words: ClassVar = {
        "en": "'{name}' is no kind of {family}{hint}. Known: {known}.",
        "zh": "“{name}”不是已有的 {family} 种类{hint}。已有：{known}。",
    }

    def __init__(self, family: str, name: str, known: Sequence[str]) -> None:
        like = near(name, known)
        super().__init__(family=family, name=name, hint=f" ({like}?)" if like else "", known=", ".join(known))
