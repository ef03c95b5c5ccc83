"""Bells: at once, later, and told to others."""

import asyncio

import pytest

from bot.bell import LocalBell

pytestmark = pytest.mark.anyio


async def rung_within(bell: LocalBell, seconds: float) -> bool:
    loop = asyncio.get_running_loop()
    before = loop.time()
    await bell.wait(seconds)
    return loop.time() - before < seconds


async def test_a_ring_for_later_ends_the_wait_when_its_time_has_come() -> None:
    bell, loop = LocalBell(), asyncio.get_running_loop()
    await bell.wait(0)
    begun = loop.time()
    bell.ring(after=0.05)
    assert await rung_within(bell, 20)
    assert loop.time() - begun >= 0.05


async def test_a_ring_for_now_is_not_held_up_by_one_for_later() -> None:
    bell = LocalBell()
    await bell.wait(0)
    bell.ring(after=60)
    bell.ring()
    assert await rung_within(bell, 20)


async def test_rings_made_here_are_told_and_those_heard_from_others_are_not() -> None:
    told = list[str]()
    bell = LocalBell(lambda: told.append("rung"))
    await bell.wait(0)
    bell.hear()
    assert await rung_within(bell, 20)
    assert told == []
    bell.ring()
    assert await rung_within(bell, 20)
    assert told == ["rung"]
