"""What every store tells of the catalogue as a whole, and of what buyers asked of it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.records import Outcome, TurnRecord
from bot.store import SqlStore
from tests.core.cases import item
from tests.fakes import at, buyer_event, talk

pytestmark = pytest.mark.anyio


def story(item_id: str | None, words: list[str], *intents: str) -> Mapping[str, object]:
    return {"facts": {"item": item_id}, "slots": {"attributes": words} if words else {}, "intents": list(intents)}


async def told(store: SqlStore, number: int, told_of: Mapping[str, object], conversation: str = "c1") -> None:
    """One turn of a conversation, with its story."""
    await store.accept(buyer_event(number, conversation, seconds=number * 10))
    [claim] = await store.claim(at(number * 10 + 5), 10)
    work = await store.load(claim)
    turn = TurnRecord(f"t{number}", conversation, at(number * 10), "answer", "sure", (), told_of)
    mine = work.conversation or talk(one=conversation)
    done = tuple(event.seq for event in work.events)
    assert await store.save(claim, Outcome(done, mine, turn=turn), at(number * 10 + 5))


async def test_the_catalogue_is_all_that_was_imported_by_id(store: SqlStore) -> None:
    mine = [item("i2"), item("i10"), item("i1")]
    await store.import_snapshots(mine, [])
    assert await store.catalogue() == sorted(mine, key=lambda one: one.id)
    assert await store.catalogue("i2") == [mine[0]]
    assert await store.catalogue("i3") == []


async def test_a_catalogue_longer_than_a_page_is_whole(store: SqlStore) -> None:
    many = [replace(item(f"i{number:05}"), size_chart=()) for number in range(2_500)]
    await store.import_snapshots(many, [])
    assert await store.catalogue() == many


async def test_questions_are_counted_by_item_and_conversation(store: SqlStore) -> None:
    await told(store, 1, story("i1", ["弹力"], "product_spec"))
    await told(store, 2, story("i1", ["弹力"], "product_spec"))
    await told(store, 3, story("i1", ["弹力"], "material"), "c2")
    await told(store, 4, story("i2", ["弹力", "口袋"], "product_spec"), "c2")
    asked = await store.asked(at(0), {"product_spec", "material"})
    assert asked == {"i1": {("弹力",): 2}, "i2": {("弹力", "口袋"): 1}}
    assert await store.asked(at(0), {"product_spec", "material"}, "i2") == {"i2": {("弹力", "口袋"): 1}}


async def test_what_was_not_asked_of_an_item_or_long_ago_does_not_count(store: SqlStore) -> None:
    await told(store, 1, story("i1", ["弹力"], "product_spec"))
    await told(store, 2, story(None, ["弹力"], "product_spec"))
    await told(store, 3, story("i1", [], "product_spec"))
    await told(store, 4, story("i1", ["弹力"], "return_howto"))
    await told(store, 5, story("i1", ["弹力"]))
    assert await store.asked(at(15), {"product_spec"}) == {}


async def test_what_bundles_offer_is_loaded_beside_what_the_turn_is_about(store: SqlStore) -> None:
    await store.import_snapshots([item("i1"), item("h1"), item("h2")], [])
    event = buyer_event(1)
    await store.accept(replace(event, body={**event.body, "item_id": "i1"}))
    await store.accept(buyer_event(2, "c2"))
    claims = await store.claim(at(1), 10)
    works = [await store.load(claim, frozenset({"h1", "nowhere"})) for claim in claims]
    assert [(sorted(work.items), sorted(work.offers)) for work in works] == [(["i1"], ["h1"]), ([], ["h1"])]
    assert (await store.load(claims[0])).offers == {}
