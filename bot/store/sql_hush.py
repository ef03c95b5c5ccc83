"""Whether the bot may be speaking in a lane at this moment.

In: a connection. Out: yes or no. Never: no, while a claim that nobody sees yet may have taken something there.
"""

from datetime import datetime

from sqlalchemy import Connection, Text, bindparam, or_, select

from bot.store.schema import outbox
from bot.store.times import UtcMicros

_GOING = or_(outbox.c.state == "sending", outbox.c.due_at <= bindparam("now", type_=UtcMicros))
_LIVE = select(outbox.c.id, outbox.c.data, outbox.c.type).where(
    outbox.c.lane == bindparam("in_lane", type_=Text), outbox.c.due_at.is_not(None), outbox.c.by_bot, _GOING
)


def is_speaking(connection: Connection, lane: str, message_id: str, text: str, now: datetime) -> bool:
    """Whether something of the bot's is leased there, or due and may be in a claim that is not committed yet; other
    than one whose id or words are those of a message that the channel tells back."""
    rows = connection.execute(_LIVE, {"in_lane": lane, "now": now})
    return any(row.id != message_id and str(row.data.get("text", "")) != text for row in rows)
