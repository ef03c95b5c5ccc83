"""All that one turn needs.

In: a connection inside one snapshot. Out: a `Work`. Never: a write.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, literal, or_, select

from bot.core.model import Conversation, Item, Order, Presence, Sender
from bot.ports import Claim, Event, Purpose, Spoken, Work
from bot.store import sql_inbox
from bot.store.rows import conversation_of, item_of, order_of, presence_of, spoken_of
from bot.store.schema import conversation, items, message, orders, outbox, presence, switch

PAUSED = "paused"
_ORDERS = 20
_ECHOES = 20
_ECHO = timedelta(minutes=2)
_AGAIN = timedelta(minutes=1)
UNDELIVERED = ("expired", "dead")


def load(connection: Connection, claim: Claim) -> Work:
    events = sql_inbox.undone(connection, claim)
    talk = _conversation(connection, claim, events)
    known = _orders(connection, events, talk)
    return Work(
        claim=claim,
        events=tuple(events),
        conversation=talk,
        orders=tuple(known),
        items=_items(connection, _item_ids(events, talk, known)),
        presence=tuple(all_presence(connection)),
        paused=is_paused(connection),
        queue_ahead=_queue(connection, talk),
        ours=_echoes(connection, claim, events),
        known=_known(connection, claim, events),
    )


def thread_of(claim: Claim) -> tuple[str, str] | None:
    """Channel and conversation of a conversation's lane."""
    kind, _, rest = claim.lane.partition(":")
    channel, _, one = rest.partition(":")
    return (channel, one) if kind == "c" else None


def find_conversation(connection: Connection, channel: str, one: str) -> Conversation | None:
    return _first(connection, _talks().where(conversation.c.channel == channel, conversation.c.id == one))


def buyers_conversation(connection: Connection, buyer_id: str, one: str | None) -> Conversation | None:
    """The named conversation wherever it is, else the buyer's latest."""
    latest = _talks().where(or_(conversation.c.id == one, conversation.c.buyer_id == buyer_id))
    return _first(connection, latest.order_by((conversation.c.id == one).desc(), conversation.c.updated_at.desc()))


def is_paused(connection: Connection) -> bool:
    return bool(connection.scalar(select(switch.c.is_on).where(switch.c.name == PAUSED)))


def all_presence(connection: Connection) -> Sequence[Presence]:
    return [presence_of(row) for row in connection.execute(select(presence).order_by(presence.c.agent_id))]


def waiting(connection: Connection) -> Sequence[Conversation]:
    """The hottest first, then whoever has waited the longest."""
    unannounced = _talks().where(conversation.c.queued_since.is_not(None), conversation.c.announced.is_(False))
    rows = connection.execute(unannounced.order_by(conversation.c.queued_since, conversation.c.id))
    return sorted((conversation_of(row.version, row.body) for row in rows), key=lambda one: one.urgency)


def find(connection: Connection, item_id: str | None, order_id: str | None) -> tuple[Item | None, Order | None]:
    item = connection.execute(select(items).where(items.c.id == item_id)).first()
    order = connection.execute(select(orders).where(orders.c.id == order_id)).first()
    return item_of(item) if item else None, order_of(order) if order else None


def lapsed(connection: Connection, now: datetime) -> Sequence[Conversation]:
    """Conversations in which the bot's answer, or the call for people, did not arrive and nobody has seen to it yet.
    A refused call is made again after a while, not at once."""
    answer = and_(outbox.c.type == "message.send", outbox.c.purpose.in_((Purpose.REPLY, Purpose.HANDOFF)))
    call = and_(outbox.c.type == "conversation.hand_off", outbox.c.created_at < now - _AGAIN)
    undelivered = exists(literal(1)).where(
        outbox.c.state.in_(UNDELIVERED),
        or_(answer, call),
        outbox.c.channel == conversation.c.channel,
        outbox.c.conversation_id == conversation.c.id,
    )
    return [conversation_of(row.version, row.body) for row in connection.execute(_talks().where(undelivered))]


def transcript(connection: Connection, channel: str, one: str, after: int) -> Sequence[Spoken]:
    lines = select(message).where(message.c.channel == channel, message.c.conversation_id == one)
    return [spoken_of(row) for row in connection.execute(lines.where(message.c.seq > after).order_by(message.c.seq))]


def _talks() -> Select[tuple[int, str]]:
    return select(conversation.c.version, conversation.c.body)


