"""A worker and a hand-off over a real store, on a clock that tests turn.

In: events. Out: what was saved and announced. Never: a channel.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog

from bot.bell import LocalBell
from bot.core.book import Book
from bot.core.model import Conversation
from bot.handoff import HandOff
from bot.ports import StoreDown
from bot.records import Claim, Command, Event, Outcome, Work
from bot.store import LONGEST, SqlStore
from bot.store.engine import open_engines
from bot.worker import Worker
from tests.core.book import NIGHT, small_book
from tests.fakes import WEBHOOK, HandClock, counting_ids

T = TypeVar("T")


class Watched(SqlStore):
    """The real store; it notes what is announced, and is down for writes when a test says so."""

    down = False

    def __init__(self, path: Path) -> None:
        super().__init__(open_engines(f"sqlite:///{path / 'n.db'}"), counting_ids(), LONGEST)
        self.announced: list[tuple[str, object]] = []
        self.after: dict[str, str] = {}
        self.saved: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def load(self, claim: Claim, beside: frozenset[str] = frozenset()) -> Work:
        """A lane that a test lets wait for another one is slow here."""
        if claim.lane in self.after:
            await self.saved[self.after[claim.lane]].wait()
        return await super().load(claim, beside)

    async def save(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        if self.down:
            raise StoreDown("disk")
        saved = await super().save(claim, outcome, now)
        self.saved[claim.lane].set()
        return saved

    async def announce(self, conversation: Conversation, command: Command, now: datetime) -> bool:
        told = await super().announce(conversation, command, now)
        if told:
            self.announced.append((conversation.id, command.data["group"]))
        return told


@dataclass
class NightShop:
    store: Watched
    clock: HandClock
    worker: Worker
    hand_off: HandOff
    book: list[Book]
    seen: int = field(default=0)

    async def hears(self, *events: Event) -> None:
        for event in events:
            await self.store.accept(replace(event, received_at=self.clock(), ready_at=self.clock()))

    async def works(self) -> int:
        """How many lanes were taken up."""
        self.clock.turn(5)
        claims = await self.store.claim(self.clock(), 10)
        await asyncio.gather(*(self.worker.work(claim) for claim in claims))
        return len(claims)

    async def after(self, *events: Event) -> None:
        await self.hears(*events)
        await self.works()

    async def sending(self) -> list[Command]:
        return [claimed.command for claimed in await self.store.claim_commands(self.clock(), 20, WEBHOOK)]


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[NightShop]:
    store, clock, book = Watched(path), HandClock(NIGHT), [small_book()]
    worker = Worker(store, (LocalBell(), LocalBell()), lambda: book[0], clock, structlog.get_logger())
    yield NightShop(store, clock, worker, HandOff(store, LocalBell(), lambda: book[0], clock), book)
    await store.close()


def in_the_shop(path: Path, story: Callable[[NightShop], Awaitable[T]]) -> T:
    """Run a story in a freshly opened shop."""

    async def run() -> T:
        async with opened(path) as shop:
            return await story(shop)

    return asyncio.run(run())
