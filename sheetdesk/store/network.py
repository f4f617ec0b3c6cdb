"""Whether a file lies on a network file system, where SQLite's locks cannot be trusted.

Linux is read from /proc/self/mountinfo (proc(5)). Windows' drive types are asked for but were never
tried on a real share; on other systems nothing is detected.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

__all__ = ["network_kind", "network_mount"]

KINDS = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "fuse.ceph", "glusterfs",
    "fuse.glusterfs", "lustre", "gpfs", "beegfs", "davfs", "fuse.sshfs", "fuse.gvfsd-fuse", "fuse.rclone",
    "fuse.davfs2", "fuse.s3fs", "fuse.gcsfuse", "fuse.curlftpfs", "fuse.smbnetfs",
})  # fmt: skip
REMOTE_DRIVE = 4
"""What GetDriveTypeW says of a network drive."""


def network_kind(path: Path) -> str | None:
    """The kind of network file system that holds `path`, or None."""
    whole = path.resolve()
    if sys.platform == "win32":
        import ctypes

        if str(whole).startswith("\\\\"):
            return "UNC"
        return "remote" if ctypes.windll.kernel32.GetDriveTypeW(whole.anchor) == REMOTE_DRIVE else None
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    return network_mount(mounts, str(whole))


def network_mount(mounts: str, path: str) -> str | None:
    """The kind of network file system that holds `path`, by the text of a mountinfo, or None.

    Of two mounts on one folder the later covers the earlier.
    """
    deepest, kind, source = -1, "", ""
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        fields, last = before.split(" "), after.split(" ")
        if not dash or len(fields) < 5 or len(last) < 2:
            continue
        point = _unescaped(fields[4])
        holds = path == point or path.startswith(point.rstrip("/") + "/")
        if holds and len(point) >= deepest:
            deepest, kind, source = len(point), last[0], last[1]
    # davfs2 and others mount as plain `fuse`, with the address they reach as the source.
    return kind if kind in KINDS or (kind == "fuse" and "://" in source) else None


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), text)
