"""Why something went wrong, as part of an error's sentence, in both languages."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

__all__ = ["Cause"]


@dataclass(frozen=True)
class Cause:
    """A half sentence of our own, or what somebody else said. As a text it is English."""

    en: str
    zh: str

    @classmethod
    def quoted(cls, text: str) -> Cause:
        """What somebody else said, as it was said."""
        return cls(text, f"“{text}”")

    @classmethod
    def retold(cls, said: object, zh: str) -> Cause:
        """What a library said in English, and what that means in Chinese."""
        return cls(str(said), zh)

    @classmethod
    def of_system(cls, error: OSError) -> Cause:
        """What the system said of a file; in Chinese the usual ones in words of our own."""
        said = error.strerror or str(error)
        return cls(said, SYSTEM.get(error.errno or 0, f"“{said}”"))

    @classmethod
    def joined(cls, causes: Iterable[Cause]) -> Cause:
        """Several in a row."""
        found = list(causes)
        return cls("; ".join(cause.en for cause in found), "；".join(cause.zh for cause in found))

    def __add__(self, more: Cause) -> Cause:
        """Both, one right behind the other."""
        return replace(self, en=self.en + more.en, zh=self.zh + more.zh)

    def say(self, locale: str) -> str:
        """The words in a language (`zh`, `zh-CN`), English where it has none."""
        return self.zh if locale.split("-", maxsplit=1)[0] == "zh" else self.en

    def __str__(self) -> str:
        return self.en


SYSTEM: Mapping[int, str] = {
    errno.EACCES: "没有访问权限",
    errno.EPERM: "操作不被允许",
    errno.ENOENT: "文件不存在",
    errno.EISDIR: "它是文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EBUSY: "文件正被占用",
    errno.EIO: "磁盘读写出错",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的",
    errno.EMFILE: "打开的文件太多",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接互相指向，没有尽头",
    errno.ESTALE: "网络磁盘上的文件已不在",
    errno.ETIMEDOUT: "等待超时",
}
"""How Chinese systems tell of what goes wrong with files."""
