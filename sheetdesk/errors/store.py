"""Errors of the desk's store."""

from __future__ import annotations

from typing import ClassVar

from sheetdesk.errors.tree import SheetdeskError

__all__ = [
    "HeadUnreadable",
    "StoreAddressInvalid",
    "StoreDriverMissing",
    "StoreError",
    "StoreMoved",
    "StoreOnNetwork",
    "StoreUnreadable",
    "StoreVariableUnset",
    "VersionUnknown",
]


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
