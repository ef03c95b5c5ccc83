"""The shop's goods and orders, as they were told last.

In: nothing. Out: a part of the store's port. Never: an implementation.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.model import Item, Order
from bot.ports.answers import Kept


class ShopStore(Protocol):
    """A part of the store; every method is one transaction."""

    async def import_snapshots(
        self, items: Sequence[Item], orders: Sequence[Order], told: Callable[[int], None] | None = None
    ) -> Kept:
        """Store a whole file's snapshots, all or nothing; older snapshots than the stored ones are ignored. `told`
        hears, on the store's thread, how many have been written so far, now and then."""

    async def find(self, item_id: str | None, order_id: str | None) -> tuple[Item | None, Order | None]:
        """One item and one order as stored."""

    async def catalogue(self, item_id: str | None = None) -> Sequence[Item]:
        """All items as stored, by id; or the one."""

    async def asked(
        self, since: datetime, intents: Collection[str], item_id: str | None = None
    ) -> Mapping[str, Mapping[tuple[str, ...], int]]:
        """By item: which attributes' words buyers asked of it in turns of these intents, and in how many
        conversations; of all items or the one."""

    async def orders_of(self, buyer_id: str) -> Sequence[Order]:
        """A buyer's orders, newest first, as many as a turn is shown."""
