"""Events in, and the right to work on a lane.

In: a connection inside a transaction. Out: what was accepted, claimed, freed. Never: what an event means.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from bot.core.model import Holder
from bot.records import Accepted, Claim, Event
from bot.store.rows import event_of, event_values
from bot.store.schema import conversation, inbox, lane
from bot.store.sql_talks import thread_of
from bot.store.times import UtcMicros, micros
from bot.store.upsert import Insert, add_new, insert_into

LEASE = timedelta(seconds=10)  # a turn takes milliseconds; whoever takes longer is fenced
_LATELY = timedelta(minutes=15)  # long after the last word the bot may have to answer in the human's place
_EVENTS_A_TURN = 100
_OPEN = inbox.c.done_at.is_(None)


def accept(connection: Connection, events: Sequence[Event], longest: timedelta) -> Sequence[Accepted]:
    """Keep events and say when their lanes may be worked on."""
    rows = add_new(connection, inbox, [event_values(event) for event in events], inbox.c.channel, inbox.c.event_id)
    kept = {(row.channel, row.event_id) for row in rows}
    new = [_drawn(kept, (event.channel, event.id)) for event in events]
    at_once = _wake(connection, [event for event, fresh in zip(events, new, strict=True) if fresh], longest)
    return [_became(fresh=fresh, now=event.lane in at_once) for event, fresh in zip(events, new, strict=True)]


def _became(*, fresh: bool, now: bool) -> Accepted:
    if not fresh:
        return Accepted.KNOWN
    return Accepted.AT_ONCE if now else Accepted.KEPT


def _drawn(kept: set[tuple[str, str]], key: tuple[str, str]) -> bool:
    """Of one event told twice at the same moment, the first is the new one."""
    found = key in kept
    kept.discard(key)
    return found


def _wake(connection: Connection, events: Sequence[Event], longest: timedelta) -> set[str]:
    """The lanes that need not wait for what else their buyers write."""
    at_once = set[str]()
    if events:
        since = min(event.received_at for event in events) - _LATELY
        at_once = _among_people(connection, {event.lane for event in events}, since)
        lanes = [{"id": event.lane, "ready_at": event.ready_at, "first_at": event.received_at} for event in events]
        for one in lanes:
            if one["id"] in at_once:
                one["ready_at"] = one["first_at"]
        # In one order everywhere, so that two processes never wait for each other's lanes.
        connection.execute(_waking(connection.dialect.name, longest), sorted(lanes, key=lambda one: str(one["id"])))
    return at_once


def _among_people(connection: Connection, lanes: set[str], since: datetime) -> set[str]:
    """Lanes in which a human talks with the buyer: people read along, nobody waits for the last word of several."""
    ids = sorted({place[1] for lane in lanes if (place := thread_of(lane))})
    rows = connection.execute(_HUMANS, {"ids": ids, "since": since}) if ids else ()
    return {f"c:{row.channel}:{row.id}" for row in rows}


@cache
def _waking(dialect: str, longest: timedelta) -> Insert:
    """A lane at rest, or one being worked on, becomes ready when the event says. One that waits already waits for
    this event too, but never past `longest` after its first; one that is ready stays so."""
    start = insert_into(dialect, lane)
    new = start.excluded
    limit = _plus(lane.c.first_at, longest)
    ready = case(
        (lane.c.first_at.is_(None), new.ready_at),
        (lane.c.ready_at <= new.first_at, lane.c.ready_at),
        (limit < new.ready_at, limit),
        else_=new.ready_at,
    )
    change = {"ready_at": ready, "first_at": func.coalesce(lane.c.first_at, new.first_at)}
    return start.on_conflict_do_update(index_elements=[lane.c.id], set_=change)


def _plus(moment: ColumnElement[datetime], span: timedelta) -> ColumnElement[datetime]:
    return type_coerce(type_coerce(moment, BigInteger) + micros(span), UtcMicros)


_HUMANS = select(conversation.c.channel, conversation.c.id).where(
    conversation.c.id.in_(bindparam("ids", type_=Text, expanding=True)),
    conversation.c.holder == Holder.HUMAN.value,
    conversation.c.updated_at >= bindparam("since", type_=UtcMicros),
)

# Statements are put together once; what differs from call to call is bound.
_NOW, _LANES = bindparam("now", type_=UtcMicros), bindparam("lanes", type_=Text, expanding=True)
_FREE = or_(lane.c.token.is_(None), lane.c.lease_until <= _NOW)
_HEADS = select(lane.c.id).where(lane.c.ready_at <= _NOW, _FREE).order_by(lane.c.ready_at, lane.c.id)
_HEADS = _HEADS.limit(bindparam("room", type_=Integer)).with_for_update(skip_locked=True)
_TAKE = update(lane).where(lane.c.id.in_(_LANES))
_TAKE = _TAKE.values(
    token=bindparam("holder", type_=Text), lease_until=bindparam("until", type_=UtcMicros), first_at=None
)
_HELD = select(lane.c.id, lane.c.token).where(lane.c.id.in_(_LANES)).order_by(lane.c.id).with_for_update()
_LEFT = exists().where(inbox.c.lane == lane.c.id, _OPEN)
_REST = update(lane).where(lane.c.id.in_(_LANES))
_REST = _REST.values(
    token=None,
    lease_until=None,
    ready_at=case((and_(_LEFT, lane.c.first_at.is_not(None)), lane.c.ready_at), (_LEFT, _NOW), else_=None),
    first_at=case((_LEFT, func.coalesce(lane.c.first_at, _NOW)), else_=None),
)
_DONE = update(inbox).where(inbox.c.seq.in_(bindparam("seqs", type_=BigInteger, expanding=True))).values(done_at=_NOW)
_SELLER = and_(inbox.c.type == "message.created", inbox.c.body["sender"].as_string() == "seller")
_SPOKEN = select(inbox.c.lane).where(inbox.c.lane.in_(_LANES), _OPEN, _SELLER)
_PLACE = func.row_number().over(partition_by=inbox.c.lane, order_by=inbox.c.seq)
_WAITING = select(inbox.c.seq, _PLACE.label("place")).where(inbox.c.lane.in_(_LANES), _OPEN).subquery()
_UNDONE = select(inbox).join(_WAITING, inbox.c.seq == _WAITING.c.seq).where(_WAITING.c.place <= _EVENTS_A_TURN)
_UNDONE = _UNDONE.order_by(inbox.c.seq)


def claim(connection: Connection, now: datetime, limit: int, token: str) -> Sequence[Claim]:
    """Lease the lanes that have been ready the longest and that nobody holds."""
    ids = connection.scalars(_HEADS, {"now": now, "room": limit}).all()
    if ids:
        connection.execute(_TAKE, {"lanes": ids, "holder": token, "until": now + LEASE})
    return [Claim(one, token) for one in ids]


def held(connection: Connection, claims: Iterable[Claim]) -> set[Claim]:
    """Those claims that are still the newest on their lanes; the rows stay locked until the transaction ends."""
    rows = connection.execute(_HELD, {"lanes": lanes_of(claims)})
    return {Claim(row.id, row.token) for row in rows}.intersection(claims)


def free(connection: Connection, claims: Iterable[Claim], now: datetime) -> None:
    """End leases that are held. Events that came meanwhile have said when the lane is ready; those left over are ready
    now."""
    connection.execute(_REST, {"lanes": lanes_of(claims), "now": now})


def finish(connection: Connection, seqs: Sequence[int], now: datetime) -> None:
    """Events that were worked on do not come up again."""
    if seqs:
        connection.execute(_DONE, {"seqs": seqs, "now": now})


def undone(connection: Connection, claims: Sequence[Claim]) -> Mapping[str, Sequence[Event]]:
    """The open events of each lane, a turn's worth, in the order of their acceptance."""
    found: dict[str, list[Event]] = {}
    for row in connection.execute(_UNDONE, {"lanes": lanes_of(claims)}):
        found.setdefault(row.lane, []).append(event_of(row))
    return found


def spoken_over(connection: Connection, lanes: Iterable[str]) -> set[str]:
    """Lanes in which the shop's side has said something that is not yet worked on: until it is known whether that was a
    human, the bot says nothing there."""
    names = sorted(lanes)
    return set(connection.scalars(_SPOKEN, {"lanes": names})) if names else set()


def lanes_of(claims: Iterable[Claim]) -> list[str]:
    """Their lanes, in the one order in which rows are locked."""
    return sorted({claim.lane for claim in claims})
