"""The ledger of what the shop does of its own accord: one line an order and step, for ever.

In: a connection inside a transaction. Out: whether moves were ours to make. Never: a second message for one line.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
    update,
)

from bot.core.model import Order, Refund
from bot.records import OUTREACH, Nudge, NudgeState, Purpose, Settled
from bot.store.rows import command_values, nudge_values
from bot.store.schema import nudge, orders, outbox
from bot.store.times import UtcMicros
from bot.store.upsert import New, add, put_if

# Written out, not bound: a partial index serves only a condition that the database can read beforehand.
PLANNED = nudge.c.state == literal_column("'planned'")
#: What was really said, or may have been.
SAID = (NudgeState.SENDING.value, NudgeState.SENT.value, NudgeState.NEEDS_REVIEW.value)
SPOKEN = and_(nudge.c.command_id.is_not(None), nudge.c.state.in_(SAID))
_KEY = (nudge.c.order_id, nudge.c.step)
_OUTREACH = sorted(one.value for one in OUTREACH)
Key = tuple[str, str]


def plan(connection: Connection, lines: Sequence[Nudge]) -> None:
    """Put lines in; one that waits already waits for its new time, one that is settled stays so."""
    rows = {_key(line): nudge_values(line) for line in sorted(lines, key=_key)}
    put_if(connection, nudge, list(_KEY), list(rows.values()), _waits)


def _waits(_: New) -> ColumnElement[bool]:
    return nudge.c.state == NudgeState.PLANNED.value


def settle(connection: Connection, moves: Sequence[Settled]) -> Sequence[bool]:
    """Apply each wholly or not at all; whether it was ours to make. What a move rests on is locked first, orders before
    lines, as a snapshot locks them."""
    unchanged = _unchanged(connection, moves)
    waiting = _waiting(connection, [line for move in moves for line in move.was])
    told = _told(connection, sorted({move.was[0].buyer_id for move in moves if move.commands}))
    kept = list[bool]()
    for move in moves:
        mine = all(waiting.get(_key(line)) == line.due_at for line in move.was)
        fit = mine and _as_judged(move, unchanged) and (not move.commands or _told_since(move, told))
        kept.append(fit)
        if fit:
            for line in move.was:
                del waiting[_key(line)]
            told |= {line.buyer_id: line.at for line in move.shall if line.at and line.command_id}
    done = [move for move, fit in zip(moves, kept, strict=True) if fit]
    _write(connection, [line for move in done for line in move.shall])
    add(connection, outbox, *(command_values(one, None) for move in done for one in move.commands))
    return kept


def _key(line: Nudge) -> Key:
    return line.order_id, line.step


def _as_judged(move: Settled, unchanged: Mapping[str, datetime]) -> bool:
    return all(unchanged.get(order.id) == order.updated_at for order in move.orders)


def _told_since(move: Settled, told: Mapping[str, datetime]) -> bool:
    """Whether the buyer was told nothing that the move does not know of."""
    last = told.get(move.was[0].buyer_id)
    return last is None or move.told_at is None or last <= move.told_at


def _unchanged(connection: Connection, moves: Sequence[Settled]) -> Mapping[str, datetime]:
    """When the orders that commands speak of were updated last."""
    ids = sorted({order.id for move in moves for order in move.orders})
    rows = connection.execute(_ORDERS, {"ids": ids}) if ids else ()
    return {row.id: row.updated_at for row in rows}


def _waiting(connection: Connection, lines: Sequence[Nudge]) -> dict[Key, datetime]:
    rows = connection.execute(_LINES, {"ids": sorted({line.order_id for line in lines})})
    return {(row.order_id, row.step): row.due_at for row in rows}


def _told(connection: Connection, buyers: Sequence[str]) -> dict[str, datetime]:
    """When each buyer was last told something."""
    rows = connection.execute(_LAST, {"buyers": buyers}) if buyers else ()
    return {row.buyer_id: row.last for row in rows}


def _write(connection: Connection, lines: Sequence[Nudge]) -> None:
    if lines:
        rows = [nudge_values(line) for line in lines]
        connection.execute(_MOVE, [{f"the_{name}": value for name, value in row.items()} for row in rows])


def follow(connection: Connection, order: Order, steps: Collection[str]) -> None:
    """An order has moved on: what was planned for it goes, but for these steps, and so does what waits to be said
    about another state of it; in this order, for whoever settles a line holds it until its command can be seen."""
    reason = "refund" if order.refund is not Refund.NONE else order.status.value
    gone = and_(nudge.c.order_id == order.id, PLANNED, nudge.c.step.not_in(sorted(steps)))
    connection.execute(update(nudge).where(gone).values(state=NudgeState.CANCELLED.value, reason=reason))
    waiting = and_(outbox.c.due_at.is_not(None), outbox.c.state == "pending", outbox.c.purpose.in_(_OUTREACH))
    other = literal(reason == "refund") | (outbox.c.while_status != order.status.value)
    take_back(connection, and_(waiting, outbox.c.id.in_(_speaking_of(order.id)), other), reason, order.id)


def cancel(connection: Connection, order_id: str, reason: str) -> None:
    """No nudge for this order any more: neither planned ones nor those that wait to be sent."""
    planned = and_(nudge.c.order_id == order_id, PLANNED, nudge.c.purpose == Purpose.NUDGE.value)
    connection.execute(update(nudge).where(planned).values(state=NudgeState.CANCELLED.value, reason=reason))
    waiting = and_(outbox.c.due_at.is_not(None), outbox.c.state == "pending", outbox.c.purpose == Purpose.NUDGE.value)
    take_back(connection, and_(waiting, outbox.c.id.in_(_speaking_of(order_id))), reason, order_id)


def take_back(connection: Connection, which: ColumnElement[bool], reason: str, order_id: str) -> None:
    """Cancel waiting commands for one order's sake. What they say of other orders is planned anew."""
    commands = connection.scalars(select(outbox.c.id).where(which, ~outbox.c.unsure)).all()
    cancel_commands(connection, which, reason)
    others = and_(nudge.c.command_id.in_(commands), nudge.c.order_id != order_id)
    plan_anew(connection, and_(others, nudge.c.state == NudgeState.CANCELLED.value))


