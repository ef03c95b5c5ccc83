"""What the shell needs beside the store: senders, bells, the accord of processes, the way out.

In: nothing. Out: protocols. Never: an implementation.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.ports.answers import Delivered, Later, Refused
from bot.records import ClaimedCommand, Command


class Sender(Protocol):
    """Sends what was leased where it was saved, for the channels that it carries."""

    @property
    def carries(self) -> Collection[str]:
        """Channels by name."""

    def has_room(self) -> bool:
        """Whether to hand over at all; what is handed over begins at once, even if many do so at one moment."""

    def take(self, leased: Sequence[ClaimedCommand]) -> None:
        """Start sending them."""


class Bell(Protocol):
    """Wakes whoever waits for work in this process; the rows stay the truth."""

    def ring(self, after: float = 0.0) -> None:
        """Say that there may be work, now or after some seconds."""

    async def wait(self, seconds: float) -> None:
        """Return at the next ring or after `seconds`."""


class Accord(Protocol):
    """What version of the operators' files is in use here, and what all processes have agreed on."""

    def is_behind(self) -> bool:
        """Whether others have gone on to a version that is not in use here yet."""

    async def reach(self, seq: int) -> None:
        """Return once the version of this line, or a later one, is in use here; or cannot be."""


class ChannelOut(Protocol):
    """The way out to buyers and agents."""

    async def send(self, command: Command, now: datetime) -> Delivered | Later | Refused:
        """Deliver one command; never raises for what the far side does."""
