"""What a caller's key has made before.

In: a connection inside one snapshot. Out: the words of a command, a note, an issue. Never: a search; all go by
their ids.
"""

from sqlalchemy import Connection, select

from bot.core.notebooks import Issue
from bot.store.note_rows import issue_of
from bot.store.schema import issue, outbox


def words_of(connection: Connection, one: str) -> str | None:
    """The text of a command as it waits or was sent."""
    data = connection.scalar(select(outbox.c.data).where(outbox.c.id == one))
    text = data.get("text") if isinstance(data, dict) else None
    return text if isinstance(text, str) else None


def noted(connection: Connection, one: str) -> tuple[str, str] | None:
    """Which order a note is on, and the line that it adds."""
    row = connection.execute(select(outbox.c.order_id, outbox.c.data).where(outbox.c.id == one)).first()
    line = row.data.get("append") if row and isinstance(row.data, dict) else None
    return (str(row.order_id), line) if row and isinstance(line, str) else None


def issue_at(connection: Connection, one: str) -> Issue | None:
    row = connection.execute(select(issue).where(issue.c.id == one)).first()
    return issue_of(row) if row else None
