"""The store: every call one transaction, writes through the one writer, reads each in a snapshot of its own.

In: values and times. Out: values. Never: a row, a connection or a database's own error.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from bot.newsroom import nobody
from bot.store import sql_inbox
from bot.store.batches import Batches
from bot.store.calls.buyers import BuyerCalls
from bot.store.calls.floor import FloorCalls
from bot.store.calls.notebooks import NotebookCalls
from bot.store.calls.outreach import OutreachCalls
from bot.store.calls.proof import ProofCalls
from bot.store.calls.shop import ShopCalls
from bot.store.calls.staff import StaffCalls
from bot.store.calls.talks import TalkCalls
from bot.store.calls.work import WorkCalls
from bot.store.engine import Engines, read

T = TypeVar("T")


class SqlStore(
    StaffCalls, WorkCalls, OutreachCalls, FloorCalls, NotebookCalls, TalkCalls, ShopCalls, BuyerCalls, ProofCalls
):  # fmt: skip
    """`ports.Store` over SQL. `longest` bounds how long a lane waits for a buyer to finish typing. `news` hears of each
    conversation's lane in which something was saved, after it was, and of what a buyer writes to a human."""

    def __init__(
        self, engines: Engines, new_id: Callable[[], str], longest: timedelta, news: Callable[[str], None] = nobody
    ) -> None:
        self._news = news
        self._engines = engines
        self._new_id = new_id
        # A row is born once, so all that are leased at birth can share a token: they are marked sent in one statement.
        self._birth_token = new_id()
        self._accept = partial(sql_inbox.accept, longest=longest)
        self._writer = Batches(engines.write, "store-writer", apart=engines.write.dialect.name == "postgresql")
        self._reader = Batches(engines.read, "store-reader", only_reads=True)

    async def close(self) -> None:
        """Finish the writes that wait, then let go of the database."""
        await self._writer.close()
        await self._reader.close()
        self._engines.dispose()

    async def _read(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.to_thread(read, self._engines.read, work)
