"""What was said in conversations, and what is on its way.

In: nothing. Out: a part of the store's port. Never: an implementation.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from bot.core.model import Conversation, Item, Order
from bot.core.pictures import Picture
from bot.records import Spoken, Unsent
from bot.sheets import Hit, Sought, Traced


class TalkStore(Protocol):
    """A part of the store; every method is one transaction."""

    async def words_of(self, command_id: str) -> str | None:
        """The text of a command as it waits or was sent; None where there is none (any more)."""

    async def noted(self, command_id: str) -> tuple[str, str] | None:
        """The order and the line of a note as it was made; None where there is none (any more)."""

    async def talk(self, channel: str, conversation_id: str) -> Conversation | None:
        """One conversation as it is now."""

    async def unsent(self, channel: str, conversation_id: str) -> Sequence[Unsent]:
        """What is said in a conversation and has not arrived, the first first."""

    async def coming(self, channel: str, conversation_id: str) -> Sequence[Spoken]:
        """What the buyer wrote that no worker has taken up yet, the first first; without numbers."""

    async def last_words(self, places: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Spoken]:
        """What the buyer said last in each of some conversations (channel, id)."""

    async def transcript(self, channel: str, conversation_id: str, after: int = 0) -> Sequence[Spoken]:
        """Lines after a sequence number, oldest first: what was received and what was sent."""

    async def traced(self, channel: str, conversation_id: str, last: int) -> Sequence[Traced]:
        """The last so many lines of a conversation, oldest first, each with its turn."""

    async def search(self, sought: Sought) -> Sequence[Hit]:
        """Where something is found: by numbers and names (exact, or as a beginning) unless `before` is given, then by
        words, the newest line first."""

    async def keep_picture(self, picture: Picture) -> None:
        """Keep a buyer's picture; one that is there under its id already stays."""

    async def picture(self, picture_id: str) -> Picture | None:
        """One picture."""

    async def cards(self, channel: str, ids: Collection[str]) -> Mapping[str, Item | Order]:
        """By message id: what the cards among these messages show, as it is stored now; without those whose event has
        been pruned or erased."""
