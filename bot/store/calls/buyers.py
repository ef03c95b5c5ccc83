"""What is remembered of a buyer, and how it is forgotten.

In: values and times. Out: values. Never: a row, a connection.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from bot.core.buyer import Buyer
from bot.ports import Counts
from bot.sheets import Sheet
from bot.store import sql_buyers, sql_card, sql_erase, sql_export
from bot.store.calls.base import Calls


class BuyerCalls(Calls):
    """`ports.BuyerStore`."""

    async def buyer(self, buyer_id: str) -> Buyer | None:
        return await self._read(partial(sql_buyers.file_of, one=buyer_id))

    async def sheet(self, buyer_id: str) -> Sheet:
        return await self._read(partial(sql_card.sheet, one=buyer_id))

    async def tag_buyer(self, buyer_id: str, tag: str, on: bool, by: str, now: datetime) -> None:
        await self._writer.run(partial(sql_buyers.tag, one=buyer_id, name=tag, on=on, by=by, now=now))

    async def export_buyer(self, buyer_id: str) -> Mapping[str, object] | None:
        return await self._read(partial(sql_export.export, one=buyer_id))

    async def traces_of(self, buyer_id: str) -> Counts:
        return await self._read(partial(sql_erase.traces, one=buyer_id))

    async def erase_buyer(self, buyer_id: str, now: datetime) -> Counts:
        return await self._writer.run(partial(sql_erase.erase, one=buyer_id, now=now))
