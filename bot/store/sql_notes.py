"""Notes on orders: each is a line, appended to what the note says when it is sent.

In: a connection inside a transaction, commands that were just leased. Out: the same, with the whole note. Never: a
word of people's written over, their flag changed, one of our lines written twice for nothing, a note on an order that
this version cannot read.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from pydantic import ValidationError
from sqlalchemy import Connection, Text, and_, bindparam, literal_column, select, update

from bot.core.model import Order
from bot.core.notes import whole_note
from bot.records import ClaimedCommand
from bot.store.rows import order_of
from bot.store.schema import orders, outbox

NOTE = "order.note"
Data = Mapping[str, object]
_SKEW = timedelta(minutes=5)


def filled(connection: Connection, claimed: Sequence[ClaimedCommand]) -> Sequence[ClaimedCommand]:
    """Notes with the memo and flag that the order shall have, kept as they go out."""
    ids = sorted({one.command.order_id for one in claimed if one.command.type == NOTE and one.command.order_id})
    if not ids:
        return claimed
    stored, unreadable = _stored(connection, ids)
    ours = _ours(connection, ids, stored)
    told = [_filled(connection, one, stored, ours) if _is_note(one, but=unreadable) else one for one in claimed]
    lost = [one for one in told if one.command.type == NOTE and one.command.order_id in unreadable]
    for one in lost:
        dead = {"state": "dead", "error": "unreadable", "due_at": None, "token": None}
        connection.execute(update(outbox).where(outbox.c.id == one.command.id).values(dead))
    return [one for one in told if one not in lost]


def _is_note(one: ClaimedCommand, but: Collection[str]) -> bool:
    return one.command.type == NOTE and one.command.order_id not in but


def _stored(connection: Connection, ids: Sequence[str]) -> tuple[Mapping[str, Order], set[str]]:
    """The orders by id, and those that only a newer version can read: of their notes nobody knows what people wrote."""
    found, unreadable = dict[str, Order](), set[str]()
    for row in connection.execute(_ORDERS, {"ids": ids}):
        try:
            found[row.id] = order_of(row)
        except ValidationError:
            unreadable.add(row.id)
    return found, unreadable


def _ours(connection: Connection, ids: Sequence[str], stored: Mapping[str, Order]) -> Mapping[str, Sequence[Data]]:
    """By order, our notes that the stored snapshot may not show yet. A line that it does not show although it is
    younger was taken out by people, and stays out; the two clocks may be minutes apart."""
    found: dict[str, list[Data]] = defaultdict(list)
    for row in connection.execute(_LINES, {"ids": ids}):
        order = stored.get(row.order_id)
        fresh = order is None or row.sent_at is None or row.sent_at + _SKEW > order.updated_at
        if fresh and "append" in row.data:  # a buyer who was erased has left nothing
            found[row.order_id].append(row.data)
    return found


def _filled(
    connection: Connection, one: ClaimedCommand, stored: Mapping[str, Order], ours: Mapping[str, Sequence[Data]]
) -> ClaimedCommand:
    order, data = stored.get(one.command.order_id or ""), one.command.data
    before = [note for note in ours.get(one.command.order_id or "", ()) if note["append"] != data["append"]]
    memo = whole_note(order.memo if order else None, (*(str(note["append"]) for note in before), str(data["append"])))
    flag: object = order.flag if order else None
    for note in (*before, data):
        flag = note["flag"] if flag is None or flag in _weaker(note) else flag
    told = {**data, "memo": memo, "flag": flag, "seen": order.memo if order else None}
    connection.execute(update(outbox).where(outbox.c.id == one.command.id).values(data=told))
    return replace(one, command=replace(one.command, data=told))


def _weaker(note: Data) -> Sequence[object]:
    """Flags of ours that a note's own stands over."""
    over = note.get("over")
    return over if isinstance(over, list) else ()


_IDS = bindparam("ids", type_=Text, expanding=True)
_ORDERS = select(orders).where(orders.c.id.in_(_IDS))
_GONE = ("sent", "sending")
_LINES = select(outbox.c.order_id, outbox.c.data, outbox.c.sent_at).where(
    and_(outbox.c.type == literal_column(f"'{NOTE}'"), outbox.c.order_id.in_(_IDS), outbox.c.state.in_(_GONE))
)
_LINES = _LINES.order_by(outbox.c.seq)
