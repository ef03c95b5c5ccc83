"""The kill switch with who threw it, and how often people were called for what: what the journal tells of a span.

In: a connection inside a transaction. Out: a `Pause`, counts. Never: a search through the journal; its lines are found
by their ids or their times.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from bot.core.notebooks import Entry, Happening
from bot.ids import derived
from bot.records import Pause
from bot.store.schema import journal, switch
from bot.store.sql_notebooks import write
from bot.store.sql_work import PAUSED, is_paused
from bot.store.upsert import put


def set_paused(connection: Connection, paused: bool, now: datetime, by: str | None = None) -> None:
    """Who does it stands in the journal, under an id that follows from the time of the switch."""
    if is_paused(connection) == paused:
        return
    put(connection, switch, [switch.c.name], {"name": PAUSED, "is_on": paused, "at": now})
    kind = Happening.PAUSED if paused else Happening.RESUMED
    write(connection, [Entry(_told(now), now, kind, agent_id=by)])


def pause(connection: Connection) -> Pause:
    row = connection.execute(select(switch.c.is_on, switch.c.at).where(switch.c.name == PAUSED)).first()
    if row is None:
        return Pause()
    by = connection.scalar(select(journal.c.agent_id).where(journal.c.id == _told(row.at)))
    return Pause(bool(row.is_on), row.at, by)


def calls(connection: Connection, since: datetime, until: datetime) -> Mapping[str, int]:
    """By reason, the most frequent first."""
    queued = select(journal.c.data).where(journal.c.at >= since, journal.c.at < until)
    rows = connection.scalars(queued.where(journal.c.kind == Happening.QUEUED.value))
    found = Counter(str(data.get("reason") or "") for data in rows)
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _told(at: datetime) -> str:
    return derived("switched", at.isoformat())
