"""A human's word is confirmed once nothing of the bot's can begin to go out beside it any more.

In: an event, the inbox, the store. Out: whether it was new, when it is kept and the bot is silent there. Never: a wait
much longer than `BEGINS_WITHIN`, one for the very message that the channel tells back.

A bot's message is looked at for the last time in the transaction that leases it, and begins within `BEGINS_WITHIN` of
that moment or not at all. What is looked at after the human's word is kept sees it. So whoever waits until nothing of
the bot's is on its way in that conversation, or for `BEGINS_WITHIN`, knows: whatever the bot sends there has begun
before. This holds between processes and machines, whose clocks need not agree.
"""

import asyncio
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from bot.clock import Now
from bot.ports import StoreDown
from bot.records import BEGINS_WITHIN, Event

_LOOK = timedelta(milliseconds=20)


class Keeping(Protocol):
    """What keeps events."""

    async def accept(self, event: Event) -> bool:
        """Keep an event; False if it was already known."""


class Watching(Protocol):
    """What is asked of the store."""

    async def is_speaking(self, lane: str, message_id: str, text: str, now: datetime) -> bool:
        """Whether a word of the bot's may be on its way in a lane, other than the message that comes back."""


class Hush:
    """An inbox that lets the bot fall silent before a human's word is confirmed."""

    def __init__(self, inbox: Keeping, store: Watching, now: Now) -> None:
        self._inbox = inbox
        self._store = store
        self._now = now

    async def accept(self, event: Event) -> bool:
        """Keep the event; for a word of the shop's side, also see the bot silent. Raises as the inbox does."""
        new = await self._inbox.accept(event)
        if event.type == "message.created" and event.body.get("sender") == "seller":
            await self._silence(event)
        return new

    async def _silence(self, event: Event) -> None:
        for _ in range(ceil(BEGINS_WITHIN / _LOOK)):
            if not await self._is_speaking(event):
                return
            await asyncio.sleep(_LOOK.total_seconds())

    async def _is_speaking(self, event: Event) -> bool:
        """The event is kept already: a store that cannot be asked just now is no reason to refuse it."""
        try:
            told = str(event.body["id"]), str(event.body.get("text") or "")
            return await self._store.is_speaking(event.lane, *told, self._now())
        except StoreDown:
            return True
