"""What is remembered of a buyer, and how it is forgotten.

In: nothing. Out: a part of the store's port. Never: an implementation.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.core.buyer import Buyer
from bot.ports.answers import Counts
from bot.sheets import Sheet


class BuyerStore(Protocol):
    """A part of the store; every method is one transaction."""

    async def buyer(self, buyer_id: str) -> Buyer | None:
        """A buyer's file; None where nothing is remembered."""

    async def sheet(self, buyer_id: str) -> Sheet:
        """All that an agent is shown of a buyer, in one snapshot."""

    async def tag_buyer(self, buyer_id: str, tag: str, on: bool, by: str, now: datetime) -> None:
        """Set a tag, or take it off, as an agent; no rule undoes either."""

    async def export_buyer(self, buyer_id: str) -> Mapping[str, object] | None:
        """Everything that is stored about a buyer, as plain JSON; None where that is nothing."""

    async def traces_of(self, buyer_id: str) -> Counts:
        """How many rows of each kind `erase_buyer` would empty or cancel now."""

    async def erase_buyer(self, buyer_id: str, now: datetime) -> Counts:
        """Forget a buyer: the file goes, words, names, phones and addresses are emptied, what waits is cancelled. Ids
        and states stay, so that nothing is taken up or sent twice."""
