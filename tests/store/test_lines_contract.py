"""What every store promises about the buyers' last words in many conversations."""

from dataclasses import replace

import pytest

from bot.records import Outcome
from bot.store import SqlStore
from tests.fakes import at, buyer_event, buyer_message, talk

pytestmark = pytest.mark.anyio


async def says(store: SqlStore, number: int, one: str) -> None:
    await store.accept(buyer_event(number, one))
    [claim] = await store.claim(at(number + 5), 10)
    events = (await store.load(claim)).events
    line = replace(buyer_message(number), conversation_id=one)
    before = await store.talk("webhook", one) or talk(one=one)
    assert await store.save(claim, Outcome(tuple(e.seq for e in events), before, messages=(line,)), at(number + 5))


async def test_of_each_conversation_the_newest_line(store: SqlStore) -> None:
    for number, one in enumerate(["c1", "c2", "c1", "c3"]):
        await says(store, number, one)
    found = await store.last_words([("webhook", "c1"), ("webhook", "c2"), ("webhook", "c9")])
    assert {place: line.id for place, line in found.items()} == {("webhook", "c1"): "m2", ("webhook", "c2"): "m1"}
    assert await store.last_words([]) == {}


async def test_what_was_just_written_is_there_until_the_transcript_has_it(store: SqlStore) -> None:
    await says(store, 1, "c1")
    await store.accept(replace(buyer_event(1, "c1"), id="e1-again"))  # told twice: it stands there already
    for number in (2, 3):
        await store.accept(buyer_event(number, "c1", seconds=number))
    found = await store.coming("webhook", "c1")
    assert [(one.seq, one.id, one.author, one.text, one.at) for one in found] == [
        (0, "m2", "buyer", "第2句", at(2)), (0, "m3", "buyer", "第3句", at(3)),
    ]  # fmt: skip


async def test_of_what_people_say_in_the_channels_own_desk_nothing_is_coming(store: SqlStore) -> None:
    event = buyer_event(1)
    await store.accept(replace(event, body={**event.body, "sender": "seller"}))
    assert await store.coming("webhook", "c1") == []
