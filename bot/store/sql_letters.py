"""What did not arrive: shown to people, who send it again or let it go.

In: a connection inside a transaction. Out: letters, newest first, and whether one was changed. Never: a command that
is still on its way, or one that arrived.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, and_, literal_column, or_, select, update

from bot.records import CALL_SPAN, NUDGE_SPAN, Letter, NudgeState, Purpose
from bot.store.schema import nudge, outbox

_REPLY_SPAN = timedelta(minutes=10)
_LASTING = frozenset({"conversation.hand_off", "order.note"})
# Written out, not bound: a partial index serves only a condition that the database can read beforehand.
LETTERS: tuple[ColumnElement[str], ...] = tuple(
    literal_column(f"'{state}'", Text) for state in ("dead", "expired", "seen")
)
_REVIEW = nudge.c.state == literal_column("'needs_review'")
_OLD = outbox.alias("old")
_OPEN = (NudgeState.NEEDS_REVIEW.value, NudgeState.CANCELLED.value)


def letters(connection: Connection, limit: int, before: str | None = None) -> Sequence[Letter]:
    """Those that were given up, and those nudges of which only a person can tell whether they arrived; older ones than
    the command `before`, none where there is no such command."""
    doubts = select(nudge.c.command_id).where(_REVIEW)  # several lines may share one message
    doubtful = outbox.c.id.in_(doubts)
    newest = select(outbox, doubtful.label("doubtful")).order_by(outbox.c.seq.desc()).limit(limit)
    if before is not None:
        newest = newest.where(outbox.c.seq < select(_OLD.c.seq).where(_OLD.c.id == before).scalar_subquery())
    given_up = connection.execute(newest.where(outbox.c.state.in_(LETTERS))).all()
    doubted = connection.execute(newest.where(doubtful, outbox.c.due_at.is_(None))).all()
    found = {row.seq: row for row in (*given_up, *doubted)}
    return [_letter(found[seq]) for seq in sorted(found, reverse=True)[:limit]]


def retry(connection: Connection, one: str, now: datetime) -> bool:
    """Due at once, under its old id, with time anew; what may have arrived before stays in doubt."""
    row = connection.execute(select(outbox.c.purpose, outbox.c.type).where(_is_letter(one))).first()
    if row is None:
        return False
    again = {"state": "pending", "due_at": now, "deadline": now + _span(row.type, row.purpose), "token": None}
    return _change(connection, one, again, NudgeState.SENDING, None)


def drop(connection: Connection, one: str, now: datetime) -> bool:
    """People have decided that it shall not be sent any more, now; why it did not arrive stays on record."""
    gone = {"state": "dropped", "due_at": None, "deadline": now, "token": None}
    return _change(connection, one, gone, NudgeState.CANCELLED, "dropped")


def _change(connection: Connection, one: str, values: dict[str, Any], state: NudgeState, reason: str | None) -> bool:
    """The letter, and the lines of the ledger that it carries out."""
    if not connection.execute(update(outbox).where(_is_letter(one)).values(values)).rowcount:
        return False
    line = update(nudge).where(nudge.c.command_id == one, nudge.c.state.in_(_OPEN))
    connection.execute(line.values(state=state.value, reason=reason))
    return True


def _is_letter(one: str) -> ColumnElement[bool]:
    doubted = outbox.c.id.in_(select(nudge.c.command_id).where(nudge.c.command_id == one, _REVIEW))
    return and_(outbox.c.id == one, outbox.c.due_at.is_(None), or_(outbox.c.state.in_(LETTERS), doubted))


def _span(kind: str, purpose: str) -> timedelta:
    if kind in _LASTING:
        return CALL_SPAN
    return NUDGE_SPAN if purpose == Purpose.NUDGE else _REPLY_SPAN


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        id=row.id,
        created_at=row.created_at,
        channel=row.channel,
        type=row.type,
        purpose=Purpose(row.purpose),
        conversation_id=row.conversation_id,
        order_id=row.order_id,
        state=NudgeState.NEEDS_REVIEW.value if row.doubtful else row.state,
        tries=row.tries,
        error=row.error,
        text=str(row.data.get("text") or row.data.get("summary") or row.data.get("append") or ""),
    )
