"""Who has how much to do, and which conversations the routing must look at.

In: a connection inside one snapshot. Out: values. Never: a walk through conversations at rest.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, Text, and_, bindparam, func, or_, select

from bot.acts import Candidate, Staffing
from bot.core.model import Conversation, Holder
from bot.store.schema import conversation
from bot.store.sql_talks import TALKS, readable
from bot.store.sql_work import all_presence, is_paused
from bot.store.times import UtcMicros

_LIMIT, SHOWN = 200, 1_000
_LOADS = select(conversation.c.agent_id, func.count()).where(conversation.c.agent_id.is_not(None))
_OWNED, _WAITS = conversation.c.agent_id.is_not(None), conversation.c.waiting_since.is_not(None)
# Statements are put together once; what differs from call to call is bound.
_HERE, _TEAMS = bindparam("here", type_=Text, expanding=True), bindparam("teams", type_=Text, expanding=True)
_LOST = TALKS.where(_OWNED, conversation.c.agent_id.not_in(_HERE), _WAITS).order_by(conversation.c.waiting_since)
_LOST = _LOST.limit(_LIMIT)
_DUE = TALKS.where(conversation.c.look_at <= bindparam("now", type_=UtcMicros)).order_by(conversation.c.look_at)
_DUE = _DUE.limit(_LIMIT)
_FREE = and_(conversation.c.queued_since.is_not(None), conversation.c.agent_id.is_(None))
_HEADS = TALKS.where(_FREE, conversation.c.team.in_(_TEAMS)).limit(bindparam("room", type_=Integer))
_HEADS = _HEADS.order_by(conversation.c.urgency, conversation.c.queued_since, conversation.c.id)
_OWNED_TALKS = TALKS.where(_OWNED)
_HELD_TALKS = TALKS.where(_WAITS, conversation.c.holder == Holder.HUMAN.value)
_HOTTEST = TALKS.where(_FREE).order_by(conversation.c.urgency, conversation.c.queued_since, conversation.c.id)
_LOOKED = TALKS.where(conversation.c.look_at.is_not(None), conversation.c.agent_id.is_(None))
_LOOKED = _LOOKED.where(conversation.c.queued_since.is_(None)).order_by(conversation.c.look_at)
_LOADS = _LOADS.group_by(conversation.c.agent_id).order_by(conversation.c.agent_id)


def staffing(connection: Connection) -> Staffing:
    """Everybody's presence and open threads."""
    loads = {row[0]: int(row[1]) for row in connection.execute(_LOADS)}
    return Staffing(tuple(all_presence(connection)), loads, is_paused(connection))


def restless(connection: Connection, now: datetime, here: Collection[str]) -> Sequence[Candidate]:
    """Those whose owner is not here, then those whose time has come."""
    lost, due = connection.execute(_LOST, {"here": sorted(here)}).all(), connection.execute(_DUE, {"now": now}).all()
    return _candidates(connection, [*lost, *due])


def heads(connection: Connection, teams: Collection[str], room: int) -> Sequence[Candidate]:
    """Of these teams' queues the hottest and oldest that nobody has, as many as there is room for."""
    first = {"teams": sorted(teams), "room": min(room, _LIMIT)}
    return _candidates(connection, connection.execute(_HEADS, first).all())


def _candidates(connection: Connection, rows: Sequence[Any]) -> Sequence[Candidate]:
    talks = list({(one.channel, one.id): one for one in readable(rows)}.values())
    known = _known(connection, {one.buyer_id for one in talks if not one.served_by})
    return [Candidate(one, known.get(one.buyer_id)) for one in talks]


def open_talks(connection: Connection, team: str | None = None, agent: str | None = None) -> Sequence[Conversation]:
    """All that is somebody's or waits in a human's hands; of the queue the hottest and oldest; what is looked after by
    time."""
    asked = [] if team is None else [conversation.c.team == team]
    asked += [] if agent is None else [conversation.c.agent_id == agent]
    sure = _found(connection, (each.where(*asked) for each in (_OWNED_TALKS, _HELD_TALKS)))
    rest = _found(connection, (each.where(*asked).limit(SHOWN) for each in (_HOTTEST, _LOOKED)))
    more = [one for place, one in rest.items() if place not in sure]
    return [*sure.values(), *more[:SHOWN]]


def _found(connection: Connection, asked: Iterable[Select[Any]]) -> Mapping[tuple[str, str], Conversation]:
    talks = (one for each in asked for one in readable(connection.execute(each)))
    return {(one.channel, one.id): one for one in talks}


def _known(connection: Connection, buyers: set[str]) -> Mapping[str, str]:
    """Who served these buyers last, in whichever conversation."""
    theirs = TALKS.where(conversation.c.buyer_id.in_(sorted(buyers)))
    found = readable(connection.execute(theirs)) if buyers else ()
    served = sorted((one.served_at, one.buyer_id, one.served_by) for one in found if one.served_at and one.served_by)
    return {buyer: agent for _, buyer, agent in served}


def ahead(connection: Connection, one: Conversation, teams: Collection[str]) -> int:
    """How many wait in these teams' queues before this one: hotter, or as hot and longer."""
    before = or_(
        conversation.c.urgency < one.urgency,
        and_(conversation.c.urgency == one.urgency, conversation.c.queued_since < one.waiting_since),
    )
    others = and_(conversation.c.queued_since.is_not(None), conversation.c.team.in_(sorted(teams)), before)
    return connection.scalar(select(func.count()).select_from(conversation).where(others)) or 0
