"""All that one turn needs.

In: a connection inside one snapshot. Out: a `Work`. Never: a write.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Text, bindparam, func, select

from bot.core.model import Conversation, Holder, Item, Order, Presence
from bot.records import Claim, Event, Spoken, Unsaid, Work
from bot.store import sql_inbox
from bot.store.rows import item_of, order_of, presence_of, spoken_of
from bot.store.schema import items, message, orders, presence, switch
from bot.store.sql_buyers import files_of
from bot.store.sql_echoes import echoes, known
from bot.store.sql_releases import last
from bot.store.sql_talks import queue, talks_at, thread_of
from bot.store.sql_unsaid import read_unsaid

PAUSED = "paused"
_ORDERS = 20


def load(connection: Connection, claims: Sequence[Claim], beside: frozenset[str] = frozenset()) -> Sequence[Work]:
    """The work of many lanes in one snapshot, in the order of the claims, each with the items `beside` as offers."""
    events = sql_inbox.undone(connection, claims)
    talks = _conversations(connection, claims)
    scopes = [_Scope(one, events.get(one.lane, ()), talks.get(one.lane)) for one in claims]
    mine = _orders(connection, scopes)
    unsaid = read_unsaid(connection, events, talks)
    shown = [_shown(unsaid.get(one.lane, ())) for one in claims]
    wanted = [_item_ids(scope, known) | cards for scope, known, cards in zip(scopes, mine, shown, strict=True)]
    catalogue, common = _items(connection, set(beside).union(*wanted)), _Common.read(connection)
    ours, told = echoes(connection, events), known(connection, events)
    files = files_of(connection, {one for scope in scopes if (one := scope.writer())})
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
            ours=ours.get(scope.claim.lane, frozenset()),
            known=told.get(scope.claim.lane, frozenset()),
            unsaid=unsaid.get(scope.claim.lane, ()),
            offers={one: catalogue[one] for one in sorted(beside) if one in catalogue},
            buyer=files.get(scope.writer() or ""),
            served=common.served,
        )
        for scope, orders, ids in zip(scopes, mine, wanted, strict=True)
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

    def writer(self) -> str | None:
        """Whose conversation it is, or becomes with the first message."""
        if thread_of(self.claim.lane) is None:
            return None
        return self.talk.buyer_id if self.talk else next(filter(None, map(_buyer_id, self.events)), None)

    def order_ids(self) -> set[str]:
        return {str(event.body.get("id")) for event in self.events if event.type.startswith("order.")}


@dataclass(frozen=True, slots=True)
class _Common:
    """What is the same for every lane at this moment."""

    presence: tuple[Presence, ...]
    paused: bool
    queue: Mapping[str, int]
    served: int

    @classmethod
    def read(cls, connection: Connection) -> Self:
        return cls(tuple(all_presence(connection)), is_paused(connection), queue(connection), last(connection))

    def ahead_of(self, talk: Conversation | None) -> Mapping[str, int]:
        """How many others wait, by group."""
        if talk is None or talk.holder is not Holder.QUEUED:
            return self.queue
        others = {**self.queue, talk.group or "": self.queue.get(talk.group or "", 1) - 1}
        return {group: count for group, count in others.items() if count}


def is_paused(connection: Connection) -> bool:
    return bool(connection.scalar(_IS_PAUSED))


def all_presence(connection: Connection) -> Sequence[Presence]:
    return [presence_of(row) for row in connection.execute(_PRESENCE)]


def find(connection: Connection, item_id: str | None, order_id: str | None) -> tuple[Item | None, Order | None]:
    item = connection.execute(select(items).where(items.c.id == item_id)).first()
    order = connection.execute(select(orders).where(orders.c.id == order_id)).first()
    return item_of(item) if item else None, order_of(order) if order else None


def orders_of(connection: Connection, one: str) -> Sequence[Order]:
    """A buyer's latest, newest first."""
    found = [order_of(row) for row in connection.execute(_ORDERS_OF, {"buyers": [one]})]
    return sorted(found, key=lambda order: (-order.created_at.timestamp(), order.id))


def transcript(connection: Connection, channel: str, one: str, after: int) -> Sequence[Spoken]:
    lines = select(message).where(message.c.channel == channel, message.c.conversation_id == one)
    return [spoken_of(row) for row in connection.execute(lines.where(message.c.seq > after).order_by(message.c.seq))]


# Statements are put together once; what differs from call to call is bound.
_NEWEST = (orders.c.created_at.desc(), orders.c.id)
_PLACE = func.row_number().over(partition_by=orders.c.buyer_id, order_by=_NEWEST)
_THEIRS = orders.c.buyer_id.in_(bindparam("buyers", type_=Text, expanding=True))
_LATEST = select(orders.c.id, _PLACE.label("place")).where(_THEIRS).subquery()
_ORDERS_OF = select(orders).join(_LATEST, _LATEST.c.id == orders.c.id).where(_LATEST.c.place <= _ORDERS)
_ORDERS_NAMED = select(orders).where(orders.c.id.in_(bindparam("ids", type_=Text, expanding=True)))
_ITEMS = select(items).where(items.c.id.in_(bindparam("ids", type_=Text, expanding=True)))
_IS_PAUSED = select(switch.c.is_on).where(switch.c.name == PAUSED)
_PRESENCE = select(presence).order_by(presence.c.agent_id)


def _conversations(connection: Connection, claims: Sequence[Claim]) -> Mapping[str, Conversation]:
    """By lane: the conversation that a lane names. Orders, items and agents need none to be kept."""
    places = {place for claim in claims if (place := thread_of(claim.lane))}
    return {f"c:{one.channel}:{one.id}": one for one in talks_at(connection, places)}


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


def latest_orders(connection: Connection, buyers: Sequence[str]) -> Sequence[Order]:
    """The buyers' newest orders, some of each, without those that only a newer version can read."""
    found = list[Order]()
    for row in _order_rows(connection, buyers, ()):
        with suppress(ValidationError):
            found.append(order_of(row))
    return found


def _order_rows(connection: Connection, buyers: Sequence[str], told: Sequence[str]) -> Iterator[Row[Any]]:
    yield from connection.execute(_ORDERS_OF, {"buyers": buyers}) if buyers else ()
    yield from connection.execute(_ORDERS_NAMED, {"ids": told}) if told else ()


def _of_lane(rows: Sequence[Order], buyers: set[str], told: set[str]) -> Sequence[Order]:
    return [one for one in rows if one.buyer_id in buyers or one.id in told][:_ORDERS] if buyers or told else []


def _shown(unsaid: Sequence[Unsaid]) -> set[str]:
    """The items of cards in messages that are decided anew."""
    return {message.item_id for one in unsaid for message in one.messages if message.item_id}


def _item_ids(scope: _Scope, known: Sequence[Order]) -> set[str]:
    told = {str(event.body["item_id"]) for event in scope.events if event.body.get("item_id")}
    told |= {str(event.body.get("id")) for event in scope.events if event.type.startswith("item.")}
    ordered = {line.item_id for order in known for line in order.lines}
    return told | ordered | ({scope.talk.item_id} if scope.talk and scope.talk.item_id else set())


def _items(connection: Connection, ids: set[str]) -> Mapping[str, Item]:
    if not ids:
        return {}
    return {row.id: item_of(row) for row in connection.execute(_ITEMS, {"ids": sorted(ids)})}
