"""A desk over a real store by day, on a clock that tests turn.

In: a story. Out: what came of it. Never: a channel.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import structlog

from bot.acting import Place
from bot.bell import LocalBell
from bot.core.model import AgentState, Conversation
from bot.desk import Desk
from bot.dispatcher import Dispatcher
from tests.core.book import DAY, TOPICS, book_of, rules, topic
from tests.edge.happenings import wrote
from tests.edge.nightshop import NightShop, Watched, opened
from tests.fakes import WEBHOOK

T = TypeVar("T")
C1, QUESTION, CARRIER, HOLD = Place("webhook", "c1"), "发什么快递", "亲，默认发中通。", "亲，正在查。"
BOOK = book_of((*TOPICS, topic("system/hold_line", {"default": HOLD})), rules())


class Floor:
    """A shop by day; a01 has answered c1."""

    def __init__(self, shop: NightShop) -> None:
        self.shop = shop
        self.desk = self.desk_over(shop.store)

    def desk_over(self, store: Watched) -> Desk:
        return Desk(store, LocalBell(), lambda: self.shop.book[0], self.shop.clock)

    async def opens(self) -> None:
        self.shop.clock.moment, self.shop.book[0] = DAY, BOOK
        await self.desk.clock("a01", AgentState.ONLINE)
        await self.shop.after(wrote(1, "转人工"))
        await self.sends()
        await self.desk.reply(C1, "a01", "您说", "k1")
        await self.sends()

    async def sends(self) -> list[str]:
        """Everything that may go out; the messages' words."""
        said, store, clock = list[str](), self.shop.store, self.shop.clock
        while claimed := await store.claim_commands(clock(), 20, WEBHOOK):
            for one in claimed:
                await store.mark_sent(one, clock())
            said += [str(one.command.data["text"]) for one in claimed if one.command.type == "message.send"]
        return said

    async def a_minute_later(self) -> None:
        """The routing looks around."""
        shop, log = self.shop, structlog.get_logger()
        shop.clock.turn(60)
        await Dispatcher(shop.store, LocalBell(), lambda: shop.book[0], shop.clock, log).tick()

    async def talk(self) -> Conversation:
        found = await self.shop.store.talk("webhook", "c1")
        assert found
        return found

    async def last(self) -> int:
        return (await self.shop.store.transcript("webhook", "c1"))[-1].seq


def on_the_floor(path: Path, story: Callable[[Floor], Awaitable[T]]) -> T:
    async def run() -> T:
        async with opened(path) as shop:
            floor = Floor(shop)
            await floor.opens()
            return await story(floor)

    return asyncio.run(run())
