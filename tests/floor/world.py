"""The real service twice over on one file, with agents and buyers around it, on a clock that is turned by hand.

In: a folder, a seed, days. Out: a story. Never: a verdict; that is the judge's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from bot.acting import Place
from bot.bell import LocalBell
from bot.desk import Desk
from bot.dispatcher import Dispatcher
from bot.handing_over import HandingOver
from bot.handoff import HandOff
from bot.outbox import Outbox
from bot.ports import Delivered, Later
from bot.records import Command, Event
from bot.store import LONGEST, SqlStore
from bot.store.engine import open_engines
from bot.worker import Worker
from tests.fakes import counting_ids
from tests.floor.crowd import Crowd
from tests.floor.peephole import Peephole
from tests.floor.shop import staffed_book
from tests.floor.staff import CHANNEL, Staff
from tests.floor.stage import Stage
from tests.floor.story import Sent, Story

T = TypeVar("T")
_IDLE, _OVERSIGHT = timedelta(minutes=3), timedelta(minutes=2)
_PACE, _SLOW_PACE, _REST = timedelta(seconds=30), timedelta(minutes=1), timedelta(hours=14)
_TYPING = timedelta(seconds=3)
_TROUBLES = frozenset({"worker.defect", "outbox.defect", "worker.store_down", "outbox.store_down", "turn.defect"})


class RoundBell:
    """Ends a round as soon as nothing more waits, so that a loop that never ends can be run for one round."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.rung = False

    def ring(self, after: float = 0.0) -> None:
        del after
        self.rung = True

    async def wait(self, seconds: float) -> None:
        del seconds
        if self.rung:
            self.rung = False
        else:
            self.stop.set()

    async def rounds(self, run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        self.rung = True
        while self.rung:
            self.rung, self.stop = False, asyncio.Event()
            await run(self.stop)


class NearStore(SqlStore):
    """Reads on the loop's own thread, others' turn before each: a month has millions of them, and what may come in
    between is the same. Writes go the usual way."""

    _near: Connection | None = None

    async def _read(self, work: Callable[[Connection], T]) -> T:
        await asyncio.sleep(0)
        self._near = self._near or self._engines.read.connect()
        with self._near.begin():
            return work(self._near)

    async def close(self) -> None:
        if self._near:
            self._near.close()
        await super().close()


class Node:
    """One process of the service."""

    def __init__(self, url: str, stage: Stage, channel: "Shopside", name: str) -> None:
        book, now, log = staffed_book, stage.now, _log(stage.story)
        self.store = NearStore(open_engines(url), counting_ids(name), LONGEST)
        self._work, self._send, bell = RoundBell(), RoundBell(), LocalBell()
        self._outbox = Outbox(self.store, {CHANNEL: channel}, now, stage.chance.random, log.info, bell=self._send)
        self._worker = Worker(self.store, (self._work, self._send), book, now, log, sender=self._outbox)
        self.dispatcher = Dispatcher(self.store, bell, book, now, log)
        self.hand_off = HandOff(self.store, bell, book, now)
        self.handing_over = HandingOver(self.store, book, now, log)
        self.desk = Desk(self.store, bell, book, now)

    async def work(self) -> None:
        await self._work.rounds(self._worker.run)

    async def send(self) -> None:
        await self._send.rounds(self._outbox.run)


class Shopside:
    """The shop's channel: remembers what reached the buyer; now and then it wants to be asked again."""

    def __init__(self, stage: Stage, peephole: Peephole) -> None:
        self._stage = stage
        self._peephole = peephole
        self.heard: Callable[[Sent], None] = lambda _: None

    async def send(self, command: Command, now: datetime) -> Delivered | Later:
        if self._stage.luck(0.005):
            return Later("busy")
        if command.type == "message.send":
            author = command.data["author"]
            assert isinstance(author, dict)
            holds = self._peephole.holds(command.conversation_id)
            text = str(command.data["text"])
            sent = Sent(
                command.id,
                now,
                command.conversation_id,
                author["id"],
                command.by_bot,
                command.purpose.value,
                text,
                *holds,
            )
            self._stage.story.sent.append(sent)
            self.heard(sent)
        return Delivered()


class World:
    """From local midnight of `first` for so many `days` buyers write; then the shop goes on until all is quiet."""

    def __init__(self, folder: Path, seed: int, first: datetime, days: int, conversations: int, grid: int = 30) -> None:
        self._grid = timedelta(seconds=grid)
        self._pace = max(_PACE, min(_SLOW_PACE, 2 * self._grid))
        self.stage = Stage(Random(seed), first.astimezone(UTC))
        self._until = (first + timedelta(days=days)).astimezone(UTC)
        self._url = f"sqlite:///{folder / 'floor.db'}"
        open_engines(self._url).dispose()
        self.peephole = Peephole(folder / "floor.db")
        channel = Shopside(self.stage, self.peephole)
        self._channel = channel
        self._nodes = [self._open(), self._open()]
        self._staff = Staff(self.stage, lambda: self._any().store, lambda: self._any().desk, self.peephole.unread)
        crowd = Crowd(self.stage, self._accept, lambda one: self.peephole.holds(one)[1], self._until)
        channel.heard = crowd.heard
        self._staff.plan(first.date(), first.date() + timedelta(days=days + 1))
        crowd.plan(first.astimezone(UTC), conversations)
        self._last = self._over_at = first.astimezone(UTC)
        self._wake: datetime | None = None

    async def run(self) -> Story:
        """A morning more than buyers write, so that everything has had its chance."""
        end = self._until + _REST
        while self._last < end:
            await self._beat(min(self._next(), end))
        for node in self._nodes:
            await node.store.close()
        self.peephole.tell(self.stage.story)
        self.peephole.close()
        return self.stage.story

    def _open(self) -> Node:
        return Node(self._url, self.stage, self._channel, f"n{next(self.stage.numbers)}-")

    def _any(self) -> Node:
        return self.stage.chance.choice(self._nodes)

    async def _accept(self, event: Event) -> None:
        await self._any().store.accept(event)
        self._wake = self._wake or self.stage.now() + _TYPING

    def _next(self) -> datetime:
        """When something happens, rounded up, and every half minute while anything is open."""
        looks = self.stage.story.looks
        pace = self._pace if not looks or looks[-1].talks else _IDLE
        moments = [one for one in (self.stage.next_at(), self._wake) if one]
        due = min([self._last + pace, *(one + self._grid - (one - self._last) % self._grid for one in moments)])
        return max(due, self._last + self._grid)

    async def _beat(self, moment: datetime) -> None:
        while (due := self.stage.next_at()) and due <= moment - self._grid / 5:
            await self.stage.pop()()
        self._last, self._wake = moment, None
        self.stage.reach(moment)
        if self.stage.luck(0.0005):
            await self._restart()
        races = (due := self.stage.next_at()) is not None and due <= moment
        ticks = self._nodes if self.stage.luck(0.2) else [self._any()]
        moved, *_ = await asyncio.gather(self._turn_over(ticks), *([self.stage.pop()()] if races else []))
        if races or moved:
            await self._any().dispatcher.tick()  # a second later, with nobody in between
        if self.peephole.due(self.stage.now())[1]:
            await self._any().send()
        await self._look()

    async def _turn_over(self, ticks: Sequence[Node]) -> int:
        """What the timers and loops of both processes do; how many conversations the dispatchers moved."""
        if self.peephole.due(self.stage.now())[0]:
            worker = self._any()
            await worker.work()
            await worker.send()
        moved = sum(await asyncio.gather(*(one.dispatcher.tick() for one in ticks)))
        if self.stage.luck(0.3):
            await self._any().hand_off.tick()
        if self.stage.now() >= self._over_at:
            self._over_at = self.stage.now() + _OVERSIGHT
            some = self._nodes if self.stage.luck(0.3) else [self._any()]
            await asyncio.gather(*(one.handing_over.tick() for one in some))
        return moved

    async def _look(self) -> None:
        place, looks = None, self.stage.story.looks
        queued = [one.id for one in looks[-1].talks.values() if one.holder == "queued"] if looks else []
        if queued and self.stage.luck(0.1):
            thread = await self._any().desk.thread(Place(CHANNEL, self.stage.chance.choice(queued)))
            if thread.conversation.holder == "queued":
                place = (thread.conversation.id, thread.ahead)
        looks.append(self.peephole.look(self.stage.now(), place))
        self._staff.notice(looks[-1])

    async def _restart(self) -> None:
        """One of the two processes is started anew; what it had in its memory is gone."""
        which = self.stage.chance.randrange(2)
        await self._nodes[which].store.close()
        self._nodes[which] = self._open()
        self.stage.note("restarts")


def _log(story: Story) -> structlog.typing.FilteringBoundLogger:
    """Keeps troubles and prints nothing."""

    def keep(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if event.get("event") in _TROUBLES:
            story.troubles.append(str(event))
        raise structlog.DropEvent

    log: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        None, [keep], structlog.make_filtering_bound_logger(30)
    )
    return log
