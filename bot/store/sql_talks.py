"""Conversations found: by their places, by their orders, by what they wait for.

In: a connection inside one snapshot. Out: conversations, counts. Never: a write, a search through the settled ones.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Column, Connection, Row, Text, and_, bindparam, func, literal_column, or_, select

from bot.core.model import Conversation, Order
from bot.records import ANSWERS
from bot.store.rows import conversation_of
from bot.store.schema import conversation, outbox

Place = tuple[str, str]
_AGAIN = timedelta(minutes=1)
_LAPSED, _WAITING = 200, 500
# Written out, not bound: a partial index serves only a condition that the database can read beforehand.
UNDELIVERED = outbox.c.state.in_((literal_column("'dead'"), literal_column("'expired'")))
IS_ANSWER = and_(outbox.c.type == "message.send", outbox.c.purpose.in_(sorted(ANSWERS)))
TALKS = select(conversation.c.version, conversation.c.body)
# By ids alone: SQLite looks up a list of pairs by reading the whole table. Channels rarely share an id.
_BY_ID = TALKS.where(conversation.c.id.in_(bindparam("ids", type_=Text, expanding=True)))
_QUEUE = select(conversation.c.team, func.count()).where(conversation.c.queued_since.is_not(None))
_QUEUE = _QUEUE.group_by(conversation.c.team).order_by(conversation.c.team)


def thread_of(lane: str) -> Place | None:
    """Channel and conversation of a conversation's lane."""
    kind, _, rest = lane.partition(":")
    channel, _, one = rest.partition(":")
    return (channel, one) if kind == "c" else None


def talks_at(connection: Connection, places: set[Place]) -> Sequence[Conversation]:
    """The conversations at these places (channel, id)."""
    found = [conversation_of(row.version, row.body) for row in _rows_at(connection, places)]
    return [one for one in found if (one.channel, one.id) in places]


def talk_at(connection: Connection, channel: str, one: str) -> Conversation | None:
    """One conversation."""
    return next(iter(talks_at(connection, {(channel, one)})), None)


def _rows_at(connection: Connection, places: set[Place]) -> Iterable[Row[Any]]:
    return connection.execute(_BY_ID, {"ids": sorted({one for _, one in places})}) if places else ()


def buyers_conversations(connection: Connection, told: Sequence[Order]) -> Mapping[str, Conversation | None]:
    """By order: the conversation that it names, wherever that is, else its buyer's latest; None where only a newer
    version can read it."""
    named = _latest(connection, conversation.c.id, {one.conversation_id for one in told if one.conversation_id})
    theirs = _latest(connection, conversation.c.buyer_id, {one.buyer_id for one in told})
    by_buyer = {one.id: theirs[one.buyer_id] for one in told if one.buyer_id in theirs}
    return by_buyer | {
        one.id: named[one.conversation_id] for one in told if one.conversation_id and one.conversation_id in named
    }


def latest_talks(connection: Connection, buyers: set[str]) -> Mapping[str, Conversation | None]:
    """By buyer: the conversation in which something happened last."""
    return _latest(connection, conversation.c.buyer_id, buyers)


def _latest(connection: Connection, key: Column[str], values: set[str]) -> Mapping[str, Conversation | None]:
    """Of several with one key the one that something happened to last."""
    here = TALKS.add_columns(key.label("key")).where(key.in_(sorted(values)))
    rows = connection.execute(here.order_by(conversation.c.updated_at)) if values else ()
    return {row.key: next(readable([row]), None) for row in rows}


def waiting(connection: Connection, groups: Collection[str] | None) -> Sequence[Conversation]:
    """The hottest first, then whoever has waited the longest; of very many those first who have waited the longest."""
    unannounced = TALKS.where(conversation.c.queued_since.is_not(None), conversation.c.announced.is_(False))
    if groups is not None:
        unannounced = unannounced.where(conversation.c.team.in_(sorted(groups)))
    rows = connection.execute(unannounced.order_by(conversation.c.queued_since, conversation.c.id).limit(_WAITING))
    return sorted(readable(rows), key=lambda one: one.urgency)


def readable(rows: Iterable[Any]) -> Iterator[Conversation]:
    """Without those that a newer version has written, which are not to keep the others waiting."""
    for row in rows:
        with suppress(ValidationError):
            yield conversation_of(row.version, row.body)


def lapsed(connection: Connection, now: datetime) -> Sequence[Conversation]:
    """Conversations in which the bot's answer, the call for people, or a note on an order did not arrive and nobody
    has seen to it yet.
    A refused call is made again after a while, not at once."""
    call = and_(outbox.c.type == "conversation.hand_off", outbox.c.created_at < now - _AGAIN)
    note = outbox.c.type == "order.note"  # the buyer was told that it is written
    failed = (
        select(outbox.c.channel, outbox.c.conversation_id).where(UNDELIVERED, or_(IS_ANSWER, call, note)).distinct()
    )
    rows = connection.execute(failed.limit(_LAPSED))
    places = {(row.channel, row.conversation_id) for row in rows}
    return [one for one in readable(_rows_at(connection, places)) if (one.channel, one.id) in places]


def queue(connection: Connection) -> Mapping[str, int]:
    """How many wait, by group."""
    rows = connection.execute(_QUEUE)
    return {group or "": count for group, count in rows}
