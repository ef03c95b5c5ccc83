"""A crew looks for work when there may be some, and not otherwise."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.bell import LocalBell
from bot.crew import Crew

pytestmark = pytest.mark.anyio


class PatientBell(LocalBell):
    """Nothing but a ring ends the wait."""

    async def wait(self, seconds: float) -> None:
        await super().wait(60 * seconds)


class Shed:
    """Things that wait to be worked on; those of `ends` are held until the test lets them end."""

    def __init__(self, *things: str) -> None:
        self.waiting = list(things)
        self.held: set[str] = set()
        self.more: set[str] = set()
        self.done: list[str] = []
        self.looks = 0
        self.moved = asyncio.Event()

    async def claim(self, room: int) -> Sequence[str]:
        self.looks += 1
        taken, self.waiting = self.waiting[:room], self.waiting[room:]
        self.moved.set()
        return taken

    async def work(self, one: str) -> bool:
        await self.until(lambda: one not in self.held)
        self.done.append(one)
        self.moved.set()
        return one in self.more

    async def until(self, when: Callable[[], bool]) -> None:
        while not when():
            self.moved.clear()
            await self.moved.wait()

    def let_go(self, one: str) -> None:
        self.held.discard(one)
        self.moved.set()


@asynccontextmanager
async def at_work(shed: Shed, width: int = 2) -> AsyncIterator[tuple[Crew[str], LocalBell]]:
    """A crew that has looked once; at the end it goes home."""
    bell, stop = PatientBell(), asyncio.Event()
    crew = Crew(shed.claim, shed.work, lambda _: None, bell, width)
    running = asyncio.create_task(crew.run(stop))
    async with asyncio.timeout(10):
        await shed.until(lambda: shed.looks > 0)
        yield crew, bell
        stop.set()
        bell.ring()
        await running


async def test_whoever_is_free_takes_the_next_where_all_hands_were_full() -> None:
    shed = Shed("a", "b", "c")
    shed.held = {"a"}
    async with at_work(shed):
        await shed.until(lambda: "c" in shed.done)
        shed.let_go("a")
    assert shed.done == ["b", "c", "a"]


async def test_what_came_while_its_line_was_busy_is_looked_for_once_it_is_free() -> None:
    shed = Shed("a")
    shed.held = {"a"}
    async with at_work(shed) as (_, bell):
        bell.ring()
        await shed.until(lambda: shed.looks == 2)
        shed.waiting.append("behind a")
        shed.let_go("a")
        await shed.until(lambda: "behind a" in shed.done)


async def test_work_that_knows_of_more_asks_for_another_look() -> None:
    shed = Shed("a")
    shed.held, shed.more = {"a"}, {"a"}
    async with at_work(shed):
        shed.waiting.append("b")
        shed.let_go("a")
        await shed.until(lambda: "b" in shed.done)


async def test_a_lone_thing_costs_one_look_and_what_is_handed_over_none() -> None:
    shed = Shed("a")
    async with at_work(shed) as (crew, _):
        await shed.until(lambda: shed.done == ["a"])
        crew.begin(["b"])
        await shed.until(lambda: shed.done == ["a", "b"])
        await asyncio.sleep(0)
        assert shed.looks == 1


async def test_what_is_handed_over_on_the_last_day_is_finished() -> None:
    shed = Shed("a")
    shed.held = {"a", "b"}
    async with at_work(shed) as (crew, bell):
        bell.ring()
        crew.begin(["b"])
        asyncio.get_running_loop().call_later(0.01, shed.let_go, "a")
        asyncio.get_running_loop().call_later(0.02, shed.let_go, "b")
    assert shed.done == ["a", "b"]
