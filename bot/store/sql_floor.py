"""Who has how much to do, and which conversations the routing must look at.

In: a connection inside one snapshot. Out: values. Never: a walk through conversations at rest.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from bot.core.model import Conversation
from bot.records import Candidate, Staffing
from bot.store.schema import conversation
from bot.store.sql_talks import TALKS, readable
from bot.store.sql_work import all_presence, is_paused

_LIMIT, _SHOWN = 200, 1_000
_LOADS = select(conversation.c.agent_id, func.count()).where(conversation.c.agent_id.is_not(None))
_LOADS = _LOADS.group_by(conversation.c.agent_id).order_by(conversation.c.agent_id)


def staffing(connection: Connection) -> Staffing:
    """Everybody's presence and open threads."""
    loads = {row[0]: int(row[1]) for row in connection.execute(_LOADS)}
    return Staffing(tuple(all_presence(connection)), loads, is_paused(connection))


def candidates(
    connection: Connection, now: datetime, here: Collection[str], teams: Collection[str], room: int
) -> Sequence[Candidate]:
    """Those whose time has come, those whose owner is not here, and of these teams' queues the hottest and oldest that
    nobody has, as many as there is room for."""
    due = TALKS.where(conversation.c.look_at <= now).order_by(conversation.c.look_at).limit(_LIMIT)
    owned = and_(conversation.c.agent_id.is_not(None), conversation.c.agent_id.not_in(sorted(here)))
    lost = TALKS.where(owned, conversation.c.waiting_since.is_not(None)).order_by(conversation.c.waiting_since)
    free = and_(conversation.c.queued_since.is_not(None), conversation.c.agent_id.is_(None))
    waiting = TALKS.where(free, conversation.c.team.in_(sorted(teams)))
    waiting = waiting.order_by(conversation.c.urgency, conversation.c.queued_since, conversation.c.id)
    asked = [waiting.limit(min(room, _LIMIT))] if teams and room else []
    found = [one for query in (lost.limit(_LIMIT), *asked, due) for one in readable(connection.execute(query))]
    talks = list({(one.channel, one.id): one for one in found}.values())
    known = _known(connection, {one.buyer_id for one in talks if not one.served_by})
    return [Candidate(one, known.get(one.buyer_id)) for one in talks]


def open_talks(connection: Connection) -> Sequence[Conversation]:
    """What is queued, somebody's, or looked after by time."""
    found = dict[tuple[str, str], Conversation]()
    for is_open in (conversation.c.queued_since, conversation.c.agent_id, conversation.c.look_at):
        rows = TALKS.where(is_open.is_not(None)).order_by(is_open).limit(_SHOWN)
        found |= {(one.channel, one.id): one for one in readable(connection.execute(rows))}
    return list(found.values())[:_SHOWN]


def _known(connection: Connection, buyers: set[str]) -> Mapping[str, str]:
    """Who served these buyers last, in whichever conversation."""
    theirs = TALKS.where(conversation.c.buyer_id.in_(sorted(buyers)))
    found = readable(connection.execute(theirs)) if buyers else ()
    served = sorted((one.served_at, one.buyer_id, one.served_by) for one in found if one.served_at and one.served_by)
    return {buyer: agent for _, buyer, agent in served}


def ahead(connection: Connection, one: Conversation) -> int:
    """How many wait in the same queue before this one: hotter, or as hot and longer."""
    before = or_(
        conversation.c.urgency < one.urgency,
        and_(conversation.c.urgency == one.urgency, conversation.c.queued_since < one.waiting_since),
    )
    others = and_(conversation.c.queued_since.is_not(None), conversation.c.team == one.group, before)
    return connection.scalar(select(func.count()).select_from(conversation).where(others)) or 0
