"""What a desk lets the machine do by itself: who gets tickets, how people are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Assignment", "ChannelSpec", "Telling", "TroubleTelling"]


@dataclass(frozen=True)
class ChannelSpec:
    """A way to tell people. `kind` names a file of `channels/`, `settings` are that kind's.

    A setting may hold `${NAME}`, taken from the environment, or be `keyring:SERVICE/USER`: what it
    stands for is looked up when something is sent, and kept nowhere.
    """

    key: str
    kind: str
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class TroubleTelling:
    """When a sheet that cannot be synced is told of: after so many minutes, or `times` in a row where that is
    not 0; of one that is merely open after `pending_min` minutes. `to` are roles, people and `channel:KEY`;
    nobody: whoever is told that nobody can take a ticket.
    """

    after_min: float = 15
    times: int = 0
    pending_min: float = 480
    to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Telling:
    """How people are told. `quiet`: what is not urgent waits for a person's working hours.

    `digest_min` is how many minutes apart one person's messages are at least; `default` the channel of
    people without an address that a channel takes; `attempts` after which a message is given up.
    """

    quiet: bool = True
    digest_min: float = 0
    default: str = ""
    attempts: int = 8
    trouble: TroubleTelling = TroubleTelling()


@dataclass(frozen=True)
class Assignment:
    """How owners are chosen. `absent`: whose tickets go to others when their owner is away: nobody's
    (`keep`), those that a rule assigned (`rules`), or all (`all`).

    `sticky_days`: so long a requester's next ticket rather goes to the same owner, 0 for never. `alert`: the
    role or person who is told that nobody can take a ticket; "" for the first role.
    """

    absent: Literal["keep", "rules", "all"] = "keep"
    sticky_days: float = 30
    alert: str = ""
