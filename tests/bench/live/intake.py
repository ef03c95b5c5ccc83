"""Unpaid orders that come in, by the whole way that they go in the service.

In: a database, a number. Out: how long it took. Never: a row written past the store.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from time import monotonic

from bot.clock import new_id, utc_now
from bot.core.book import Book
from bot.inbox import event_of
from bot.records import Event
from bot.store import SqlStore, open_store
from bot.turns import outcome_of
from tests.bench.live.pattern import CHANNEL
from tests.core.book import TOPICS, book_of, rules

_AT_ONCE = 200


@cache
def book() -> Book:
    """Without quiet hours, whatever the hour of the bench."""
    return book_of(TOPICS, rules(nudges={"quiet": []}))


@dataclass(frozen=True, slots=True)
class Kept:
    """So many orders, each with a nudge planned: seconds in all, and of those for saving alone."""

    seconds: float
    saving_s: float
    count: int


async def insert(url: str, count: int) -> Kept:
    """Orders come in as the webhook keeps them, are claimed, read, decided on and saved."""
    store = open_store(url, new_id=new_id)
    events, begun, saving = [_unpaid(number, utc_now()) for number in range(count)], monotonic(), 0.0
    for first in range(0, count, _AT_ONCE):
        await asyncio.gather(*map(store.accept, events[first : first + _AT_ONCE]))
        saving += await _planned(store)
    took = monotonic() - begun
    await store.close()
    return Kept(took, saving, count)


async def _planned(store: SqlStore) -> float:
    """All that waits; the seconds of saving."""
    seconds = 0.0
    while claims := await store.claim(utc_now(), _AT_ONCE):
        works = await asyncio.gather(*map(store.load, claims))
        outcomes = [outcome_of(work, book(), utc_now())[0] for work in works]
        begun = monotonic()
        await asyncio.gather(*(store.save(*pair, utc_now()) for pair in zip(claims, outcomes, strict=True)))
        seconds += monotonic() - begun
    return seconds


def _unpaid(number: int, now: datetime) -> Event:
    line = {"item_id": "i1", "title": "加绒卫衣", "quantity": 1, "price": "129.00"}
    data: Mapping[str, object] = {
        "id": f"o-new-{number}", "buyer_id": f"b-new-{number}", "conversation_id": f"c-new-{number}",
        "status": "unpaid", "amount": "129.00", "postage": "0.00", "lines": [line],
        "created_at": now.isoformat(), "updated_at": now.isoformat(),
    }  # fmt: skip
    return event_of(CHANNEL, f"e-new-{number}", "order.updated", data, now, timedelta())
