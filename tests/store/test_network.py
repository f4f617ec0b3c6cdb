"""A store on a network file system is refused, by what the system says of its mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetdesk.errors import StoreOnNetwork
from sheetdesk.store import engine
from sheetdesk.store.network import network_kind, network_mount
from sheetdesk.store.store import open_store

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home rw - nfs4 server:/home rw,vers=4.2
31 30 8:2 / /home/ann/local rw - xfs /dev/sdb1 rw
32 22 0:41 / /mnt/team\040drive rw shared:9 master:2 - cifs //server/team rw
33 22 0:42 / /mnt/auto rw - autofs systemd-1 rw
34 33 0:43 / /mnt/auto rw - nfs server:/auto rw
35 22 0:44 / /mnt/dav rw - fuse https://cloud.example/dav rw
36 22 0:45 / /mnt/usb rw - fuse /dev/sdc1 rw
37 22 0:46 / /mnt/ssh rw - fuse.sshfs ann@host: rw
38 22 0:47 / /mnt/ssh2 rw - overlay overlay rw
39 22 0:48 / /was/remote rw - nfs server:/x rw
40 22 8:3 / /was/remote rw - btrfs /dev/sdd rw
a line that is cut
41 22 0:49 / /cut -
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/desk.db", None), ("/srv/desk.db", None), ("/home/ann/desk.db", "nfs4"), ("/homes/desk.db", None),
        ("/home/ann/local/desk.db", None), ("/mnt/team drive/desk.db", "cifs"), ("/mnt/team", None),
        ("/mnt/auto/desk.db", "nfs"), ("/mnt/dav/desk.db", "fuse"), ("/mnt/usb/desk.db", None),
        ("/mnt/ssh/desk.db", "fuse.sshfs"), ("/mnt/ssh2/desk.db", None), ("/was/remote/desk.db", None),
        ("/cut/desk.db", None),
    ],
)  # fmt: skip
def test_the_deepest_and_latest_mount_decides(path: str, kind: str | None) -> None:
    assert network_mount(MOUNTS, path) == kind


def test_no_mounts_are_no_network() -> None:
    assert network_mount("", "/desk.db") is None


def test_a_local_folder_is_no_network(tmp_path: Path) -> None:
    assert network_kind(tmp_path / "desk.db") is None


def test_a_store_on_a_network_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "network_kind", lambda path: "nfs4")
    with pytest.raises(StoreOnNetwork, match=r"network drive \(nfs4\).*`store:` in the desk file"):
        open_store(tmp_path / "desk.db")
    assert list(tmp_path.iterdir()) == []
