"""What is owed: commitments as they stand.

In: a connection inside one snapshot. Out: commitments. Never: a settled one among the open.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select

from bot.core.notebooks import Commitment, NoticeKind, Owed
from bot.store.note_rows import commitment_of
from bot.store.schema import commitment, conversation, notice
from bot.store.sql_people import OPEN

_ORDER = (commitment.c.due_at.is_(None), commitment.c.due_at, commitment.c.made_at, commitment.c.id)
_TALK = and_(conversation.c.channel == commitment.c.channel, conversation.c.id == commitment.c.conversation_id)


def owed(connection: Connection) -> Sequence[Owed]:
    """All that is open, soonest due first."""
    joined = commitment.outerjoin(conversation, _TALK)
    found = select(commitment, conversation.c.agent_id.label("talk_agent")).select_from(joined)
    rows = connection.execute(found.where(OPEN).order_by(*_ORDER))
    return [Owed(commitment_of(row), row.talk_agent) for row in rows]


def commitments_of(connection: Connection, channel: str, one: str) -> Sequence[Commitment]:
    """All of a conversation, the settled ones too, oldest first."""
    here = and_(commitment.c.channel == channel, commitment.c.conversation_id == one)
    rows = connection.execute(select(commitment).where(here).order_by(commitment.c.made_at, commitment.c.id))
    return [commitment_of(row) for row in rows]


def commitment_at(connection: Connection, one: str) -> Commitment | None:
    row = connection.execute(select(commitment).where(commitment.c.id == one)).first()
    return commitment_of(row) if row else None


def overdue(connection: Connection, now: datetime) -> Sequence[Commitment]:
    """Open, past their time, and nobody has been told yet, soonest due first."""
    told = exists().where(notice.c.id == f"{NoticeKind.OVERDUE.value}:" + commitment.c.id)
    late = select(commitment).where(OPEN, commitment.c.due_at < now, ~told).order_by(commitment.c.due_at)
    return [commitment_of(row) for row in connection.execute(late)]
