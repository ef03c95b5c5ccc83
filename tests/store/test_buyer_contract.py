"""What every store promises about the file of a buyer."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.clock import new_id
from bot.core.buyer import RULE, Agreed, Buyer, Consent, Issue, News, Tag, Told
from bot.records import Outcome
from bot.store import SqlStore, open_store
from bot.store.engine import open_engines
from bot.store.schema import buyer
from tests.fakes import at, buyer_event, instant_event, talk

pytestmark = pytest.mark.anyio


async def learn(store: SqlStore, number: int, *told: News, one: str = "c1", version: int = 0) -> bool:
    """A turn of a conversation that brings news."""
    await store.accept(buyer_event(number, one, seconds=number))
    claims = await store.claim(at(number + 2), 10)
    [claim] = [claim for claim in claims if claim.lane.endswith(one)]
    done = tuple(event.seq for event in (await store.load(claim)).events)
    outcome = Outcome(done=done, conversation=talk(version, one=one), news=told)
    return await store.save(claim, outcome, at(number + 2))


async def test_nothing_is_remembered_of_whom_there_is_no_news(store: SqlStore) -> None:
    assert await learn(store, 1)
    assert await store.buyer("b1") is None


async def test_news_is_read_back_with_the_next_turn(store: SqlStore) -> None:
    issue = Issue("i1", "c1", "needs_person", at(1), "exchange", "o1", "要换大一码")
    told = News(
        "b1", at(1), "小王", {"height": "165"}, {"carrier": "顺丰"}, {"size_fit": 2}, (Tag("老客", RULE, at(1)),),
        (issue,), consent=Agreed.GRANTED,
    )  # fmt: skip
    assert await learn(store, 1, told)
    await store.accept(buyer_event(5, seconds=5))
    [claim] = await store.claim(at(9), 10)
    assert (await store.load(claim)).buyer == Buyer(
        "b1", 1, Told("小王", at(1)), (Tag("老客", RULE, at(1)),), {"height": Told("165", at(1))},
        {"carrier": Told("顺丰", at(1))}, {"size_fit": 2}, (issue,), Consent(Agreed.GRANTED, at(1)), at(1),
    )  # fmt: skip


async def test_a_turn_that_is_not_saved_teaches_nothing(store: SqlStore) -> None:
    assert await learn(store, 1, News("b1", at(1), counts={"size_fit": 1}))
    assert not await learn(store, 4, News("b1", at(4), counts={"size_fit": 1}), version=0)
    found = await store.buyer("b1")
    assert found is not None
    assert found.counts == {"size_fit": 1}


async def test_two_conversations_of_one_buyer_lose_nothing_of_each_other(store: SqlStore) -> None:
    """Both were loaded before either was saved; by one process they are saved in one transaction."""
    for number, one in enumerate(("c1", "c2"), 1):
        await store.accept(buyer_event(number, one))
    claims = await store.claim(at(2), 10)
    works = [await store.load(claim) for claim in claims]
    outcomes = [
        Outcome(
            done=tuple(event.seq for event in work.events),
            conversation=talk(one=work.claim.lane[-2:]),
            news=(News("b1", at(number), counts={"size_fit": 1}, told={f"measure.{number}": "24"}),),
        )
        for number, work in enumerate(works)
    ]
    saved = await asyncio.gather(*map(store.save, claims, outcomes, [at(3), at(3)]))
    found = await store.buyer("b1")
    assert saved == [True, True]
    assert found is not None
    assert (found.counts, sorted(found.told)) == ({"size_fit": 2}, ["measure.0", "measure.1"])


async def test_two_processes_lose_nothing_of_each_other(database_url: str) -> None:
    """Each tags the same new buyer a few times, all at once."""
    stores = [open_store(database_url, new_id=new_id) for _ in range(2)]
    tags = [(store, f"标签{number}{which}") for number in range(8) for which, store in enumerate(stores)]
    await asyncio.gather(*(store.tag_buyer("b1", tag, on=True, by="a01", now=at(1)) for store, tag in tags))
    found = await stores[0].buyer("b1")
    for store in stores:
        await store.close()
    assert found is not None
    assert sorted(found.tag_names) == sorted(tag for _, tag in tags)


async def test_what_a_person_took_off_no_rule_sets_again(store: SqlStore) -> None:
    await store.tag_buyer("b1", "易怒", on=True, by="a01", now=at(1))
    await store.tag_buyer("b1", "易怒", on=False, by="a01", now=at(2))
    await learn(store, 5, News("b1", at(5), tags=(Tag("易怒", RULE, at(5)),)))
    found = await store.buyer("b1")
    assert found is not None
    assert found.tag_names == ()


async def test_the_file_is_that_of_the_conversations_buyer(store: SqlStore) -> None:
    """Somebody else who writes there does not bring theirs."""
    await learn(store, 1, News("b1", at(1), counts={"stock": 1}))
    await store.tag_buyer("b2", "老客", on=True, by="a01", now=at(1))
    event = buyer_event(4, seconds=4)
    await store.accept(replace(event, body={**event.body, "buyer": {"id": "b2"}}))
    [claim] = await store.claim(at(9), 10)
    found = (await store.load(claim)).buyer
    assert found is not None
    assert found.id == "b1"


async def test_lanes_that_are_no_conversations_bring_no_file(store: SqlStore) -> None:
    await store.tag_buyer("b1", "老客", on=True, by="a01", now=at(1))
    await store.accept(instant_event(1, "o:o1", "order.updated", {"id": "o1", "buyer_id": "b1"}))
    [claim] = await store.claim(at(2), 10)
    assert (await store.load(claim)).buyer is None


async def test_a_file_that_only_newer_software_can_read_is_left_alone(database_url: str) -> None:
    store = open_store(database_url, new_id=new_id)
    await store.tag_buyer("b1", "老客", on=True, by="a01", now=at(1))
    engines = open_engines(database_url)
    with engines.write.begin() as connection:
        connection.execute(update(buyer).values(body='{"id": 1}'))
    engines.dispose()
    assert await learn(store, 1, News("b1", at(1), counts={"stock": 1}))
    assert await store.buyer("b1") is None
    await store.close()


async def test_a_later_turn_counts_on(store: SqlStore) -> None:
    for number in range(3):
        assert await learn(store, 5 * number, News("b1", at(number), counts={"size_fit": 1}), version=number)
    found = await store.buyer("b1")
    assert found is not None
    assert (found.version, found.counts, found.seen_at) == (3, {"size_fit": 3}, at(0) + timedelta(seconds=2))


async def test_who_agreed_is_found_page_by_page_and_who_took_it_back_is_not(store: SqlStore) -> None:
    said = {"b1": [Agreed.GRANTED], "b2": [Agreed.GRANTED, Agreed.WITHDRAWN], "b3": [Agreed.GRANTED], "b4": []}
    for number, (one, words) in enumerate(said.items()):
        await store.tag_buyer(one, "老客", on=True, by="a01", now=at(1))
        news = [News(one, at(number + place), consent=word) for place, word in enumerate(words)]
        assert await learn(store, 10 * number, *news, one=f"c{number}")
    assert [one.buyer_id for one in await store.guests("", 10)] == ["b1", "b3"]
    assert [one.buyer_id for one in await store.guests("", 1)] == ["b1"]
    assert [one.buyer_id for one in await store.guests("b1", 1)] == ["b3"]
