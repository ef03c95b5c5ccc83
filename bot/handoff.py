"""The night's queue meets the morning's shift: who waited is told to the channel first, hottest and oldest first.

In: queued conversations, replies that came too late, who is at work. Out: hand-off commands, each once.
Never: a word to the buyer.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.clock import Now
from bot.commands import hand_off, queued
from bot.core.book import Book
from bot.core.routing import staffed
from bot.core.shifts import live_groups
from bot.ports import Bell, Store


class HandOff:
    """Announces waiting conversations as soon as their group, or its fallback, has people."""

    def __init__(self, store: Store, bell: Bell, book: Callable[[], Book], now: Now) -> None:
        self._store = store
        self._bell = bell
        self._book = book
        self._now = now

    async def tick(self) -> int:
        """Announce all that can be; how many were."""
        book, now = self._book(), self._now()
        for late in await self._store.lapsed(now):
            await self._store.see_to(queued(late, "undelivered", book, now), now)
        live = live_groups(book.rules.shifts, await self._store.presence(), now, book.works)
        there = {str(group): staffed(group, live, book.rules.routing) for group in book.rules.routing.groups}
        reached = {group: other for group, other in there.items() if other in live}
        announced = 0
        for waiting in await self._store.waiting(reached) if reached else ():
            told = replace(waiting, group=reached[waiting.group or book.rules.routing.default])
            command = hand_off(told, f"wait:{waiting.version}", now)
            # It stays its own group's matter; only for now others stand in.
            announced += await self._store.announce(waiting, command, now)
        if announced:
            self._bell.ring()
        return announced
