"""Conversations that are people's matter, and who is there for them.

In: nothing. Out: a part of the store's port. Never: an implementation.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.acts import Act, Candidate, Staffing
from bot.core.model import Conversation, Presence
from bot.ports.answers import Counts
from bot.records import Command


class FloorStore(Protocol):
    """A part of the store; every method is one transaction."""

    async def waiting(self, groups: Collection[str] | None = None) -> Sequence[Conversation]:
        """Queued conversations that no hand-off command was issued for yet, hottest and oldest first, a few hundred at
        most; of these groups only, if any are named."""

    async def announce(self, conversation: Conversation, command: Command, now: datetime) -> bool:
        """Issue the hand-off command of a waiting conversation, once."""

    async def lapsed(self, now: datetime) -> Sequence[Conversation]:
        """Conversations in which a reply or a hand-off did not arrive (too late, refused) and nobody has seen to it
        yet; a refused hand-off counts after a minute."""

    async def see_to(self, conversation: Conversation, now: datetime) -> bool:
        """Save a lapsed conversation as seen to. False: it has changed meanwhile and will come up again."""

    async def act(self, act: Act, now: datetime) -> bool:
        """Apply what people or the routing do. False: the conversation has moved on, or it was done before."""

    async def with_people(self) -> Sequence[Conversation]:
        """Conversations that are people's matter: queued ones, and those that a human holds in which the buyer waits or
        that are somebody's."""

    async def staffing(self) -> Staffing:
        """Who is there and how much each has to do."""

    async def restless(self, now: datetime, here: Collection[str]) -> Sequence[Candidate]:
        """Conversations that the routing must look at: whose buyer waits and whose owner is none of those `here`, then
        those whose time has come; a few hundred at most."""

    async def heads(self, groups: Collection[str], room: int) -> Sequence[Candidate]:
        """The first `room` in these groups' queues that nobody has, hottest and oldest first; a few hundred at most."""

    async def issued(self, command_id: str) -> bool:
        """Whether a command was ever put into the outbox."""

    async def is_speaking(self, lane: str, message_id: str, text: str, now: datetime) -> bool:
        """Whether a word of the bot's is on its way in a lane, or due there, other than that message."""

    async def open_talks(self, group: str | None = None, agent: str | None = None) -> Sequence[Conversation]:
        """Conversations that are people's now, of one group or agent if that is named. All that are somebody's and all
        that a human holds and whose buyer waits; then of those that nobody has the hottest and oldest in the queue, and
        those that are looked after by time, a thousand at most of these together."""

    async def ahead(self, conversation: Conversation, groups: Collection[str]) -> int:
        """How many wait before it in the queues of these groups."""

    async def calls(self, since: datetime, until: datetime) -> Counts:
        """By reason: how often a conversation was given to people's queue from `since` on and before `until`."""

    async def presence(self) -> Sequence[Presence]:
        """The agents' latest states."""
