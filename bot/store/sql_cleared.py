"""Until when history was cleared, so that nobody takes what is gone for what never was.

In: a connection inside a transaction, a moment. Out: the latest moment of all. Never: one earlier than before.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from bot.store.schema import switch
from bot.store.upsert import New, put_if

CLEARED = "cleared"


def note_cleared(connection: Connection, before: datetime) -> None:
    """What is older may be gone from now on."""
    row = {"name": CLEARED, "is_on": True, "at": before}
    put_if(connection, switch, [switch.c.name], [row], _is_later)


def cleared_until(connection: Connection) -> datetime | None:
    """None where nothing was ever cleared."""
    return connection.scalar(select(switch.c.at).where(switch.c.name == CLEARED))


def _is_later(new: New) -> ColumnElement[bool]:
    later: ColumnElement[bool] = switch.c.at < new["at"]
    return later
