"""What a buyer has written in a conversation and no worker has taken up yet.

In: a connection inside one snapshot. Out: lines without a number of the transcript. Never: one that stands in it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, exists, literal_column, select

from bot.core.model import Sender
from bot.records import Spoken
from bot.store.schema import inbox, message

_HERE = and_(inbox.c.lane == bindparam("lane", type_=Text), inbox.c.done_at.is_(None))
_WRITES = inbox.c.type == literal_column("'message.created'")
_STANDS = exists().where(
    message.c.channel == bindparam("channel", type_=Text),
    message.c.conversation_id == bindparam("one", type_=Text),
    message.c.id == inbox.c.body["id"].as_string(),
)
_COMING = select(inbox.c.body, inbox.c.received_at).where(_HERE, _WRITES, ~_STANDS).order_by(inbox.c.seq)


def coming(connection: Connection, channel: str, one: str) -> Sequence[Spoken]:
    """Of one conversation, the first first."""
    rows = connection.execute(_COMING, {"lane": f"c:{channel}:{one}", "channel": channel, "one": one})
    told = {row.body["id"]: row for row in rows if row.body.get("sender") == Sender.BUYER}
    return [_spoken(row.body, row.received_at) for row in told.values()]


def _spoken(body: Mapping[str, Any], at: datetime) -> Spoken:
    return Spoken(0, body["id"], body["sender"], body["kind"], body.get("text") or "", at)
