"""The work of the service: events taken up, turns saved, commands sent, what can be mended by hand.

In: nothing. Out: a part of the store's port. Never: an implementation.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.ports.answers import Later
from bot.records import Accepted, Claim, ClaimedCommand, Event, Letter, Outcome, Pause, Vitals, Work


class WorkStore(Protocol):
    """A part of the store; every method is one transaction."""

    async def accept(self, event: Event) -> Accepted:
        """Keep an event, unless it is known. Raises `StoreDown` or `Overloaded`."""

    async def claim(self, now: datetime, limit: int) -> Sequence[Claim]:
        """Lease up to `limit` ready lanes, oldest first."""

    async def load(self, claim: Claim, beside: frozenset[str] = frozenset()) -> Work:
        """Read all that a turn needs; as its `offers` the items `beside` those that it is about."""

    async def save(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """Apply an outcome and free the lane. False: the lease or the conversation's version is no longer ours, nothing
        was written and the lane will come up again."""

    async def save_to_send(
        self, claim: Claim, outcome: Outcome, now: datetime, channels: Collection[str]
    ) -> Sequence[ClaimedCommand] | None:
        """The same, and lease what the caller can send at once: the first answer in a lane where nothing waits, for one
        of these channels, after the same last look as at a claim. None: not saved."""

    async def claim_commands(self, now: datetime, limit: int, channels: Collection[str]) -> Sequence[ClaimedCommand]:
        """Lease the heads of up to `limit` sending lanes of these channels, after a last look: a bot's message in a
        conversation that a human holds is cancelled, a nudge for an order no longer unpaid too; when paused, bot
        commands wait; past its deadline a command is not sent: a reply that surely never arrived is decided anew, with
        those behind it that were not tried yet; anything else is `expired`."""

    async def mark_sent(self, claimed: ClaimedCommand, now: datetime) -> bool:
        """Record one success; False if the lease was lost."""

    async def mark_retry(self, claimed: ClaimedCommand, due: datetime, later: Later) -> bool:
        """Try again later."""

    async def mark_dead(self, claimed: ClaimedCommand, error: str) -> bool:
        """Give up for good; visible to people, and the lane goes on."""

    async def set_paused(self, paused: bool, now: datetime, by: str | None = None) -> None:
        """The kill switch over everything automatic; survives restarts. Who switches to what it is already changes
        nothing."""

    async def pause(self) -> Pause:
        """How the kill switch stands."""

    async def letters(self, limit: int, before: str | None = None) -> Sequence[Letter]:
        """What did not arrive, newest first; only what is older than the command `before`, if one is named."""

    async def retry_letter(self, command_id: str, now: datetime) -> bool:
        """Put a letter back into its lane, under its id, due now, its deadline anew; a nudge's line is `sending` again.
        The last look before a send is taken as ever. False: no such letter."""

    async def drop_letter(self, command_id: str, now: datetime) -> bool:
        """Settle a letter as `dropped`, its nudge's line as cancelled. False: no such letter."""

    async def vitals(self, now: datetime) -> Vitals:
        """How the work stands; cheap, however much is stored."""
