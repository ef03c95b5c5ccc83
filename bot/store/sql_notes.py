"""Notes on orders: each is a line, appended to what the note says when it is sent.

In: a connection inside a transaction, commands that were just leased. Out: the same, with the whole note. Never: a
word of people's written over, their flag changed, one of our lines written twice.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Text, and_, bindparam, literal_column, select, update

from bot.core.model import Order
from bot.core.notes import whole_note
from bot.records import ClaimedCommand
from bot.store.rows import order_of
from bot.store.schema import orders, outbox

NOTE = "order.note"


def filled(connection: Connection, claimed: Sequence[ClaimedCommand]) -> Sequence[ClaimedCommand]:
    """Notes with the memo and flag that the order shall have, kept as they go out."""
    ids = sorted({one.command.order_id for one in claimed if one.command.type == NOTE and one.command.order_id})
    if not ids:
        return claimed
    stored = {row.id: order_of(row) for row in connection.execute(_ORDERS, {"ids": ids})}
    ours = _ours(connection, ids, stored)
    return [_filled(connection, one, stored, ours) if one.command.type == NOTE else one for one in claimed]


def _ours(connection: Connection, ids: Sequence[str], stored: Mapping[str, Order]) -> Mapping[str, Sequence[str]]:
    """By order, our lines that the stored snapshot may not show yet. One that it does not show although it is younger
    was taken out by people, and stays out."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(_LINES, {"ids": ids}):
        order = stored.get(row.order_id)
        if order is None or row.sent_at is None or row.sent_at > order.updated_at:
            found[row.order_id].append(str(row.data["append"]))
    return found


def _filled(
    connection: Connection, one: ClaimedCommand, stored: Mapping[str, Order], ours: Mapping[str, Sequence[str]]
) -> ClaimedCommand:
    order_id, data = one.command.order_id or "", one.command.data
    order = stored.get(order_id)
    memo = whole_note(order.memo if order else None, (*ours.get(order_id, ()), str(data["append"])))
    flag = (order.flag if order else None) or data["flag"]
    seen = {"memo": memo, "flag": flag, "seen": order.memo if order else None}
    told = {**data, **seen}
    connection.execute(update(outbox).where(outbox.c.id == one.command.id).values(data=told))
    return replace(one, command=replace(one.command, data=told))


_IDS = bindparam("ids", type_=Text, expanding=True)
_ORDERS = select(orders).where(orders.c.id.in_(_IDS))
_GONE = ("sent", "sending")
_LINES = select(outbox.c.order_id, outbox.c.data, outbox.c.sent_at).where(
    and_(outbox.c.type == literal_column(f"'{NOTE}'"), outbox.c.order_id.in_(_IDS), outbox.c.state.in_(_GONE))
)
_LINES = _LINES.order_by(outbox.c.seq)
