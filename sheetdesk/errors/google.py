"""Errors of Google Sheets: what was asked, what Google said of it, and who can mend it."""

from __future__ import annotations

from typing import ClassVar

from sheetdesk.errors.cause import Cause
from sheetdesk.errors.sheet import SheetError

__all__ = [
    "AnswerUnreadable", "ApiDisabled", "CellProtected", "CellsExhausted", "CredentialsMissing",
    "CredentialsRefused", "CredentialsUnreadable", "DeskUnfit", "DriveFull", "GoogleError", "GoogleRefused",
    "GoogleUnreachable", "GridExceeded", "QuotaSpent", "SandboxAddressInvalid", "SheetUnanswered",
    "SpreadsheetMissing", "SpreadsheetNotShared", "SpreadsheetUnfit", "TextTooLong", "ZoneUnknown",
]  # fmt: skip


class GoogleError(SheetError):
    def __init__(self, *, reason: Cause | None = None, **facts: object) -> None:
        super().__init__(**facts, **({} if reason is None else {"reason": reason}))


class SheetUnanswered(GoogleError):
    words: ClassVar = {
        "en": "Google did not say whether a change to spreadsheet {sheet} was made: {reason}. It was not "
        "sent again; the next sync reads what stands there.",
        "zh": "Google 未说明对电子表格 {sheet} 的改动是否完成：{reason}。没有重发；下次同步会先读取现状。",
    }


class GoogleUnreachable(GoogleError):
    words: ClassVar = {
        "en": "Google cannot be reached: {reason} ({tries} tries). Check the network, then run this again.",
        "zh": "无法连接 Google：{reason}（已尝试 {tries} 次）。请检查网络后重新运行。",
    }


class AnswerUnreadable(GoogleError):
    words: ClassVar = {
        "en": "What answered in Google's place is not Google: {reason}. Check for a proxy or a sign-in page "
        "of the network.",
        "zh": "应答的不是 Google：{reason}。请检查代理或网络登录页。",
    }


class QuotaSpent(GoogleError):
    words: ClassVar = {
        "en": "Google's quota is spent ({quota}) and did not come back within {waited} s. Sync less often, "
        "or spread the desks over several service accounts.",
        "zh": "Google 的配额已用完（{quota}），{waited} 秒内未恢复。"
        "请降低同步频率，或把工单台分给多个服务帐号。",
    }

    def __init__(self, quota: Cause, waited: int, retry_after_s: float | None = None) -> None:
        super().__init__(quota=quota, waited=waited)
        self.retry_after_s = retry_after_s


class CredentialsMissing(GoogleError):
    exit_code = 2
    words: ClassVar = {
        "en": "Nothing says who sheetdesk is to Google. Set SHEETDESK_GOOGLE_CREDENTIALS to the key file of "
        "a service account, or sign in with: sheetdesk sign-in CLIENT.json.",
        "zh": "没有登录 Google 的凭据。请把环境变量 SHEETDESK_GOOGLE_CREDENTIALS 设为服务帐号的密钥文件，"
        "或运行 sheetdesk sign-in CLIENT.json 登录。",
    }


class CredentialsUnreadable(GoogleError):
    exit_code = 2
    words: ClassVar = {
        "en": "{path} cannot be used as credentials: {reason}. Make a new key of the service account in the "
        "Google Cloud console and name its JSON file.",
        "zh": "{path} 不能用作凭据：{reason}。"
        "请在 Google Cloud 控制台为服务帐号新建密钥，并指定其 JSON 文件。",
    }


class SignInFailed(GoogleError):
    exit_code = 2
    words: ClassVar = {
        "en": "Nobody was signed in by {path}: {reason}. It has to be the JSON file of an OAuth client of "
        'the type "Desktop app", from https://console.cloud.google.com/apis/credentials.',
        "zh": "未能用 {path} 登录：{reason}。它应是“桌面应用”类型的 OAuth 客户端的 JSON 文件，"
        "可在 https://console.cloud.google.com/apis/credentials 下载。",
    }


class CredentialsRefused(GoogleError):
    exit_code = 2
    words: ClassVar = {
        "en": "Google does not accept the credentials{account}: {reason}. Make a new key, or sign in again.",
        "zh": "Google 不接受该凭据{account}：{reason}。请新建密钥或重新登录。",
    }

    def __init__(self, account: str, reason: Cause) -> None:
        super().__init__(account=f" ({account})" if account else "", reason=reason)


class ApiDisabled(GoogleError):
    exit_code = 2
    words: ClassVar = {
        "en": "{service} is not enabled in the Google Cloud project. Open {link}, enable it, wait a few "
        "minutes, then run this again.",
        "zh": "Google Cloud 项目未启用 {service}。请打开 {link} 启用，几分钟后重新运行。",
    }


class SpreadsheetMissing(GoogleError):
    exit_code = 2
    words: ClassVar = {
        "en": "No spreadsheet {sheet} at Google. Check the id in its address, and that it was not deleted.",
        "zh": "Google 上没有电子表格 {sheet}。请检查网址中的编号，以及它是否已被删除。",
    }


