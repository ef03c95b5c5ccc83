"""A night made of given texts: conversations over its hours, taken by the real worker into a real store.

In: a store, a book, texts. Out: the store with the night in it. Never: a buyer, an order or an item of a real shop.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.bell import LocalBell
from bot.core.book import Book
from bot.core.model import Item, Order, OrderLine, Receiver
from bot.demo import load_demo
from bot.records import Event
from bot.store import SqlStore
from bot.worker import Worker
from tests.fakes import HandClock

BEGINS = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)  # 23:30 in Hangzhou: everybody has gone home
ENDS = BEGINS + timedelta(hours=9)
TO = Receiver("夏栀言", "19900001234", "浙江省宁波市海风路18号3幢202室")
_AT_ONCE = 100
_ROUND = timedelta(hours=2)  # from a conversation's message to its next
_STEP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Said:
    """The text number `number` of the night, in the conversation `talk`."""

    number: int
    talk: int
    at: datetime
    text: str
    item_id: str | None


async def tell_night(
    store: SqlStore, book: Book, texts: Sequence[str], talks: int, begins: datetime = BEGINS, name: str = "night"
) -> int:
    """The texts one after the other to so many conversations, then each conversation's next; how many there were.
    `name` keeps a night's conversations apart from another's."""
    items, orders = load_demo(begins).items, load_demo(begins).orders
    bought = [one for talk in range(talks) for one in _bought(talk, orders)]
    await store.import_snapshots(items, bought)
    clock, bell = HandClock(begins), LocalBell(lambda: None)
    worker = Worker(store, (bell, bell), lambda: book, clock, _silent())
    said = [one for one in _said(texts, talks, items, begins) if one.text.strip()]
    for some in _together(said):
        await asyncio.gather(*(store.accept(_event(one, name)) for one in some))
        clock.moment = some[-1].at + timedelta(seconds=5)
        while claims := await store.claim(clock.moment, _AT_ONCE):
            await asyncio.gather(*map(worker.work, claims))
    return len(said)


def _silent() -> structlog.typing.FilteringBoundLogger:
    silent = structlog.make_filtering_bound_logger(logging.CRITICAL)
    made: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(structlog.ReturnLogger(), wrapper_class=silent)
    return made


def _together(said: Sequence[Said]) -> Iterator[Sequence[Said]]:
    """Some conversations at once, of none two messages."""
    start = 0
    for place, one in enumerate(said):
        if place - start == _AT_ONCE or one.talk < said[max(place - 1, 0)].talk:
            yield said[start:place]
            start = place
    yield said[start:]


def buyer_of(talk: int) -> str:
    return f"night-buyer-{talk}"


def _bought(talk: int, orders: Sequence[Order]) -> Iterator[Order]:
    """Every third buyer has an order of the demo shop's, every ninth two; the rest have none."""
    for number in range((talk % 3 == 0) + (talk % 9 == 0)):
        like = orders[(talk + number) % len(orders)]
        lines: tuple[OrderLine, ...] = like.lines
        yield replace(like, id=f"77{talk:06}{number:08}", buyer_id=buyer_of(talk), lines=lines, receiver=TO)


def _said(texts: Sequence[str], talks: int, items: Sequence[Item], begins: datetime) -> Iterator[Said]:
    for number, text in enumerate(texts):
        turn, talk = divmod(number, talks)
        card = items[talk % len(items)].id if turn == 0 and talk % 4 == 1 else None
        yield Said(number, talk, begins + turn * _ROUND + talk * _STEP, text, card)


def _event(said: Said, name: str) -> Event:
    talk, buyer = f"{name}-{said.talk}", {"id": buyer_of(said.talk), "name": "夏栀言"}
    body: dict[str, object] = {
        "id": f"{name}-said-{said.number}", "conversation_id": talk, "buyer": buyer,
        "sender": "buyer", "kind": "text", "text": said.text, "sent_at": said.at.isoformat(),
    }  # fmt: skip
    card = {"item_id": said.item_id} if said.item_id else {}
    lane = f"c:webhook:{talk}"
    return Event("webhook", f"{name}-event-{said.number}", "message.created", lane, body | card, said.at, said.at)
