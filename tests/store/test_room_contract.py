"""What every store promises about an agent's limit: two processes never give more than one may have."""

import asyncio
from dataclasses import replace

import pytest

from bot.acts import Act
from bot.core.model import AgentState, Holder, Presence
from bot.store import SqlStore, open_store
from tests.fakes import at, counting_ids, talk

pytestmark = pytest.mark.anyio


def given(one: str, most: int = 2) -> Act:
    taken = replace(talk(holder=Holder.QUEUED, one=one, group="presale"), agent_id="a1", waiting_since=at(0))
    return Act(taken, room=("a1", most))


async def test_up_to_the_limit_and_no_further(store: SqlStore) -> None:
    assert [await store.act(given(f"c{number}"), at(1)) for number in range(3)] == [True, True, False]
    assert (await store.staffing()).loads == {"a1": 2}
    assert await store.talk("webhook", "c2") is None


async def test_two_processes_together_give_no_more_than_one(database_url: str) -> None:
    stores = [open_store(database_url, new_id=counting_ids(f"n{number}-")) for number in range(2)]
    await stores[0].act(Act(presence=(Presence("a1", AgentState.ONLINE, at(0)),)), at(0))
    try:
        acts = (stores[number % 2].act(given(f"c{number}", most=5), at(1)) for number in range(40))
        assert sum(await asyncio.gather(*acts)) == 5
        assert (await stores[0].staffing()).loads == {"a1": 5}
    finally:
        for one in stores:
            await one.close()
