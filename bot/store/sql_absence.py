"""Signs of open desks, and whose have ended.

In: a connection inside a transaction. Out: agents' numbers. Never: somebody who never had a desk open.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Text, bindparam, func, select, update

from bot.core.model import AgentState
from bot.store.schema import presence, session
from bot.store.times import UtcMicros

_BEAT = update(session).where(session.c.digest == bindparam("one", type_=Text))
_BEAT = _BEAT.values(open_at=bindparam("now", type_=UtcMicros))


def beat(connection: Connection, told: Sequence[tuple[str, datetime]]) -> Sequence[None]:
    """Desks of these log-ins stand open at these times."""
    connection.execute(_BEAT, [{"one": digest, "now": now} for digest, now in sorted(told)])
    return [None] * len(told)


def absent(connection: Connection, since: datetime) -> Sequence[str]:
    """Who is clocked in since before then, had a desk open, and has none any more."""
    here = select(presence.c.agent_id).join(session, session.c.agent_id == presence.c.agent_id)
    here = here.where(presence.c.state == AgentState.ONLINE.value, presence.c.since < since)
    gone = here.group_by(presence.c.agent_id).having(func.max(session.c.open_at) < since)
    return connection.scalars(gone.order_by(presence.c.agent_id)).all()
