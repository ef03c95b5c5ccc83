"""All that one turn needs.

In: a connection inside one snapshot. Out: a `Work`. Never: a write.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Column, Connection, Row, Select, Text, and_, bindparam, func, literal_column, or_, select

from bot.core.model import Conversation, Holder, Item, Order, Presence, Sender
from bot.ports import Claim, Event, Purpose, Spoken, Work
from bot.store import sql_inbox
from bot.store.rows import BOT, conversation_of, item_of, order_of, presence_of, spoken_of
from bot.store.schema import conversation, items, message, orders, outbox, presence, switch
from bot.store.sql_unsaid import read_unsaid

PAUSED = "paused"
_ORDERS = 20
_ECHOES = 20
_ECHO = timedelta(minutes=2)
_AGAIN = timedelta(minutes=1)
_LAPSED = 200
# Written out, not bound: a partial index serves only a condition that the database can read beforehand.
UNDELIVERED = outbox.c.state.in_((literal_column("'dead'"), literal_column("'expired'")))


def load(connection: Connection, claims: Sequence[Claim]) -> Sequence[Work]:
    """The work of many lanes in one snapshot, in the order of the claims."""
    events = sql_inbox.undone(connection, claims)
    talks = _conversations(connection, claims)
    scopes = [_Scope(one, events.get(one.lane, ()), talks.get(one.lane)) for one in claims]
    known = _orders(connection, scopes)
    wanted = [_item_ids(scope, orders) for scope, orders in zip(scopes, known, strict=True)]
    catalogue, common = _items(connection, set().union(*wanted)), _Common.read(connection)
    echoes, told = _echoes(connection, scopes), _known(connection, scopes)
    unsaid = read_unsaid(connection, events, talks)
    return [
        Work(
            claim=scope.claim,
            events=tuple(scope.events),
            conversation=scope.talk,
            orders=tuple(orders),
            items={one: catalogue[one] for one in sorted(ids) if one in catalogue},
            presence=common.presence,
            paused=common.paused,
            queue_ahead=common.ahead_of(scope.talk),
            ours=echoes.get(scope.claim.lane, frozenset()),
            known=frozenset(one for channel, talk, one in told if (channel, talk) == thread_of(scope.claim)),
            unsaid=unsaid.get(scope.claim.lane, ()),
        )
        for scope, orders, ids in zip(scopes, known, wanted, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Scope:
    """What one lane is about."""

    claim: Claim
    events: Sequence[Event]
    talk: Conversation | None

    def buyers(self) -> set[str]:
        told = (_buyer_id(event) for event in self.events)
        mine = self.talk.buyer_id if self.talk else None
        return {one for one in (mine, *told) if one}

    def order_ids(self) -> set[str]:
        return {str(event.body.get("id")) for event in self.events if event.type.startswith("order.")}


@dataclass(frozen=True, slots=True)
class _Common:
    """What is the same for every lane at this moment."""

    presence: tuple[Presence, ...]
    paused: bool
    queue: Mapping[str, int]

    @classmethod
    def read(cls, connection: Connection) -> Self:
        return cls(tuple(all_presence(connection)), is_paused(connection), _queue(connection))

    def ahead_of(self, talk: Conversation | None) -> Mapping[str, int]:
        """How many others wait, by group."""
        if talk is None or talk.holder is not Holder.QUEUED:
            return self.queue
        others = {**self.queue, talk.group or "": self.queue.get(talk.group or "", 1) - 1}
        return {group: count for group, count in others.items() if count}


def thread_of(claim: Claim) -> tuple[str, str] | None:
    """Channel and conversation of a conversation's lane."""
    kind, _, rest = claim.lane.partition(":")
    channel, _, one = rest.partition(":")
    return (channel, one) if kind == "c" else None


def buyers_conversations(connection: Connection, told: Sequence[Order]) -> Mapping[str, Conversation]:
    """By order: the conversation that it names, wherever that is, else its buyer's latest."""
    named = _latest(connection, conversation.c.id, {one.conversation_id for one in told if one.conversation_id})
    theirs = _latest(connection, conversation.c.buyer_id, {one.buyer_id for one in told})
    found = {one.id: named.get(one.conversation_id or "") or theirs.get(one.buyer_id) for one in told}
    return {one: talk for one, talk in found.items() if talk}


