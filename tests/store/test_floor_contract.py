"""What every store promises about the acts of people and what the routing looks at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.acts import Act, Candidate
from bot.core.model import AgentState, Conversation, Holder, Presence
from bot.core.notebooks import Entry, Happening
from bot.store import SqlStore, sql_floor
from tests.fakes import at, reply, talk

pytestmark = pytest.mark.anyio
HERE = frozenset({"a1", "a2"})


def waits(one: str, since: float = 0, agent: str | None = None, urgency: int = 5) -> Conversation:
    queued = talk(holder=Holder.QUEUED, one=one, group="presale")
    return replace(queued, buyer_id=f"b-{one}", waiting_since=at(since), agent_id=agent, urgency=urgency)


async def keep(store: SqlStore, *talks: Conversation) -> None:
    for one in talks:
        assert await store.act(Act(one), at(1))


def names(found: Sequence[Candidate]) -> list[str]:
    return [one.conversation.id for one in found]


async def test_an_act_on_a_conversation_that_has_moved_on_does_nothing_at_all(store: SqlStore) -> None:
    await keep(store, waits("c1"))
    told = Entry("j1", at(2), Happening.ASSIGNED)
    here = Presence("a1", AgentState.ONLINE, at(2))
    stale = Act(waits("c1", agent="a1"), (reply("r1"),), (told,), presence=(here,))
    assert not await store.act(stale, at(2))
    assert not await store.issued("r1")
    assert await store.presence() == []
    fresh = replace(stale, conversation=replace(waits("c1", agent="a1"), version=1))
    assert await store.act(fresh, at(2))
    assert await store.issued("r1")
    [found] = [await store.talk("webhook", "c1")]
    assert found is not None
    assert (found.agent_id, found.version) == ("a1", 2)


async def test_what_is_to_be_done_once_is_done_once(store: SqlStore) -> None:
    once = Act(journal=(Entry("j1", at(1), Happening.UNMANNED),), commands=(reply("r1"),), fresh=True)
    assert await store.act(once, at(1))
    assert not await store.act(replace(once, commands=(reply("r2"),)), at(2))
    assert not await store.issued("r2")


async def test_the_queue_gives_its_hottest_first_then_its_oldest(store: SqlStore) -> None:
    await keep(store, waits("late", 9), waits("early", 1), waits("hot", 20, urgency=0), waits("taken", 0, agent="a1"))
    await keep(store, replace(waits("other"), group="aftersale"))
    assert names(await store.heads(["presale"], 9)) == ["hot", "early", "late"]
    assert names(await store.heads(["presale"], 2)) == ["hot", "early"]
    late = await store.talk("webhook", "late")
    assert late is not None
    assert await store.ahead(late, ["presale"]) == 3
    assert await store.ahead(late, ["presale", "aftersale"]) == 4


async def test_whose_owner_is_gone_and_whose_time_has_come_is_looked_at(store: SqlStore) -> None:
    held = replace(waits("held", agent="a1"), holder=Holder.HUMAN, look_at=at(50))
    rests = replace(held, id="rests", agent_id="a9", waiting_since=None, look_at=at(90))
    await keep(store, held, rests, waits("lost", 5, agent="a9"), waits("nobody", 0))
    assert names(await store.restless(at(10), HERE)) == ["lost"]
    assert names(await store.restless(at(50), HERE)) == ["lost", "held"]


async def test_who_served_a_buyer_elsewhere_is_known(store: SqlStore) -> None:
    before = replace(waits("old"), holder=Holder.BOT, waiting_since=None, served_by="a2", served_at=at(0))
    await keep(store, before, replace(waits("new"), buyer_id="b-old"))
    [found] = await store.heads(["presale"], 9)
    assert (found.conversation.id, found.known) == ("new", "a2")


async def test_open_threads_are_counted_by_agent(store: SqlStore) -> None:
    await keep(store, waits("c1", agent="a1"), waits("c2", agent="a1"), waits("c3", agent="a2"), waits("c4"))
    assert (await store.staffing()).loads == {"a1": 2, "a2": 1}


async def test_no_agent_gets_more_than_there_is_room_for_whoever_gives(store: SqlStore) -> None:
    await keep(store, waits("c1", agent="a1"), waits("c2"))
    given = replace(waits("c2", agent="a1"), version=1)
    assert not await store.act(Act(given, room=("a1", 1)), at(2))
    assert await store.act(Act(given, room=("a1", 2)), at(2))


async def test_people_find_all_that_is_theirs(store: SqlStore) -> None:
    held = replace(waits("held", agent="a1"), holder=Holder.HUMAN)
    calm = replace(waits("calm"), holder=Holder.HUMAN, waiting_since=None)
    await keep(store, waits("c1"), held, calm, talk(one="bots"))
    assert sorted(one.id for one in await store.open_talks()) == ["c1", "held"]


async def test_of_more_than_can_be_shown_the_hottest_are_and_nothing_that_is_somebodys_is_lost(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cut is at a thousand; here it is at two."""
    monkeypatch.setattr(sql_floor, "SHOWN", 2)
    held = replace(waits("held", 30), holder=Holder.HUMAN)
    rests = replace(waits("rests", 0), holder=Holder.HUMAN, waiting_since=None, look_at=at(1))
    taken = [waits(f"taken{number}", 40, agent="a1") for number in range(3)]
    await keep(store, *(waits(f"old{number}", number) for number in range(3)), waits("hot", 20, urgency=0))
    await keep(store, held, rests, *taken)
    found = [one.id for one in await store.open_talks()]
    assert sorted(found) == ["held", "hot", "old0", "taken0", "taken1", "taken2"]


async def test_the_queue_of_one_group_or_one_agent(store: SqlStore) -> None:
    other = replace(waits("other", agent="a2"), group="aftersale")
    await keep(store, waits("c1"), waits("c2", agent="a1"), other, replace(waits("c3"), group="aftersale"))
    assert {one.id for one in await store.open_talks("presale")} == {"c1", "c2"}
    assert {one.id for one in await store.open_talks(agent="a2")} == {"other"}
    assert {one.id for one in await store.open_talks("aftersale", "a2")} == {"other"}
    assert await store.open_talks("presale", "a2") == []


async def test_the_words_of_a_command_are_found_by_its_id(store: SqlStore) -> None:
    assert await store.act(Act(commands=(reply("r1"),)), at(1))
    assert await store.words_of("r1") == "答r1"
    assert await store.words_of("r2") is None


async def test_presence_keeps_the_newest_word(store: SqlStore) -> None:
    newer = Presence("a1", AgentState.AWAY, at(9), passed=1, spoke_at=at(8))
    assert await store.act(Act(presence=(newer,)), at(9))
    assert await store.act(Act(presence=(replace(newer, state=AgentState.ONLINE, since=at(5)),)), at(10))
    assert await store.presence() == [newer]
    assert await store.act(Act(presence=(replace(newer, since=at(9) + timedelta(seconds=1), passed=0),)), at(11))
    [told] = await store.presence()
    assert told.passed == 0
