"""Errors of a desk file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sheetdesk.errors.tree import SheetdeskError, near

__all__ = [
    "Complaint",
    "CountryUnknown",
    "DeskError",
    "DeskInvalid",
    "DeskNotFound",
    "FolderTaken",
    "TemplateUnknown",
    "UpgradeNeeded",
]

SHOWN_STEPS = 5


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