def _latest(connection: Connection, key: Column[str], values: set[str]) -> Mapping[str, Conversation]:
    """Of several with one key the one that something happened to last."""
    here = select(key.label("key"), conversation.c.version, conversation.c.body).where(key.in_(sorted(values)))
    rows = connection.execute(here.order_by(conversation.c.updated_at)) if values else ()
    return {row.key: conversation_of(row.version, row.body) for row in rows}


def is_paused(connection: Connection) -> bool:
    return bool(connection.scalar(_IS_PAUSED))


def all_presence(connection: Connection) -> Sequence[Presence]:
    return [presence_of(row) for row in connection.execute(_PRESENCE)]


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
    failed = select(outbox.c.channel, outbox.c.conversation_id).where(UNDELIVERED, or_(answer, call)).distinct()
    return _talks_at(
        connection, {(row.channel, row.conversation_id) for row in connection.execute(failed.limit(_LAPSED))}
    )


def transcript(connection: Connection, channel: str, one: str, after: int) -> Sequence[Spoken]:
    lines = select(message).where(message.c.channel == channel, message.c.conversation_id == one)
    return [spoken_of(row) for row in connection.execute(lines.where(message.c.seq > after).order_by(message.c.seq))]


def _talks() -> Select[tuple[int, str]]:
    return select(conversation.c.version, conversation.c.body)


# Statements are put together once; what differs from call to call is bound.
# By ids alone: SQLite looks up a list of pairs by reading the whole table. Channels rarely share an id.
_BY_ID = select(conversation.c.version, conversation.c.body).where(
    conversation.c.id.in_(bindparam("ids", type_=Text, expanding=True))
)
_NEWEST = (orders.c.created_at.desc(), orders.c.id)
_PLACE = func.row_number().over(partition_by=orders.c.buyer_id, order_by=_NEWEST)
_THEIRS = orders.c.buyer_id.in_(bindparam("buyers", type_=Text, expanding=True))
_LATEST = select(orders.c.id, _PLACE.label("place")).where(_THEIRS).subquery()
_ORDERS_OF = select(orders).join(_LATEST, _LATEST.c.id == orders.c.id).where(_LATEST.c.place <= _ORDERS)
_ORDERS_NAMED = select(orders).where(orders.c.id.in_(bindparam("ids", type_=Text, expanding=True)))
_ITEMS = select(items).where(items.c.id.in_(bindparam("ids", type_=Text, expanding=True)))
_QUEUE = select(conversation.c.team, func.count()).where(conversation.c.queued_since.is_not(None))
_QUEUE = _QUEUE.group_by(conversation.c.team).order_by(conversation.c.team)
_KEY = (message.c.channel, message.c.conversation_id, message.c.id)
_TOLD = select(*_KEY).where(
    message.c.channel.in_(bindparam("channels", type_=Text, expanding=True)),
    message.c.conversation_id.in_(bindparam("talks", type_=Text, expanding=True)),
    message.c.id.in_(bindparam("ids", type_=Text, expanding=True)),
)
_IS_PAUSED = select(switch.c.is_on).where(switch.c.name == PAUSED)
_PRESENCE = select(presence).order_by(presence.c.agent_id)


def _conversations(connection: Connection, claims: Sequence[Claim]) -> Mapping[str, Conversation]:
    """By lane: the conversation that a lane names. Orders, items and agents need none to be kept."""
    places = {place for claim in claims if (place := thread_of(claim))}
    return {f"c:{one.channel}:{one.id}": one for one in _talks_at(connection, places)}


def _talks_at(connection: Connection, places: set[tuple[str, str]]) -> Sequence[Conversation]:
    """The conversations at these places (channel, id)."""
    rows = connection.execute(_BY_ID, {"ids": sorted({one for _, one in places})}) if places else ()
    found = [conversation_of(row.version, row.body) for row in rows]
    return [one for one in found if (one.channel, one.id) in places]


def _buyer_id(event: Event) -> str | None:
    buyer = event.body.get("buyer")
    one = buyer.get("id") if isinstance(buyer, Mapping) else event.body.get("buyer_id")
    return str(one) if one else None


