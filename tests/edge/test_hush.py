"""A human's word is confirmed once the bot is silent in that conversation."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.hush import Hush
from bot.ports import StoreDown
from bot.records import BEGINS_WITHIN, Event
from tests.fakes import HandClock, buyer_event, instant_event


@dataclass
class Inbox:
    kept: list[str] = field(default_factory=list)

    async def accept(self, event: Event) -> bool:
        self.kept.append(event.id)
        return len(self.kept) == 1


@dataclass
class Store:
    """Says yes so many times; `kept` was in the inbox when it was asked first."""

    inbox: Inbox
    speaking: int = 0
    down: bool = False
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def is_speaking(self, lane: str, message_id: str, text: str, now: datetime) -> bool:
        del now
        assert self.inbox.kept, "asked before the word was kept"
        self.asked.append((lane, message_id, text))
        if self.down:
            raise StoreDown("away")
        return len(self.asked) <= self.speaking


def word(sender: str = "seller") -> Event:
    told = {"id": "m1", "conversation_id": "c1", "sender": sender, "text": "我来"}
    return instant_event(1, "c:webhook:c1", "message.created", told)


def accepted(store: Store, event: Event) -> bool:
    return asyncio.run(Hush(store.inbox, store, HandClock()).accept(event))


def test_a_humans_word_is_confirmed_at_once_where_the_bot_is_silent() -> None:
    store = Store(Inbox())
    assert accepted(store, word())
    assert store.asked == [("c:webhook:c1", "m1", "我来")]


def test_it_waits_for_what_the_bot_is_saying() -> None:
    store = Store(Inbox(), speaking=3)
    assert accepted(store, word())
    assert len(store.asked) == 4


def test_it_waits_no_longer_than_a_send_may_take_to_begin() -> None:
    store = Store(Inbox(), speaking=10_000)
    assert accepted(store, word())
    assert len(store.asked) == BEGINS_WITHIN.total_seconds() * 50


def test_a_word_that_is_kept_is_confirmed_although_the_store_cannot_be_asked() -> None:
    assert accepted(Store(Inbox(), down=True), word())


def test_for_buyers_and_other_events_nobody_waits() -> None:
    store = Store(Inbox(), speaking=10_000)
    for event in (buyer_event(1), word("system"), instant_event(2, "o:o1", "order.updated", {"id": "o1"})):
        accepted(store, event)
    assert store.asked == []
