"""One shop, many orders, days of random events; whatever is sent is written down with the truth of that moment.

In: a folder, a seed. Out: what was sent, and what blocked what. Never: a verdict; that is the judge's.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from random import Random

import structlog
from sqlalchemy import select

from bot.bell import LocalBell
from bot.nudging import Nudging
from bot.records import Command, Event, Nudge
from bot.store import LONGEST, SqlStore
from bot.store.engine import open_engines, read
from bot.store.rows import nudge_of
from bot.store.schema import nudge
from bot.worker import Worker
from tests.fakes import WEBHOOK, HandClock, counting_ids
from tests.lives.shop import lively_book

START = datetime(2026, 11, 23, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_AT_ONCE = 0.6
_LOG = structlog.get_logger()
_TITLE = re.compile(r"货(\d+)号")


@dataclass
class Life:
    """What is true of an order, as its shop's system last told."""

    order_id: str
    buyer: str
    created_at: datetime
    status: str = "unpaid"
    refund: str = "none"
    paid_at: datetime | None = None
    signed_at: datetime | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """A message that reached the channel: what it says of which orders, and after how many moments."""

    id: str
    at: datetime
    buyer: str
    step: str
    orders: tuple[str, ...]
    queued_at: datetime
    moment: int


@dataclass(frozen=True)
class Moment:
    """One look at the ledger, right after the schedulers ran: lines by (order, step), and what was true then."""

    at: datetime
    lines: Mapping[tuple[str, str], Nudge]
    paused: bool
    held: frozenset[str]
    last_at: Mapping[str, datetime]
    lives: Mapping[str, Life]


@dataclass
class Story:
    """All that the judge reads."""

    buyers: list[str]
    lives: dict[str, Life]
    sent: list[Sent]
    moments: list[Moment]
    queued: dict[tuple[str, str], set[datetime]] = field(default_factory=dict)


