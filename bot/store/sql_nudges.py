"""The ledger of nudges: one line an order and step, for ever.

In: a connection inside a transaction. Out: what is due, and whether a move was ours to make. Never: a second nudge.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, and_, exists, literal_column, select, update

from bot.core.model import Order, OrderStatus
from bot.records import Command, DueNudge, Nudge, NudgeState, Purpose
from bot.store.rows import command_values, nudge_of, nudge_values, order_of
from bot.store.schema import nudge, orders, outbox
from bot.store.sql_talks import buyers_conversations
from bot.store.sql_work import is_paused
from bot.store.upsert import add

# Written out, not bound: a partial index serves only a condition that the database can read beforehand.
_PLANNED = nudge.c.state == literal_column("'planned'")


def due(connection: Connection, now: datetime, limit: int) -> Sequence[DueNudge]:
    paused = is_paused(connection)
    joined = select(nudge, orders.c.body).join(orders, orders.c.id == nudge.c.order_id)
    rows = joined.where(_PLANNED, nudge.c.due_at <= now).order_by(nudge.c.due_at, nudge.c.order_id).limit(limit)
    found = list(_readable(connection.execute(rows)))
    talks = buyers_conversations(connection, [order for _, order in found])
    known = [(one, order) for one, order in found if order.id not in talks or talks[order.id]]
    return [DueNudge(one, order, talks.get(order.id), paused) for one, order in known]


def _readable(rows: Iterable[Any]) -> Iterator[tuple[Nudge, Order]]:
    """Without those that a newer version has written; they stay planned."""
    for row in rows:
        with suppress(ValidationError):
            yield nudge_of(row), order_of(row)


def settle(connection: Connection, moves: Sequence[tuple[Nudge, Command | None, datetime]]) -> Sequence[bool]:
    """Move due lines on, each with its command only while its order is still unpaid; whether each was ours to move."""
    kept = [_move(connection, *move) for move in moves]
    commands = [command for (_, command, _), ours in zip(moves, kept, strict=True) if ours and command]
    add(connection, outbox, *(command_values(command, None) for command in commands))
    return kept


def cancel(connection: Connection, order_id: str, reason: str) -> None:
    """No nudge for this order any more: neither planned ones nor those that wait to be sent."""
    waiting = and_(outbox.c.due_at.is_not(None), outbox.c.state == "pending", outbox.c.purpose == Purpose.NUDGE.value)
    cancel_commands(connection, and_(waiting, outbox.c.order_id == order_id), reason)
    planned = update(nudge).where(nudge.c.order_id == order_id, _PLANNED)
    connection.execute(planned.values(state=NudgeState.CANCELLED.value, reason=reason))


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


def _move(connection: Connection, one: Nudge, command: Command | None, now: datetime) -> bool:
    after = one if command is None else replace(one, state=NudgeState.SENDING, command_id=command.id)
    line = and_(nudge.c.order_id == after.order_id, nudge.c.step == after.step)
    still_due = and_(line, _PLANNED, nudge.c.due_at <= now)
    order = and_(orders.c.id == after.order_id, orders.c.status == OrderStatus.UNPAID.value)
    guard = and_(still_due, exists().where(order)) if command else still_due
    return connection.execute(update(nudge).where(guard).values(nudge_values(after))).rowcount == 1
