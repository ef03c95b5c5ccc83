"""A shop's long life in a store, one thing after the other.

In: a store, what happens. Out: a store with a history that the service itself could have made. Never: a row written
past the store.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from hypothesis import strategies as st

from bot.core.model import Conversation, Holder, OrderStatus
from bot.ports import Later
from bot.records import Claim, Command, DueNudges, Nudge, Outcome, Purpose, TurnRecord, Vitals
from bot.store import SqlStore
from tests.fakes import WEBHOOK, at, buyer_event, buyer_message, order, reply, sending, talk

DAY = 86400
Step = tuple[str, int]


def lives() -> st.SearchStrategy[list[Step]]:
    """What happens, and to which of a few conversations or orders."""
    words = [
        "writes",
        "turns",
        "turns",
        "sends",
        "fails",
        "orders",
        "nudges",
        "seen",
        "days",
        "days",
        "pauses",
        "claims",
    ]
    return st.lists(st.tuples(st.sampled_from(words), st.integers(0, 5)), min_size=10, max_size=40)


class Life:
    """`days` pass between what happens; a turn's holder and a failure's kind follow from the number drawn."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.seconds = 0.0
        self.numbers = count(1)

    @property
    def now(self) -> datetime:
        return at(self.seconds)

    async def run(self, steps: list[Step]) -> None:
        doings: Mapping[str, Callable[[int], Awaitable[None]]] = {
            "writes": self.writes, "turns": self.turns, "sends": self.sends, "fails": self.fails,
            "orders": self.orders, "nudges": self.nudges, "seen": self.seen, "days": self.passes,
            "pauses": self.pauses, "claims": self.claims,
        }  # fmt: skip
        for word, number in steps:
            self.seconds += 30
            await doings[word](number)

    async def writes(self, number: int) -> None:
        await self.store.accept(buyer_event(next(self.numbers), f"c{number % 3}", self.seconds))

    async def turns(self, number: int) -> None:
        for claim in await self.store.claim(self.now, 1 + number):
            self.seconds += 1
            await self.turn(claim, number)

    async def turn(self, claim: Claim, number: int) -> None:
        work = await self.store.load(claim)
        one = claim.lane.rpartition(":")[2]
        name = next(self.numbers)
        before = work.conversation or talk(one=one)
        told = tuple(str(event.body.get("id")) for event in work.events if event.type == "message.created")
        answer = self._answer(f"r{name}", one, told)
        outcome = Outcome(
            done=tuple(event.seq for event in work.events),
            conversation=self._moved(before, number),
            messages=tuple(replace(buyer_message(int(each[1:]), one), sent_at=self.now) for each in told),
            commands=(answer,),
            turn=TurnRecord(f"t{name}", one, self.now, "answer", "sure", (answer.id,), {}, before),
        )
        assert await self.store.save(claim, outcome, self.now)

    def _answer(self, one: str, conversation: str, told: tuple[str, ...]) -> Command:
        plain = reply(one, f"c:webhook:{conversation}", self.seconds)
        data = {**plain.data, "in_reply_to": list(told)}
        return replace(plain, conversation_id=conversation, data=data)

    def _moved(self, before: Conversation, number: int) -> Conversation:
        holder = [Holder.BOT, Holder.BOT, Holder.BOT, Holder.QUEUED, Holder.HUMAN, Holder.CLOSED][number]
        return replace(before, holder=holder, waiting_since=self.now if holder is Holder.QUEUED else None)

    async def sends(self, number: int) -> None:
        for claimed in await self.store.claim_commands(self.now, 1 + number, WEBHOOK):
            await self.store.mark_sent(claimed, self.now)

    async def fails(self, number: int) -> None:
        for claimed in await self.store.claim_commands(self.now, 1 + number, WEBHOOK):
            if number % 2:
                await self.store.mark_dead(claimed, "http 410")
            else:
                await self.store.mark_retry(claimed, at(self.seconds + 60), Later("timeout", unsure=number > 2))

    async def orders(self, number: int) -> None:
        status = [OrderStatus.UNPAID, OrderStatus.UNPAID, OrderStatus.FINISHED][number % 3]
        mine = replace(order(status, f"o{number % 2}", self.seconds), conversation_id=f"c{number % 3}")
        await self.store.import_snapshots([], [mine])
        await self.store.accept(buyer_event(next(self.numbers), f"plan{number}", self.seconds))
        for claim in await self.store.claim(at(self.seconds + 5), 10):
            plan = (Nudge(mine.id, f"s{next(self.numbers)}", at(self.seconds + number * DAY), buyer_id="b1"),)
            done = tuple(event.seq for event in (await self.store.load(claim)).events)
            await self.store.save(claim, Outcome(done=done, plan=plan), at(self.seconds + 5))

    async def nudges(self, number: int) -> None:
        for due in (await _due(self.store, self.now))[: 1 + number]:
            one = f"n{next(self.numbers)}"
            line, order = due.lines[0], due.orders[due.lines[0].order_id]
            command = replace(reply(one, f"n:{one}", self.seconds), purpose=Purpose.NUDGE, order_id=order.id)
            await self.store.settle_nudges(sending(line, replace(command, while_status="unpaid"), order))

    async def seen(self, number: int) -> None:
        for late in (await _late(self.store, self.now))[: 1 + number]:
            await self.store.see_to(replace(late, holder=Holder.QUEUED, waiting_since=self.now), self.now)

    async def passes(self, number: int) -> None:
        self.seconds += number * 20 * DAY

    async def claims(self, number: int) -> None:
        """By a worker that dies."""
        await self.store.claim(self.now, 1 + number)

    async def pauses(self, number: int) -> None:
        await self.store.set_paused(number == 0, self.now)


