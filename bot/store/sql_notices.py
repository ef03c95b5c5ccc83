"""What a supervisor is told, and whether it was seen.

In: a connection inside a transaction. Out: notices. Never: a notice shown as new that somebody has seen.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.core.notebooks import Notice
from bot.store.note_rows import notice_of
from bot.store.schema import notice


def notices(connection: Connection, limit: int, since: datetime | None = None) -> Sequence[Notice]:
    """Those that nobody has seen, oldest first; with `since` also the seen ones from then on."""
    unseen = select(notice).where(notice.c.seen_at.is_(None))
    found = unseen if since is None else select(notice).where(notice.c.at >= since)
    rows = connection.execute(found.order_by(notice.c.at, notice.c.id).limit(limit))
    return [notice_of(row) for row in rows]


def see(connection: Connection, one: str, by: str, now: datetime) -> bool:
    """False: there is no such notice, or it was seen before."""
    unseen = update(notice).where(notice.c.id == one, notice.c.seen_at.is_(None))
    return connection.execute(unseen.values(seen_by=by, seen_at=now)).rowcount == 1
