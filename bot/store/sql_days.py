"""A local day read back from the log, some conversations at a time.

In: a connection inside one snapshot, a span of time. Out: each conversation to whoever hears it, then the rest. Never:
a day's words in memory, a whole table read for one day.

Conversations with a line in the day are read from `back` before it to `ahead` after it (see `DaySpan`): as far as a
round or a session of the day can reach.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Text, bindparam, func, select

from bot.core.attendance import KINDS
from bot.core.daylog import DayLog, DaySpan, Purchase
from bot.core.notebooks import Entry
from bot.core.paying import paid_at
from bot.core.rounds import Line, Talk
from bot.store.note_rows import entry_of
from bot.store.rows import order_of
from bot.store.schema import conversation, journal, message, orders, turn
from bot.store.sql_cleared import cleared_until
from bot.store.sql_talks import Place
from bot.store.times import UtcMicros

AT_ONCE = 200  # conversations, or buyers, of one statement
Hear = Callable[[Talk], None]


def day(connection: Connection, span: DaySpan, hear: Hear) -> DayLog:
    """Every conversation with a line in the day, in the order of their places."""
    places, buyers = _places(connection, span), dict[str, None]()
    for talk in _talks(connection, places, span):
        buyers[talk.buyer_id] = None
        hear(talk)
    return DayLog(
        presence=tuple(_presence(connection, span)),
        purchases=_purchases(connection, sorted(buyers), span),
        known_until=_known_until(connection),
        cleared_until=cleared_until(connection),
    )


def _places(connection: Connection, span: DaySpan) -> Sequence[Place]:
    here = select(message.c.channel, message.c.conversation_id).distinct()
    rows = connection.execute(here.where(message.c.at >= span.since, message.c.at < span.until))
    return sorted((row.channel, row.conversation_id) for row in rows)


def _talks(connection: Connection, places: Sequence[Place], span: DaySpan) -> Iterator[Talk]:
    """A channel at a time: SQLite looks up a list of pairs by reading the whole table."""
    bounds = {"since": span.since - span.back, "until": span.until + span.ahead}
    for channel, some in groupby(places, key=lambda place: place[0]):
        for ids in _some([one for _, one in some]):
            rows = connection.execute(_LINES, {"channel": channel, "ids": ids, **bounds})
            for one, lines in groupby(rows, key=lambda row: (row.conversation_id, row.buyer_id)):
                yield Talk(channel, *one, tuple(_lines(lines)))


def _lines(rows: Iterable[Any]) -> Iterator[Line]:
    for row in rows:
        intents = tuple(map(str, row.intents)) if isinstance(row.intents, list) else ()
        yield Line(
            row.at, row.seq, row.author, row.purpose, row.source, row.recalled, row.turn_id, intents, row.decision
        )


def _presence(connection: Connection, span: DaySpan) -> Iterator[Entry]:
    kinds = journal.c.kind.in_(sorted(kind.value for kind in KINDS))
    there = select(journal).where(journal.c.at >= span.since - span.back, journal.c.at < span.until, kinds)
    yield from map(entry_of, connection.execute(there.order_by(journal.c.at, journal.c.id)))


def _purchases(connection: Connection, buyers: Sequence[str], span: DaySpan) -> Mapping[str, tuple[Purchase, ...]]:
    bounds = {"since": span.since, "until": span.until + span.bought}
    rows = (row for ids in _some(buyers) for row in connection.execute(_ORDERS, {"ids": ids, **bounds}))
    ordered = sorted(_readable(rows), key=lambda one: (one.buyer_id, one.placed_at, one.order_id))
    return {buyer: tuple(some) for buyer, some in groupby(ordered, key=lambda one: one.buyer_id)}


def _readable(rows: Iterable[Any]) -> Iterator[Purchase]:
    """Without those that a newer version has written."""
    for row in rows:
        with suppress(ValidationError):
            order = order_of(row)
            yield Purchase(row.id, row.buyer_id, row.created_at, paid_at(order), order.amount)


def _known_until(connection: Connection) -> datetime | None:
    """The last that was said or happened, by anybody."""
    last = (connection.scalar(select(func.max(table.c.at))) for table in (message, journal))
    return max((at for at in last if at), default=None)


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


# Statements are put together once; what differs from call to call is bound.
_IDS = bindparam("ids", type_=Text, expanding=True)
_SINCE, _UNTIL = bindparam("since", type_=UtcMicros), bindparam("until", type_=UtcMicros)
_LINES = (
    select(
        message.c.conversation_id, conversation.c.buyer_id, message.c.seq, message.c.at, message.c.author,
        message.c.purpose, message.c.source, message.c.recalled, message.c.turn_id, turn.c.decision,
        turn.c.story["intents"].label("intents"),
    )
    .join(
        conversation,
        (conversation.c.channel == message.c.channel) & (conversation.c.id == message.c.conversation_id),
    )
    .outerjoin(turn, turn.c.id == message.c.turn_id)
    .where(
        message.c.channel == bindparam("channel", type_=Text), message.c.conversation_id.in_(_IDS),
        message.c.at >= _SINCE, message.c.at < _UNTIL,
    )
    .order_by(message.c.conversation_id, message.c.seq)
)  # fmt: skip
_ORDERS = select(orders.c.id, orders.c.buyer_id, orders.c.created_at, orders.c.body)
_ORDERS = _ORDERS.where(orders.c.buyer_id.in_(_IDS), orders.c.created_at >= _SINCE, orders.c.created_at < _UNTIL)
