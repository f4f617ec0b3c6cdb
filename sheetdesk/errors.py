"""Every error sheetdesk raises, as one tree, with its words in both languages beside it.

    SheetdeskError
    ├── DeskError            the desk file
    │   ├── DeskNotFound
    │   ├── DeskInvalid      every complaint about the file at once
    │   ├── TemplateUnknown
    │   ├── FolderTaken
    │   ├── CountryUnknown   no holidays are known for a calendar's country
    │   └── UpgradeNeeded    it changed, and the sheets have to follow
    ├── SheetError           a spreadsheet
    │   ├── SheetHasEdits
    │   ├── SheetLocked
    │   ├── SheetForeign     it belongs to another desk, or is another sheet
    │   ├── SheetUnrecognised its table cannot be found
    │   ├── SheetUnknown
    │   ├── TabTangled       a drawn tab that cannot be drawn again
    │   ├── SheetBusy        it is being saved at this moment
    │   ├── PackageBroken    an .xlsx that does not hold together
    │   └── PatchRefused     a change that could harm what else is in an .xlsx
    ├── StoreError           the desk's store
    │   ├── StoreMoved       another run committed first
    │   ├── StoreUnreadable
    │   ├── StoreOnNetwork   SQLite on a network file system
    │   ├── StoreAddressInvalid
    │   ├── StoreVariableUnset
    │   ├── StoreDriverMissing
    │   ├── VersionUnknown
    │   └── HeadUnreadable
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
    ├── ChannelError         a way to tell people
    │   ├── ChannelInvalid   its settings, or what they stand for
    │   ├── ChannelRefused   trying again would not help
    │   └── ChannelUnreachable  not now
    ├── SyncRunning          another one has the lease
    ├── ConflictUnknown
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
    "ChannelError", "ChannelInvalid", "ChannelRefused", "ChannelUnreachable", "ColumnsUnmatched",
    "Complaint", "ConflictUnknown", "CountryUnknown", "DeskError", "DeskInvalid", "DeskNotFound",
    "FamilyMemberUnknown", "FileBroken", "FileEmpty", "FileKindUnknown", "FileLocked", "FileMissing",
    "FileUnreadable", "FolderTaken", "HeadUnreadable", "HistoryUnmatched", "IntakeError", "MapUnknown",
    "PackageBroken", "PatchRefused", "RoleUnknown", "SheetBusy", "SheetError", "SheetForeign",
    "SheetHasEdits", "SheetLocked", "SheetUnknown", "SheetUnrecognised", "SheetdeskError",
    "StoreAddressInvalid", "StoreDriverMissing", "StoreError", "StoreMoved", "StoreOnNetwork",
    "StoreUnreadable", "StoreVariableUnset", "SyncRunning", "TabTangled", "TabUnknown", "TemplateUnknown",
    "UpgradeNeeded", "VersionUnknown", "near",
]  # fmt: skip

SHOWN_STEPS = 5


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


class CountryUnknown(DeskError):
    words: ClassVar = {
        "en": "Calendar '{calendar}': no holidays are known for {place}. Mend `country:` or `subdivision:`, "
        "or leave them out and list the days under `closed:`.",
        "zh": "日历“{calendar}”：没有 {place} 的节假日数据。请改正 `country:` 或 `subdivision:`，"
        "或不写它们，把放假日期列在 `closed:` 下。",
    }


class UpgradeNeeded(DeskError):
    exit_code = 1
    words: ClassVar = {
        "en": "{path} has changed, and what is kept and shown has to follow ({count} steps):\n{lines}\n"
        "Nothing was done. `sheetdesk upgrade --dry-run` lists every step, `sheetdesk upgrade` takes them.",
        "zh": "{path} 已有改动，已保存和已显示的内容须随之更新（{count} 步）：\n{lines}\n"
        "未作任何操作。`sheetdesk upgrade --dry-run` 列出每一步，`sheetdesk upgrade` 执行。",
    }

    def __init__(self, path: object, lines: Sequence[str]) -> None:
        shown = [f"  {line}" for line in lines[:SHOWN_STEPS]]
        rest = ["  …"] if len(lines) > SHOWN_STEPS else []
        super().__init__(path=path, count=len(lines), lines="\n".join([*shown, *rest]))
        self.steps = tuple(lines)


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


class SheetForeign(SheetError):
    exit_code = 1
    words: ClassVar = {
        "en": "{path} carries the stamp of another desk or of another sheet of this one; nothing was read "
        "or written. Put the right file back, or build this sheet again with `sheetdesk build`.",
        "zh": "{path} 带有另一个工单台或另一张表的标记，未读取也未写入。"
        "请放回正确的文件，或用 `sheetdesk build` 重新生成。",
    }


class SheetUnrecognised(SheetError):
    exit_code = 1
    words: ClassVar = {
        "en": "{path}: '{what}' cannot be found in it; nothing was read or written. Put the tab and its "
        "header row back, or restore an older copy of the file.",
        "zh": "{path}：找不到“{what}”，未读取也未写入。请恢复该工作表及其标题行，或还原较早的副本。",
    }


class SheetUnknown(SheetError):
    exit_code = 2
    words: ClassVar = {
        "en": "No sheet '{name}'{hint}. Known: {known}. `sheetdesk build` makes one.",
        "zh": "没有名为“{name}”的表{hint}。已有：{known}。可用 `sheetdesk build` 生成。",
    }

    def __init__(self, name: str, known: Sequence[str]) -> None:
        like = near(name, known)
        super().__init__(name=name, hint=f" ({like}?)" if like else "", known=", ".join(known) or "-")


class SheetBusy(SheetError):
    exit_code = 1
    words: ClassVar = {
        "en": "{path} is being saved right now. Run this again in a moment.",
        "zh": "{path} 正在被保存。请稍后重新运行。",
    }


class TabTangled(SheetError):
    exit_code = 1
    words: ClassVar = {
        "en": "Tab '{tab}' cannot be brought up to date: {reason}. It was left as it is; to get it anew, "
        "move what leans on it, then sync again.",
        "zh": "无法更新“{tab}”页：{reason}。该页保持原样；如需更新，请移开依赖它的内容，再重新同步。",
    }


class PackageBroken(SheetError):
    words: ClassVar = {
        "en": "{path} is not a whole .xlsx: {reason}. Ask for the file again, or open and save it once.",
        "zh": "{path} 不是完整的 .xlsx：{reason}。请重新获取该文件，或打开后另存一次。",
    }


class PatchRefused(SheetError):
    exit_code = 1
    words: ClassVar = {
        "en": "{part} was not changed: {reason}. Nothing in the file was touched; change that place by hand.",
        "zh": "{part} 未作修改：{reason}。文件未被改动，请手动修改该处。",
    }


class SyncRunning(SheetdeskError):
    words: ClassVar = {
        "en": "Another sync of this desk is still running after {wait} s; nothing was done. It will do the "
        "work, or run this again.",
        "zh": "本工单台的另一次同步 {wait} 秒后仍在运行，未作任何操作。它会完成工作，或请稍后重试。",
    }


class ConflictUnknown(SheetdeskError):
    exit_code = 2
    words: ClassVar = {
        "en": "{row} has no open conflict in '{column}'. `sheetdesk sync --dry-run` lists those there are.",
        "zh": "{row} 的“{column}”没有待裁定的冲突。`sheetdesk sync --dry-run` 可列出现有的。",
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
        "en": "The store {path} cannot be used: {reason}. Check that it can be reached and written, and "
        "that its disk is not full.",
        "zh": "无法使用存储 {path}：{reason}。请检查能否访问、是否可写、磁盘是否已满。",
    }


class StoreOnNetwork(StoreError):
    words: ClassVar = {
        "en": "The store {path} lies on a network drive ({kind}), where its file would be damaged sooner or "
        "later. Name a file on this machine or a PostgreSQL database with `store:` in the desk file, or in "
        "SHEETDESK_STORE.",
        "zh": "存储 {path} 位于网络磁盘（{kind}），文件迟早会损坏。"
        "请在工单台文件的 `store:` 或环境变量 SHEETDESK_STORE 中指定本机文件或 PostgreSQL 数据库。",
    }


class StoreAddressInvalid(StoreError):
    exit_code = 2
    words: ClassVar = {
        "en": "{address} is no address of a store. Write `store:` as a path, or as "
        "postgresql://USER:${{PASSWORD}}@HOST/DATABASE?desk=NAME with a NAME of small letters, digits and _.",
        "zh": "{address} 不是有效的存储地址。`store:` 应为路径，或 "
        "postgresql://USER:${{PASSWORD}}@HOST/DATABASE?desk=NAME，其中 NAME 由小写字母、数字和 _ 组成。",
    }


class StoreVariableUnset(StoreError):
    exit_code = 2
    words: ClassVar = {
        "en": "The store's address asks for the environment variable {name}, which is not set. Set it, then "
        "run this again.",
        "zh": "存储地址用到环境变量 {name}，但它没有设置。请设置后重新运行。",
    }


class StoreDriverMissing(StoreError):
    words: ClassVar = {
        "en": "A store in PostgreSQL needs a driver that is not installed. Run "
        "`pip install 'sheetdesk[postgres]'`.",
        "zh": "使用 PostgreSQL 存储需要安装驱动程序。请运行 `pip install 'sheetdesk[postgres]'`。",
    }


class VersionUnknown(StoreError):
    words: ClassVar = {
        "en": "The store cannot tell how version {version} was. It knows {first} to {last}.",
        "zh": "存储无法还原版本 {version}，已知的版本为 {first} 至 {last}。",
    }


class HeadUnreadable(StoreError):
    exit_code = 2
    words: ClassVar = {
        "en": "Line {line} of {path} is no head of a journal. Give a file that "
        "`sheetdesk verify --write-head` wrote.",
        "zh": "{path} 第 {line} 行不是日志链头。请给出 `sheetdesk verify --write-head` 写的文件。",
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


class ChannelError(SheetdeskError):
    pass


class ChannelInvalid(ChannelError):
    exit_code = 2
    words: ClassVar = {
        "en": "The channel '{channel}' cannot be used: {reason}. Mend `channels:` or what it names.",
        "zh": "无法使用通知渠道“{channel}”：{reason}。请改正 `channels:` 或其引用的内容。",
    }


class ChannelRefused(ChannelError):
    words: ClassVar = {
        "en": "The channel '{channel}' did not take a message: {reason}. Trying again would not help.",
        "zh": "通知渠道“{channel}”拒收消息：{reason}。重试无用。",
    }


class ChannelUnreachable(ChannelError):
    words: ClassVar = {
        "en": "The channel '{channel}' cannot be reached now: {reason}. The message is still to be sent.",
        "zh": "通知渠道“{channel}”暂时不通：{reason}。消息留待重发。",
    }

    def __init__(self, channel: str, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(channel=channel, reason=reason)
        self.retry_after_s = retry_after_s


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
