"""How the work stands, asked of the rows that wait or need people, never of those that are settled.

In: a connection inside one snapshot, a time. Out: `Vitals`. Never: a search through a whole table; the conditions are
written out as in the partial indexes of `schema.py`, which hold just these rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, literal_column, or_, select

from bot.ports import Purpose, Vitals
from bot.store.schema import conversation, inbox, nudge, outbox
from bot.store.sql_work import is_paused

_NAMES = {"pending": "waiting", "sending": "sending", "dead": "dead", "expired": "expired"}
_UNDELIVERED = outbox.c.state.in_([literal_column("'dead'"), literal_column("'expired'")])
_MATTERS = or_(outbox.c.state == "dead", outbox.c.purpose != Purpose.NUDGE)
_REVIEW = nudge.c.state == literal_column("'needs_review'")
_REPLY = and_(outbox.c.type == "message.send", outbox.c.purpose.in_((Purpose.REPLY, Purpose.HANDOFF)))


def vitals(connection: Connection, now: datetime) -> Vitals:
    event = connection.scalar(select(func.min(inbox.c.received_at)).where(inbox.c.done_at.is_(None)))
    live = _live(connection)
    oldest_event = _age(event, now)
    return Vitals(
        unanswered=max(oldest_event, *(_age(row.asked, now) for row in live), 0.0),
        oldest_event=oldest_event,
        oldest_command=max((_age(row.made, now) for row in live), default=0.0),
        commands=dict.fromkeys(_NAMES.values(), 0) | _counts(live) | _counts(_undelivered(connection)),
        queued=_queued(connection),
        review=connection.scalar(select(func.count()).select_from(nudge).where(_REVIEW)) or 0,
        paused=is_paused(connection),
    )


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())


def _live(connection: Connection) -> Sequence[Row[Any]]:
    """Commands on their way, by state: how many, when the oldest was made, since when a buyer waits."""
    asked = func.min(func.coalesce(outbox.c.asked_at, outbox.c.created_at)).filter(_REPLY).label("asked")
    told = select(outbox.c.state, func.count().label("many"), func.min(outbox.c.created_at).label("made"), asked)
    return connection.execute(told.where(outbox.c.due_at.is_not(None)).group_by(outbox.c.state)).all()


def _undelivered(connection: Connection) -> Sequence[Row[Any]]:
    """A nudge past its time is nobody's loss; one that was refused is for a person to look at."""
    told = select(outbox.c.state, func.count().label("many")).where(_UNDELIVERED, _MATTERS)
    return connection.execute(told.group_by(outbox.c.state)).all()


def _counts(rows: Sequence[Row[Any]]) -> dict[str, int]:
    return {_NAMES[row.state]: row.many for row in rows}


def _queued(connection: Connection) -> Mapping[str, int]:
    waiting = select(conversation.c.team, func.count()).where(conversation.c.queued_since.is_not(None))
    return {group or "": count for group, count in connection.execute(waiting.group_by(conversation.c.team))}