@dataclass(frozen=True)
class Alive:
    """All that waits in a store, taken up and worked off."""

    vitals: Vitals
    waiting: object
    lapsed: object
    due: object
    works: object
    commands: object
    saved: object
    held: object


async def taken_up(store: SqlStore, now: datetime) -> Alive:
    """What the service would find on its next day. Numbers may have gaps, and old orders are nobody's any more."""
    told = (await store.vitals(now), await store.waiting(), await _late(store, now), await _due(store, now))
    await store.set_paused(False, now)
    commands, works, saved = await store.claim_commands(now, 99, WEBHOOK), [], []
    for claim in await store.claim(now, 99):
        work = await store.load(claim)
        events = tuple(replace(event, seq=0) for event in work.events)
        works.append(replace(work, orders=(), events=events))
        outcome = Outcome(done=tuple(event.seq for event in work.events), conversation=work.conversation)
        saved.append(await store.save(claim, outcome, now))
    saved += [await store.mark_sent(one, now) for one in commands]
    return Alive(*told, works, commands, saved, await _held(store, now))


async def _late(store: SqlStore, now: datetime) -> list[Conversation]:
    """In one order, whatever the database's."""
    return sorted(await store.lapsed(now), key=lambda one: one.id)


async def _due(store: SqlStore, now: datetime) -> list[DueNudges]:
    return sorted(await store.due_nudges(now, 99), key=lambda one: (one.lines[0].due_at, one.lines[0].step))


async def _held(store: SqlStore, now: datetime) -> list[Holder]:
    """Who holds the conversations when buyers write again; one that is forgotten is the bot's, as a new one is."""
    for number in range(3):
        new = buyer_event(10_000 + number, f"c{number}")
        await store.accept(replace(new, received_at=now, ready_at=now))
    works = [await store.load(claim) for claim in sorted(await store.claim(now, 99), key=lambda one: one.lane)]
    holders = [work.conversation.holder if work.conversation else Holder.BOT for work in works]
    return [Holder.BOT if holder is Holder.CLOSED else holder for holder in holders]
