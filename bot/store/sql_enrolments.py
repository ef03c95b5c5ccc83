"""Which orders were nudged and which were held out, read from the ledger of nudges.

In: a connection inside one snapshot, a span of time. Out: enrolments. Never: an order left out for what became of it.

An order enrols with its first line that was queued or withheld. A queued line keeps its command's id, so that one that
was cancelled later, because the order was paid just then, still counts as nudged: its twin in the hold-out counts too.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, tuple_
from sqlalchemy.sql.expression import FromClause

from bot.core.paying import paid_at
from bot.core.uplift import Arm, Enrolment
from bot.records import NudgeState, Purpose
from bot.store.rows import order_of
from bot.store.schema import nudge, orders

HELD_OUT = NudgeState.HELD_OUT.value


def enrolments(connection: Connection, since: datetime, until: datetime) -> Sequence[Enrolment]:
    """In the order in which they enrolled."""
    earlier = nudge.alias("earlier")
    again = exists().where(earlier.c.order_id == nudge.c.order_id, _enrols(earlier), _is_before(earlier, nudge))
    joined = select(nudge, orders.c.body).join(orders, orders.c.id == nudge.c.order_id)
    firsts = joined.where(nudge.c.at >= since, nudge.c.at < until, _enrols(nudge), ~again)
    return list(_readable(connection.execute(firsts.order_by(nudge.c.at, nudge.c.due_at, nudge.c.order_id))))


def _enrols(line: FromClause) -> ColumnElement[bool]:
    told = or_(line.c.command_id.is_not(None), line.c.state == HELD_OUT)
    return and_(line.c.purpose == Purpose.NUDGE.value, line.c.at.is_not(None), told)


def _is_before(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return tuple_(one.c.at, one.c.due_at, one.c.step) < tuple_(other.c.at, other.c.due_at, other.c.step)


def _readable(rows: Iterable[Any]) -> Iterator[Enrolment]:
    """Without those that a newer version has written."""
    for row in rows:
        with suppress(ValidationError):
            order, arm = order_of(row), Arm.HELD_OUT if row.state == HELD_OUT else Arm.NUDGED
            yield Enrolment(row.order_id, row.buyer_id, row.at, row.due_at, arm, paid_at(order), order.amount)
