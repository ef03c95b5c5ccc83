"""The time clock over days on which somebody forgets it, and ticks of the routing that stay short."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.acts import Act
from bot.bell import LocalBell
from bot.core.book import Book
from bot.core.model import AgentState, Holder, Presence
from bot.core.notebooks import NoticeKind
from bot.desk import Desk
from bot.dispatcher import Dispatcher
from bot.journal import clocked
from bot.store import open_store
from tests.core.book import local, small_book
from tests.edge.happenings import happened
from tests.fakes import HandClock, counting_ids, talk
from tests.store.copies import everything

ON, AWAY, OFF = AgentState.ONLINE, AgentState.AWAY, AgentState.OFFLINE
MONDAY, TUESDAY = local("2026-11-23 08:55"), local("2026-11-24 09:00")
HALF_PAST_TEN = local("2026-11-24 10:30")
BOOK = small_book()


class Shop:
    """A desk and the routing over one store, on a clock that is turned by hand."""

    def __init__(self, folder: Path, moment: datetime) -> None:
        self.url = f"sqlite:///{folder / 'n.db'}"
        self.store = open_store(self.url, new_id=counting_ids())
        self.clock = HandClock(moment)
        self.desk = Desk(self.store, LocalBell(), self.book, self.clock)
        self.routing = Dispatcher(self.store, LocalBell(), self.book, self.clock, structlog.get_logger())

    def book(self) -> Book:
        return BOOK

    async def clocks(self, agent: str, state: AgentState, at: datetime) -> Presence:
        self.clock.moment = at
        return await self.desk.clock(agent, state)

    async def queues(self, one: str, agent: str | None = None) -> None:
        waiting = replace(talk(holder=Holder.QUEUED, one=one, group="presale"), agent_id=agent)
        since = self.clock() - timedelta(minutes=2)
        assert await self.store.act(Act(replace(waiting, waiting_since=since, agent_since=since)), self.clock())

    def strokes(self) -> list[tuple[object, object]]:
        rows = [row["data"] for row in everything(self.url)["journal"] if row["kind"] == "presence"]
        return [(one["state"], one["late"]) for one in rows if isinstance(one, dict)]


def live(folder: Path, moment: datetime, story: Callable[[Shop], Awaitable[None]]) -> Shop:
    async def lived() -> Shop:
        shop = Shop(folder, moment)
        await story(shop)
        await shop.store.close()
        return shop

    return asyncio.run(lived())


def test_who_forgot_to_clock_out_clocks_in_the_next_day_and_is_late(tmp_path: Path) -> None:
    async def story(shop: Shop) -> None:
        await shop.clocks("a01", ON, MONDAY)
        await shop.clocks("a01", ON, MONDAY + timedelta(hours=3))
        came = await shop.clocks("a01", ON, HALF_PAST_TEN)
        assert came.since == HALF_PAST_TEN
        assert (await shop.desk.floor()).working == {"a01"}

    assert live(tmp_path, MONDAY, story).strokes() == [("online", 0), ("online", 5400)]


def test_a_clock_in_before_the_shift_is_one_though_the_evenings_still_stands(tmp_path: Path) -> None:
    """At 22:00 she was back for a moment; at 07:30 she comes for the day."""

    async def story(shop: Shop) -> None:
        await shop.clocks("a01", ON, local("2026-11-23 17:59"))
        await shop.clocks("a01", ON, local("2026-11-24 07:30"))
        shop.clock.moment = TUESDAY
        assert (await shop.desk.floor()).working == {"a01"}

    assert live(tmp_path, MONDAY, story).strokes() == [("online", 32340), ("online", 0)]


def test_the_channels_word_is_late_too_where_the_day_before_was_never_left() -> None:
    stored = (Presence("a01", ON, MONDAY),)
    event = happened(1, "agent.presence", {"agent_id": "a01", "state": "online"}, "a:a01")
    event = replace(event, received_at=HALF_PAST_TEN)
    [told], [entry] = clocked((event,), stored, BOOK)
    assert (told.since, entry.data["late"]) == (HALF_PAST_TEN, 5400)
    _, [again] = clocked((replace(event, received_at=HALF_PAST_TEN + timedelta(hours=1)),), (told,), BOOK)
    assert again.data["late"] == 0


def test_the_supervisor_hears_of_a_shift_whose_people_were_only_there_the_evening_before(tmp_path: Path) -> None:
    async def story(shop: Shop) -> None:
        for state, agent in ((ON, "a01"), (AWAY, "a11")):
            await shop.store.act(Act(presence=(Presence(agent, state, MONDAY),)), MONDAY)
        shop.clock.moment = TUESDAY + timedelta(minutes=5)
        await shop.routing.tick()
        told = [one for one in await shop.store.notices(9) if one.kind is NoticeKind.UNMANNED]
        assert sorted(str(one.data["shift"]) for one in told) == ["售后班", "早班"]

    live(tmp_path, MONDAY, story)


def test_a_tick_moves_some_of_the_restless_and_leaves_time_for_the_queue(tmp_path: Path) -> None:
    """200 belong to somebody who has left. One waits whom nobody has."""

    async def story(shop: Shop) -> None:
        await shop.clocks("a01", ON, HALF_PAST_TEN)
        for number in range(200):
            await shop.queues(f"c{number}", agent="a09")
        shop.clock.turn(1)
        await shop.queues("fresh")
        first = await shop.routing.tick()
        assert 0 < first <= 64
        moved = [first]
        while more := await shop.routing.tick():
            moved.append(more)
        assert max(moved) <= 64
        assert sum(moved) >= 200

    live(tmp_path, MONDAY, story)
