"""What was said in conversations after a moment, and what those who asked are called.

In: a connection inside one snapshot. Out: lines of transcripts, names by buyer. Never: a whole transcript; a table read
from end to end.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Text, bindparam, select

from bot.ports import Following
from bot.records import Spoken
from bot.store.rows import order_of, spoken_of
from bot.store.schema import conversation, message, orders
from bot.store.times import UtcMicros

_AT_ONCE = 500  # values that one statement binds
_IDS = bindparam("ids", type_=Text, expanding=True)
_AFTER = (
    select(message)
    .where(
        message.c.channel == bindparam("channel", type_=Text),
        message.c.conversation_id == bindparam("one", type_=Text),
        message.c.at >= bindparam("since", type_=UtcMicros),
        message.c.at < bindparam("until", type_=UtcMicros),
        ~message.c.recalled,
    )
    .order_by(message.c.seq)
    .limit(bindparam("most"))
)
_TALKS = select(conversation.c.buyer_id, conversation.c.buyer_name).where(conversation.c.buyer_id.in_(_IDS))
_TALKS = _TALKS.where(conversation.c.buyer_name.is_not(None))
_ORDERS = select(orders.c.buyer_id, orders.c.body).where(orders.c.buyer_id.in_(_IDS))


def followed(connection: Connection, places: Sequence[Following], most: int) -> Sequence[Sequence[Spoken]]:
    """For each (channel, conversation, since, until) the first `most` lines in it, in their order."""
    found = []
    for channel, one, since, until in places:
        bound = {"channel": channel, "one": one, "since": since, "until": until, "most": most}
        found.append([spoken_of(row) for row in connection.execute(_AFTER, bound)])
    return found


def names_of(connection: Connection, buyer_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
    """By buyer: the name they go by and those that their parcels go to, as far as any are known."""
    names, wanted = defaultdict[str, set[str]](set), sorted(set(buyer_ids))
    for place in range(0, len(wanted), _AT_ONCE):
        for buyer, name in _names(connection, wanted[place : place + _AT_ONCE]):
            names[buyer].add(name)
    return {buyer: frozenset(some) for buyer, some in names.items()}


def _names(connection: Connection, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    for row in connection.execute(_TALKS, {"ids": ids}):
        yield row.buyer_id, row.buyer_name
    yield from _receivers(connection.execute(_ORDERS, {"ids": ids}))


def _receivers(rows: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Without those of orders that a newer version has written."""
    for row in rows:
        with suppress(ValidationError):
            receiver = order_of(row).receiver
            yield from [(row.buyer_id, receiver.name)] if receiver else []