def _orders(connection: Connection, scopes: Sequence[_Scope]) -> Sequence[Sequence[Order]]:
    """For each lane the buyer's own orders, newest first, and those that the events are about. A number that a buyer
    quotes opens nothing: it may be another buyer's."""
    buyers, told = (
        set[str]().union(*(one.buyers() for one in scopes)),
        set[str]().union(*(one.order_ids() for one in scopes)),
    )
    found = {row.id: order_of(row) for row in _order_rows(connection, sorted(buyers), sorted(told))}
    rows = sorted(found.values(), key=lambda one: (-one.created_at.timestamp(), one.id))
    return [_of_lane(rows, one.buyers(), one.order_ids()) for one in scopes]


def _order_rows(connection: Connection, buyers: Sequence[str], told: Sequence[str]) -> Iterator[Row[Any]]:
    yield from connection.execute(_ORDERS_OF, {"buyers": buyers}) if buyers else ()
    yield from connection.execute(_ORDERS_NAMED, {"ids": told}) if told else ()


def _of_lane(rows: Sequence[Order], buyers: set[str], told: set[str]) -> Sequence[Order]:
    return [one for one in rows if one.buyer_id in buyers or one.id in told][:_ORDERS] if buyers or told else []


def _item_ids(scope: _Scope, known: Sequence[Order]) -> set[str]:
    told = {str(event.body["item_id"]) for event in scope.events if event.body.get("item_id")}
    told |= {str(event.body.get("id")) for event in scope.events if event.type.startswith("item.")}
    ordered = {line.item_id for order in known for line in order.lines}
    return told | ordered | ({scope.talk.item_id} if scope.talk and scope.talk.item_id else set())


def _items(connection: Connection, ids: set[str]) -> Mapping[str, Item]:
    if not ids:
        return {}
    return {row.id: item_of(row) for row in connection.execute(_ITEMS, {"ids": sorted(ids)})}


def _queue(connection: Connection) -> Mapping[str, int]:
    """How many wait, by group."""
    rows = connection.execute(_QUEUE)
    return {group or "": count for group, count in rows}


def _echoes(connection: Connection, scopes: Sequence[_Scope]) -> Mapping[str, frozenset[str]]:
    """By lane, our own messages coming back."""
    spoken = {one.claim: [event for event in one.events if event.body.get("sender") == Sender.SELLER] for one in scopes}
    return {claim.lane: _echoed(connection, claim, told) for claim, told in spoken.items() if told}


def _echoed(connection: Connection, claim: Claim, told: Sequence[Event]) -> frozenset[str]:
    """By their id, or by their words where the channel made an id of its own: words on their way, or said minutes ago;
    later the same words are a person's own."""
    place = thread_of(claim)
    if place is None:
        return frozenset()
    ids = [str(event.body["id"]) for event in told]
    ours = set(connection.scalars(select(outbox.c.id).where(outbox.c.id.in_(ids))))
    live = select(outbox.c.data).where(outbox.c.conversation_id == place[1], outbox.c.channel == place[0])
    going = [
        row.data.get("text") for row in connection.execute(live.where(outbox.c.due_at.is_not(None), outbox.c.by_bot))
    ]
    said = select(message.c.text, message.c.at).where(
        message.c.channel == place[0], message.c.conversation_id == place[1]
    )
    lately = said.where(message.c.author == BOT).order_by(message.c.seq.desc()).limit(_ECHOES)
    spoken = [(row.text, row.at) for row in connection.execute(lately)]
    return frozenset(str(one.body["id"]) for one in told if one.body["id"] in ours or _is_echo(one, going, spoken))


def _is_echo(event: Event, going: Sequence[object], spoken: Sequence[tuple[str, datetime]]) -> bool:
    text = event.body.get("text")
    return text in going or any(text == said and event.received_at - at < _ECHO for said, at in spoken)


def _known(connection: Connection, scopes: Sequence[_Scope]) -> set[tuple[str, str, str]]:
    """Messages that the transcript has already: told again under another event, or taken back before they came."""
    told = [
        (*place, str(event.body.get("id")))
        for scope in scopes
        if (place := thread_of(scope.claim))
        for event in scope.events
        if event.type == "message.created"
    ]
    channels, talks, ids = (sorted(set(part)) for part in zip(*told, strict=True)) if told else ([], [], [])
    rows = connection.execute(_TOLD, {"channels": channels, "talks": talks, "ids": ids}) if told else ()
    return {(row.channel, row.conversation_id, row.id) for row in rows}
