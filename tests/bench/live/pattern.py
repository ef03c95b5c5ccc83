"""One real turn and one real order as patterns of many rows.

In: a book, a time. Out: rows of every table, with `MARK` where a row's own key goes. Never: a shape of our own making.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Table

from bot.cli.simulate import Simulation
from bot.core.book import Book
from bot.core.model import DecisionKind, Order, OrderLine, OrderStatus
from bot.inbox import event_of
from bot.records import Claim, Event, Nudge, Outcome, Work
from bot.store import rows, schema
from bot.turns import outcome_of
from tests.bench.data import BenchError

MARK = "~~"
CHANNEL = "webhook"
CONVERSATION = f"c-seed-{MARK}"
BUYER = f"b-{CONVERSATION}"
_TRIES = 200
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Rows of a table; each row's times are later than the last row's by `step`."""

    table: Table
    values: Values
    step: timedelta


def talks(book: Book, at: datetime, step: timedelta) -> list[Pattern]:
    """All rows of a conversation in which one question was asked and answered."""
    event = _question(book, at)
    outcome, _ = outcome_of(Work(Claim(event.lane, "t"), (event,), None, (), {}, (), False, {}), book, at)
    return [Pattern(table, _keyed(values, outcome), step) for table, values in _rows(event, outcome, at)]


def orders(book: Book, at: datetime, due: datetime, step: timedelta) -> list[Pattern]:
    """An unpaid order of a conversation's buyer, and its first nudge."""
    order = Order(
        id=f"o-{MARK}", buyer_id=BUYER, status=OrderStatus.UNPAID, amount=Decimal(129), postage=Decimal(0),
        lines=(OrderLine("i1", "加绒卫衣", 1, Decimal(129)),), created_at=at, updated_at=at,
        conversation_id=CONVERSATION,
    )  # fmt: skip
    nudge = Nudge(order.id, book.rules.nudges.steps[0].name, due, buyer_id=order.buyer_id)
    kept = Pattern(schema.orders, rows.order_values(order), timedelta())
    return [kept, Pattern(schema.nudge, rows.nudge_values(nudge), step)]


def _question(book: Book, at: datetime) -> Event:
    """What the bot answers by itself: nobody waits for people."""
    asks = [ask.text for ask in book.asks[:: max(1, len(book.asks) // _TRIES)]]
    hours = (Simulation(book, at - timedelta(hours=number)) for number in range(24))  # by day people come first
    tried = (one for hour in hours for one in asks if hour.turn(one).decision.kind is DecisionKind.ANSWER)
    text = next(tried, None)
    if text is None:
        raise BenchError("the bot answers none of the asks that were tried")
    data: Values = {
        "id": f"m-{MARK}", "conversation_id": CONVERSATION, "buyer": {"id": BUYER}, "sender": "buyer",
        "kind": "text", "text": text, "sent_at": at.isoformat(),
    }  # fmt: skip
    return event_of(CHANNEL, f"e-{MARK}", "message.created", data, at, timedelta())


def _rows(event: Event, outcome: Outcome, at: datetime) -> Sequence[tuple[Table, Values]]:
    assert outcome.conversation
    assert outcome.turn
    [message], [command], turn_id = outcome.messages, outcome.commands, outcome.turn.id
    sent = {"state": "sent", "tries": 1, "due_at": None, "sent_at": at}
    return (
        (schema.inbox, rows.event_values(event) | {"done_at": at}),
        (schema.lane, {"id": event.lane}),
        (schema.conversation, rows.conversation_values(outcome.conversation, 1, at)),
        (schema.message, rows.message_values(CHANNEL, message, turn_id)),
        (schema.message, rows.spoken_values(command, turn_id, at)),
        (schema.outbox, rows.command_values(command, turn_id) | sent),
        (schema.turn, rows.turn_values(outcome.turn)),
    )


def _keyed(values: Values, outcome: Outcome) -> Values:
    """With a row's own ids in place of those that follow from the pattern's; as long as real ones."""
    assert outcome.turn
    own = {outcome.commands[0].id: f"yb_{MARK * 4}", outcome.turn.id: f"yb_{MARK * 3}00000000"}
    return {name: _swapped(value, own) for name, value in values.items()}


def _swapped(value: object, own: Mapping[str, str]) -> object:
    if isinstance(value, (dict, list)):
        return json.loads(str(_swapped(json.dumps(value), own)))
    if not isinstance(value, str):
        return value
    for old, new in own.items():
        value = value.replace(old, new)
    return value
