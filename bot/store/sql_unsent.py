"""What is said in a conversation and has not arrived: still on its way, or given up.

In: a connection inside one snapshot. Out: `Unsent`s in their order. Never: a read of what was delivered.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, bindparam, literal_column, select

from bot.records import Unsent
from bot.store.schema import outbox
from bot.store.sql_talks import UNDELIVERED

_SAYS = outbox.c.type == literal_column("'message.send'")
_ON_ITS_WAY = and_(outbox.c.lane == bindparam("lane", type_=Text), outbox.c.due_at.is_not(None), _SAYS)
_GIVEN_UP = and_(outbox.c.conversation_id == bindparam("one", type_=Text), UNDELIVERED, _SAYS)


def unsent(connection: Connection, channel: str, one: str) -> Sequence[Unsent]:
    """Of one conversation, the first first."""
    going = connection.execute(select(outbox).where(_ON_ITS_WAY), {"lane": f"c:{channel}:{one}"}).all()
    lost = connection.execute(select(outbox).where(_GIVEN_UP), {"one": one}).all()
    found = {row.seq: row for row in (*going, *(row for row in lost if row.channel == channel))}
    return [_unsent(found[seq]) for seq in sorted(found)]


def _unsent(row: Row[Any]) -> Unsent:
    data, lost = row.data, row.due_at is None
    author = str((data.get("author") or {}).get("id", ""))
    return Unsent(row.id, author, str(data.get("text", "")), row.created_at, row.tries, lost)
