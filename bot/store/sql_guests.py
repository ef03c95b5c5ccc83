"""What a buyer has left in conversations of others: words in what is remembered there, and told to people.

In: a connection inside a transaction and a buyer's traces. Out: those conversations without the words. Never: another
buyer's conversation closed, or a call for people taken back.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, select, tuple_, update

from bot.store.schema import conversation, outbox, turn
from bot.store.sql_talks import Place
from bot.store.sql_traces import Traces

_REMEMBERED = {"summary": "", "told": {}}
_CALL = outbox.c.type == "conversation.hand_off"


def leave(connection: Connection, found: Traces, now: datetime) -> None:
    """Summaries and what was told go, whoever told it: nobody can tell them apart any more."""
    places = sorted({(channel, talk) for channel, talk, _ in found.told})
    for channel, one in places:
        _forget(connection, channel, one, now)
    for seq, data in _calls(connection, places):
        connection.execute(update(outbox).where(outbox.c.seq == seq).values(data=data))
    stood = update(turn).where(turn.c.conversation_id.in_([one for _, one in places]), turn.c.before.is_not(None))
    if places:
        connection.execute(stood.values(before=None))


def _forget(connection: Connection, channel: str, one: str, now: datetime) -> None:
    here = and_(conversation.c.channel == channel, conversation.c.id == one)
    row = connection.execute(select(conversation.c.version, conversation.c.body).where(here)).first()
    if row is not None:
        body = json.dumps(json.loads(row.body) | _REMEMBERED, ensure_ascii=False, separators=(",", ":"))
        connection.execute(update(conversation).where(here).values(body=body, version=row.version + 1, updated_at=now))


def _calls(connection: Connection, places: Sequence[Place]) -> Sequence[tuple[int, object]]:
    here: ColumnElement[bool] = tuple_(outbox.c.channel, outbox.c.conversation_id).in_(places)
    rows = connection.execute(select(outbox.c.seq, outbox.c.data).where(_CALL, here)) if places else ()
    return [(row.seq, row.data | {"summary": ""}) for row in rows if row.data.get("summary")]
