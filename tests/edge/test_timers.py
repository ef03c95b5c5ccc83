"""The timers: ticks one after the other, and an end that nobody mistakes for a failure."""

import asyncio
import logging
from collections.abc import Sequence
from itertools import pairwise

import pytest
import structlog

from bot.timers import Timers


def test_a_tick_that_is_cut_short_by_the_end_is_told_as_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> bool:
        begun, cut = asyncio.Event(), asyncio.Event()

        async def tick() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                cut.set()

        timers = Timers({"one": tick}, structlog.get_logger())
        timers.start()
        await asyncio.wait_for(begun.wait(), 5)
        timers.stop()
        await asyncio.wait_for(cut.wait(), 5)
        await asyncio.sleep(0)
        return cut.is_set()

    with caplog.at_level(logging.WARNING, "apscheduler"):
        assert asyncio.run(story())
    assert [record.message for record in caplog.records] == []


def test_ticks_come_one_after_the_other(caplog: pytest.LogCaptureFixture) -> None:
    """Each second all of them, in their order, spread over it."""

    async def story() -> Sequence[tuple[str, float]]:
        told, loop, done = list[tuple[str, float]](), asyncio.get_running_loop(), asyncio.Event()

        def tick(name: str) -> None:
            told.append((name, loop.time()))
            if len(told) >= 4:
                done.set()

        async def one() -> None:
            tick("one")

        async def two() -> None:
            tick("two")

        timers = Timers({"one": one, "two": two}, structlog.get_logger())
        timers.start()
        await asyncio.wait_for(done.wait(), 20)
        timers.stop()
        return told

    told = asyncio.run(story())
    names = [name for name, _ in told]
    assert all(first != second for first, second in pairwise(names))
    assert told[-1][1] - told[0][1] > 1
    assert caplog.records == []
