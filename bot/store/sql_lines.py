"""What the buyers of many conversations said last.

In: a connection inside one snapshot. Out: lines by place. Never: a read of a whole transcript.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Text, bindparam, select

from bot.records import Spoken
from bot.store.rows import spoken_of
from bot.store.schema import conversation, message

Place = tuple[str, str]
# Of each conversation the end of its part of an index, back to the buyer's last line.
_NEWEST = select(message.c.seq).order_by(message.c.seq.desc()).limit(1)
_NEWEST = _NEWEST.where(
    message.c.channel == conversation.c.channel,
    message.c.conversation_id == conversation.c.id,
    message.c.author == "buyer",
)
_LAST = select(_NEWEST.scalar_subquery()).where(conversation.c.id.in_(bindparam("ids", type_=Text, expanding=True)))
_LINES = select(message).where(message.c.seq.in_(_LAST))


def last_words(connection: Connection, places: Sequence[Place]) -> Mapping[Place, Spoken]:
    """By channel and conversation; one in which the buyer said nothing is left out."""
    ids = sorted({one for _, one in places})
    rows = connection.execute(_LINES, {"ids": ids}).all() if ids else ()
    return {(row.channel, row.conversation_id): spoken_of(row) for row in rows}
