"""What a database says went wrong, and what that means in Chinese."""

from __future__ import annotations

import sqlalchemy as sa

from sheetdesk.errors import Cause

__all__ = ["said"]

SQLITE = {
    "attempt to write a readonly database": "它是只读的",
    "database disk image is malformed": "文件已损坏",
    "database is locked": "它正被另一个程序占用",
    "database or disk is full": "磁盘已满",
    "database schema has changed": "其结构刚被另一个程序改动",
    "disk I/O error": "磁盘读写出错",
    "file is not a database": "该文件不是 SQLite 数据库",
    "locking protocol": "无法取得文件锁",
    "unable to open database file": "无法打开文件",
}
"""SQLite's own sentences (its sqlite3_errstr), which are never translated."""


def said(error: sa.exc.DBAPIError) -> Cause:
    """The first line of what the database said: further ones may quote the values of a row."""
    first = str(error.orig).strip().split("\n", maxsplit=1)[0]
    return Cause.retold(first, SQLITE.get(first, f"“{first}”"))
