"""Events in, and the right to work on a lane.

In: a connection inside a transaction. Out: what was accepted, claimed, freed. Never: what an event means.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from bot.ports import Claim, Event
from bot.store.rows import event_of, event_values
from bot.store.schema import inbox, lane
from bot.store.times import UtcMicros, micros
from bot.store.upsert import insert_into

LEASE = timedelta(seconds=30)
_EVENTS_A_TURN = 100


def accept(connection: Connection, events: Sequence[Event], longest: timedelta) -> Sequence[bool]:
    """Keep events and say when their lanes may be worked on; False for each that was known."""
    statement = insert_into(connection, inbox).on_conflict_do_nothing().returning(inbox.c.channel, inbox.c.event_id)
    rows = connection.execute(statement, [event_values(event) for event in events])
    kept = {(row.channel, row.event_id) for row in rows}
    new = [_drawn(kept, (event.channel, event.id)) for event in events]
    _wake(connection, [event for event, fresh in zip(events, new, strict=True) if fresh], longest)
    return new


def _drawn(kept: set[tuple[str, str]], key: tuple[str, str]) -> bool:
    """Of one event told twice at the same moment, the first is the new one."""
    found = key in kept
    kept.discard(key)
    return found


def _wake(connection: Connection, events: Sequence[Event], longest: timedelta) -> None:
    """A lane at rest, or one being worked on, becomes ready when the event says. One that waits already waits for
    this event too, but never past `longest` after its first; one that is ready stays so."""
    if not events:
        return
    start = insert_into(connection, lane)
    new = start.excluded
    limit = _plus(lane.c.first_at, longest)
    ready = case(
        (lane.c.first_at.is_(None), new.ready_at),
        (lane.c.ready_at <= new.first_at, lane.c.ready_at),
        (limit < new.ready_at, limit),
        else_=new.ready_at,
    )
    change = {"ready_at": ready, "first_at": func.coalesce(lane.c.first_at, new.first_at)}
    statement = start.on_conflict_do_update(index_elements=[lane.c.id], set_=change)
    lanes = [{"id": event.lane, "ready_at": event.ready_at, "first_at": event.received_at} for event in events]
    connection.execute(statement, lanes)


def _plus(moment: ColumnElement[datetime], span: timedelta) -> ColumnElement[datetime]:
    return type_coerce(type_coerce(moment, BigInteger) + micros(span), UtcMicros)


def claim(connection: Connection, now: datetime, limit: int, token: str) -> Sequence[Claim]:
    """Lease the lanes that have been ready the longest and that nobody holds."""
    free = or_(lane.c.token.is_(None), lane.c.lease_until <= now)
    heads = select(lane.c.id).where(lane.c.ready_at <= now, free).order_by(lane.c.ready_at, lane.c.id).limit(limit)
    ids = connection.scalars(heads.with_for_update(skip_locked=True)).all()
    if ids:
        held = {"token": token, "lease_until": now + LEASE, "first_at": None}
        connection.execute(update(lane).where(lane.c.id.in_(ids)).values(held))
    return [Claim(one, token) for one in ids]


def holds(connection: Connection, claim: Claim) -> bool:
    """Whether the claim is still the newest on its lane; the row stays locked until the transaction ends."""
    mine = select(lane.c.id).where(lane.c.id == claim.lane, lane.c.token == claim.token)
    return connection.execute(mine.with_for_update()).first() is not None


def free(connection: Connection, claim: Claim, now: datetime) -> None:
    """End the lease. Events that came meanwhile have said when the lane is ready; those left over are ready now."""
    left = exists().where(inbox.c.lane == lane.c.id, inbox.c.done_at.is_(None))
    at_once = literal(now, UtcMicros)
    ready = case((and_(left, lane.c.first_at.is_not(None)), lane.c.ready_at), (left, at_once), else_=None)
    first = case((left, func.coalesce(lane.c.first_at, at_once)), else_=None)
    rest = {"token": None, "lease_until": None, "ready_at": ready, "first_at": first}
    connection.execute(update(lane).where(lane.c.id == claim.lane, lane.c.token == claim.token).values(rest))


def finish(connection: Connection, claim: Claim, seqs: Sequence[int], now: datetime) -> None:
    """Events that were worked on do not come up again."""
    if seqs:
        mine = and_(inbox.c.lane == claim.lane, inbox.c.seq.in_(seqs))
        connection.execute(update(inbox).where(mine).values(done_at=now))


def undone(connection: Connection, claim: Claim) -> Sequence[Event]:
    """A lane's open events in the order of their acceptance."""
    found = select(inbox).where(inbox.c.lane == claim.lane, inbox.c.done_at.is_(None)).order_by(inbox.c.seq)
    return [event_of(row) for row in connection.execute(found.limit(_EVENTS_A_TURN))]