@dataclass
class World:
    """`step` lets some minutes pass, with the schedulers at work whenever a line is due, and then lets something
    happen."""

    folder: Path
    chance: Random
    lives: dict[str, Life] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    last_at: dict[str, datetime] = field(default_factory=dict)
    stamps: dict[str, datetime] = field(default_factory=dict)
    paused: bool = False
    sent: list[Sent] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.clock = HandClock(START)
        self.book = lively_book()
        self.url = f"sqlite:///{self.folder / 'lives.db'}"
        self.stores = [self._open(), self._open()]
        self.looking = open_engines(self.url)
        self.line_of = cache(nudge_of)

    def _open(self) -> SqlStore:
        return SqlStore(open_engines(self.url), counting_ids(f"s{next(self.numbers)}-"), LONGEST)

    async def run(self, steps: int, buyers: int) -> None:
        self.buyers = [f"b{number}" for number in range(buyers)]
        for _ in range(steps):
            await self._pass(self.chance.choice((1, 1, 5, 15, 45, 90)))
            for _ in range(self.chance.randint(8, 24)):
                await self._happens()
            await self._work()
        await self._set_paused(False)
        for _ in range(15):
            await self._pass(240)
        await self._send()
        await self._tick()

    def story(self) -> Story:
        return Story(self.buyers, self.lives, self.sent, self.moments)

    async def close(self) -> None:
        for store in self.stores:
            await store.close()
        self.looking.dispose()

    async def _pass(self, minutes: int) -> None:
        """Now and then the service sleeps through it, or the clock is put back a little."""
        if self.chance.random() < 0.03:
            self.clock.turn(60 * self.chance.randint(60, 600))
        if self.chance.random() < 0.03:
            self.clock.turn(-60 * self.chance.randint(1, 10))
        if self.chance.random() < 0.05:
            await self._restart()
        until = self.clock() + minutes * MINUTE
        while self.clock() < until:
            await self._tick()
            self.clock.moment = min(until, max(self._next_due(), self.clock() + MINUTE), self.clock() + 30 * MINUTE)
        await self._tick()

    def _next_due(self) -> datetime:
        """When a line is due next, as the ledger says."""
        planned = [line.due_at for line in self.moments[-1].lines.values() if line.state == "planned"]
        later = [due for due in planned if due > self.clock()]
        return min(later, default=datetime.max.replace(tzinfo=UTC))

    async def _restart(self) -> None:
        """One of the two processes is started anew."""
        which = self.chance.randrange(2)
        await self.stores[which].close()
        self.stores[which] = self._open()

    async def _tick(self) -> None:
        """Both schedulers ring at once, and what they queued is sent: mostly at once, sometimes after a while."""
        both = [Nudging(one, LocalBell(), lambda: self.book, self.clock, _LOG) for one in self.stores]
        await asyncio.gather(*(one.tick() for one in both))
        if self.chance.random() < _AT_ONCE:
            await self._send()
        self.moments.append(self._look())

    async def _send(self) -> None:
        while claimed := await self.chance.choice(self.stores).claim_commands(self.clock(), 200, WEBHOOK):
            for one in claimed:
                if one.command.type == "message.send" and one.command.purpose in {"nudge", "care"}:
                    self.sent.append(_sent(one.command, self.clock(), len(self.moments)))
                await self.stores[0].mark_sent(one, self.clock())

    def _ledger(self) -> Mapping[tuple[str, str], Nudge]:
        rows = read(self.looking.read, lambda connection: connection.execute(select(nudge)).all())
        return {(row.order_id, row.step): self.line_of(row) for row in rows}

    def _look(self) -> Moment:
        lives = {one: replace(life) for one, life in self.lives.items()}
        return Moment(self.clock(), self._ledger(), self.paused, frozenset(self.held), dict(self.last_at), lives)

    async def _happens(self) -> None:
        does: list[Callable[[], Mapping[str, object] | None]] = [
            *[self._orders] * 7, *[self._pays] * 2, self._closes, self._changes, self._signs, self._refunds,
            *[self._writes] * 3, self._refuses, self._takes_over, self._hands_back,
        ]  # fmt: skip
        if self.chance.random() < 0.004:
            await self._set_paused(not self.paused)
        event = self.chance.choice(does)()
        if event is not None:
            await self.stores[0].accept(self._event(event))

    async def _set_paused(self, paused: bool) -> None:
        self.paused = paused
        await self.stores[0].set_paused(paused, self.clock())

    async def _work(self) -> None:
        """All that came in is worked on at once; the truth and the store agree from then on."""
        worker = Worker(self.stores[0], (LocalBell(), LocalBell()), lambda: self.book, self.clock, _LOG)
        self.clock.turn(3)
        while claims := await self.stores[0].claim(self.clock(), 100):
            await asyncio.gather(*(worker.work(claim) for claim in claims))
        if self.chance.random() < _AT_ONCE:
            await self._send()
        self.held |= {one for one in self.buyers if await self._is_queued(one)}

    async def _is_queued(self, buyer: str) -> bool:
        waiting = {one.buyer_id for one in await self.stores[0].waiting()}
        return buyer in waiting

    def _event(self, body: Mapping[str, object]) -> Event:
        kind = str(body["type"])
        data = {name: value for name, value in body.items() if name != "type"}
        lane = f"o:{data['id']}" if kind.startswith("order") else f"c:webhook:{data['conversation_id']}"
        now = self.clock()
        return Event("webhook", f"e{next(self.numbers)}", kind, lane, data, now, now)

    # What may happen to an order.

    def _orders(self) -> Mapping[str, object]:
        one = f"o{next(self.numbers)}"
        self.lives[one] = Life(one, self.chance.choice(self.buyers), self.clock())
        return self._snapshot(self.lives[one])

    def _some(self, *statuses: str) -> Life | None:
        some = [life for life in self.lives.values() if life.status in statuses]
        return self.chance.choice(some) if some else None

    def _moves(self, life: Life | None, status: str) -> Mapping[str, object] | None:
        if life is None:
            return None
        life.status = status
        life.paid_at = self.clock() if status == "paid" else life.paid_at
        life.signed_at = self.clock() if status == "signed" else life.signed_at
        return self._snapshot(life)

    def _pays(self) -> Mapping[str, object] | None:
        return self._moves(self._some("unpaid"), self.chance.choice(("paid", "paid", "deposit_paid")))

    def _closes(self) -> Mapping[str, object] | None:
        return self._moves(self._some("unpaid", "paid"), "closed")

    def _signs(self) -> Mapping[str, object] | None:
        return self._moves(self._some("paid"), self.chance.choice(("shipped", "signed")))

    def _changes(self) -> Mapping[str, object] | None:
        life = self._some("unpaid", "paid", "signed")
        return self._snapshot(life) if life else None

    def _refunds(self) -> Mapping[str, object] | None:
        life = self._some("paid", "unpaid")
        if life is None or self.chance.random() < 0.7:
            return None
        life.refund = "asked"
        return self._snapshot(life)

    def _snapshot(self, life: Life) -> Mapping[str, object]:
        title = f"货{life.order_id[1:]}号"
        line = {"item_id": "i1", "title": title, "quantity": 1, "price": "9.00"}
        told = {"paid_at": life.paid_at, "signed_at": life.signed_at}
        times = {name: at.isoformat() for name, at in told.items() if at}
        return {
            "type": "order.updated", "id": life.order_id, "buyer_id": life.buyer, "conversation_id": f"c-{life.buyer}",
            "status": life.status, "amount": "9.00", "postage": "0.00", "lines": [line], "refund": life.refund,
            "created_at": life.created_at.isoformat(), "updated_at": self._later(life).isoformat(), **times,
        }  # fmt: skip

    def _later(self, life: Life) -> datetime:
        """Shop systems number their snapshots by their own clock, which is not put back."""
        last = self.stamps.get(life.order_id, life.created_at)
        self.stamps[life.order_id] = max(self.clock(), last + timedelta(milliseconds=1))
        return self.stamps[life.order_id]

    # What may happen in a conversation.

    def _says(self, buyer: str, sender: str, text: str) -> Mapping[str, object]:
        return {
            "type": "message.created", "id": f"m{next(self.numbers)}", "conversation_id": f"c-{buyer}",
            "buyer": {"id": buyer}, "sender": sender, "kind": "text", "text": text, "sent_at": self.clock().isoformat(),
        }  # fmt: skip

    def _writes(self) -> Mapping[str, object]:
        buyer = self.chance.choice(self.buyers)
        self.last_at[buyer] = self.clock() + timedelta(seconds=3)
        return self._says(buyer, "buyer", self.chance.choice(("什么时候发货", "发什么快递", "谢谢")))

    def _refuses(self) -> Mapping[str, object] | None:
        buyer = self.chance.choice(self.buyers)
        if self.chance.random() < 0.7:
            return None
        self.last_at[buyer] = self.clock() + timedelta(seconds=3)
        for life in self.lives.values():
            if life.buyer == buyer and life.status == "unpaid":
                life.stopped_at = life.stopped_at or self.clock()
        return self._says(buyer, "buyer", "我不要了")

    def _takes_over(self) -> Mapping[str, object] | None:
        buyer = self.chance.choice(self.buyers)
        if self.chance.random() < 0.5:
            return None
        self.held.add(buyer)
        return self._says(buyer, "seller", "亲，我来帮您看看")

    def _hands_back(self) -> Mapping[str, object] | None:
        if not self.held:
            return None
        buyer = self.chance.choice(sorted(self.held))
        self.held.discard(buyer)
        return {"type": "conversation.handed_back", "conversation_id": f"c-{buyer}"}


def _sent(command: Command, now: datetime, moment: int) -> Sent:
    text = str(command.data["text"])
    orders = tuple(f"o{number}" for number in _TITLE.findall(text))
    return Sent(command.id, now, str(command.data["buyer_id"]), text[:2], orders, command.created_at, moment)
