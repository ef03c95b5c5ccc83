"""Everything that is stored about a buyer, for the buyer.

In: a connection inside one snapshot and a buyer's id. Out: plain JSON values. Never: a write, another buyer's orders or
conversations.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, select

from bot.store.schema import (
    buyer,
    commitment,
    conversation,
    handover_line,
    inbox,
    issue,
    journal,
    message,
    nudge,
    orders,
    outbox,
    picture,
    turn,
)
from bot.store.sql_pictures import sent_by
from bot.store.sql_traces import Traces

Plain = dict[str, object]
_PARSED = frozenset({"body", "before", "given"})  # kept as text, and JSON all the same
_UNTOLD = frozenset({"seq", "token", "trace"})  # the machine's own


def export(connection: Connection, one: str) -> Mapping[str, object] | None:
    """None where nothing is there."""
    found = Traces.of(connection, one)
    files = _rows(connection, buyer, buyer.c.id == one)
    told: dict[str, object] = {
        "file": files[0] if files else None,
        "orders": _rows(connection, orders, orders.c.buyer_id == one),
        "conversations": list(_talks(connection, one)),
        "elsewhere": [row for line in found.elsewhere() for row in _rows(connection, message, line)],
        "sent": _rows(connection, outbox, found.commands()),
        "nudges": _rows(connection, nudge, found.nudges()),
        "turns": [row for some in found.turns() for row in _rows(connection, turn, some)],
        "commitments": _rows(connection, commitment, found.owed()),
        "handed_over": _rows(connection, handover_line, found.handed()),
        "journal": [row for each in found.told_of() for row in _rows(connection, journal, each)],
        "issues": _rows(connection, issue, found.issues()),
        "pictures": _pictures(connection, sent_by(found)),
        "events": _rows(connection, inbox, found.events()),
    }
    return {"buyer_id": one, **told} if any(told.values()) else None


def _talks(connection: Connection, one: str) -> Iterator[Plain]:
    """Each with its transcript."""
    for talk in _rows(connection, conversation, conversation.c.buyer_id == one):
        here = and_(message.c.channel == talk["channel"], message.c.conversation_id == talk["id"])
        yield talk | {"transcript": _rows(connection, message, here)}


def _pictures(connection: Connection, which: ColumnElement[bool]) -> Sequence[Plain]:
    columns = (one.label("base64") if one is picture.c.body else one for one in picture.c)
    return [_plain(row) for row in connection.execute(select(*columns).where(which).order_by(picture.c.id))]


def _rows(connection: Connection, table: Table, which: ColumnElement[bool]) -> Sequence[Plain]:
    rows = connection.execute(select(table).where(which).order_by(*table.primary_key.columns))
    return [_plain(row) for row in rows]


def _plain(row: Row[Any]) -> Plain:
    return {name: _value(name, value) for name, value in row._asdict().items() if name not in _UNTOLD}


def _value(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return json.loads(value) if name in _PARSED and isinstance(value, str) else value
