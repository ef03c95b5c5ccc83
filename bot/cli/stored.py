"""A command's short visit to the shop's store.

In: settings and what to do. Out: its result. Never: a store left open.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.clock import new_id
from bot.errors import YebanError
from bot.ports import Store
from bot.settings import Settings
from bot.store import open_store

T = TypeVar("T")


def with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open, do, close. `YebanError` where what is kept cannot be read."""

    async def run() -> T:
        store = open_store(settings.database_url, new_id=new_id)
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(run())
    except json.JSONDecodeError as error:
        raise YebanError("errors.damaged_store") from error
