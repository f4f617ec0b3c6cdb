"""Errors of a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from sheetdesk.errors.cause import Cause
from sheetdesk.errors.tree import SheetdeskError, near

__all__ = [
    "HeaderSorted",
    "PackageBroken",
    "PatchRefused",
    "SheetBusy",
    "SheetError",
    "SheetForeign",
    "SheetHasEdits",
    "SheetLocked",
    "SheetOnline",
    "SheetPublished",
    "SheetUnknown",
    "SheetUnreachable",
    "SheetUnrecognised",
    "TabTangled",
]


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


class SheetPublished(SheetError):
    exit_code = 1
    words: ClassVar = {
        "en": "The Google spreadsheet of sheet '{sheet}' shows this desk already. `sheetdesk sync` brings "
        "it up to date, `sheetdesk upgrade` follows a changed desk file.",
        "zh": "工作表“{sheet}”对应的 Google 电子表格已显示此工单台。"
        "更新内容请用 `sheetdesk sync`，工单台文件改动后请用 `sheetdesk upgrade`。",
    }


class SheetOnline(SheetError):
    exit_code = 2
    words: ClassVar = {
        "en": "{sheet} is a Google spreadsheet, and this makes or takes over a file. Name a file with `-o`; "
        "to take over a sheet that stands at Google, download it as .xlsx first.",
        "zh": "{sheet} 是 Google 电子表格，而此操作生成或接管的是文件。请用 `-o` 指定文件；"
        "如要接管 Google 上的表，请先下载为 .xlsx。",
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


class HeaderSorted(SheetUnrecognised):
    exit_code = 1
    words: ClassVar = {
        "en": "{path}: above the header of tab '{tab}', or in its place, there are tickets ({tickets}): it "
        "was sorted along with them. Nothing was read or written. Undo that sort, or move the header back up "
        "to row {row}.",
        "zh": "{path}：工作表“{tab}”的标题行之上或标题行的位置上出现了工单（{tickets}）：标题行被一起排序了。"
        "未读取也未写入。请撤销该排序，或把标题行移回第 {row} 行。",
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


class SheetUnreachable(SheetError):
    words: ClassVar = {
        "en": "{path} cannot be read or written: {reason}. Check the disk, then run this again.",
        "zh": "{path} 无法读取或写入：{reason}。请检查磁盘，然后重新运行。",
    }

    @classmethod
    def of(cls, error: OSError, address: str) -> SheetUnreachable:
        """What the system said of a file; of the sheet's at `address` where it named none."""
        return cls(path=error.filename or address, reason=Cause.of_system(error))


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
