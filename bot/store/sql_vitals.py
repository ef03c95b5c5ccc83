"""How the work stands, asked of the rows that wait or need people, never of those that are settled.

In: a connection inside one snapshot, a time. Out: `Vitals`. Never: a search through a whole table; the conditions are
written out as in the partial indexes of `schema.py`, which hold just these rows.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, literal_column, or_, select

from bot.records import Purpose, Vitals
from bot.store.schema import inbox, nudge, outbox
from bot.store.sql_talks import IS_ANSWER, UNDELIVERED, queue
from bot.store.sql_work import is_paused

_NAMES = {"pending": "waiting", "sending": "sending", "dead": "dead", "expired": "expired"}
_MATTERS = or_(outbox.c.state == "dead", outbox.c.purpose != Purpose.NUDGE)
_REVIEW = nudge.c.state == literal_column("'needs_review'")


def vitals(connection: Connection, now: datetime) -> Vitals:
    event = connection.scalar(select(func.min(inbox.c.received_at)).where(inbox.c.done_at.is_(None)))
    live = _live(connection)
    oldest_event = _age(event, now)
    return Vitals(
        unanswered=max(oldest_event, *(_age(row.asked, now) for row in live), 0.0),
        oldest_event=oldest_event,
        oldest_command=max((_age(row.made, now) for row in live), default=0.0),
        commands=dict.fromkeys(_NAMES.values(), 0) | _counts(live) | _counts(_undelivered(connection)),
        queued=queue(connection),
        review=connection.scalar(select(func.count()).select_from(nudge).where(_REVIEW)) or 0,
        paused=is_paused(connection),
    )


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())


def _live(connection: Connection) -> Sequence[Row[Any]]:
    """Commands on their way, by state: how many, when the oldest was made, since when a buyer waits."""
    asked = func.min(func.coalesce(outbox.c.asked_at, outbox.c.created_at)).filter(IS_ANSWER).label("asked")
    told = select(outbox.c.state, func.count().label("many"), func.min(outbox.c.created_at).label("made"), asked)
    return connection.execute(told.where(outbox.c.due_at.is_not(None)).group_by(outbox.c.state)).all()


def _undelivered(connection: Connection) -> Sequence[Row[Any]]:
    """A nudge past its time is nobody's loss; one that was refused is for a person to look at."""
    told = select(outbox.c.state, func.count().label("many")).where(UNDELIVERED, _MATTERS)
    return connection.execute(told.group_by(outbox.c.state)).all()


def _counts(rows: Sequence[Row[Any]]) -> dict[str, int]:
    return {_NAMES[row.state]: row.many for row in rows}
