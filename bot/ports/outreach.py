"""What the bot says of its own accord: nudges, their arms, offers to those who agreed.

In: nothing. Out: a part of the store's port. Never: an implementation.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.uplift import Enrolment
from bot.records import NOTHING_AHEAD, Command, DueNudges, Guest, Settled


class OutreachStore(Protocol):
    """A part of the store; every method is one transaction."""

    async def due_nudges(
        self, now: datetime, limit: int, *, ahead: timedelta = NOTHING_AHEAD, day: datetime | None = None
    ) -> Sequence[DueNudges]:
        """The `limit` longest due lines of the ledger, with what else is planned for their buyers up to `ahead` from
        now, and all that judging them needs as it is now. `day` is when the shop's day began: messages are counted from
        then on."""

    async def settle_nudges(self, move: Settled) -> bool:
        """Move planned lines on (sent, withheld, cancelled, or planned anew for later), and queue the commands in the
        same transaction. False: another process was faster, the order changed, or the buyer was told something."""

    async def enrolments(self, since: datetime, until: datetime) -> Sequence[Enrolment]:
        """Orders whose first nudge was queued to be sent, or withheld by the hold-out, from `since` on and before
        `until`, in that order; their payment as it is known now. What became of a nudge once it was queued (sent,
        cancelled at the last look, expired) moves no order to another arm and takes none out."""

    async def guests(self, after: str, limit: int) -> Sequence[Guest]:
        """Buyers who agreed to hear of offers, by id, behind the id `after`."""

    async def greet(self, commands: Sequence[Command]) -> int:
        """Queue those commands that were not queued before; how many."""