def _first(connection: Connection, query: Select[tuple[int, str]]) -> Conversation | None:
    row = connection.execute(query.limit(1)).first()
    return None if row is None else conversation_of(row.version, row.body)


def _conversation(connection: Connection, claim: Claim, events: Sequence[Event]) -> Conversation | None:
    """A conversation's lane names it; an order's event names its buyer."""
    if thread := thread_of(claim):
        return find_conversation(connection, *thread)
    for event in reversed(events):
        if buyer := event.body.get("buyer_id"):
            one = event.body.get("conversation_id")
            return buyers_conversation(connection, str(buyer), str(one) if one else None)
    return None


def _buyer_ids(events: Sequence[Event], talk: Conversation | None) -> Iterator[str]:
    if talk is not None:
        yield talk.buyer_id
    for event in events:
        buyer = event.body.get("buyer")
        one = buyer.get("id") if isinstance(buyer, Mapping) else event.body.get("buyer_id")
        if one:
            yield str(one)


def _orders(connection: Connection, events: Sequence[Event], talk: Conversation | None) -> Sequence[Order]:
    """The buyer's own orders, newest first, and those that the events are about. A number that a buyer quotes opens
    nothing: it may be another buyer's."""
    told = [str(event.body.get("id")) for event in events if event.type.startswith("order.")]
    mine = or_(orders.c.buyer_id.in_(set(_buyer_ids(events, talk))), orders.c.id.in_(told))
    newest = select(orders).where(mine).order_by(orders.c.created_at.desc(), orders.c.id).limit(_ORDERS)
    return [order_of(row) for row in connection.execute(newest)]


def _item_ids(events: Sequence[Event], talk: Conversation | None, known: Sequence[Order]) -> set[str]:
    told = {str(event.body["item_id"]) for event in events if event.body.get("item_id")}
    told |= {str(event.body.get("id")) for event in events if event.type.startswith("item.")}
    ordered = {line.item_id for order in known for line in order.lines}
    return told | ordered | ({talk.item_id} if talk is not None and talk.item_id else set())


def _items(connection: Connection, ids: set[str]) -> Mapping[str, Item]:
    if not ids:
        return {}
    found = connection.execute(select(items).where(items.c.id.in_(sorted(ids))).order_by(items.c.id))
    return {row.id: item_of(row) for row in found}


def _queue(connection: Connection, talk: Conversation | None) -> Mapping[str, int]:
    """How many others wait, by group."""
    waiting = select(conversation.c.team, func.count()).where(conversation.c.queued_since.is_not(None))
    if talk is not None:
        waiting = waiting.where(or_(conversation.c.channel != talk.channel, conversation.c.id != talk.id))
    rows = connection.execute(waiting.group_by(conversation.c.team).order_by(conversation.c.team))
    return {group or "": count for group, count in rows}


def _echoes(connection: Connection, claim: Claim, events: Sequence[Event]) -> frozenset[str]:
    """Our own messages coming back: by their id, or by their words where the channel made an id of its own."""
    place, told = thread_of(claim), [event for event in events if event.body.get("sender") == Sender.SELLER]
    if place is None or not told:
        return frozenset()
    sent = select(outbox.c.id, outbox.c.data, outbox.c.created_at)
    here = sent.where(outbox.c.channel == place[0], outbox.c.conversation_id == place[1], outbox.c.by_bot)
    recent = connection.execute(here.order_by(outbox.c.seq.desc()).limit(_ECHOES)).all()
    return frozenset(str(event.body["id"]) for event in told if any(_is_echo(event, row) for row in recent))


def _is_echo(event: Event, row: Row[Any, Any, Any]) -> bool:
    """The same id, or the same words within minutes: later the same words are a person's own."""
    same_words = event.body.get("text") == row.data.get("text")
    return bool(event.body["id"] == row.id or (same_words and event.received_at - row.created_at < _ECHO))


def _known(connection: Connection, claim: Claim, events: Sequence[Event]) -> frozenset[str]:
    """Messages that the transcript has already: told again under another event, or taken back before they came."""
    place, ids = thread_of(claim), [str(e.body.get("id")) for e in events if e.type == "message.created"]
    if place is None or not ids:
        return frozenset()
    here = select(message.c.id).where(message.c.channel == place[0], message.c.conversation_id == place[1])
    return frozenset(connection.scalars(here.where(message.c.id.in_(ids))))
