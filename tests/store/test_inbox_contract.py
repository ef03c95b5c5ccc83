"""What every store promises about events and lanes."""

import asyncio
from dataclasses import replace

import pytest

from bot.acts import Act
from bot.core.model import Holder
from bot.records import Accepted, Claim, Outcome
from bot.store import SqlStore
from tests.fakes import WEBHOOK, at, buyer_event, buyer_message, instant_event, order, reply, talk

pytestmark = pytest.mark.anyio


async def claim_one(store: SqlStore, seconds: float) -> Claim:
    [claim] = await store.claim(at(seconds), 10)
    return claim


async def test_an_event_is_accepted_once(store: SqlStore) -> None:
    assert await store.accept(buyer_event(1))
    assert not await store.accept(buyer_event(1))


async def test_the_same_id_from_another_channel_is_another_event(store: SqlStore) -> None:
    assert await store.accept(buyer_event(1, channel="webhook"))
    assert await store.accept(buyer_event(1, channel="page"))


async def test_a_lane_comes_up_after_the_buyers_quiet(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    assert await store.claim(at(0.9), 10) == []
    assert [claim.lane for claim in await store.claim(at(1), 10)] == ["c:webhook:c1"]


async def test_each_further_text_prolongs_the_quiet_but_never_past_the_longest_wait(store: SqlStore) -> None:
    for number in range(6):
        await store.accept(buyer_event(number, seconds=0.7 * number))
        ready = await store.claim(at(0.7 * number + 0.05), 10)
        assert [claim.lane for claim in ready] == (["c:webhook:c1"] if number == 5 else [])


async def test_an_instant_event_makes_a_waiting_lane_ready_at_once(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    recall = instant_event(2, "c:webhook:c1", "message.recalled", {"id": "m1", "conversation_id": "c1"}, 0.2)
    await store.accept(recall)
    await claim_one(store, 0.2)


async def test_lanes_that_were_ready_first_are_claimed_first_and_only_up_to_the_limit(store: SqlStore) -> None:
    for number, name in enumerate(["c3", "c1", "c2"]):
        await store.accept(buyer_event(number, name, seconds=number))
    assert [claim.lane for claim in await store.claim(at(9), 2)] == ["c:webhook:c3", "c:webhook:c1"]
    assert [claim.lane for claim in await store.claim(at(9), 2)] == ["c:webhook:c2"]


async def test_a_lease_that_ran_out_passes_to_another_and_fences_the_first(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    slow = await claim_one(store, 1)
    assert await store.claim(at(10.9), 10) == []
    quick = await claim_one(store, 11)
    outcome = Outcome(done=(1,), conversation=talk(), commands=(reply("r1"),))
    assert not await store.save(slow, outcome, at(12))
    assert await store.save(quick, outcome, at(13))
    assert len(await store.claim_commands(at(14), 10, WEBHOOK)) == 1


async def test_work_holds_the_lanes_events_in_order_of_acceptance(store: SqlStore) -> None:
    for number in (3, 1, 2):
        await store.accept(buyer_event(number))
    work = await store.load(await claim_one(store, 1))
    assert [event.id for event in work.events] == ["e3", "e1", "e2"]
    assert work.events[0] == replace(buyer_event(3), seq=1)


async def test_a_finished_lane_rests_until_the_next_event(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    claim = await claim_one(store, 1)
    assert await store.save(claim, Outcome(done=(1,)), at(2))
    assert await store.claim(at(99), 10) == []
    await store.accept(buyer_event(2, seconds=100))
    work = await store.load(await claim_one(store, 101))
    assert [event.id for event in work.events] == ["e2"]


async def test_an_event_that_came_during_the_work_comes_up_after_it_and_after_its_own_quiet(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    claim = await claim_one(store, 1)
    await store.accept(buyer_event(2, seconds=1.5))
    await store.save(claim, Outcome(done=(1,)), at(2))
    assert await store.claim(at(2.4), 10) == []
    work = await store.load(await claim_one(store, 2.5))
    assert [event.id for event in work.events] == ["e2"]


async def test_events_left_undone_come_up_at_once(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    await store.accept(buyer_event(2))
    await store.save(await claim_one(store, 1), Outcome(done=(1,)), at(2))
    assert [event.id for event in (await store.load(await claim_one(store, 2))).events] == ["e2"]


async def test_a_conversation_that_moved_on_stops_the_save_and_the_lane_comes_up_again(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    claim = await claim_one(store, 1)
    assert await store.save(claim, Outcome(conversation=talk()), at(2))
    again = await claim_one(store, 2)
    stale = Outcome(done=(1,), conversation=talk(version=0), messages=(buyer_message(1),), commands=(reply("r1"),))
    assert not await store.save(again, stale, at(3))
    work = await store.load(await claim_one(store, 3))
    assert (len(work.events), work.conversation) == (1, talk(version=1))
    assert await store.claim_commands(at(4), 10, WEBHOOK) == []


async def test_an_orders_lane_finds_the_order(store: SqlStore) -> None:
    await store.accept(buyer_event(1))
    await store.save(await claim_one(store, 1), Outcome(done=(1,), conversation=talk(), orders=(order(),)), at(2))
    body = {"id": "o1", "buyer_id": "b1", "status": "paid"}
    await store.accept(instant_event(2, "o:o1", "order.updated", body, 3))
    work = await store.load(await claim_one(store, 3))
    assert (work.conversation, work.orders) == (None, (order(),))


async def test_a_flood_in_one_lane_takes_one_place_and_a_turns_worth_at_a_time(store: SqlStore) -> None:
    await asyncio.gather(*(store.accept(buyer_event(number, "flood")) for number in range(250)))
    await store.accept(buyer_event(900, "c2", seconds=0.5))
    first, other = await store.claim(at(5), 2)
    assert {first.lane, other.lane} == {"c:webhook:flood", "c:webhook:c2"}
    flood = first if first.lane.endswith("flood") else other
    work = await store.load(flood)
    assert len(work.events) == 100
    await store.save(flood, Outcome(done=tuple(event.seq for event in work.events)), at(6))
    assert [claim.lane for claim in await store.claim(at(6), 10)] == ["c:webhook:flood"]


async def test_the_work_of_many_lanes_read_together_is_each_lanes_own(store: SqlStore) -> None:
    for number in range(5):
        await store.accept(replace(buyer_event(number, f"c{number}"), body={**buyer_event(number).body, "n": number}))
    claims = await store.claim(at(1), 10)
    works = await asyncio.gather(*(store.load(claim) for claim in claims))
    assert [work.claim for work in works] == list(claims)
    assert [[event.body["n"] for event in work.events] for work in works] == [[number] for number in range(5)]


async def test_while_people_talk_with_the_buyer_nothing_waits_for_the_last_word_of_several(store: SqlStore) -> None:
    await store.act(Act(replace(talk(), holder=Holder.HUMAN)), at(0))
    assert await store.accept(buyer_event(1, seconds=10)) is Accepted.AT_ONCE
    assert await store.accept(buyer_event(1, seconds=10)) is Accepted.KNOWN
    assert await store.accept(buyer_event(2, "c2", seconds=10)) is Accepted.KEPT
    assert (await claim_one(store, 10)).lane == "c:webhook:c1"


async def test_long_after_the_last_word_it_waits_as_ever_since_the_bot_may_have_to_answer(store: SqlStore) -> None:
    await store.act(Act(replace(talk(), holder=Holder.HUMAN)), at(0))
    await store.accept(buyer_event(1, seconds=3_600))
    assert await store.claim(at(3_600.9), 10) == []
    await claim_one(store, 3_601)
