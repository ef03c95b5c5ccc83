"""The turns that were taken, page by page, and the sets of files that they were taken with.

In: a connection inside one snapshot. Out: turns, the oldest first; a kept set. Never: more than a page in memory.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from bot.content.files import FileSet
from bot.records import TurnRecord
from bot.store.schema import release, release_text, turn
from bot.store.sql_traced import before_of

Mark = tuple[datetime, str]


def recorded(
    connection: Connection, since: datetime, until: datetime, after: Mark | None, limit: int
) -> Sequence[TurnRecord]:
    """From `since` on and before `until`, by time and id; behind the mark `after`, if one is named."""
    rows = select(turn).where(turn.c.at >= since, turn.c.at < until)
    if after:
        at, one = after
        rows = rows.where(turn.c.at >= at, or_(turn.c.at > at, and_(turn.c.at == at, turn.c.id > one)))
    return [_turn(row) for row in connection.execute(rows.order_by(turn.c.at, turn.c.id).limit(limit))]


def kept_set(connection: Connection, begins: str) -> FileSet | None:
    """The set of files whose version begins so, if just one does."""
    named = release.c.version.startswith(begins, autoescape=True)
    rows = connection.execute(select(release.c.manifest).where(named).limit(2)).all()
    if len(rows) != 1:
        return None
    texts = {
        path: connection.scalar(select(release_text.c.body).where(release_text.c.digest == digest))
        for path, digest in sorted(rows[0].manifest.items())
    }
    return FileSet({path: text.encode() for path, text in texts.items() if text is not None})


def _turn(row: Row[Any]) -> TurnRecord:
    return TurnRecord(
        row.id, row.conversation_id, row.at, row.decision, row.reason, tuple(row.command_ids), row.story,
        before_of(row.before), row.version, row.given,
    )  # fmt: skip