class SpreadsheetNotShared(GoogleError):
    exit_code = 1
    words: ClassVar = {
        "en": "Spreadsheet {sheet} is not shared with {account}. Share it with that address as an editor, "
        "then run this again.",
        "zh": "电子表格 {sheet} 没有共享给 {account}。请把它以“编辑者”共享给该地址，再重新运行。",
    }


class SpreadsheetUnfit(GoogleError):
    exit_code = 2
    words: ClassVar = {
        "en": "{sheet} is no Google spreadsheet, or does not allow this: {reason}. An Excel file has to be "
        "saved as a Google spreadsheet first (File, Save as Google Sheets).",
        "zh": "{sheet} 不是 Google 电子表格，或不支持此操作：{reason}。"
        "Excel 文件须先另存为 Google 表格（文件，保存为 Google 表格）。",
    }


class DeskUnfit(GoogleError):
    exit_code = 2
    words: ClassVar = {
        "en": "The desk asks for something that a Google spreadsheet cannot have; nothing was changed: "
        "{reason} Change the desk file, or keep this sheet as an .xlsx.",
        "zh": "工单台要求的内容 Google 电子表格无法实现，未作任何修改：{reason}"
        "请修改工单台文件，或改用 .xlsx 表。",
    }


class ZoneUnknown(GoogleError):
    exit_code = 1
    words: ClassVar = {
        "en": "The spreadsheet is in time zone {zone}, which this machine does not know; nothing was read or "
        "written. Choose another under File, Settings, before the sheet is published.",
        "zh": "电子表格的时区 {zone} 在本机上未知，未读取也未写入。请在发布前于“文件 → 设置”中另选时区。",
    }


class DriveFull(GoogleError):
    exit_code = 1
    words: ClassVar = {
        "en": "{account} has no room for a file in Google Drive. Make an empty spreadsheet yourself, share "
        "it with that address as an editor and name it in the desk file.",
        "zh": "{account} 在 Google 云端硬盘中没有空间。请自己新建空白电子表格，以“编辑者”共享给该地址，"
        "并写入工单台文件。",
    }


class GoogleRefused(GoogleError):
    """Google will not do this, now or later. `request` is the place in the batch (or None), `kind` what
    it asked for there, `status` Google's word (`INVALID_ARGUMENT`).
    """

    words: ClassVar = {
        "en": "Google refused a change to spreadsheet {sheet}; nothing of it was made: {reason}. Run "
        "`sheetdesk sync` again; if it says the same, report it.",
        "zh": "Google 拒绝了对电子表格 {sheet} 的改动，未作任何修改：{reason}。"
        "请再运行 `sheetdesk sync`；若仍如此，请反馈。",
    }

    def __init__(
        self, sheet: str, reason: Cause, *, status: str = "", request: int | None = None, kind: str = ""
    ) -> None:
        super().__init__(sheet=sheet, reason=reason)
        self.status, self.request, self.kind = status, request, kind


class CellProtected(GoogleRefused):
    exit_code = 1
    words: ClassVar = {
        "en": "A range of spreadsheet {sheet} is protected against sheetdesk; nothing was changed: {reason}. "
        "Its owner has to add sheetdesk's address to those who may edit it.",
        "zh": "电子表格 {sheet} 有受保护的区域不允许 sheetdesk 编辑，未作任何修改：{reason}。"
        "请所有者把 sheetdesk 的地址加入可编辑者。",
    }


class CellsExhausted(GoogleRefused):
    exit_code = 1
    words: ClassVar = {
        "en": "Spreadsheet {sheet} would hold more than Google's 10,000,000 cells; nothing was changed: "
        "{reason}. Delete tabs, or empty rows and columns.",
        "zh": "电子表格 {sheet} 将超过 Google 的 1000 万单元格上限，未作任何修改：{reason}。"
        "请删除多余的工作表或空行空列。",
    }


class TextTooLong(GoogleRefused):
    exit_code = 1
    words: ClassVar = {
        "en": "A cell of spreadsheet {sheet} would hold more than Google's 50,000 characters; nothing was "
        "changed: {reason}. Shorten the text of that ticket.",
        "zh": "电子表格 {sheet} 有单元格将超过 Google 的 50000 字符上限，未作任何修改：{reason}。"
        "请缩短该工单的文字。",
    }


class GridExceeded(GoogleRefused):
    exit_code = 1
    words: ClassVar = {
        "en": "Spreadsheet {sheet} has fewer rows or columns than a change needs; nothing was changed: "
        "{reason}. Somebody removed some meanwhile; run this again.",
        "zh": "电子表格 {sheet} 的行列数少于所需，未作任何修改：{reason}。期间有人删除了行或列，请重新运行。",
    }


class SandboxAddressInvalid(GoogleError):
    exit_code = 2
    words: ClassVar = {
        "en": "{address} is no address of a sandbox. It has to be on this machine, like "
        "http://127.0.0.1:8765.",
        "zh": "{address} 不是沙盒的地址。它须在本机上，例如 http://127.0.0.1:8765。",
    }
