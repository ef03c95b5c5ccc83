"""The newest line of many conversations at once.

In: a connection inside one snapshot. Out: lines by place. Never: a read of a whole transcript.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Text, bindparam, func, select

from bot.records import Spoken
from bot.store.rows import spoken_of
from bot.store.schema import conversation, message

Place = tuple[str, str]
# Of each conversation the end of its part of an index: not one row of what was said before.
_NEWEST = select(func.max(message.c.seq))
_NEWEST = _NEWEST.where(message.c.channel == conversation.c.channel, message.c.conversation_id == conversation.c.id)
_LAST = select(_NEWEST.scalar_subquery()).where(conversation.c.id.in_(bindparam("ids", type_=Text, expanding=True)))
_LINES = select(message).where(message.c.seq.in_(_LAST))


def last_lines(connection: Connection, places: Sequence[Place]) -> Mapping[Place, Spoken]:
    """By channel and conversation; one in which nothing was said is left out."""
    ids = sorted({one for _, one in places})
    rows = connection.execute(_LINES, {"ids": ids}).all() if ids else ()
    return {(row.channel, row.conversation_id): spoken_of(row) for row in rows}
