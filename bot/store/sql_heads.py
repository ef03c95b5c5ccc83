"""Which commands may be sent next: the heads of sending lanes.

In: a connection inside a transaction. Out: due rows, locked, with what a last look needs. Never: a row whose lane has
an earlier one on its way.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
    not_,
    select,
)

from bot.store.schema import conversation, orders, outbox
from bot.store.times import UtcMicros

_DUE = outbox.c.due_at <= bindparam("now", type_=UtcMicros)
_ROOM = bindparam("room", type_=Integer)
# Numbered for one claim: what others lock at this moment is skipped, and there are still enough.
_OTHERS, _MORE = 8, bindparam("more", type_=Integer)
_CARRIED = outbox.c.channel.in_(bindparam("channels", type_=Text, expanding=True))
SEQS = outbox.c.seq.in_(bindparam("seqs", type_=BigInteger, expanding=True))


def heads(
    connection: Connection, paused: bool, now: datetime, room: int, channels: Collection[str]
) -> Sequence[Row[Any]]:
    """Due rows of these channels without an earlier live row in their lane, the longest due first, locked. While
    paused, the bot's waiting rows are as if not there, so that people's words pass them; one already on its way keeps
    its place."""
    told = {"now": now, "room": room, "channels": sorted(channels), "more": room * _OTHERS}
    if connection.dialect.name == "postgresql":
        seqs = connection.scalars(_numbered(paused), told).all()
        return connection.execute(_NAMED, {"seqs": seqs, **told}).all() if seqs else []
    return connection.execute(_unpreceded(paused), told).all()


def _due() -> Select[Any]:
    """Locked, with what the last look needs to know."""
    talk = and_(conversation.c.channel == outbox.c.channel, conversation.c.id == outbox.c.conversation_id)
    joined = outbox.outerjoin(conversation, talk).outerjoin(orders, orders.c.id == outbox.c.order_id)
    talked = (conversation.c.holder.label("holder"), conversation.c.waiting_since.label("waiting_since"))
    facts = (*talked, orders.c.status.label("order_status"))
    found = select(outbox, *facts).select_from(joined).where(_DUE).order_by(outbox.c.due_at, outbox.c.seq)
    return found.with_for_update(of=outbox, skip_locked=True).limit(_ROOM)


def _keeps_place(row: FromClause, paused: bool) -> ColumnElement[bool]:
    """Whether a row keeps those behind it waiting."""
    live = row.c.due_at.is_not(None)
    return and_(live, not_(and_(row.c.by_bot, row.c.state == "pending"))) if paused else live


@cache
def _unpreceded(paused: bool) -> Select[Any]:
    """A look into the lane for each due row until there are enough, through its index."""
    earlier = outbox.alias("earlier")
    ahead = and_(earlier.c.lane == outbox.c.lane, earlier.c.seq < outbox.c.seq, _keeps_place(earlier, paused))
    mine = [_CARRIED, ~exists(literal(1)).where(ahead)]
    return _due().where(*mine, *([not_(outbox.c.by_bot)] if paused else []))


@cache
def _numbered(paused: bool) -> Select[tuple[int]]:
    """The same in one pass over the live rows. PostgreSQL would look into a lane by reading all live rows where its
    statistics are of a quieter hour and say that there are none: two seconds a claim, with 1,500 waiting."""
    first = func.min(outbox.c.seq).over(partition_by=outbox.c.lane).label("first")
    live = (
        select(outbox.c.seq, outbox.c.due_at, outbox.c.by_bot, first)
        .where(_keeps_place(outbox, paused), _CARRIED)
        .subquery()
    )
    ready = [live.c.seq == live.c.first, live.c.due_at <= bindparam("now", type_=UtcMicros)]
    ready += [not_(live.c.by_bot)] if paused else []
    return select(live.c.seq).where(*ready).order_by(live.c.due_at, live.c.seq).limit(_MORE)


_NAMED = _due().where(SEQS)
