"""Stand-ins for the world, and values to talk about.

In: nothing. Out: a clock that tests turn, ids that count, a channel that remembers, builders of plain values.
Never: a mock.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from bot.core.model import Conversation, Holder, Kind, Message, Order, OrderLine, OrderStatus, Sender
from bot.floods import Floods
from bot.ports import Delivered, Later, Refused
from bot.records import Command, Event, Nudge, NudgeState, Purpose, Settled

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
QUIET = timedelta(seconds=1)
FREELY = Floods(1_000_000, QUIET)
#: The channels of a process that has the usual one.
WEBHOOK = frozenset({"webhook"})


def at(seconds: float) -> datetime:
    """So many seconds after noon in Hangzhou."""
    return NOON + timedelta(seconds=seconds)


class HandClock:
    """A clock that only tests turn."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def counting_ids(prefix: str = "id") -> Callable[[], str]:
    """Ids that a reader of a failed test can follow."""
    numbers = count(1)
    return lambda: f"{prefix}{next(numbers)}"


def buyer_event(number: int, conversation: str = "c1", seconds: float = 0, channel: str = "webhook") -> Event:
    """A buyer's text as accepted, ready after a second of quiet."""
    body: Mapping[str, object] = {
        "id": f"m{number}",
        "conversation_id": conversation,
        "buyer": {"id": "b1"},
        "sender": "buyer",
        "kind": "text",
        "text": f"第{number}句",
    }
    lane = f"c:{channel}:{conversation}"
    return Event(channel, f"e{number}", "message.created", lane, body, at(seconds), at(seconds) + QUIET)


def instant_event(number: int, lane: str, kind: str, body: Mapping[str, object], seconds: float = 0) -> Event:
    """An event that waits for nothing."""
    return Event("webhook", f"e{number}", kind, lane, body, at(seconds), at(seconds))


def buyer_message(number: int, conversation: str = "c1", seconds: float = 0) -> Message:
    return Message(f"m{number}", conversation, "b1", Sender.BUYER, Kind.TEXT, at(seconds), text=f"第{number}句")


def talk(version: int = 0, holder: Holder = Holder.BOT, one: str = "c1", group: str | None = None) -> Conversation:
    return Conversation(one, "webhook", "b1", holder, version, group=group)


def order(status: OrderStatus = OrderStatus.UNPAID, one: str = "o1", updated: float = 0, buyer: str = "b1") -> Order:
    line = OrderLine("i1", "加绒卫衣", 1, Decimal("129.00"), "i1-m")
    money = (Decimal("129.00"), Decimal("8.00"))
    return Order(one, buyer, status, *money, (line,), NOON, at(updated), conversation_id="c1")


def reply(one: str, lane: str = "c:webhook:c1", seconds: float = 0, by_bot: bool = True) -> Command:
    """A bot's answer that may be sent for the next ten minutes."""
    data = {"id": one, "conversation_id": "c1", "buyer_id": "b1", "kind": "text", "text": f"答{one}"}
    author = {"kind": "bot", "id": "bot"} if by_bot else {"kind": "agent", "id": "a01"}
    return Command(
        id=one,
        channel="webhook",
        type="message.send",
        lane=lane,
        conversation_id="c1",
        data={**data, "author": author, "source": "replies/a.md:3" if by_bot else None},
        purpose=Purpose.REPLY,
        by_bot=by_bot,
        created_at=at(seconds),
        deadline=at(seconds + 600),
    )


class FakeChannel:
    """Remembers what it was asked to send and answers as told; with nothing told it delivers."""

    def __init__(self, *answers: Delivered | Later | Refused) -> None:
        self.sent: list[Command] = []
        self._answers = list(answers)

    async def send(self, command: Command, now: datetime) -> Delivered | Later | Refused:
        del now
        self.sent.append(command)
        return self._answers.pop(0) if self._answers else Delivered()


def sending(line: Nudge, command: Command, *orders: Order) -> Settled:
    """A line of the ledger that a command carries out from now on."""
    return Settled((line,), (replace(line, state=NudgeState.SENDING, command_id=command.id),), (command,), orders)
