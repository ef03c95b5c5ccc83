"""The shop's goods and orders, as they were told last.

In: values and times. Out: values. Never: a row, a connection.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from bot.core.model import Item, Order
from bot.ports import Kept
from bot.store import sql_goods, sql_import, sql_work
from bot.store.calls.base import Calls


class ShopCalls(Calls):
    """`ports.ShopStore`."""

    async def import_snapshots(
        self, items: Sequence[Item], orders: Sequence[Order], told: Callable[[int], None] | None = None
    ) -> Kept:
        rows = await asyncio.to_thread(sql_import.prepared, items, orders)
        return await self._writer.run(partial(sql_import.keep, rows=rows, told=told))

    async def find(self, item_id: str | None, order_id: str | None) -> tuple[Item | None, Order | None]:
        return await self._read(partial(sql_work.find, item_id=item_id, order_id=order_id))

    async def catalogue(self, item_id: str | None = None) -> Sequence[Item]:
        return await self._read(partial(sql_goods.catalogue, item_id=item_id))

    async def asked(
        self, since: datetime, intents: Collection[str], item_id: str | None = None
    ) -> Mapping[str, Mapping[tuple[str, ...], int]]:
        return await self._read(partial(sql_goods.asked, since=since, intents=intents, item_id=item_id))

    async def orders_of(self, buyer_id: str) -> Sequence[Order]:
        return await self._read(partial(sql_work.orders_of, one=buyer_id))
