"""What happens in one life, on a clock that the life itself turns: the real parts, one story.

In: a database, a story's name, where to die. Out: an ended process. Never: a wait for the real clock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.bell import LocalBell
from bot.core.model import OrderStatus
from bot.floods import Floods
from bot.handoff import HandOff
from bot.inbox import Inbox
from bot.nudging import Nudging
from bot.outbox import Outbox
from bot.ports import Delivered, Later
from bot.records import Event
from bot.worker import Worker
from tests.chaos.mortal import Fuse, MortalChannel, MortalStore
from tests.core.book import small_book
from tests.edge.happenings import happened, snapshot, wrote
from tests.fakes import HandClock, at, order

MINUTE = 60.0
_ROUNDS = 400


@dataclass(frozen=True, slots=True)
class Life:
    """The parts of one process. `retell` says events that nobody has confirmed once more, as a channel does."""

    store: MortalStore
    clock: HandClock
    fuse: Fuse
    inbox: Inbox
    worker: Worker
    outbox: Outbox
    nudging: Nudging
    hand_off: HandOff

    async def hears(self, *events: Event) -> None:
        for event in events:
            await self.inbox.accept(replace(event, received_at=self.clock(), ready_at=self.clock()))

    async def works(self) -> None:
        self.clock.turn(1)
        for _ in range(_ROUNDS):
            claims = await self.store.claim(self.clock(), 10)
            if not claims:
                return
            await asyncio.gather(*(self.worker.work(claim) for claim in claims))

    async def sends(self, until: Callable[[int, int], bool] = lambda waiting, sending: not waiting + sending) -> None:
        """Until no command is left, or as told; the clock moves only while nothing is on its way."""
        stop = asyncio.Event()
        sending = asyncio.create_task(self.outbox.run(stop))
        for _ in range(_ROUNDS):
            found = (await self.store.vitals(self.clock())).commands
            waiting, busy = found.get("waiting", 0), found.get("sending", 0)
            if until(waiting, busy):
                break
            self.clock.turn(0 if busy else 0.5)
            await asyncio.sleep(0.01)
        stop.set()
        await sending


Story = Callable[[Life], Awaitable[None]]
ASKED = wrote(1, "发什么快递")
ORDERED = snapshot(2, order(OrderStatus.UNPAID))
CALLED = wrote(3, "转人工")
CAME = happened(4, "agent.presence", {"agent_id": "a01", "state": "online"}, "a:a01")


async def reply(life: Life) -> None:
    """A question, an answer."""
    await life.hears(ASKED)
    await life.works()
    await life.sends()


async def nudge(life: Life) -> None:
    """An order, and ten minutes later a reminder."""
    await life.hears(ORDERED)
    await life.works()
    life.clock.moment = max(life.clock(), at(11 * MINUTE))
    life.fuse.reach("due")
    await life.nudging.tick()
    await life.sends()


async def call(life: Life) -> None:
    """Someone asks for people; when they come they are told."""
    await life.hears(CALLED)
    await life.works()
    await life.sends()
    await life.hears(CAME)
    await life.works()
    life.fuse.reach("people")
    await life.hand_off.tick()
    await life.sends()


async def unsaid(life: Life) -> None:
    """The channel takes nothing until the reply's deadline is past; it is decided anew."""
    await life.hears(ASKED)
    await life.works()
    if life.clock() < at(10 * MINUTE):
        await life.sends(until=lambda waiting, sending: not waiting + sending or life.clock() > at(30))
    life.clock.moment = max(life.clock(), at(12 * MINUTE))
    life.fuse.reach("late")
    await life.sends()
    await life.works()
    await life.sends()


def fine(now: datetime, tries: int) -> Delivered | Later:
    del now, tries
    return Delivered()


def answers_late(now: datetime, tries: int) -> Delivered | Later:
    """The first answer is lost, though the work was done."""
    del now
    return Delivered() if tries else Later("http 500", unsure=True)


def takes_nothing_yet(now: datetime, tries: int) -> Delivered | Later:
    del tries
    return Later("ConnectError") if now < at(11 * MINUTE) else Delivered()


@dataclass(frozen=True, slots=True)
class Plot:
    """`rest`: seconds until the next life, longer than any lease. `told`: the events. `straight`: what a turn saves
    goes to the outbox without a claim, if there is room."""

    story: Story
    rest: float
    told: tuple[Event, ...]
    channel: Callable[[datetime, int], Delivered | Later] = fine
    straight: bool = False


PLOTS: Mapping[str, Plot] = {
    "reply": Plot(reply, 40, (ASKED,)),
    "straight": Plot(reply, 40, (ASKED,), straight=True),
    "again": Plot(reply, 40, (ASKED,), answers_late),
    "nudge": Plot(nudge, 12 * MINUTE, (ORDERED,)),
    "call": Plot(call, 40, (CALLED, CAME)),
    "unsaid": Plot(unsaid, 13 * MINUTE, (ASKED,), takes_nothing_yet),
}


async def live(url: str, record: Path, plot: str, number: int, point: str, stage: str) -> None:
    """One life, the first or a later one."""
    one, fuse, clock = PLOTS[plot], Fuse(point, stage), HandClock(at(number * PLOTS[plot].rest))
    ids = (f"life{number}-{count}" for count in range(10**6))
    store = MortalStore(url, lambda: next(ids), fuse)
    bells, log = (LocalBell(), LocalBell()), structlog.get_logger()
    channels = {"webhook": MortalChannel(record, fuse, one.channel)}
    outbox = Outbox(store, channels, clock, lambda: 0.5, log.info, bell=bells[1])
    life = Life(
        store, clock, fuse, Inbox(store, bells[0], Floods(100, timedelta(seconds=1))),
        Worker(store, bells, small_book, clock, log, sender=outbox if one.straight else None), outbox,
        Nudging(store, bells[1], small_book, clock, log), HandOff(store, bells[1], small_book, clock),
    )  # fmt: skip
    await one.story(life)
    await store.close()
