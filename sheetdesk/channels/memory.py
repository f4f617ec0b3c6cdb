"""Messages kept in a list, for tests and for trying a desk out: nobody is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from sheetdesk.channels.base import Kind, Message

__all__ = ["KIND", "Memory"]


@dataclass(frozen=True)
class Memory:
    """What was sent, in order, and kept by nobody else."""

    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.sent.append(message)


KIND = Kind(required={}, optional={}, opened=lambda _: Memory())