def plan_anew(connection: Connection, which: ColumnElement[bool], now: datetime | None = None) -> None:
    """Lines of which nothing was said are judged again, and said under another id."""
    again = {"state": NudgeState.PLANNED.value, "reason": None, "command_id": None, "at": None}
    due = now or type_coerce(nudge.c.due_at, BigInteger) + 1
    connection.execute(update(nudge).where(which).values({**again, "due_at": due}))


def stale(connection: Connection, ids: Sequence[str]) -> Collection[str]:
    """Those of waiting messages that speak of an order which is not as it was any more."""
    if not ids:
        return ()
    told = select(nudge.c.command_id).join(outbox, outbox.c.id == nudge.c.command_id)
    told = told.join(orders, orders.c.id == nudge.c.order_id).where(nudge.c.command_id.in_(sorted(ids)))
    return frozenset(connection.scalars(told.where(orders.c.status != outbox.c.while_status)).all())


def _speaking_of(order_id: str) -> Select[Any]:
    """Commands on their way that speak of an order, perhaps beside others."""
    sending = and_(nudge.c.order_id == order_id, nudge.c.state == NudgeState.SENDING.value)
    return select(nudge.c.command_id).where(sending)


def answered(connection: Connection, buyers: Collection[str]) -> None:
    """Buyers who wrote have been heard: orders of which they were reminded are not brought up again."""
    if buyers:
        connection.execute(_ANSWERED, {"buyers": sorted(buyers)})


def cancel_commands(connection: Connection, which: ColumnElement[bool], reason: str) -> None:
    """Cancel waiting commands together with the ledger's lines that they carry out. Of one that may have arrived
    before, only a person can tell."""
    gone = update(outbox).where(which).values(state="cancelled", error=reason, due_at=None, token=None)
    rows = connection.execute(gone.returning(outbox.c.id, outbox.c.unsure)).all()
    settle_command(connection, [row.id for row in rows if not row.unsure], NudgeState.CANCELLED, reason)
    settle_command(connection, [row.id for row in rows if row.unsure], NudgeState.NEEDS_REVIEW, reason)


def settle_command(connection: Connection, ids: Sequence[str], state: NudgeState, reason: str | None) -> None:
    """What became of commands, noted in the ledger where it waits for that."""
    if ids:
        on_its_way = and_(nudge.c.command_id.in_(ids), nudge.c.state == NudgeState.SENDING.value)
        connection.execute(update(nudge).where(on_its_way).values(state=state.value, reason=reason))


# Statements are put together once; what differs from call to call is bound.
_IDS = bindparam("ids", type_=Text, expanding=True)
_BUYERS = bindparam("buyers", type_=Text, expanding=True)
_ORDERS = select(orders.c.id, orders.c.updated_at).where(orders.c.id.in_(_IDS)).order_by(orders.c.id)
_ORDERS = _ORDERS.with_for_update(read=True)
_LINES = select(*_KEY, nudge.c.due_at).where(nudge.c.order_id.in_(_IDS), PLANNED).order_by(*_KEY).with_for_update()
_TOLD = and_(nudge.c.buyer_id.in_(_BUYERS), nudge.c.at.is_not(None), SPOKEN)
_LAST = select(nudge.c.buyer_id, func.max(nudge.c.at).label("last")).where(_TOLD).group_by(nudge.c.buyer_id)
_MOVE = update(nudge).where(
    nudge.c.order_id == bindparam("the_order_id"), nudge.c.step == bindparam("the_step"), PLANNED
)
_MOVE = _MOVE.values(
    due_at=bindparam("the_due_at", type_=UtcMicros),
    state=bindparam("the_state"),
    reason=bindparam("the_reason", type_=Text),
    command_id=bindparam("the_command_id", type_=Text),
    at=bindparam("the_at", type_=UtcMicros),
)
_EARLIER = nudge.alias("earlier")
_IS_NUDGE = _EARLIER.c.purpose == Purpose.NUDGE.value
_REMINDED = exists().where(_EARLIER.c.order_id == nudge.c.order_id, _EARLIER.c.at.is_not(None), _IS_NUDGE)
_ANSWERED = update(nudge).where(
    nudge.c.buyer_id.in_(_BUYERS), PLANNED, nudge.c.purpose == Purpose.NUDGE.value, _REMINDED
)
_ANSWERED = _ANSWERED.values(state=NudgeState.CANCELLED.value, reason="answered")
