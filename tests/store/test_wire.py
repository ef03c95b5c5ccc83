"""A bell rung in one process is heard in the others, also after the database was away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from bot.bell import LocalBell
from bot.store import open_wire
from tests.postgres import Postgres

pytestmark = pytest.mark.anyio


class Process:
    """One process's bell on the wire, and how often it was heard."""

    def __init__(self, url: str, name: str) -> None:
        self.heard = asyncio.Event()
        self.told = list[str]()
        wire = open_wire(url, name, {"work": self.heard.set}, self._hears)
        assert wire
        self.wire = wire
        self.bell = LocalBell(partial(wire.tell, "work"))

    def _hears(self, lane: str) -> None:
        self.told.append(lane)
        self.heard.set()

    async def tells_until(self, other: "Process", lane: str) -> None:
        async with asyncio.timeout(30):
            while lane not in other.told:
                self.wire.tell_of(lane)
                await self.bell.wait(0.05)

    async def rings_until(self, other: "Process") -> None:
        """A ring that falls between two connections is nobody's; the next one is heard."""
        await self.bell.wait(0)
        async with asyncio.timeout(30):
            while not other.heard.is_set():
                self.bell.ring()
                await self.bell.wait(0.05)


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[Process, Process]]:
    one, other, stop = Process(url, "one"), Process(url, "other"), asyncio.Event()
    running = [asyncio.create_task(process.wire.run(stop)) for process in (one, other)]
    yield one, other
    stop.set()
    await asyncio.gather(*running)


async def test_another_process_hears_the_bell_and_the_ringer_not_its_own_echo(postgres_server: Postgres) -> None:
    async with two(postgres_server.fresh()) as (one, other):
        await one.rings_until(other)
        assert not one.heard.is_set()


async def test_another_process_is_told_which_conversation_moved_on(postgres_server: Postgres) -> None:
    async with two(postgres_server.fresh()) as (one, other):
        await one.tells_until(other, "c:webhook:会话 1")
        assert set(other.told) == {"c:webhook:会话 1"}
        assert one.told == []


async def test_after_a_restart_of_the_database_the_wire_is_whole_again(postgres_server: Postgres) -> None:
    async with two(postgres_server.fresh()) as (one, other):
        await one.rings_until(other)
        await asyncio.to_thread(postgres_server.restart)
        other.heard.clear()
        await one.rings_until(other)


def test_a_file_has_no_wire() -> None:
    assert open_wire("sqlite:///x.db", "me", {}, print) is None
