"""What a setting stands for: `${NAME}` in the environment, `keyring:SERVICE/USER` in the keyring."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sheetdesk.errors import Cause, ChannelInvalid

__all__ = ["is_looked_up", "look_up"]

NAMED = re.compile(r"\$\{(\w+)\}")
KEYRING = "keyring:"


def is_looked_up(written: str) -> bool:
    """Whether a setting stands for something that is kept elsewhere."""
    return written.startswith(KEYRING) or NAMED.search(written) is not None


def look_up(channel: str, written: str, environment: Mapping[str, str]) -> str:
    """The setting as it is used, each `${NAME}` as it stands in `environment`. Raises ChannelInvalid."""
    if written.startswith(KEYRING):
        return _kept(channel, written.removeprefix(KEYRING))
    for name in NAMED.findall(written):
        if not environment.get(name):
            raise ChannelInvalid(
                channel=channel,
                reason=Cause(f"the environment variable {name} is not set", f"环境变量 {name} 没有设置"),
            )
    return NAMED.sub(lambda match: environment[match.group(1)], written)


def _kept(channel: str, place: str) -> str:
    """The password at SERVICE/USER; a service's own name may hold a slash."""
    service, _, user = place.rpartition("/")
    if not service or not user:
        raise ChannelInvalid(
            channel=channel,
            reason=Cause(
                "a password's place is written keyring:SERVICE/USER", "密码的位置应写成 keyring:服务/用户"
            ),
        )
    try:
        import keyring
        import keyring.errors
    except ImportError:
        reason = Cause(
            "reading the keyring needs `pip install 'sheetdesk[keyring]'`",
            "读取密钥环需要 `pip install 'sheetdesk[keyring]'`",
        )
        raise ChannelInvalid(channel=channel, reason=reason) from None
    try:
        password = keyring.get_password(service, user)
    except keyring.errors.KeyringError:
        password = None
    if not password:
        raise ChannelInvalid(
            channel=channel,
            reason=Cause(f"the keyring has no password at {place}", f"密钥环中没有 {place} 的密码"),
        )
    return password
