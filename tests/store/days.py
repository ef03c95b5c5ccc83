"""Two days of a small shop, told to a store by the service's own calls.

In: a store. Out: a log as turns, sends, acts and snapshots leave it. Never: a row written past the store.

Times are Hangzhou's, on 20 November 2026 unless marked; every figure that follows from them is reckoned in
`tests/store/test_days_contract.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot.acts import Act
from bot.core.model import Conversation, Holder, Kind, Message, OrderStatus, Sender
from bot.core.notebooks import Entry, Happening
from bot.records import Event, Outcome, Purpose, TurnRecord
from bot.store import SqlStore
from tests.core.transcripts import moment
from tests.fakes import QUIET, WEBHOOK, order, reply


class Shopkeeper:
    """Does what the inbox, the worker and the outbox do, at the times that are told."""

    def __init__(self, store: SqlStore, begun: int = 0) -> None:
        self.store = store
        self.numbers = begun

    async def hears(
        self, when: str, talk: str, *, by: str = "buyer", buyer: str = "b1", intents: Sequence[str] = ()
    ) -> str:
        """A line comes in; one of the buyer's is a turn. `by`: the buyer, or an agent."""
        number, at = self._next(), moment(when)
        sender = Sender.BUYER if by == "buyer" else Sender.SELLER
        agent = None if by in {"buyer", "seller"} else by
        one = Message(f"m{number}", talk, buyer, sender, Kind.TEXT, at, text="……", agent_id=agent)
        record = TurnRecord(f"t{number}", talk, at, "answer", "sure", (), {"intents": list(intents)})
        outcome = Outcome(messages=(one,), turn=record if by == "buyer" else None)
        await self._works(talk, buyer, at, outcome)
        return one.id

    async def says(self, when: str, talk: str, purpose: Purpose = Purpose.REPLY, *, by: str | None = None) -> None:
        """A line goes out: the bot's, or an agent's from the desk. The line is held only for a buyer who waits."""
        at, held = moment(when), purpose is Purpose.NOTICE
        plain = reply(f"r{self._next()}", lane=f"c:webhook:{talk}", by_bot=by is None)
        data = {
            **plain.data,
            "conversation_id": talk,
            "author": {"kind": "agent", "id": by} if by else plain.data["author"],
        }
        command = replace(
            plain, conversation_id=talk, data=data, purpose=purpose, created_at=at, deadline=at + 600 * QUIET,
            asked_at=at if held else None,
        )  # fmt: skip
        await self._works(talk, "", at, Outcome(commands=(command,)), waits=held)
        [claimed] = await self.store.claim_commands(at, 10, WEBHOOK)
        assert await self.store.mark_sent(claimed, at)

    async def takes_back(self, when: str, talk: str, one: str) -> None:
        await self._works(talk, "", moment(when), Outcome(recalled=(one,)))

    async def clocks(self, when: str, agent: str, state: str, late: int = 0) -> None:
        data = {"state": state, "late": late, "shift": "早班"}
        entry = Entry(f"p{self._next()}", moment(when), Happening.PRESENCE, agent_id=agent, data=data)
        assert await self.store.act(Act(journal=(entry,)), moment(when))

    async def sells(self, one: str, buyer: str, placed: str, paid: str | None, amount: str = "129.00") -> None:
        status = OrderStatus.PAID if paid else OrderStatus.UNPAID
        plain = replace(order(status, one, buyer=buyer), amount=Decimal(amount), created_at=moment(placed))
        told = replace(plain, paid_at=moment(paid) if paid else None, updated_at=moment(paid or placed))
        await self.store.import_snapshots((), (told,))

    async def _works(self, talk: str, buyer: str, at: datetime, outcome: Outcome, waits: bool = False) -> None:
        lane = f"c:webhook:{talk}"
        event = Event("webhook", f"e{self._next()}", "message.created", lane, {"id": "none"}, at, at)
        assert await self.store.accept(event)
        [claim] = await self.store.claim(at + QUIET, 10)
        work = await self.store.load(claim)
        known = work.conversation or Conversation(talk, "webhook", buyer)
        holder, since = (Holder.QUEUED, at) if waits else (Holder.BOT, None)
        known = replace(known, holder=holder, waiting_since=since)
        done = tuple(each.seq for each in work.events)
        assert await self.store.save(claim, replace(outcome, done=done, conversation=known), at)

    def _next(self) -> int:
        self.numbers += 1
        return self.numbers


async def lived(store: SqlStore) -> None:
    """The day."""
    shop = Shopkeeper(store)
    # c1 of b1: a round over midnight from the day before; carrier and stock by the bot in 2 s; an agent in 30 s
    await shop.hears("-1 23:59:00", "c1")
    await shop.says("00:00:30", "c1")
    await shop.hears("10:00:00", "c1", intents=["carrier", "stock"])
    await shop.says("10:00:02", "c1")
    await shop.hears("10:05:00", "c1", intents=["size_fit"])
    await shop.hears("10:05:30", "c1", by="a01")
    # c2 of b2: called people after 3 s, the line held, an agent from the desk after 3 min; then a nudge
    await shop.hears("11:00:00", "c2", buyer="b2", intents=["ask_human"])
    await shop.says("11:00:03", "c2", Purpose.HANDOFF)
    await shop.says("11:01:00", "c2", Purpose.NOTICE)
    await shop.says("11:03:00", "c2", by="a02")
    await shop.says("12:00:00", "c2", Purpose.NUDGE)
    # c3 of b3: taken back; c4 of b4: an agent who calls himself the bot; c5 of b5: nobody
    gone = await shop.hears("13:00:00", "c3", buyer="b3")
    await shop.takes_back("13:01:00", "c3", gone)
    await shop.hears("14:00:00", "c4", buyer="b4")
    await shop.hears("14:00:10", "c4", by="bot")
    await shop.hears("23:30:00", "c5", buyer="b5")
    # orders: b1 in time, b2 too early
    await shop.sells("o1", "b1", "10:10:00", "10:20:00")
    await shop.sells("o2", "b2", "09:00:00", "11:05:00")
    # a01 09:05 to 18:05, five minutes late
    await shop.clocks("09:05:00", "a01", "online", late=300)
    await shop.clocks("18:05:00", "a01", "offline")


async def next_day(store: SqlStore) -> None:
    """What happens the day after, none of it the first day's matter."""
    shop = Shopkeeper(store, begun=1000)
    await shop.hears("+1 12:00:00", "c1", intents=["refund"])
    await shop.says("+1 12:00:02", "c1")
    await shop.hears("+1 12:05:00", "c9", buyer="b9")
    await shop.clocks("+1 09:00:00", "a01", "online")
    await shop.sells("o9", "b9", "+1 12:06:00", "+1 12:07:00")
