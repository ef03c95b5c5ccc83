"""Hashing passwords costs the loop nothing and a crowd is told to come again."""

import asyncio

import pytest

from bot.hashing import Hashing
from bot.ports import Overloaded

pytestmark = pytest.mark.anyio
CHEAP = {"passes": 1, "memory_kib": 8}


async def test_a_hash_is_salted_and_knows_its_password_only() -> None:
    hashing = Hashing(**CHEAP)
    one, other = [await hashing.hash("gute-nacht-laden") for _ in range(2)]
    assert one != other
    assert await hashing.is_right(one, "gute-nacht-laden")
    assert not await hashing.is_right(one, "gute-nacht-laden ")
    assert not await hashing.is_right("no hash at all", "gute-nacht-laden")


async def test_a_password_is_the_same_however_it_is_typed() -> None:
    hashing = Hashing(**CHEAP)
    assert await hashing.is_right(await hashing.hash("cafe\u0301-nacht"), "caf\u00e9-nacht")


async def test_a_hash_of_another_cost_is_old() -> None:
    kept = await Hashing(**CHEAP).hash("gute-nacht-laden")
    assert (Hashing(**CHEAP).is_old(kept), Hashing(passes=2, memory_kib=8).is_old(kept)) == (False, True)


async def test_a_crowd_is_told_to_come_again_and_the_next_one_is_served() -> None:
    hashing = Hashing(**CHEAP)
    done = await asyncio.gather(*(hashing.hash(f"{n}") for n in range(200)), return_exceptions=True)
    refused = [one for one in done if isinstance(one, Overloaded)]
    assert (len(refused), len(done) - len(refused)) == (136, 64)
    assert await hashing.hash("again")
