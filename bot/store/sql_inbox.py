"""Events in, and the right to work on a lane.

In: a connection inside a transaction. Out: what was accepted, claimed, freed. Never: what an event means.
"""

from collections.abc import Iterable, Mapping, Sequence
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
from bot.store.upsert import add_new, insert_into

LEASE = timedelta(seconds=10)  # a turn takes milliseconds; whoever takes longer is fenced
_EVENTS_A_TURN = 100
_OPEN = inbox.c.done_at.is_(None)


def accept(connection: Connection, events: Sequence[Event], longest: timedelta) -> Sequence[bool]:
    """Keep events and say when their lanes may be worked on; False for each that was known."""
    rows = add_new(connection, inbox, [event_values(event) for event in events], inbox.c.channel, inbox.c.event_id)
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
    # In one order everywhere, so that two processes never wait for each other's lanes.
    connection.execute(statement, sorted(lanes, key=lambda one: str(one["id"])))


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


def held(connection: Connection, claims: Iterable[Claim]) -> set[Claim]:
    """Those claims that are still the newest on their lanes; the rows stay locked until the transaction ends."""
    mine = select(lane.c.id, lane.c.token).where(lane.c.id.in_(lanes_of(claims))).order_by(lane.c.id)
    newest = {Claim(row.id, row.token) for row in connection.execute(mine.with_for_update())}
    return newest.intersection(claims)


def free(connection: Connection, claims: Iterable[Claim], now: datetime) -> None:
    """End leases that are held. Events that came meanwhile have said when the lane is ready; those left over are ready
    now."""
    left = exists().where(inbox.c.lane == lane.c.id, inbox.c.done_at.is_(None))
    at_once = literal(now, UtcMicros)
    ready = case((and_(left, lane.c.first_at.is_not(None)), lane.c.ready_at), (left, at_once), else_=None)
    first = case((left, func.coalesce(lane.c.first_at, at_once)), else_=None)
    rest = {"token": None, "lease_until": None, "ready_at": ready, "first_at": first}
    connection.execute(update(lane).where(lane.c.id.in_(lanes_of(claims))).values(rest))


def finish(connection: Connection, seqs: Sequence[int], now: datetime) -> None:
    """Events that were worked on do not come up again."""
    if seqs:
        connection.execute(update(inbox).where(inbox.c.seq.in_(seqs)).values(done_at=now))


def undone(connection: Connection, claims: Sequence[Claim]) -> Mapping[str, Sequence[Event]]:
    """The open events of each lane, a turn's worth, in the order of their acceptance."""
    place = func.row_number().over(partition_by=inbox.c.lane, order_by=inbox.c.seq)
    waiting = select(inbox.c.seq, place.label("place")).where(inbox.c.lane.in_(lanes_of(claims)), _OPEN).subquery()
    first = select(inbox).join(waiting, inbox.c.seq == waiting.c.seq).where(waiting.c.place <= _EVENTS_A_TURN)
    found: dict[str, list[Event]] = {}
    for row in connection.execute(first.order_by(inbox.c.seq)):
        found.setdefault(row.lane, []).append(event_of(row))
    return found


def lanes_of(claims: Iterable[Claim]) -> list[str]:
    """Their lanes, in the one order in which rows are locked."""
    return sorted({claim.lane for claim in claims})


def oldest(connection: Connection) -> datetime | None:
    """When the longest-waiting open event came in."""
    first = select(inbox.c.received_at).where(_OPEN).order_by(inbox.c.received_at).limit(1)
    return connection.scalars(first).first()
