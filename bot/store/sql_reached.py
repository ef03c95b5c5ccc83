"""Whom a wording reached, and what became of one word more to them.

In: a connection inside one snapshot, the wording's key, its line for messages of which no more is known, a period. Out:
messages that were sent, in their order. Never: one whose words were erased.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, Text, and_, cast, or_, select

from bot.core.made import is_made
from bot.records import Reached
from bot.store.damage import Damage, KeptText
from bot.store.rows import conversation_of
from bot.store.schema import conversation, message, outbox

_AT_ONCE = 500  # ids a statement
_STATES = select(outbox.c.id, outbox.c.state)
_ROWS = (
    select(
        message.c.id, message.c.channel, message.c.conversation_id, message.c.at, message.c.text, message.c.source,
        cast(outbox.c.made, KeptText).label("made"), cast(outbox.c.data, KeptText).label("data"),
        conversation.c.version, conversation.c.body,
    )
    .join(outbox, outbox.c.id == message.c.command_id)
    .outerjoin(
        conversation,
        and_(conversation.c.channel == message.c.channel, conversation.c.id == message.c.conversation_id),
    )
    .where(message.c.source.is_not(None), message.c.text != "")
    .order_by(message.c.seq)
)  # fmt: skip


def reached(
    connection: Connection, key: str, source: str, since: datetime | None, until: datetime | None
) -> Sequence[Reached]:
    """The period is read by the index of its times. Of messages that name the line all are read, for a record that is
    damaged may be JSON all the same, and then nobody knows which wording it told of."""
    named = ("; " + message.c.source + "; ").contains(f"; {source}; ", autoescape=True)
    wanted: Select[Any] = _ROWS.where(or_(cast(outbox.c.made, Text).contains(key, autoescape=True), named))
    if since is not None:
        wanted = wanted.where(message.c.at >= since)
    if until is not None:
        wanted = wanted.where(message.c.at < until)
    found = ((row, _of(row)) for row in connection.execute(wanted))
    return [one for row, one in found if one.damaged or one.made is None or key in row.made]


def states_of(connection: Connection, ids: Sequence[str]) -> Mapping[str, str]:
    """Some at a time."""
    some = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
    rows = (row for each in some for row in connection.execute(_STATES.where(outbox.c.id.in_(each))))
    return {row.id: row.state for row in rows}


def _of(row: Row[Any]) -> Reached:
    damage, talk = Damage(), None
    made, data = damage.mapping("outbox.made", row.made), damage.mapping("outbox.data", row.data) or {}
    damaged = bool(damage.places) or not (row.made is None or is_made(made))
    with suppress(ValidationError):
        talk = conversation_of(row.version, row.body) if row.body else None
    buyer = str(data.get("buyer_id", ""))
    return Reached(
        row.id, row.channel, row.conversation_id, buyer, row.at, row.text, row.source, made, talk, damaged
    )  # fmt: skip
